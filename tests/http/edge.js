// edge.js -- starts the edge with made-up handlers behind it (edge_app.c), and speaks to it byte by byte.
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const later = (ms) => new Promise((done) => setTimeout(done, ms));

// Not one of the system's own choice: a client that connects again and again to a port of that range, after the server
// has gone, ends up connected to itself.
function freePort() {
	return new Promise((done) => {
		const port = 20000 + Math.floor(Math.random() * 10000);
		const s = net.createServer();
		s.on('error', () => done(freePort()));
		s.listen(port, '127.0.0.1', () => s.close(() => done(port)));
	});
}

async function until(what, ms, test) {
	for (const end = Date.now() + ms; Date.now() < end; await later(20)) {
		const seen = await test();
		if (seen) return seen;
	}
	throw new Error(`waited ${ms} ms in vain until ${what}`);
}

const accepts = (port) =>
	new Promise((done) => {
		const s = net.connect(port, '127.0.0.1', () => done(s.destroy() && true));
		s.on('error', () => done(false));
	});

// conf: lines of conf/parking.conf that take another value, { http_body_max: 1000 }.
class Edge {
	static async start({ workers = 1, conf = {}, env = {}, wait = true } = {}) {
		const edge = new Edge();
		edge.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'edge-'));
		edge.bodies = path.join(edge.dir, 'body');
		edge.port = await freePort();
		let text = fs.readFileSync(path.join(root, 'conf', 'parking.conf'), 'utf8');
		const fill = { BIND: '127.0.0.1', PORT: edge.port, WORKERS: workers, ROOT: edge.dir,
			PIDFILE: path.join(edge.dir, 'pid'), BODYDIR: edge.bodies };
		for (const [name, value] of Object.entries(fill)) text = text.replaceAll(`@${name}@`, value);
		for (const [name, value] of Object.entries(conf)) {
			const line = new RegExp(`^${name}\\s.*$`, 'm');
			if (!line.test(text)) throw new Error(`conf/parking.conf has no ${name}`);
			text = text.replace(line, `${name} ${value}`);
		}
		fs.writeFileSync(path.join(edge.dir, 'conf'), text);
		const program = process.env.EDGE || path.join(root, 'build', 'tests', 'edge-san');
		edge.out = '';
		edge.child = spawn(program, ['-f', '-n', '-r', '-c', path.join(edge.dir, 'conf')],
			{ env: { ...process.env, TRUSTED_PROXIES: '', ...env }, detached: true });
		edge.child.stdout.on('data', (d) => (edge.out += d));
		edge.child.stderr.on('data', (d) => (edge.out += d));
		edge.ended = new Promise((done) => edge.child.on('exit', (code, signal) => done({ code, signal })));
		/* The door is there before those who answer at it. */
		if (wait) await until('all workers are there', 15000, async () => await accepts(edge.port) && edge.workers().length === workers);
		if (wait) await until('it answers', 15000, () => edge.get('/'));
		return edge;
	}

	// Whatever it said that it should not have: a sanitizer's report, a dead worker.
	complaints() {
		return this.out.split('\n').filter((l) => /ERROR: |runtime error|sandbox violation|BUG: |\) gone$/.test(l));
	}

	async stop() {
		this.child.kill('SIGTERM');
		const killer = setTimeout(() => process.kill(-this.child.pid, 'SIGKILL'), 15000);
		const how = await this.ended;
		clearTimeout(killer);
		fs.rmSync(this.dir, { recursive: true, force: true });
		return how;
	}

	// Sends the pieces one after the other; numbers are pauses in ms.  What came back until the server closed, or
	// nothing more came for `quiet` ms.
	send(pieces, options) {
		return speak(this.port, pieces, options);
	}

	async get(target, headers = '') {
		const talk = await this.send([`GET ${target} HTTP/1.1\r\nHost: t\r\n${headers}Connection: close\r\n\r\n`], { quiet: 8000 });
		return talk.answers[0];
	}

	async state() {
		return JSON.parse((await this.get('/state')).body);
	}

	workers() {
		const said = fs.readFileSync(`/proc/${this.child.pid}/task/${this.child.pid}/children`, 'utf8');
		return said.trim().split(/\s+/).filter(Boolean).map(Number);
	}
}

function speak(port, pieces, { quiet = 400, heads = [], host = '127.0.0.1' } = {}) {
	return new Promise((done) => {
		const s = net.connect({ port, host, noDelay: true });
		let all = Buffer.alloc(0), timer, ended = false, sent = false;
		const end = (closed) => {
			if (ended) return;
			ended = true;
			clearTimeout(timer);
			s.destroy();
			done({ closed, raw: all.toString('latin1'), answers: answersIn(all, heads) });
		};
		const rest = () => {
			clearTimeout(timer);
			if (sent) timer = setTimeout(() => end(false), quiet);
		};
		s.on('data', (d) => {
			all = Buffer.concat([all, d]);
			rest();
		});
		s.on('end', () => end(true));
		s.on('close', () => end(true));
		s.on('error', () => end(true));
		s.on('connect', async () => {
			for (const piece of [].concat(pieces)) {
				if (ended) return;
				if (typeof piece === 'number') await later(piece);
				else await new Promise((written) => s.write(piece, written));
			}
			sent = true;
			rest();
		});
	});
}

// Splits what came into answers, by their own lengths.  heads: the indices of answers to HEAD.
function answersIn(all, heads) {
	const answers = [];
	for (let at = 0; at < all.length;) {
		const end = all.indexOf('\r\n\r\n', at);
		if (end === -1) {
			answers.push({ status: 0, head: '', headers: {}, body: all.subarray(at).toString('latin1'), broken: true });
			break;
		}
		const head = all.subarray(at, end).toString('latin1');
		const [line, ...lines] = head.split('\r\n');
		const headers = {};
		for (const l of lines) headers[l.slice(0, l.indexOf(':')).toLowerCase()] = l.slice(l.indexOf(':') + 1).trim();
		const status = Number((/^HTTP\/1\.[01] (\d{3})/.exec(line) || [])[1] || 0);
		const none = status < 200 || status === 204 || status === 304 || heads.includes(answers.length);
		const n = none ? 0 : Number(headers['content-length'] || 0);
		const body = all.subarray(end + 4, end + 4 + n).toString('latin1');
		answers.push({ status, head, headers, body, broken: body.length !== n || status === 0 });
		at = end + 4 + n;
	}
	return answers;
}

const statuses = (talk) => talk.answers.map((a) => a.status).join(' ');

module.exports = { Edge, speak, statuses, later, until, freePort, root };
