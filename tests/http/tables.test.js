// tests: alone, since a million rows take a whole machine, and the server is to be back within its time
// tables.test.js -- tables as CSV on the real server: a million rows in little memory, of one moment; readers that are
// slow, leave, or are many; a database that goes away; the server's end.
'use strict';
const assert = require('node:assert');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const { test: plain, before, after, afterEach } = require('node:test');
const { House, later, until } = require('./house.js');

const test = (name, run) => plain(name, { timeout: 240000 }, run);
const ROWS = 1000000;
const MOST_MORE = 24 * 1024; // KiB that a worker may grow by, while more than four times that goes out
let house, token;

before(async () => {
	house = await House.start({ workers: 1, env: { DB_CONNECTIONS: '6' } });
	token = await house.login('admin', '123456');
	house.sql(`insert into job_runs (job_id, kind, try, began_at, ended_at, problem, detail)
		select g, 'a_kind_of_job', 1, now(), now(), 'OK', 'row ' || g || ', "quoted"' from generate_series(1, ${ROWS}) g`);
});
after(() => house && house.stop());
afterEach(() => assert.deepStrictEqual(house.complaints(), []));

// One request, its answer taken as the test likes: read(bytes) is called with what the body's chunks hold.
function ask(where, { version = '1.1', method = 'GET', read = () => {}, onSocket = () => {} } = {}) {
	return new Promise((done) => {
		const s = net.connect(house.port, '127.0.0.1');
		const got = { status: 0, headers: {}, bytes: 0, whole: false, error: null };
		let raw = Buffer.alloc(0), head = false, left = 0;
		const take = (b) => {
			got.bytes += b.length;
			read(b);
		};
		const chunks = () => {
			for (;;) {
				if (left > 2) {
					const n = Math.min(raw.length, left - 2);
					take(raw.subarray(0, n));
					raw = raw.subarray(n);
					left -= n;
					if (left > 2) return;
				}
				if (left > 0) {
					if (raw.length < left) return;
					assert.strictEqual(raw.subarray(0, 2).toString(), '\r\n');
					raw = raw.subarray(2);
					left = 0;
				}
				const end = raw.indexOf('\r\n');
				if (end === -1) return;
				const size = parseInt(raw.subarray(0, end).toString(), 16);
				assert.ok(size >= 0 && size < 1 << 24, raw.subarray(0, 40).toString());
				raw = raw.subarray(end + 2);
				if (size === 0) {
					got.whole = raw.toString() === '\r\n';
					raw = Buffer.alloc(0);
					return;
				}
				left = size + 2;
			}
		};
		s.on('connect', () => s.write(`${method} ${where} HTTP/${version}\r\nHost: t\r\nAuthorization: Bearer ${token}\r\n\r\n`));
		s.on('data', (d) => {
			raw = raw.length ? Buffer.concat([raw, d]) : d;
			if (!head) {
				const end = raw.indexOf('\r\n\r\n');
				if (end === -1) return;
				const lines = raw.subarray(0, end).toString().split('\r\n');
				got.status = Number(lines[0].split(' ')[1]);
				for (const line of lines.slice(1)) got.headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 2);
				raw = raw.subarray(end + 4);
				head = true;
				onSocket(s, got);
			}
			if (got.headers['transfer-encoding'] === 'chunked') return chunks();
			take(raw);
			raw = Buffer.alloc(0);
		});
		s.on('error', (e) => (got.error = e.code));
		s.on('close', () => done(got));
	});
}

// Of all that serves, in KiB.
const memory = (pids = house.workers().split(' ')) => pids.reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]), 0);
const transactions = () => Number(house.sql("select count(*) from pg_stat_activity where application_name = 'parking' and xact_start is not null"));
const quiet = () => until('no transaction stands open', 10000, () => transactions() === 0);
const LONG = '/admin/tables/job-runs.csv';

