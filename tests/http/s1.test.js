// s1.test.js -- the IoT monitoring system, line by line: what its description says (README of parking_system) and what its
// original did, on a fresh database against the running server.
//
// Every answer is held against the OpenAPI document, too (house.js).
'use strict';
const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { test, before, after } = require('node:test');
const { House, until } = require('./house.js');

const NOBODY = { detail: 'Authentication credentials were not provided.' };
const BAD_TOKEN = { detail: 'Given token not valid for any token type', code: 'token_not_valid' };
const MAY_NOT = { detail: 'You do not have permission to perform this action.' };

let house, admin, operator, customer, key, other_key;

before(async () => {
	house = await House.start({ planted: false, env: { LIMIT_LOGINS: '100000', LIMIT_TELEMETRY: '1000000' } });
	admin = await house.login('admin', '123456');
	operator = await house.login('operator', 'open-the-gate');
	customer = await house.login('customer', 'park-a-car');
	key = await house.key(admin, 'telemetry');
	other_key = await house.key(admin, 'gate');
});
after(async () => {
	if (!house) return;
	const complaints = house.complaints();
	await house.stop();
	assert.deepStrictEqual(complaints, []);
});

const ask = (method, where, body, token = admin) => house.request(method, where, { body, token });
const send = (body, headers = { 'x-api-key': key }) => house.request('POST', '/api/telemetry/', { body, headers });
const ago = (seconds, from = Date.now()) => new Date(Math.floor(from / 1000 - seconds) * 1000).toISOString().replace('.000', '');
const keys = (o) => Object.keys(o).sort().join();

async function made(where, body) {
	const r = await ask('POST', where, body);
	assert.strictEqual(r.status, 201, r.text);
	return r.json;
}
let n = 0;
async function device(code, zone) {
	const slot = await made('/api/slots/', { slot_code: `T-${++n}`, zone: zone || (await made('/api/zones/', { name: 'Test', code: `T${n}` })).id });
	return { ...(await made('/api/devices/', { device_code: code, name: 'A sensor', slot: slot.slot_code })), place: slot };
}
const find = async (where, id) => (await ask('GET', where)).json.find((x) => x.id === id);

// ---- Authentication: "All endpoints (except login) require a JWT Bearer Token."

test('log-in gives two tokens; the demo\'s admin is admin, 123456', async () => {
	for (const where of ['/api/auth/login/', '/api/auth/login']) {
		const r = await house.post(where, { username: 'admin', password: '123456' });
		assert.strictEqual(r.status, 200);
		assert.strictEqual(keys(r.json), 'access,refresh');
		assert.strictEqual((await ask('GET', '/api/zones/', undefined, r.json.access)).status, 200);
	}
	const wrong = await house.post('/api/auth/login/', { username: 'admin', password: 'wrong' });
	assert.strictEqual(wrong.status, 401);
	assert.deepStrictEqual(wrong.json, { detail: 'No active account found with the given credentials' });
	const empty = await house.post('/api/auth/login/', { username: 'admin' });
	assert.strictEqual(empty.status, 400);
	assert.ok(Array.isArray(empty.json.password), empty.text);
});

test('a form logs in, too', async () => {
	const r = await house.request('POST', '/api/auth/login/', { raw: 'username=admin&password=123456',
		headers: { 'content-type': 'application/x-www-form-urlencoded' } });
	assert.strictEqual(r.status, 200, r.text);
});

test('the refresh token gives access tokens, and no other token does', async () => {
	const pair = (await house.post('/api/auth/login/', { username: 'operator', password: 'open-the-gate' })).json;
	for (const where of ['/api/auth/refresh/', '/api/auth/refresh']) {
		const r = await house.post(where, { refresh: pair.refresh });
		assert.strictEqual(r.status, 200);
		assert.strictEqual(keys(r.json), 'access');
		assert.strictEqual((await ask('GET', '/api/devices/', undefined, r.json.access)).status, 200);
	}
	for (const refresh of [pair.access, 'nonsense', `${pair.refresh}x`]) {
		const r = await house.post('/api/auth/refresh/', { refresh });
		assert.strictEqual(r.status, 401);
		assert.strictEqual(r.json.code, 'token_not_valid');
	}
	assert.strictEqual((await ask('GET', '/api/devices/', undefined, pair.refresh)).status, 401);
	assert.strictEqual((await house.post('/api/users/auth/signout', undefined, { token: pair.access })).status, 200);
	assert.strictEqual((await house.post('/api/auth/refresh/', { refresh: pair.refresh })).status, 401);
	assert.strictEqual((await ask('GET', '/api/devices/', undefined, pair.access)).status, 401);
});

// ---- who may what: spec by spec, as a table

