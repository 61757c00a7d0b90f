// security.test.js -- who may what, and as whom: tokens, sessions, roles, other people's rows, cookies, other sites,
// limits, what headers and logs say.  What comes in as text is in injection.test.js; the list is in ../SECURITY.md.
'use strict';
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { after, before, test } = require('node:test');
const { House, until } = require('./house.js');
const { Browser } = require('./browser.js');

const root = path.join(__dirname, '..', '..');
const SECRET = 'only-for-tests-0123456789abcdef0123456789abcdef';
const PASSWORD = 'park-a-car';
const LIMITS = { LIMIT_SIGNUPS: '100000', LIMIT_LOGINS: '100000', LIMIT_CODES: '100000', LIMIT_BOOKINGS: '100000', LOCK_TRIES: '1000' };
let house, rows, ids, anna, ben, admin, operator;
const broken = []; /* requests that were made to fail */

// The route table as the program prints it.
function routes() {
	const r = spawnSync(path.join(root, 'build', 'parkctl'), ['routes'], { encoding: 'utf8', env: { ...process.env, ...house.settings(house.run) } });
	return r.stdout.trim().split('\n').map((line) => {
		const [, method, where, who, dress] = /^(\S+) +(\S+) +(\S+) +(page, api|page|api|here) /.exec(line);
		const page = dress.startsWith('page');
		return { method, where, who, page, api: dress === 'page, api' ? `/api/v1${where}` : page ? null : where };
	});
}

const person = (name, role = 'customer') =>
	house.sql(`insert into users (username, email, first_name, password, role, verified_at)
		select '${name}', '${name}@security.test', '${name}', password, '${role}', now() from users where username = 'customer' returning id`);
const hour = (n) => new Date(Math.ceil(Date.now() / 3600000) * 3600000 + n * 3600000).toISOString().replace('.000', '');
const me = (token) => house.get('/api/v1/me', { token });

before(async () => {
	house = await House.start({ env: LIMITS });
	rows = routes();
	for (const name of ['anna', 'ben']) person(name);
	[anna, ben] = await Promise.all(['anna', 'ben'].map((n) => house.login(n, PASSWORD)));
	admin = await house.login('admin', '123456');
	operator = await house.login('operator', 'open-the-gate');
	house.sql(`insert into lots (name, time_zone, currency, search) values ('Safe', 'Europe/Berlin', 'EUR', 'safe');
		insert into zones (lot_id, code) select id, 'SAFE' from lots where name = 'Safe';
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'SAFE-' || n, 'S-' || n from zones, generate_series(1, 20) n where code = 'SAFE'`);
	ids = { lot: Number(house.sql(`select id from lots where name = 'Safe'`)) };
	const held = await house.post('/api/v1/reservations', { lot: ids.lot, slot: 'any', from: hour(3), until: hour(5) }, { token: anna });
	ids.reservation = held.json.id;
	ids.vehicle = (await house.post('/api/v1/vehicles', { plate: 'AN NA 1' }, { token: anna })).json.id;
	ids.notice = Number(house.sql(`with told as (insert into notices (user_id, kind, words, created_at)
			select id, 'news', 'For Anna alone.', now() from users where username = 'anna' returning id, user_id)
		insert into notice_readers (notice_id, user_id) select id, user_id from told returning notice_id`));
	const paid = (await house.post('/api/v1/reservations', { lot: ids.lot, slot: 'any', from: hour(50), until: hour(51) }, { token: anna })).json.id;
	await house.post(`/api/v1/reservations/${paid}/confirmation`, { plate: 'AN NA 2', pay: 'exit' }, { token: anna });
	await house.post(`/api/v1/reservations/${paid}/payments`, { method: 'cash', amount: '' }, { token: operator });
	ids.receipt = Number(house.sql(`select r.id from receipts r join payments p on p.id = r.payment_id join charges c on c.id = p.charge_id
		where c.reservation_id = ${paid}`));
	ids.session = Number(house.sql(`select max(s.id) from sessions s join users u on u.id = s.user_id where u.username = 'anna'`));
});
after(async () => {
	const complaints = house.complaints().filter((l) => !broken.some((id) => l.includes(id)));
	await house.stop();
	assert.deepStrictEqual(complaints, []);
});

// ---- tokens (V9)

const part = (x) => Buffer.from(typeof x === 'string' ? x : JSON.stringify(x)).toString('base64url');
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
function forge(head, claims, { key = SECRET, digest = 'sha256' } = {}) {
	const signed = `${part(head)}.${part(claims)}`;
	return `${signed}.${key === null ? '' : crypto.createHmac(digest, key).update(signed).digest('base64url')}`;
}

