// s0.test.js -- the Django parking system, as its description has it: users, cars, slots, transactions, payments,
// cameras and what they saw, dashboard.
'use strict';
const assert = require('node:assert');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');
const { Seed, TIME, photograph } = require('./seed.js');
const { Till } = require('./till.js');

let house, seed, till, admin, operator, customer, stranger, key, other, me;

before(async () => {
	till = await Till.start();
	house = await House.start({ env: { ...till.settings(), CURRENCY: 'EUR', LIMIT_LOGINS: '10000', OCR_CONFIDENCE_THRESHOLD: '0.9' } });
	seed = new Seed(house);
	house.sql(`insert into users (username, email, first_name, password, role, verified_at)
		select 's0-stranger', 's0-stranger@s0.test', 'Bo', password, 'customer', now() from users where username = 'customer'`);
	[admin, operator, customer, stranger] = await Promise.all([['admin', '123456'], ['operator', 'open-the-gate'], ['customer', 'park-a-car'],
		['s0-stranger', 'park-a-car']].map(([name, word]) => house.login(name, word)));
	[key, other] = [await house.key(admin, 'gate'), await house.key(admin, 'lots')];
	me = (await house.get('/api/v1/me', { token: customer })).json.id;
});
after(async () => {
	console.log(`# ${seed.checks} checks`);
	if (till) await till.stop();
	return house && house.stop();
});

const says = (...args) => seed.says(...args);
const detail = (words) => ({ detail: words });
const NOBODY = detail('Authentication credentials were not provided.'), NONE = detail('Not found.');
const NO = detail('You do not have permission to perform this action.');
const BAD_TOKEN = { detail: 'Given token not valid for any token type', code: 'token_not_valid' };
let n = 0;
const car = async (token = operator, more = {}) => (await seed.once('POST', '/api/users/cars/', { token, body: { plate_number: `S0 CAR ${++n}`, ...more } }, 201)).json;
const slot = async () => (await seed.once('POST', '/api/parking/slots/', { token: admin, body: { slot_number: `S0-${++n}`, slot_type: 'regular' } }, 201)).json;
const enter = (c, s) => seed.once('POST', '/api/parking/transactions/enter/', { token: operator, body: { car: c.id, slot: s.id } }, 201);
const ago = (id, hours) => house.sql(`update stays set entered_at = entered_at - interval '${hours} hours' where id = ${id}`);

test('users: listed, made, and only by admins', async () => {
	const where = '/api/users/users/';
	await says('GET', where, {}, 401, NOBODY);
	await says('GET', where, { token: 'no.such.token' }, 401, BAD_TOKEN);
	for (const token of [customer, operator]) {
		const r = await says('GET', where, { token }, 200, (all) => all.length === 1);
		assert.deepStrictEqual(Object.keys(r.json[0]), ['id', 'username', 'email', 'role']);
	}
	const made = await seed.once('POST', where, { token: admin, body: { username: 'django', email: 'django@s0.test', password: 'some words of mine', role: 'operator' } }, 201,
		{ id: Number.isInteger, username: 'django', email: 'django@s0.test', role: 'operator' });
	await seed.once('POST', where, { token: admin, form: { username: 'plain', email: 'plain@s0.test' } }, 201, { id: Number.isInteger, username: 'plain', email: 'plain@s0.test', role: 'user' });
	assert.match(house.sql(`select body from outbox where recipient = 'plain@s0.test'`), /choose a password/, 'an invitation is mailed');
	assert.strictEqual(await house.login('django', 'some words of mine').then(() => 'in'), 'in', 'who was given a password may sign in at once');
	const all = (await says('GET', where, { token: admin }, 200, (list) => list.length > 4)).json;
	assert.deepStrictEqual(all[1], made.json);
	assert.ok(all.every((u, i) => i === 0 || u.id < all[i - 1].id), 'newest first');
	await says('POST', where, { body: { username: 'x', email: 'x@s0.test' } }, 401, NOBODY);
	for (const token of [customer, operator]) await says('POST', where, { token, body: { username: 'x', email: 'x@s0.test' } }, 403, NO);
	const bad = (body, wanted) => says('POST', where, { token: admin, body }, 400, wanted);
	await bad({ username: 'django', email: 'second@s0.test' }, { username: [/./] });
	await bad({ username: 'second', email: 'DJANGO@s0.test' }, { email: [/./] });
	await bad({ username: '', email: 'no' }, { username: [/./], email: [/./] });
	await bad({ username: 'second', email: 'second@s0.test', role: 'king' }, { role: [/./] });
	await bad({ username: 'second', email: 'second@s0.test', password: '12345' }, { password: [/./] });
	await says('DELETE', where, { token: admin }, 405, detail(/not allowed/));
	await says('GET', '/api/users/users/7/8/', { token: admin }, 404, NONE);
});

