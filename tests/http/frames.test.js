// frames.test.js -- WebSockets by the letter of RFC 6455, on the edge with a handler that says what it hears.
'use strict';
const assert = require('node:assert');
const { test: plain, before, after } = require('node:test');
const { Edge, later } = require('./edge.js');
const { Socket, frame, closing, TEXT, BINARY, CLOSE, PING, PONG } = require('./socket.js');

const test = (name, run) => plain(name, { timeout: 60000 }, run);
let edge;
before(async () => (edge = await Edge.start({ workers: 1, env: { PING: '1' } })));
after(async () => {
	const how = await edge.stop();
	assert.deepStrictEqual(edge.complaints(), []);
	assert.strictEqual(how.code, 0);
});

const open = (options) => Socket.open(edge.port, '/socket', options);

// Sends bytes; the server closes with that code, and then the connection ends by itself.
async function closedWith(code, ...pieces) {
	const s = await open();
	for (const piece of pieces) s.net.write(piece);
	const f = await s.take();
	assert.ok(f && f.op === CLOSE, `not closed: ${JSON.stringify(f)}`);
	assert.strictEqual(f.code, code, f.why);
	assert.strictEqual(await s.take(), null);
	assert.ok(await s.closed);
}

test('a text is heard, and one is said', async () => {
	const s = await open();
	assert.strictEqual(s.status, 101);
	assert.strictEqual(s.headers.upgrade, 'websocket');
	assert.match(s.headers.connection, /^upgrade$/i);
	assert.strictEqual(s.headers['content-length'], undefined);
	for (const words of ['Hello', 'κόσμε 🅿', 'x'.repeat(125), 'x'.repeat(126), 'x'.repeat(16384)]) {
		s.say(words);
		const f = await s.take();
		assert.strictEqual(f.text, words);
	}
	await s.leave();
});

test('frames may come a byte at a time, and many at once', async () => {
	const s = await open();
	for (const byte of frame(TEXT, 'slowly')) {
		s.net.write(Buffer.from([byte]));
		await later(2);
	}
	assert.strictEqual((await s.take()).text, 'slowly');
	s.net.write(Buffer.concat(Array.from({ length: 500 }, (_, i) => frame(TEXT, `n${i}`))));
	for (let i = 0; i < 500; i++) assert.strictEqual((await s.take()).text, `n${i}`);
	await s.leave();
});

test('fragments are put together, and control frames pass between them', async () => {
	const s = await open();
	s.send(TEXT, Buffer.from([0xce]), { fin: false });
	s.send(PING, 'are you there?');
	s.send(0, Buffer.from([0xba]), { fin: false });
	s.send(PONG, 'not asked for');
	s.send(0, '', { fin: false });
	s.send(0, '!');
	assert.deepStrictEqual((({ op, text }) => ({ op, text }))(await s.take()), { op: PONG, text: 'are you there?' });
	assert.strictEqual((await s.take()).text, 'κ!');
	await s.leave();
});

test('while one message is worked on the next wait, and none is lost', async () => {
	const s = await open();
	const words = ['sleep 120', ...Array.from({ length: 2000 }, (_, i) => `after ${i} ${'x'.repeat(i % 50)}`)];
	const all = Buffer.concat(words.map((w) => frame(TEXT, w)));
	for (let at = 0; at < all.length; at += 1000) s.net.write(all.subarray(at, at + 1000));
	for (const w of words) assert.strictEqual((await s.take()).text, w);
	s.say('sleep 60');
	s.send(PING, 'later');
	s.say('last');
	assert.deepStrictEqual([await s.take(), await s.take(), await s.take()].map((f) => f.text), ['sleep 60', 'later', 'last']);
	await s.leave();
});

test('a refusal is told, and the socket stays', async () => {
	const s = await open();
	s.say('refuse');
	assert.deepStrictEqual(await s.json(), { type: 'error', msg: 'Not that.' });
	s.say('and on');
	assert.strictEqual((await s.take()).text, 'and on');
	await s.leave();
});

for (const [what, code, ...pieces] of [
	['a frame without its mask', 1002, frame(TEXT, 'Hello', { mask: false })],
	['a ping without its mask', 1002, frame(PING, '', { mask: false })],
	['a reserved bit', 1002, frame(TEXT, 'Hello', { rsv: 4 })],
	['another reserved bit, in a control frame', 1002, frame(PING, '', { rsv: 1 })],
	['an opcode that is none', 1002, frame(3, 'Hello')],
	['a control opcode that is none', 1002, frame(11, '')],
	['a ping in fragments', 1002, frame(PING, 'x', { fin: false })],
	['a ping of 126 bytes', 1002, frame(PING, 'x'.repeat(126))],
	['something continued that never began', 1002, frame(0, 'Hello')],
	['a message begun inside another', 1002, frame(TEXT, 'a', { fin: false }), frame(TEXT, 'b')],
	['a length longer than it need be', 1002, frame(TEXT, 'Hello', { form: 2 })],
	['a length longer still', 1002, frame(TEXT, 'Hello', { form: 8 })],
	['half a close code', 1002, frame(CLOSE, 'x')],
	['a close code that may not be sent', 1002, frame(CLOSE, closing(1006))],
	['another', 1002, frame(CLOSE, closing(2999))],
	['a reason that is no UTF-8', 1007, frame(CLOSE, Buffer.concat([closing(1000), Buffer.from([0xff])]))],
	['bytes', 1003, frame(BINARY, 'Hello')],
	['bytes in fragments', 1003, frame(BINARY, 'Hello', { fin: false }), frame(0, '!')],
	['a text that is no UTF-8', 1007, frame(TEXT, Buffer.from([0xce, 0xba, 0xff]))],
	['a text that is none across fragments, at once', 1007, frame(TEXT, Buffer.from([0xf4]), { fin: false }), frame(0, Buffer.from([0x90]), { fin: false })],
	['a text that ends within a character', 1007, frame(TEXT, Buffer.from([0xce]))],
	['a surrogate', 1007, frame(TEXT, Buffer.from([0xed, 0xa0, 0x80]))],
	['a message of 16,385 bytes', 1009, frame(TEXT, 'x'.repeat(16385))],
	['one that only says it is larger', 1009, frame(TEXT, '', { length: 2 ** 40 })],
	['fragments that are together too large', 1009, frame(TEXT, 'x'.repeat(10000), { fin: false }), frame(0, 'x'.repeat(6385))],
])
	test(`${what}: closed with ${code}`, () => closedWith(code, ...pieces));

