// make run: what it starts, what it says, and that nothing is left when it ends.
const test = require('node:test');
const assert = require('node:assert');
const { spawn, spawnSync, execFileSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const here = path.resolve(__dirname, '../..');
const isRoot = process.getuid() === 0;
const secret = '0123456789abcdef0123456789abcdef';

function freePort() {
	return new Promise((done) => {
		const s = net.createServer().listen(0, '127.0.0.1', () => {
			const { port } = s.address();
			s.close(() => done(port));
		});
	});
}

// What is to be undone after a test, the last thing done first, and all of it even if some fails.
const undone = new WeakMap();
function undo(t, how) {
	const list = undone.get(t) || [];
	list.push(how);
	if (list.length > 1) return;
	undone.set(t, list);
	t.after(async () => {
		const failed = [];
		for (const each of list.reverse())
			await Promise.resolve().then(each).catch((e) => failed.push(e));
		if (failed.length) throw failed[0];
	});
}

// A folder that is gone after the test; everybody may pass through it.
function folder(t, mode = 0o755) {
	const made = fs.mkdtempSync('/tmp/launcher-');
	fs.chmodSync(made, mode);
	undo(t, () => fs.rmSync(made, { recursive: true, force: true }));
	return made;
}

// The environment without what this test program was itself given.
function bare(more) {
	const env = { ...process.env, DEMO: '0', JWT_SECRET: secret, ...more };
	for (const name of ['DATABASE_URL', 'REDIS_URL', 'PGHOST', 'PGUSER', 'MAKEFLAGS', 'MAKELEVEL', 'MFLAGS'])
		if (!(more && name in more))
			delete env[name];
	for (const name in env)
		if (env[name] === undefined)
			delete env[name];
	return env;
}

// Every process that has this folder in its command line or environment, or works in it or in where its sockets lie (a
// web process writes its title over the first two).
const sockets = new Map();
function processesOf(text) {
	const found = [];
	for (const pid of fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n) && +n !== process.pid)) {
		try {
			const cmd = fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1');
			const env = fs.readFileSync(`/proc/${pid}/environ`, 'latin1');
			const status = fs.readFileSync(`/proc/${pid}/status`, 'latin1');
			const cwd = fs.readlinkSync(`/proc/${pid}/cwd`);
			const works = cwd.includes(text) || (sockets.has(text) && cwd.startsWith(sockets.get(text)));
			const zombie = /^State:\s+Z/m.test(status);
			if (!zombie && (works || cmd.includes(text) || env.includes(text)))
				found.push({ pid: +pid, cmd: cmd.split('\0').join(' ').trim(), status });
		} catch {
			// it has just ended, or is somebody else's
		}
	}
	return found;
}

async function until(what, seconds = 20) {
	for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
		if (await what())
			return true;
		await new Promise((r) => setTimeout(r, 50));
	}
	return false;
}

