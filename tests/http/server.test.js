// server.test.js -- the whole product, under its sanitizers, at its socket: what framing.test.js proves of the edge holds
// with the real handlers behind it, and with requests that wait for the database.
'use strict';
const assert = require('node:assert');
const http = require('node:http');
const net = require('node:net');
const zlib = require('node:zlib');
const { spawn } = require('node:child_process');
const { test: plain, before, after, afterEach } = require('node:test');
const { House, later, until } = require('./house.js');
const { speak, statuses } = require('./edge.js');

const test = (name, run) => plain(name, { timeout: 60000 }, run);
const H = 'Host: t\r\n';
let house;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

before(async () => {
	house = await House.start({ workers: 2, program: 'parking-san' });
});
after(async () => {
	agent.destroy();
	if (house) await house.stop();
});
afterEach(() => assert.deepStrictEqual(house.complaints().filter((l) => !/\) gone$/.test(l)), []));

const say = (pieces, options) => speak(house.port, pieces, { quiet: 1500, ...options });

test('what would be smuggled is refused, and never runs', async () => {
	const evil = 'GET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\n';
	const n = evil.length;
	for (const [head, rest, status] of [
		[`GET / HTTP/1.1\r\n${H}Content-Length: ${n}\r\n\r\n`, evil, 400],
		[`HEAD /lots HTTP/1.1\r\n${H}Content-Length: ${n}\r\n\r\n`, evil, 400],
		[`OPTIONS /lots HTTP/1.1\r\n${H}Content-Length: ${n}\r\n\r\n`, evil, 400],
		[`POST /login HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n`, `0\r\n\r\n${evil}`, 411],
		[`GET / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n`, `0\r\n\r\n${evil}`, 400],
		[`POST /login HTTP/1.1\r\n${H}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`, `0\r\n\r\n${evil}`, 400],
		[`POST /login HTTP/1.1\r\n${H}Content-Length: 0\r\nContent-Length: ${n}\r\n\r\n`, evil, 400],
		[`POST /login HTTP/1.1\r\n${H}Content-Length: +${n}\r\n\r\n`, evil, 400],
		[`POST /login HTTP/1.1\r\n${H}A: \0\r\nContent-Length: ${n}\r\n\r\n`, evil, 400],
		[`GET / HTTP/1.1\r\n${H}A: b\r\rB: c\r\n\r\n`, evil, 400],
		[`GET / HTTP/1.1\r\n${H}A: b\n\n`, evil, 400],
		[`GET / HTTP/1.1\r\n${H}${H}\r\n`, evil, 400],
		[`GET / HTTP/1.1\r\nHostile: t\r\n\r\n`, evil, 400],
	]) {
		const talk = await say([head, 30, rest]);
		assert.strictEqual(statuses(talk), String(status), JSON.stringify(head) + talk.raw);
		assert.strictEqual(talk.closed, true);
	}
	const talk = await say([`DELETE /api/v1/none HTTP/1.1\r\n${H}Content-Length: ${n}\r\n\r\n`, 30, evil, 100,
		`GET /healthz HTTP/1.1\r\n${H}Connection: close\r\n\r\n`]);
	assert.strictEqual(talk.answers.length, 2);
	assert.strictEqual(talk.answers[1].status, 200);
	assert.ok(!house.log().includes('smuggled'));
});

test('every answer carries its date, its number and the headers that protect', async () => {
	const numbers = new Set();
	const tried = [['GET', '/', 200], ['GET', '/nothing', 404], ['GET', '/api/v1/nothing', 404], ['DELETE', '/lots', 405], ['GET', '/healthz', 200],
		['GET', '/reservations', 303], ['GET', '/api/v1/reservations', 401], ['POST', '/api/v1/login', 400], ['OPTIONS', '/lots', 204]];
	for (const [method, where, status] of tried) {
		const r = await house.request(method, where, { headers: { accept: 'text/html', ...(status === 400 ? { 'content-type': 'application/json' } : {}) } });
		assert.ok(status === 400 ? r.status >= 400 && r.status < 500 : r.status === status, `${method} ${where}: ${r.status}`);
		assert.ok(Math.abs(Date.parse(r.headers.get('date')) - Date.now()) < 5000);
		numbers.add(r.headers.get('x-request-id'));
		for (const name of ['content-security-policy', 'x-content-type-options', 'referrer-policy', 'cross-origin-opener-policy'])
			assert.ok(r.headers.get(name), `${method} ${where} has no ${name}`);
	}
	assert.strictEqual(numbers.size, tried.length);
	assert.ok(![...numbers].includes(null));
});

