// socket.test.js -- notices arrive live: who is let in, who is told, and what holds when workers, Redis or logins end.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const { spawnSync } = require('node:child_process');
const { test, before, after } = require('node:test');
const { House, later, until } = require('./house.js');
const { Socket, CLOSE, PING, TEXT, closing } = require('./socket.js');

const WS = '/api/users/notifications/ws';
const killed = [];
let house, token, operator, admin;

before(async () => {
	house = await House.start({ env: { LIMIT_SOCKETS: '1000000', LIMIT_LOGINS: '100000', CORS_ORIGINS: 'https://friend.test' } });
	token = await house.login('customer', 'park-a-car');
	operator = await house.login('operator', 'open-the-gate');
	admin = await house.login('admin', '123456');
});
after(async () => {
	if (!house) return;
	const complaints = house.complaints().filter((l) => !killed.some((pid) => l.includes(`(pid: ${pid})`)));
	await house.stop();
	assert.deepStrictEqual(complaints, []);
});

const bearer = (t) => ({ authorization: `Bearer ${t}` });
const open = (path, t, headers = {}) => Socket.open(house.port, path, { headers: { ...(t ? bearer(t) : {}), ...headers } });

// Opens one, and says so if it was refused.
async function opened(path, t) {
	const s = await open(path, t);
	assert.strictEqual(s.status, 101, s.body);
	return s;
}

// The next notification; answers pings on the way.
async function told(s, ms = 5000) {
	for (;;) {
		const f = await s.take(ms);
		assert.ok(f, 'the connection has ended');
		if (f.op === PING) s.send(10, f.payload);
		else if (f.op === CLOSE) assert.fail(`closed: ${f.code} ${f.why}`);
		else return JSON.parse(f.text);
	}
}

// Nothing comes for a while.
async function silence(s, ms = 300) {
	await later(ms);
	assert.deepStrictEqual(s.frames.filter((f) => f.op === TEXT).map((f) => f.text), []);
}

const tell = (region, message, t = operator) => house.post(`/api/users/notification/${region}`, { message }, { token: t });
const list = async (t) => (await house.get('/api/users/notifications', { token: t })).json.notifications;
const mark = (ids, t) => house.post('/api/users/notifications/mark-as-read', { notification_ids: ids }, { token: t });

let people = 0;
async function somebody(region = '') {
	const name = `somebody${++people}`;
	const r = await house.post('/api/v1/admin/users', { username: name, email: `${name}@parking.test`, password: 'a long pass phrase', role: 'customer' }, { token: admin });
	assert.strictEqual(r.status, 201, r.text);
	const t = await house.login(name, 'a long pass phrase');
	if (region) assert.strictEqual((await house.post('/api/v1/profile', { first_name: name, region }, { token: t })).status, 204);
	return { id: r.json.id, name, token: t };
}

/* ---- who is let in */

test('who is nobody is refused in the words of S2, and a page is not what is there', async () => {
	for (const path of [WS, '/api/users/notifications/harbour', `${WS}/`]) {
		const s = await open(path);
		assert.strictEqual(s.status, 401);
		assert.deepStrictEqual(JSON.parse(s.body), { msg: 'User not authenticated' });
	}
	assert.strictEqual((await open(WS, 'x.y.z')).status, 401);
	const page = await house.get(WS, { token });
	assert.strictEqual(page.status, 426);
	assert.strictEqual(page.headers.get('sec-websocket-version'), '13');
	assert.match(page.headers.get('upgrade'), /websocket/i);
	assert.deepStrictEqual(Object.keys(page.json), ['msg']);
});

test('a handshake that is not whole is refused', async () => {
	const bad = async (headers, status) => {
		const s = await open(WS, token, headers);
		assert.strictEqual(s.status, status, JSON.stringify(headers));
		assert.deepStrictEqual(Object.keys(JSON.parse(s.body)), ['msg']);
	};
	await bad({ 'sec-websocket-version': '12' }, 426);
	await bad({ 'sec-websocket-version': null }, 426);
	await bad({ upgrade: null }, 426);
	await bad({ upgrade: 'h2c' }, 426);
	await bad({ connection: 'close' }, 400);
	await bad({ 'sec-websocket-key': null }, 400);
	await bad({ 'sec-websocket-key': 'c2hvcnQ=' }, 400);
	await bad({ 'sec-websocket-key': ['dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ=='] }, 400);
	assert.strictEqual((await Socket.open(house.port, WS, { method: 'HEAD', headers: bearer(token) })).status, 426);
	assert.strictEqual((await Socket.open(house.port, WS, { method: 'DELETE', headers: bearer(token) })).status, 405);
	const many = await open(WS, token, { connection: 'keep-alive, Upgrade', upgrade: 'WebSocket' });
	assert.strictEqual(many.status, 101);
	await many.leave();
});

