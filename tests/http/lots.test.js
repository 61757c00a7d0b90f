// lots.test.js -- places on the running server: what programs read, what an admin makes, and that no page is older than
// the last write, whichever worker answers.
'use strict';
const assert = require('node:assert');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');

let house, admin, customer, lot, zone;

const tomorrow = (hour) => `${new Date(Date.now() + 86400000).toISOString().slice(0, 10)}T${hour}`;
const window = () => `from=${encodeURIComponent(tomorrow('14:00'))}&until=${encodeURIComponent(tomorrow('17:30'))}`;

const ask = (method, where, body, token) => house.request(method, where, { body, token });
const page = (where) => house.request('GET', where, { headers: { accept: 'text/html' } });

before(async () => {
	house = await House.start();
	admin = await house.login('admin', '123456');
	customer = await house.login('customer', 'park-a-car');
});
after(() => house && house.stop());

test('lots are found by their words, with what is free and what it costs', async () => {
	const all = await ask('GET', '/api/v1/lots');
	assert.strictEqual(all.json.n, 12);
	const some = await ask('GET', `/api/v1/lots?near=z%C3%BCrihc&${window()}`);
	assert.deepStrictEqual(some.json.lots.map((l) => l.name), ['Hauptbahnhof Süd']);
	assert.strictEqual(some.json.lots[0].currency, 'CHF');
	assert.strictEqual(some.json.lots[0].price, 4 * 450);
	assert.ok(some.json.lots[0].free > 0);
	const near = await ask('GET', `/api/v1/lots?near=52.36,4.88&${window()}`);
	assert.strictEqual(near.json.lots[0].city, 'Amsterdam');
	const cheap = (await ask('GET', `/api/v1/lots?near=amsterdam&sort=price&${window()}`)).json.lots.map((l) => l.price);
	assert.deepStrictEqual(cheap, [...cheap].sort((a, b) => a - b));
});

test('a search that cannot be understood is refused in words', async () => {
	for (const [query, field] of [['from=x&until=y', 'from'], [`from=${tomorrow('14:00')}&until=${tomorrow('13:00')}`, 'until'],
		['sort=sideways', 'sort'], [`near=${'x'.repeat(201)}`, 'near'], ['near=%ff', null]]) {
		const r = await house.get(`/api/v1/lots?${query}`);
		assert.ok(r.status === 422 || r.status === 400, `${query}: ${r.status}`);
		if (field) assert.ok(r.json.fields[field], `${query}: ${r.text}`);
	}
});

test('an admin makes a lot, programs do it by the same rules', async () => {
	const draft = { name: 'Rathausplatz 🅿️ مواقف', city: 'Linz', time_zone: 'Europe/Vienna', currency: 'EUR', hours: 'mo-su 6:00-23:00',
		pay_at_exit: true, cancel_minutes: 60, refund_percent: 50, no_show_minutes: 30 };
	assert.strictEqual((await ask('POST', '/api/v1/admin/lots', draft)).status, 401);
	assert.strictEqual((await ask('POST', '/api/v1/admin/lots', draft, customer)).status, 403);
	const made = await ask('POST', '/api/v1/admin/lots', draft, admin);
	assert.strictEqual(made.status, 201);
	assert.strictEqual(made.json.hours, 'Mo-Su 06:00-23:00');
	assert.strictEqual(made.json.days_ahead, 90);
	lot = made.json.id;
	assert.strictEqual((await ask('POST', '/api/v1/admin/lots', draft, admin)).status, 409);
	const bad = await ask('POST', '/api/v1/admin/lots', { ...draft, time_zone: 'Mars/Olympus', latitude: '91', refund_percent: 1e9 }, admin);
	assert.deepStrictEqual(Object.keys(bad.json.fields).sort(), ['latitude', 'refund_percent', 'time_zone']);
	const z = await ask('POST', `/api/v1/admin/lots/${lot}/zones`, { zone_code: 'LNZ-A', zone_name: 'Hof' }, admin);
	assert.strictEqual(z.status, 201);
	zone = z.json.id;
	const slots = await ask('POST', `/api/v1/admin/lots/${lot}/slots`, { zone_id: zone, labels: 'A-01..A-10', prefix: 'LNZ-' }, admin);
	assert.strictEqual(slots.json.n, 10);
	assert.strictEqual((await ask('POST', `/api/v1/admin/lots/${lot}/slots`, { zone_id: zone, labels: 'A-10..A-12', prefix: 'LNZ-' }, admin)).status, 409);
	assert.strictEqual((await ask('DELETE', `/api/v1/admin/lots/1`, undefined, admin)).status, 409);
});

test('no page is older than the last write, whichever worker answers', async () => {
	const where = `/lots/${lot}?${window()}`;
	const free = async () => Number((await page(where)).text.match(/<b>(\d+)<\/b><small>of/)[1]);
	assert.strictEqual(await free(), 10);
	for (let n = 1; n <= 9; n++) {
		const label = `A-0${n}`;
		const r = await ask('POST', `/api/v1/admin/lots/${lot}/slots/changes`, { chosen: label, deed: 'out_of_service' }, admin);
		assert.strictEqual(r.json.n, 1);
		assert.deepStrictEqual(await Promise.all([...Array(8)].map(free)), Array(8).fill(10 - n));
	}
	await ask('POST', `/api/v1/admin/lots/${lot}/slots/changes`, { chosen: 'A-01..A-09', deed: 'in_service' }, admin);
	assert.strictEqual(await free(), 10);
	const found = async () => (await ask('GET', `/api/v1/lots?near=linz&${window()}`)).json.lots[0].free;
	assert.strictEqual(await found(), 10);
	const booked = await ask('POST', '/api/v1/reservations', { lot, slot: 'any', from: tomorrow('14:00'), until: tomorrow('16:00') }, customer);
	assert.strictEqual(booked.status, 201, booked.text);
	assert.deepStrictEqual(await Promise.all([...Array(8)].map(free)), Array(8).fill(9));
	assert.deepStrictEqual(await Promise.all([...Array(8)].map(found)), Array(8).fill(9));
});

test('pages are the same bytes for everyone, and are not sent twice', async () => {
	const first = await page('/lots');
	const etag = first.headers.get('etag');
	assert.ok(etag);
	const again = await house.request('GET', '/lots', { headers: { accept: 'text/html', 'if-none-match': etag } });
	assert.ok(again.status === 304 || again.headers.get('etag') !== etag);
	assert.ok(!/name="csrf" value="."/.test(first.text));
	const signedIn = await house.request('GET', '/lots', { token: customer, headers: { accept: 'text/html' } });
	assert.strictEqual(signedIn.headers.get('cache-control'), 'no-store');
});

test('nothing was amiss on the server', () => {
	assert.deepStrictEqual(house.complaints(), []);
});
