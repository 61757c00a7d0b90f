// fanout.js -- one notice to all who watch: from the moment it is sent until each of a thousand connections has its frame.
//
// Beside it Redis, which hands one message to as many subscribers: the same client reads both, on the same machine, so that what
// the reading itself costs is in either figure.  Ours also writes the notice down for each of them before it says a word.
'use strict';
const net = require('net');
const path = require('path');
const { Socket } = require('../http/socket.js');

const PEOPLE = Number(process.env.WATCHERS || 1000), ROUNDS = 20;
const ms = (from, to) => Number(to - from) / 1e6;

// Runs `send` again and again; the sorted times until each of n receivers had it.  `hear` is given what to call for each arrival.
async function rounds(n, send, hear) {
	const all = [], last = [];
	let began = 0n, left = 0, done = null;
	hear(() => {
		const took = ms(began, process.hrtime.bigint());
		all.push(took);
		if (--left > 0) return;
		last.push(took);
		done();
	});
	for (let i = 0; i < ROUNDS; i++) {
		left = n;
		const everybody = new Promise((ok, fail) => {
			const late = setTimeout(() => fail(new Error(`${left} of ${n} heard nothing within 20 s`)), 20000);
			done = () => { clearTimeout(late); ok(); };
		});
		began = process.hrtime.bigint();
		await send();
		await everybody;
	}
	all.sort((a, b) => a - b);
	last.sort((a, b) => a - b);
	return { p50: all[all.length >> 1], p99: all[Math.floor(all.length * 0.99)], last: last[last.length >> 1] };
}

async function ours({ base, sql, people, token }) {
	const users = people(20000).slice(0, PEOPLE), port = Number(new URL(base).port);
	const operator = Number(sql("select min(id) from users where role = 'operator'"));
	sql(`update users set region = 'bench' where id in (${users}); insert into sessions (user_id, jti, expires_at)
		values (${operator}, 'bench-fanout', now() + interval '1 day') on conflict do nothing`);
	const sockets = [];
	for (const u of users) {
		const s = await Socket.open(port, '/api/users/notifications/ws', { headers: { authorization: `Bearer ${token(u, `bench-${u}`)}` } });
		if (s.status !== 101) throw new Error(`a connection was refused: ${s.status} ${s.body}`);
		sockets.push(s);
	}
	const headers = { authorization: `Bearer ${token(operator, 'bench-fanout')}`, 'content-type': 'application/json' };
	const found = await rounds(PEOPLE, async () => {
		const r = await fetch(`${base}/api/users/notification/bench`, { method: 'POST', headers, body: JSON.stringify({ message: 'The ramp is closed until noon.' }) });
		if (!r.ok) throw new Error(`a notice: ${r.status} ${await r.text()}`);
		await r.arrayBuffer();
	}, (heard) => {
		for (const s of sockets)
			s.serve = () => {
				for (const f of s.frames.splice(0)) {
					if (f.op === 9) s.send(10, f.payload);
					else if (f.op === 1) heard();
				}
			};
	});
	for (const s of sockets) s.net.destroy();
	return found;
}

const command = (...words) => `*${words.length}\r\n${words.map((w) => `$${Buffer.byteLength(w)}\r\n${w}\r\n`).join('')}`;
function connect() {
	const url = new URL(process.env.REDIS_URL);
	return new Promise((done, fail) => {
		const s = url.protocol === 'unix:' ? net.connect(path.resolve(url.pathname)) : net.connect(Number(url.port || 6379), url.hostname);
		s.once('connect', () => done(s));
		s.once('error', fail);
	});
}

async function theirs() {
	const all = [], publisher = await connect();
	for (let i = 0; i < PEOPLE; i++) {
		const s = await connect();
		s.write(command('SUBSCRIBE', 'bench'));
		await new Promise((done) => s.once('data', done));
		all.push(s);
	}
	publisher.on('data', () => {});
	const found = await rounds(PEOPLE, () => publisher.write(command('PUBLISH', 'bench', 'The ramp is closed until noon.')),
		(heard) => all.forEach((s) => s.on('data', heard)));
	for (const s of [...all, publisher]) s.destroy();
	return found;
}

module.exports = async function fanout(given) {
	const a = await ours(given), b = await theirs();
	const line = (who, f) => `${who}  p50 ${f.p50.toFixed(1)} ms  p99 ${f.p99.toFixed(1)} ms  all had it after ${f.last.toFixed(1)} ms`;
	return [line(`one notice to ${PEOPLE} connections, ours`, a), line(`one message to ${PEOPLE} subscribers, Redis`, b), `p99: ${(a.p99 / b.p99).toFixed(1)} times Redis's`];
};
