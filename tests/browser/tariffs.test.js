// tariffs.test.js -- an admin makes a tariff, tries it on, publishes it and its next version: with script and without.
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

// A page on which an admin is logged in.  What its console complains of is kept.
async function desk(options) {
	const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	page.said = [];
	page.on('console', (m) => m.type() === 'error' && page.said.push(m.text()));
	page.on('pageerror', (e) => page.said.push(e.message));
	await page.goto(`${house.address}/login`);
	await page.fill('#login', 'admin');
	await page.fill('#password', '123456');
	await Promise.all([page.waitForNavigation(), page.press('#password', 'Enter')]);
	return page;
}
const press = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole('button', { name }).click()]);
const preview = async (page) => (await page.locator('#preview').innerText()).replaceAll('\u00a0', ' ');

async function fill(page, name) {
	await page.goto(`${house.address}/admin/tariffs/new`);
	const terms = { name, currency: 'EUR', price: '5', grace_minutes: '10', w1_price: '2', w1_from: '22:00', w1_until: '06:00', cap: '3.20',
		from: '2026-11-12T14:00', until: '2026-11-12T23:30', time_zone: 'Europe/Berlin' };
	for (const [field, value] of Object.entries(terms)) await page.fill(`#${field}`, value);
}

async function publish(page, name) {
	await press(page, 'Publish the tariff');
	assert.match(page.url(), /\/admin\/tariffs\/\d+$/);
	assert.ok((await page.locator('[data-flash]').innerText()).includes(`Version 1 of ${name} is in force.`));
	await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Change it' }).click()]);
	assert.strictEqual(await page.inputValue('#w1_from'), '22:00');
	await page.fill('#price', '6');
	await press(page, 'Publish version 2');
	assert.match(await page.locator('.lead').innerText(), /^Version 2, in force since .* €6\.00 for each started hour\./);
	await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Version 1', exact: true }).click()]);
	assert.match(await page.locator('.lead').innerText(), /no longer in force.* €5\.00 for each started hour\./);
	assert.deepStrictEqual(page.said, []);
}

test('without script the button works the price out, and wrong terms are marked', async () => {
	const page = await desk({ javaScriptEnabled: false });
	await page.goto(`${house.address}/admin/tariffs/new`);
	await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'First interval, then steps' }).click()]);
	assert.match(await preview(page), /The first 10 min cost €20\.00\. Then €2\.00 for each started minute\./);
	await fill(page, 'Plain');
	await press(page, 'Work out the price');
	assert.strictEqual(await page.getAttribute('#cap', 'aria-invalid'), 'true');
	assert.match(await page.locator('#cap-e').innerText(), /Less than one step of the rate \(€5\.00\)/);
	assert.match(await preview(page), /cannot be priced until/);
	await page.fill('#cap', '32');
	await Promise.all([page.waitForNavigation(), page.press('#cap', 'Enter')]); // Enter asks, it does not publish
	assert.ok(!page.url().includes('csrf'), 'no token in an address');
	assert.match(await preview(page), /9 h 30 min cost €32\.00, because/);
	assert.match(await preview(page), /8 started hours at €5\.00\s+€40\.00/);
	assert.match(await preview(page), /2 started hours at €2\.00, 22:00–06:00\s+€4\.00/);
	assert.match(await preview(page), /Never more than €32\.00 in 24 hours\s+−€12\.00/);
	await publish(page, 'Plain');
});

test('with script the price follows what is typed', async () => {
	const page = await desk();
	await fill(page, 'Lively');
	await page.waitForSelector('#preview:has-text("cannot be priced until")');
	await page.fill('#cap', '32');
	await page.waitForSelector('#preview:has-text("cost €32.00, because")');
	await page.fill('#price', '1');
	await page.waitForSelector('#preview:has-text("8 started hours at €1.00")');
	await page.fill('#price', '5');
	await page.waitForSelector('#preview:has-text("8 started hours at €5.00")');
	await publish(page, 'Lively');
});

for (const colorScheme of ['light', 'dark'])
	test(`the pages of tariffs read well at 360 and 1280 pixels, ${colorScheme}`, async () => {
		const page = await desk({ colorScheme, bypassCSP: true });
		const id = house.sql('select min(id) from tariffs where not built_in');
		for (const where of ['', '/new', '/new?price=x&name=', `/${id}`, `/${id}/edit`])
			for (const width of [360, 1280]) {
				await page.setViewportSize({ width, height: 900 });
				await page.goto(`${house.address}/admin/tariffs${where}`);
				assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${where} at ${width}`);
				await page.addScriptTag({ content: axe });
				const { violations } = await page.evaluate(() => window.axe.run());
				assert.deepStrictEqual(violations.map((v) => `${where} ${width}: ${v.id}, ${v.nodes[0].html}`), []);
			}
	});
