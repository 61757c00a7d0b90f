// s4.test.js -- the booking application, as its description has it: codes, bookings, payments, reviews, lots, figures.
'use strict';
const assert = require('node:assert');
const { test, after, before } = require('node:test');
const { Browser } = require('./browser.js');
const { House } = require('./house.js');
const { Seed, TIME, hour } = require('./seed.js');
const { Till } = require('./till.js');

const PASSWORD = 'some words of mine';
let house, seed, till, admin, operator, customer, stranger;

before(async () => {
	till = await Till.start();
	house = await House.start({ env: { ...till.settings(), CURRENCY: 'EUR', LIMIT_SIGNUPS: '10000', LIMIT_BOOKINGS: '10000', LIMIT_LOGINS: '10000', LIMIT_CODES: '10000' } });
	seed = new Seed(house);
	house.sql(`insert into users (username, email, first_name, password, role, verified_at)
		select 's4-stranger', 's4-stranger@s4.test', 'Bo', password, 'customer', now() from users where username = 'customer'`);
	[admin, operator, customer, stranger] = await Promise.all([['admin', '123456'], ['operator', 'open-the-gate'], ['customer', 'park-a-car'],
		['s4-stranger', 'park-a-car']].map(([name, word]) => house.login(name, word)));
});
after(async () => {
	console.log(`# ${seed.checks} checks`);
	if (till) await till.stop();
	return house && house.stop();
});

const says = (...args) => seed.says(...args);
const no = (message, error) => ({ success: false, message, error });
const yes = (message, more = {}) => ({ success: true, message, ...more });
const STRANGER = no('Please sign in', 'NOT_SIGNED_IN'), FORBIDDEN = no(/./, 'FORBIDDEN');
let n = 0;
async function lot(slots, hourly_rate = 4, more = {}) {
	const name = `S4 lot ${++n}`;
	const body = { name, city: 'Linz', state: 'OÖ', country: 'Austria', postal_code: '4020', total_slots: slots, hourly_rate, ...more };
	const r = await seed.once('POST', '/createlot', { token: admin, body }, 201, yes('Parking Lot Created Successfully', { lot_id: (id) => id > 0 }));
	return { name, id: r.json.lot_id };
}
const wish = (name, from, until, plate = 'L-S4 1') => ({ name, start_time: from, end_time: until, vehicle_registration_number: plate });
const reserve = async (token, name, from = hour(3), until = hour(5)) =>
	(await seed.once('POST', '/reserve', { token, body: wish(name, from, until) }, 201, yes(/is reserved for you until/, { reservation_id: (id) => id > 0 }))).json.reservation_id;
const code = (email) => /\n([0-9]{6})\n/.exec(house.sql(`select body from outbox where recipient = '${email}' order by id desc limit 1`))[1];

