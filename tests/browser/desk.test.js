// desk.test.js -- an admin looks at other days and another lot, by keys alone, with script and without.
'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { begins, person, go, moved, press, follow, words } = require('./house.js');

begins();

const query = (page) => Object.fromEntries(new URL(page.url()).searchParams);
const span = async (page) => [await page.inputValue('#from'), await page.inputValue('#until')];

for (const javaScriptEnabled of [true, false])
	test(`days and a lot are chosen ${javaScriptEnabled ? 'with' : 'without'} script, and stand in the address`, async () => {
		const page = await person('admin', { javaScriptEnabled });
		await go(page, '/admin');
		await page.fill('#from', '2026-02-01');
		await page.fill('#until', '2026-02-28');
		await page.selectOption('#lot', { label: 'Concertgebouw' });
		await press(page, 'Show');
		assert.deepStrictEqual({ ...query(page), lot: 'some' }, { from: '2026-02-01', until: '2026-02-28', lot: 'some' });
		assert.strictEqual((await words(page, 'h1')).replaceAll('\u2060', ''), '1–28 Feb 2026');
		assert.match(await words(page, '.admin-head .quiet'), /^Concertgebouw, in EUR/);
		assert.strictEqual(await page.locator('#lots').count(), 0, 'no list of lots for one lot');
		await follow(page, '7 days');
		assert.ok(query(page).lot, 'the lot stays');
		assert.strictEqual(await page.locator('[aria-label=Days] [aria-current]').first().innerText(), '7 days');
		const [from, until] = await span(page);
		assert.strictEqual((Date.parse(until) - Date.parse(from)) / 86400000, 6);
		await follow(page, 'This year');
		await follow(page, 'By month');
		assert.deepStrictEqual([query(page).range, query(page).unit], ['year', 'month']);
		assert.match(await words(page, '#revenue h2'), /by month/);
		assert.deepStrictEqual(page.said, []);
		await page.context().close();
	});

test('by keys alone: from the first date to the numbers of a chart and their file', async () => {
	const page = await person('admin');
	await go(page, '/admin?range=30d');
	await page.focus('#lot');
	await page.keyboard.press('Tab');
	assert.strictEqual(await page.evaluate('document.activeElement.textContent'), 'Show');
	await page.keyboard.press('Tab');
	await moved(page, page.keyboard.press('Enter')); // "7 days" is next
	assert.strictEqual(query(page).range, '7d');
	const numbers = page.locator('#revenue summary');
	await numbers.focus();
	await page.keyboard.press('Enter');
	assert.ok(await page.locator('#revenue table').isVisible());
	assert.strictEqual(await page.locator('#revenue tbody tr').count(), 7);
	await page.keyboard.press('Tab'); // the table can be scrolled
	assert.strictEqual(await page.evaluate("document.activeElement.getAttribute('role')"), 'region');
	const link = page.locator('#revenue a[download]');
	await link.focus();
	const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
	assert.match(file.suggestedFilename(), /^revenue_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.csv$/);
	assert.deepStrictEqual(page.said, []);
	await page.context().close();
});

test('a drawing has a name and a sentence, and its bars say what they are', async () => {
	const page = await person('admin');
	await go(page, '/admin?range=30d');
	for (const drawing of await page.locator('svg[role=img]').all()) {
		const named = await drawing.evaluate((svg) => svg.getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id)?.textContent.trim()));
		assert.ok(named.length === 2 && named.every((s) => s && s.length > 3), named.join(' / '));
	}
	assert.ok((await page.locator('svg[role=img]').count()) >= 7);
	const bars = page.locator('#revenue .mark');
	assert.strictEqual(await bars.count(), 30);
	assert.match(await bars.nth(3).locator('title').textContent(), /^\w{3}.\d+.\w{3}.\d{4}: €[\d,.]+; online €.*, card €.*, cash €/);
	await bars.nth(3).locator('.hit').hover({ position: { x: 5, y: 3 } });
	assert.ok(await bars.nth(3).locator('.readout').evaluate((g) => getComputedStyle(g).visibility === 'visible'));
	assert.ok(await page.locator('#revenue .readout-rest').evaluate((g) => getComputedStyle(g).visibility === 'hidden'));
	await page.context().close();
});

test('a day that is none is marked where it was typed', async () => {
	const page = await person('admin', { javaScriptEnabled: false });
	await go(page, '/admin?from=2026-02-30&until=2026-11-12');
	assert.strictEqual(await page.getAttribute('#from', 'aria-invalid'), 'true');
	assert.match(await words(page, '#from-e'), /This takes a day, like 2026-11-12/);
	await page.context().close();
});