class Up {
	constructor(t, env, command = [path.join(here, 'src/tools/park-up')], cwd = here) {
		this.env = env;
		this.said = '';
		this.child = spawn(command[0], command.slice(1), { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
		this.child.stdout.on('data', (d) => { this.said += d; });
		this.child.stderr.on('data', (d) => { this.said += d; });
		this.ended = new Promise((done) => this.child.on('exit', (code, signal) => done(code ?? signal)));
		undo(t, async () => {
			await this.stop('SIGTERM');
			assert.doesNotMatch(this.said, /command not found|unbound variable|syntax error/, 'bash itself complains');
		});
	}

	async serving(seconds = 90) {
		this.ended.then((code) => { this.over = `ended with ${code}`; });
		const there = await until(() => this.over || this.said.includes('Ctrl-C stops it'), seconds);
		if (!there || this.over)
			assert.fail(`not serving, ${this.over}:\n${this.said}`);
		if (this.env.DATA_DIR)
			sockets.set(this.env.DATA_DIR, fs.realpathSync(path.join(this.env.DATA_DIR, 'run')));
	}

	async stop(signal) {
		if (this.child.exitCode === null && this.child.signalCode === null)
			this.child.kill(signal);
		return this.ended;
	}
}

async function get(port, where) {
	const answer = await fetch(`http://127.0.0.1:${port}${where}`, { redirect: 'manual' });
	return { status: answer.status, body: await answer.text() };
}

function nothingLeft(dir) {
	return until(() => processesOf(dir).length === 0, 10);
}

const parkctl = (env, ...words) =>
	spawnSync(path.join(here, 'build/parkctl'), words, { env, encoding: 'utf8', cwd: here });

// ---- what it serves

test('it serves, stops on SIGTERM leaving nothing behind, and keeps the data', async (t) => {
	const dir = path.join(folder(t), 'var');
	const port = await freePort();
	const env = bare({ DATA_DIR: dir, PORT: String(port) });

	const first = new Up(t, env);
	await first.serving();
	assert.match(first.said, new RegExp(`serves http://127.0.0.1:${port}\n`));
	assert.equal((await get(port, '/readyz')).status, 200);
	const added = parkctl(env, 'user', 'add', '--email', 'kept@example.org', '--username', 'kept');
	assert.equal(added.status, 0, added.stderr);

	assert.equal(await first.stop('SIGTERM'), 0);
	assert.ok(await nothingLeft(dir), JSON.stringify(processesOf(dir).map((p) => p.cmd)));
	await assert.rejects(get(port, '/healthz'));

	const began = Date.now();
	const second = new Up(t, env);
	await second.serving();
	assert.ok(Date.now() - began < 15000, 'the second start is quick');
	assert.match(parkctl(env, 'user', 'list').stdout, /kept@example\.org/);
	assert.equal(await second.stop('SIGINT'), 0);
	assert.ok(await nothingLeft(dir));
});

test('it listens on its one address and nowhere else', async (t) => {
	const dir = path.join(folder(t), 'var');
	const port = await freePort();
	const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(port) }));
	await up.serving();

	const ours = new Set();
	for (const { pid } of processesOf(dir)) {
		try {
			for (const fd of fs.readdirSync(`/proc/${pid}/fd`)) {
				const to = fs.readlinkSync(`/proc/${pid}/fd/${fd}`).match(/^socket:\[(\d+)\]$/);
				if (to)
					ours.add(to[1]);
			}
		} catch {
			// it has just ended
		}
	}
	assert.ok(processesOf(dir).some((p) => /^parking \[wrk/.test(p.cmd)));
	const listening = [];
	for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
		for (const line of fs.readFileSync(table, 'latin1').trim().split('\n').slice(1)) {
			const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
			if (state === '0A' && ours.has(inode))
				listening.push(local);
		}
	}
	const wanted = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	assert.deepEqual([...new Set(listening)], [wanted]);
});

test('a demo prints its log-ins, and they hold', async (t) => {
	const dir = path.join(folder(t), 'var');
	const port = await freePort();
	const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(port), DEMO: undefined, JWT_SECRET: undefined }));
	await up.serving();
	const login = up.said.match(/^ {2}(admin) +(\S+) /m);
	assert.ok(login, up.said);
	const answer = await fetch(`http://127.0.0.1:${port}/api/v1/login`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ login: login[1], password: login[2] }),
	});
	assert.equal(answer.status, 200, await answer.clone().text());
	assert.match((await get(port, '/')).body, /<!doctype html>/i);
	// the same settings, none: the same database
	const listed = parkctl(up.env, 'user', 'list', 'admin');
	assert.match(listed.stdout, /\tadmin\t/, listed.stderr);
	const kept = path.join(dir, 'secrets/jwt_secret');
	assert.equal(fs.statSync(kept).mode & 0o777, 0o600);
	assert.ok(processesOf(dir).every((p) => !p.cmd.includes(fs.readFileSync(kept, 'utf8').trim())));
});

