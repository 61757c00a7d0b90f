// faults.test.js -- what people see while PostgreSQL or Redis is away, and what is true afterwards.
// It measures how long people wait, so nothing else runs beside it (tests: alone).
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { test, after, before } = require('node:test');
const { House, later } = require('./house.js');

const HOUR = 3600000;
let house, token, admin, cutter, lot;

// Stands between the server and PostgreSQL.  `cut` says what to do at the next COMMIT: 'before' it arrives, or 'after'
// PostgreSQL has answered, the server's connection is gone.
class Cutter {
	constructor(house) {
		this.cut = null;
		this.seen = 0;
		this.server = net.createServer((client) => this.join(client, path.join(house.run, '.s.PGSQL.5432')));
		const socket = path.join(house.dir, 'proxy', '.s.PGSQL.5432');
		this.server.listen(socket);
		fs.chmodSync(path.dirname(socket), 0o777);
		this.server.on('listening', () => fs.chmodSync(socket, 0o777));
		this.folder = path.dirname(socket);
	}

	join(client, where) {
		const pg = net.connect(where);
		let answer = true;
		client.on('data', (bytes) => {
			if (this.cut && /\0commit(\.\d+)?\0/.test(bytes.toString('latin1'))) { // prepared, or by its name
				const how = this.cut;
				this.cut = null;
				this.seen++;
				answer = false;
				if (how === 'before') {
					client.destroy();
					pg.destroy();
					return;
				}
			}
			pg.write(bytes);
		});
		pg.on('data', (bytes) => (answer ? client.write(bytes) : client.destroy()));
		for (const [one, other] of [[client, pg], [pg, client]]) {
			one.on('error', () => other.destroy());
			one.on('close', () => other.destroy());
		}
	}
}

before(async () => {
	house = await House.start({ behind: (h) => (cutter = new Cutter(h)).folder });
	token = await house.login('customer', 'park-a-car');
	admin = await house.login('admin', '123456');
	lot = (await house.get('/api/v1/lots')).json.lots[0].id;
});
after(async () => {
	if (cutter) cutter.server.close();
	if (house) await house.stop();
});

// Bookings far from each other's time and from what the demo holds.
let day = 20;
function booking() {
	const starts = new Date(Math.ceil(Date.now() / HOUR) * HOUR + ++day * 24 * HOUR);
	return { lot, from: starts.toISOString(), until: new Date(+starts + HOUR).toISOString() };
}

const mine = () => Number(house.sql("select count(*) from reservations r join users u on u.id = r.user_id where u.username = 'customer' and r.status = 'held'"));

for (const how of ['before', 'after'])
	test(`a connection cut ${how} COMMIT was carried out: unknown, and the same key again makes one booking`, async () => {
		const had = mine(), seen = cutter.seen;
		const body = booking(), headers = { 'idempotency-key': `cut ${how} ${Date.now()}` };
		cutter.cut = how;
		const first = await house.post('/api/v1/reservations', body, { token, headers });
		assert.strictEqual(cutter.seen, seen + 1);
		assert.strictEqual(first.status, 503, first.text);
		assert.match(first.text, /OUTCOME_UNKNOWN/);
		assert.strictEqual(mine(), had + (how === 'after' ? 1 : 0));
		const again = await house.post('/api/v1/reservations', body, { token, headers });
		assert.strictEqual(again.status, 201, again.text);
		assert.strictEqual(mine(), had + 1);
		const third = await house.post('/api/v1/reservations', body, { token, headers });
		assert.strictEqual(third.status, 201, third.text);
		assert.strictEqual(third.headers.get('location'), again.headers.get('location'));
		assert.strictEqual(mine(), had + 1);
	});

// Asks again and again until told to stop; each answer with its time.
async function client(ask, seen, stop) {
	while (!stop.now) {
		const began = Date.now();
		const r = await ask().catch((e) => ({ status: `${e.cause ? e.cause.code : e.name}` }));
		seen.push({ at: began, ms: Date.now() - began, status: r.status, wait: r.headers && r.headers.get('retry-after') });
		await later(2);
	}
}

