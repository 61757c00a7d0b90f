// accounts.test.js -- log-ins on the running server: two workers, helper processes, Redis there and gone.
'use strict';
const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { House } = require('./house.js');

let house;
before(async () => {
	house = await House.start({ workers: 2 });
});
after(async () => {
	const complaints = house.complaints();
	await house.stop();
	assert.deepStrictEqual(complaints, []);
});

const logIn = (login, password) => house.post('/api/v1/login', { login, password });
const me = (token) => house.get('/api/v1/me', { token });
// Both workers, several times over.
const everywhere = async (n, ask) => new Set((await Promise.all(Array.from({ length: n }, ask))).map((r) => r.status));

test('a token says who one is, on either worker', async () => {
	const token = await house.login('customer', 'park-a-car');
	assert.deepStrictEqual(await everywhere(20, () => me(token)), new Set([200]));
	const { json } = await me(token);
	assert.strictEqual(json.username, 'customer');
	assert.strictEqual(json.role, 'customer');
	assert.strictEqual(json.verified, true);
});

test('after logging out a token opens nothing, on either worker, at once', async () => {
	for (let round = 0; round < 5; round++) {
		const token = await house.login('customer', 'park-a-car');
		await everywhere(20, () => me(token));
		const out = await house.post('/api/v1/logout', undefined, { token });
		assert.strictEqual(out.status, 204);
		assert.deepStrictEqual(await everywhere(20, () => me(token)), new Set([401]));
	}
});

test('a form signs somebody up, with cookies and its token', async () => {
	const jar = new Map();
	const browse = async (method, where, form) => {
		const r = await fetch(house.address + where, {
			method, redirect: 'manual',
			headers: { accept: 'text/html', origin: house.address, cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; '),
				...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
			body: form ? new URLSearchParams(form).toString() : undefined,
		});
		for (const line of r.headers.getSetCookie()) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
			if (value) jar.set(name, value);
			else jar.delete(name);
		}
		return { status: r.status, to: r.headers.get('location'), text: await r.text() };
	};
	const hidden = (r, name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(r.text)[1];
	let r = await browse('GET', '/signup');
	r = await browse('POST', '/signup', { csrf: hidden(r, 'csrf'), first_name: 'Nora', email: 'nora@parking.example', password: 'a few words of mine' });
	assert.strictEqual(r.status, 303);
	r = await browse('GET', r.to);
	const code = /\n([0-9]{6})\n/.exec(house.sql(`select body from outbox where recipient = 'nora@parking.example'`))[1];
	r = await browse('POST', '/verification', { csrf: hidden(r, 'csrf'), request: hidden(r, 'request'), code });
	assert.strictEqual(r.status, 303);
	assert.strictEqual(r.to, '/reservations');
	r = await browse('GET', '/profile');
	assert.strictEqual(r.status, 200);
	assert.match(r.text, /nora@parking\.example/);
	r = await browse('POST', '/logout', { csrf: hidden(r, 'csrf') });
	assert.strictEqual(r.status, 303);
	assert.ok(!jar.has('sid'));
});

test('forty log-ins at once are answered, and nobody else waits for them', async () => {
	let busy = true, slowest = 0;
	const bystander = (async () => {
		while (busy) {
			const began = Date.now();
			assert.strictEqual((await house.get('/healthz')).status, 200);
			slowest = Math.max(slowest, Date.now() - began);
		}
	})();
	const all = await Promise.all(Array.from({ length: 40 }, () => logIn('operator', 'open-the-gate')));
	busy = false;
	await bystander;
	for (const r of all) {
		assert.ok(r.status === 200 || r.status === 503, `${r.status}`);
		if (r.status === 503) assert.match(r.headers.get('retry-after'), /^[1-9]/);
	}
	assert.ok(all.filter((r) => r.status === 200).length >= 20);
	assert.ok(slowest < 1000, `somebody waited ${slowest} ms`);
});

test('an admin closes an account, and it is out at once', async () => {
	const admin = await house.login('admin', '123456');
	const made = await house.post('/api/v1/admin/users', { email: 'gone@parking.example', password: 'a few words of mine' }, { token: admin });
	assert.strictEqual(made.status, 201, made.text);
	const token = await house.login('gone@parking.example', 'a few words of mine');
	assert.deepStrictEqual(await everywhere(10, () => me(token)), new Set([200]));
	const r = await house.post(`/api/v1/admin/users/${made.json.id}/disabling`, undefined, { token: admin });
	assert.strictEqual(r.status, 204, r.text);
	assert.deepStrictEqual(await everywhere(10, () => me(token)), new Set([401]));
	assert.strictEqual((await logIn('gone@parking.example', 'a few words of mine')).status, 401);
});

test('wrong passwords one after the other lock an account', async () => {
	for (let i = 0; i < 10; i++) assert.strictEqual((await logIn('sequential', 'wrong')).status, 401);
	const r = await logIn('sequential', 'wrong');
	assert.strictEqual(r.status, 429);
	assert.strictEqual(r.json.code, 'LOCKED');
	assert.ok(Number(r.headers.get('retry-after')) > 60);
});

test('too many sign-ups from one address are a 429', async () => {
	const all = [];
	for (let i = 0; i < 70; i++) all.push(await house.post('/api/v1/signup', {}));
	assert.strictEqual(all[0].status, 422);
	const last = all.at(-1);
	assert.strictEqual(last.status, 429);
	assert.ok(Number(last.headers.get('retry-after')) <= 60);
	assert.ok(all.filter((r) => r.status === 422).length >= 50);
});

test('without Redis a locked account stays locked, and a closed login closed', async () => {
	const token = await house.login('customer', 'park-a-car'), kept = await house.login('customer', 'park-a-car');
	await everywhere(10, () => me(token));
	await house.stopRedis();
	try {
		assert.strictEqual((await logIn('sequential', 'wrong')).status, 429);
		assert.strictEqual((await house.post('/api/v1/logout', undefined, { token })).status, 204);
		assert.deepStrictEqual(await everywhere(10, () => me(token)), new Set([401]));
		assert.deepStrictEqual(await everywhere(10, () => me(kept)), new Set([200]));
		for (let i = 0; i < 10; i++) assert.strictEqual((await logIn('without redis', 'wrong')).status, 401);
		assert.strictEqual((await logIn('without redis', 'wrong')).status, 429);
	} finally {
		await house.startRedis();
	}
	assert.deepStrictEqual(await everywhere(10, () => me(token)), new Set([401]));
	assert.deepStrictEqual(await everywhere(10, () => me(kept)), new Set([200]));
});