test('another site is refused, a friend among CORS_ORIGINS and our own pages are let in', async () => {
	const sid = (await house.request('POST', '/api/v1/login', { body: { login: 'customer', password: 'park-a-car' } })).headers.get('set-cookie').split(';')[0];
	const by = (headers) => Socket.open(house.port, WS, { headers });
	for (const [origin, status] of [['https://evil.test', 403], ['null', 403], [`${house.address}.evil.test`, 403], ['https://friend.test.evil', 403],
		['https://friend.test', 101], [house.address, 101]]) {
		const s = await by({ cookie: sid, origin });
		assert.strictEqual(s.status, status, origin);
		assert.strictEqual((await open(WS, token, { origin })).status, status, origin);
	}
	assert.strictEqual((await by({ cookie: sid })).status, 403);
	assert.strictEqual((await open('/api/users/notifications/harbour', token, { origin: 'https://evil.test' })).status, 403);
	assert.strictEqual((await by({ cookie: 'sid=nonsense', origin: house.address })).status, 401);
});

test('a ticket opens one socket, once, within its time', async () => {
	const ticket = async () => {
		const r = await house.post('/api/v1/ws-tickets', {}, { token });
		assert.strictEqual(r.status, 200, r.text);
		return r.json.ticket;
	};
	const one = await ticket();
	const s = await open(`${WS}?ticket=${one}`, null, { origin: house.address });
	assert.strictEqual(s.status, 101);
	assert.strictEqual((await open(`${WS}?ticket=${one}`)).status, 401);
	assert.strictEqual((await open(`${WS}?ticket=`)).status, 401);
	const late = await ticket();
	house.sql("update socket_tickets set expires_at = now() - interval '1 second'");
	assert.strictEqual((await open(`${WS}?ticket=${late}`)).status, 401);
	const same = await ticket();
	const all = await Promise.all(Array.from({ length: 10 }, () => open(`${WS}?ticket=${same}`)));
	assert.strictEqual(all.filter((t) => t.status === 101).length, 1);
	assert.strictEqual(house.sql(`select count(*) from socket_tickets where hash like '%${same}%'`), '0');
	assert.strictEqual((await house.post('/api/v1/ws-tickets', {})).status, 401);
	assert.strictEqual((await house.get('/api/v1/me', { headers: { 'x-ticket': same } })).status, 401);
});

test('what is no region has no address', async () => {
	for (const region of ['mark-as-read', 'Harbour', 'a_b', 'x'.repeat(65), '%00', 'a%20b'])
		assert.ok([400, 404].includes((await open(`/api/users/notifications/${region}`, token)).status), region);
	const s = await opened(`/api/users/notifications/${'x'.repeat(64)}`, token);
	await s.leave();
});

/* ---- who is told */

