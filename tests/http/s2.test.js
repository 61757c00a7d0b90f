// s2.test.js -- the campus microservices, as their description has them (lots, reservations, accounts, notifications).
'use strict';
const assert = require('node:assert');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');
const { Seed, TIME, hour } = require('./seed.js');

const STATUS = /^(available|reserved|occupied)$/;
const PASSWORD = 'some words of mine';
let house, seed, admin, operator, key, other;

before(async () => {
	house = await House.start({ env: { LIMIT_SIGNUPS: '10000', LIMIT_BOOKINGS: '10000', LIMIT_LOGINS: '10000' } });
	seed = new Seed(house);
	[admin, operator] = await Promise.all([house.login('admin', '123456'), house.login('operator', 'open-the-gate')]);
	[key, other] = [await house.key(admin, 'lots'), await house.key(admin, 'gate')];
});
after(() => {
	console.log(`# ${seed.checks} checks`);
	return house && house.stop();
});

const msg = (words) => ({ msg: words });
const says = (...args) => seed.says(...args);
let n = 0;
/* A password takes its time: who has signed up before will do, unless somebody new is needed. */
const known = [];
async function person(i) {
	if (i === undefined || !known[i]) known[i === undefined ? known.length : i] = await newcomer();
	return known[i === undefined ? known.length - 1 : i];
}
async function newcomer() {
	const email = `s2-${++n}@campus.test`;
	await seed.once('POST', '/api/users/auth/signup', { body: { name: 'Ilse de Vries', email, password: PASSWORD } }, 201, msg('User successfully created'));
	const r = await seed.once('POST', '/api/users/auth/signin', { body: { email, password: PASSWORD } }, 200, { token: /^.{20,}$/, msg: 'Login successful' });
	const me = (await house.get('/api/v1/me', { token: r.json.token })).json;
	return { email, token: r.json.token, id: String(me.id) };
}
async function lot(slots, location = `Campus ${++n}`) {
	const r = await seed.once('POST', '/api/parking/lots/add', { token: admin, body: { location, nr_of_lots: slots } }, 201, { msg: 'Parking lot added successfully', lot_id: /^\d+$/ });
	return r.json.lot_id;
}
const reserve = (who, lot_id, reservation_time, more = {}) => ({ token: who.token, body: { user_id: who.id, lot_id, reservation_time, ...more } });

test('signing up: 201, 400, 409', async () => {
	const { email } = await person(0);
	await says('POST', '/api/users/auth/signup', { body: { name: 'Else', email, password: PASSWORD } }, 409, msg('User already exists'));
	await says('POST', '/api/users/auth/signup', { body: { name: 'Else', email: email.toUpperCase(), password: PASSWORD } }, 409, msg('User already exists'));
	for (const body of [{ name: '', email: 'x@campus.test', password: PASSWORD }, { name: 'X', email: 'no address', password: PASSWORD },
		{ name: 'X', email: 'x@campus.test', password: 'short' }, { name: 'X', email: 'x@campus.test' }])
		await says('POST', '/api/users/auth/signup', { body }, 400, msg('Invalid input'));
	await seed.once('POST', '/api/users/auth/signup', { form: { name: 'Form', email: 'form@campus.test', password: PASSWORD } }, 201, msg('User successfully created'));
});

test('signing in and out: the token works everywhere, and no more once signed out', async () => {
	const who = await newcomer();
	await says('POST', '/api/users/auth/signin', { body: { email: who.email, password: 'wrong words' } }, 401, msg('Invalid credentials'));
	await says('POST', '/api/users/auth/signin', { body: { email: 'nobody@campus.test', password: PASSWORD } }, 401, msg('Invalid credentials'));
	await says('POST', '/api/users/auth/signin', { body: { email: who.email } }, 400, msg('Invalid input'));
	assert.strictEqual((await house.get('/api/v1/vehicles', who)).status, 200);
	await says('POST', '/api/users/auth/signout', {}, 401, msg('User not authenticated'));
	await seed.once('POST', '/api/users/auth/signout', { token: who.token }, 200, msg('Logged out successfully'));
	await says('POST', '/api/users/auth/signout', { token: who.token }, 401, msg('User not authenticated'));
	await says('GET', '/api/users/profile', { token: who.token }, 401, msg('User not authenticated'));
});

