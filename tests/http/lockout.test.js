// lockout.test.js -- wrong passwords and codes sent at once, over two workers; and limits while Redis is away.
'use strict';
const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { House } = require('./house.js');

let house;
before(async () => {
	house = await House.start({ workers: 2, env: { LIMIT_LOGINS: '1000', LIMIT_CODES: '1000' } });
});
after(async () => {
	const complaints = house.complaints();
	await house.stop();
	assert.deepStrictEqual(complaints, []);
});

const logIn = (login, password) => house.post('/api/v1/login', { login, password });
// A machine with other work may say BUSY: nothing was checked then, and nothing is against coming again.
const patiently = async (login, password) => {
	for (let turn = 0; turn < 60; turn++) {
		const r = await logIn(login, password);
		if (r.json.code !== 'BUSY') return r;
		await new Promise((done) => setTimeout(done, 500 + 500 * Math.random()));
	}
	throw new Error('busy for half a minute and more');
};
const times = (n, what) => Promise.all(Array.from({ length: n }, what));
const answers = (all) => all.reduce((n, r) => ({ ...n, [r.json.code || r.status]: (n[r.json.code || r.status] || 0) + 1 }), {});

test('of fifty wrong passwords all at once no more than ten are checked', async () => {
	const admin = await house.login('admin', '123456');
	const { json } = await house.post('/api/v1/admin/users', { email: 'crowd@parking.example', password: 'a few words of mine' }, { token: admin });
	assert.deepStrictEqual(answers(await times(50, () => patiently('crowd@parking.example', 'wrong'))), { WRONG_LOGIN: 10, LOCKED: 40 });
	assert.strictEqual(house.sql(`select count(*) from audit where action = 'login_failed' and subject_id = ${json.id}`), '10');
	assert.deepStrictEqual(answers(await times(5, () => logIn('crowd@parking.example', 'a few words of mine'))), { LOCKED: 5 });
	assert.deepStrictEqual(answers(await times(50, () => patiently('nobody at all', 'wrong'))), { WRONG_LOGIN: 10, LOCKED: 40 });
});

test('fifty right ones all at once let everybody in, also after nine wrong ones', async () => {
	for (let i = 0; i < 9; i++) await logIn('operator', 'wrong');
	assert.deepStrictEqual(answers(await times(50, () => patiently('operator', 'open-the-gate'))), { 200: 50 });
	assert.strictEqual(house.sql('select count(*) from wrong_tries where checking'), '0');
});

test('a try whose checker died counts as wrong after half a minute', async () => {
	assert.strictEqual((await logIn('half checked', 'wrong')).status, 401);
	house.sql(`insert into wrong_tries (account, at, checking)
		select account, at - interval '31 s', true from (select * from wrong_tries order by id desc limit 1) w, generate_series(1, 8)`);
	assert.strictEqual((await logIn('half checked', 'wrong')).status, 401);
	assert.strictEqual((await logIn('half checked', 'wrong')).json.code, 'LOCKED');
});

test('of forty wrong codes all at once five are checked, and ten of one address', async () => {
	const email = 'codes@parking.example', admin = await house.login('admin', '123456');
	await house.post('/api/v1/admin/users', { email, password: 'a few words of mine' }, { token: admin });
	const seen = {};
	const ask = {
		signup: () => house.post('/api/v1/signup', { email, first_name: 'Cody', password: 'a few words of mine' }),
		password: () => house.post('/api/v1/password', { email }),
		email: async () => house.post('/api/v1/profile/email', { email, current: 'park-a-car' }, { token: await house.login('customer', 'park-a-car') }),
	};
	for (const [purpose, made] of Object.entries(ask)) {
		const { json } = await made();
		assert.match(json.request, /^[0-9a-f]{32}$/, JSON.stringify(json));
		const where = purpose === 'password' ? '/api/v1/password/new' : '/api/v1/verification';
		seen[purpose] = answers(await times(40, (_, i) => house.post(where, { request: json.request, code: String(i).padStart(6, '0'), password: 'a few words of mine' })));
	}
	assert.strictEqual(seen.signup.WRONG_CODE, 5, JSON.stringify(seen));
	assert.strictEqual(seen.password.WRONG_CODE, 5, JSON.stringify(seen));
	assert.deepStrictEqual(seen.email, { LOCKED: 40 });
});


test('without Redis limits hold: sixty sign-ups a minute, over all workers together', async () => {
	let all, workers = 0;
	// With much other work about, one worker may take them all, which would show nothing.
	for (let turn = 0; workers < 2 && turn < 6; turn++) {
		if (turn) await house.startRedis();
		await house.restartWeb({});
		await house.stopRedis();
		all = await times(200, () => house.post('/api/v1/signup', {}));
		workers = new Set(all.map((r) => r.headers.get('x-request-id').slice(0, 8))).size;
	}
	try {
		assert.strictEqual(workers, 2, 'both workers answer');
		assert.deepStrictEqual(answers(all), { INVALID: 60, TOO_MANY: 140 });
		const last = all.at(-1);
		assert.ok(Number(last.headers.get('retry-after')) >= 1 && Number(last.headers.get('retry-after')) <= 60);
	} finally {
		await house.startRedis();
	}
	// What Redis has not counted is not forgiven when it comes back.
	assert.deepStrictEqual(answers(await times(20, () => house.post('/api/v1/signup', {}))), { TOO_MANY: 20 });
});