test('a notice to a region reaches its people and those who look at it, wherever they are connected, in the frames of S2', async () => {
	const lives = await somebody('harbour-east'), looks = await somebody(), other = await somebody('elsewhere');
	// Several of each, so that both workers have some.
	const many = (path, t) => Promise.all(Array.from({ length: 8 }, () => opened(path, t)));
	const at = [...await many(WS, lives.token), ...await many('/api/users/notifications/harbour-east', looks.token)];
	const not = [...await many(WS, other.token), ...await many('/api/users/notifications/elsewhere', other.token), ...await many(WS, looks.token)];
	const r = await tell('harbour-east', 'The east gate is closed. Ça va 🅿');
	assert.strictEqual(r.status, 200, r.text);
	assert.deepStrictEqual(r.json, { msg: 'Notification sent successfully' });
	const frames = await Promise.all(at.map((s) => told(s)));
	for (const f of frames) {
		assert.deepStrictEqual(Object.keys(f).sort(), ['content', 'created_at', 'notification_id', 'read', 'region', 'type']);
		assert.strictEqual(f.type, 'notification');
		assert.strictEqual(f.content, 'The east gate is closed. Ça va 🅿');
		assert.strictEqual(f.read, false);
		assert.strictEqual(f.region, 'harbour-east');
		assert.match(f.created_at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
		assert.strictEqual(typeof f.notification_id, 'string');
	}
	// Whoever looked holds it from now on, and is told at all their sockets.
	for (const s of not.slice(16)) assert.strictEqual((await told(s)).notification_id, frames[0].notification_id);
	await Promise.all(not.slice(0, 16).map((s) => silence(s)));
	for (const t of [lives.token, looks.token]) {
		const [first] = await list(t);
		assert.deepStrictEqual(Object.keys(first).sort(), ['content', 'created_at', 'notification_id', 'read']);
		assert.deepStrictEqual([first.notification_id, first.read], [frames[0].notification_id, false]);
	}
	assert.deepStrictEqual(await list(other.token), []);
	await Promise.all(at.map((s) => silence(s)));
	// Read by one is not read by the other.
	assert.deepStrictEqual((await mark([frames[0].notification_id], lives.token)).json, { msg: 'Notifications marked as read' });
	assert.deepStrictEqual([(await list(lives.token))[0].read, (await list(looks.token))[0].read], [true, false]);
	for (const s of [...at, ...not]) s.net.destroy();
});

test('notifications are marked over the socket, too: all that are named, or none', async () => {
	const pat = await somebody('mark-town'), s = await opened(WS, pat.token);
	const ids = [];
	for (const words of ['one', 'two', 'three']) {
		await tell('mark-town', words);
		ids.push((await told(s)).notification_id);
	}
	s.say({ type: 'mark-as-read', notification_ids: ids.slice(0, 2) });
	await until('they are read', 5000, async () => (await list(pat.token)).filter((n) => n.read).length === 2);
	for (const bad of ['nonsense', '[]', '{"type":"mark-as-read"}', '{"type":"dance","notification_ids":["1"]}',
		JSON.stringify({ type: 'mark-as-read', notification_ids: [ids[2], '987654321'] }),
		JSON.stringify({ type: 'mark-as-read', notification_ids: [ids[2], 'x'] })]) {
		s.say(bad);
		const f = await told(s);
		assert.strictEqual(f.type, 'error', bad);
		assert.ok(f.msg, bad);
	}
	assert.strictEqual((await list(pat.token)).filter((n) => n.read).length, 2);
	for (const bad of [undefined, [], ['x'], ['0'], [ids[2], '987654321'], [{}], 'all'])
		assert.deepStrictEqual([(await mark(bad, pat.token)).status, (await mark(bad, pat.token)).json], [400, { msg: 'Invalid notification IDs' }], JSON.stringify(bad));
	assert.strictEqual((await mark([Number(ids[2])], pat.token)).status, 200);
	assert.strictEqual((await mark(ids, token)).status, 400);
	await s.leave();
});

test('who may not tell a region is refused, and what is no region or no message, too', async () => {
	assert.strictEqual((await tell('harbour', 'Hello', token)).status, 403);
	assert.strictEqual((await tell('harbour', 'Hello', null)).status, 401);
	for (const [region, message] of [['Harbour', 'Hello'], ['x'.repeat(65), 'Hello'], ['harbour', ''], ['harbour', 'x'.repeat(2001)], ['harbour', undefined]]) {
		const r = await tell(region, message);
		assert.strictEqual(r.status, 400, r.text);
		assert.deepStrictEqual(Object.keys(r.json), ['msg']);
	}
});

test('a cancelled reservation tells its owner, live and in the list', async () => {
	const pat = await somebody(), s = await opened(WS, pat.token);
	const lot = (await house.get('/api/v1/lots')).json.lots[0].id;
	const from = new Date(Math.ceil(Date.now() / 3600000) * 3600000 + 40 * 86400000);
	const booked = await house.post('/api/v1/reservations', { lot, from: from.toISOString(), until: new Date(+from + 3600000).toISOString() }, { token: pat.token });
	assert.strictEqual(booked.status, 201, booked.text);
	const id = booked.json.id;
	assert.ok((await house.post(`/api/v1/reservations/${id}/confirmation`, { pay: 'exit', plate: 'KT419' }, { token: pat.token })).status < 300);
	assert.ok((await house.post(`/api/v1/reservations/${id}/cancellation`, {}, { token: pat.token })).status < 300);
	const f = await told(s);
	assert.match(f.content, /^Your reservation of slot .+ is cancelled\.$/);
	assert.strictEqual(f.region, null);
	assert.strictEqual((await list(pat.token))[0].content, f.content);
	await house.post(`/api/v1/reservations/${id}/cancellation`, {}, { token: pat.token });
	await silence(s);
	await s.leave();
});

/* ---- logins that end */

async function closedWith(s, code, ms = 3000) {
	for (let f = await s.take(ms); ; f = await s.take(ms)) {
		assert.ok(f, 'ended without a close frame');
		if (f.op !== CLOSE) continue;
		assert.strictEqual(f.code, code, f.why);
		s.send(CLOSE, closing(code));
		assert.strictEqual(await s.take(3000), null);
		return;
	}
}
const several = (t, n = 6) => Promise.all(Array.from({ length: n }, () => opened(WS, t)));

test('signing out closes that login’s sockets at once, on every worker, and no other’s', async () => {
	const pat = await somebody(), second = await house.login(pat.name, 'a long pass phrase');
	const first = await several(pat.token), others = await several(second);
	const out = await house.post('/api/users/auth/signout', {}, { token: pat.token });
	assert.deepStrictEqual([out.status, out.json], [200, { msg: 'Logged out successfully' }]);
	await Promise.all(first.map((s) => closedWith(s, 1008)));
	assert.deepStrictEqual(others.filter((s) => s.gone || s.frames.some((f) => f.op === CLOSE)), []);
	assert.strictEqual((await open(WS, pat.token)).status, 401);
	assert.strictEqual((await house.post('/api/users/auth/signout', {}, { token: pat.token })).status, 401);
	await house.post('/api/v1/logout/all', {}, { token: second });
	await Promise.all(others.map((s) => closedWith(s, 1008)));
});

test('a closed account’s sockets close, and a new password’s', async () => {
	const pat = await somebody(), kim = await somebody();
	const a = await several(pat.token), b = await several(kim.token), c = await several(await house.login(kim.name, 'a long pass phrase'));
	assert.ok((await house.post(`/api/v1/admin/users/${pat.id}/disabling`, {}, { token: admin })).status < 300);
	assert.ok((await house.post('/api/v1/profile/password', { current: 'a long pass phrase', password: 'another long phrase' }, { token: kim.token })).status < 300);
	await Promise.all([...a, ...c].map((s) => closedWith(s, 1008)));
	assert.deepStrictEqual(b.filter((s) => s.gone), []);
	for (const s of b) s.net.destroy();
});

test('signing in as S2 has it', async () => {
	const right = await house.post('/api/users/auth/signin', { email: 'customer@parking.test', password: 'park-a-car' });
	const login = house.sql("select email from users where username = 'customer'");
	const r = right.status === 200 ? right : await house.post('/api/users/auth/signin', { email: login, password: 'park-a-car' });
	assert.strictEqual(r.status, 200, r.text);
	assert.deepStrictEqual([Object.keys(r.json).sort(), r.json.msg], [['msg', 'token'], 'Login successful']);
	assert.strictEqual((await house.get('/api/users/notifications', { token: r.json.token })).status, 200);
	const wrong = await house.post('/api/users/auth/signin', { email: login, password: 'not that' });
	assert.deepStrictEqual([wrong.status, wrong.json], [401, { msg: 'Invalid credentials' }]);
	for (const bad of [{}, { email: login }, { email: login, password: 7, x: [] }, { password: 'x' }]) {
		const b = await house.post('/api/users/auth/signin', bad);
		assert.ok([400, 401].includes(b.status), b.text);
		assert.deepStrictEqual(Object.keys(b.json), ['msg']);
	}
	const kim = await somebody();
	let last;
	for (let i = 0; i < 12; i++) last = await house.post('/api/users/auth/signin', { email: `${kim.name}@parking.test`, password: `wrong ${i}` });
	assert.deepStrictEqual([last.status, Object.keys(last.json)], [429, ['msg']]);
	assert.ok(Number(last.headers.get('retry-after')) > 0);
	const broken = await house.request('POST', '/api/users/auth/signin', { headers: { 'content-type': 'application/json' } });
	assert.deepStrictEqual(Object.keys(broken.json), ['msg']);
	for (const [method, where, status] of [['GET', '/api/users/auth/signin', 405], ['GET', '/api/users/nothing-here', 404]]) {
		const n = await house.request(method, where);
		assert.deepStrictEqual([n.status, Object.keys(n.json)], [status, ['msg']]);
	}
});

/* ---- many, and faults */

test('a thousand listeners on both workers miss none of fifty notices', async () => {
	const pat = await somebody('crowd');
	const all = [];
	for (let i = 0; i < 1000; i += 100)
		all.push(...await Promise.all(Array.from({ length: 100 }, () => opened('/api/users/notifications/crowd', pat.token))));
	const seen = all.map(() => []);
	const readers = all.map(async (s, i) => {
		while (seen[i].length < 50) seen[i].push((await told(s, 30000)).content);
	});
	for (let i = 0; i < 50; i++) assert.strictEqual((await tell('crowd', `notice ${i}`)).status, 200);
	await Promise.all(readers);
	const right = Array.from({ length: 50 }, (_, i) => `notice ${i}`);
	for (const one of seen) assert.deepStrictEqual([...one].sort(), [...right].sort());
	await later(300);
	assert.deepStrictEqual(all.filter((s) => s.frames.some((f) => f.op === TEXT)), []);
	for (const s of all) s.net.destroy();
});

test('Redis killed: notices still arrive, once each, and logins end; and when it is back, too', async () => {
	const pat = await somebody('faraway'), at = await several(pat.token, 8);
	await later(1500);
	await house.stopRedis();
	assert.strictEqual((await tell('faraway', 'without Redis')).status, 200);
	for (const s of at) assert.strictEqual((await told(s, 8000)).content, 'without Redis');
	assert.strictEqual((await tell('faraway', 'while it comes back')).status, 200);
	await house.startRedis();
	for (const s of at) assert.strictEqual((await told(s, 8000)).content, 'while it comes back');
	await later(3000);
	assert.strictEqual((await tell('faraway', 'it is back')).status, 200);
	for (const s of at) assert.strictEqual((await told(s)).content, 'it is back');
	await Promise.all(at.map((s) => silence(s, 2000)));
	await house.stopRedis();
	await house.post('/api/users/auth/signout', {}, { token: pat.token });
	await Promise.all(at.map((s) => closedWith(s, 1008, 8000)));
	await house.startRedis();
	await later(3000);
});

test('Redis frozen: it is found out, and notices come another way', async () => {
	const pat = await somebody('frozen'), at = await several(pat.token, 4);
	await later(1500);
	process.kill(house.redis.pid, 'SIGSTOP');
	try {
		assert.strictEqual((await tell('frozen', 'in the ice')).status, 200);
		for (const s of at) assert.strictEqual((await told(s, 20000)).content, 'in the ice');
	} finally {
		process.kill(house.redis.pid, 'SIGCONT');
	}
	await later(3000);
	await Promise.all(at.map((s) => silence(s, 500)));
	assert.strictEqual((await tell('frozen', 'thawed')).status, 200);
	for (const s of at) assert.strictEqual((await told(s, 5000)).content, 'thawed');
	for (const s of at) s.net.destroy();
});

test('a worker killed: its listeners come back to another, and the list has all', async () => {
	const pat = await somebody('fragile'), at = await several(pat.token, 12);
	await later(1200);
	const serving = () => spawnSync('pgrep', ['-P', String(house.web.pid), '-f', 'wrk'], { encoding: 'utf8' }).stdout.trim().split('\n').map(Number);
	const held = (pid) => fs.readdirSync(`/proc/${pid}/fd`).length; // either may have taken all twelve
	const [victim] = serving().sort((a, b) => held(b) - held(a));
	killed.push(victim);
	process.kill(victim, 'SIGKILL');
	await until('some of them notice', 5000, () => at.some((s) => s.gone));
	const left = at.filter((s) => !s.gone);
	assert.ok(left.length < at.length);
	await tell('fragile', 'one of us is missing');
	for (const s of left) assert.strictEqual((await told(s)).content, 'one of us is missing');
	const again = await several(pat.token, 4);
	assert.strictEqual((await list(pat.token))[0].content, 'one of us is missing');
	await until('both are there again', 8000, () => serving().length === 2);
	await later(1500);
	await tell('fragile', 'all here');
	for (const s of [...left, ...again]) assert.strictEqual((await told(s)).content, 'all here');
	for (const s of [...left, ...again]) s.net.destroy();
});

test('a handshake too many is refused in S2’s words, and says when to come again', async () => {
	await house.restartWeb({ LIMIT_SOCKETS: '200', LIMIT_LOGINS: '100000' });
	spawnSync('redis-cli', ['-s', `${house.run}/redis.sock`, 'flushall']);
	const seen = [];
	for (let i = 0; i < 210; i += 10) seen.push(...await Promise.all(Array.from({ length: 10 }, () => open(WS, token))));
	assert.strictEqual(seen.filter((s) => s.status === 101).length, 200);
	const refused = seen.filter((s) => s.status !== 101);
	for (const s of refused) {
		assert.strictEqual(s.status, 429);
		assert.ok(Number(s.headers['retry-after']) > 0);
		assert.deepStrictEqual(Object.keys(JSON.parse(s.body)), ['msg']);
	}
	for (const s of seen) s.net.destroy();
});

test('told to stop under open sockets, it says 1001 and ends', async () => {
	await house.restartWeb({ LIMIT_SOCKETS: '1000000', LIMIT_LOGINS: '100000' });
	const at = await several(token, 10);
	process.kill(house.web.pid, 'SIGTERM');
	await Promise.all(at.map((s) => closedWith(s, 1001)));
	await house.web.ended;
	assert.deepStrictEqual([house.web.exitCode, house.web.signalCode], [0, null]);
	await house.startWeb(2, house.run);
});