test('the profile, and changing it', async () => {
	const [who, taken] = [await newcomer(), await person(0)];
	const profile = (name, email) => ({ name, email, created_at: TIME });
	await says('GET', '/api/users/profile', {}, 401, msg('User not authenticated'));
	await says('GET', '/api/users/profile', { token: 'no.such.token' }, 401, msg('User not authenticated'));
	await says('GET', '/api/users/profile', { token: who.token }, 200, profile('Ilse de Vries', who.email));
	const put = (body, status, words) => says('PUT', '/api/users/profile/update', { token: who.token, body }, status, msg(words));
	await put({ name: 'Ilse van den Berg', email: who.email }, 200, 'Profile updated successfully');
	await says('GET', '/api/users/profile', { token: who.token }, 200, profile('Ilse van den Berg', who.email));
	await put({ name: 'Ilse', email: 'ilse-new@campus.test' }, 200, 'Profile updated successfully');
	await says('GET', '/api/users/profile', { token: who.token }, 200, profile('Ilse', 'ilse-new@campus.test'));
	assert.strictEqual(house.sql(`select count(*) from outbox where recipient = '${who.email}' and subject like '%has changed'`), '1', 'the old address is told');
	await put({ name: 'Ilse', email: 'not one' }, 400, 'Invalid input data');
	await put({ name: '', email: 'ilse-new@campus.test' }, 400, 'Invalid input data');
	await put({ name: 'Ilse', email: taken.email }, 400, 'Invalid input data');
	await says('PUT', '/api/users/profile/update', { body: { name: 'X', email: 'x@campus.test' } }, 401, msg('User not authenticated'));
});

test('lots are public: a list, one, and none', async () => {
	const id = await lot(3, 'North quad');
	const r = await says('GET', '/api/parking/lots', {}, 200, { lots: (all) => all.length > 3 });
	for (const l of r.json.lots)
		assert.ok(typeof l.lot_id === 'string' && STATUS.test(l.status) && typeof l.location === 'string' && Number.isInteger(l.capacity) && Object.keys(l).length === 4, JSON.stringify(l));
	assert.deepStrictEqual(r.json.lots[0], { lot_id: id, status: 'available', location: 'North quad', capacity: 3 }, 'newest first');
	await says('GET', `/api/parking/lots/${id}`, {}, 200, { lot_id: id, status: 'available', location: 'North quad', capacity: 3, current_occupancy: 0 });
	for (const none of ['999999', 'north', '0', '-1', '99999999999999999999']) await says('GET', `/api/parking/lots/${none}`, {}, 404, msg('Parking lot not found'));
	await says('DELETE', `/api/parking/lots/${id}`, { token: admin }, 405, msg(/./));
	await says('GET', '/api/parking/nothing', {}, 404, msg(/./));
});

test('a new lot is made by admins: open, payable at the exit, so many slots', async () => {
	const body = { location: 'West quad', nr_of_lots: 12 };
	await says('POST', '/api/parking/lots/add', { body }, 401, msg('User not authenticated'));
	for (const token of [operator, (await person(0)).token]) await says('POST', '/api/parking/lots/add', { token, body }, 403, msg(/./));
	const id = await lot(12, 'West quad');
	await says('GET', `/api/parking/lots/${id}`, {}, 200, { lot_id: id, status: 'available', location: 'West quad', capacity: 12, current_occupancy: 0 });
	await says('POST', '/api/parking/lots/add', { token: admin, body }, 409, msg('Parking lot already exists'));
	for (const bad of [{ location: '', nr_of_lots: 3 }, { location: 'X', nr_of_lots: 0 }, { location: 'X', nr_of_lots: 'many' }, { location: 'X' }, { location: 'X', nr_of_lots: 1001 }])
		await says('POST', '/api/parking/lots/add', { token: admin, body: bad }, 400, msg(/./));
	const made = (await house.get(`/api/v1/lots/${id}`)).json;
	assert.deepStrictEqual([made.hours, made.days_ahead, made.pay_at_exit, made.time_zone], [null, 90, true, 'UTC']);
});