test('lists by pages: count, next, previous, results; and a Link from a bare one', async () => {
	const where = '/api/users/users/';
	const one = (await says('GET', `${where}?page=1&page_size=2`, { token: admin }, 200)).json;
	assert.deepStrictEqual(Object.keys(one), ['count', 'next', 'previous', 'results']);
	assert.deepStrictEqual([one.count, one.results.length, one.previous, one.next], [Number(house.sql('select count(*) from users')), 2, null, `${house.address}${where}?page=2&page_size=2`]);
	const two = (await house.get(one.next.slice(house.address.length), { token: admin })).json;
	assert.strictEqual(two.results.length, 2);
	assert.notStrictEqual(two.results[0].id, one.results[0].id);
	assert.match(two.previous, /page=1&page_size=2$/);
	await says('GET', `${where}?page=1`, { token: admin }, 200, (a) => a.results.length > 4 && a.results.length <= 100);
	await says('GET', `${where}?page=999999`, { token: admin }, 404, NONE);
	for (const bad of ['page=0', 'page=x', 'page_size=1001', 'page_size=-1']) await says('GET', `${where}?${bad}`, { token: admin }, 400, (b) => Object.values(b).flat().length === 1);
	house.sql(`insert into vehicles (plate, plate_typed) select 'S0MANY' || g, 'S0 MANY ' || g from generate_series(1, 1005) g`);
	const bare = await says('GET', '/api/users/cars/', { token: admin }, 200, (a) => a.length === 1000);
	const link = /^<(.*)>; rel="next"$/.exec(bare.headers.get('link'))[1];
	const rest = await house.get(link.slice(house.address.length), { token: admin });
	assert.ok(rest.json.length >= 5 && Array.isArray(rest.json) && rest.json[0].id < bare.json[999].id);
	assert.strictEqual(rest.headers.get('link'), null);
	house.sql(`delete from vehicles where plate like 'S0MANY%'`);
	seed.checks += 7;
});

test('cars: of one’s own, for staff of anybody', async () => {
	const where = '/api/users/cars/';
	const line = (more) => ({ id: Number.isInteger, plate_number: /./, car_type: null, owner: me, created_at: TIME, ...more });
	await says('GET', where, {}, 401, NOBODY);
	await says('POST', where, { body: { plate_number: 'S0 X' } }, 401, NOBODY);
	const mine = (await seed.once('POST', where, { token: customer, body: { plate_number: 'S0 MINE', car_type: 'Sedan' } }, 201, line({ plate_number: 'S0 MINE', car_type: 'Sedan' }))).json;
	const second = (await seed.once('POST', '/api/users/cars/add_car/', { token: customer, form: { plate_number: 'S0 MORE' } }, 201, line({ plate_number: 'S0 MORE' }))).json;
	await says('POST', '/api/users/cars/add_car/', { token: customer, body: { plate_number: 's0-mine' } }, 400, { plate_number: [/already/] });
	for (const plate_number of ['', '...', 'X'.repeat(21)]) await says('POST', where, { token: customer, body: { plate_number } }, 400, { plate_number: [/./] });
	await says('POST', where, { token: customer, body: { plate_number: 'S0 Y', car_type: 'x'.repeat(51) } }, 400, { car_type: [/./] });
	await says('POST', where, { token: customer, body: { plate_number: 'S0 Y', owner: 999999 } }, 400, { owner: [/./] });
	await says('POST', where, { token: operator, body: { plate_number: 'S0 Y', owner: 99999999 } }, 400, { owner: [/./] });
	const nobodys = (await seed.once('POST', where, { token: operator, body: { plate_number: 'S0 NOBODY', owner: null } }, 201, line({ plate_number: 'S0 NOBODY', owner: null }))).json;
	await says('GET', `${where}${mine.id}/`, { token: customer }, 200, mine);
	await says('GET', `${where}${mine.id}/`, { token: operator }, 200, mine);
	for (const [id, token] of [[mine.id, stranger], [nobodys.id, customer], [99999999, customer], ['x', customer]]) await says('GET', `${where}${id}/`, { token }, 404, NONE);
	await says('GET', `${where}${mine.id}/`, {}, 401, NOBODY);
	const put = (id, body, status, wanted, token = customer, method = 'PUT') => seed.says(method, `${where}${id}/`, { token, body }, status, wanted);
	await put(mine.id, { plate_number: 'S0 MINE', car_type: 'Van' }, 200, { ...mine, car_type: 'Van' });
	await put(mine.id, { car_type: 'Van' }, 400, { plate_number: [/./] });
	await put(mine.id, { car_type: 'Bus' }, 200, { ...mine, car_type: 'Bus' }, customer, 'PATCH');
	await put(mine.id, { car_type: null }, 200, { ...mine, car_type: null }, customer, 'PATCH');
	await put(mine.id, { plate_number: 'S0 MORE' }, 400, { plate_number: [/already/] }, customer, 'PATCH');
	await put(mine.id, { plate_number: 'S0 THEFT' }, 404, NONE, stranger);
	await put(mine.id, { plate_number: 'S0 THEFT' }, 404, NONE, stranger, 'PATCH');
	await put(nobodys.id, { owner: me }, 200, { ...nobodys, owner: me }, operator, 'PATCH');
	await put(nobodys.id, { plate_number: 'S0 THEFT' }, 401, NOBODY, null);
	await says('DELETE', `${where}${second.id}/`, { token: stranger }, 404, NONE);
	await says('DELETE', `${where}${second.id}/`, {}, 401, NOBODY);
	await seed.once('DELETE', `${where}${second.id}/`, { token: customer }, 204);
	await says('DELETE', `${where}${second.id}/`, { token: customer }, 404, NONE);
	const list = (await says('GET', where, { token: customer }, 200, (all) => all.every((c) => c.owner === me))).json;
	assert.deepStrictEqual([list.some((c) => c.id === mine.id), list.some((c) => c.id === second.id)], [true, false]);
	assert.ok((await house.get(where, { token: operator })).json.length > list.length, 'staff see all');
});