test('a million rows go out in little memory, and are those of one moment', async () => {
	await ask('/admin/tables/lots.csv', { onSocket: (s) => setTimeout(() => s.end(), 100) }); // what is made once is made
	const pids = house.workers().split(' '), before = memory(pids);
	let most = before, lines = 0, first = '', written = false;
	const watch = setInterval(() => (most = Math.max(most, memory(pids))), 50);
	const r = await ask(LONG, {
		read: (b) => {
			if (first.length < 400) first += b.toString();
			for (let i = -1; (i = b.indexOf(10, i + 1)) !== -1;) lines++;
			if (lines > 1000 && !written) {
				written = true;
				house.sql("insert into job_runs (job_id, kind, try, began_at, ended_at, problem, detail) values (0, 'later', 1, now(), now(), 'OK', '')");
				house.sql('delete from job_runs where job_id > 999000');
			}
		},
	});
	clearInterval(watch);
	assert.strictEqual(r.status, 200);
	assert.strictEqual(r.headers['transfer-encoding'], 'chunked');
	assert.strictEqual(r.headers['content-length'], undefined);
	assert.strictEqual(r.headers.connection, 'close');
	assert.strictEqual(r.headers['content-type'], 'text/csv; charset=utf-8; header=present');
	assert.match(r.headers['content-disposition'], /^attachment; filename="job-runs-\d{4}-\d\d-\d\d\.csv"$/);
	assert.strictEqual(r.headers['cache-control'], 'no-store');
	assert.ok(r.whole, 'the last chunk');
	const runs = Number(house.sql("select count(*) from job_runs where kind not in ('a_kind_of_job', 'later')"));
	assert.strictEqual(lines, ROWS + runs + 1, 'what was written and deleted meanwhile changes nothing');
	assert.ok(first.startsWith('id,job_id,kind,try,began_at,ended_at,problem,detail\r\n'), first);
	assert.match(first, /\r\n\d+,\d+,a_kind_of_job,1,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z,[^,]+,OK,"row \d+, ""quoted"""\r\n/);
	assert.ok(r.bytes > 100e6, `${r.bytes} bytes`);
	assert.ok(most - before < MOST_MORE, `grew by ${most - before} KiB, and sent ${r.bytes >> 10}`);
	await until('the log has its line', 3000, () => house.log().includes(`"path":"${LONG}","status":"200","bytes":"${r.bytes}"`));
	await quiet();
});

test('fewer rows will do from here on', () => {
	house.sql('delete from job_runs where job_id > 200000');
});

test('a slow reader makes nothing pile up, keeps nobody waiting, and gets all', async () => {
	const before = memory();
	let slow;
	const r = ask(LONG, { onSocket: (s) => (slow = s).pause() });
	await until('it is at rest', 10000, () => slow);
	for (let i = 0; i < 10; i++, await later(100)) assert.strictEqual((await house.get('/healthz')).status, 200);
	assert.ok(memory() - before < MOST_MORE, `grew by ${memory() - before} KiB`);
	slow.resume();
	const { whole } = await r;
	assert.ok(whole);
});

test('a reader that leaves ends the work', async () => {
	const r = await ask(LONG, { read: () => {}, onSocket: (s) => setTimeout(() => s.destroy(), 50) });
	assert.ok(!r.whole);
	await quiet();
	await until('the log says so', 5000, () => /"event":"stream_cut".*"why":"left"/.test(house.log()));
});

test('half of the connections at most are lent, and who comes then is told when to come again', async () => {
	const sockets = [];
	const lent = Array.from({ length: 3 }, () => ask(LONG, { onSocket: (s) => sockets.push(s.pause()) }));
	await until('three are being read', 10000, () => sockets.length === 3);
	const r = await ask(LONG, { onSocket: (s) => setTimeout(() => s.end(), 100) });
	assert.strictEqual(r.status, 503);
	assert.strictEqual(r.headers['retry-after'], '5');
	assert.strictEqual((await house.get('/admin/payments.csv', { token })).status, 503);
	assert.strictEqual((await house.get('/api/v1/admin/users', { token })).status, 200);
	for (const s of sockets) s.destroy();
	await Promise.all(lent);
	await quiet();
	const again = await ask(LONG, { onSocket: (s) => s.destroy() });
	assert.strictEqual(again.status, 200);
	await quiet();
});