test('signing up: a code goes by mail, and whoever has it is in', async () => {
	const body = { username: 'nora-s4', first_name: 'Nora', last_name: 'Berg', email: 'nora@s4.test', phone: '+43 732 555 12', password: PASSWORD };
	const sent = yes('User Registration Successful, OTP Mailed');
	await seed.once('POST', '/signup', { body }, 200, sent);
	await seed.once('POST', '/login', { body: { email: body.email, password: PASSWORD } }, 401, no('Invalid email or password', 'WRONG_LOGIN'));
	const otp = (given, status, wanted) => says('POST', '/verify-otp', { body: { email: body.email, otp: given } }, status, wanted);
	const right = code(body.email), wrong = right === '111111' ? '222222' : '111111';
	await seed.once('POST', '/verify-otp', { body: { email: body.email, otp: wrong } }, 400, no('Invalid or expired OTP', 'WRONG_CODE'));
	await seed.once('POST', '/verify-otp', { body: { email: 'nobody@s4.test', otp: wrong } }, 400, no('Invalid or expired OTP', 'WRONG_CODE'));
	const r = await seed.once('POST', '/verify-otp', { form: { email: body.email, otp: right } }, 200, yes('OTP Verified, Registration Complete', { token: /^.{20,}$/ }));
	assert.match(r.headers.get('set-cookie'), /^sid=.{20,}; Path=\/; SameSite=Lax; HttpOnly/, 'the cookie, too');
	assert.strictEqual((await house.get('/api/v1/me', { token: r.json.token })).json.email, body.email);
	await seed.once('POST', '/verify-otp', { body: { email: body.email, otp: right } }, 400, no('Invalid or expired OTP', 'CODE_ENDED'));
	await seed.once('POST', '/login', { body: { email: body.email, password: PASSWORD } }, 200, yes('Login Successful', { token: /^.{20,}$/ }));
	await otp('', 400, no(/^otp: /, 'INVALID'));
	/* Who has an account already sees the same, and is told by mail. */
	await seed.once('POST', '/signup', { body: { ...body, username: '' } }, 200, sent);
	assert.match(house.sql(`select subject from outbox where recipient = '${body.email}' order by id desc limit 1`), /You have an account/);
	for (const bad of [{ email: 'none' }, { password: 'short' }, { password: '12345' }, { phone: 'call me' }, { username: 'a b' }])
		await says('POST', '/signup', { body: { ...body, ...bad } }, 400, no(/^\w+: /, 'INVALID'));
	await says('POST', '/signup', { body: { ...body, email: 'other@s4.test' } }, 400, no(/^username: /, 'INVALID'));
});

test('a code that is tried too often ends, and the address is locked', async () => {
	const email = 'locked@s4.test';
	await seed.once('POST', '/signup', { body: { first_name: 'Lo', email, password: PASSWORD } }, 200);
	const wrong = code(email) === '111111' ? '222222' : '111111';
	for (let i = 0; i < 5; i++) await seed.once('POST', '/verify-otp', { body: { email, otp: wrong } }, 400, no('Invalid or expired OTP', 'WRONG_CODE'));
	await seed.once('POST', '/verify-otp', { body: { email, otp: code(email) } }, 400, no('Invalid or expired OTP', 'CODE_ENDED'));
	house.sql(`insert into wrong_tries (account, at) select account, now() from wrong_tries, generate_series(1, 6) where account = (select account from wrong_tries order by at desc limit 1)`);
	const r = await seed.once('POST', '/verify-otp', { body: { email, otp: wrong } }, 429, no(/try again in/, 'LOCKED'));
	assert.ok(Number(r.headers.get('retry-after')) > 0);
});

test('logging in', async () => {
	await seed.once('POST', '/login', { body: { email: 'customer@parking.example', password: 'park-a-car' } }, 200, yes('Login Successful', { token: /./ }));
	await seed.once('POST', '/login/', { form: { email: 'customer', password: 'park-a-car' } }, 200, yes('Login Successful', { token: /./ }));
	await seed.once('POST', '/login', { body: { email: 'customer@parking.example', password: 'park-a-bike' } }, 401, no('Invalid email or password', 'WRONG_LOGIN'));
	await says('POST', '/login', { body: { email: 'customer@parking.example' } }, 400, no(/^password: /, 'INVALID'));
	await says('DELETE', '/login', {}, 405, no(/./, 'METHOD_NOT_ALLOWED'));
});