test('nothing is heard behind what broke the rules, however much it is', async () => {
	const s = await open();
	s.net.write(Buffer.concat([frame(3, ''), frame(TEXT, 'too late'), Buffer.alloc(1 << 20)]));
	assert.strictEqual((await s.take()).code, 1002);
	assert.strictEqual(await s.take(), null);
});

test('a client closes: the same code comes back, and the server ends the connection', async () => {
	for (const [sent, code] of [[closing(1000, 'bye'), 1000], [closing(1001), 1001], [closing(3000), 3000], [closing(4999), 4999], ['', 1005]]) {
		const s = await open();
		s.net.write(Buffer.concat([frame(CLOSE, sent), frame(TEXT, 'too late')]));
		const f = await s.take();
		assert.deepStrictEqual([f.op, f.code], [CLOSE, code]);
		assert.strictEqual(await s.take(), null);
	}
});

test('who is silent is pinged; who answers stays, who does not is closed with 1011', async () => {
	const silent = await open(), alive = await open();
	for (let i = 0; i < 2; i++) {
		const f = await alive.take();
		assert.strictEqual(f.op, PING);
		alive.send(PONG, f.payload);
	}
	const seen = [await silent.take(), await silent.take()];
	assert.strictEqual(seen[0].op, PING);
	assert.deepStrictEqual([seen[1].op, seen[1].code], [CLOSE, 1011]);
	assert.strictEqual(await silent.take(), null);
	alive.say('still here');
	for (let f = await alive.take(); ; f = await alive.take()) {
		if (f.op === PING) alive.send(PONG, '');
		else {
			assert.strictEqual(f.text, 'still here');
			break;
		}
	}
	await alive.leave();
});

test('who reads nothing is cut off, and the others do not notice', async () => {
	const slow = await open(), other = await open();
	slow.net.pause();
	for (let i = 0; i < 400 && !slow.net.destroyed; i++) {
		slow.send(TEXT, 'large 100000');
		if (i % 20 === 0) await later(10);
	}
	other.say('hello');
	for (let f = await other.take(); f.text !== 'hello'; f = await other.take());
	await later(500);
	slow.net.resume();
	let bytes = 0;
	for (let f = await slow.take(); f; f = await slow.take()) bytes += f.payload.length;
	assert.ok(bytes < 400 * 100000, `${bytes} bytes`);
	assert.match(edge.out, /socket_slow/);
	await other.leave();
});

test('a connection that ends without goodbye is gone, also while its message is worked on', async () => {
	for (const words of ['hello', 'sleep 100']) {
		const s = await open();
		s.say(words);
		await later(20);
		s.net.destroy();
	}
	await later(300);
	assert.strictEqual((await edge.get('/')).status, 200);
});

test('a handshake by HTTP/1.0, or with something behind it, is none', async () => {
	assert.strictEqual((await open({ version: '1.0' })).status, 400);
	assert.strictEqual((await open({ behind: frame(TEXT, 'early') })).status, 400);
});

test('a thousand sockets at once, and requests beside them', async () => {
	const all = await Promise.all(Array.from({ length: 1000 }, () => open()));
	assert.deepStrictEqual(all.filter((s) => s.status !== 101), []);
	all.forEach((s, i) => s.say(`I am ${i}`));
	const said = await Promise.all(all.map(async (s) => {
		let f = await s.take();
		while (f && f.op === PING) f = await s.take();
		return f && f.text;
	}));
	said.forEach((words, i) => assert.strictEqual(words, `I am ${i}`));
	assert.strictEqual((await edge.get('/')).status, 200);
	for (const s of all) s.net.destroy();
});

test('told to stop, it says 1001 to all and waits for their goodbye', async () => {
	const own = await Edge.start({ workers: 2 });
	const all = await Promise.all(Array.from({ length: 40 }, () => Socket.open(own.port, '/socket')));
	const polite = all.slice(0, 20), rude = all.slice(20);
	own.child.kill('SIGTERM');
	for (const s of all) assert.deepStrictEqual((({ op, code }) => [op, code])(await s.take()), [CLOSE, 1001]);
	for (const s of polite) s.send(CLOSE, closing(1001));
	for (const s of polite) assert.strictEqual(await s.take(1500), null);
	for (const s of rude) assert.strictEqual(await s.take(4000), null);
	assert.deepStrictEqual(await own.ended, { code: 0, signal: null });
	assert.deepStrictEqual(own.complaints(), []);
});