test('a status said by staff, or by a key, wins over what is counted until another is said', async () => {
	const id = await lot(2);
	const update = (options, status, words, method = 'PUT') => says(method, '/api/parking/lots/update', options, status, msg(words));
	for (const [by, method] of [[{ token: operator }, 'PUT'], [{ token: admin }, 'POST'], [{ key }, 'PUT']])
		for (const status of ['reserved', 'occupied', 'available']) {
			await update({ ...by, body: { lot_id: id, status } }, 200, 'Parking lot status updated', method);
			await says('GET', `/api/parking/lots/${id}`, {}, 200, { lot_id: id, status, location: /./, capacity: 2, current_occupancy: 0 });
		}
	await update({ token: operator, body: { lot_id: Number(id), status: 'reserved' } }, 200, 'Parking lot status updated');
	for (const status of ['full', '', null, 'Available']) await update({ token: operator, body: { lot_id: id, status } }, 400, 'Invalid status update');
	await update({ token: operator, body: { status: 'reserved' } }, 400, 'Invalid status update');
	for (const method of ['PUT', 'POST']) await update({ token: operator, body: { lot_id: '999999', status: 'reserved' } }, 404, 'Parking lot not found', method);
	await update({ body: { lot_id: id, status: 'reserved' } }, 401, 'User not authenticated');
	await update({ token: (await person(0)).token, body: { lot_id: id, status: 'reserved' } }, 403, /./);
	await update({ key: other, body: { lot_id: id, status: 'reserved' } }, 403, /./);
});

test('reserving: 201, 400, 409, confirmed at once for the lot’s usual time', async () => {
	const [who, stranger, id] = [await person(0), await person(1), await lot(1)];
	const path = '/api/parking/reservations', at = hour(5);
	const r = await seed.once('POST', path, reserve(who, id, at), 201, { msg: 'Reservation successful', reservation_id: /^\d+$/ });
	const ours = (await house.get(`/api/v1/reservations/${r.json.reservation_id}`, who)).json;
	assert.deepStrictEqual([ours.status, ours.pay, ours.starts, Date.parse(ours.ends) - Date.parse(ours.starts)], ['confirmed', 'exit', at, 3600000]);
	await says('POST', path, reserve(who, id, at), 409, msg('Parking lot already reserved'));
	await says('POST', path, reserve(stranger, id, at), 409, msg('Parking lot already reserved'));
	for (const when of [hour(-30), 'soon', '', hour(24 * 200)]) await says('POST', path, reserve(who, id, when), 400, msg('Invalid parking lot or time'));
	for (const none of ['999999', 'x', '']) await says('POST', path, reserve(who, none, at), 400, msg('Invalid parking lot or time'));
	await says('POST', path, { body: { user_id: who.id, lot_id: id, reservation_time: at } }, 401, msg('User not authenticated'));
	await says('POST', path, { ...reserve(who, id, hour(8)), token: stranger.token }, 404, msg('User not found'));
	await says('POST', path, reserve({ ...who, id: 'me' }, id, hour(8)), 404, msg('User not found'));
	await says('POST', path, { token: operator, body: { user_id: '99999999', lot_id: id, reservation_time: hour(8) } }, 404, msg('User not found'));
	const forThem = await seed.once('POST', path, { ...reserve(who, id, hour(8)), token: operator }, 201, { msg: 'Reservation successful', reservation_id: /^\d+$/ });
	assert.strictEqual((await house.get(`/api/v1/reservations/${forThem.json.reservation_id}`, who)).status, 200, 'staff book for somebody');
	await seed.once('POST', path, reserve({ token: who.token, id: undefined }, Number(id), hour(11)), 201, { msg: 'Reservation successful', reservation_id: /^\d+$/ });
	await seed.once('POST', path, { token: who.token, form: { lot_id: id, reservation_time: hour(13) } }, 201, { msg: 'Reservation successful', reservation_id: /^\d+$/ });
	await seed.once('POST', path, reserve(who, id, hour(15).replace('Z', '')), 201, { msg: 'Reservation successful', reservation_id: /^\d+$/ });
	await seed.once('POST', path, reserve(who, id, new Date(Date.parse(hour(20))).toISOString().replace(/T(\d\d):.*/, (m, h) => `T${h}:00:00+00:00`)), 201);
});