test('making lots: by admins, each with slots and a price, and no name twice', async () => {
	const body = { name: 'Hauptplatz', city: 'Linz', state: 'OÖ', country: 'Austria', postal_code: '4020', total_slots: 20, hourly_rate: 2.5 };
	await says('POST', '/createlot', { body: {} }, 401, STRANGER);
	for (const token of [customer, operator]) await says('POST', '/createlot', { token, body: { nonsense: true } }, 403, FORBIDDEN);
	await seed.once('POST', '/createlot', { token: admin, body }, 201, yes('Parking Lot Created Successfully', { lot_id: (id) => Number.isInteger(id) }));
	await says('POST', '/createlot', { token: admin, body }, 409, no('There is a lot of that name already', 'DUPLICATE'));
	await says('POST', '/createlot', { token: admin, body: { ...body, name: 'HAUPTPLATZ' } }, 409, no('There is a lot of that name already', 'DUPLICATE'));
	for (const bad of [{ name: '' }, { total_slots: 0 }, { total_slots: 1001 }, { total_slots: 'x' }, { hourly_rate: 'x' }, { hourly_rate: -1 }, { hourly_rate: 1.234 }, { hourly_rate: null }])
		await says('POST', '/createlot', { token: admin, body: { ...body, name: 'Bad lot', ...bad } }, 400, no(/^\w+: /, 'INVALID'));
	assert.strictEqual(house.sql(`select count(*) from lots where name = 'Bad lot'`), '0', 'nothing is left of what was refused');
	const r = await says('GET', '/getlot', { token: customer }, 200);
	assert.deepStrictEqual(Object.keys(r.json).sort(), ['data', 'success']);
	const { id, ...line } = r.json.data.Hauptplatz;
	assert.ok(Number.isInteger(id));
	assert.deepStrictEqual(line, { city: 'Linz', state: 'OÖ', country: 'Austria', postal_code: '4020', total_slots: 20, available_slots: 20, hourly_rate: 2.5, currency: 'EUR' });
	await says('GET', '/getlot', {}, 401, STRANGER);
});

test('changing lots: where, how many slots, how much', async () => {
	const { name, id } = await lot(3);
	const edit = (more, status, wanted, token = admin) => says('PUT', '/editlot', { token, body: { name, ...more } }, status, wanted);
	const line = async () => (await house.get('/getlot', { token: admin })).json.data[name];
	const done = yes('Parking Lot Updated Successfully');
	await edit({ city: 'Wels', hourly_rate: 3 }, 200, done);
	assert.deepStrictEqual([(await line()).city, (await line()).state, (await line()).hourly_rate], ['Wels', 'OÖ', 3]);
	await edit({ total_slots: 5 }, 200, done);
	assert.strictEqual((await line()).total_slots, 5);
	await edit({ total_slots: 2 }, 200, done);
	assert.strictEqual((await line()).total_slots, 2);
	await reserve(customer, name);
	await reserve(customer, name);
	await edit({ total_slots: 1 }, 409, no(/There are bookings/, 'IN_USE'));
	await edit({ hourly_rate: 'free' }, 400, no(/^hourly_rate: /, 'INVALID'));
	await edit({}, 401, STRANGER, null);
	await edit({}, 403, FORBIDDEN, operator);
	await says('PUT', '/editlot', { token: admin, body: { name: 'No such lot' } }, 404, no('There is no such lot', 'NOT_FOUND'));
	/* A tariff that several lots charge is nobody's alone to change. */
	house.sql(`update lots set tariff_id = (select tariff_id from lots where id = ${id}) where id = (select min(id) from lots)`);
	const shared = house.sql(`select tariff_id from lots where id = ${id}`);
	await edit({ hourly_rate: 7 }, 200, done);
	assert.strictEqual((await line()).hourly_rate, 7);
	assert.notStrictEqual(house.sql(`select tariff_id from lots where id = ${id}`), shared);
});

test('deleting lots: only what nobody ever booked', async () => {
	const [empty, used] = [await lot(2), await lot(2)];
	await reserve(customer, used.name);
	const remove = (name, status, wanted, token = admin) => says('DELETE', '/deletelot', { token, body: { name } }, status, wanted);
	await remove(empty.name, 401, STRANGER, null);
	await remove(empty.name, 403, FORBIDDEN, customer);
	await remove(used.name, 409, no(/bookings? in its books/, 'IN_USE'));
	await remove(empty.name, 200, yes('Parking Lot Deleted Successfully'));
	await remove(empty.name, 404, no('There is no such lot', 'NOT_FOUND'));
});