test('a demo takes payments at a stand-in, which is started again where it was when it dies', async (t) => {
	const dir = path.join(folder(t), 'var');
	const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(await freePort()), DEMO: '1', JWT_SECRET: undefined }));
	const stub = () => processesOf(dir).find((p) => /build\/paystub /.test(p.cmd));
	const stubPort = () => fs.readFileSync(path.join(dir, 'paystub/port'), 'utf8').trim();
	await up.serving();
	assert.match(up.said, /Pay with the card 4242 4242 4242 4242/);
	const first = stub(), port = stubPort();
	assert.equal((await get(port, '/c/style.css')).status, 200);
	assert.equal((await get(port, '/v1/charges')).status, 401);
	for (const name of ['payment_secret_key', 'payment_webhook_secret']) {
		const kept = path.join(dir, 'secrets', name);
		assert.equal(fs.statSync(kept).mode & 0o777, 0o600);
		assert.ok(processesOf(dir).every((p) => !p.cmd.includes(fs.readFileSync(kept, 'utf8').trim())));
	}
	process.kill(first.pid, 'SIGKILL');
	assert.ok(await until(() => (stub() ?? first).pid !== first.pid));
	assert.ok(await until(() => get(port, '/c/style.css').then((r) => r.status === 200, () => false)));
	assert.equal(stubPort(), port);
	process.kill(processesOf(dir).find((p) => /redis-server/.test(p.cmd)).pid, 'SIGKILL');
	assert.equal(await up.ended, 1);
	assert.ok(await nothingLeft(dir));
});

test('DATABASE_URL and REDIS_URL name servers to use instead', async (t) => {
	const dir = path.join(folder(t), 'var');
	const port = await freePort();
	const { DATABASE_URL, REDIS_URL } = process.env;
	if (isRoot)	// the user that serves must reach the throw-away servers
		assert.ok(DATABASE_URL && REDIS_URL);
	const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(port), DATABASE_URL, REDIS_URL }));
	await up.serving();
	assert.equal((await get(port, '/readyz')).status, 200);
	assert.deepEqual(processesOf(dir).filter((p) => /bin\/postgres -D|redis-server/.test(p.cmd)), []);
	assert.equal(fs.existsSync(path.join(dir, 'pg')), false);
	await up.stop('SIGTERM');
	assert.equal(spawnSync('psql', ['-Atc', 'select 1', DATABASE_URL], { encoding: 'utf8' }).stdout.trim(), '1');
});

// ---- what ends it

test('killed with -9 it takes its children along', async (t) => {
	const dir = path.join(folder(t), 'var');
	const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(await freePort()) }));
	await up.serving();
	up.child.kill('SIGKILL');
	await up.ended;
	assert.ok(await until(() => processesOf(dir).length === 0, 20),
		JSON.stringify(processesOf(dir).map((p) => p.cmd)));
});

test('when one of its children dies it says which and stops the others', async (t) => {
	const dir = path.join(folder(t), 'var');
	const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(await freePort()) }));
	await up.serving();
	process.kill(processesOf(dir).find((p) => /redis-server/.test(p.cmd)).pid, 'SIGKILL');
	assert.equal(await up.ended, 1);
	assert.match(up.said, /Redis has ended by itself/);
	assert.ok(await nothingLeft(dir));
});

// ---- what it writes down

test('a log that has grown large is put away, and no line of it is lost or cut', async (t) => {
	const dir = path.join(folder(t), 'var'), log = path.join(dir, 'log');
	const port = await freePort(), bytes = 60000, asked = 400;
	const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(port), LOG_BYTES: String(bytes) }));
	await up.serving();
	for (let i = 0; i < asked; i += 20)
		await Promise.all(Array.from({ length: 20 }, (_, k) => get(port, `/lots/${100000 + i + k}`)));
	assert.equal(await up.stop('SIGTERM'), 0);
	const files = fs.readdirSync(log).filter((name) => name.startsWith('web.log')).sort();
	assert.deepEqual(files, ['web.log', 'web.log.1', 'web.log.2', 'web.log.3', 'web.log.4'].slice(0, files.length));
	assert.ok(files.length >= 2, `${files}`);
	const said = files.reverse().map((name) => fs.readFileSync(path.join(log, name), 'utf8'));
	for (const text of said) {
		assert.ok(text.length <= bytes, `${text.length}`);
		assert.ok(text.endsWith('\n'));
	}
	const lines = said.join('').trim().split('\n');
	const seen = lines.filter((l) => l.startsWith('{')).map((l) => JSON.parse(l)).filter((l) => l.event === 'request').map((l) => l.path);
	if (files.length < 5) // else the first have gone, as they should
		assert.deepEqual(seen.filter((p) => /^\/lots\/\d{6}$/.test(p)).sort(), Array.from({ length: asked }, (_, i) => `/lots/${100000 + i}`));
	assert.match(said.at(-1), /"event":"worker_drains"/, 'what is said last is there, too');
	assert.match(fs.readFileSync(path.join(log, 'postgres.log'), 'utf8'), /database system is shut down/);
	assert.ok(fs.existsSync(path.join(log, 'redis.log')) && fs.existsSync(path.join(log, 'worker.log')));
});