test('each role may what it may, and nobody more', async () => {
	const d = await device('ROLE-1'), zone = d.place.zone;
	const reading = () => ({ device_code: 'ROLE-1', voltage: 230, current: 1, power_factor: 0.9, timestamp: ago(3600 + ++n) });
	const table = [ // method, address, body, least role: 1 any user, 2 operator, 3 admin; whether the device's key may
		['GET', '/api/zones/', null, 1], ['POST', '/api/zones/', () => ({ name: 'R', code: `R${++n}` }), 3],
		['GET', `/api/zones/${zone}/`, null, 1], ['PUT', `/api/zones/${zone}/`, () => ({ name: 'R', code: `R${++n}` }), 3],
		['PATCH', `/api/zones/${zone}/`, () => ({ name: 'Roles' }), 3],
		['GET', '/api/slots/', null, 1], ['POST', '/api/slots/', () => ({ slot_code: `R-${++n}`, zone }), 3],
		['GET', `/api/slots/${d.place.id}/`, null, 1], ['PUT', `/api/slots/${d.place.id}/`, () => ({ slot_code: d.slot, zone, status: 'available' }), 3],
		['PATCH', `/api/slots/${d.place.id}/`, () => ({ status: 'available' }), 3],
		['GET', '/api/devices/', null, 1], ['POST', '/api/devices/', () => ({ device_code: 'ROLE-1', name: '', slot: 'none' }), 3, false, 400],
		['GET', `/api/devices/${d.id}/`, null, 1], ['PUT', `/api/devices/${d.id}/`, () => ({ device_code: 'ROLE-1', name: 'R', slot: d.slot }), 3],
		['PATCH', `/api/devices/${d.id}/`, () => ({ name: 'Role' }), 3],
		['POST', '/api/telemetry/', reading, 2, true], ['GET', '/api/telemetry/', null, 1], ['GET', '/api/dashboard/overview/', null, 1],
		['DELETE', '/api/devices/999999/', null, 3, false, 404], ['DELETE', '/api/slots/999999/', null, 3, false, 404], ['DELETE', '/api/zones/999999/', null, 3, false, 404],
	];
	const callers = [['nobody', undefined, 0], ['customer', customer, 1], ['operator', operator, 2], ['admin', admin, 3]];
	for (const [method, where, body, least, by_key, well] of table) {
		const what = `${method} ${where}`;
		for (const [name, token, role] of callers) {
			const r = await house.request(method, where, { token, body: body ? body() : undefined });
			if (role === 0) assert.deepStrictEqual([r.status, r.json], [401, NOBODY], what);
			else if (role < least) assert.deepStrictEqual([r.status, r.json], [403, MAY_NOT], `${what} by ${name}`);
			else assert.strictEqual(r.status, well || (method === 'POST' ? 201 : 200), `${what} by ${name}: ${r.text}`);
			if (role === 0) assert.strictEqual(r.headers.get('www-authenticate'), 'Bearer', what);
		}
		const bad = await house.request(method, where, { token: 'not.a.token', body: body ? body() : undefined });
		assert.deepStrictEqual([bad.status, bad.json], [401, BAD_TOKEN], what);
		const machine = await house.request(method, where, { headers: { 'x-api-key': key }, body: body ? body() : undefined });
		assert.strictEqual(machine.status, by_key ? 201 : 401, `${what} by a key`);
		const another = await house.request(method, where, { headers: { 'x-api-key': other_key }, body: body ? body() : undefined });
		assert.strictEqual(another.status, by_key ? 403 : 401, `${what} by another key`);
	}
	assert.strictEqual((await send(reading(), { 'x-api-key': 'pk_nonsense' })).status, 401);
});

// ---- Setup & Configuration