test('reserving: a hold until it is paid, in the time that was asked for', async () => {
	const { name } = await lot(1);
	const id = await reserve(customer, name);
	const ours = (await house.get(`/api/v1/reservations/${id}`, { token: customer })).json;
	assert.deepStrictEqual([ours.status, ours.plate_typed, ours.price, ours.starts, ours.ends], ['held', 'L-S4 1', 800, hour(3), hour(5)]);
	await says('POST', '/reserve', { token: stranger, body: wish(name, hour(4), hour(6)) }, 409, no(/is full for/, 'LOT_FULL'));
	await says('POST', '/reserve', { body: wish(name, hour(7), hour(8)) }, 401, STRANGER);
	await says('POST', '/reserve', { token: customer, body: wish('No such lot', hour(7), hour(8)) }, 404, no('There is no such lot', 'NOT_FOUND'));
	for (const [body, field] of [[wish(name, hour(8), hour(7)), 'until'], [wish(name, hour(-8), hour(7)), 'from'], [wish(name, 'soon', hour(7)), 'start_time'],
		[wish(name, hour(7), ''), 'end_time'], [wish(name, hour(7), hour(8), ''), 'vehicle_registration_number'], [wish(name, hour(7), hour(8), '...'), 'plate']])
		await says('POST', '/reserve', { token: customer, body }, 400, no(new RegExp(`^${field}: `), 'INVALID'));
	house.sql(`update lots set hours = 'Mo-Su 06:00-22:00' where name = '${name}'`);
	await says('POST', '/reserve', { token: customer, body: wish(name, `${hour(48).slice(0, 10)}T02:00`, `${hour(48).slice(0, 10)}T03:00`) }, 409, no(/drive in and out/, 'LOT_CLOSED'));
	const once = { token: stranger, body: { ...wish(name, `${hour(48).slice(0, 10)}T10:00`, `${hour(48).slice(0, 10)}T11:00`), request_id: 'the same' } };
	const [first, again] = [await seed.once('POST', '/reserve', once, 201), await seed.once('POST', '/reserve', once, 201)];
	assert.strictEqual(first.json.reservation_id, again.json.reservation_id, 'the same request twice is one deed');
});

test('paying: by the provider’s test card in demo mode; the amount is ours', async () => {
	const { name } = await lot(5);
	const id = await reserve(customer, name);
	const pay = (body, status, wanted, token = customer) => says('POST', '/payment', { token, body }, status, wanted);
	await pay({ reservation_id: id, payment_method: 'card' }, 401, STRANGER, null);
	await pay({ reservation_id: id, payment_method: 'card' }, 404, no('There is no such reservation', 'NOT_FOUND'), stranger);
	await pay({ reservation_id: id, payment_method: 'cash' }, 403, no(/gate/, 'FORBIDDEN'));
	await pay({ reservation_id: id, payment_method: 'gold' }, 400, no(/^payment_method: /, 'INVALID'));
	await pay({ reservation_id: id, payment_method: 'card', amount: 1 }, 400, no('amount: €8.00 is to be paid.', 'INVALID'));
	const paying = { token: customer, body: { reservation_id: String(id), payment_method: 'card', amount: 8, transaction_id: 'mine' } };
	const pending = await seed.once('POST', '/payment', paying, 200, yes('Payment Pending', { payment_id: (p) => p > 0, status: 'pending', checkout_url: null }));
	house.work();
	await seed.once('POST', '/payment', paying, 200, yes('Payment Successful', { payment_id: pending.json.payment_id, status: 'paid', checkout_url: null }));
	const ours = (await house.get(`/api/v1/reservations/${id}`, { token: customer })).json;
	assert.deepStrictEqual([ours.status, ours.paid], ['confirmed', 800]);
	const charges = (await till.all('charges')).filter((c) => c.paid);
	assert.deepStrictEqual(charges.map((c) => [c.amount, c.currency]), [[800, 'eur']], 'the provider was asked once');
	/* Cash, by who takes it. */
	const other = await reserve(customer, name, hour(6), hour(7));
	await seed.once('POST', '/payment', { token: operator, body: { reservation_id: other, payment_method: 'cash' } }, 200, yes('Payment Successful', { payment_id: (p) => p > 0, status: 'paid', checkout_url: null }));
	assert.strictEqual(house.sql(`select method || ' ' || amount from payments order by id desc limit 1`), 'cash 400');
	/* Too late. */
	const late = await reserve(customer, name, hour(8), hour(9));
	house.sql(`update reservations set hold_until = now() - interval '1 second' where id = ${late}`);
	await pay({ reservation_id: late, payment_method: 'online' }, 409, no(/Nothing was charged/, 'HOLD_ENDED'));
	const gone = await reserve(customer, name, hour(10), hour(11));
	await house.post(`/api/v1/reservations/${gone}/cancellation`, {}, { token: customer });
	await pay({ reservation_id: gone, payment_method: 'online' }, 409, no(/./, 'WRONG_STATE'));
	/* What costs nothing is paid. */
	const free = await lot(1, 0);
	const nothing = await reserve(customer, free.name);
	await seed.once('POST', '/payment', { token: customer, body: { reservation_id: nothing, payment_method: 'online' } }, 200, yes('Payment Successful', { payment_id: null, status: 'paid', checkout_url: null }));
});