test('no trick with a token opens anything', async () => {
	const good = claimsOf(anna), head = { alg: 'HS256', typ: 'JWT' };
	const without = (name) => Object.fromEntries(Object.entries(good).filter(([k]) => k !== name));
	assert.strictEqual((await me(forge(head, good))).status, 200, 'what we forge with the secret is otherwise good');
	const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
	const pem = publicKey.export({ type: 'spki', format: 'pem' });
	const rs = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(good)}`;
	const now = Math.floor(Date.now() / 1000);
	const tricks = {
		'alg none': forge({ alg: 'none', typ: 'JWT' }, good, { key: null }),
		'alg None': forge({ alg: 'None', typ: 'JWT' }, good, { key: null }),
		'no alg': forge({ typ: 'JWT' }, good, { key: null }),
		'none, with our signature': `${part({ alg: 'none' })}.${part(good)}.${anna.split('.')[2]}`,
		'another hash with our secret': forge({ alg: 'HS384', typ: 'JWT' }, good, { digest: 'sha384' }),
		'RS256 of their own key': `${rs}.${crypto.createSign('sha256').update(rs).sign(privateKey).toString('base64url')}`,
		'HS256 with a public key': forge(head, good, { key: pem }),
		'their own key named by jwk': forge({ ...head, jwk: { kty: 'oct', k: part('theirs') } }, good, { key: 'theirs' }),
		'… by jku': forge({ ...head, jku: 'http://127.0.0.1:1/keys' }, good, { key: 'theirs' }),
		'… by kid': forge({ ...head, kid: '../../../../dev/null' }, good, { key: '' }),
		'an empty key': forge(head, good, { key: '' }),
		expired: forge(head, { ...good, exp: now - 1 }),
		'not yet': forge(head, { ...good, nbf: now + 600 }),
		'another audience': forge(head, { ...good, aud: 'another-house' }),
		'another issuer': forge(head, { ...good, iss: 'another-house' }),
		'another use': forge(head, { ...good, use: 'quote' }),
		'no jti': forge(head, without('jti')),
		'no exp': forge(head, without('exp')),
		'no aud': forge(head, without('aud')),
		'a jti nobody has': forge(head, { ...good, jti: '0'.repeat(32) }),
		'somebody else’s id': forge(head, { ...good, sub: claimsOf(ben).sub }),
		'the signature cut off': anna.split('.').slice(0, 2).join('.') + '.',
		'two parts': anna.split('.').slice(0, 2).join('.'),
		'a changed claim': `${anna.split('.')[0]}.${part({ ...good, sub: claimsOf(admin).sub })}.${anna.split('.')[2]}`,
		nothing: '',
	};
	for (const [name, token] of Object.entries(tricks)) {
		const r = await house.get('/api/v1/me', { headers: { authorization: `Bearer ${token}` } });
		assert.strictEqual(r.status, 401, name);
		const page = await house.get('/profile', { headers: { accept: 'text/html', cookie: `sid=${token}` } });
		assert.strictEqual(page.status, 303, `${name}, as a cookie`);
	}
});

test('a role is not read from the token', async () => {
	const token = forge({ alg: 'HS256', typ: 'JWT' }, { ...claimsOf(anna), role: 'admin' });
	assert.strictEqual((await house.get('/api/v1/admin/users', { token })).status, 403);
});

// ---- sessions (V7)

test('logging in ends the login before it and gives another token', async () => {
	const b = await new Browser(house).logIn('anna', PASSWORD);
	const first = b.jar.get('sid');
	await b.logIn('anna', PASSWORD);
	const second = b.jar.get('sid');
	assert.notStrictEqual(first, second);
	assert.ok(claimsOf(second).jti.length >= 32, '128 bits in hex');
	assert.strictEqual((await me(first)).status, 401);
	assert.strictEqual((await me(second)).status, 200);
});

test('a cookie set before the login is worth nothing after it', async () => {
	const b = new Browser(house);
	b.jar.set('sid', 'a-cookie-somebody-fixed');
	await b.logIn('anna', PASSWORD);
	assert.notStrictEqual(b.jar.get('sid'), 'a-cookie-somebody-fixed');
	assert.strictEqual((await me('a-cookie-somebody-fixed')).status, 401);
});

test('logging out kills the token, though its copy is still in somebody’s hands', async () => {
	const b = await new Browser(house).logIn('anna', PASSWORD);
	const copy = b.jar.get('sid');
	assert.strictEqual((await b.post('/logout', {}, '/profile')).status, 303);
	assert.ok(!b.jar.has('sid'));
	for (let i = 0; i < 8; i++) assert.strictEqual((await me(copy)).status, 401);
});

test('closing an account, or changing its password, ends its logins', async () => {
	const id = person('carl');
	const tokens = [await house.login('carl', PASSWORD), await house.login('carl', PASSWORD)];
	const changed = await house.post('/api/v1/profile/password', { current: PASSWORD, password: 'quite another one' }, { token: tokens[0] });
	assert.strictEqual(changed.status, 204, changed.text);
	assert.strictEqual((await me(tokens[0])).status, 200, 'who changed it stays');
	assert.strictEqual((await me(tokens[1])).status, 401, 'the others do not');
	assert.strictEqual((await house.post('/api/v1/login', { login: 'carl', password: PASSWORD })).status, 401);
	assert.strictEqual((await house.post(`/api/v1/admin/users/${id}/disabling`, undefined, { token: admin })).status, 204);
	assert.strictEqual((await me(tokens[0])).status, 401);
	assert.strictEqual((await house.post('/api/v1/login', { login: 'carl', password: 'quite another one' })).status, 401);
});

// ---- roles and other people's rows (V8)

const RANK = { anyone: 0, customer: 1, operator: 2, admin: 3 };

test('every row refuses nobody and whoever is too low, as page and as API', async () => {
	const people = { anyone: null, customer: ben, operator, admin };
	let n = 0;
	for (const r of rows)
		for (const [role, token] of Object.entries(people)) {
			if (RANK[role] >= RANK[r.who]) continue;
			if (r.api) {
				const a = await house.request(r.method, r.api.replace(/:\w+/g, '1'), { token, ...(r.method === 'GET' ? {} : { body: {} }) });
				assert.strictEqual(a.status, token ? 403 : 401, `${r.method} ${r.api} for ${role}`);
				n++;
			}
			if (!r.page || r.method !== 'GET') continue;
			const b = new Browser(house);
			if (token) b.jar.set('sid', token);
			const p = await b.get(r.where.replace(/:\w+/g, '1'));
			assert.ok(token ? p.status === 403 : p.status === 303 && p.to.startsWith('/login?next='), `${r.where} for ${role}: ${p.status}`);
			n++;
		}
	assert.ok(n > 100, `${n} refusals`);
});

test('what belongs to somebody else is not found, at any address, by any method', async () => {
	const own = { reservations: ids.reservation, vehicles: ids.vehicle, profile: ids.session, notices: ids.notice, receipts: ids.receipt };
	const stay = house.sql(`select min(id) from stays`);
	const theirs = { '/stays/:id': stay, '/stays/:id/payment': stay, '/api/users/cars/:id': ids.vehicle, '/api/payments/payments/:id': house.sql(`select payment_id from receipts where id = ${ids.receipt}`) };
	const everybodys = /^(\/api\/(parking\/slots|zones|slots|devices)\/:id|\/lots\/:id\/review(\/removal)?)$/;
	const bodies = { confirmation: { plate: 'X 1', pay: 'exit' }, extension: { until: hour(6) }, cars: { plate_number: 'X 1' } };
	const state = () => house.sql(`select r.status, r.hold_until, v.plate, s.revoked_at, n.read_at from reservations r, vehicles v, sessions s, notice_readers n
		where n.notice_id = ${ids.notice} and r.id = ${ids.reservation} and v.id = ${ids.vehicle} and s.id = ${ids.session}`);
	const before = state();
	const b = await new Browser(house).logIn('ben', PASSWORD);
	const csrf = await b.token('/profile');
	const mine = rows.filter((r) => r.who === 'customer' && r.where.includes(':id') && !everybodys.test(r.where));
	assert.ok(mine.length >= 10, 'there are rows to look at');
	for (const r of mine) {
		const id = theirs[r.where] || own[r.where.split('/')[1]], body = bodies[r.where.split('/')[3]];
		assert.ok(id, `${r.where}: whose is it? Name it in this test.`);
		const where = r.where.replace(':id', id);
		if (r.api) {
			const a = await house.request(r.method, r.api.replace(':id', id), { token: ben, ...(r.method === 'GET' ? {} : { body: body || {} }) });
			assert.strictEqual(a.status, 404, `${r.method} ${r.api}: ${a.text}`);
		}
		if (!r.page) continue;
		const p = r.method === 'GET' ? await b.get(where) : await b.go(r.method, where, { form: { csrf, ...body } });
		assert.strictEqual(p.status, 404, `${r.method} ${where}`);
	}
	assert.strictEqual(state(), before);
	for (const where of ['reservations', 'receipts'])
		assert.strictEqual((await house.get(`/api/v1/${where}/${own[where]}`, { token: anna })).status, 200, 'their owner finds them');
});

test('another’s vehicle cannot be driven in a booking of one’s own', async () => {
	const held = await house.post('/api/v1/reservations', { lot: ids.lot, slot: 'any', from: hour(3), until: hour(5) }, { token: ben });
	const r = await house.post(`/api/v1/reservations/${held.json.id}/confirmation`, { vehicle: ids.vehicle, pay: 'exit' }, { token: ben });
	assert.ok(r.status === 404 || r.status === 422, `${r.status}`);
	assert.doesNotMatch(r.text, /AN ?NA ?1/);
	await house.post(`/api/v1/reservations/${held.json.id}/cancellation`, {}, { token: ben });
});

test('fields nobody asked for change nothing', async () => {
	const theirs = Number(house.sql(`select id from users where username = 'anna'`));
	const more = { id: theirs, user_id: theirs, role: 'admin', verified: true, verified_at: '2020-01-01T00:00:00Z', disabled: false,
		password: 'changed it after all', email: 'other@security.test', username: 'other', price: 0, price_minor: 0, status: 'confirmed',
		refund: 100, hold_until: '2099-01-01T00:00:00Z', created_at: '2000-01-01T00:00:00Z', api_key_id: 1 };
	const who = () => house.sql(`select id, username, email, role, password, verified_at, disabled_at, created_at from users where username in ('anna', 'ben') order by id`);
	const before = who();
	for (const [where, body] of [['/api/v1/profile', { first_name: 'Ben' }], ['/api/v1/vehicles', { plate: 'BEN 1' }]]) {
		const r = await house.post(where, { ...more, ...body }, { token: ben });
		assert.ok([201, 204].includes(r.status), r.text);
	}
	assert.strictEqual(who(), before);
	assert.strictEqual(house.sql(`select u.username from vehicles v join users u on u.id = v.user_id where v.plate = 'BEN1'`), 'ben');

	const plain = await house.get(`/api/v1/quotes?lot=${ids.lot}&from=${hour(10)}&until=${hour(12)}`);
	const held = await house.post('/api/v1/reservations', { ...more, lot: ids.lot, slot: 'any', from: hour(10), until: hour(12) }, { token: ben });
	assert.strictEqual(held.status, 201, held.text);
	assert.ok(held.json.price > 0);
	assert.strictEqual(held.json.price, plain.json.price);
	assert.strictEqual(held.json.status, 'held');
	assert.strictEqual(house.sql(`select u.username, r.hold_until < now() + interval '11 minutes' from reservations r join users u on u.id = r.user_id
		where r.id = ${held.json.id}`), 'ben|t');
	await house.post(`/api/v1/reservations/${held.json.id}/cancellation`, {}, { token: ben });

	const asked = await house.post('/api/v1/signup', { ...more, first_name: 'Dora', username: 'dora', email: 'dora@security.test', password: 'a few words of mine' });
	assert.strictEqual(asked.status, 201, asked.text);
	const code = /\n([0-9]{6})\n/.exec(house.sql(`select body from outbox where recipient = 'dora@security.test'`))[1];
	const made = await house.post('/api/v1/verification', { ...more, request: asked.json.request, code });
	assert.strictEqual(made.status, 200, made.text);
	assert.strictEqual((await me(made.json.token)).json.role, 'customer');
	assert.strictEqual((await me(made.json.token)).json.username, 'dora');
});

// ---- other sites (V3)

test('a form from elsewhere, or without its own token, changes nothing', async () => {
	const b = await new Browser(house).logIn('anna', PASSWORD);
	const other = await new Browser(house).logIn('anna', PASSWORD);
	const csrf = await b.token('/profile'), theirs = await other.token('/profile');
	const name = () => house.sql(`select first_name from users where username = 'anna'`);
	const before = name();
	const refused = async (what, form, headers) => {
		const r = await b.go('POST', '/profile', { form: { first_name: 'Mallory', ...form }, headers });
		assert.strictEqual(r.status, 403, what);
		assert.strictEqual(name(), before, what);
	};
	await refused('no token', {});
	await refused('an empty token', { csrf: '' });
	await refused('a wrong token', { csrf: '0'.repeat(64) });
	await refused('another session’s token', { csrf: theirs });
	await refused('the token of somebody not logged in', { csrf: await new Browser(house).token('/login') });
	await refused('Origin null', { csrf }, { origin: 'null' });
	await refused('another site', { csrf }, { origin: 'https://evil.test' });
	await refused('a site that begins like ours', { csrf }, { origin: `${house.address}.evil.test` });
	await refused('another port', { csrf }, { origin: 'http://127.0.0.1:1' });
	await refused('https for http', { csrf }, { origin: house.address.replace('http:', 'https:') });
	await refused('neither Origin nor Sec-Fetch-Site', { csrf }, { origin: null });
	await refused('Sec-Fetch-Site: cross-site', { csrf }, { origin: null, 'sec-fetch-site': 'cross-site' });
	await refused('Sec-Fetch-Site: same-site', { csrf }, { origin: null, 'sec-fetch-site': 'same-site' });
	const json = await b.go('POST', '/api/v1/profile', { body: '{"first_name":"Mallory"}', headers: { 'content-type': 'application/json', origin: 'https://evil.test' } });
	assert.strictEqual(json.status, 403, 'the cookie under /api');
	const text = await b.go('POST', '/api/v1/profile', { body: '{"first_name":"Mallory"}', headers: { 'content-type': 'text/plain' } });
	assert.ok([403, 415].includes(text.status), 'text/plain, which needs no leave');
	assert.strictEqual(name(), before);
	const right = await b.go('POST', '/profile', { form: { first_name: 'Anna', csrf } });
	assert.strictEqual(right.status, 303, 'the right one is taken');
	assert.strictEqual(name(), 'Anna');
});

test('nobody is logged in from another site', async () => {
	for (const origin of ['https://evil.test', 'null']) {
		const b = new Browser(house);
		const csrf = await b.token('/login');
		const r = await b.go('POST', '/login', { form: { csrf, login: 'anna', password: PASSWORD }, headers: { origin } });
		assert.strictEqual(r.status, 403);
		assert.ok(!b.jar.has('sid'));
	}
	const r = await new Browser(house).go('POST', '/login', { form: { login: 'anna', password: PASSWORD } });
	assert.strictEqual(r.status, 403, 'without the token of an anonymous cookie');
});

// Who takes a table or their own data is written down: that, and nothing else.
test('no GET changes anything', async () => {
	const of = (t) => (t === 'audit' ? `(select * from audit where action not in ('table_taken', 'data_fetched'))` : t);
	house.sql(`create table if not exists counted (n bigint)`);
	const tables = house.sql(`select string_agg(quote_ident(tablename), ' ') from pg_tables where schemaname = 'public' and tablename not in ('jobs')`).split(' ');
	const all = () => house.sql(`select ${tables.map((t) => `(select md5(coalesce(string_agg(x::text, '|' order by x::text), '')) from ${of(t)} x)`).join(', ')}`).split('|');
	const b = await new Browser(house).logIn('admin', '123456');
	const full = Number(house.sql(`insert into lots (name, time_zone, currency, search) values ('Full', 'UTC', 'EUR', 'full') returning id`));
	house.sql(`insert into zones (lot_id, code) values (${full}, 'FULL');
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'FULL-1', '1' from zones where code = 'FULL';
		insert into lot_counts (lot_id, slots, free, reserved, occupied, unknown, out_of_service) values (${full}, 1, 0, 0, 0, 1, 0)`);
	assert.strictEqual((await house.post('/api/v1/stays', { plate: 'FU LL 1', lot_id: full }, { token: await house.login('admin', '123456') })).status, 201);
	house.sql(`update lot_counts set free = 0, occupied = 0, unknown = 1 where lot_id = ${full}`);
	const before = all();
	assert.match((await b.get(`/gate?lot=${full}&plate=FU+LL+2`)).text, /No slot is free/);
	const seen = rows.filter((r) => r.page);
	for (const r of seen) {
		const where = r.where.replace(/:\w+/g, r.where.startsWith('/reservations') ? ids.reservation : r.where.startsWith('/lots') ? ids.lot : '1');
		const p = await b.get(where);
		assert.ok(p.status < 500, `${where}: ${p.status}`);
		if (r.method !== 'GET' && !rows.some((x) => x.method === 'GET' && new RegExp(`^${x.where.replace(/:\w+/g, '[^/]+')}$`).test(r.where))) assert.strictEqual(p.status, 405, `GET ${where}`);
		const head = await b.go('HEAD', where);
		assert.strictEqual(head.status, p.status, `HEAD ${where}`);
	}
	const now = all();
	tables.forEach((t, i) => assert.strictEqual(now[i], before[i], `${t} has changed`));
	house.sql('drop table counted');
});

test('no address takes another method in disguise', async () => {
	const b = await new Browser(house).logIn('anna', PASSWORD);
	const csrf = await b.token('/profile');
	for (const headers of [{ 'x-http-method-override': 'DELETE' }, { 'x-method-override': 'DELETE' }])
		assert.strictEqual((await b.go('POST', `/vehicles/${ids.vehicle}`, { form: { csrf, _method: 'DELETE' }, headers })).status, 405);
	for (const method of ['TRACE', 'CONNECT', 'PROPFIND', 'TRACK']) {
		if (method === 'CONNECT') continue; /* the client would open a tunnel */
		const r = await new Browser(house).go(method, '/', { headers: { 'x-secret': 'mirror-me' } });
		assert.ok([400, 405, 501].includes(r.status), `${method}: ${r.status}`);
		assert.doesNotMatch(r.text, /mirror-me/);
	}
});

test('after a login or a theme one goes on within the house only', async () => {
	const traps = ['https://evil.test/', '//evil.test', '/\\evil.test', '\\\\evil.test', '/\t/evil.test', 'javascript:alert(1)', '/\n/evil.test',
		' //evil.test', 'http:evil.test', '/%0d%0aSet-Cookie:x=1', '', 'evil.test', 'https:/evil.test', '\u0000//evil.test', '@evil.test'];
	for (const next of traps) {
		const b = new Browser(house);
		for (const r of [await b.post('/login', { login: 'anna', password: PASSWORD, next }),
			await b.go('POST', '/appearance', { form: { theme: 'dark', next } })]) {
			if (r.status === 422 || (r.status === 400 && next.includes('\0'))) continue;
			assert.strictEqual(r.status, 303, JSON.stringify(next));
			const to = new URL(r.to, house.address);
			assert.strictEqual(to.origin, house.address, `${JSON.stringify(next)} leads to ${r.to}`);
			assert.ok(!r.set.some((c) => /^x=1/.test(c)));
		}
	}
	const r = await new Browser(house).post('/login', { login: 'anna', password: PASSWORD, next: '/vehicles?x=1' });
	assert.strictEqual(r.to, '/vehicles?x=1', 'an address of ours is gone to');
	const away = await new Browser(house).get('/profile?next=//evil.test');
	assert.strictEqual(new URL(away.to, house.address).origin, house.address);
});

test('without CORS_ORIGINS no other site may read anything', async () => {
	for (const origin of ['https://evil.test', 'null', house.address]) {
		for (const [method, where] of [['GET', '/api/v1/lots'], ['GET', '/api/v1/me'], ['OPTIONS', '/api/v1/me'], ['GET', '/lots'], ['POST', '/api/v1/login']]) {
			const r = await new Browser(house).go(method, where, { headers: { origin, ...(method === 'OPTIONS' ? { 'access-control-request-method': 'GET' } : {}) } });
			for (const name of Object.keys(r.headers)) assert.doesNotMatch(name, /^access-control/, `${method} ${where} for ${origin}`);
		}
	}
});

// ---- what answers say (V3.4, V14, V16)

test('every answer holds the browser to our own house, whatever it is', async () => {
	const all = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin', 'cross-origin-opener-policy': 'same-origin',
		'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'same-origin' };
	const b = await new Browser(house).logIn('admin', '123456');
	const asset = /href="(\/assets\/style[^"]*)"/.exec((await b.get('/')).text)[1];
	const pages = rows.filter((r) => r.page && r.method === 'GET').map((r) => r.where.replace(/:\w+/g, r.where.startsWith('/reservations') ? ids.reservation : '1'));
	for (const where of [...pages, '/nowhere', '/api/v1/me', '/api/v1/nowhere', '/api/v1/lots', asset, '/assets/nothing.css']) {
		const { headers } = await b.get(where);
		for (const [name, value] of Object.entries(all)) assert.strictEqual(headers[name], value, `${name} of ${where}`);
		const policy = headers['content-security-policy'];
		for (const word of [`default-src 'none'`, `script-src 'self'`, `style-src 'self'`, `form-action 'self'`, `base-uri 'none'`, `frame-ancestors 'none'`])
			assert.ok(policy.split('; ').includes(word), `${word} of ${where}: ${policy}`);
		assert.doesNotMatch(policy, /unsafe|\*|https?:|data:/, where);
		assert.strictEqual(headers['strict-transport-security'], undefined, 'nothing of TLS where there is none');
		assert.doesNotMatch(headers.server || '', /kore|[0-9]/i, `what serves ${where}, and which version`);
	}
	assert.strictEqual((await b.go('POST', '/profile', { form: {} })).headers['x-content-type-options'], 'nosniff', 'refusals too');
});

test('what a page loads is ours, bound to its bytes, and none of it is in the page', async () => {
	const b = await new Browser(house).logIn('admin', '123456');
	for (const where of ['/', '/lots', '/login', '/profile', '/admin/lots', '/api/docs', `/reservations/${ids.reservation}`]) {
		const { text } = await b.get(where);
		for (const [tag] of text.matchAll(/<(?:script|link)\b[^>]*>/g)) {
			if (/rel="(canonical|help)"/.test(tag)) continue;
			assert.match(tag, /(?:src|href)="\/[a-z]/, `${where}: ${tag}`);
			if (/<script|rel="stylesheet"/.test(tag)) assert.match(tag, /integrity="sha(256|384|512)-/, `${where}: ${tag}`);
		}
		assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)|<style|\sstyle="|\son[a-z]+="|javascript:/i, where);
	}
});

test('what is somebody’s own is not stored anywhere', async () => {
	const b = await new Browser(house).logIn('admin', '123456');
	for (const r of rows.filter((x) => x.method === 'GET' && x.who !== 'anyone')) {
		const where = r.where.replace(/:\w+/g, r.where.startsWith('/reservations') ? ids.reservation : '1');
		if (r.page) assert.strictEqual((await b.get(where)).headers['cache-control'], 'no-store', where);
		if (r.api) assert.strictEqual((await house.get(r.api.replace(/:\w+/g, '1'), { token: admin })).headers.get('cache-control'), 'no-store', r.api);
	}
	assert.strictEqual((await b.get('/lots')).headers['cache-control'], 'no-store', 'a page with somebody’s name at its head');
	const login = await house.post('/api/v1/login', { login: 'anna', password: PASSWORD });
	assert.strictEqual(login.headers.get('cache-control'), 'no-store', 'a token');
	const code = await house.post('/api/v1/password', { email: 'anna@security.test' });
	assert.strictEqual(code.headers.get('cache-control'), 'no-store', 'a request for a code');
	const stranger = new Browser(house);
	for (let i = 0; i < 2; i++) {
		const page = await stranger.get(`/verification?request=${code.json.request}`);
		assert.match(page.text, /anna@security\.test/);
		assert.strictEqual(page.headers['cache-control'], 'no-store', `an address, a form's token (${i})`);
	}
	const key = await house.post('/api/v1/admin/api-keys', { name: 'no-store', lots: true }, { token: admin });
	const keyed = await house.get('/api/v1/admin/tariffs', { headers: { 'x-api-key': key.json.key } });
	assert.strictEqual(keyed.status, 200);
	assert.strictEqual(keyed.headers.get('cache-control'), 'no-store', 'an answer to a key');
});