test('HEAD says what GET says, without the body', async () => {
	for (const where of ['/', '/lots', '/login', '/nothing', '/healthz', '/api/openapi.json']) {
		const get = await say([`GET ${where} HTTP/1.1\r\n${H}Connection: close\r\n\r\n`]);
		const head = await say([`HEAD ${where} HTTP/1.1\r\n${H}Connection: close\r\n\r\n`], { heads: [0] });
		const [a, b] = [get.answers[0], head.answers[0]];
		assert.strictEqual(head.answers.length, 1, head.raw);
		assert.deepStrictEqual([b.status, b.headers['content-type']], [a.status, a.headers['content-type']]);
		if (where !== '/healthz' && !/csrf|request_id|nothing/.test(a.body)) assert.strictEqual(b.headers['content-length'], a.headers['content-length'], where);
	}
});

test('the figures count what both workers answered, and only admins and keys read them', async () => {
	const figure = (all, name) => [...all.matchAll(new RegExp(`^${name} (\\S+)$`, 'gm'))].reduce((n, m) => n + Number(m[1]), 0);
	const nobody = await house.request('GET', '/metrics');
	assert.strictEqual(nobody.status, 401);
	assert.strictEqual((await house.request('GET', '/metrics', { headers: { accept: 'text/html' } })).status, 303);
	const customer = await house.login('customer', 'park-a-car');
	assert.strictEqual((await house.request('GET', '/metrics', { token: customer })).status, 403);
	const token = await house.login('admin', '123456');
	const before = (await house.request('GET', '/metrics', { token })).text;
	for (let i = 0; i < 40; i++) await say([`GET /nothing HTTP/1.1\r\n${H}Connection: close\r\n\r\n`]);
	const after = (await house.request('GET', '/metrics', { token })).text;
	const grown = (name) => figure(after, name) - figure(before, name);
	assert.strictEqual(grown('parking_requests_total\\{worker="\\d+",class="4xx"\\}'), 40);
	assert.strictEqual(grown('parking_requests_total\\{worker="\\d+",class="2xx"\\}'), 1); // the first reading
	assert.strictEqual(grown('parking_request_seconds_count\\{worker="\\d+"\\}'), 41);
	assert.ok(grown('parking_request_seconds_sum\\{worker="\\d+"\\}') > 0);
	assert.strictEqual(figure(after, 'parking_redis_up\\{worker="\\d"\\}'), 1);
});

test('each request leaves one line of JSON with its number', async () => {
	const r = await house.request('GET', '/lots?near=secret');
	const number = r.headers.get('x-request-id');
	await until('the line is there', 3000, () => house.log().includes(number));
	const lines = house.log().split('\n').filter((l) => l.includes(number));
	assert.strictEqual(lines.length, 1);
	const line = JSON.parse(lines[0]);
	assert.deepStrictEqual([line.event, line.id, line.method, line.path, line.status], ['request', number, 'GET', '/lots', '200']);
	assert.ok(Number(line.ms) >= 0 && Number(line.bytes) > 0 && line.from === '127.0.0.1');
});

// ready.h: from the second time on a public page is found before the request is taken apart.  One connection, so that it is one worker.
const page = (where, more = '', version = '1.1') => `GET ${where} HTTP/${version}\r\n${H}${more}\r\n`;
const but_for_number = ({ status, headers, body }) => {
	const { date, 'x-request-id': id, ...others } = headers;
	assert.ok(date && id);
	return { status, headers: others, body };
};