test('reviews: after a booking there has begun; everybody reads them', async () => {
	const { name, id } = await lot(5);
	const say = (body, status, wanted, token = customer) => says('POST', '/review', { token, body }, status, wanted);
	await says('GET', `/get-reviews?lot=${id}`, {}, 200, { success: true, data: [] });
	await say({ lot_id: id, rating: 5, comment: 'Good' }, 401, STRANGER, null);
	await say({ lot_id: id, rating: 5, comment: 'Good' }, 409, no(/has begun/, 'TOO_EARLY'));
	await say({ name: 'No such lot', rating: 5 }, 404, no('There is no such lot', 'NOT_FOUND'));
	await say({ lot_id: id, rating: 6 }, 400, no(/^rating: /, 'INVALID'));
	await say({ rating: 5 }, 400, no(/^lot_id: /, 'INVALID'));
	const booking = await reserve(customer, name);
	await seed.once('POST', '/payment', { token: operator, body: { reservation_id: booking, payment_method: 'cash' } }, 200);
	house.sql(`update reservations set starts = now() - interval '2 hours', ends = now() - interval '1 hour', status = 'completed', checked_in_at = now(), ended_at = now() where id = ${booking}`);
	await seed.once('POST', '/review', { token: customer, body: { name, rating: 4, comment: 'Dry & <bright>' } }, 201, yes('Review Submitted Successfully', { review_id: (r) => r > 0 }));
	const line = { lot: name, rating: 4, comment: 'Dry & <bright>', first_name: 'Ilse', created_at: TIME };
	for (const of of [`?lot=${id}`, `?lot=${encodeURIComponent(name)}`, `?lot=${encodeURIComponent(name.toUpperCase())}`]) await says('GET', `/get-reviews${of}`, {}, 200, { success: true, data: [line] });
	const all = (await says('GET', '/get-reviews', {}, 200)).json.data;
	assert.ok(all.length > 1 && all.some((r) => r.lot === name));
	await seed.once('POST', '/review', { token: customer, body: { lot_id: String(id), rating: 5, comment: '' } }, 201);
	await says('GET', `/get-reviews?lot=${id}`, {}, 200, { success: true, data: [{ ...line, rating: 5, comment: '' }] });
});