// Web and worker, and neither by rights: what the one writes the other reads.
async function storeIsShared(dir) {
	const has = processesOf(dir);
	const pids = [has.find((p) => /^parking \[wrk 1/.test(p.cmd)), has.find((p) => /parkctl work/.test(p.cmd))].map((p) => p.pid);
	const as = isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
	const env = (pid) => fs.readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').find((l) => l.startsWith('STORE_DIR='));
	// As that process sees it: its own open folder, or the path.
	const seen = (pid) => (env(pid) ? env(pid).slice('STORE_DIR='.length).replace('/self/', `/${pid}/`) : path.join(dir, 'store'));
	const [web, worker] = pids.map((pid) => seen(pids[1] === pid || env(pid) ? pid : pids[1]));
	const sh = (script, ...args) => spawnSync([...as, 'sh', '-c', script, 'sh', ...args][0], [...as, 'sh', '-c', script, 'sh', ...args].slice(1), { encoding: 'utf8', cwd: '/' });
	const wrote = sh('mkdir "$1/a" && echo "a picture" >"$1/a/new" && mv "$1/a/new" "$1/a/picture"', web);
	assert.equal(wrote.status, 0, wrote.stderr);
	assert.equal(sh('cat "$1/a/picture"', worker).stdout, 'a picture\n');
	assert.equal(fs.readFileSync(path.join(dir, 'store/a/picture'), 'utf8'), 'a picture\n');
	assert.equal(fs.statSync(path.join(dir, 'store')).mode & 0o777, 0o700);
}

test('web and worker write and read DATA_DIR/store', async (t) => {
	const dir = path.join(folder(t), 'var');
	const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(await freePort()) }));
	await up.serving();
	await storeIsShared(dir);
});

// ---- what it refuses

test('outside a demo a missing secret stops it with a sentence', async (t) => {
	const dir = path.join(folder(t), 'var');
	const up = new Up(t, bare({ DATA_DIR: dir, JWT_SECRET: undefined }));
	assert.notEqual(await up.ended, 0);
	assert.match(up.said, /JWT_SECRET is missing: it signs log-ins/);
	assert.equal(fs.existsSync(path.join(dir, 'pg')), false);
});

test('a demo is not shown to the world', async (t) => {
	const dir = path.join(folder(t), 'var');
	const up = new Up(t, bare({ DATA_DIR: dir, DEMO: '1', BIND: '0.0.0.0' }));
	assert.notEqual(await up.ended, 0);
	assert.match(up.said, /BIND is 0\.0\.0\.0, but a demo/);
});

test('a port that is taken is named', async (t) => {
	const dir = path.join(folder(t), 'var');
	const other = net.createServer().listen(0, '127.0.0.1');
	await new Promise((r) => other.once('listening', r));
	undo(t, () => other.close());
	const { port } = other.address();
	const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(port) }));
	assert.notEqual(await up.ended, 0);
	assert.match(up.said, new RegExp(`Something else serves on 127.0.0.1:${port} already`));
});

test('two on one DATA_DIR are one too many', async (t) => {
	const dir = path.join(folder(t), 'var');
	const env = bare({ DATA_DIR: dir, PORT: String(await freePort()) });
	const first = new Up(t, env);
	await first.serving();
	const second = new Up(t, bare({ DATA_DIR: dir, PORT: String(await freePort()) }));
	assert.notEqual(await second.ended, 0);
	assert.match(second.said, /runs on .* already/);
	assert.equal((await get(+env.PORT, '/readyz')).status, 200);
});