test('no token stands in an address', async () => {
	const b = await new Browser(house).logIn('anna', PASSWORD);
	const sid = b.jar.get('sid');
	for (const where of ['/', '/lots', '/profile', '/vehicles', '/reservations', `/reservations/${ids.reservation}`, `/lots/${ids.lot}`]) {
		const { text } = await b.get(where);
		for (const [, address] of text.matchAll(/(?:href|action|src)="([^"]*)"/g)) {
			assert.ok(!address.includes(sid), address);
			assert.doesNotMatch(address, /[?&](csrf|token|sid|jwt|access_token|code|password)=/i, `${where} leads to ${address}`);
		}
	}
	for (const where of ['/api/v1/me?token=', '/api/v1/me?access_token=', '/api/v1/me?jwt='])
		assert.strictEqual((await house.get(where + sid)).status, 401, where);
	assert.strictEqual((await new Browser(house).get(`/profile?sid=${sid}`)).status, 303);
	assert.doesNotMatch(house.log(), new RegExp(sid.split('.')[2].replace(/[-_]/g, '.')), 'nor in the log');
	const secret = 'do-not-log-my-password';
	await house.post('/api/v1/login', { login: 'anna', password: secret });
	await house.get(`/api/v1/lots?near=${secret}`);
	assert.ok(!house.log().includes(secret));
	assert.ok(!house.log().includes(SECRET));
});