test('a zone: POST 201 in a house that had no lot; read, changed, deleted; its code is its own', async () => {
	const z = await made('/api/zones/', { name: 'Basement 1', code: 'B1' });
	assert.deepStrictEqual(z, { id: z.id, name: 'Basement 1', code: 'B1' });
	assert.strictEqual(typeof z.id, 'number');
	assert.deepStrictEqual((await ask('GET', `/api/zones/${z.id}/`)).json, z);
	assert.deepStrictEqual((await ask('GET', `/api/zones/${z.id}`)).json, z);
	assert.deepStrictEqual(await find('/api/zones/', z.id), z);
	for (const [body, field] of [[{ name: 'Again', code: 'B1' }, 'code'], [{ name: 'Again', code: 'b1' }, 'code'], [{ code: 'B2' }, 'name'], [{ name: 'No code' }, 'code'],
		[{ name: 'x'.repeat(51), code: 'B2' }, 'name'], [{ name: 'Long', code: 'x'.repeat(11) }, 'code']]) {
		const r = await ask('POST', '/api/zones/', body);
		assert.strictEqual(r.status, 400, r.text);
		assert.deepStrictEqual(Object.keys(r.json), [field]);
		assert.ok(Array.isArray(r.json[field]) && typeof r.json[field][0] === 'string');
	}
	assert.deepStrictEqual((await ask('PUT', `/api/zones/${z.id}/`, { name: 'Basement', code: 'B-1' })).json, { ...z, name: 'Basement', code: 'B-1' });
	assert.strictEqual((await ask('PUT', `/api/zones/${z.id}/`, { name: 'Half' })).status, 400);
	assert.deepStrictEqual((await ask('PATCH', `/api/zones/${z.id}/`, { name: 'B' })).json, { ...z, name: 'B', code: 'B-1' });
	const gone = await ask('DELETE', `/api/zones/${z.id}/`);
	assert.deepStrictEqual([gone.status, gone.text], [204, '']);
	const none = await ask('GET', `/api/zones/${z.id}/`);
	assert.deepStrictEqual([none.status, none.json], [404, { detail: 'Not found.' }]);
	assert.strictEqual(house.sql("select name || ' ' || time_zone || ' ' || days_ahead || ' ' || pay_at_exit from lots"), 'Parking UTC 90 true');
});

test('a slot: in a zone, with a status that is physical alone; found by its zone\'s code in any case', async () => {
	const a = await made('/api/zones/', { name: 'A', code: 'Za' }), b = await made('/api/zones/', { name: 'B', code: 'Zb' });
	const s = await made('/api/slots/', { slot_code: 'P-1', zone: a.id });
	assert.deepStrictEqual(s, { id: s.id, slot_code: 'P-1', status: 'available', zone: a.id });
	const t = await made('/api/slots/', { slot_code: 'P-2', zone: String(b.id), status: 'occupied' });
	assert.deepStrictEqual(t, { id: t.id, slot_code: 'P-2', status: 'occupied', zone: b.id });
	for (const code of ['Za', 'ZA', 'za']) assert.deepStrictEqual((await ask('GET', `/api/slots/?zone_code=${code}`)).json, [s]);
	assert.deepStrictEqual((await ask('GET', '/api/slots/?zone_code=none')).json, []);
	const all = (await ask('GET', '/api/slots')).json.map((x) => x.id);
	assert.deepStrictEqual(all, [...all].sort((x, y) => y - x)); /* newest first */
	assert.deepStrictEqual((await ask('PUT', `/api/slots/${s.id}/`, { slot_code: 'P-1b', status: 'occupied', zone: b.id })).json,
		{ id: s.id, slot_code: 'P-1b', status: 'occupied', zone: b.id });
	assert.deepStrictEqual((await ask('PATCH', `/api/slots/${s.id}/`, { status: 'available' })).json.status, 'available');
	for (const [body, field] of [[{ slot_code: 'P-2', zone: a.id }, 'slot_code'], [{ slot_code: 'p-2', zone: a.id }, 'slot_code'], [{ zone: a.id }, 'slot_code'],
		[{ slot_code: 'P-3' }, 'zone'], [{ slot_code: 'P-3', zone: 999999 }, 'zone'], [{ slot_code: 'x'.repeat(21), zone: a.id }, 'slot_code'],
		[{ slot_code: 'P-3', zone: a.id, status: 'reserved' }, 'status'], [{ slot_code: 'P/3', zone: a.id }, 'slot_code']]) {
		const r = await ask('POST', '/api/slots/', body);
		assert.deepStrictEqual([r.status, Object.keys(r.json)], [400, [field]], r.text);
	}
	const busy = await ask('DELETE', `/api/zones/${b.id}/`);
	assert.strictEqual(busy.status, 409);
	assert.strictEqual(typeof busy.json.detail, 'string');
	assert.strictEqual((await ask('DELETE', `/api/slots/${s.id}/`)).status, 204);
	assert.strictEqual((await ask('GET', `/api/slots/${s.id}/`)).status, 404);
});