test('a closed hour is no time, and too many live ones are told', async () => {
	const [who, id] = [await person(2), await lot(50)];
	house.sql(`update lots set hours = 'Mo-Su 06:00-22:00' where id = ${id}`);
	const night = `${hour(48).slice(0, 10)}T02:00:00Z`;
	await says('POST', '/api/parking/reservations', reserve(who, id, night), 400, msg('Invalid parking lot or time'));
	house.sql(`update lots set hours = '' where id = ${id}`);
	for (let i = 0; i < 20; i++) await seed.once('POST', '/api/parking/reservations', reserve(who, id, hour(3)), 201);
	await says('POST', '/api/parking/reservations', reserve(who, id, hour(3)), 409, msg(/20 bookings at a time/));
});

test('cancelling: 200, 404', async () => {
	const [who, stranger, id] = [await person(0), await person(1), await lot(1)];
	const path = '/api/parking/reservations/cancel';
	const { json } = await seed.once('POST', '/api/parking/reservations', reserve(who, id, hour(5)), 201);
	const body = { reservation_id: json.reservation_id };
	await says('POST', path, { body }, 401, msg('User not authenticated'));
	await says('POST', path, { token: stranger.token, body }, 404, msg('Reservation not found'));
	for (const none of ['99999999', 'x', '', '0']) await says('POST', path, { token: who.token, body: { reservation_id: none } }, 404, msg('Reservation not found'));
	await seed.once('POST', path, { token: who.token, body }, 200, msg('Reservation canceled'));
	await seed.once('POST', path, { token: who.token, body: { reservation_id: Number(json.reservation_id) } }, 200, msg('Reservation canceled'));
	await seed.once('POST', '/api/parking/reservations', reserve(stranger, id, hour(5)), 201);
	const begun = await seed.once('POST', '/api/parking/reservations', reserve(stranger, await lot(1), new Date(Date.now() - 60000).toISOString().replace(/\.\d+/, '')), 201);
	await says('POST', path, { token: stranger.token, body: { reservation_id: begun.json.reservation_id } }, 409, msg(/could be cancelled until/));
	house.sql(`update reservations set status = 'completed', checked_in_at = starts, ended_at = ends where id = ${begun.json.reservation_id}`);
	await says('POST', path, { token: stranger.token, body: { reservation_id: begun.json.reservation_id } }, 409, msg(/./));
});

