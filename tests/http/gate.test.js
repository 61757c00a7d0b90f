// gate.test.js -- twenty at one gate at once, and who watches a lot: on the running server.
'use strict';
const assert = require('node:assert');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');
const { Socket, TEXT } = require('./socket.js');

const CALLERS = 20;
let house, operator, customer, lot, slots;

const count = (list, status) => list.filter((r) => r.status === status).length;
const enter = (body, token = operator) => house.post('/api/v1/stays', { lot_id: lot, ...body }, { token });
const at_once = (deed) => Promise.all([...Array(CALLERS).keys()].map(deed));
const open = () => Number(house.sql("select count(*) from stays where status = 'open'"));

before(async () => {
	house = await House.start();
	house.sql(`insert into lots (name, time_zone, currency, search) values ('Nordtor', 'Europe/Vienna', 'EUR', 'nordtor');
		insert into zones (lot_id, code) select id, 'NT' from lots where name = 'Nordtor';
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'NT-' || n, 'N-' || n
			from zones, generate_series(1, 12) n where code = 'NT';
		delete from stays where status = 'open'`.replace(/delete from stays.*$/, "update stays set status = 'void', left_at = now() where status = 'open'"));
	lot = Number(house.sql(`select id from lots where name = 'Nordtor'`));
	slots = house.sql(`select id from slots where code like 'NT-%' order by id`).split('\n').map(Number);
	operator = await house.login('operator', 'open-the-gate');
	customer = await house.login('customer', 'park-a-car');
});
after(() => house && house.stop());

test('of twenty entries of one plate one is a stay, and the others are told which', async () => {
	const all = await at_once(() => enter({ plate: 'R 20', slot_id: slots[0] }));
	assert.strictEqual(count(all, 201), 1, all.map((r) => r.status).join());
	assert.strictEqual(count(all, 409), CALLERS - 1);
	const { id } = all.find((r) => r.status === 201).json;
	for (const r of all.filter((one) => one.status === 409)) {
		assert.strictEqual(r.json.code, 'DUPLICATE');
		assert.match(r.json.detail, new RegExp(`stay ${id}`));
	}
	assert.strictEqual(house.sql(`select count(*) from anomalies where key = 'duplicate_entry:${id}'`), '1');
	assert.strictEqual(house.sql(`select times from anomalies where key = 'duplicate_entry:${id}'`), String(CALLERS - 1));
});

test('of twenty cars that take one slot one stands there', async () => {
	const all = await at_once((i) => enter({ plate: `S ${i}`, slot_id: slots[5] }));
	assert.strictEqual(count(all, 201), 1, all.map((r) => r.status).join());
	for (const r of all.filter((one) => one.status !== 201)) assert.strictEqual(r.json.code, 'SLOT_TAKEN');
	assert.strictEqual(house.sql(`select count(*) from stays where slot_id = ${slots[5]} and status = 'open'`), '1');
});

test('twenty cars fill what is left of twelve slots, each on one of its own', async () => {
	const before = open();
	const all = await at_once((i) => enter({ plate: `T ${i}` }));
	const made = all.filter((r) => r.status === 201).map((r) => r.json.slot_id);
	assert.strictEqual(open() - before, made.length);
	assert.strictEqual(new Set(made).size, made.length);
	// Whoever was turned away while others were deciding comes again.
	const late = [];
	for (const i of all.keys()) if (all[i].status !== 201) late.push(await enter({ plate: `T ${i}` }));
	assert.strictEqual(made.length + count(late, 201), 10);
	for (const r of late.filter((one) => one.status !== 201)) assert.strictEqual(r.json.code, 'LOT_FULL');
	const now = await house.request('GET', `/api/v1/lots/${lot}/live`, { token: operator });
	assert.deepStrictEqual([now.json.free, now.json.occupied], [0, 12]);
});

test('twenty exits of one car charge it once', async () => {
	const id = Number(house.sql("select id from stays where plate = 'R20' and status = 'open'"));
	house.sql(`update stays set entered_at = now() - interval '90 minutes' where id = ${id}`);
	const all = await at_once(() => house.post(`/api/v1/stays/${id}/exit`, {}, { token: operator }));
	assert.strictEqual(count(all, 200), CALLERS, all.map((r) => r.status).join());
	assert.strictEqual(new Set(all.map((r) => `${r.json.fee} ${r.json.left_at}`)).size, 1);
	assert.strictEqual(house.sql(`select count(*) from charges where stay_id = ${id}`), '1');
});

test('a car and a booking that want the same slot: one of them has it', async () => {
	house.sql("update stays set status = 'void', left_at = now() where status = 'open'");
	const soon = new Date(Date.now() + 120000).toISOString(), later = new Date(Date.now() + 7200000).toISOString();
	for (const slot of slots.slice(0, 6)) {
		const [booked, came] = await Promise.all([
			house.post('/api/v1/reservations', { lot, slot, from: soon, until: later }, { token: customer }),
			enter({ plate: `U ${slot}`, slot_id: slot })]);
		if (booked.status === 201) await house.post(`/api/v1/reservations/${booked.json.id}/cancellation`, {}, { token: customer });
		// A car that was first keeps the slot from the booking; a booking that begins in two minutes does not keep a car out yet.
		assert.ok(came.status === 201 || booked.status === 201, `${booked.status} ${came.status}`);
	}
});

test('who watches a lot is told that it changed, and nobody else', async () => {
	const port = Number(new URL(house.address).port), path = `/lots/${lot}/live/changes`;
	const bearer = (token) => ({ authorization: `Bearer ${token}` });
	assert.strictEqual((await house.request('GET', path, { token: operator })).status, 426);
	assert.strictEqual((await Socket.open(port, path, { headers: { ...bearer(operator), origin: 'http://evil.example' } })).status, 403);
	assert.strictEqual((await Socket.open(port, path, { headers: bearer(customer) })).status, 403);
	assert.strictEqual((await Socket.open(port, '/lots/999999/live/changes', { headers: bearer(operator) })).status, 404);
	const here = await Socket.open(port, path, { headers: bearer(operator) });
	const elsewhere = await Socket.open(port, '/lots/1/live/changes', { headers: bearer(operator) });
	assert.strictEqual(here.status, 101);
	await new Promise((done) => setTimeout(done, 300));
	assert.strictEqual((await enter({ plate: 'V 1', slot_id: slots[8] })).status, 201);
	const told = await here.take(5000);
	assert.strictEqual(told.op, TEXT);
	assert.deepStrictEqual(JSON.parse(told.payload.toString()), { type: 'lot', lot_id: String(lot) });
	assert.ok(!elsewhere.frames.some((f) => f.payload.toString().includes(`"${lot}"`)));
	here.net.destroy();
	elsewhere.net.destroy();
});