test('one’s dashboard, bookings to come, and data on paper', async () => {
	const fresh = (await seed.once('POST', '/login', { body: { email: 's4-stranger', password: 'park-a-car' } }, 200)).json.token;
	const { name } = await lot(9);
	house.sql(`delete from reservations where user_id = (select id from users where username = 's4-stranger')`);
	const ids = [];
	for (let i = 0; i < 3; i++) ids.push(await reserve(fresh, name, hour(3 + i), hour(4 + i)));
	house.sql(`update reservations set status = 'completed', pay = 'exit', confirmed_at = now(), checked_in_at = now(), ended_at = now(), hold_until = null,
		starts = date_trunc('hour', now()) - interval '3 hours', ends = date_trunc('hour', now()) - interval '90 minutes' where id = ${ids[0]}`);
	await seed.once('POST', '/payment', { token: operator, body: { reservation_id: ids[1], payment_method: 'cash' } }, 200);
	const r = await says('GET', '/userdashboard', { token: fresh }, 200, { success: true, first_name: 'Bo', total_bookings: 2, total_hours_parked: 1.5, active_bookings: 2,
		most_visited_location: name, monthly_chart_data: (m) => m.length === 12 });
	const months = r.json.monthly_chart_data;
	assert.ok(months.every((m) => /^\d{4}-\d\d$/.test(m.month) && Number.isInteger(m.count)));
	assert.deepStrictEqual(months.map((m) => m.month), months.map((m) => m.month).sort());
	await says('GET', '/userdashboard', {}, 401, STRANGER);
	const line = (i, status) => ({ reservation_id: ids[i], lot: name, city: 'Linz', slot: /^\d$/, start_time: hour(3 + i), end_time: hour(4 + i), time_zone: 'UTC',
		vehicle_registration_number: 'L-S4 1', status, amount: 4, currency: 'EUR' });
	await says('GET', '/userupcomingbookings', { token: fresh }, 200, { success: true, data: [line(1, 'confirmed'), line(2, 'held')] });
	await says('GET', '/userupcomingbookings', {}, 401, STRANGER);
	for (const where of ['/userdatadownload', '/userdatadownload/']) {
		const pdf = await fetch(house.address + where, { headers: { authorization: `Bearer ${fresh}` } });
		const bytes = Buffer.from(await pdf.arrayBuffer());
		assert.deepStrictEqual([pdf.status, pdf.headers.get('content-type'), bytes.subarray(0, 5).toString()], [200, 'application/pdf', '%PDF-']);
		assert.match(pdf.headers.get('content-disposition'), /smart-parking-data\.pdf/);
		seed.checks += 3;
	}
	await says('GET', '/userdatadownload', {}, 401, STRANGER);
});

test('lists and figures are for admins', async () => {
	for (const where of ['/getusers', '/getreservations', '/lotstats', '/userstats']) {
		await says('GET', where, {}, 401, STRANGER);
		for (const token of [customer, operator]) await says('GET', where, { token }, 403, FORBIDDEN);
	}
	const list = async (where) => (await says('GET', where, { token: admin }, 200, { success: true, data: (d) => d.length > 3 })).json.data;
	const users = await list('/getusers');
	assert.deepStrictEqual(Object.keys(users[0]), ['id', 'username', 'email', 'first_name', 'last_name', 'phone', 'role', 'verified', 'created_at']);
	assert.ok(users.every((u, i) => i === 0 || u.id < users[i - 1].id), 'newest first');
	assert.strictEqual((await house.get(`/getusers?before=${users[0].id}`, { token: admin })).json.data[0].id, users[1].id);
	const bookings = await list('/getreservations');
	assert.ok(bookings.length <= 1000 && bookings[0].reservation_id > bookings[1].reservation_id);
	assert.deepStrictEqual(Object.keys(bookings[0]).sort(), ['amount', 'city', 'currency', 'email', 'end_time', 'lot', 'reservation_id', 'slot', 'start_time', 'status', 'time_zone', 'user', 'vehicle_registration_number']);
	await says('GET', '/getreservations?before=x', { token: admin }, 400, no(/^before: /, 'INVALID'));
	const { name, id } = await lot(4, 6);
	const booking = await reserve(customer, name);
	await seed.once('POST', '/payment', { token: operator, body: { reservation_id: booking, payment_method: 'cash' } }, 200);
	const mine = (await list('/lotstats')).find((l) => l.id === id);
	assert.deepStrictEqual(mine, { id, name, city: 'Linz', total_slots: 4, available_slots: 4, occupied_slots: 0, reserved_slots: 0, total_reservations: 1, revenue: 12, currency: 'EUR' });
	const stats = (await says('GET', '/userstats', { token: admin }, 200, { success: true, total_users: (t) => t > 3, new_users_this_month: Number.isInteger,
		active_users: (a) => a >= 4, top_users: (t) => t.length === 5 })).json;
	assert.strictEqual(stats.total_users, Number(house.sql('select count(*) from users')));
	assert.ok(stats.top_users.every((u, i) => i === 0 || u.bookings <= stats.top_users[i - 1].bookings));
});