test('slots: read by anybody signed in, made by admins; what is seen there may be said', async () => {
	const where = '/api/parking/slots/';
	await says('GET', where, {}, 401, NOBODY);
	const body = { slot_number: 'S0-A1', slot_type: 'large' };
	await says('POST', where, { body }, 401, NOBODY);
	for (const token of [customer, operator]) await says('POST', where, { token, body }, 403, NO);
	const made = (await seed.once('POST', where, { token: admin, body: { ...body, status: 'available' } }, 201, { id: Number.isInteger, slot_number: 'S0-A1', slot_type: 'large', status: 'available', created_at: TIME })).json;
	await says('POST', where, { token: admin, body }, 400, { slot_number: [/./] });
	for (const [bad, field] of [[{ slot_number: '' }, 'slot_number'], [{ slot_number: '!' }, 'slot_number'], [{ slot_type: 'huge' }, 'slot_type'], [{ status: 'closed' }, 'status'], [{ status: 'reserved' }, 'status']])
		await says('POST', where, { token: admin, body: { slot_number: 'S0-A2', slot_type: 'large', ...bad } }, 400, { [field]: [/./] });
	assert.deepStrictEqual((await says('GET', where, { token: customer }, 200)).json[0], made, 'newest first');
	await says('GET', `${where}${made.id}/`, { token: customer }, 200, made);
	await says('GET', `${where}99999999/`, { token: customer }, 404, NONE);
	await says('GET', `${where}?page=1&page_size=3`, { token: customer }, 200, { count: Number(house.sql('select count(*) from slots')), next: /page=2/, previous: null, results: (r) => r.length === 3 });
	const put = (more, status, wanted, method = 'PATCH', token = admin, id = made.id) => says(method, `${where}${id}/`, { token, body: more }, status, wanted);
	await put({ status: 'occupied' }, 200, { ...made, status: 'occupied' });
	await put({ status: 'available' }, 200, made);
	await put({ slot_type: 'compact' }, 200, { ...made, slot_type: 'compact' });
	await put({ slot_number: 'S0-A9', slot_type: 'compact' }, 200, { ...made, slot_number: 'S0-A9', slot_type: 'compact' }, 'PUT');
	await put({ slot_type: 'compact' }, 400, { slot_number: [/./] }, 'PUT');
	await put({ status: 'reserved' }, 400, { status: [/./] });
	const twin = await slot();
	await put({ slot_number: twin.slot_number }, 400, { slot_number: [/./] });
	await put({ slot_number: twin.slot_number }, 400, { slot_number: [/./] }, 'PUT');
	await put({ slot_number: 'S0-A9' }, 404, NONE, 'PATCH', admin, 99999999);
	await put({ slot_number: 'S0-A9' }, 404, NONE, 'PUT', admin, 99999999);
	for (const method of ['PUT', 'PATCH', 'DELETE']) {
		await says(method, `${where}${made.id}/`, { token: operator, body: { slot_number: 'S0-A9' } }, 403, NO);
		await says(method, `${where}${made.id}/`, { body: { slot_number: 'S0-A9' } }, 401, NOBODY);
	}
	await seed.once('DELETE', `${where}${made.id}/`, { token: admin }, 204);
	await says('DELETE', `${where}${made.id}/`, { token: admin }, 404, NONE);
	const booked = house.sql('select slot_id from reservations limit 1');
	await says('DELETE', `${where}${booked}/`, { token: admin }, 409, detail(/bookings/));
});

