// booking.test.js -- a customer books, comes back, changes and cancels: with script and without, on a phone and on a desk.
'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { begins, visitor, person, moved, press, refused, follow, fine } = require('./house.js');

const hour = (n) => new Date(Math.ceil(Date.now() / 3600000) * 3600000 + n * 3600000).toISOString().replace('.000', '');
let house, lot, slots;

begins(async (started) => {
	house = started;
	house.sql(`insert into lots (name, address, city, time_zone, currency, search)
			values ('Nordtor', 'Torgasse 2', 'Wien', 'Europe/Vienna', 'EUR', 'nordtor torgasse 2 wien');
		insert into zones (lot_id, code) select id, 'NT' from lots where name = 'Nordtor';
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'NT-' || n, 'N-' || n
			from zones, generate_series(1, 9) n where code = 'NT';
		insert into users (username, email, first_name, password, verified_at) select n, n || '@walk.test', n,
			(select password from users where username = 'customer'), now() from unnest(array['ida', 'ole', 'una', 'eva']) n;
		insert into vehicles (user_id, plate, plate_typed, label) select id, 'R882LB', 'R-882-LB', 'The bus'
			from users where username = 'ole'`);
	lot = Number(house.sql(`select id from lots where name = 'Nordtor'`));
	slots = house.sql(`select id from slots where code like 'NT-%' order by id`).split('\n').map(Number);
});

const title = async (page) => (await page.locator('h1').innerText()).replaceAll('\u00a0', ' ');
const quote = (slot, from, until) => `${house.address}/quotes?lot=${lot}&slot=${slot}&from=${from}&until=${until}`;

async function bookAndCancel(page, slot, looked) {
	await page.goto(quote(slot, hour(30), hour(33)));
	assert.match(await title(page), /is free for you/);
	await looked(page);
	await press(page, 'Hold this slot');
	assert.match(await title(page), /is held for you/);
	await looked(page);
	const own = page.url();
	await page.fill('#plate', '--');
	await refused(page, /^Confirm, pay €/);
	assert.match(await page.locator('#plate-e').innerText(), /letters or digits/);
	assert.strictEqual(await page.inputValue('#plate'), '--', 'nothing is lost');
	await looked(page);
	await page.fill('#plate', 'K-419-TX');
	await press(page, /^Confirm, pay €/);
	assert.strictEqual(page.url(), own);
	assert.strictEqual(await title(page), 'You’re booked');
	assert.strictEqual(await page.locator('.ticket .plate').innerText(), 'K-419-TX');
	await looked(page);
	await follow(page, 'Stay longer');
	await looked(page);
	await page.getByRole('radio').nth(1).check();
	await press(page, 'Stay longer');
	assert.match(await page.locator('.ticket .window').innerText(), /4.h/);
	await page.goto(`${house.address}/reservations`);
	assert.match(await page.locator('.trips').first().innerText(), /Nordtor, Wien/);
	await looked(page);
	await page.goto(own);
	await follow(page, 'Cancel this booking');
	await looked(page);
	await press(page, 'Cancel this booking');
	assert.strictEqual(await title(page), 'Cancelled');
	await looked(page);
}

test('on a phone, in the dark, with script', async () => {
	const page = await person('ida', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
	await bookAndCancel(page, slots[0], fine);
});

test('on a desk, without script', async () => {
	const page = await person('una', { javaScriptEnabled: false });
	await bookAndCancel(page, slots[1], async () => {});
});

test('one’s own vehicle is there to choose, and another plate wins over it', async () => {
	const page = await person('ole');
	await page.goto(quote('any', hour(40), hour(41)));
	await press(page, 'Hold this slot');
	await press(page, /^Confirm, pay €/);
	assert.strictEqual(await page.locator('.ticket .plate').innerText(), 'R-882-LB');
	await page.goto(quote('any', hour(40), hour(41)));
	await press(page, 'Hold this slot');
	await page.fill('#plate', 'W 1');
	await press(page, /^Confirm, pay €/);
	assert.strictEqual(await page.locator('.ticket .plate').innerText(), 'W 1');
});

test('a hold that ends under one’s eyes says what can be done, and can be had again', async () => {
	const page = await person('eva');
	await page.goto(quote(slots[2], hour(50), hour(51)));
	await press(page, 'Hold this slot');
	const own = page.url();
	house.sql(`update reservations set hold_until = now() + interval '3 seconds' where id = ${own.split('/').pop()}`);
	await page.goto(own);
	assert.match(await page.locator('[data-left]').innerText(), /^0:0\d left$/);
	await page.locator('h1', { hasText: 'has ended' }).waitFor({ timeout: 15000 });
	await fine(page);
	await follow(page, 'Hold it again');
	await press(page, 'Hold this slot');
	assert.match(await title(page), /is held for you/);
	await press(page, 'Let it go');
	assert.match(page.url(), /\/reservations$/);
});

test('who was a second too late is offered the slot beside it', async () => {
	const page = await person('eva');
	await page.goto(quote(slots[4], hour(60), hour(61)));
	house.sql(`insert into reservations (lot_id, slot_id, user_id, starts, ends, status, hold_until, price, currency,
		refund_percent, cancel_until, no_show_at, created_at) select ${lot}, ${slots[4]}, id, '${hour(60)}', '${hour(61)}', 'held',
		now() + interval '10 minutes', 0, 'EUR', 50, now(), now(), now() from users where username = 'ole'`);
	await press(page, 'Hold this slot');
	assert.match(await title(page), /N-5 is not free/);
	assert.match(await page.locator('[role=alert]').innerText(), /Nothing was charged/);
	await fine(page);
	await follow(page, /^Take N-/);
	assert.match(await title(page), /is free for you/);
});

test('a stranger sees what it costs, and is brought back after signing in', async () => {
	const page = await visitor();
	await page.goto(quote(slots[6], hour(70), hour(71)));
	await press(page, 'Sign in to hold it');
	await page.fill('#login', 'eva');
	await page.fill('#password', 'park-a-car');
	await moved(page, page.press('#password', 'Enter'));
	assert.match(page.url(), /\/quotes\?/);
	await press(page, 'Hold this slot');
	assert.match(await title(page), /N-7 is held for you/);
});