test('an answer that lies ready is that of the long way, with a date, a number and a line in the log of its own', async () => {
	for (const where of ['/', '/lots', '/api/v1/lots', '/lots?near=Amsterdam', '/lots/1', '/lots?sort=free&nonsense=1']) {
		const talk = await say([page(where, 'Cookie: other=1\r\n'), 200, page(where), 200, page(where), 100, page(where, 'Connection: close\r\n')]);
		assert.strictEqual(talk.answers.length, 4, talk.raw);
		const [long, ...ready] = talk.answers.slice(0, 3).map(but_for_number);
		assert.strictEqual(long.status, 200);
		for (const one of ready) assert.deepStrictEqual(one, long, where);
		const numbers = talk.answers.map((a) => a.headers['x-request-id']);
		assert.strictEqual(new Set(numbers).size, 4);
		await until('each has its line', 2000, () => numbers.every((n) => house.log().includes(`"event":"request","id":"${n}","method":"GET","path":"${where.split('?')[0]}","status":"200","bytes":"${long.headers['content-length']}"`)));
	}
});

test('whoever differs in anything from those it lies ready for gets an answer of their own', async () => {
	const ready = (await say([page('/lots'), 200, page('/lots'), 200, page('/lots', 'Connection: close\r\n')])).answers[1];
	const after_it = async (request, options) => (await say([page('/lots'), 200, page('/lots'), 200, request], options)).answers.pop();
	assert.strictEqual((await after_it(page('/lots', 'Accept: application/json\r\nConnection: close\r\n'))).headers['content-type'], 'application/json');
	assert.strictEqual((await after_it(page('/lots', `If-None-Match: ${ready.headers.etag}\r\nConnection: close\r\n`))).status, 304);
	assert.match((await after_it(page('/lots', 'Cookie: theme=dark\r\nConnection: close\r\n'))).body, /data-theme="dark"/);
	assert.match((await after_it(page('/lots', 'Authorization: Bearer nonsense\r\nConnection: close\r\n'))).body, /"status":401/);
	assert.strictEqual((await after_it(page('/lots', 'Content-Type: application/json\r\nConnection: close\r\n'))).headers['content-type'], 'application/json');
	assert.strictEqual((await after_it(page('/lots', 'Connection: close\r\n'))).headers.connection, 'close');
	assert.strictEqual((await after_it(page('/lots', '', '1.0'))).headers.connection, 'close');
	assert.strictEqual((await after_it(page('/lots?sort=price', 'Connection: close\r\n'))).status, 200);
	const head = await say([page('/lots'), 200, page('/lots'), 200, page('/lots', 'Connection: close\r\n').replace('GET', 'HEAD')], { heads: [2] });
	assert.deepStrictEqual([head.answers[2].body, head.answers[2].headers['content-length']], ['', ready.headers['content-length']]);
});

// One after the other down one connection, and as they came: fetch() would unpack them.
const raw = (where, headers = {}) => new Promise((done, failed) => http.get(`${house.address}${where}`, { agent, headers }, (r) => {
	const parts = [];
	r.on('data', (b) => parts.push(b)).on('end', () => done({ status: r.statusCode, headers: r.headers, body: Buffer.concat(parts) }));
}).on('error', failed));

