// frame.test.js -- what is on every page: layout, appearance, notices, problems, API docs; with script and without.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const { test, after, before } = require('node:test');
const { chromium } = require('playwright-core');
const { House } = require('../http/house.js');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
let house, browser;

before(async () => {
	house = await House.start();
	browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
});
after(async () => {
	if (browser) await browser.close();
	if (house) await house.stop();
});

async function visitor(options) {
	const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	page.said = [];
	page.on('console', (m) => m.type() === 'error' && page.said.push(m.text()));
	page.on('pageerror', (e) => page.said.push(e.message));
	page.on('request', (r) => r.url().startsWith(house.address) || page.said.push(`asked elsewhere: ${r.url()}`));
	return page;
}
const go = (page, path) => page.goto(house.address + path);
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

const PAGES = ['/', '/lots', '/lots?near=nowhere-at-all', '/api/docs', '/login', '/signup', '/password', '/no-such-page', '/lots/999999'];
for (const [width, colorScheme] of [[360, 'light'], [360, 'dark'], [1280, 'light'], [1280, 'dark']])
	test(`axe finds nothing, nothing is too wide, nothing comes from elsewhere: ${width} px, ${colorScheme}`, async () => {
		for (const path of PAGES) {
			const page = await visitor({ viewport: { width, height: 800 }, colorScheme });
			const answer = await go(page, path);
			await page.evaluate(axe);
			const { violations, passes } = await page.evaluate(() => window.axe.run());
			assert.deepStrictEqual(violations.map((v) => [path, v.id, v.nodes.map((n) => n.html.slice(0, 150))]), []);
			assert.ok(passes.length > 10);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is too wide`);
			// A 404 is told by the browser too.
			assert.deepStrictEqual(page.said.filter((w) => answer.status() === 200 || !/status of 404/.test(w)), [], path);
			await page.context().close();
		}
	});

test('no page holds style or script of its own', async () => {
	const page = await visitor();
	for (const path of PAGES) {
		await go(page, path);
		const own = await page.evaluate(() => [...document.querySelectorAll('[style], style, script:not([src])')].map((e) => e.outerHTML.slice(0, 100))
			.concat([...document.querySelectorAll('*')].flatMap((e) => [...e.attributes]).filter((a) => a.name.startsWith('on')).map((a) => a.name)));
		assert.deepStrictEqual(own, [], path);
	}
});

test('the first stop of Tab leads past the masthead', async () => {
	const page = await visitor();
	await go(page, '/');
	await page.keyboard.press('Tab');
	assert.strictEqual(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
	await page.keyboard.press('Enter');
	assert.strictEqual(await page.evaluate(() => document.activeElement.id || location.hash), 'main');
});

test('appearance is worn at once and remembered, with script', async () => {
	const page = await visitor({ colorScheme: 'light' });
	await go(page, '/');
	const light = await background(page);
	assert.ok(await page.getByRole('button', { name: 'Set' }).isHidden());
	await Promise.all([page.waitForResponse((r) => r.url().endsWith('/appearance')), page.selectOption('#theme', 'dark')]);
	assert.notStrictEqual(await background(page), light);
	await go(page, '/api/docs');
	assert.strictEqual(await page.getAttribute('html', 'data-theme'), 'dark');
	assert.strictEqual(await page.inputValue('#theme'), 'dark');
	await Promise.all([page.waitForResponse((r) => r.url().endsWith('/appearance')), page.selectOption('#theme', '')]);
	await go(page, '/');
	assert.strictEqual(await page.getAttribute('html', 'data-theme'), null);
	assert.strictEqual(await background(page), light);
	assert.deepStrictEqual(page.said, []);
});

test('appearance is remembered without script, and one stays on the page', async () => {
	const page = await visitor({ colorScheme: 'light', javaScriptEnabled: false });
	await go(page, '/lots?near=a');
	await page.selectOption('#theme', 'dark');
	await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Set' }).click()]);
	assert.strictEqual(page.url(), `${house.address}/lots?near=a`);
	assert.strictEqual(await page.getAttribute('html', 'data-theme'), 'dark');
});

for (const javaScriptEnabled of [true, false])
	test(`signing in and out says so and changes the masthead, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
		const page = await visitor({ javaScriptEnabled });
		await go(page, '/login');
		await page.fill('#login', 'customer');
		await page.fill('#password', 'park-a-car');
		await Promise.all([page.waitForNavigation(), page.press('#password', 'Enter')]);
		const nav = page.getByRole('navigation', { name: 'Main' });
		assert.ok(await nav.getByRole('link', { name: 'My parking' }).isVisible());
		assert.strictEqual(await nav.getByRole('link', { name: 'Administration' }).count(), 0);
		await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Log out' }).click()]);
		assert.ok(await nav.getByRole('link', { name: 'Log in' }).isVisible());
		assert.deepStrictEqual(page.said, []);
	});

for (const javaScriptEnabled of [true, false])
	test(`what was done is said ${javaScriptEnabled ? 'in a toast that goes' : 'above the page'}, once`, async () => {
		const page = await visitor({ javaScriptEnabled });
		await go(page, '/login');
		await page.fill('#login', 'customer');
		await page.fill('#password', 'park-a-car');
		await Promise.all([page.waitForNavigation(), page.press('#password', 'Enter')]);
		await go(page, '/vehicles');
		await page.fill('#plate', javaScriptEnabled ? 'FR AME 1' : 'FR AME 2');
		await Promise.all([page.waitForNavigation(), page.press('#plate', 'Enter')]);
		assert.strictEqual(await page.locator('.toasts [data-flash]').count(), javaScriptEnabled ? 1 : 0);
		assert.strictEqual(await page.locator('main [data-flash]').count(), javaScriptEnabled ? 0 : 1);
		assert.ok((await page.innerText('[data-flash]')).length > 5);
		await page.reload();
		assert.strictEqual(await page.locator('[data-flash]').count(), 0);
	});

test('wrong answers come back with the list of them in focus, what was typed kept', async () => {
	const page = await visitor();
	await go(page, '/signup');
	await page.fill('#first_name', 'Þórdís <b>');
	await page.fill('#email', 'no-address');
	await page.fill('#password', 'short');
	await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Send me the code' }).click()]);
	assert.ok(await page.evaluate(() => document.activeElement.hasAttribute('data-errors')));
	assert.strictEqual(await page.inputValue('#first_name'), 'Þórdís <b>');
	assert.strictEqual(await page.inputValue('#email'), 'no-address');
	assert.strictEqual(await page.inputValue('#password'), '');
	assert.strictEqual(await page.getAttribute('#email', 'aria-invalid'), 'true');
	await page.locator('[data-errors] a[href="#email"]').click();
	assert.strictEqual(await page.evaluate(() => document.activeElement.id), 'email');
});

test('a problem page tells its number and leads on', async () => {
	const page = await visitor();
	const answer = await go(page, '/no-such-page');
	assert.strictEqual(answer.status(), 404);
	assert.strictEqual(await page.locator('h1').innerText(), 'This road ends here');
	const main = page.locator('main');
	assert.ok((await main.innerText()).includes(answer.headers()['x-request-id']));
	await Promise.all([page.waitForNavigation(), main.getByRole('link', { name: 'Find a space' }).click()]);
	assert.strictEqual(page.url(), `${house.address}/`);
});

test('the API docs show every address of the document', async () => {
	const page = await visitor();
	await go(page, '/api/docs');
	const shown = await page.$$eval('.doc-index a', (all) => all.map((a) => a.textContent.replace(/:(\w+)/g, '{$1}')));
	const { paths } = await (await fetch(`${house.address}/api/openapi.json`)).json();
	const written = Object.entries(paths).flatMap(([path, item]) => Object.keys(item).filter((k) => k !== 'parameters').map((m) => `${m.toUpperCase()} ${path}`));
	assert.ok(written.length > 30);
	assert.deepStrictEqual(shown.sort(), written.sort());
	assert.deepStrictEqual(await page.$$eval('.doc-index a', (all) => all.filter((a) => !document.getElementById(a.hash.slice(1))).map((a) => a.hash)), []);
});