test('a car drives in and out; what it cost is what is stored, however often it is asked', async () => {
	const [c, s, c2, s2] = [await car(customer), await slot(), await car(), await slot()];
	const [inn, out] = ['/api/parking/transactions/enter/', '/api/parking/transactions/exit/'];
	await says('POST', inn, { body: { car: c.id, slot: s.id } }, 401, NOBODY);
	await says('POST', inn, { token: customer, body: { car: c.id, slot: s.id } }, 403, NO);
	await says('POST', inn, { key: other, body: { car: c.id, slot: s.id } }, 403, NO);
	const t = (await seed.once('POST', inn, { token: operator, body: { car: c.id, slot: s.id } }, 201, { id: Number.isInteger, car: c, slot: { ...s, status: 'occupied' }, entry_time: TIME, exit_time: null, fee: null, status: 'active' })).json;
	await says('GET', `/api/parking/slots/${s.id}/`, { token: customer }, 200, { ...s, status: 'occupied' });
	await says('POST', inn, { token: operator, body: { car: c2.id, slot: s.id } }, 400, { error: 'Parking slot is not available.' });
	await says('POST', inn, { token: operator, body: { car: c.id, slot: s2.id } }, 400, { error: 'Car is already inside.' });
	await says('PUT', inn, { token: operator, body: { car: c.id, slot: s2.id } }, 400, { error: 'Car is already inside.' });
	for (const [bad, field] of [[{ car: 99999999, slot: s2.id }, 'car'], [{ car: c2.id, slot: 99999999 }, 'slot'], [{ slot: s2.id }, 'car'], [{ car: c2.id }, 'slot'], [{ car: 'x', slot: s2.id }, 'car']])
		await says('POST', inn, { token: operator, body: bad }, 400, { [field]: [/./] });
	const byKey = (await seed.once('PUT', inn, { key, body: { car: String(c2.id), slot: String(s2.id) } }, 201)).json;
	await says('PUT', inn, { key, body: { car: (await car()).id, slot: s2.id } }, 400, { error: 'Parking slot is not available.' });
	ago(t.id, 1.5);
	await says('POST', out, { body: { id: t.id } }, 401, NOBODY);
	await says('POST', out, { token: customer, body: { id: t.id } }, 403, NO);
	await says('POST', out, { token: operator, body: { id: 99999999 } }, 404, { error: 'Active transaction not found.' });
	await says('PUT', out, { token: operator, body: { id: 99999999 } }, 404, { error: 'Active transaction not found.' });
	await says('POST', out, { token: operator, body: {} }, 400, { id: [/./] });
	const left = { message: 'Car exited successfully.', id: t.id, entry_time: TIME, exit_time: TIME, hours: 2, fee: (f) => f > 0, slot: s.slot_number };
	const first = (await seed.once('POST', out, { token: operator, body: { id: t.id } }, 200, left)).json;
	assert.deepStrictEqual((await seed.once('PUT', out, { token: operator, body: { id: String(t.id) } }, 200, left)).json, first, 'again: the same');
	assert.strictEqual(house.sql(`select count(*) from charges where stay_id = ${t.id}`), '1', 'and nothing is charged twice');
	await says('GET', `/api/parking/slots/${s.id}/`, { token: customer }, 200, s);
	await seed.once('POST', out, { key, body: { id: byKey.id } }, 200);
	const list = (await says('GET', '/api/parking/transactions/', { token: customer }, 200, (all) => all.every((x) => x.car.owner === me))).json;
	const ours = list.find((x) => x.id === t.id);
	assert.deepStrictEqual([ours.status, ours.fee, ours.exit_time, ours.slot], ['completed', Number(first.fee).toFixed(2), first.exit_time, s]);
	await says('GET', '/api/parking/transactions/', {}, 401, NOBODY);
	assert.ok((await says('GET', '/api/parking/transactions/?page=1&page_size=2', { token: operator }, 200)).json.count > list.length);
});

