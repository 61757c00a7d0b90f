// socket.js -- a WebSocket client that sends whatever frames a test wants, and shows whatever came.
'use strict';
const crypto = require('node:crypto');
const net = require('node:net');

const TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;

// A frame as bytes: fin, mask and the three reserved bits as told; `length` says another length than is true.
function frame(op, payload = '', { fin = true, mask = true, rsv = 0, length, form } = {}) {
	const body = Buffer.from(payload), n = length === undefined ? body.length : length;
	const how = form || (n > 65535 ? 8 : n > 125 ? 2 : 0);
	const head = Buffer.alloc(2 + how);
	head[0] = (fin ? 0x80 : 0) | (rsv << 4) | op;
	head[1] = (mask ? 0x80 : 0) | (how === 8 ? 127 : how === 2 ? 126 : n);
	if (how === 2) head.writeUInt16BE(n, 2);
	if (how === 8) head.writeBigUInt64BE(BigInt(n), 2);
	if (!mask) return Buffer.concat([head, body]);
	const key = crypto.randomBytes(4);
	return Buffer.concat([head, key, body.map((b, i) => b ^ key[i & 3])]);
}

const closing = (code, why = '') => Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(why)]);

class Socket {
	// What the server answers to the handshake: a Socket if 101, else { status, headers, body }.  `behind`: bytes sent in
	// the same piece as the head.
	static open(port, path, { headers = {}, version = '1.1', behind = '', method = 'GET' } = {}) {
		const key = crypto.randomBytes(16).toString('base64');
		const all = { host: `127.0.0.1:${port}`, upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': key,
			'sec-websocket-version': '13', ...headers };
		const lines = Object.entries(all).filter(([, v]) => v !== null).flatMap(([k, v]) => [].concat(v).map((one) => `${k}: ${one}\r\n`));
		return new Promise((done, fail) => {
			const s = new Socket(net.connect({ port, host: '127.0.0.1', noDelay: true }));
			s.bodiless = method === 'HEAD';
			s.net.on('connect', () => s.net.write(Buffer.concat([Buffer.from(`${method} ${path} HTTP/${version}\r\n${lines.join('')}\r\n`), Buffer.from(behind)])));
			s.net.on('error', (e) => (s.status ? null : fail(e)));
			s.net.on('close', () => (s.status ? null : fail(new Error('closed without an answer'))));
			s.opened = () => {
				const right = crypto.createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
				if (s.status === 101 && s.headers['sec-websocket-accept'] !== right) fail(new Error('a wrong Sec-WebSocket-Accept'));
				done(s);
			};
		});
	}

	constructor(socket) {
		this.net = socket;
		this.in = Buffer.alloc(0);
		this.frames = []; // that came and nobody asked for yet
		this.waiting = [];
		this.closed = new Promise((done) => socket.on('close', () => done(true)));
		socket.on('data', (d) => this.bytes(d));
		socket.on('close', () => {
			this.gone = true;
			this.serve();
		});
	}

	bytes(d) {
		this.in = this.in.length ? Buffer.concat([this.in, d]) : d;
		if (!this.status && !this.head()) return;
		if (this.status !== 101) return;
		while (this.next());
		this.serve();
	}

	head() {
		const end = this.in.indexOf('\r\n\r\n');
		if (end === -1) return false;
		const [line, ...lines] = this.in.subarray(0, end).toString('latin1').split('\r\n');
		this.headers = Object.fromEntries(lines.map((l) => [l.slice(0, l.indexOf(':')).toLowerCase(), l.slice(l.indexOf(':') + 1).trim()]));
		const status = Number(line.split(' ')[1]);
		const n = this.bodiless ? 0 : Number(this.headers['content-length'] || 0);
		if (status !== 101 && this.in.length < end + 4 + n) return false;
		this.status = status;
		this.body = this.in.subarray(end + 4, end + 4 + n).toString();
		this.in = this.in.subarray(end + 4);
		this.opened();
		return true;
	}

	next() {
		const b = this.in;
		if (b.length < 2) return false;
		let n = b[1] & 127, at = 2;
		if (n === 126) at = 4;
		if (n === 127) at = 10;
		if (b.length < at) return false;
		if (n === 126) n = b.readUInt16BE(2);
		if (n === 127) n = Number(b.readBigUInt64BE(2));
		if (b.length < at + n) return false;
		if (b[1] & 0x80) throw new Error('a server masks nothing');
		if ((b[0] & 0xf0) !== 0x80) throw new Error('a frame without FIN, or with reserved bits');
		const f = { op: b[0] & 15, payload: b.subarray(at, at + n) };
		if (f.op === CLOSE) Object.assign(f, { code: n ? f.payload.readUInt16BE(0) : 1005, why: f.payload.subarray(2).toString() });
		else if (f.op !== BINARY) f.text = f.payload.toString();
		this.frames.push(f);
		this.in = b.subarray(at + n);
		return true;
	}

	serve() {
		while (this.waiting.length && (this.frames.length || this.gone)) this.waiting.shift()(this.frames.shift() || null);
	}

	// The next frame, or null when the connection has ended; fails after `ms`.
	take(ms = 5000) {
		return new Promise((done, fail) => {
			const timer = setTimeout(() => fail(new Error(`no frame within ${ms} ms`)), ms);
			this.waiting.push((f) => {
				clearTimeout(timer);
				done(f);
			});
			this.serve();
		});
	}

	async json(ms) {
		const f = await this.take(ms);
		if (!f || f.op !== TEXT) throw new Error(`not a text: ${f && f.op} ${f && f.code} ${f && f.why}`);
		return JSON.parse(f.text);
	}

	send(op, payload, options) {
		this.net.write(frame(op, payload, options));
	}

	say(value) {
		this.send(TEXT, typeof value === 'string' ? value : JSON.stringify(value));
	}

	// Says goodbye as it ought to be said.
	async leave() {
		if (this.gone) return;
		this.send(CLOSE, closing(1000));
		await Promise.race([this.closed, new Promise((done) => setTimeout(done, 3000))]);
		this.net.destroy();
	}
}

module.exports = { Socket, frame, closing, TEXT, BINARY, CLOSE, PING, PONG };
