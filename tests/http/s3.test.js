// s3.test.js -- SPMS, as its description has it: accounts, sessions by plate, photographs of plates, anomalies.
'use strict';
const assert = require('node:assert');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');
const { Seed, TIME, photograph } = require('./seed.js');

let house, seed, admin, operator, customer, key, other;

before(async () => {
	house = await House.start({ env: { BASE_RATE_PER_HOUR: '50', GRACE_PERIOD_MINUTES: '10', LIMIT_SIGNUPS: '10000', LIMIT_LOGINS: '10000', OCR_CONFIDENCE_THRESHOLD: '0.9' } });
	seed = new Seed(house);
	[admin, operator, customer] = await Promise.all([['admin', '123456'], ['operator', 'open-the-gate'], ['customer', 'park-a-car']].map(([name, word]) => house.login(name, word)));
	[key, other] = [await house.key(admin, 'gate'), await house.key(admin, 'telemetry')];
});
after(() => {
	console.log(`# ${seed.checks} checks`);
	return house && house.stop();
});

const says = (...args) => seed.says(...args);
const no = (message, error) => ({ success: false, message, error });
const STRANGER = no('Please sign in', 'NOT_SIGNED_IN'), FORBIDDEN = no(/./, 'FORBIDDEN');
const start = async (plate, as = { token: operator }) => (await seed.once('POST', '/start_session', { ...as, body: { plate } }, 201, { session_id: Number.isInteger, plate, status: 'active' })).json.session_id;

test('registering and logging in', async () => {
	const body = { email: 'user@s3.test', password: 'some words of mine' };
	await seed.once('POST', '/register', { body }, 201, { success: true, message: /./, user_id: Number.isInteger });
	await seed.once('POST', '/register/', { form: { ...body, email: 'form@s3.test' } }, 201, { success: true, message: /./, user_id: Number.isInteger });
	await says('POST', '/register', { body }, 409, no('There is an account with that address', 'DUPLICATE'));
	await says('POST', '/register', { body: { email: 'user@test.com', password: '12345' } }, 400, no(/^password: /, 'INVALID'));
	await says('POST', '/register', { body: { email: 'none', password: body.password } }, 400, no(/^email: /, 'INVALID'));
	await says('POST', '/register', { body: {} }, 400, no(/^email: /, 'INVALID'));
	await seed.once('POST', '/login', { body }, 200, { success: true, message: 'Login Successful', token: /^.{20,}$/ });
	await seed.once('POST', '/login', { body: { ...body, password: 'other words' } }, 401, no(/./, 'WRONG_LOGIN'));
});

test('a session begins: 201; inside already: 409 with that session, and one anomaly', async () => {
	await says('POST', '/start_session', { body: { plate: 'KA01AB1234' } }, 401, STRANGER);
	await says('POST', '/start_session', { token: customer, body: { plate: 'KA01AB1234' } }, 403, FORBIDDEN);
	await says('POST', '/start_session', { key: other, body: { plate: 'KA01AB1234' } }, 403, FORBIDDEN);
	const id = await start('KA01AB1234');
	const inside = { ...no('That plate is inside already', 'DUPLICATE'), session_id: id };
	await says('POST', '/start_session', { token: operator, body: { plate: 'KA01AB1234' } }, 409, inside);
	await says('POST', '/start_session', { key, body: { plate: 'ka-01 ab 1234' } }, 409, inside);
	assert.strictEqual(house.sql(`select count(*) from anomalies where kind = 'duplicate_entry' and stay_id = ${id}`), '1', 'once');
	for (const plate of ['', '---', 'X'.repeat(21), null]) await says('POST', '/start_session', { token: operator, body: { plate } }, 400, no(/^plate: /, 'INVALID'));
	await start('KA02KEY', { key });
	await seed.once('POST', '/start_session', { token: operator, form: { plate: 'KA03FORM' } }, 201, { session_id: Number.isInteger, plate: 'KA03FORM', status: 'active' });
	await says('GET', '/start_session', { token: operator }, 405, no(/./, 'METHOD_NOT_ALLOWED'));
});