test('paying what a stay cost: once it is over, in parts, and no more than that', async () => {
	const path = '/api/payments/pay_transaction/', second = '/api/payments/payments/pay_transaction/';
	const [c, s] = [await car(customer), await slot()];
	const t = (await enter(c, s)).json;
	const pay = (body, status, wanted, token = operator, where = path) => says('POST', where, { token, body: { transaction_id: t.id, ...body } }, status, wanted);
	await pay({}, 401, NOBODY, null);
	for (const where of [path, second]) {
		await pay({ transaction_id: 99999999 }, 404, { error: 'Transaction not found' }, operator, where);
		await pay({}, 400, { error: 'Transaction not completed yet' }, operator, where);
	}
	ago(t.id, 2.5);
	const fee = (await seed.once('POST', '/api/parking/transactions/exit/', { token: operator, body: { id: t.id } }, 200)).json.fee;
	await pay({}, 404, { error: 'Transaction not found' }, stranger);
	await pay({}, 403, NO, customer);
	await pay({ payment_method: 'gold' }, 400, { payment_method: [/./] });
	await pay({ amount: 'much' }, 400, { amount: [/./] });
	await pay({ amount: '9999.00' }, 400, { amount: [/./] });
	const line = (amount, method) => ({ id: Number.isInteger, transaction: t.id, amount, payment_method: method, paid_at: TIME });
	await seed.once('POST', path, { token: operator, body: { transaction_id: t.id, amount: '1.00' } }, 200, line('1.00', 'cash'));
	await seed.once('POST', second, { token: operator, form: { transaction_id: t.id, payment_method: 'card' } }, 200, line((fee - 1).toFixed(2), 'card'));
	for (const where of [path, second]) await pay({}, 400, { error: 'Transaction already paid' }, operator, where);
	/* A customer's card goes through the provider; in demo mode with its test card. */
	const t2 = (await enter(c, s)).json;
	ago(t2.id, 1.5);
	await seed.once('POST', '/api/parking/transactions/exit/', { token: operator, body: { id: t2.id } }, 200);
	await seed.once('POST', path, { token: customer, body: { transaction_id: t2.id, payment_method: 'card' } }, 200, { id: Number.isInteger, transaction: t2.id, amount: /^\d+\.\d\d$/, payment_method: 'online', paid_at: null });
	house.work();
	await says('POST', path, { token: customer, body: { transaction_id: t2.id, payment_method: 'card' } }, 400, { error: 'Transaction already paid' });
});

test('payments: one’s own; admins put right how much, and how, and take back', async () => {
	const where = '/api/payments/payments/';
	await says('GET', where, {}, 401, NOBODY);
	const mine = (await says('GET', where, { token: customer }, 200, (all) => all.length >= 3)).json;
	assert.deepStrictEqual(Object.keys(mine[0]), ['id', 'transaction', 'amount', 'payment_method', 'paid_at']);
	assert.ok(mine.every((p, i) => /^\d+\.\d\d$/.test(p.amount) && (i === 0 || p.id < mine[i - 1].id)), 'decimal, newest first');
	assert.ok((await says('GET', `${where}?page=1&page_size=5`, { token: operator }, 200)).json.count > mine.length);
	const [online, card, cash] = ['online', 'card', 'cash'].map((m) => mine.find((p) => p.payment_method === m && p.transaction));
	await says('GET', `${where}${card.id}/`, { token: customer }, 200, card);
	for (const [id, token] of [[card.id, stranger], [99999999, admin], ['x', admin]]) await says('GET', `${where}${id}/`, { token }, 404, NONE);
	const put = (id, body, status, wanted, token = admin, method = 'PATCH') => says(method, `${where}${id}/`, { token, body }, status, wanted);
	for (const method of ['PUT', 'PATCH', 'DELETE']) {
		await put(card.id, { payment_method: 'cash', amount: '1' }, 401, NOBODY, null, method);
		await put(card.id, { payment_method: 'cash', amount: '1' }, 403, NO, operator, method);
		await put(99999999, { payment_method: 'cash', amount: '1' }, 404, NONE, admin, method);
	}
	await put(cash.id, { payment_method: 'card' }, 200, { ...cash, payment_method: 'card' });
	await put(cash.id, { payment_method: 'cash', amount: cash.amount }, 200, cash, admin, 'PUT');
	await put(online.id, { payment_method: 'cash' }, 400, detail(/provider/));
	await put(online.id, { payment_method: 'cash', amount: online.amount }, 400, detail(/provider/), admin, 'PUT');
	await put(card.id, { amount: (Number(card.amount) + 1).toFixed(2) }, 400, { amount: [/./] });
	await put(card.id, { amount: 'x' }, 400, { amount: [/./] });
	await put(card.id, { payment_method: 'cash' }, 400, { amount: [/./] }, admin, 'PUT');
	const less = (Number(card.amount) - 0.5).toFixed(2);
	await put(card.id, { amount: less }, 200, { ...card, amount: less });
	assert.strictEqual(house.sql(`select count(*) from audit where action = 'payment_corrected' and subject_id = ${cash.id}`) >= 2, true, 'audited');
	await seed.once('DELETE', `${where}${card.id}/`, { token: admin }, 204);
	await says('GET', `${where}${card.id}/`, { token: admin }, 404, NONE);
	assert.strictEqual(house.sql(`select sum(amount) from ledger where payment_id = ${card.id}`), '0', 'it stays in the books, and so does what went back');
});

