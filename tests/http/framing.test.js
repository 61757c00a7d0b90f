// framing.test.js -- where one request ends and the next begins, and nothing else gets through.
//
// Against the running server: build/tests/edge-san is Kore as we patch it and src/web/kore*.c, under AddressSanitizer,
// with made-up handlers (edge_app.c) in the place of ours.  `make framing-proof` takes each remedy out of the patch or of
// kore*.c, builds that, and sees the test named beside it here fail.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const { test: plain, before, after, afterEach } = require('node:test');
const { Edge, statuses, later, until } = require('./edge.js');

const H = 'Host: t\r\n';
const SMUGGLED = 'GET /head?smuggled HTTP/1.1\r\nHost: evil\r\n\r\n';
let edge;
const test = (name, run) => plain(name, { timeout: 60000 }, run);

before(async () => {
	edge = await Edge.start({ conf: { http_header_timeout: 1, http_body_timeout: 2, http_keepalive_time: 4,
		http_body_max: 100000, http_body_disk_offload: 20000 } });
});
after(async () => {
	if (edge) assert.deepStrictEqual(await edge.stop(), { code: 0, signal: null });
});
afterEach(() => assert.deepStrictEqual(edge.complaints(), []));

// One answer of that status, the connection closed, and not one handler run.
async function refused(pieces, status, options) {
	const before = (await edge.state()).served;
	const talk = await edge.send(pieces, options);
	assert.strictEqual(statuses(talk), String(status), talk.raw);
	assert.strictEqual(talk.closed, true, 'the connection goes on');
	assert.strictEqual((await edge.state()).served, before + 1, 'a handler ran');
	return talk.answers[0];
}

async function served(pieces, expected, options) {
	const talk = await edge.send(pieces, options);
	assert.strictEqual(statuses(talk), expected, talk.raw);
	return talk;
}

// ---- bodies that would be the next request

for (const method of ['GET', 'HEAD', 'OPTIONS'])
	test(`a body on ${method} is refused and never becomes a request`, async () => {
		const head = `${method} / HTTP/1.1\r\n${H}Content-Length: ${SMUGGLED.length}\r\n\r\n`;
		await refused([head, 100, SMUGGLED], 400);
		await refused([head + SMUGGLED], 400);
	});

test('one empty line before a request is nobody’s, two are a mistake', async () => {
	const talk = await served([`\r\nPOST /echo HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello`, 100,
		`\r\nGET /head?mine HTTP/1.1\r\n${H}Connection: close\r\n\r\n`], '200 200');
	assert.strictEqual(talk.answers[0].body, 'hello');
	assert.match(talk.answers[1].body, /query=mine/);
	await refused([`\r\n\r\nGET /head HTTP/1.1\r\n${H}\r\n`], 400);
});

test('the body of a DELETE is its body', async () => {
	const head = `DELETE /head HTTP/1.1\r\n${H}Content-Length: ${SMUGGLED.length}\r\n\r\n`;
	const next = `GET /head?mine HTTP/1.1\r\n${H}Connection: close\r\n\r\n`;
	const talk = await served([head, 100, SMUGGLED, 100, next], '200 200');
	assert.match(talk.answers[0].body, new RegExp(`body=${SMUGGLED.length}\n`));
	assert.match(talk.answers[1].body, /query=mine/);
});

test('a chunked body asks for a length and ends the connection', async () => {
	const chunked = `${H}Transfer-Encoding: chunked\r\n\r\n`;
	for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
		await refused([`${method} /echo HTTP/1.1\r\n${chunked}`, 50, `0\r\n\r\n${SMUGGLED}`], 411);
	for (const method of ['GET', 'HEAD', 'OPTIONS'])
		await refused([`${method} / HTTP/1.1\r\n${chunked}`, 50, `0\r\n\r\n${SMUGGLED}`], 400);
});

test('a transfer coding spelled oddly is refused too', async () => {
	for (const value of ['xchunked', 'identity', 'chunked, identity', ' \tchunked', 'gzip', ''])
		await refused(`POST /echo HTTP/1.1\r\n${H}Transfer-Encoding:${value}\r\n\r\n`, 411);
	await refused(`POST /echo HTTP/1.1\r\n${H}tRANSFER-eNCODING: chunked\r\n\r\n`, 411);
});