test('a device: one on a slot, its code its own in whatever case; never heard of it is offline', async () => {
	const zone = (await made('/api/zones/', { name: 'D', code: 'Zd' })).id;
	await made('/api/slots/', { slot_code: 'D-1', zone });
	await made('/api/slots/', { slot_code: 'D-2', zone });
	const d = await made('/api/devices/', { device_code: 'DEV-101', name: 'By the pillar', slot: 'D-1' });
	assert.deepStrictEqual(d, { id: d.id, device_code: 'DEV-101', name: 'By the pillar', slot: 'D-1', health_status: 'Offline', electrical_status: 'Normal', last_reported: null });
	assert.deepStrictEqual((await ask('GET', `/api/devices/${d.id}`)).json, d);
	assert.deepStrictEqual(await find('/api/devices/', d.id), d);
	for (const [body, field] of [[{ device_code: 'dev-101', name: '', slot: 'D-2' }, 'device_code'], [{ device_code: 'DEV-102', name: '', slot: 'd-1' }, 'slot'],
		[{ device_code: 'DEV-102', slot: 'nowhere' }, 'slot'], [{ slot: 'D-2' }, 'device_code'], [{ device_code: 'DEV-102' }, 'slot'],
		[{ device_code: 'x'.repeat(51), slot: 'D-2' }, 'device_code'], [{ device_code: 'D', name: 'x'.repeat(101), slot: 'D-2' }, 'name']]) {
		const r = await ask('POST', '/api/devices/', body);
		assert.deepStrictEqual([r.status, Object.keys(r.json)], [400, [field]], r.text);
	}
	assert.strictEqual((await ask('PUT', `/api/devices/${d.id}/`, { device_code: 'DEV-101', name: 'Moved', slot: 'D-2' })).json.slot, 'D-2');
	assert.strictEqual((await ask('PATCH', `/api/devices/${d.id}/`, { slot: 'd-1' })).json.slot, 'D-1');
	const sits = await ask('DELETE', `/api/slots/${(await ask('GET', '/api/slots/?zone_code=zd')).json.find((s) => s.slot_code === 'D-1').id}/`);
	assert.strictEqual(sits.status, 409);
	const other = await made('/api/devices/', { device_code: 'DEV-103', name: '', slot: 'D-2' });
	assert.strictEqual((await ask('DELETE', `/api/devices/${other.id}/`)).status, 204);
	assert.strictEqual((await ask('GET', `/api/devices/${other.id}/`)).status, 404);
});

// ---- Device Telemetry Ingestion

test('the payload of the description is taken as it stands', async () => {
	const payload = { device_code: 'DEV-101', voltage: 220.5, current: 5.2, power_factor: 0.92, timestamp: '2026-02-04T10:30:00Z' };
	const first = await send(payload);
	assert.strictEqual(first.status, 201);
	assert.deepStrictEqual(first.json, { device: 'DEV-101', voltage: 220.5, current: 5.2, power_factor: 0.92, timestamp: '2026-02-04T10:30:00Z' });
	const again = await send(payload);
	assert.deepStrictEqual([again.status, again.json], [400, { message: 'Duplicate telemetry ignored', code: 'duplicate' }]);
	assert.deepStrictEqual((await send({ ...payload, device_code: 'dev-101', voltage: 1 })).status, 400);
	assert.deepStrictEqual((await ask('GET', '/api/telemetry/?device_code=DEV-101')).json, [first.json]);
	const stranger = await send({ ...payload, device_code: 'DEV-999' });
	assert.deepStrictEqual([stranger.status, stranger.json], [400, { error: 'Device not registered' }]);
	const late = await find('/api/devices/', Number(house.sql("select id from devices where code = 'DEV-101'")));
	assert.deepStrictEqual([late.health_status, late.last_reported], ['Offline', '2026-02-04T10:30:00Z']);
});

test('times: now if left out, UTC if naive, any offset; a day ahead at most', async () => {
	await device('CLOCK-1');
	const reading = { device_code: 'clock-1', voltage: 230, current: 0, power_factor: 1 };
	const now = await send(reading);
	assert.ok(Math.abs(Date.parse(now.json.timestamp) - Date.now()) < 60000, now.text);
	assert.strictEqual((await send({ ...reading, timestamp: '2026-02-04T10:30:00' })).json.timestamp, '2026-02-04T10:30:00Z');
	assert.strictEqual((await send({ ...reading, timestamp: '2026-02-04T12:30:00+02:00' })).json.code, 'duplicate');
	assert.strictEqual((await send({ ...reading, timestamp: '2026-02-04 10:31:00.25Z' })).json.timestamp, '2026-02-04T10:31:00.25Z');
	assert.strictEqual((await send({ ...reading, timestamp: ago(-86300) })).status, 201);
	const ahead = await send({ ...reading, timestamp: ago(-86500) });
	assert.deepStrictEqual([ahead.status, Object.keys(ahead.json)], [400, ['timestamp']]);
	assert.ok(Number(house.sql("select count(*) from anomalies where kind = 'clock_skew' and detail like '%CLOCK-1%'")) >= 1);
});