const camera = async (slots, more = {}) => (await seed.once('POST', '/api/camera_ocr/cameras/', { token: admin, body: { camera_name: `Cam ${++n}`, location: 'North gate', monitoring_slots: slots, ...more } }, 201)).json;

test('cameras: made by admins, seen by staff, each with its slots', async () => {
	const where = '/api/camera_ocr/cameras/', [one, two] = [await slot(), await slot()];
	await says('GET', where, {}, 401, NOBODY);
	await says('GET', where, { token: 'no.such.token' }, 401, BAD_TOKEN);
	await says('GET', where, { token: customer }, 403, NO);
	const body = { camera_name: 'Cam', location: 'North gate', monitoring_slots: [one.id, two.id] };
	await says('POST', where, { body }, 401, NOBODY);
	for (const token of [customer, operator]) await says('POST', where, { token, body }, 403, NO);
	const made = (await seed.once('POST', where, { token: admin, body }, 201, { id: Number.isInteger, camera_name: 'Cam', location: 'North gate', monitoring_slots: [one, two], created_at: TIME })).json;
	const gate = (await seed.once('POST', where, { token: admin, form: { camera_name: 'Gate cam' } }, 201, { id: Number.isInteger, camera_name: 'Gate cam', location: '', monitoring_slots: [], created_at: TIME })).json;
	const put = (more, wanted) => says('POST', where, { token: admin, body: { ...body, camera_name: 'Other', ...more } }, 400, wanted);
	await put({ camera_name: '' }, { camera_name: [/./] });
	await put({ camera_name: 'x'.repeat(51) }, { camera_name: [/./] });
	await put({ location: 'x'.repeat(101) }, { location: [/./] });
	await put({ monitoring_slots: [99999999] }, { monitoring_slots: [/./] });
	await put({ monitoring_slots: ['here'] }, { monitoring_slots: [/./] });
	await put({ camera_name: 'Cam' }, { camera_name: [/./] });
	const all = (await says('GET', where, { token: operator }, 200, (l) => l.length >= 2)).json;
	assert.deepStrictEqual(all.slice(0, 2), [gate, made], 'newest first');
	await says('GET', `${where}?page=2&page_size=1`, { token: operator }, 200, { count: all.length, next: () => true, previous: /page=1/, results: [made] });
	await says('DELETE', where, { token: admin }, 405, detail(/not allowed/));
	await says('GET', `${where}${made.id}/more/`, { token: admin }, 404, NONE);
});

const DETECT = '/api/camera_ocr/ocr_logs/detect_car/';

test('a car that a camera sees is made known, has a stay and takes its slot', async () => {
	const [s, s2] = [await slot(), await slot()], cam = await camera([s.id, s2.id]), body = { camera_id: cam.id, slot_id: s.id, plate_number: 'S0 SEEN' };
	await says('POST', DETECT, { body }, 401, NOBODY);
	await says('POST', DETECT, { token: customer, body }, 403, NO);
	await says('POST', DETECT, { key: other, body }, 403, NO);
	const line = { id: Number.isInteger, camera: cam.id, slot: s.id, plate_number: 'S0SEEN', detected_at: TIME };
	const log = (await seed.once('POST', DETECT, { token: operator, body }, 200, line)).json;
	await says('GET', `/api/parking/slots/${s.id}/`, { token: customer }, 200, { ...s, status: 'occupied' });
	const made = (await house.get('/api/users/cars/', { token: operator })).json[0];
	assert.deepStrictEqual([made.plate_number, made.owner], ['S0SEEN', null], 'the car is known');
	const stay = (await house.get('/api/parking/transactions/', { token: operator })).json.find((t) => t.car.plate_number === 'S0SEEN');
	assert.deepStrictEqual([stay.car.id, stay.slot.id, stay.status], [made.id, s.id, 'active']);
	/* Seen again, by a key and as a form: another line, no other stay, nothing that is wrong. */
	await seed.once('POST', DETECT, { key, form: { camera_id: cam.id, slot_id: s.id, plate_number: 's0-seen' } }, 200, line);
	assert.deepStrictEqual(await seed.atOnce(6, 'POST', DETECT, { key, body: { ...body, slot_id: s2.id, plate_number: 'S0 ATONCE' } }), { 200: 6 });
	assert.strictEqual(house.sql(`select count(*) || ' ' || count(distinct plate) from stays where plate in ('S0SEEN', 'S0ATONCE')`), '2 2');
	assert.strictEqual(house.sql(`select count(*) from anomalies where plate in ('S0SEEN', 'S0ATONCE')`), '0');
	/* On another slot: there it stands. */
	await seed.once('POST', '/api/parking/transactions/exit/', { token: operator, body: { id: house.sql(`select id from stays where plate = 'S0ATONCE'`) } }, 200);
	await seed.once('POST', DETECT, { key, body: { ...body, slot_id: s2.id } }, 200, { ...line, slot: s2.id });
	await says('GET', `/api/parking/slots/${s.id}/`, { token: customer }, 200, s);
	await says('GET', `/api/parking/slots/${s2.id}/`, { token: customer }, 200, { ...s2, status: 'occupied' });
	/* Where another car stands it cannot; that it was seen stays. */
	await seed.once('POST', DETECT, { key, body: { ...body, slot_id: s2.id, plate_number: 'S0 SECOND' } }, 400, { error: /stands/ });
	await says('GET', '/api/camera_ocr/ocr_logs/', { token: operator }, 200, (l) => l[0].plate_number === 'S0SECOND' && l.some((x) => x.id === log.id));
	/* Whose it is may say so. */
	await seed.once('POST', '/api/users/cars/', { token: customer, body: { plate_number: 'S0 SEEN' } }, 201, { ...made, plate_number: 'S0 SEEN', owner: me });
	await says('POST', '/api/users/cars/', { token: stranger, body: { plate_number: 'S0 SEEN' } }, 400, { plate_number: [/./] });
});

