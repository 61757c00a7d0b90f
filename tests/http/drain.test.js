// tests: alone, since what it lets happen takes a whole machine: forty clients, workers that die again and again
// drain.test.js -- how the server ends, and how a worker that ends leaves the rest.
//
// On the same edge as framing.test.js; seen to fail without its remedies by `make framing-proof`.
'use strict';
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const { test: plain } = require('node:test');
const { Edge, later, until } = require('./edge.js');

const H = 'Host: t\r\n';
const test = (name, run) => plain(name, { timeout: 60000 }, run);
const clean = { code: 0, signal: null };

// Runs a server for one test, and takes it away whatever happens.
const on = (options, run) => async () => {
	const edge = await Edge.start(options);
	try {
		await run(edge);
	} finally {
		await edge.stop().catch(() => {});
	}
	if (!options.kills) assert.deepStrictEqual(edge.complaints(), []);
};

// A client that asks again and again, each time noting when it had sent and what it got.
async function client(edge, path, stop, seen) {
	while (!stop.now) {
		const asked = { sent: 0, status: 0 };
		await new Promise((done) => {
			const s = net.connect(edge.port, '127.0.0.1');
			let all = '';
			s.on('connect', () => s.write(`GET ${path} HTTP/1.1\r\n${H}\r\n`, () => (asked.sent = Date.now())));
			s.on('data', (d) => {
				all += d;
				if (!all.includes('slept\n')) return;
				asked.status = Number(all.slice(9, 12));
				s.destroy();
			});
			s.on('error', (e) => (asked.error = e.code));
			s.on('close', done);
		});
		seen.push(asked);
		if (asked.error === 'ECONNREFUSED') await later(5);
	}
}

for (const workers of [1, 2])
	test(`told to stop under load, ${workers} worker(s) answer every request in flight`, on({ workers }, async (edge) => {
		const stop = {}, seen = [];
		const clients = Array.from({ length: 40 }, (_, i) => client(edge, `/sleep?${i % 4 ? 20 : 1500}`, stop, seen));
		await until('two hundred were answered', 30000, () => seen.length > 200);
		const told = Date.now();
		edge.child.kill('SIGTERM');
		assert.deepStrictEqual(await edge.ended, clean);
		stop.now = true;
		await Promise.all(clients);
		const before = seen.filter((a) => a.sent && a.sent < told);
		assert.ok(before.length > 200, `${before.length} requests only`);
		assert.ok(before.some((a) => a.status === 200));
		assert.deepStrictEqual(before.filter((a) => a.status !== 200), []);
		// Whoever came later was served too, or refused at the door: nobody was let in and left without an answer.
		assert.deepStrictEqual(seen.filter((a) => a.sent && a.status !== 200), []);
		assert.ok(seen.some((a) => a.error === 'ECONNREFUSED'));
	}));

test('who already waits at the door is let in and answered', on({ workers: 1 }, async (edge) => {
	const [pid] = edge.workers();
	process.kill(pid, 'SIGSTOP');
	const waiting = Array.from({ length: 12 }, () => edge.get('/sleep?20'));
	await later(200);
	edge.child.kill('SIGTERM');
	await later(200);
	process.kill(pid, 'SIGCONT');
	assert.deepStrictEqual((await Promise.all(waiting)).map((a) => a && a.status), Array(12).fill(200));
	assert.deepStrictEqual(await edge.ended, clean);
}));

for (const [what, first, then, pause] of [['head', 'GET /echo HTTP/1.1\r\n', `${H}Content-Length: 0\r\n\r\n`, 2000],
	['body', `POST /echo HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhe`, 'llo', 2000]])
	test(`a request of which half a ${what} has come is answered first`, on({ workers: 1 }, async (edge) => {
		const half = edge.send([first, pause, then], { quiet: 1000 });
		await later(300);
		edge.child.kill('SIGTERM');
		const [answer] = (await half).answers;
		assert.strictEqual(answer.status, 200);
		assert.strictEqual(answer.headers.connection, 'close');
		assert.deepStrictEqual(await edge.ended, clean);
	}));

test('a large answer that somebody reads slowly goes out whole first', on({ workers: 1 }, async (edge) => {
	let n = 0;
	const large = new Promise((done) => {
		const s = net.connect(edge.port, '127.0.0.1', () => s.write(`GET /large?40000000 HTTP/1.1\r\n${H}\r\n`));
		s.once('data', (d) => {
			n = d.length;
			s.pause();
			setTimeout(() => s.on('data', (more) => (n += more.length)).resume(), 2000);
		});
		s.on('close', done).on('error', () => {});
	});
	await later(300);
	edge.child.kill('SIGTERM');
	await large;
	assert.ok(n > 40000000, `${n} bytes`);
	assert.deepStrictEqual(await edge.ended, clean);
}));