test('what is no reading is refused field by field', async () => {
	const good = { device_code: 'DEV-101', voltage: 230, current: 1, power_factor: 0.9 };
	for (const [change, field] of [[{ voltage: 'high' }, 'voltage'], [{ voltage: -1 }, 'voltage'], [{ voltage: null }, 'voltage'], [{ current: undefined }, 'current'],
		[{ power_factor: 1.5 }, 'power_factor'], [{ device_code: '' }, 'device_code'], [{ timestamp: 'yesterday' }, 'timestamp'], [{ voltage: '1e999' }, 'voltage'],
		[{ voltage: 'nan' }, 'voltage'], [{ timestamp: '2026-02-30T10:00:00Z' }, 'timestamp']]) {
		const r = await send({ ...good, ...change });
		assert.deepStrictEqual([r.status, Object.keys(r.json)], [400, [field]], `${JSON.stringify(change)}: ${r.text}`);
	}
	const json = { 'x-api-key': key, 'content-type': 'application/json' };
	for (const [raw, status] of [['{', 400], ['"word"', 400], ['12', 400], ['', 400]]) {
		const r = await house.request('POST', '/api/telemetry/', { raw, headers: json });
		assert.strictEqual(r.status, status, `${raw}: ${r.text}`);
	}
	const xml = await house.request('POST', '/api/telemetry/', { raw: '<a/>', headers: { ...json, 'content-type': 'text/xml' } });
	assert.deepStrictEqual([xml.status, typeof xml.json.detail], [415, 'string']);
	const form = await house.request('POST', '/api/telemetry/', { raw: `device_code=DEV-101&voltage=230&current=1.5&power_factor=.9&timestamp=${ago(77)}`,
		headers: { 'x-api-key': key, 'content-type': 'application/x-www-form-urlencoded' } });
	assert.strictEqual(form.status, 201, form.text);
	assert.strictEqual((await send({ ...good, timestamp: ago(178), firmware: '1.2', extra: { deep: [1] } })).status, 201); /* unknown keys are ignored */
});

test('a list of readings: what became of each', async () => {
	await device('LIST-1');
	const start = Date.now();
	const r = (seconds, more = {}) => ({ device_code: 'LIST-1', voltage: 230, current: 1, power_factor: 0.9, timestamp: ago(seconds, start), ...more });
	assert.strictEqual((await send(r(500))).status, 201);
	const list = await send([r(500), r(499), r(499), r(498, { device_code: 'nobody' }), r(497, { voltage: 'x' }), 'word', r(496), r(-90000), r(495, { device_code: 'list-1' })]);
	assert.strictEqual(list.status, 200);
	assert.deepStrictEqual([list.json.accepted, list.json.duplicates], [3, 2]);
	assert.deepStrictEqual(list.json.rejected.map((x) => x.index), [3, 4, 5, 7]);
	assert.strictEqual(list.json.rejected[0].error, 'Device not registered');
	assert.match(list.json.rejected[1].error, /^voltage: /);
	assert.match(list.json.rejected[3].error, /^timestamp: /);
	assert.deepStrictEqual((await send([])).json, { accepted: 0, duplicates: 0, rejected: [] });
	const many = Array.from({ length: 1000 }, (_, i) => r(10000 + i));
	assert.deepStrictEqual((await send(many)).json, { accepted: 1000, duplicates: 0, rejected: [] });
	assert.deepStrictEqual((await send(many)).json, { accepted: 0, duplicates: 1000, rejected: [] });
	assert.strictEqual((await send([...many, r(1)])).status, 413);
});

test('twenty of one reading at once: one row, one 201, the others duplicates', async () => {
	await device('RACE-1');
	const all = await Promise.all(Array.from({ length: 20 }, () => send({ device_code: 'RACE-1', voltage: 230, current: 1, power_factor: 0.9, timestamp: '2026-03-01T00:00:00Z' })));
	assert.deepStrictEqual(all.map((r) => r.status).sort(), [201, ...Array(19).fill(400)]);
	assert.strictEqual(house.sql("select count(*) from telemetry t join devices d on d.id = t.device_id where d.code = 'RACE-1'"), '1');
});

// Somebody finds it silent while its reading waits for the row: what was true before the wait must not count.
test('a reading of a device that is found silent in that moment is told as its coming back', async () => {
	await device('LATE-1');
	assert.strictEqual((await send({ device_code: 'LATE-1', voltage: 230, current: 1, power_factor: 0.9, timestamp: ago(60) })).status, 201);
	const psql = spawn('psql', ['-qXAt', '-h', house.run, '-U', 'parking', '-d', 'parking'], { stdio: ['pipe', 'ignore', 'inherit'] });
	const row = "device_id = (select id from devices where code = 'LATE-1')";
	const told = () => house.sql("select count(*) from notices where words like 'LATE-1 on slot % reports again.'");
	psql.stdin.write(`begin; update device_reports set offline_since = now() where ${row};\n`);
	await until('the row is held', 5000, () => house.sql("select 1 from pg_stat_activity where state = 'idle in transaction' and query like 'update device_reports set offline_since%'"));
	const waiting = send({ device_code: 'LATE-1', voltage: 231, current: 1, power_factor: 0.9 });
	await until('the reading waits', 5000, () => house.sql("select 1 from pg_locks where not granted limit 1"));
	psql.stdin.end('commit;\n');
	assert.strictEqual((await waiting).status, 201);
	assert.strictEqual(house.sql(`select offline_since is null and voltage = 231 from device_reports where ${row}`), 't');
	assert.strictEqual(told(), '1');
});

