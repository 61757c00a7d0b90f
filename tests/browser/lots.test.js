// lots.test.js -- an admin makes a lot with zone and slots, a customer finds it and chooses: with script and without.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const { test, after, before } = require('node:test');
const { chromium } = require('playwright-core');
const { House } = require('../http/house.js');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const tomorrow = (hour) => `${new Date(Date.now() + 86400000).toISOString().slice(0, 10)}T${hour}`;
const window = () => `from=${tomorrow('14:00')}&until=${tomorrow('17:30')}`;
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
	return page;
}
async function desk(options) {
	const page = await visitor(options);
	await page.goto(`${house.address}/login`);
	await page.fill('#login', 'admin');
	await page.fill('#password', '123456');
	await Promise.all([page.waitForNavigation(), page.press('#password', 'Enter')]);
	return page;
}
const press = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole('button', { name, exact: true }).click()]);
const words = async (page, where) => (await page.locator(where).innerText()).replaceAll('\u00a0', ' ');

async function makeLot(page, name, code) {
	await page.goto(`${house.address}/admin/lots`);
	await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'New lot' }).first().click()]);
	const terms = { name, address: 'Hauptplatz 1', city: 'Grätz', time_zone: 'Europe/Vienna', currency: 'EUR', hours: 'sometimes' };
	for (const [field, value] of Object.entries(terms)) await page.fill(`#${field}`, value);
	await press(page, 'Make the lot');
	assert.strictEqual(await page.getAttribute('#hours', 'aria-invalid'), 'true');
	assert.strictEqual(await page.inputValue('#name'), name, 'nothing is lost');
	await page.fill('#hours', 'Mo-Su 6:00-23:00');
	await press(page, 'Make the lot');
	assert.match(page.url(), /\/admin\/lots\/\d+$/);
	await page.fill('#zone_code', code);
	await page.fill('#zone_name', 'Court, by the <gate>');
	await press(page, 'Add the zone');
	await page.fill('#labels', 'A-01..A-20');
	await page.fill('#prefix', `${code}-`);
	await press(page, 'Make the slots');
	assert.match(await words(page, '[data-flash]'), /20 slots made/);
	await page.fill('#chosen', 'A-03..A-04');
	await page.fill('#reason', 'Being painted');
	await press(page, 'Out of service');
	assert.match(await words(page, '[data-flash]'), /2 slots changed/);
	return Number(page.url().match(/\d+$/)[0]);
}

async function findAndChoose(page, name) {
	await page.goto(house.address);
	await page.fill('#near', 'graetz'.replace('ae', 'a')); // accents and case do not matter
	await page.fill('#from', tomorrow('14:00'));
	await page.fill('#until', tomorrow('17:30'));
	await press(page, 'Find a space');
	const result = page.locator('.result', { hasText: name });
	assert.strictEqual(await result.locator('.counter b').innerText(), '18');
	await Promise.all([page.waitForNavigation(), result.getByRole('link', { name: /^Choose a slot/ }).click()]);
	assert.match(await words(page, 'h1'), new RegExp(name));
	assert.match(await words(page, '.counter'), /18\s+of 20 free/);
	assert.strictEqual(await page.locator('svg .cross').count(), 2 + 1, 'two bays and the legend');
	const bay = page.getByRole('link', { name: 'A 07, free for your time' });
	assert.match(await bay.getAttribute('href'), /^\/quotes\?lot=\d+&slot=\d+&from=/);
	assert.strictEqual(await page.locator('#slot option').count(), 1 + 18);
	await page.selectOption('#slot', { label: 'A-08, regular' });
	await press(page, 'See the quote');
	assert.match(page.url(), /\/quotes\?|\/login/);
	return page;
}

for (const javaScriptEnabled of [false, true])
	test(`an admin makes a lot and a customer finds it, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
		const name = javaScriptEnabled ? 'Lively Court' : 'Plain Court';
		const admin = await desk({ javaScriptEnabled });
		await makeLot(admin, name, javaScriptEnabled ? 'LIV' : 'PLN');
		const customer = await visitor({ javaScriptEnabled });
		await findAndChoose(customer, name);
		assert.deepStrictEqual([...admin.said, ...customer.said].filter((s) => !/status of 422/.test(s)), []);
	});

test('a search that cannot be understood comes back as it was typed, with words beside the field', async () => {
	const page = await visitor({ javaScriptEnabled: false });
	await page.goto(`${house.address}/lots?near=amsterdam&from=${tomorrow('14:00')}&until=${tomorrow('13:00')}`);
	assert.match(await words(page, '#until-e'), /after the beginning/);
	assert.strictEqual(await page.inputValue('#near'), 'amsterdam');
	assert.strictEqual(await page.inputValue('#until'), tomorrow('13:00'));
	await page.goto(`${house.address}/lots/1?from=2020-01-01T10:00&until=2020-01-01T12:00`);
	assert.match(await words(page, '#from-e'), /That is past/);
	assert.strictEqual(await page.getByRole('button', { name: 'See the quote' }).count(), 0);
});

for (const colorScheme of ['light', 'dark'])
	test(`the pages of lots read well at 360 and 1280 pixels, ${colorScheme}`, async () => {
		const page = await desk({ colorScheme, bypassCSP: true });
		const addresses = ['/', '/lots', `/lots?near=amsterdam&${window()}`, `/lots?near=52.36,4.88&${window()}`, `/lots?near=nowhere&${window()}`,
			'/lots?from=a&until=b', `/lots/1?${window()}`, '/lots/6?from=2020-01-01T10:00&until=2020-01-01T12:00', '/admin/lots', '/admin/lots/new',
			'/admin/lots/1', '/admin/slots/1'];
		for (const width of [360, 1280]) {
			await page.setViewportSize({ width, height: 800 });
			for (const address of addresses) {
				await page.goto(house.address + address);
				await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
				assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${address} is wider than ${width}`);
				await page.evaluate(axe);
				const faults = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
				assert.deepStrictEqual(faults.violations.map((v) => `${v.id}: ${v.nodes[0].html}`), [], `${address} at ${width}`);
			}
		}
	});
