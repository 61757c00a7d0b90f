// drain.test.js -- how the server ends, and how a worker that ends leaves the rest.
//
// On the same edge as framing.test.js; seen to fail without its remedies by `make framing-proof`.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const { test } = require('node:test');
const { Edge, later, until } = require('./edge.js');

const H = 'Host: t\r\n';
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
		const clients = Array.from({ length: 40 }, (_, i) => client(edge, `/sleep?${i % 4 ? 20 : 700}`, stop, seen));
		await later(600);
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

test('a request half sent, and a large answer half read, are finished first', on({ workers: 2 }, async (edge) => {
	const half = edge.send([`POST /echo HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhe`, 1200, 'llo'], { quiet: 1000 });
	const head = edge.send(['GET /head HTTP/1.1\r\n', 2000, `${H}\r\n`], { quiet: 1000 });
	let n = 0;
	const large = new Promise((done) => {
		const s = net.connect(edge.port, '127.0.0.1', () => s.write(`GET /large?40000000 HTTP/1.1\r\n${H}\r\n`));
		s.once('data', (d) => {
			n = d.length;
			s.pause();
			setTimeout(() => s.on('data', (more) => (n += more.length)).resume(), 3000);
		});
		s.on('close', done).on('error', () => {});
	});
	await later(300);
	edge.child.kill('SIGTERM');
	const [a, b] = [(await half).answers[0], (await head).answers[0]];
	await large;
	assert.strictEqual(a.body, 'hello');
	assert.strictEqual(b.status, 200);
	assert.strictEqual(b.headers.connection, 'close');
	assert.ok(n > 40000000, `${n} bytes`);
	assert.deepStrictEqual(await edge.ended, clean);
}));

test('an idle server ends within a second and a half, idle connections or not', on({ workers: 2 }, async (edge) => {
	const idle = Array.from({ length: 20 }, () => net.connect(edge.port, '127.0.0.1').on('error', () => {}));
	await later(200);
	const began = Date.now();
	edge.child.kill('SIGINT');
	assert.deepStrictEqual(await edge.ended, clean);
	assert.ok(Date.now() - began < 1500, `${Date.now() - began} ms`);
	for (const s of idle) s.destroy();
	assert.ok(!fs.existsSync(`${edge.dir}/pid`));
}));

test('a handler that never ends is given up after ten seconds', on({ workers: 1 }, async (edge) => {
	const stuck = edge.send([`GET /sleep?60000 HTTP/1.1\r\n${H}\r\n`], { quiet: 20000 });
	await later(200);
	const began = Date.now();
	edge.child.kill('SIGTERM');
	await edge.ended;
	const took = Date.now() - began;
	assert.ok(took > 9000 && took < 12500, `${took} ms`);
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
				const talk = await edge.send([`GET /sleep?10 HTTP/1.1\r\n${H}Connection: close\r\n\r\n`], { quiet: 3000 });
				if (!talk.answers.length || talk.answers[0].status !== 200) failed++;
			}
		});
		await later(100);
		process.kill(victim, 'SIGKILL');
		await until('another worker is there', 3000, () => edge.workers().length === 2 && !edge.workers().includes(victim));
		await later(300);
		stop = true;
		await Promise.all(load);
		/* only what the victim itself was answering is lost */
		assert.ok(failed <= 8, `${failed} requests were lost`);
		await later(1000);
	}
	assert.strictEqual((await edge.get('/')).body, 'hello\n');
}));

test('the lock for accepting that a dead worker held is free at once', on({ workers: 2, kills: true }, async (edge) => {
	/* Who has just accepted hands the lock on, so that the other one holds it now.  It dies young: its successor
	 * comes after a second, and until then somebody must accept. */
	const other = (await edge.state()).pid;
	const victim = edge.workers().find((pid) => pid !== other);
	await later(50);
	process.kill(victim, 'SIGKILL');
	const began = Date.now();
	for (let i = 0; i < 20; i++) assert.strictEqual((await edge.state()).pid, other);
	assert.ok(Date.now() - began < 700, `${Date.now() - began} ms`);
}));

test('workers that die at birth come back once a second, not in a storm', on({ workers: 2, env: { EDGE_DIES: '1' }, wait: false, kills: true },
	async (edge) => {
		await later(3500);
		const births = (edge.out.match(/restarting worker/g) || []).length;
		assert.ok(births >= 4 && births <= 10, `${births} in three seconds`);
	}));

test('told to stop while workers die, it stops', async () => {
	const took = await Promise.all(Array.from({ length: 8 }, async (_, i) => {
		const edge = await Edge.start({ workers: 2, env: { EDGE_DIES: '1' }, wait: false });
		await until('it has begun', 5000, () => edge.out.includes('restarting worker'));
		await later(900 + i * 20);
		const began = Date.now();
		edge.child.kill('SIGTERM');
		await Promise.race([edge.ended, later(3000)]);
		const ms = Date.now() - began;
		await edge.stop();
		return ms;
	}));
	assert.ok(Math.max(...took) < 2500, `${took} ms`);
});

test('the news of a dead child does not hide the order to stop', on({ workers: 1 }, async (edge) => {
	/* Held for a moment, so that both signals are there when it goes on. */
	process.kill(edge.child.pid, 'SIGSTOP');
	process.kill(edge.child.pid, 'SIGTERM');
	process.kill(edge.child.pid, 'SIGCHLD');
	process.kill(edge.child.pid, 'SIGCONT');
	const how = await Promise.race([edge.ended, later(3000)]);
	assert.deepStrictEqual(how, clean);
}));

test('a worker that alone is told to stop harms no other', on({ workers: 2 }, async (edge) => {
	const get = `GET /state HTTP/1.1\r\n${H}\r\n`;
	const talks = Array.from({ length: 6 }, () => edge.send([get, 1500, get], { quiet: 1500 }));
	await later(300);
	const [victim, other] = edge.workers();
	process.kill(victim, 'SIGTERM');
	const answers = (await Promise.all(talks)).map((t) => t.answers.map((a) => JSON.parse(a.body).pid));
	const kept = answers.filter(([pid]) => pid === other);
	assert.ok(kept.length > 0 && kept.length < 6);
	assert.ok(kept.every((a) => a.length === 2 && a[1] === other), JSON.stringify(answers));
	const ticks = () => fs.readFileSync(`/proc/${other}/stat`, 'utf8').split(' ').slice(13, 15).reduce((a, b) => a + Number(b), 0);
	const before = ticks();
	await later(500);
	assert.ok(ticks() - before < 20, 'it spins on the door that is closed');
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