function load() {
	const seen = [], stop = {};
	const asks = [
		() => house.get('/readyz'),
		() => house.get('/api/v1/reservations', { token }),
		() => house.get(`/api/v1/lots/${lot}`, { token }),
		() => house.post('/api/v1/profile', { first_name: 'Kim' }, { token }),
	];
	const clients = Array.from({ length: 24 }, (_, i) => client(asks[i % asks.length], seen, stop));
	return { seen, end: () => ((stop.now = true), Promise.all(clients)) };
}

const counts = (seen) => seen.reduce((n, a) => ((n[a.status] = (n[a.status] || 0) + 1), n), {});
const fine = (a) => (typeof a.status === 'number' && a.status < 400) || a.status === 422;

for (const signal of ['SIGINT', 'SIGQUIT'])
	test(`PostgreSQL restarted under load (${signal}): 503 while it is gone, none after, and no worker dies`, async () => {
		const workers = house.workers(), { seen, end } = load();
		await later(1000);
		const gone = Date.now();
		await house.stopPostgres(signal);
		await later(1500);
		await house.startPostgres();
		const back = Date.now();
		await later(3000);
		await end();
		assert.deepStrictEqual(seen.filter((a) => !fine(a) && a.status !== 503), []);
		assert.deepStrictEqual(seen.filter((a) => a.at + a.ms < gone && !fine(a)), []);
		const away = seen.filter((a) => a.status === 503);
		assert.ok(away.length > 20, JSON.stringify(counts(seen)));
		assert.deepStrictEqual(away.filter((a) => !(Number(a.wait) > 0)), []);
		assert.ok(Math.max(...away.map((a) => a.ms)) < 1500, 'who is refused is refused at once');
		// Who keeps coming is let in again within a second of its return.
		assert.deepStrictEqual(seen.filter((a) => a.at > back + 1000 && !fine(a)), []);
		assert.ok(seen.filter((a) => a.at > back + 1000).length > 100);
		assert.strictEqual(house.workers(), workers);
	});

async function rename(name) {
	const was = (await house.get(`/api/v1/admin/lots/${lot}`, { token: admin })).json;
	const form = Object.fromEntries(Object.entries(was.lot || was).filter(([, v]) => v !== null && typeof v !== 'object'));
	const r = await house.post(`/api/v1/admin/lots/${lot}`, { ...form, name }, { token: admin });
	assert.ok(r.status < 400, `${r.status} ${r.text}`);
}

test('Redis killed, frozen and brought back under load: slower, never wrong', async () => {
	const workers = house.workers(), { seen, end } = load();
	let frozen = false;
	try {
		await rounds();
	} finally {
		await end();
	}
	assert.deepStrictEqual(seen.filter((a) => !fine(a)), []);
	assert.ok(Math.max(...seen.map((a) => a.ms)) < 2000);
	assert.strictEqual(house.workers(), workers);

	async function rounds() {
		for (let round = 0; round < 40; round++) {
			if (round === 8 || round === 24) await house.stopRedis();
			if (round === 16 || round === 32) await house.startRedis();
			if (round === 20 || round === 22) process.kill(house.redis.pid, (frozen = !frozen) ? 'SIGSTOP' : 'SIGCONT');
			const name = `Harbour ${round}`;
			await rename(name);
			// On connections of their own: both workers are asked, and nobody may show the name before.
			const pages = await Promise.all(Array.from({ length: 6 }, () =>
				house.get(`/api/v1/lots/${lot}`, { headers: { connection: 'close' } })));
			for (const page of pages) {
				assert.strictEqual(page.status, 200);
				assert.ok(page.text.includes(`"${name}"`), `round ${round}: an older page`);
			}
		}
	}
});

test('without Redis people log in, and wrong passwords still lock the account', async () => {
	await house.stopRedis();
	try {
		assert.ok(await house.login('customer', 'park-a-car'));
		let last;
		for (let i = 0; i < 12; i++) last = await house.post('/api/v1/login', { login: 'operator', password: `wrong ${i}` });
		assert.strictEqual(last.status, 429, last.text);
		assert.ok(Number(last.headers.get('retry-after')) > 0);
	} finally {
		await house.startRedis();
	}
});

test('nothing else was said that should not have been', () => {
	assert.deepStrictEqual(house.complaints(), []);
});