test('a hundred devices at once: each is answered for its own, and the sums are those of the rows', async () => {
	const zone = (await made('/api/zones/', { name: 'C', code: 'Crowd' })).id;
	house.sql(`insert into slots (lot_id, zone_id, code, label) select z.lot_id, z.id, 'C-' || n, 'C-' || n from zones z, generate_series(1, 50) n where z.id = ${zone};
		insert into devices (code, slot_id) select s.code, s.id from slots s where s.zone_id = ${zone};
		insert into device_reports (device_id, lot_id) select d.id, s.lot_id from devices d join slots s on s.id = d.slot_id where s.zone_id = ${zone}`);
	const start = Date.now();
	const sent = await Promise.all(Array.from({ length: 100 }, (_, i) => {
		const code = i % 10 === 9 ? `nobody-${i}` : `C-${1 + (i % 50)}`;
		return send({ device_code: code, voltage: 200 + i % 50, current: 1, power_factor: 0.9, timestamp: ago(i < 50 ? 10 : 11, start) }).then((r) => ({ i, code, r }));
	}));
	for (const { i, code, r } of sent) {
		if (i % 10 === 9) assert.deepStrictEqual([r.status, r.json], [400, { error: 'Device not registered' }]);
		else assert.deepStrictEqual([r.status, r.json.device, r.json.voltage], [201, code, 200 + i % 50], r.text);
	}
	assert.strictEqual(house.sql(`select count(*) from telemetry t join devices d on d.id = t.device_id join slots s on s.id = d.slot_id where s.zone_id = ${zone}`), '90');
	const theirs = (await ask('GET', '/api/devices/')).json.filter((d) => /^C-/.test(d.device_code));
	assert.deepStrictEqual([theirs.length, theirs.filter((d) => d.health_status === 'Healthy').length], [50, 45]);
});

test('what cannot be stored fails alone, and takes no one along', async () => {
	for (const code of ['SAD-1', 'GLAD-1', 'GLAD-2', 'GLAD-3']) await device(code);
	house.sql(`create function no_sad() returns trigger language plpgsql as $$ begin
		if new.voltage = 66 then raise exception 'no'; end if; return new; end $$;
		create trigger no_sad before insert on telemetry for each row execute function no_sad()`);
	const all = await Promise.all(Array.from({ length: 24 }, (_, i) => send({ device_code: i % 4 ? `GLAD-${i % 4}` : 'SAD-1', voltage: i % 4 ? 230 : 66, current: 1,
		power_factor: 0.9, timestamp: `2026-03-02T00:00:${10 + i}Z` })));
	house.sql('drop trigger no_sad on telemetry; drop function no_sad');
	all.forEach((r, i) => assert.strictEqual(r.status, i % 4 ? 201 : 500, r.text));
	assert.strictEqual(house.sql("select count(*) from telemetry where at between '2026-03-02' and '2026-03-03'"), '18');
	/* What this test broke is no complaint about the server. */
	const log = house.complaints();
	house.complaints = () => house.constructor.prototype.complaints.call(house).filter((l) => !log.includes(l));
});

// ---- Operator / Dashboard APIs

test('history: by device in any case, by UTC days, both included, newest first', async () => {
	await device('DEV-999');
	for (const t of ['2026-01-31T23:59:59Z', '2026-02-01T00:00:00Z', '2026-02-02T12:00:00Z', '2026-02-04T23:59:59Z', '2026-02-05T00:00:00Z'])
		assert.strictEqual((await send({ device_code: 'DEV-999', voltage: 230, current: 1, power_factor: 0.9, timestamp: t })).status, 201);
	const days = async (query) => (await ask('GET', `/api/telemetry/?${query}`)).json.map((x) => x.timestamp.slice(0, 10));
	assert.deepStrictEqual(await days('device_code=DEV-999&start_date=2026-02-01&end_date=2026-02-04'), ['2026-02-04', '2026-02-02', '2026-02-01']);
	assert.deepStrictEqual(await days('device_code=dev-999&start_date=2026-02-04'), ['2026-02-05', '2026-02-04']);
	assert.deepStrictEqual(await days('device_code=Dev-999&end_date=2026-02-01'), ['2026-02-01', '2026-01-31']);
	assert.strictEqual((await days('device_code=DEV-999')).length, 5);
	assert.deepStrictEqual(await days('device_code=unknown'), []);
	const all = (await ask('GET', '/api/telemetry/')).json;
	assert.ok(all.length > 100 && all.length <= 1000);
	for (let i = 1; i < all.length; i++) assert.ok(all[i - 1].timestamp.slice(0, 19) >= all[i].timestamp.slice(0, 19));
	for (const [query, field] of [['start_date=tomorrow', 'start_date'], ['end_date=2026-02-30', 'end_date'], ['start_date=2026-2-1', 'start_date']]) {
		const r = await ask('GET', `/api/telemetry/?device_code=DEV-999&${query}`);
		assert.deepStrictEqual([r.status, Object.keys(r.json), Array.isArray(r.json[field])], [400, [field], true], r.text);
	}
});