test('what breaks inside is not told outside', async () => {
	house.sql('alter table vehicles rename to vehicles_away');
	try {
		for (const r of [await house.get('/api/v1/vehicles', { token: anna }), await (await new Browser(house).logIn('anna', PASSWORD)).get('/vehicles')]) {
			const id = r.headers.get ? r.headers.get('x-request-id') : r.headers['x-request-id'];
			broken.push(id);
			assert.strictEqual(r.status, 500);
			assert.doesNotMatch(r.text, /relation|vehicles_of|42P01|character \d|sqlstate|\.c:\d|postgres|libpq/i);
			assert.ok(r.text.includes(id), 'the answer names the line in our log');
			await until('the log names it, too', 3000, () => house.log().includes(id));
		}
		const booked = await house.post('/api/v1/vehicles', { plate: 'GONE 1' }, { token: anna });
		broken.push(booked.headers.get('x-request-id'));
		assert.strictEqual(booked.status, 500, 'closed, not open');
	} finally {
		house.sql('alter table vehicles_away rename to vehicles');
	}
	assert.strictEqual((await house.get('/api/v1/vehicles', { token: anna })).status, 200);
});

test('nothing typed begins a line in the log', async () => {
	const evil = '%0a{"event":"forged"}%0d%0a', raw = '\n{"event":"forged"}\r\n';
	await house.get(`/nowhere${evil}`);
	await house.post('/api/v1/login', { login: `anna${raw}`, password: 'x' });
	await house.get('/api/v1/lots', { headers: { 'user-agent': 'a"}\t{"event":"forged"}' } });
	await house.get('/nowhere"},{"event":"forged"}');
	for (const line of house.log().split('\n').filter((l) => l.startsWith('{'))) {
		const said = JSON.parse(line);
		assert.notStrictEqual(said.event, 'forged');
	}
	const audit = await house.get('/api/v1/admin/audit', { token: admin });
	assert.ok(!audit.json.items.some((a) => a.action === 'forged'));
});