test('a camera or slot that is not there: 404 in these words, with and without a photograph; what is missing is named', async () => {
	const s = await slot(), cam = await camera([s.id]), good = { camera_id: cam.id, slot_id: s.id, plate_number: 'S0 BAD' };
	const gone = { error: 'Camera or Slot not found' };
	for (const bad of [{ camera_id: 99999999 }, { slot_id: 99999999 }]) {
		await says('POST', DETECT, { token: operator, body: { ...good, ...bad } }, 404, gone);
		await says('POST', DETECT, { token: operator, parts: { camera_id: cam.id, slot_id: s.id, ...bad, image: photograph('small.jpg') } }, 404, gone);
	}
	for (const [bad, field] of [[{ camera_id: null }, 'camera_id'], [{ slot_id: null }, 'slot_id'], [{ slot_id: 'x' }, 'slot_id'], [{ plate_number: '' }, 'plate_number'], [{ plate_number: '---' }, 'plate_number'], [{ plate_number: 'X'.repeat(21) }, 'plate_number']])
		await says('POST', DETECT, { token: operator, body: { ...good, ...bad } }, 400, { [field]: [/./] });
	await says('POST', DETECT, { token: operator, parts: { camera_id: cam.id, slot_id: s.id, image: Buffer.from('no picture') } }, 415, detail(/./));
	await says('POST', DETECT, { token: operator, parts: { camera_id: cam.id, slot_id: s.id, image: photograph('nothing.jpg') } }, 400, detail(/No number plate/));
	assert.strictEqual(house.sql(`select count(*) from stays where plate = 'S0BAD' or slot_id = ${s.id}`), '0');
	await says('GET', DETECT, { token: operator }, 405, detail(/not allowed/));
});

test('a photograph in place of the plate; one the reader is not sure of opens nothing', async () => {
	const [s, s2] = [await slot(), await slot()], cam = await camera([s.id, s2.id]);
	await seed.once('POST', DETECT, { key, parts: { camera_id: cam.id, slot_id: s.id, image: photograph('night.jpg') } }, 200, { id: Number.isInteger, camera: cam.id, slot: s.id, plate_number: 'B96TRH', detected_at: TIME });
	await says('GET', `/api/parking/slots/${s.id}/`, { token: customer }, 200, { ...s, status: 'occupied' });
	await seed.once('POST', DETECT, { key, parts: { camera_id: cam.id, slot_id: s2.id, image: photograph('day.jpg') } }, 200, { id: Number.isInteger, camera: cam.id, slot: s2.id, plate_number: 'SB90TZI', detected_at: TIME });
	await says('GET', `/api/parking/slots/${s2.id}/`, { token: customer }, 200, s2);
});

test('what cameras told: newest first, for staff; what a person rejected is not among it', async () => {
	const where = '/api/camera_ocr/ocr_logs/', shape = ['id', 'camera', 'slot', 'plate_number', 'detected_at'];
	await says('GET', where, {}, 401, NOBODY);
	await says('GET', where, { token: customer }, 403, NO);
	const all = (await says('GET', where, { token: operator }, 200, (l) => l.length > 5)).json;
	assert.ok(all.every((l, i) => Object.keys(l).join() === shape.join() && TIME.test(l.detected_at) && (i === 0 || l.id < all[i - 1].id)));
	assert.strictEqual(all[0].plate_number, 'SB90TZI');
	await seed.once('POST', `/api/v1/plate-reads/${all[0].id}/rejection`, { token: operator, body: {} }, 200);
	assert.deepStrictEqual((await says('GET', where, { token: operator }, 200)).json, all.slice(1));
	await says('GET', `${where}?page=1&page_size=2`, { token: operator }, 200, { count: all.length - 1, next: /page=2/, previous: null, results: all.slice(1, 3) });
	await says('POST', where, { token: admin, body: {} }, 405, detail(/not allowed/));
});

