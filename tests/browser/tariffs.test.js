// tariffs.test.js -- an admin makes a tariff, tries it on, publishes it and its next version: with script and without.
'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { begins, person, go, moved, press, follow, words } = require('./house.js');

begins();
const preview = (page) => words(page, '#preview');

async function fill(page, name) {
	await go(page, '/admin/tariffs/new');
	const terms = { name, currency: 'EUR', price: '5', grace_minutes: '10', w1_price: '2', w1_from: '22:00', w1_until: '06:00', cap: '3.20',
		from: '2026-11-12T14:00', until: '2026-11-12T23:30', time_zone: 'Europe/Berlin' };
	for (const [field, value] of Object.entries(terms)) await page.fill(`#${field}`, value);
}

async function publish(page, name) {
	await press(page, 'Publish the tariff');
	assert.match(page.url(), /\/admin\/tariffs\/\d+$/);
	assert.ok((await page.locator('[data-flash]').innerText()).includes(`Version 1 of ${name} is in force.`));
	await follow(page, 'Change it');
	assert.strictEqual(await page.inputValue('#w1_from'), '22:00');
	await page.fill('#price', '6');
	await press(page, 'Publish version 2');
	assert.match(await page.locator('.lead').innerText(), /^Version 2, in force since .* €6\.00 for each started hour\./);
	await follow(page, 'Version 1');
	assert.match(await page.locator('.lead').innerText(), /no longer in force.* €5\.00 for each started hour\./);
	assert.deepStrictEqual(page.said, []);
}

test('without script the button works the price out, and wrong terms are marked', async () => {
	const page = await person('admin', { javaScriptEnabled: false });
	await go(page, '/admin/tariffs/new');
	await follow(page, 'First interval, then steps');
	assert.match(await preview(page), /The first 10 min cost €20\.00\. Then €2\.00 for each started minute\./);
	await fill(page, 'Plain');
	await press(page, 'Work out the price');
	assert.strictEqual(await page.getAttribute('#cap', 'aria-invalid'), 'true');
	assert.match(await page.locator('#cap-e').innerText(), /Less than one step of the rate \(€5\.00\)/);
	assert.match(await preview(page), /cannot be priced until/);
	await page.fill('#cap', '32');
	await moved(page, page.press('#cap', 'Enter')); // Enter asks, it does not publish
	assert.ok(!page.url().includes('csrf'), 'no token in an address');
	assert.match(await preview(page), /9 h 30 min cost €32\.00, because/);
	assert.match(await preview(page), /8 started hours at €5\.00\s+€40\.00/);
	assert.match(await preview(page), /2 started hours at €2\.00, 22:00–06:00\s+€4\.00/);
	assert.match(await preview(page), /Never more than €32\.00 in 24 hours\s+−€12\.00/);
	await publish(page, 'Plain');
});

test('with script the price follows what is typed', async () => {
	const page = await person('admin');
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