test('logins, right and wrong, and refusals of rights stand in the log', async () => {
	await house.post('/api/v1/login', { login: 'ben', password: 'wrong' });
	await house.login('ben', PASSWORD);
	const of = (action) => Number(house.sql(`select count(*) from audit a join users u on u.id = a.subject_id
		where a.subject = 'user' and u.username = 'ben' and a.action = '${action}' and a.at > now() - interval '1 minute'`));
	assert.ok(of('login_failed') >= 1);
	assert.ok(of('signed_in') >= 1);
	const id = (await house.get('/api/v1/admin/users', { token: ben })).headers.get('x-request-id');
	const line = JSON.parse(await until('it stands there', 3000, () => house.log().split('\n').slice(0, -1).find((l) => l.includes(id))));
	assert.strictEqual(line.status, '403');
	assert.strictEqual(line.user, claimsOf(ben).sub);
});

// ---- who has an account (V6.3)

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
async function timed(run) {
	const began = process.hrtime.bigint(), r = await run();
	return { r, ms: Number(process.hrtime.bigint() - began) / 1e6 };
}

test('nobody learns from answers or their time which addresses have an account', async () => {
	const N = 12, take = { known: [], unknown: [] };
	house.sql(`insert into users (username, email, password, verified_at) select 'known' || n, 'known' || n || '@security.test',
		(select password from users where username = 'anna'), now() from generate_series(1, ${N}) n`);
	const say = (r) => JSON.stringify([r.status, r.json && { ...r.json, request: '', request_id: '', email: '', expires_at: '', wait: 0 }, [...r.headers.keys()].sort()]);
	const ways = {
		login: (address) => house.post('/api/v1/login', { login: address, password: 'not-their-word' }),
		signup: (address) => house.post('/api/v1/signup', { first_name: 'X', email: address, password: 'a few words of mine' }),
		password: (address) => house.post('/api/v1/password', { email: address }),
	};
	for (const [way, ask] of Object.entries(ways)) {
		take.known = [];
		take.unknown = [];
		for (let i = 1; i <= N; i++) {
			const known = await timed(() => ask(`known${i}@security.test`)), unknown = await timed(() => ask(`nobody${i}@security.test`));
			assert.strictEqual(say(known.r), say(unknown.r), way);
			take.known.push(known.ms);
			take.unknown.push(unknown.ms);
		}
		const a = median(take.known), b = median(take.unknown);
		assert.ok(Math.min(a, b) > 0.5 * Math.max(a, b) - 3, `${way}: ${a.toFixed(1)} ms for a known, ${b.toFixed(1)} ms for an unknown address`);
	}
});