test('it ends: 144 minutes at 50 an hour are 120; again: the same; unknown: 404', async () => {
	const id = await start('KA05END');
	house.sql(`update stays set entered_at = now() - interval '144 minutes' + interval '30 seconds' where id = ${id}`);
	await says('POST', '/end_session', { body: { session_id: id } }, 401, STRANGER);
	await says('POST', '/end_session', { token: customer, body: { session_id: id } }, 403, FORBIDDEN);
	const ended = { session_id: id, plate: 'KA05END', status: 'completed', amount: 120 };
	await seed.once('POST', '/end_session', { token: operator, body: { session_id: id } }, 200, ended);
	await seed.once('POST', '/end_session/', { key, body: { session_id: String(id) } }, 200, ended);
	await says('POST', '/end_session', { token: operator, body: { session_id: 99999999 } }, 404, no('There is no such session', 'NOT_FOUND'));
	for (const session_id of ['x', '', null]) await says('POST', '/end_session', { token: operator, body: { session_id } }, 400, no(/^session_id: /, 'INVALID'));
	const short = await start('KA06SHORT');
	await seed.once('POST', '/end_session', { token: operator, body: { session_id: short } }, 200, { session_id: short, plate: 'KA06SHORT', status: 'completed', amount: 0 });
});

test('all sessions, filtered', async () => {
	await says('GET', '/sessions', {}, 401, STRANGER);
	await says('GET', '/sessions', { token: customer }, 403, FORBIDDEN);
	const all = (await says('GET', '/sessions', { token: operator }, 200, (l) => l.length >= 5)).json;
	assert.deepStrictEqual(Object.keys(all[0]), ['session_id', 'plate', 'status', 'entry_time', 'exit_time', 'amount', 'currency', 'lot', 'slot']);
	assert.ok(all.every((s) => TIME.test(s.entry_time) && (s.status === 'active') === (s.amount === null) && (s.status === 'active') === (s.exit_time === null)));
	const list = async (query) => (await says('GET', `/sessions?${query}`, { token: operator }, 200)).json;
	assert.ok((await list('status=active')).every((s) => s.status === 'active'));
	assert.ok((await list('status=completed')).every((s) => s.status === 'completed'));
	assert.deepStrictEqual((await list('plate=ka-05%20end')).map((s) => s.amount), [120]);
	assert.deepStrictEqual(await list('from=2999-01-01T00:00:00Z'), []);
	assert.ok((await list('to=2999-01-01T00:00:00Z')).length >= 5);
	assert.deepStrictEqual(Object.keys(await list('page=1&page_size=2')), ['count', 'next', 'previous', 'results']);
	for (const bad of ['status=left', 'from=soon']) await says('GET', `/sessions?${bad}`, { token: operator }, 400, no(/./, 'INVALID'));
	/* Who does not say what they want gets JSON here; people are led to the page of stays. */
	for (const [accept, status, location] of [['*/*', 200, null], ['text/html', 303, '/stays']]) {
		const r = await fetch(`${house.address}/sessions`, { redirect: 'manual', headers: { authorization: `Bearer ${operator}`, accept } });
		assert.deepStrictEqual([r.status, r.headers.get('location')], [status, location]);
	}
	seed.checks += 12;
});