test('the dashboard: all at once', async () => {
	await says('GET', '/api/dashboard/', {}, 401, NOBODY);
	const shape = { total_slots: Number.isInteger, occupied_slots: Number.isInteger, reserved_slots: Number.isInteger, available_slots: Number.isInteger,
		active_transactions: Number.isInteger, total_payments: Number.isInteger, total_income: /^-?\d+\.\d\d$/, last_ocr_logs: (l) => l.length > 0 && l.length <= 5, slots: (l) => l.length > 0,
		cars: Array.isArray, payments: (l) => l.length > 0, ocr_logs: (l) => l.length > 0, statistics: { total_cars: Number.isInteger, occupancy_rate: (r) => r >= 0 && r <= 100, average_payment: /^\d+\.\d\d$/ } };
	/* A read of a stay of theirs, and a photograph they sent. */
	const s = await slot(), cam = await camera([s.id]);
	await car(customer, { plate_number: 'S0 OWN' });
	await seed.once('POST', DETECT, { key, body: { camera_id: cam.id, slot_id: s.id, plate_number: 'S0 OWN' } }, 200);
	const sent = (await seed.once('POST', '/upload_plate', { token: customer, parts: { image: photograph('crop.png') } }, 200)).json;
	house.sql(`update plate_reads set plate = 'S0SENT' where id = ${sent.read_id}`);
	const all = (await says('GET', '/api/dashboard/', { token: operator }, 200, shape)).json;
	const own = (await says('GET', '/api/dashboard/', { token: customer }, 200, shape)).json;
	/* What was read: the newest five first; a customer sees their own cars' alone. */
	const logs = (await house.get('/api/camera_ocr/ocr_logs/', { token: operator })).json;
	assert.deepStrictEqual(all.last_ocr_logs, all.ocr_logs.slice(0, 5));
	assert.deepStrictEqual(all.ocr_logs.map((l) => [l.plate_number, l.time]), logs.slice(0, 100).map((l) => [l.plate_number, l.detected_at]));
	assert.deepStrictEqual(Object.keys(all.ocr_logs[0]), ['plate_number', 'slot', 'camera', 'time']);
	const night = all.ocr_logs.find((l) => l.plate_number === 'B96TRH');
	assert.deepStrictEqual([night.slot, night.camera], house.sql(`select s.code || '|' || k.name from plate_reads r join slots s on s.id = r.slot_id join cameras k on k.id = r.camera_id where r.plate = 'B96TRH'`).split('|'));
	assert.deepStrictEqual([...new Set(own.ocr_logs.map((l) => l.plate_number))], ['S0SENT', 'S0OWN']);
	assert.deepStrictEqual([all.total_slots, all.total_slots >= all.occupied_slots + all.reserved_slots + all.available_slots], [Number(house.sql('select count(*) from slots')), true]);
	assert.strictEqual(own.total_slots, all.total_slots);
	assert.ok(own.total_payments < all.total_payments && own.cars.every((c) => c.owner === me));
	assert.strictEqual(all.total_payments, Number(house.sql(`select count(*) from payments where status = 'paid' and refunded < amount and currency = 'EUR'`)));
});

test('of eight who let one car in at once one does; of eight cars one gets the slot', async () => {
	const [c, slots] = [await car(), await Promise.all(Array.from({ length: 4 }, slot))];
	const one = await Promise.all(Array.from({ length: 8 }, (_, i) => house.post('/api/parking/transactions/enter/', { car: c.id, slot: slots[i % 4].id }, { token: operator })));
	assert.deepStrictEqual(one.map((r) => r.status).sort(), [201, ...Array(7).fill(400)]);
	assert.strictEqual(house.sql(`select count(*) from stays where vehicle_id = ${c.id} and status = 'open'`), '1');
	const free = await slot(), cars = [];
	for (let i = 0; i < 6; i++) cars.push(await car());
	const six = await Promise.all(cars.map((x) => house.post('/api/parking/transactions/enter/', { car: x.id, slot: free.id }, { token: operator })));
	assert.deepStrictEqual(six.map((r) => r.status).sort(), [201, ...Array(5).fill(400)]);
	seed.checks += 16;
});

test('the server broke nowhere', () => assert.deepStrictEqual(house.complaints(), []));