test('lists are bare arrays with a Link; ?page= or ?page_size= asks for pages', async () => {
	const long = await ask('GET', '/api/telemetry/?device_code=LIST-1');
	assert.strictEqual(long.json.length, 1000);
	const next = /<([^>]+)>; rel="next"/.exec(long.headers.get('link'))[1];
	const rest = await ask('GET', next.replace(house.address, ''));
	assert.strictEqual(rest.json.length, 4);
	assert.strictEqual(rest.headers.get('link'), null);
	const page = (await ask('GET', '/api/telemetry/?device_code=LIST-1&page_size=100&page=2')).json;
	assert.deepStrictEqual([keys(page), page.count, page.results.length], ['count,next,previous,results', 1004, 100]);
	assert.deepStrictEqual(page.results[0], long.json[100]);
	for (const where of ['/api/zones/', '/api/slots/', '/api/devices/']) {
		const all = (await ask('GET', where)).json, some = (await ask('GET', `${where}?page=1&page_size=2`)).json;
		assert.ok(Array.isArray(all));
		assert.deepStrictEqual([some.count, some.results], [all.length, all.slice(0, 2)], where);
	}
	assert.strictEqual((await ask('GET', '/api/zones/?page=999')).status, 404);
});

test('health: healthy up to 2 minutes, warning up to 10, offline after', async () => {
	const states = [[20, 'Healthy'], [60, 'Healthy'], [180, 'Warning'], [480, 'Warning'], [660, 'Offline']];
	const before_them = (await ask('GET', '/api/dashboard/overview/')).json;
	for (const [seconds, is] of states) {
		const d = await device(`HEALTH-${seconds}`);
		await send({ device_code: d.device_code, voltage: 230, current: 1, power_factor: 0.9, timestamp: ago(seconds) });
		assert.strictEqual((await find('/api/devices/', d.id)).health_status, is);
	}
	const o = (await ask('GET', '/api/dashboard/overview/')).json;
	assert.strictEqual(keys(o), 'available_slots,critical_devices,electrical_critical_devices,healthy_devices,occupied_slots,offline_devices,total_slots,warning_devices');
	assert.strictEqual(o.total_slots, before_them.total_slots + 5);
	assert.strictEqual(o.offline_devices, o.critical_devices);
	const devices = (await ask('GET', '/api/devices/')).json;
	assert.strictEqual(o.healthy_devices + o.warning_devices + o.offline_devices, devices.length);
});

test('electrical state: critical by voltage, warning by power factor, of the latest reading', async () => {
	const d = await device('VOLT-1'), critical = async () => (await ask('GET', '/api/dashboard/overview/')).json.electrical_critical_devices;
	const none = await critical();
	for (const [seconds, voltage, power_factor, is, more] of [[60, 179, 0.9, 'Critical', 1], [50, 251, 0.9, 'Critical', 1], [40, 230, 0.7, 'Warning', 0], [45, 100, 0.9, 'Warning', 0],
		[30, 180, 0.8, 'Normal', 0]]) {
		await send({ device_code: 'VOLT-1', voltage, current: 1, power_factor, timestamp: ago(seconds) });
		assert.strictEqual((await find('/api/devices/', d.id)).electrical_status, is);
		assert.strictEqual(await critical(), none + more);
	}
});

test('the overview counts slots as they are taken', async () => {
	const s = await made('/api/slots/', { slot_code: 'OV-1', zone: (await made('/api/zones/', { name: 'O', code: 'Ov' })).id });
	const a = (await ask('GET', '/api/dashboard/overview')).json;
	assert.strictEqual(a.available_slots + a.occupied_slots, a.total_slots);
	await ask('PATCH', `/api/slots/${s.id}/`, { status: 'occupied' });
	const b = (await ask('GET', '/api/dashboard/overview/')).json;
	assert.deepStrictEqual([b.occupied_slots, b.available_slots, b.total_slots], [a.occupied_slots + 1, a.available_slots - 1, a.total_slots]);
});