test('HTTP/1.0 gets the bytes up to the end of the connection', async () => {
	let lines = 0;
	const r = await ask(LONG, { version: '1.0', read: (b) => { for (let i = -1; (i = b.indexOf(10, i + 1)) !== -1;) lines++; } });
	assert.strictEqual(r.headers['transfer-encoding'], undefined);
	assert.strictEqual(r.headers['content-length'], undefined);
	assert.strictEqual(r.error, null);
	assert.strictEqual(lines, Number(house.sql('select count(*) from job_runs')) + 1);
});

test('HEAD says what a GET would, and leaves nothing behind', async () => {
	const r = await ask(LONG, { method: 'HEAD', onSocket: (s) => setTimeout(() => s.end(), 300) });
	assert.strictEqual(r.status, 200);
	assert.strictEqual(r.headers['content-length'], undefined);
	assert.strictEqual(r.bytes, 0);
	await quiet();
});

test('a short table has a length, and its connection goes on', async () => {
	const r = await ask('/admin/tables/lots.csv', { onSocket: (s) => setTimeout(() => s.end(), 300) });
	assert.strictEqual(Number(r.headers['content-length']), r.bytes);
	assert.strictEqual(r.headers.connection, 'keep-alive');
});

const endReading = () => house.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'parking' and xact_start is not null");

test('when the database goes away in the middle, who reads can tell', async () => {
	let socket;
	const r = ask(LONG, { onSocket: (s) => (socket = s).pause() });
	await until('it is being read', 10000, () => socket);
	assert.strictEqual(endReading(), 't');
	socket.resume();
	const cut = await r;
	assert.strictEqual(cut.status, 200);
	assert.ok(!cut.whole, 'without the last chunk');
	await until('the database is back', 10000, async () => (await house.get('/readyz')).status === 200);
});

// Not by Node, which takes a reset that comes behind bytes for an end (libuv, POLLHUP after a short read).
test('and with HTTP/1.0, where an end says nothing, by a reset', async () => {
	const curl = spawn('curl', ['-sS', '--http1.0', '--limit-rate', '1M', '-H', `Authorization: Bearer ${token}`, `http://127.0.0.1:${house.port}${LONG}`]);
	let said = '';
	curl.stderr.on('data', (d) => (said += d));
	await new Promise((first) => curl.stdout.once('data', first));
	curl.stdout.resume();
	assert.strictEqual(endReading(), 't');
	assert.strictEqual(await new Promise((done) => curl.on('exit', done)), 56, said);
	assert.match(said, /reset by peer/);
	await until('the database is back', 10000, async () => (await house.get('/readyz')).status === 200);
});

test('told to stop, the server finishes what is read in time', async () => {
	let socket;
	const r = ask(LONG, { onSocket: (s) => (socket = s).pause() });
	await until('it is being read', 10000, () => socket);
	process.kill(house.web.pid, 'SIGTERM');
	await later(300);
	socket.resume();
	assert.ok((await r).whole);
	assert.strictEqual(await house.web.ended, 0);
	await house.startWeb(1, house.run);
});

test('and cuts off what is not', async () => {
	let socket;
	const r = ask(LONG, { onSocket: (s) => (socket = s).pause() });
	await until('it is being read', 10000, () => socket);
	process.kill(house.web.pid, 'SIGTERM');
	assert.strictEqual(await house.web.ended, 0);
	socket.resume();
	assert.ok(!(await r).whole);
	await quiet();
	await house.startWeb(1, house.run);
});