test('a photograph: its plate and how sure that is; below the threshold it waits for a person', async () => {
	const where = '/upload_plate', image = photograph('night.jpg');
	const read = (plate, accepted) => ({ plate, confidence: (x) => x > 0.5 && x <= 1, candidates: (l) => l[0].plate === plate && l.every((g) => Object.keys(g).join() === 'plate,confidence'), accepted, read_id: Number.isInteger });
	await says('POST', where, { parts: { image } }, 401, STRANGER);
	await says('POST', where, { token: 'no.such.token', parts: { image } }, 401, no(/./, 'NOT_SIGNED_IN'));
	await says('POST', where, { key: other, parts: { image } }, 403, FORBIDDEN);
	await seed.once('POST', where, { token: customer, parts: { image } }, 200, read('B96TRH', true));
	for (const [as, at, name, plate] of [[{ token: operator }, where, 'crop.png', 'B68SPK'], [{ key }, `${where}/`, 'crop.webp', 'B99BNX'], [{ token: customer }, `${where}/`, 'turned.jpg', 'B311ALY']])
		await seed.once('POST', at, { ...as, parts: { image: photograph(name) } }, 200, read(plate, true));
	const unsure = (await seed.once('POST', where, { token: operator, parts: { image: photograph('day.jpg') } }, 200, read('SB90TZI', false))).json;
	assert.strictEqual(house.sql(`select state from plate_reads where id = ${unsure.read_id}`), 'waiting');
	assert.strictEqual((await house.get('/api/v1/plate-reads', { token: operator })).json.next_read.id, Number(house.sql(`select min(id) from plate_reads where state = 'waiting'`)));
	assert.strictEqual(house.sql(`select count(*) from anomalies where kind = 'low_confidence' and plate = 'SB90TZI'`), '1');
	await says('POST', where, { token: customer, parts: { image: photograph('nothing.jpg') } }, 422, no(/No number plate/, 'INVALID'));
	await says('POST', where, { token: customer, parts: { image: Buffer.from('<html>no</html>') } }, 415, no(/./, 'UNSUPPORTED_TYPE'));
	await says('POST', where, { token: customer, parts: { image: image.subarray(0, 2000) } }, 415, no(/cut off/, 'UNSUPPORTED_TYPE'));
	await says('POST', where, { token: customer, parts: { image: Buffer.concat([image, Buffer.alloc(10 << 20)]) } }, 413, no(/./, 'TOO_LARGE'));
	await says('POST', where, { token: customer, parts: { picture: image } }, 422, no(/./, 'INVALID'));
	await seed.once('POST', where, { token: customer, body: { image: 'x' } }, 422, no(/./, 'INVALID'));
	await says('GET', where, { token: customer }, 405, no(/./, 'METHOD_NOT_ALLOWED'));
});

test('anomalies: listed, taken on, closed with a reason', async () => {
	await says('GET', '/anomalies', {}, 401, STRANGER);
	await says('GET', '/anomalies', { token: customer }, 403, FORBIDDEN);
	const all = (await says('GET', '/anomalies', { token: operator }, 200, (l) => l.length >= 1)).json;
	const one = all.find((a) => a.kind === 'duplicate_entry' && a.plate === 'KA01AB1234');
	assert.deepStrictEqual(Object.keys(one), ['id', 'kind', 'plate', 'session_id', 'detail', 'state', 'created_at']);
	const say = (body, status, wanted, token = operator, id = one.id) => says('POST', `/anomalies/${id}`, { token, body }, status, wanted);
	await say({ state: 'acknowledged' }, 401, STRANGER, null);
	await say({ state: 'acknowledged' }, 403, FORBIDDEN, customer);
	await say({ state: 'acknowledged' }, 404, no('There is no such anomaly', 'NOT_FOUND'), operator, 99999999);
	await say({ state: 'gone' }, 400, no(/^state: /, 'INVALID'));
	await say({ state: 'closed' }, 400, no(/^reason: /, 'INVALID'));
	await say({ state: 'acknowledged' }, 200, { ...one, state: 'acknowledged' });
	await say({ state: 'closed', reason: 'A wrong reading' }, 200, { ...one, state: 'closed' });
	await say({ state: 'acknowledged' }, 409, no(/./, 'WRONG_STATE'));
	await says('GET', '/anomalies?page=1&page_size=1', { token: operator }, 200, { count: Number.isInteger, next: () => true, previous: null, results: (r) => r.length === 1 });
});

test('of ten who let one plate in at once one does', async () => {
	const times = await seed.atOnce(10, 'POST', '/start_session', { token: operator, body: { plate: 'KA99RACE' } });
	assert.deepStrictEqual(times, { 201: 1, 409: 9 });
	assert.strictEqual(house.sql(`select count(*) from stays where plate = 'KA99RACE'`), '1');
});

test('a lot that is full takes no more', async () => {
	house.sql(`update slots set out_of_service = true where lot_id = (select min(id) from lots) and id not in (select slot_id from stays where status = 'open' and slot_id is not null)`);
	await says('POST', '/start_session', { token: operator, body: { plate: 'KA07FULL' } }, 409, no(/./, 'LOT_FULL'));
});

test('the server broke nowhere', () => assert.deepStrictEqual(house.complaints(), []));