test('changes are refused as making is: nothing there, or another one has it', async () => {
	const zone = (await made('/api/zones/', { name: 'One', code: 'One' })).id, two = (await made('/api/zones/', { name: 'Two', code: 'Two' })).id;
	const slots = [await made('/api/slots/', { slot_code: 'CH-1', zone }), await made('/api/slots/', { slot_code: 'CH-2', zone })];
	await made('/api/devices/', { device_code: 'CH-1', name: '', slot: 'CH-1' });
	const d = await made('/api/devices/', { device_code: 'CH-2', name: '', slot: 'CH-2' });
	for (const [where, whole, id, taken, field] of [['zones', { name: 'Two', code: 'one' }, two, { code: 'ONE' }, 'code'],
		['slots', { slot_code: 'ch-1', zone }, slots[1].id, { slot_code: 'CH-1' }, 'slot_code'],
		['devices', { device_code: 'ch-1', name: '', slot: 'CH-2' }, d.id, { slot: 'CH-1' }, null]])
		for (const [method, body] of [['PUT', whole], ['PATCH', taken]]) {
			const none = await ask(method, `/api/${where}/999999/`, body);
			assert.deepStrictEqual([none.status, none.json], [404, { detail: 'Not found.' }], `${method} ${where}`);
			const r = await ask(method, `/api/${where}/${id}/`, body);
			assert.strictEqual(r.status, 400, `${method} ${where}: ${r.text}`);
			assert.deepStrictEqual(Object.keys(r.json), [field || (method === 'PUT' ? 'device_code' : 'slot')]);
		}
	const elsewhere = await ask('PATCH', `/api/slots/${slots[0].id}/`, { zone: 999999 });
	assert.deepStrictEqual([elsewhere.status, Object.keys(elsewhere.json)], [400, ['zone']]);
});

test('ten wrong passwords lock an account', async () => {
	let r;
	for (let i = 0; i < 11; i++) r = await house.post('/api/auth/login/', { username: 'nobody-we-know', password: `wrong ${i}` });
	assert.deepStrictEqual([r.status, Object.keys(r.json)], [429, ['detail']]);
	assert.ok(Number(r.headers.get('retry-after')) > 0);
});

// ---- what holds for all of its addresses

test('each address answers with and without a slash, and never by a redirect', async () => {
	for (const where of ['/api/zones', '/api/slots', '/api/devices', '/api/telemetry', '/api/dashboard/overview']) {
		const [plain, slashed] = [await ask('GET', where), await ask('GET', `${where}/`)];
		assert.deepStrictEqual([plain.status, slashed.status], [200, 200], where);
		assert.strictEqual(keys(plain.json), keys(slashed.json));
	}
});

test('what is not there, and methods that are not, fail in its shape', async () => {
	for (const [method, where, status] of [['GET', '/api/zones/0/', 404], ['GET', '/api/devices/x/', 404], ['GET', '/api/telemetry/7/', 404], ['PATCH', '/api/telemetry/', 405],
		['DELETE', '/api/zones/', 405], ['POST', '/api/dashboard/overview/', 405], ['GET', '/api/auth/login/', 405]]) {
		const r = await ask(method, where, method === 'GET' || method === 'DELETE' ? undefined : {});
		assert.deepStrictEqual([r.status, Object.keys(r.json)], [status, ['detail']], `${method} ${where}: ${r.text}`);
		if (status === 405) assert.ok(r.headers.get('allow'));
	}
	assert.strictEqual((await house.request('HEAD', '/api/zones/', { token: admin })).status, 200);
	assert.strictEqual((await house.request('OPTIONS', '/api/zones/', { token: admin })).status, 204);
});

test('a caller that sends too often is told when to come again', async () => {
	await house.restartWeb({ LIMIT_TELEMETRY: '3', LIMIT_LOGINS: '100000' });
	const all = [];
	for (let i = 0; i < 4; i++) all.push(await send({ device_code: 'DEV-101', voltage: 230, current: 1, power_factor: 0.9, timestamp: `2026-04-01T00:00:0${i}Z` }));
	assert.strictEqual(all[3].status, 429);
	assert.ok(Number(all[3].headers.get('retry-after')) > 0);
	assert.deepStrictEqual(Object.keys(all[3].json), ['detail']);
});

test('with TELEMETRY_DUPLICATES=ignore a duplicate is 200, and changes nothing', async () => {
	await house.restartWeb({ TELEMETRY_DUPLICATES: 'ignore', LIMIT_LOGINS: '100000' });
	const r = await send({ device_code: 'DEV-101', voltage: 1, current: 1, power_factor: 0.9, timestamp: '2026-02-04T10:30:00Z' });
	assert.deepStrictEqual([r.status, r.json], [200, { message: 'Duplicate telemetry ignored', code: 'duplicate' }]);
	assert.strictEqual(house.sql("select voltage from telemetry where at = '2026-02-04T10:30:00Z' and voltage < 10"), '');
});
