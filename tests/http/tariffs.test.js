// tariffs.test.js -- tariffs on the running server: versions, prices asked for, and who sees a new one when.
'use strict';
const assert = require('node:assert');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');

let house, admin, customer, lot, slot;

const hour = (n) => new Date(Math.ceil(Date.now() / 3600000) * 3600000 + n * 3600000).toISOString().replace('.000', '');

const ask = (method, where, body, token = admin) => house.request(method, where, { body, token });
const make = (terms) => ask('POST', '/api/v1/admin/tariffs', { currency: 'EUR', ...terms });
const publish = (id, terms) => ask('POST', `/api/v1/admin/tariffs/${id}/versions`, { currency: 'EUR', ...terms });

before(async () => {
	house = await House.start();
	admin = await house.login('admin', '123456');
	customer = await house.login('customer', 'park-a-car');
	house.sql(`insert into lots (name, time_zone, currency, search) values ('Priced', 'Europe/Berlin', 'EUR', 'priced');
		insert into zones (lot_id, code) select id, 'PRICED' from lots where name = 'Priced';
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'PRICED-1', 'P-1' from zones where code = 'PRICED'`);
	lot = Number(house.sql(`select id from lots where name = 'Priced'`));
	slot = Number(house.sql(`select id from slots where code = 'PRICED-1'`));
});
after(() => house && house.stop());

test('a tariff is made, asked, changed by the next version, and the first stays as it was', async () => {
	const made = await make({ name: 'Steps', price: '2', every_minutes: 1, first_minutes: 10, first_price: '20' });
	assert.strictEqual(made.status, 201);
	const { id } = made.json;
	const asked = await ask('GET', `/api/v1/admin/tariffs/${id}?from=2026-11-12T14:00&until=2026-11-12T15:00&time_zone=Asia/Kathmandu`);
	assert.strictEqual(asked.json.quote.total, 12000);
	assert.deepStrictEqual(asked.json.quote.because.map((r) => r.amount), [2000, 10000]);

	const next = await publish(id, { name: 'Steps', price: '3', number: 1 });
	assert.strictEqual(next.json.number, 2);
	assert.strictEqual((await publish(id, { name: 'Steps', price: '4', number: 1 })).status, 409);
	assert.strictEqual((await publish(id, { name: 'Steps', price: '3', number: 2, currency: 'CHF' })).status, 422);
	const first = await ask('GET', `/api/v1/admin/tariffs/${id}?number=1`);
	assert.strictEqual(first.json.first_price, '20.00');
	assert.strictEqual(first.json.in_force, false);
	assert.strictEqual(first.json.versions.length, 2);
	assert.strictEqual((await ask('GET', `/api/v1/admin/tariffs/${id}?number=3`)).status, 404);
	const list = await ask('GET', '/api/v1/admin/tariffs');
	assert.ok(list.json.items.some((t) => t.id === id && t.number === 2 && t.words === '€3.00 for each started hour.'));
});

test('of twenty who publish the same next version one does', async () => {
	const { id } = (await make({ name: 'Contested', price: '1' })).json;
	const all = await Promise.all([...Array(20).keys()].map((i) => publish(id, { name: 'Contested', price: String(i), number: 1 })));
	assert.strictEqual(all.filter((r) => r.status === 201).length, 1, all.map((r) => r.status).join());
	assert.strictEqual(all.filter((r) => r.status === 409).length, 19);
	assert.strictEqual(house.sql(`select count(*) from tariff_versions where tariff_id = ${id}`), '2');
});

test('a lot shows the new price at once, however often the old page was served', async () => {
	const { id } = (await make({ name: 'Shown', price: '1.11' })).json;
	house.sql(`update lots set tariff_id = ${id} where id = ${lot}`);
	const page = async () => (await house.get(`/lots/${lot}`, { headers: { accept: 'text/html' } })).text;
	for (let round = 2; round < 12; round++) {
		const price = `${round}.${round % 10}7`;
		for (let i = 0; i < 4; i++) await page();
		assert.strictEqual((await publish(id, { name: 'Shown', price, number: round - 1 })).status, 201);
		for (let i = 0; i < 4; i++) assert.ok((await page()).includes(`€${price}`), `round ${round}`);
	}
});

test('a booking keeps the version it was made with when it is extended', async () => {
	const { id } = (await make({ name: 'Kept', price: '5' })).json;
	house.sql(`update lots set tariff_id = ${id} where id = ${lot}`);
	const held = await ask('POST', '/api/v1/reservations', { lot, slot, from: hour(5), until: hour(6) }, customer);
	assert.strictEqual(held.json.price, 500);
	const own = `/api/v1/reservations/${held.json.id}`;
	assert.strictEqual((await ask('POST', `${own}/confirmation`, { plate: 'K1', pay: 'exit' }, customer)).status, 200);
	await publish(id, { name: 'Kept', price: '7', number: 1 });
	const longer = await ask('POST', `${own}/extension`, { until: hour(8) }, customer);
	assert.strictEqual(longer.json.price, 1500);
	const other = await ask('GET', `/api/v1/quotes?lot=${lot}&slot=${slot}&from=${hour(20)}&until=${hour(23)}`, undefined, customer);
	assert.strictEqual(other.json.price, 2100);
});

test('who is no admin neither sees nor makes tariffs', async () => {
	assert.strictEqual((await ask('GET', '/api/v1/admin/tariffs', undefined, customer)).status, 403);
	assert.strictEqual((await ask('POST', '/api/v1/admin/tariffs', { name: 'X', currency: 'EUR', price: '1' }, customer)).status, 403);
});