test('each part of the API to read says of what kind everything is', async () => {
	const page_of = (where) => house.get(where, { headers: { accept: 'text/html' } });
	const parts = new Set([...(await page_of('/api/docs')).text.matchAll(/href="\/api\/docs\/([^"#]+)"/g)].map((m) => m[1]));
	const kinds = new Set();
	assert.ok(parts.size > 20, [...parts].join());
	for (const part of parts) {
		const page = await page_of(`/api/docs/${part}`);
		assert.strictEqual(page.status, 200, part);
		for (const [, kind] of page.text.matchAll(/<td class="nobreak">(.*?)(?:, needed)?<\/td>/g)) kinds.add(kind);
	}
	assert.deepStrictEqual([...kinds].sort(), ['file', 'list', 'money', 'number', 'object', 'text', 'time', 'whole number', 'yes or no']);
});

test('a page that is the same for everyone is packed for who takes it, and no other', async () => {
	const zip = { 'accept-encoding': 'gzip, deflate, br' };
	for (const where of ['/', '/lots', '/lots/1', '/api/v1/lots', '/api/v1/lots/1/forecast']) {
		const plain = await raw(where), packed = [await raw(where, zip), await raw(where, zip), await raw(where, { ...zip, cookie: 'other=1' })];
		assert.strictEqual(plain.headers['content-encoding'], undefined);
		for (const p of packed) {
			assert.deepStrictEqual([p.status, p.headers['content-encoding'], p.headers['content-type']], [200, 'gzip', plain.headers['content-type']], where);
			assert.match(p.headers.vary, /Accept-Encoding/);
			assert.ok(p.body.length < plain.body.length / 2, `${where}: ${p.body.length} of ${plain.body.length}`);
			assert.strictEqual(zlib.gunzipSync(p.body).toString(), plain.body.toString(), where);
			assert.notStrictEqual(p.headers.etag, plain.headers.etag);
		}
		assert.strictEqual((await raw(where, { ...zip, 'if-none-match': packed[0].headers.etag })).status, 304);
		assert.strictEqual((await raw(where, { ...zip, 'if-none-match': plain.headers.etag })).status, 200);
		for (const refused of ['gzip;q=0', 'br', 'identity', '']) assert.strictEqual((await raw(where, { 'accept-encoding': refused })).headers['content-encoding'], undefined);
	}
	const token = await house.login('customer', 'park-a-car');
	for (const [where, headers] of [['/login', {}], ['/api/v1/lots', { authorization: `Bearer ${token}` }], ['/api/v1/me', { authorization: `Bearer ${token}` }],
		['/lots?near=nowhere&from=yesterday', {}], ['/nothing', {}]])
		assert.strictEqual((await raw(where, { ...zip, ...headers, accept: 'text/html' })).headers['content-encoding'], undefined, where);
});

test('what is too large is said in the dress of the address, also to who sends it all', async () => {
	const large = Buffer.alloc(13 << 20, 'x');
	const ask = (where, type) => say([`POST ${where} HTTP/1.1\r\n${H}Content-Type: ${type}\r\nContent-Length: ${large.length}\r\n\r\n`, large], { quiet: 4000 });
	const [json, page] = [await ask('/api/v1/login', 'application/json'), await ask('/login', 'application/x-www-form-urlencoded')];
	assert.strictEqual(JSON.parse(json.answers[0].body).code, 'TOO_LARGE');
	assert.match(page.answers[0].headers['content-type'], /^text\/html/);
	for (const t of [json, page]) assert.deepStrictEqual([t.answers[0].status, t.answers[0].broken], [413, false]);
});

test('ten MiB of nonsense are read and refused', async () => {
	const body = Buffer.alloc(10 << 20, '{"a":');
	for (const [type, bytes] of [['application/json', body], ['application/x-www-form-urlencoded', body],
		['multipart/form-data; boundary=x', Buffer.concat([Buffer.from('--x\r\n'), body])], ['image/png', body]]) {
		const r = await say([`POST /api/v1/login HTTP/1.1\r\n${H}Connection: close\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`, bytes], { quiet: 15000 });
		assert.ok(r.answers[0].status >= 400 && r.answers[0].status < 500, `${type}: ${statuses(r)}`);
	}
});

test('mangled requests at real addresses leave the workers as they were', async () => {
	let seed = Number(process.env.SEED) || 20260502;
	const random = (n) => {
		seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
		return (seed >>> 8) % n;
	};
	const pids = house.workers();
	const bits = ['\r\n', '\0', ' ', ':', '%', '%00', '%ff', '&', '=', '\xff', '\xc3\xa9', '{', '"', '[', '../', '//', '?', ';', 'a'.repeat(2000), '-1', '99999999999999999999'];
	const form = 'username=a&password=b&csrf=c', json = '{"login":"a","password":"b"}';
	const whole = [`GET /lots?near=Berlin&from=2026-12-01T10:00&until=2026-12-01T12:00 HTTP/1.1\r\n${H}Accept: text/html\r\nCookie: sid=a; theme=dark\r\n\r\n`,
		`POST /login HTTP/1.1\r\n${H}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`,
		`POST /api/v1/login HTTP/1.1\r\n${H}Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
		`GET /api/v1/lots/7 HTTP/1.1\r\n${H}Authorization: Bearer a.b.c\r\nIf-None-Match: "x"\r\n\r\n`, `GET /lots/7 HTTP/1.1\r\n${H}X-API-Key: k\r\n\r\n`];
	for (let round = 0; round < 12; round++)
		await Promise.all(Array.from({ length: 50 }, () => {
			let s = whole[random(whole.length)];
			for (let k = 1 + random(3); k > 0; k--) {
				const at = random(s.length + 1);
				s = s.slice(0, at) + bits[random(bits.length)] + s.slice(at + random(4));
			}
			return say([Buffer.from(s, 'latin1')], { quiet: 100 });
		}));
	assert.strictEqual(house.workers(), pids, `SEED=${process.env.SEED || 20260502}`);
	assert.strictEqual((await house.get('/readyz')).status, 200);
});

// Holds a lock on lots for that long.
const hold = (seconds) => {
	const psql = spawn('psql', ['-qX', '-h', house.run, '-U', 'parking', '-d', 'parking', '-c',
		`begin; lock table lots in access exclusive mode; select pg_sleep(${seconds}); commit`], { stdio: 'ignore' });
	return new Promise((done) => psql.on('exit', done));
};

test('clients that leave while their handlers wait for the database', async () => {
	const pids = house.workers();
	const lock = hold(1.5);
	await later(300);
	await Promise.all(Array.from({ length: 30 }, (_, i) => new Promise((done) => {
		const s = net.connect(house.port, '127.0.0.1', () => {
			s.write(`GET /api/v1/lots?near=${i}xyz HTTP/1.1\r\n${H}\r\n`);
			setTimeout(() => (i % 2 ? s.destroy() : s.resetAndDestroy()) && done(), 300);
		});
		s.on('error', () => {});
	})));
	await lock;
	await until('their handlers have ended', 5000, () => (house.log().match(/"left":"before the answer"/g) || []).length >= 25);
	assert.strictEqual(house.workers(), pids);
	assert.strictEqual((await house.get('/lots')).status, 200);
});

test('a worker killed -9 is missed by nobody but who spoke with it', async () => {
	const pids = house.workers().split(' ').map(Number);
	let stop = false, lost = 0, good = 0;
	const load = Array.from({ length: 8 }, async () => {
		while (!stop) {
			const talk = await say([`GET /lots HTTP/1.1\r\n${H}Connection: close\r\n\r\n`], { quiet: 5000 });
			if (talk.answers.length && talk.answers[0].status === 200) good++;
			else lost++;
		}
	});
	await later(300);
	/* the one among our children that has the web's name: the others are the helpers */
	const victim = pids.find((pid) => require('node:fs').readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('[wrk'));
	process.kill(victim, 'SIGKILL');
	await until('another is there', 5000, () => {
		const now = house.workers().split(' ').map(Number);
		return now.length === pids.length && !now.includes(victim);
	});
	await later(700);
	stop = true;
	await Promise.all(load);
	assert.ok(lost <= 8 && good > 50, `${lost} lost, ${good} answered`);
	assert.strictEqual((await house.get('/readyz')).status, 200);
});

test('told to stop while requests wait for the database, it answers them all', async () => {
	const lock = hold(1.5);
	await later(300);
	const waiting = Array.from({ length: 12 }, (_, i) => say([`GET /api/v1/lots?near=${i}uvw HTTP/1.1\r\n${H}\r\n`], { quiet: 6000 }));
	await later(200);
	house.web.kill('SIGTERM');
	assert.deepStrictEqual((await Promise.all(waiting)).map(statuses), Array(12).fill('200'));
	await lock;
	assert.strictEqual(await house.web.ended, 0);
});