test('one’s own reservations, in S2’s words for what became of them', async () => {
	const [who, id] = [await person(3), await lot(9)];
	await says('GET', '/api/users/reservations', {}, 401, msg('User not authenticated'));
	await says('GET', '/api/users/reservations', { token: who.token }, 200, { reservations: [] });
	const ids = [];
	for (let i = 0; i < 6; i++) ids.push((await seed.once('POST', '/api/parking/reservations', reserve(who, id, hour(3 + i)), 201)).json.reservation_id);
	await seed.once('POST', '/api/parking/reservations/cancel', { token: who.token, body: { reservation_id: ids[1] } }, 200);
	house.sql(`update reservations set status = 'checked_in', checked_in_at = now() where id = ${ids[2]};
		update reservations set status = 'completed', checked_in_at = now(), ended_at = now() where id = ${ids[3]};
		update reservations set status = 'no_show', ended_at = now() where id = ${ids[4]};
		update reservations set status = 'held', confirmed_at = null, pay = '', hold_until = now() - interval '1 minute' where id = ${ids[5]}`);
	const line = (i, status) => ({ reservation_id: ids[i], lot_id: id, reserved_at: hour(3 + i), status });
	await says('GET', '/api/users/reservations', { token: who.token }, 200, { reservations: [line(5, 'expired'), line(4, 'expired'),
		line(3, 'completed'), line(2, 'occupied'), line(1, 'canceled'), line(0, 'reserved')] });
});

test('notifications: listed, marked as read, told to a region', async () => {
	const who = await person(4);
	await says('GET', '/api/users/notifications', {}, 401, msg('User not authenticated'));
	await says('GET', '/api/users/notifications', { token: who.token }, 200, { notifications: [] });
	assert.strictEqual((await house.post('/api/v1/profile', { first_name: 'Ilse', last_name: '', phone: '', region: 's2-quad', address: '' }, who)).status, 204);
	await says('POST', '/api/users/notification/s2-quad', { token: who.token, body: { message: 'no' } }, 403, msg(/./));
	await says('POST', '/api/users/notification/s2-quad', { body: { message: 'no' } }, 401, msg('User not authenticated'));
	await seed.once('POST', '/api/users/notification/s2-quad', { token: operator, body: { message: 'The gate is shut' } }, 200, msg('Notification sent successfully'));
	const list = (read) => says('GET', '/api/users/notifications', { token: who.token }, 200, { notifications: [{ notification_id: /^\d+$/, content: 'The gate is shut', read, created_at: TIME }] });
	const { json } = await list(false);
	const mark = (options, status, words) => says('POST', '/api/users/notifications/mark-as-read', options, status, msg(words));
	await mark({ body: { notification_ids: ['1'] } }, 401, 'User not authenticated');
	for (const ids of [['x'], ['99999999'], 'x', []]) await mark({ token: who.token, body: { notification_ids: ids } }, 400, 'Invalid notification IDs');
	await seed.once('POST', '/api/users/notifications/mark-as-read', { token: who.token, body: { notification_ids: [json.notifications[0].notification_id] } }, 200, msg('Notifications marked as read'));
	await list(true);
});

test('bodies: malformed is 400, another type 415, other keys do not matter', async () => {
	const { token, id } = await person(0);
	const raw = (body, type, status) => house.request('POST', '/api/parking/reservations', { token, raw: body, headers: { 'content-type': type } })
		.then((r) => assert.deepStrictEqual([r.status, Object.keys(r.json)], [status, ['msg']], r.text));
	await raw('{"lot_id":', 'application/json', 400);
	await raw('lot_id=1', 'text/plain', 415);
	await raw('[]', 'application/json', 400);
	await seed.once('POST', '/api/parking/reservations', { token, body: { user_id: id, lot_id: await lot(1), reservation_time: hour(4), colour: 'blue', more: { a: 1 } } }, 201);
});

test('of twelve who want the last slot at once one has it', async () => {
	const id = await lot(1);
	const people = [await person(0), await person(1), await person(3)];
	const all = await Promise.all(Array.from({ length: 12 }, (_, i) => house.request('POST', '/api/parking/reservations', reserve(people[i % 3], id, hour(6)))));
	assert.deepStrictEqual(all.map((r) => r.status).sort(), [201, ...Array(11).fill(409)]);
	assert.strictEqual(house.sql(`select count(*) from reservations where lot_id = ${id}`), '1');
	seed.checks += 13;
});

test('the server broke nowhere', () => assert.deepStrictEqual(house.complaints(), []));
