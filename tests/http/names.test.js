// names.test.js -- PostgreSQL and Redis behind names, and a resolver that moves them, hangs, or knows them no more.
'use strict';
const assert = require('node:assert');
const { execFileSync, spawnSync } = require('node:child_process');
const { after, before, test } = require('node:test');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { House, freePort, later, until } = require('./house.js');

let house, dir;
const doors = [];

// A door at `address`, behind which `socket` is.
class Door {
	constructor(address, port, socket) {
		this.open = new Set();
		this.came = 0;
		this.server = net.createServer((client) => {
			const there = net.connect(socket());
			this.came++;
			this.open.add(client);
			for (const [one, other] of [[client, there], [there, client]]) {
				one.pipe(other);
				one.on('error', () => other.destroy());
				one.on('close', () => this.open.delete(client) && other.destroy());
			}
		}).listen(port, address);
		doors.push(this);
	}

	cut() {
		for (const client of this.open) client.destroy();
	}
}
const stands = (name, address) => fs.writeFileSync(path.join(dir, name), address);
// What nobody has asked before, so that only the database knows: 303 (it leads elsewhere), or 503 without one.
const unknown = async () => (await house.get(`/verification?request=${Math.random().toString(16).slice(2).padEnd(32, '0')}`)).status;

let db1, db2, redis1, redis2;
before(async () => {
	dir = fs.mkdtempSync(path.join(os.tmpdir(), 'names-'));
	fs.chmodSync(dir, 0o755);
	execFileSync('cc', ['-shared', '-fPIC', '-o', path.join(dir, 'names.so'), path.join(__dirname, 'names.c')]);
	const pgPort = await freePort(), redisPort = await freePort();
	const pg = () => path.join(house.run, '.s.PGSQL.5432'), redis = () => path.join(house.run, 'redis.sock');
	db1 = new Door('127.0.0.1', pgPort, pg);
	db2 = new Door('127.0.0.2', pgPort, pg);
	redis1 = new Door('127.0.0.1', redisPort, redis);
	redis2 = new Door('127.0.0.2', redisPort, redis);
	stands('db', '127.0.0.1');
	stands('cache', '127.0.0.1');
	house = await House.start({ workers: 2 });
	await house.restartWeb({ LD_PRELOAD: path.join(dir, 'names.so'), NAMES: dir, BASE_URL: house.address,
		DATABASE_URL: `postgresql://parking@db.names.test:${pgPort}/parking?sslmode=disable`,
		REDIS_URL: `redis://cache.names.test:${redisPort}/0` });
});
after(async () => {
	for (const name of ['db', 'cache']) stands(name, '127.0.0.1');
	const complaints = house.complaints();
	await house.stop();
	for (const door of doors) door.server.close(), door.cut();
	fs.rmSync(dir, { recursive: true, force: true });
	assert.deepStrictEqual(complaints, []);
});

// The slowest of answers that need no database, asked of both workers.
async function slowest(ms) {
	let worst = 0;
	for (const end = Date.now() + ms; Date.now() < end; await later(20)) {
		const began = Date.now();
		const all = await Promise.all(Array.from({ length: 4 }, () => house.get('/healthz')));
		assert.ok(all.every((r) => r.status === 200));
		worst = Math.max(worst, Date.now() - began);
	}
	return worst;
}

test('a database and a Redis behind names are found', async () => {
	assert.ok(db1.came >= 2 && redis1.came >= 2, `${db1.came} ${redis1.came}`);
	assert.strictEqual(db2.came + redis2.came, 0);
	assert.strictEqual(await unknown(), 303);
});

test('who has moved is found at the new address', async () => {
	stands('db', '127.0.0.2');
	stands('cache', '127.0.0.2');
	db1.cut();
	redis1.cut();
	const before = db1.came;
	await until('both came to the new doors', 10000, () => db2.came >= 2 && redis2.came >= 2);
	await until('it is ready', 10000, async () => (await house.get('/readyz')).status === 200);
	assert.strictEqual(db1.came, before);
	assert.strictEqual(await unknown(), 303);
});

test('a resolver that hangs keeps nobody waiting who needs no database, and the others hear 503', async () => {
	stands('db', 'hang');
	stands('cache', 'hang');
	db2.cut();
	redis2.cut();
	await later(200);
	const [worst, refused] = await Promise.all([slowest(4000), (async () => {
		const all = [];
		for (let i = 0; i < 20; i++, await later(150)) {
			const began = Date.now();
			all.push([await unknown(), Date.now() - began]);
		}
		return all;
	})()]);
	assert.ok(worst < 1000, `somebody waited ${worst} ms`);
	assert.ok(refused.every(([status, ms]) => status === 503 && ms < 2000), JSON.stringify(refused));

	stands('db', '127.0.0.1');
	stands('cache', '127.0.0.1');
	await until('it is ready again', 15000, async () => (await house.get('/readyz')).status === 200);
	await until('answers come again', 5000, async () => (await unknown()) === 303);
});

test('a name that nobody knows is tried again until somebody does', async () => {
	fs.rmSync(path.join(dir, 'db'));
	db1.cut();
	await until('it says so', 5000, async () => (await unknown()) === 503);
	assert.ok(await slowest(500) < 1000);
	await until('the log does, too', 3000, () => house.log().includes('"event":"db_lost"'));
	stands('db', '127.0.0.1');
	await until('answers come again', 10000, async () => (await unknown()) === 303);
});

test('PostgreSQL over TLS: its certificate holds for the name, the password is never sent, and the sandbox lets it pass', async () => {
	const pg = path.join(house.dir, 'pg'), port = await freePort();
	await house.stopPostgres();
	house.once(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=db.names.test', '-addext',
		'subjectAltName=DNS:db.names.test', '-keyout', `${pg}/server.key`, '-out', `${pg}/server.crt`]);
	house.once(['chmod', '0600', `${pg}/server.key`]);
	fs.writeFileSync(path.join(pg, 'pg_hba.conf'), 'local all all trust\nhostssl all all all scram-sha-256\n');
	house.pg = house.child('postgres', ['/usr/lib/postgresql/15/bin/postgres', '-D', pg, '-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`,
		'-c', 'ssl=on', '-c', `unix_socket_directories=${house.run}`, '-c', 'fsync=off']);
	const sql = (words) => spawnSync('psql', ['-qXAt', '-h', house.run, '-p', port, '-U', 'parking', '-d', 'parking', '-c', words], { encoding: 'utf8' });
	await until('it answers', 15000, () => sql("alter user parking password 'a secret'").status === 0);
	await house.restartWeb({ ...house.env, HOME: '/nonexistent', // root's own, which holds certificates of his, is closed to who serves
		DATABASE_URL: `postgresql://parking:a%20secret@db.names.test:${port}/parking?sslmode=verify-full&sslrootcert=${pg}/server.crt` });
	assert.strictEqual(await unknown(), 303);
	assert.match(sql("select count(*) || ' ' || bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid) where client_addr is not null").stdout, /^(8|9|1[0-9]) true$/m);
	stands('other', '127.0.0.1');
	await assert.rejects(house.restartWeb({ ...house.env,
		DATABASE_URL: `postgresql://parking:a%20secret@other.names.test:${port}/parking?sslmode=verify-full&sslrootcert=${pg}/server.crt` }));
	await until('the log says why', 3000, () => /server certificate for .*db\.names\.test.* does not match host name .*other\.names\.test/.test(house.log()));
});