test('an idle server ends soon, idle connections or not', on({ workers: 2 }, async (edge) => {
	const idle = Array.from({ length: 20 }, () => net.connect(edge.port, '127.0.0.1').on('error', () => {}));
	await later(200);
	const began = Date.now();
	edge.child.kill('SIGINT');
	assert.deepStrictEqual(await edge.ended, clean);
	assert.ok(Date.now() - began < 9000, `${Date.now() - began} ms: the ten seconds for handlers were waited for`);
	for (const s of idle) s.destroy();
	assert.ok(!fs.existsSync(`${edge.dir}/pid`));
}));

test('a handler that never ends is given up after ten seconds', on({ workers: 1 }, async (edge) => {
	const stuck = edge.send([`GET /sleep?60000 HTTP/1.1\r\n${H}\r\n`], { quiet: 20000 });
	await later(200);
	const began = Date.now();
	edge.child.kill('SIGTERM');
	await edge.ended;
	assert.ok(Date.now() - began > 9000, `${Date.now() - began} ms`); /* and long before the handler would have */
	await stuck;
}));

test('a worker killed -9: the rest serve on, and it is replaced', on({ workers: 2, kills: true }, async (edge) => {
	await later(1100); /* who dies younger is replaced after a second */
	const pids = edge.workers();
	assert.strictEqual(pids.length, 2);
	for (const victim of pids) {
		let failed = 0, stop = false;
		const load = Array.from({ length: 8 }, async () => {
			while (!stop) {
				const talk = await edge.send([`GET /sleep?10 HTTP/1.1\r\n${H}Connection: close\r\n\r\n`], { quiet: 15000 });
				if (!talk.answers.length || talk.answers[0].status !== 200) failed++;
			}
		});
		await later(100);
		process.kill(victim, 'SIGKILL');
		await until('another worker is there', 20000, () => edge.workers().length === 2 && !edge.workers().includes(victim));
		await later(300);
		stop = true;
		await Promise.all(load);
		/* only what the victim itself was answering is lost */
		assert.ok(failed <= 8, `${failed} requests were lost`);
		await later(1000);
	}
	assert.strictEqual((await edge.get('/')).body, 'hello\n');
}));

// Whoever the machine keeps waiting, out of ten such deaths one shows it: nobody is let in before the successor comes, if the
// lock stays with the dead.
test('the lock for accepting that a dead worker held is free at once', async () => {
	const took = [];
	for (let i = 0; i < 10 && !took.some((ms) => ms < 700); i++) await on({ workers: 2, kills: true }, async (edge) => took.push(await lockOfTheDead(edge)))();
	assert.ok(took.some((ms) => ms < 700), `${took} ms`);
});

// How long five are kept waiting when a worker has died that holds the lock.
async function lockOfTheDead(edge) {
	/* Who holds it?  If nobody accepts while one stands still, that one. */
	const [one, two] = edge.workers();
	process.kill(one, 'SIGSTOP');
	const talk = await edge.send([`GET / HTTP/1.1\r\n${H}\r\n`], { quiet: 400 });
	const victim = talk.answers.length ? two : one;
	if (victim === two) process.kill(one, 'SIGCONT');
	/* It dies young: its successor comes after a second, and until then the other one must accept. */
	process.kill(victim, 'SIGKILL');
	const began = Date.now();
	for (let i = 0; i < 5; i++) await edge.state();
	return Date.now() - began;
}

test('workers that die at birth come back once a second, not in a storm', on({ workers: 2, env: { EDGE_DIES: '1' }, wait: false, kills: true },
	async (edge) => {
		const began = Date.now(), births = () => (edge.out.match(/restarting worker/g) || []).length;
		await until('each has come back twice', 30000, () => births() >= 4);
		await later(1500);
		const seconds = (Date.now() - began) / 1000;
		assert.ok(births() <= 2 * (seconds + 2), `${births()} in ${seconds} seconds`);
	}));

test('told to stop while workers die, it stops', async () => {
	const ended = await Promise.all(Array.from({ length: 8 }, async (_, i) => {
		const edge = await Edge.start({ workers: 2, env: { EDGE_DIES: '1' }, wait: false });
		await until('it has begun', 20000, () => edge.out.includes('restarting worker'));
		await later(900 + i * 20);
		edge.child.kill('SIGTERM');
		const how = await Promise.race([edge.ended.then(() => true), later(20000)]);
		await edge.stop();
		return how;
	}));
	assert.deepStrictEqual(ended, Array(8).fill(true));
});

test('the news of a dead child does not hide the order to stop', on({ workers: 1 }, async (edge) => {
	/* Held for a moment, so that both signals are there when it goes on. */
	process.kill(edge.child.pid, 'SIGSTOP');
	process.kill(edge.child.pid, 'SIGTERM');
	process.kill(edge.child.pid, 'SIGCHLD');
	process.kill(edge.child.pid, 'SIGCONT');
	const how = await Promise.race([edge.ended, later(20000)]);
	assert.deepStrictEqual(how, clean);
}));

