// privacy.test.js -- one's own data and the end of an account, on the real server: log-ins, sockets, the worker's file.
'use strict';
const assert = require('node:assert');
const { test, before, after } = require('node:test');
const { House, until } = require('./house.js');
const { Socket, CLOSE } = require('./socket.js');

const PASSWORD = 'a long pass phrase';
let house, admin;

before(async () => {
	house = await House.start({ env: { LIMIT_LOGINS: '100000', LIMIT_SOCKETS: '100000' } });
	admin = await house.login('admin', '123456');
});
after(async () => {
	if (!house) return;
	const complaints = house.complaints();
	await house.stop();
	assert.deepStrictEqual(complaints, []);
});

let people = 0;
async function somebody() {
	const name = `quince${++people}`;
	const r = await house.post('/api/v1/admin/users', { username: name, email: `${name}@parking.test`, password: PASSWORD, role: 'customer' }, { token: admin });
	assert.strictEqual(r.status, 201, r.text);
	return { id: r.json.id, name, token: await house.login(name, PASSWORD) };
}
const ask = (p, password = PASSWORD) => house.post('/api/v1/profile/data', { current: password }, { token: p.token });
const leave = (p, password = PASSWORD) => house.post('/api/v1/profile/deletion', { current: password }, { token: p.token });
const state = async (token) => (await house.get('/api/v1/profile/data', { token })).json.state;

test('the worker gathers the file, and the log-in that asked for it fetches it, nobody else', async () => {
	const p = await somebody(), other = await somebody();
	const elsewhere = await house.login(p.name, PASSWORD);
	assert.strictEqual((await ask(p, 'wrong')).status, 422);
	assert.strictEqual((await ask(p)).status, 201);
	assert.strictEqual(await state(p.token), 'waiting');
	assert.strictEqual((await house.get('/profile/data.json', { token: p.token })).status, 404);
	house.work();
	assert.strictEqual(await state(p.token), 'ready');
	assert.strictEqual(await state(elsewhere), 'elsewhere');
	assert.strictEqual(await state(other.token), 'none');
	for (const token of [elsewhere, other.token, admin])
		assert.strictEqual((await house.get('/profile/data.json', { token })).status, 404);
	const r = await house.get('/profile/data.json', { token: p.token });
	assert.strictEqual(r.status, 200);
	assert.match(r.headers.get('content-disposition'), /^attachment; filename="smart-parking-data-\d{4}-\d\d-\d\d\.json"/);
	assert.match(r.headers.get('cache-control'), /no-store/);
	assert.strictEqual(r.json.profile.items[0].email, `${p.name}@parking.test`);
	assert.ok(r.json.logins.items.length >= 2);
	assert.ok(r.json.audit.items.some((line) => line.what === 'data_asked'));
	assert.ok(!r.text.includes(other.name));
});

test('who deletes the account is logged out everywhere at once, and sockets close', async () => {
	const p = await somebody(), elsewhere = await house.login(p.name, PASSWORD);
	const socket = await Socket.open(house.port, '/api/users/notifications/ws', { headers: { authorization: `Bearer ${elsewhere}` } });
	assert.strictEqual(socket.status, 101, socket.body);
	assert.strictEqual((await leave(p, 'wrong')).status, 422);
	assert.strictEqual((await leave(p)).status, 204);
	for (const token of [p.token, elsewhere])
		assert.strictEqual((await house.get('/api/v1/me', { token })).status, 401);
	const close = await socket.take(5000);
	assert.strictEqual(close && close.op, CLOSE);
	assert.strictEqual((await house.post('/api/v1/login', { login: p.name, password: PASSWORD })).status, 401);
	assert.strictEqual(house.sql(`select count(*) from users where username like 'quince${people}' or email like 'quince${people}@%'`), '0');
	const mail = house.sql(`select recipient || ' ' || subject from outbox where once = 'farewell:${p.id}'`);
	assert.strictEqual(mail, `${p.name}@parking.test Your account is deleted`);
});

test('twenty who book while their account is deleted leave no booking behind, or keep the account', async () => {
	for (let round = 0; round < 3; round++) {
		const p = await somebody();
		const day = new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 10);
		const booking = (n) => house.post('/api/v1/reservations', { lot: 1, slot: 'any', from: `${day}T${String(n).padStart(2, '0')}:00:00Z`,
			until: `${day}T${String(n).padStart(2, '0')}:30:00Z` }, { token: p.token });
		const [left, ...made] = await Promise.all([leave(p), ...Array.from({ length: 20 }, (_, n) => booking(n))]);
		const live = Number(house.sql(`select count(*) from reservations where user_id = ${p.id} and status in ('held', 'confirmed')`));
		assert.ok([204, 409].includes(left.status), left.text);
		assert.strictEqual(live, made.filter((r) => r.status === 201).length);
		assert.ok(left.status === 409 || live === 0, `${left.status} with ${live} bookings`);
	}
});

test('of two admins who delete each other at once, one stays', async () => {
	const make = async (name) => {
		const r = await house.post('/api/v1/admin/users', { username: name, email: `${name}@parking.test`, password: PASSWORD, role: 'admin' }, { token: admin });
		return { id: r.json.id, token: await house.login(name, PASSWORD) };
	};
	const [a, b] = [await make('castor'), await make('pollux')];
	house.sql(`update users set disabled_at = now() where role = 'admin' and id not in (${a.id}, ${b.id})`);
	const delete_ = (who, whom) => house.post(`/api/v1/admin/users/${whom.id}/deletion`, { reason: 'A race', current: PASSWORD }, { token: who.token });
	const ends = await Promise.all([delete_(a, b), delete_(b, a)]);
	house.sql(`update users set disabled_at = null where username = 'admin'`);
	assert.ok(ends.filter((r) => r.status === 204).length <= 1, ends.map((r) => r.text).join());
	assert.ok(Number(house.sql(`select count(*) from users where role = 'admin' and disabled_at is null and id in (${a.id}, ${b.id})`)) >= 1);
	await until('the admin is let in again', 10000, async () => (await house.get('/api/v1/admin/deletions', { token: admin })).status === 200);
});

test('the rules run, and each leaves a row', async () => {
	house.sql(`update jobs set run_at = now() - interval '1 s' where kind = 'retention';
		insert into jobs (kind, args, run_at, created_at) values ('retention', '{}', now() - interval '1 s', now());
		insert into notices (kind, words, created_at) values ('news', 'Old', now() - interval '401 days')`);
	house.work();
	const r = await house.get('/api/v1/admin/deletions', { token: admin });
	const notices = r.json.rules.find((rule) => rule.class === 'notices');
	assert.strictEqual(notices.last_n, 1);
	assert.ok(r.json.rules.every((rule) => rule.last_at), JSON.stringify(r.json.rules.filter((rule) => !rule.last_at)));
	assert.ok(r.json.items.some((line) => line.class === 'notices' && line.n === 1));
	assert.ok(r.json.items.some((line) => line.class === 'account'));
});