test('a length beside a transfer coding is refused', async () => {
	const [cl, te] = ['Content-Length: 6\r\n', 'Transfer-Encoding: chunked\r\n'];
	await refused(`POST /echo HTTP/1.1\r\n${H}${cl}${te}\r\n0\r\n\r\nX`, 400);
	await refused(`POST /echo HTTP/1.1\r\n${H}${te}${cl}\r\n0\r\n\r\nX`, 400);
});

test('two lengths are refused, alike or not', async () => {
	for (const second of [3, 5])
		await refused(`POST /echo HTTP/1.1\r\n${H}Content-Length: 5\r\nContent-Length: ${second}\r\n\r\nhello`, 400);
});

test('a length is digits and nothing else', async () => {
	for (const bad of ['+5', '-5', '0x5', '5,5', '5, 5', '5 5', '', ' ', '5a', 'five', '5.0', '"5"', '\xb2'])
		await refused(Buffer.from(`POST /echo HTTP/1.1\r\n${H}Content-Length: ${bad}\r\n\r\nhello`, 'latin1'), 400);
	await refused(`POST /echo HTTP/1.1\r\n${H}Content-Length: 99999999999999999999\r\n\r\nhello`, 413);
	const talk = await served([`POST /echo HTTP/1.1\r\n${H}Content-Length: 0005\r\n\r\nhello`], '200');
	assert.strictEqual(talk.answers[0].body, 'hello');
});

test('no length is an empty body, whatever the request before had', async () => {
	const first = `POST /head HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\n`;
	const talk = await served([first, 30, 'hello', 100, `POST /head HTTP/1.1\r\n${H}\r\n`, 100,
		`GET /head HTTP/1.1\r\n${H}\r\n`], '200 200 200');
	assert.match(talk.answers[0].body, /body=5\n/);
	assert.match(talk.answers[1].body, /body=0\n/);
	assert.match(talk.answers[2].body, /body=0\n/);
});

// ---- the bytes of a head

test('a NUL is refused and hides nothing behind it', async () => {
	for (const line of ['A: b\0c', 'A\0: b', '\0', 'Host: t\0'])
		await refused([`POST /echo HTTP/1.1\r\n${H}${line}\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n`, 50, SMUGGLED], 400);
	await refused(`GET /\0 HTTP/1.1\r\n${H}\r\n`, 400);
});

test('bare CR, bare LF and other control characters are refused', async () => {
	await refused(`GET /head HTTP/1.1\r\n${H}A: b\rX-Hidden: yes\r\n\r\n`, 400);
	await refused(`GET /head HTTP/1.1\r\n${H}A: b\nX-Hidden: yes\r\n\r\n`, 400);
	await refused(`GET /head HTTP/1.1\n${H}\r\n`, 400);
	await refused('GET /head HTTP/1.1\nHost: t\n\n', 400);
	for (const c of [1, 8, 0x0b, 0x0c, 0x1b, 0x1f, 0x7f])
		await refused(`GET /head HTTP/1.1\r\n${H}A: b${String.fromCharCode(c)}c\r\n\r\n`, 400);
});

test('values may be empty, hold tabs and bytes from 0x80, and come trimmed', async () => {
	const talk = await served([Buffer.from(`GET /head HTTP/1.1\r\n${H}A:\r\nB: x\ty\r\nC: \xc3\xa9\r\nD:  z \t \r\n\r\n`, 'latin1')], '200');
	assert.match(talk.answers[0].body, /\na: \nb: x\ty\nc: \xc3\xa9\nd: z\n/);
});

test('a folded line, a blank before the colon, a line without one are refused', async () => {
	for (const line of ['A: 1\r\n folded', 'A: 1\r\n\tfolded', 'A : 1', 'A', ': 1', 'A B: 1', 'A(: 1', 'Content-Length : 5'])
		await refused(`GET /head HTTP/1.1\r\n${H}${line}\r\n\r\n`, 400);
});

test('a request line is three words with one blank between', async () => {
	for (const line of ['GET /head HTTP/1.1 x', 'GET  /head HTTP/1.1', 'GET /head  HTTP/1.1', ' GET /head HTTP/1.1', 'GET /head HTTP/1.1 ',
		'GET /he\tad HTTP/1.1', 'GET\t/head HTTP/1.1', 'GET /head', 'GET'])
		await refused(`${line}\r\n${H}\r\n`, 400);
	await refused(`GET /head HTTP/2.0\r\n${H}\r\n`, 505);
});