test('a password has 8 to 128 characters, every one of which counts', async () => {
	const sign = (email, password) => house.post('/api/v1/signup', { first_name: 'P', email, password });
	for (const [i, bad] of ['', 'seven77', 'password1', 'Qwertyuiop', 'x'.repeat(129)].entries()) {
		const r = await sign(`short${i}@security.test`, bad);
		assert.strictEqual(r.status, 422, bad);
		assert.ok(r.json.fields.password);
	}
	const long = 'eight or more, this is one of a hundred and twenty-eight characters, and a phrase is welcome, whatever its words are: äöü 🅿️ zzz'.padEnd(128, '!').slice(0, 128);
	for (const [i, good] of ['quiet-8!', long.slice(0, 64), [...long].join('')].entries()) {
		const email = `long${i}@security.test`, asked = await sign(email, good);
		assert.strictEqual(asked.status, 201, asked.text);
		const code = /\n([0-9]{6})\n/.exec(house.sql(`select body from outbox where recipient = '${email}'`))[1];
		assert.strictEqual((await house.post('/api/v1/verification', { request: asked.json.request, code })).status, 200);
		assert.strictEqual((await house.post('/api/v1/login', { login: email, password: good })).status, 200);
		assert.strictEqual((await house.post('/api/v1/login', { login: email, password: `${good.slice(0, -1)}?` })).status, 401);
		assert.match(house.sql(`select password from users where email = '${email}'`), /^\$argon2id\$/);
	}
});

