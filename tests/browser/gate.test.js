// gate.test.js -- a busy gate: a scanner and the keys of a keyboard, a tablet, no script, and who watches.
'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { begins, person, moved, press, fine } = require('./house.js');

let house, lot, slots;

begins(async (started) => {
	house = started;
	house.sql(`insert into lots (name, address, city, time_zone, currency, search)
			values ('Nordtor', 'Torgasse 2', 'Wien', 'Europe/Vienna', 'EUR', 'nordtor torgasse 2 wien');
		insert into zones (lot_id, code) select id, 'NT' from lots where name = 'Nordtor';
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'NT-' || n, 'N-' || n
			from zones, generate_series(1, 9) n where code = 'NT'`);
	lot = Number(house.sql(`select id from lots where name = 'Nordtor'`));
	slots = house.sql(`select id from slots where code like 'NT-%' order by id`).split('\n').map(Number);
});

const focused = (page) => page.evaluate(() => document.activeElement.id);
const state = (plate) => house.sql(`select status from stays where plate = '${plate}' and lot_id = ${lot} order by id desc limit 1`);
const ago = (plate, minutes) => house.sql(`update stays set entered_at = now() - interval '${minutes} minutes' where plate = '${plate}' and status = 'open'`);

// What is typed anywhere lands in the field, Enter asks, a key does it.
async function shift(page) {
	await page.goto(`${house.address}/gate?lot=${lot}`);
	assert.strictEqual(await focused(page), 'plate');
	await page.evaluate(() => document.activeElement.blur());
	await page.keyboard.type('SC-101');
	assert.strictEqual(await page.inputValue('#plate'), 'SC-101', 'a scanner types where the field is');
	await moved(page, page.keyboard.press('Enter'));
	assert.match(await page.locator('.who').innerText(), /SC-101/);
	assert.strictEqual(await focused(page), 'plate', 'the next scan begins at once');
	await moved(page, page.keyboard.press('F2'));
	assert.strictEqual(state('SC101'), 'open');
	assert.match(await page.locator('#moves').innerText(), /SC-101/);
	ago('SC101', 90);
	await page.keyboard.type('SC101');
	await moved(page, page.keyboard.press('Enter'));
	assert.match(await page.locator('.who').innerText(), /Inside[\s\S]*To pay/);
	await moved(page, page.keyboard.press('F4'));
	assert.strictEqual(state('SC101'), 'closed');
	assert.strictEqual(house.sql(`select method || ' ' || (p.amount = c.amount) from payments p join charges c on c.id = p.charge_id
		order by p.id desc limit 1`), 'cash true');
	assert.match(await page.locator('body').innerText(), /taken by cash, receipt No/);
}

test('a scanner, Enter and one key let a car in, and out with its money', async () => {
	const page = await person('operator', { viewport: { width: 1024, height: 768 } });
	page.setDefaultTimeout(60000);
	await shift(page);
	assert.deepStrictEqual(page.said, []);
	await page.context().close();
});

test('on a tablet held upright the same is done by touch', async () => {
	const page = await person('operator', { viewport: { width: 768, height: 1024 }, hasTouch: true });
	await page.goto(`${house.address}/gate?lot=${lot}`);
	await page.fill('#plate', 'TB 7');
	await press(page, 'Look up');
	const button = page.getByRole('button', { name: /^Let in/ });
	assert.ok((await button.boundingBox()).height >= 44);
	await moved(page, button.tap());
	assert.strictEqual(state('TB7'), 'open');
	await moved(page, page.getByRole('button', { name: /^Undo: TB 7/ }).tap());
	assert.strictEqual(state('TB7'), 'void');
	await fine(page);
	assert.deepStrictEqual(page.said, []);
	await page.context().close();
});

test('without script all of it works, and mistakes are said in place', async () => {
	const page = await person('operator', { javaScriptEnabled: false });
	await page.goto(`${house.address}/gate?lot=${lot}`);
	await page.fill('#plate', '--');
	await press(page, 'Look up');
	assert.match(await page.locator('#plate-e').innerText(), /letters or digits/);
	await page.fill('#plate', 'NS 1');
	await press(page, 'Look up');
	await press(page, /^Let in/);
	await page.fill('#plate', 'NS 1');
	await press(page, 'Look up');
	assert.match(await page.locator('.who').innerText(), /Inside/);
	ago('NS1', 70);
	await press(page, 'Look up');
	await press(page, /^Let out, pay later/);
	assert.match(await page.locator('.who').innerText(), /Not paid yet/);
	await press(page, /by card for the stay/);
	await page.fill('#plate', 'NS 1');
	await press(page, 'Look up');
	assert.doesNotMatch(await page.locator('.who').innerText(), /Not paid yet/);
	await page.goto(`${house.address}/stays?plate=NS1`);
	assert.match(await page.locator('table').innerText(), /Left/);
	await page.goto(`${house.address}/gate/shift`);
	await page.fill('#counted', house.sql(`select to_char(coalesce(sum(amount), 0) / 100.0, 'FM990.00') from payments
		where method = 'cash' and currency = 'EUR' and paid_at > now() - interval '1 day' and recorded_by is not null`));
	await press(page, 'Close the shift');
	assert.match(await page.locator('body').innerText(), /shift is closed/);
	await page.context().close();
});

test('who watches the live map sees a slot change while they look', async () => {
	const page = await person('operator');
	await page.goto(`${house.address}/lots/${lot}/live`);
	await fine(page);
	const place = page.locator('.place', { hasText: 'N-9' });
	assert.match(await place.getAttribute('class'), /place-available/);
	const token = await house.login('operator', 'open-the-gate');
	await house.post('/api/v1/stays', { plate: 'LV 1', lot_id: lot, slot_id: slots[8] }, { token });
	await page.locator('.place-occupied', { hasText: 'N-9' }).waitFor();
	assert.match(await page.locator('.place', { hasText: 'N-9' }).innerText(), /LV 1/);
	assert.deepStrictEqual(page.said, []);
	await page.context().close();
});

test('an anomaly is closed with one press', async () => {
	const page = await person('operator');
	const id = house.sql("select id from anomalies where state = 'open' order by raised_at desc limit 1");
	await page.goto(`${house.address}/anomalies`);
	const row = page.locator('tr', { has: page.locator(`a[href="/anomalies/${id}"]`) });
	await moved(page, row.getByRole('button', { name: 'I am on it' }).click());
	assert.strictEqual(house.sql(`select state from anomalies where id = ${id}`), 'acknowledged');
	await moved(page, row.getByRole('button', { name: 'Close' }).click());
	assert.strictEqual(house.sql(`select state || ': ' || reason from anomalies where id = ${id}`), 'closed: All in order');
	await page.context().close();
});