test('people and programs share addresses: who asks how gets what', async () => {
	const dashboard = (headers) => fetch(`${house.address}/userdashboard`, { redirect: 'manual', headers });
	const bearer = { authorization: `Bearer ${customer}` };
	for (const accept of ['application/json', '*/*', 'application/json, text/html;q=0.5']) {
		const r = await dashboard({ ...bearer, accept });
		assert.deepStrictEqual([r.status, r.headers.get('content-type'), r.headers.get('vary')], [200, 'application/json', 'Accept, Cookie'], accept);
	}
	const page = await dashboard({ ...bearer, accept: 'text/html,*/*;q=0.8' });
	assert.deepStrictEqual([page.status, page.headers.get('location')], [303, '/reservations']);
	const nobody = await dashboard({ accept: 'text/html' });
	assert.deepStrictEqual([nobody.status, nobody.headers.get('location')], [303, '/login?next=%2Fuserdashboard']);
	/* The same address: a page's form in a browser, S4's answer for its clients. */
	const form = await fetch(`${house.address}/login`, { headers: { accept: 'text/html' } });
	assert.match(await form.text(), /<form/);
	const b = new Browser(house);
	await b.logIn('customer', 'park-a-car');
	const { name } = await lot(2);
	const csrf = await b.token('/profile');
	const r = await b.go('POST', '/reserve', { form: { csrf, ...wish(name, hour(3), hour(4)) } });
	assert.deepStrictEqual([r.status, /^\/reservations\/\d+$/.test(r.headers.location)], [303, true]);
	const paid = await b.go('POST', '/payment', { form: { csrf, reservation_id: r.headers.location.split('/')[2], payment_method: 'online' } });
	assert.deepStrictEqual([paid.status, paid.headers.location], [303, `${r.headers.location}/payment`]);
	assert.strictEqual((await b.go('POST', '/reserve', { form: wish(name, hour(3), hour(4)) })).status, 403, 'not without the token of its form');
	assert.strictEqual((await b.go('POST', '/reserve', { form: { csrf, ...wish('No such lot', hour(3), hour(4)) } })).status, 404);
	seed.checks += 12;
});

test('of ten who want the last slot at once one has it', async () => {
	const { name, id } = await lot(1);
	const all = await Promise.all(Array.from({ length: 10 }, (_, i) => house.request('POST', '/reserve', { token: i % 2 ? customer : stranger, body: wish(name, hour(24), hour(25)) })));
	assert.deepStrictEqual(all.map((r) => r.status).sort(), [201, ...Array(9).fill(409)]);
	assert.strictEqual(house.sql(`select count(*) from reservations where lot_id = ${id}`), '1');
	seed.checks += 11;
});

test('the server broke nowhere', () => assert.deepStrictEqual(house.complaints(), []));