test('without the right to install, deps says which packages to install', async (t) => {
	const fake = folder(t);
	const say = (name, script) =>
		fs.writeFileSync(path.join(fake, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
	say('dpkg-query', 'exit 1');
	say('apt-get', 'echo apt-get must not run; exit 100');
	say('sudo', 'exit 1');
	say('id', 'echo 1000');
	const deps = spawnSync(path.join(here, 'src/tools/deps'), ['run'],
		{ env: { ...bare(), PATH: `${fake}:${process.env.PATH}` }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
	assert.equal(deps.status, 1);
	assert.match(deps.stderr, /Please install them first:\n {2}apt-get install .*kore .*postgresql-15 redis-server/);
	assert.doesNotMatch(deps.stdout, /must not run/);
});

// ---- as whom

test('as root nothing runs as root but the launcher, and the web process has no rights',
	{ skip: !isRoot && 'only root can try' }, async (t) => {
		const dir = path.join(folder(t), 'var');
		const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(await freePort()) }));
		await up.serving();
		const uid = execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }).trim();
		const others = processesOf(dir).filter((p) => p.pid !== up.child.pid);
		assert.ok(others.some((p) => /^parking \[wrk/.test(p.cmd)));
		for (const p of others) {
			assert.equal(p.status.match(/^Uid:\s+(\d+)\s+(\d+)/m)[1], uid, p.cmd);
			assert.match(p.status, /^CapEff:\s+0+$/m, p.cmd);
		}
	});

test('it serves from under a 0700 home, where only the two servers may pass by rights',
	{ skip: !isRoot && 'only root can try' }, async (t) => {
		const home = folder(t, 0o700);
		const dir = path.join(home, 'checkout/var');
		fs.mkdirSync(path.dirname(dir));
		const port = await freePort();
		const up = new Up(t, bare({ DATA_DIR: dir, PORT: String(port) }));
		await up.serving();
		assert.equal((await get(port, '/readyz')).status, 200);
		for (const p of processesOf(dir)) {
			if (/^parking|\/parking |parkctl work/.test(p.cmd))
				assert.match(p.status, /^CapEff:\s+0+$/m, p.cmd);
		}
		await storeIsShared(dir);
		const run = sockets.get(dir);
		assert.ok(!run.startsWith(home));
		assert.equal(await up.stop('SIGTERM'), 0);
		assert.ok(await nothingLeft(dir));
		assert.equal(fs.existsSync(run), false);
	});

test('a path too long for a socket is no hindrance', async (t) => {
	const dir = path.join(folder(t), 'a-folder-with-a-name-as-long-as-they-are-in-some-homes', 'x'.repeat(40), 'var');
	const port = await freePort();
	const env = bare({ DATA_DIR: dir, PORT: String(port) });
	const up = new Up(t, env);
	await up.serving();
	assert.equal((await get(port, '/readyz')).status, 200);
	assert.equal(parkctl(env, 'user', 'list').status, 0, 'parkctl finds the same database');
});

// The two commands as the README has them, by somebody who is not root, in a checkout of his own.
test('make run works for an ordinary user', async (t) => {
	const home = folder(t);
	const checkout = path.join(home, 'checkout');
	const dir = path.join(checkout, 'var');
	const port = await freePort();
	let command = ['make', 'run'];

	fs.mkdirSync(path.join(checkout, 'build'), { recursive: true });
	for (const part of ['Makefile', 'mk', 'src', 'conf', 'migrations', 'templates', 'assets', 'tests', 'build/gen',
		'build/opt', 'build/kore', 'build/tools', 'build/libparking.a', 'build/parking', 'build/parkctl', 'build/paystub', 'build/keeplog'])
		execFileSync('cp', ['-a', path.join(here, part), path.join(checkout, part)]);
	if (isRoot) {
		const name = `parking-test-${process.pid}`;
		execFileSync('useradd', ['--no-create-home', '--home-dir', home, '--shell', '/bin/sh', name]);
		undo(t, () => execFileSync('userdel', [name]));
		execFileSync('chown', ['-R', name, home]);
		command = ['setpriv', `--reuid=${name}`, `--regid=${name}`, '--clear-groups', 'make', 'run'];
	}
	const up = new Up(t, bare({ DATA_DIR: undefined, PORT: String(port), HOME: home, DEMO: undefined, JWT_SECRET: undefined }),
		command, checkout);
	await up.serving(180);
	assert.match(up.said, /admin +\S+ +\(admin\)/);
	assert.equal((await get(port, '/readyz')).status, 200);
	const owner = fs.statSync(path.join(dir, 'pg')).uid;
	assert.notEqual(owner, 0);
	up.child.kill('SIGTERM');
	await up.ended;
	assert.ok(await nothingLeft(checkout), JSON.stringify(processesOf(checkout).map((p) => p.cmd)));
});