test('one worker told to stop ends them all, as gently', on({ workers: 2 }, async (edge) => {
	const [victim, other] = edge.workers();
	const ticks = () => fs.readFileSync(`/proc/${other}/stat`, 'utf8').split(' ').slice(13, 15).reduce((a, b) => a + Number(b), 0);
	/* Connections of the other one wait for an answer; the victim has nothing to do and ends first. */
	let theirs = 0;
	const idle = []; // at the victim
	const talk = () => new Promise((done) => {
		let all = '', asked = false;
		const s = net.connect(edge.port, '127.0.0.1', () => s.write(`GET /state HTTP/1.1\r\n${H}\r\n`));
		s.on('data', (d) => {
			all += d;
			if (asked || !all.includes('}')) return;
			asked = all.includes(`"pid":${other},`);
			if (asked) s.write(`GET /sleep?2500 HTTP/1.1\r\n${H}\r\n`);
			else idle.push(s);
			theirs += asked;
		});
		s.on('close', () => done({ asked, answered: all.includes('slept') })).on('error', () => {});
	});
	const talks = [];
	await until('three of them wait at the other one', 20000, () => {
		if (theirs < 3) talks.push(talk());
		return theirs >= 3;
	});
	for (const s of idle) s.destroy();
	const before = ticks();
	process.kill(victim, 'SIGTERM');
	await later(900);
	assert.ok(ticks() - before < 20, 'the other one spins on a door that is closed');
	const asked = (await Promise.all(talks)).filter((t) => t.asked);
	assert.ok(asked.length > 0);
	assert.ok(asked.every((t) => t.answered));
	assert.deepStrictEqual(await edge.ended, clean);
}));

test('without their parent the workers end', on({ workers: 2, kills: true }, async (edge) => {
	const pids = edge.workers();
	const alive = () => pids.filter((pid) => fs.existsSync(`/proc/${pid}/exe`) && !/State:\s+Z/.test(fs.readFileSync(`/proc/${pid}/status`)));
	assert.strictEqual(alive().length, 2);
	edge.child.kill('SIGKILL');
	await until('they are gone', 20000, () => alive().length === 0);
}));

test('not even when it ends while they are being born', async () => {
	// At once, and where a child comes to itself only after its parent has gone.
	for (let i = 0; i < 12; i++) {
		const edge = await Edge.start({ workers: 2, wait: false, env: i % 2 ? { EDGE_BORN_SLOWLY: '1' } : {} });
		await until('somebody is born', 20000, () => edge.workers().length > 0);
		edge.child.kill('SIGKILL');
		await edge.ended;
		await until('nobody is left', 20000, () => {
			const left = execFileSync('ps', ['-eo', 'pgid=,stat=,pid='], { encoding: 'utf8' }).split('\n').map((l) => l.trim().split(/\s+/));
			return !left.some(([group, state]) => Number(group) === edge.child.pid && !state.startsWith('Z'));
		});
		await edge.stop();
	}
});

test('connections that come go to the worker that has the fewest', on({ workers: 2 }, async (edge) => {
	const come = async (n) => {
		const open = await Promise.all(Array.from({ length: n }, () => new Promise((done, fail) => {
			const s = net.connect(edge.port, '127.0.0.1', () => s.write(`GET /state HTTP/1.1\r\n${H}\r\n`));
			s.on('error', fail).once('data', (d) => done({ s, worker: /"worker":(\d)/.exec(d)[1] }));
		})));
		return { open, of: (worker) => open.filter((o) => o.worker === worker) };
	};
	const first = await come(60), few = first.of('0').length < 30 ? '0' : '1';
	for (const { s } of first.of(few)) s.destroy(); // that one has none left, the other thirty or more
	await later(300);
	const then = await come(24);
	assert.ok(then.of(few).length >= 19, `${then.of(few).length} of 24 came to who had none`);
	for (const { s } of [...first.open, ...then.open]) s.destroy();
}));

test('a single worker that is full sleeps instead of spinning, and accepts again', on({ workers: 1, conf: { worker_max_connections: 5 } }, async (edge) => {
	const [pid] = edge.workers();
	const ticks = () => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15).reduce((a, b) => a + Number(b), 0);
	const idle = Array.from({ length: 9 }, () => net.connect(edge.port, '127.0.0.1').on('error', () => {}));
	await later(300);
	const before = ticks();
	await later(1000);
	assert.ok(ticks() - before < 30, `${ticks() - before} hundredths of a second`);
	for (const s of idle) s.destroy();
	assert.strictEqual((await edge.get('/')).body, 'hello\n');
}));