test('a method is a known word in its own case', async () => {
	for (const method of ['get', 'Get', 'TRACE', 'CONNECT', 'PRI', 'X'])
		await refused(`${method} /head HTTP/1.1\r\n${H}\r\n`, 501);
});

// ---- whom it is for

test('Host is "host:" and nothing that begins like it', async () => {
	await refused('GET /head HTTP/1.1\r\nHostile: evil\r\n\r\n', 400);
	const talk = await served(['GET /head HTTP/1.1\r\nHostile: evil\r\nHost: good\r\n\r\n'], '200');
	assert.match(talk.answers[0].body, /\nhost: good\n/);
	assert.match(talk.answers[0].body, /\nhostile: evil\n/);
});

test('two Hosts, none, or one that is no name are refused', async () => {
	await refused('GET /head HTTP/1.1\r\nHost: good\r\nHost: evil\r\n\r\n', 400);
	await refused('GET /head HTTP/1.1\r\nHost: good\r\nX: y\r\nhOST: good\r\n\r\n', 400);
	await refused('GET /head HTTP/1.1\r\nX: y\r\n\r\n', 400);
	for (const host of ['', 'a/b', 'a b', 'evil@good', 'a,b', 'a?b', '\xe9', "a'", 'a\\b'])
		await refused(Buffer.from(`GET /head HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 'latin1'), 400);
	for (const host of ['a.b', 'a.b:80', '[::1]:80', 'A-b_c'])
		await served([`GET /head HTTP/1.1\r\nHost: ${host}\r\n\r\n`], '200');
});

test('a whole address is its path, and what is no path is refused', async () => {
	for (const target of ['http://evil/head?a=b', 'https://evil:80/head?a=b', 'http://evil@x/head?a=b']) {
		const talk = await served([`GET ${target} HTTP/1.1\r\n${H}\r\n`], '200');
		assert.match(talk.answers[0].body, /\npath=\/head\nquery=a=b\n/);
		assert.doesNotMatch(talk.answers[0].body, /evil/);
	}
	await served([`GET http://evil HTTP/1.1\r\n${H}\r\n`], '200');
	for (const target of ['//evil/head', 'http://x//evil/head', 'head', '*', '?x', 'ftp://x/head', '\\\\evil'])
		await served([`GET ${target} HTTP/1.1\r\n${H}\r\n`], '400');
});

test('X-Forwarded-For of a stranger is not believed', async () => {
	const talk = await served([`GET /head HTTP/1.1\r\n${H}X-Forwarded-For: 203.0.113.9\r\n\r\n`], '200');
	assert.match(talk.answers[0].body, /\npeer=127\.0\.0\.1\n/);
});

// ---- how much

test('a hundred header lines arrive, one more is refused', async () => {
	const lines = (n) => Array.from({ length: n }, (_, i) => `X-${i}: v${i}\r\n`).join('');
	const talk = await served([`GET /head HTTP/1.1\r\n${lines(99)}${H}\r\n`], '200');
	for (let i = 0; i < 99; i++) assert.ok(talk.answers[0].body.includes(`\nx-${i}: v${i}\n`), `X-${i} is lost`);
	await refused(`GET /head HTTP/1.1\r\n${H}${lines(100)}\r\n`, 431);
	await refused(`POST /echo HTTP/1.1\r\n${H}${lines(100)}Content-Length: 5\r\n\r\nhello`, 431);
});

test('sixteen thousand bytes of head arrive, a longer one is answered', async () => {
	const head = (n) => `GET /head HTTP/1.1\r\n${H}X: ${'a'.repeat(n)}\r\n\r\n`;
	await served([head(16000)], '200');
	await refused(head(17000), 431);
	await refused([head(60000).slice(0, 20000), 50, 'a'.repeat(40000)], 431);
});

test('a long address is answered', async () => {
	await refused(`GET /${'a'.repeat(2100)} HTTP/1.1\r\n${H}\r\n`, 414);
});

test('a body of the largest size arrives whole, in pieces too', async () => {
	const body = Buffer.alloc(100000, 'abcdefghij');
	const head = `POST /echo HTTP/1.1\r\n${H}Content-Length: ${body.length}\r\n\r\n`;
	for (const pieces of [[head, body], [head + body], [head + body.subarray(0, 7), 20, body.subarray(7, 50000), 20, body.subarray(50000)]]) {
		const talk = await served(pieces, '200');
		assert.strictEqual(talk.answers[0].body, body.toString('latin1'));
	}
});

test('a body on disk has no name', async () => {
	const head = `POST /echo HTTP/1.1\r\n${H}Content-Length: 60000\r\n\r\n`;
	const talk = edge.send([head + 'x'.repeat(30000), 400, 'y'.repeat(30000)]);
	await later(200);
	assert.deepStrictEqual(fs.readdirSync(edge.bodies), []);
	assert.strictEqual((await talk).answers[0].body, 'x'.repeat(30000) + 'y'.repeat(30000));
});

test('a body that is too large is refused in the words of its address', async () => {
	const talk = await served([`POST /echo HTTP/1.1\r\n${H}Content-Length: 100001\r\n\r\nabc`], '413');
	assert.strictEqual(talk.answers[0].body, "refused in the handler's words\n");
	assert.strictEqual(talk.closed, true);
});

test('who sends all of a body that is too large still reads the answer', async () => {
	const head = `POST /echo HTTP/1.1\r\n${H}Content-Length: 50000000\r\n\r\n`;
	for (let i = 0; i < 3; i++) {
		const talk = await served([head, Buffer.alloc(50000000, 'z')], '413', { quiet: 2000 });
		assert.strictEqual(talk.answers[0].broken, false);
	}
});

test('bytes beyond the length are nobody’s: the connection ends with the answer, the limit holds', async () => {
	const talk = await served([`POST /echo HTTP/1.1\r\n${H}Content-Length: 1\r\n\r\nAB`], '200');
	assert.strictEqual(talk.answers[0].body, 'A');
	assert.strictEqual(talk.closed, true);
	const memory = () => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${edge.workers()[0]}/status`))[1]);
	const before = memory();
	await edge.send([`POST /echo HTTP/1.1\r\n${H}Content-Length: 1\r\n\r\nAB`, 50, ...Array(60).fill(Buffer.alloc(1 << 20, 'C'))]);
	assert.ok(memory() - before < 30 * 1024, `${memory() - before} KiB more`);
});

// ---- when

test('answers come in the order of the requests', async () => {
	const talk = await served([`POST /sleep?400 HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\n`, 50, 'hello', 50,
		`GET /head?second HTTP/1.1\r\n${H}\r\n`], '200 200', { quiet: 800 });
	assert.strictEqual(talk.answers[0].body, 'slept\n');
	assert.match(talk.answers[1].body, /query=second/);
});

test('a second request in the same segment is not answered, and certainly not first', async () => {
	const talk = await edge.send([`GET /sleep?100 HTTP/1.1\r\n${H}\r\nGET /head HTTP/1.1\r\n${H}\r\n`]);
	assert.strictEqual(talk.answers[0].body, 'slept\n');
	assert.strictEqual(talk.answers.length, 1);
	assert.strictEqual(talk.closed, true);
});

test('an idle connection hears nothing until its next answer, and ends in silence', async () => {
	const get = `GET / HTTP/1.1\r\n${H}\r\n`;
	const [, talk] = await Promise.all([served([get, 2500, get], '200 200'), edge.send([get], { quiet: 7000 })]);
	assert.strictEqual(statuses(talk), '200');
	assert.strictEqual(talk.closed, true);
});

test('no 408 while a handler runs', async () => {
	const body = `Connection: close\r\nContent-Length: 5\r\n\r\n`;
	await Promise.all([served([`POST /sleep?3000 HTTP/1.1\r\n${H}${body}`, 50, 'hello'], '200', { quiet: 4000 }),
		served([`POST /sleep?2500 HTTP/1.1\r\n${H}Connection: close\r\n\r\n`], '200', { quiet: 3500 })]);
});

test('a slow head and a slow body are ended with a 408', async () => {
	const drip = (text, n) => Array.from({ length: n }, (_, i) => [text, 300]).flat();
	const stopped = await edge.send(['GET / HT'], { quiet: 3000 });
	assert.strictEqual(statuses(stopped), '408');
	assert.strictEqual(stopped.closed, true);
	const [head, body] = await Promise.all([
		edge.send([`GET / HTTP/1.1\r\n${H}`, ...drip('X: y\r\n', 15)]),
		edge.send([`POST /echo HTTP/1.1\r\n${H}Content-Length: 1000\r\n\r\n`, ...drip('x', 15)]),
	]);
	assert.strictEqual(statuses(head), '408');
	assert.strictEqual(head.closed, true);
	assert.strictEqual(statuses(body), '408');
	assert.strictEqual(body.closed, true);
});

test('leave to send a body is given before it comes', async () => {
	const talk = await edge.send([`POST /echo HTTP/1.1\r\n${H}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`, 200, 'hello']);
	assert.match(talk.raw, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
	const large = await edge.send([`POST /echo HTTP/1.1\r\n${H}Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n`]);
	assert.match(large.raw, /^HTTP\/1\.1 413 /);
});

// ---- answers

test('a header with CR or LF never leaves', async () => {
	for (const query of ['value=a%0d%0aSet-Cookie:%20x=y', 'value=a%0aSet-Cookie:x', 'value=a%0dSet-Cookie:x', 'name=A%0d%0aSet-Cookie',
		'name=A:%20b&value=c', 'name=&value=c', 'type=text/html%0d%0aSet-Cookie:%20x=y', 'value=%7f', 'name=A%20B']) {
		const answer = await edge.get(`/split?${query}`);
		assert.strictEqual(answer.status, 500, query);
		assert.doesNotMatch(answer.head, /set-cookie/i);
		assert.ok(answer.headers['x-request-id']);
	}
	assert.strictEqual((await edge.get('/split?value=a%09%c3%a9')).status, 200);
});

test('every answer has a date and the number of its request, refusals too', async () => {
	const talks = await Promise.all([
		edge.send([`GET / HTTP/1.1\r\n${H}\r\n`]), edge.send([`GET /none HTTP/1.1\r\n${H}\r\n`]),
		edge.send([`GET / HTTP/1.1\r\n\r\n`]), edge.send([`GET / HTTP/1.1\r\n${H}X: ${'a'.repeat(20000)}\r\n\r\n`]),
		edge.send([`POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n`])]);
	assert.deepStrictEqual(talks.map(statuses), ['200', '404', '400', '431', '411']);
	const ids = talks.map((t) => t.answers[0].headers['x-request-id']);
	assert.strictEqual(new Set(ids).size, 5);
	for (const { answers: [a] } of talks) {
		assert.ok(Math.abs(Date.parse(a.headers.date) - Date.now()) < 5000, a.headers.date);
		assert.strictEqual(a.broken, false);
	}
	for (const { answers: [a] } of talks.slice(2)) {
		assert.strictEqual(a.headers['x-content-type-options'], 'nosniff');
		assert.match(a.headers['content-security-policy'], /default-src 'none'/);
		assert.match(a.body, new RegExp(`^${a.status} `));
	}
});

test('HEAD is answered like GET without the body, and 304 has none', async () => {
	const talk = await served([`HEAD /large?5000 HTTP/1.1\r\n${H}\r\n`, 100, `GET /unchanged HTTP/1.1\r\n${H}\r\n`, 100,
		`GET / HTTP/1.1\r\n${H}\r\n`], '200 304 200', { heads: [0] });
	assert.strictEqual(talk.answers[0].headers['content-length'], '5000');
	assert.strictEqual(talk.answers[1].headers['content-length'], undefined);
	assert.strictEqual(talk.answers[2].body, 'hello\n');
});

test('a large answer arrives whole', async () => {
	const talk = await served([`GET /large?3000000 HTTP/1.1\r\n${H}\r\n`], '200');
	assert.strictEqual(talk.answers[0].body.length, 3000000);
	assert.strictEqual(talk.answers[0].broken, false);
});

test('each request is a line of JSON, without its query', async () => {
	await edge.get('/head?token=secret-4711');
	await until('the line is there', 2000, () => edge.out.includes('"path":"/head"'));
	assert.ok(!edge.out.includes('secret-4711'));
	const lines = edge.out.split('\n').filter((l) => l.includes('"event":"request"')).map((l) => JSON.parse(l));
	const line = lines[lines.length - 1];
	assert.match(line.id, /^[0-9a-f]{16}$/);
	assert.deepStrictEqual([line.method, line.status, line.user, line.from], ['GET', '200', '0', '127.0.0.1']);
	assert.ok(Number(line.bytes) > 0 && Number(line.ms) >= 0);
});

// ---- coroutines on the loop

test('one request wakes another, and a coroutine without a request does', async () => {
	const took = [];
	for (let i = 0; i < 5; i++) {
		const first = edge.get('/meet');
		await later(60);
		const began = Date.now();
		const second = await edge.get('/meet');
		assert.deepStrictEqual([(await first).body, second.body], ['first\n', 'second\n']);
		assert.strictEqual((await edge.get('/meet?background')).body, 'first\n');
		took.push(Date.now() - began);
	}
	assert.ok(Math.min(...took) < 100, `woken late: ${took} ms`);
});

test('alarms ring in their order', async () => {
	assert.strictEqual((await edge.get('/alarms')).body, 'in order\n');
});

test('a hundred handlers wait side by side', async () => {
	const began = Date.now();
	const all = await Promise.all(Array.from({ length: 100 }, () => edge.get('/sleep?300')));
	assert.ok(all.every((a) => a.body === 'slept\n'));
	assert.ok(Date.now() - began < 10000, `${Date.now() - began} ms`);
});

// ---- clients that leave

test('a client that leaves while its handler waits: the handler runs to its end, the worker lives', async () => {
	const net = require('node:net');
	const before = await edge.state();
	await Promise.all(Array.from({ length: 60 }, (_, i) => new Promise((done) => {
		const s = net.connect(edge.port, '127.0.0.1', () => {
			if (i % 2) s.write(`GET /sleep?300 HTTP/1.1\r\n${H}\r\n`);
			else s.write(`POST /sleep?300 HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhello`);
			setTimeout(() => (i % 3 ? s.destroy() : s.resetAndDestroy()) && done(), 80);
		});
		s.on('error', () => {});
	})));
	await later(600);
	const now = await edge.state();
	assert.strictEqual(now.ran_to_end, before.ran_to_end + 60);
	assert.strictEqual(now.pid, before.pid);
	assert.ok(edge.out.includes('"left":"before the answer"'));
});

test('a client that leaves in the middle of its head, its body or its answer harms nobody', async () => {
	const net = require('node:net');
	const before = await edge.state();
	const starts = ['GET / HT', `POST /echo HTTP/1.1\r\n${H}Content-Length: 500\r\n\r\nabc`,
		`POST /echo HTTP/1.1\r\n${H}Content-Length: 60000\r\n\r\nabc`, `GET /large?9000000 HTTP/1.1\r\n${H}\r\n`];
	await Promise.all(starts.flatMap((start) => [0, 1, 2, 3, 4].map((i) => new Promise((done) => {
		const s = net.connect(edge.port, '127.0.0.1', () => {
			s.write(start);
			setTimeout(() => (i % 2 ? s.destroy() : s.resetAndDestroy()) && done(), 20 * i);
		});
		s.on('error', () => {});
	}))));
	await later(100);
	assert.strictEqual((await edge.state()).pid, before.pid);
});

// ---- anything

test('two thousand mangled requests leave the worker as it was', async () => {
	let seed = Number(process.env.SEED) || 20260501;
	const random = (n) => {
		seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
		return (seed >>> 8) % n;
	};
	const bits = ['\r\n', '\n', '\r', '\0', ' ', ':', 'Host: x\r\n', 'Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', '\t', '\xff',
		'HTTP/1.1', 'a'.repeat(3000), '%00', '[', ']', 'Expect: 100-continue\r\n', 'Connection: close\r\n'];
	const whole = [`GET /head HTTP/1.1\r\n${H}A: b\r\n\r\n`, `POST /echo HTTP/1.1\r\n${H}Content-Length: 10\r\n\r\n0123456789`,
		`DELETE /head HTTP/1.1\r\n${H}Content-Length: 3\r\n\r\nabc`, `PUT /echo HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`];
	const before = await edge.state();
	const mangled = () => {
		let s = whole[random(whole.length)];
		for (let k = 1 + random(3); k > 0; k--) {
			const at = random(s.length + 1);
			s = s.slice(0, at) + bits[random(bits.length)] + s.slice(at + random(4));
		}
		return Buffer.from(s, 'latin1');
	};
	for (let round = 0; round < 20; round++)
		await Promise.all(Array.from({ length: 100 }, () => {
			const m = mangled(), cut = random(m.length);
			return edge.send(random(2) ? [m] : [m.subarray(0, cut), 5, m.subarray(cut)], { quiet: 30 });
		}));
	assert.strictEqual((await edge.state()).pid, before.pid, `SEED=${process.env.SEED || 20260501}`);
});
