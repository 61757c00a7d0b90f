// frame.test.js -- what is on every page: layout, appearance, notices, problems, API docs; with script and without.
'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { at, begins, visitor, person, logIn, go, moved, press } = require('./house.js');
const { until } = require('../http/house.js');

begins();
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

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
	await press(page, 'Set');
	assert.strictEqual(page.url(), `${at.address}/lots?near=a`);
	assert.strictEqual(await page.getAttribute('html', 'data-theme'), 'dark');
});

for (const javaScriptEnabled of [true, false])
	test(`signing in and out says so and changes the masthead, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
		const page = await visitor({ javaScriptEnabled });
		await logIn(page, 'customer');
		const nav = page.getByRole('navigation', { name: 'Main' });
		assert.ok(await nav.getByRole('link', { name: 'My parking' }).isVisible());
		assert.strictEqual(await nav.getByRole('link', { name: 'Administration' }).count(), 0);
		await press(page, 'Log out');
		assert.ok(await nav.getByRole('link', { name: 'Log in' }).isVisible());
		assert.deepStrictEqual(page.said, []);
	});

for (const javaScriptEnabled of [true, false])
	test(`what was done is said ${javaScriptEnabled ? 'in a toast that goes' : 'above the page'}, once`, async () => {
		const page = await visitor({ javaScriptEnabled });
		await logIn(page, 'customer');
		await go(page, '/vehicles');
		await page.fill('#plate', javaScriptEnabled ? 'FR AME 1' : 'FR AME 2');
		await moved(page, page.press('#plate', 'Enter'));
		assert.strictEqual(await page.locator('.toasts [data-flash]').count(), javaScriptEnabled ? 1 : 0);
		assert.strictEqual(await page.locator('main [data-flash]').count(), javaScriptEnabled ? 0 : 1);
		assert.ok((await page.innerText('[data-flash]')).length > 5);
		await page.reload();
		assert.strictEqual(await page.locator('[data-flash]').count(), 0);
	});

test('wrong answers come back with the list of them in focus, what was typed kept', async () => {
	const page = await person('customer');
	await go(page, '/profile');
	await page.fill('#email', 'thordis@parking.example');
	await page.fill('#current2', 'not my password');
	await press(page, 'Send me the code');
	assert.ok(await page.evaluate(() => document.activeElement.hasAttribute('data-errors')));
	assert.strictEqual(await page.inputValue('#email'), 'thordis@parking.example');
	assert.strictEqual(await page.inputValue('#current2'), '');
	assert.strictEqual(await page.getAttribute('#current2', 'aria-invalid'), 'true');
	assert.strictEqual(await page.getAttribute('#current', 'aria-invalid'), null, 'the form beside it is not blamed');
});

test('appearance chosen before the script has come is worn and remembered when it comes', async () => {
	const page = await visitor({ colorScheme: 'light' });
	let come;
	const waits = new Promise((done) => (come = done));
	await page.route('**/app*.js', async (route) => { await waits; await route.continue(); });
	const loaded = go(page, '/login');
	await page.locator('#theme').selectOption('dark');
	const remembered = page.waitForRequest((r) => r.url().endsWith('/appearance'));
	come();
	await Promise.all([loaded, remembered]);
	assert.strictEqual(await page.getAttribute('html', 'data-theme'), 'dark');
	await until('the cookie is there', 5000, async () => (await page.context().cookies()).some((k) => k.name === 'theme' && k.value === 'dark'));
	await go(page, '/signup');
	assert.strictEqual(await page.getAttribute('html', 'data-theme'), 'dark');
});

test('appearance set without script is still worn with script', async () => {
	const plain = await visitor({ colorScheme: 'light', javaScriptEnabled: false });
	await go(plain, '/lots');
	await plain.selectOption('#theme', 'dark');
	await press(plain, 'Set');
	const page = await visitor({ colorScheme: 'light', storageState: await plain.context().storageState() });
	for (const where of ['/', '/lots', '/login']) {
		await go(page, where);
		assert.strictEqual(await page.getAttribute('html', 'data-theme'), 'dark', where);
		assert.strictEqual(await page.inputValue('#theme'), 'dark', where);
	}
	assert.deepStrictEqual(page.said, []);
});

test('a problem page tells its number and leads on', async () => {
	const page = await visitor();
	const answer = await go(page, '/no-such-page');
	assert.strictEqual(answer.status(), 404);
	assert.strictEqual(await page.locator('h1').innerText(), 'This road ends here');
	const main = page.locator('main');
	assert.ok((await main.innerText()).includes(answer.headers()['x-request-id']));
	await moved(page, main.getByRole('link', { name: 'Find a space' }).click());
	assert.strictEqual(page.url(), `${at.address}/`);
});

test('the API docs show every address of the document', async () => {
	const page = await visitor();
	await go(page, '/api/docs');
	const shown = await page.$$eval('.doc-index a', (all) => all.map((a) => a.textContent.replace(/:(\w+)/g, '{$1}')));
	const { paths } = await (await fetch(`${at.address}/api/openapi.json`)).json();
	const written = Object.entries(paths).flatMap(([path, item]) => Object.keys(item).filter((k) => k !== 'parameters').map((m) => `${m.toUpperCase()} ${path}`));
	assert.ok(written.length > 30);
	assert.deepStrictEqual(shown.sort(), written.sort());
	const parts = await page.$$eval('.doc-index a', (all) => all.map((a) => a.href));
	for (const part of new Set(parts.map((href) => href.split('#')[0]))) {
		await page.goto(part);
		const there = await page.$$eval('.doc-row h2', (all) => all.map((h) => h.id));
		assert.deepStrictEqual(there.sort(), parts.filter((href) => href.startsWith(`${part}#`)).map((href) => href.split('#')[1]).sort());
	}
});