// ---- the list itself

test('every test that SECURITY.md names is there', () => {
	const list = fs.readFileSync(path.join(root, 'tests', 'SECURITY.md'), 'utf8');
	const named = [...list.matchAll(/`([\w/.]+)` › ([^;|]+?)(?=;|:|\. | \(| \|)/g)];
	assert.ok(named.length > 60, `${named.length} names`);
	for (const [, file, name] of named) {
		const text = fs.readFileSync(path.join(root, 'tests', file), 'utf8').replaceAll('${how}', '…').replaceAll('${signal}', '…');
		assert.ok(text.includes(name.trim()), `${file} has no “${name.trim()}”`);
	}
});

// ---- behind TLS, with friends and a proxy; limits.  These start the web server anew.

// What was counted until now is forgotten.
const recount = () => spawnSync('redis-cli', ['-s', path.join(house.run, 'redis.sock'), 'eval',
	`for _, k in ipairs(redis.call('keys', 'count:*')) do redis.call('del', k) end`, '0']);

test('limits are answered with 429 and when to come again, and no header gives another address', async () => {
	recount();
	await house.restartWeb({ ...LIMITS, LIMIT_LOGINS: '5', LIMIT_SIGNUPS: '5', LIMIT_CODES: '5', LIMIT_BOOKINGS: '5' });
	const ways = [['/api/v1/login', { login: 'x', password: 'y' }], ['/api/v1/signup', {}], ['/api/v1/password', {}], ['/api/v1/reservations', {}]];
	for (const [where, body] of ways) {
		const token = where.endsWith('reservations') ? ben : undefined;
		for (let i = 0; i < 5; i++) assert.notStrictEqual((await house.post(where, body, { token })).status, 429, where);
		for (let i = 0; i < 3; i++) {
			const r = await house.post(where, body, { token, headers: { 'x-forwarded-for': `192.0.2.${i}`, 'x-real-ip': `192.0.2.${i}`, forwarded: `for=192.0.2.${i}` } });
			assert.strictEqual(r.status, 429, where);
			const wait = Number(r.headers.get('retry-after'));
			assert.ok(wait >= 1 && wait <= 60, `${wait}`);
			assert.strictEqual(r.json.code, 'TOO_MANY');
		}
	}
	assert.doesNotMatch(house.log(), /"from":"192\.0\.2\./);
});

test('a proxy of ours is believed about who calls', async () => {
	await house.restartWeb({ ...LIMITS, LIMIT_LOGINS: '5', TRUSTED_PROXIES: '127.0.0.1' });
	const from = (address) => house.post('/api/v1/login', { login: 'x', password: 'y' }, { headers: { 'x-forwarded-for': address } });
	for (let i = 0; i < 5; i++) assert.strictEqual((await from('198.51.100.1')).status, 401);
	assert.strictEqual((await from('198.51.100.1')).status, 429);
	assert.strictEqual((await from('198.51.100.99, 198.51.100.1')).status, 429, 'what the caller put in front is not believed');
	assert.strictEqual((await from('198.51.100.2')).status, 401, 'another caller is not to blame');
});

test('behind TLS every cookie is of this host alone, and the browser is told to stay', async () => {
	await house.restartWeb({ ...LIMITS, BASE_URL: 'https://parking.test' });
	const b = new Browser(house, { origin: 'https://parking.test' });
	const set = [];
	for (const r of [await b.get('/login'), await b.post('/login', { login: 'anna', password: PASSWORD }),
		await b.go('POST', '/appearance', { form: { theme: 'dark', next: '/' } }), await b.post('/vehicles', { plate: 'TLS 1' }, '/vehicles'),
		await b.get('/vehicles'), await b.post('/logout', {}, '/profile')]) {
		set.push(...r.set);
		assert.match(r.headers['strict-transport-security'], /^max-age=(\d{8,}); includeSubDomains/, `${r.status}`);
	}
	const names = new Set(set.map((c) => c.split('=')[0]));
	for (const line of set) {
		assert.match(line, /^__Host-/, line);
		for (const [what, pattern] of [['Secure', /; Secure(;|$)/], ['HttpOnly', /; HttpOnly(;|$)/], ['SameSite', /; SameSite=Lax(;|$)/], ['Path', /; Path=\/(;|$)/]])
			assert.match(line, pattern, what);
		assert.doesNotMatch(line, /domain=/i);
	}
	for (const name of ['sid', 'anon', 'theme', 'flash']) assert.ok(names.has(`__Host-${name}`), `${name} was set, as ${[...names]}`);
	const plain = new Browser(house, { origin: 'https://parking.test' });
	plain.jar.set('sid', anna);
	assert.strictEqual((await plain.get('/profile')).status, 303, 'a cookie that any host of the domain may set is not read');
	const http = await new Browser(house, { origin: 'http://parking.test' });
	const csrf = await http.token('/login');
	assert.strictEqual((await http.go('POST', '/login', { form: { csrf, login: 'anna', password: PASSWORD } })).status, 403, 'our own name without TLS is another site');
});

test('the sites of CORS_ORIGINS may read, and none that looks like them', async () => {
	const friend = 'https://app.example.org', second = 'http://localhost:3000';
	await house.restartWeb({ ...LIMITS, CORS_ORIGINS: `${friend}, ${second}` });
	for (const origin of [friend, second]) {
		const r = await house.get('/api/v1/lots', { headers: { origin } });
		assert.strictEqual(r.headers.get('access-control-allow-origin'), origin);
		assert.strictEqual(r.headers.get('access-control-allow-credentials'), null, 'cookies never go along');
		assert.match(r.headers.get('vary'), /Origin/, 'nobody else is given this answer from a cache');
		const leave = await new Browser(house).go('OPTIONS', '/api/v1/me', { headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' } });
		assert.strictEqual(leave.status, 204);
		assert.strictEqual(leave.headers['access-control-allow-origin'], origin);
		assert.match(leave.headers['access-control-allow-headers'], /Authorization/);
	}
	assert.match((await house.get('/api/v1/lots')).headers.get('vary'), /Origin/);
	for (const origin of ['https://app.example.or', 'https://app.example', 'https://evil.test', 'https://app.example.org.evil.test', 'http://app.example.org', 'http://localhost:300',
		'http://localhost', 'https', 'null', 'https://app.example.org,', 'HTTPS://APP.EXAMPLE.ORG', 'p.example.org']) {
		const r = await house.get('/api/v1/lots', { headers: { origin } });
		assert.strictEqual(r.headers.get('access-control-allow-origin'), null, origin);
	}
});
