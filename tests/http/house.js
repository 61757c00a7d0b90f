// house.js -- the whole product on servers of its own, for tests that take them away: PostgreSQL, Redis, the web server.
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { Schema } = require('./schema.js');

const root = path.join(__dirname, '..', '..');
const PG_BIN = process.env.PG_BIN || '/usr/lib/postgresql/15/bin';
const later = (ms) => new Promise((done) => setTimeout(done, ms));

// PostgreSQL refuses root; as root all of it runs as the user postgres.
const as = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
// It may not reach a checkout under somebody's closed home: then BUILT (throwaway.sh) has copies of the programs.
const built = (word) => (as.length && process.env.BUILT ? word.replace(path.join(root, 'build'), process.env.BUILT) : word);
const command = (...args) => [...as, ...args.map(String).map(built)];

async function until(what, ms, test) {
	for (const end = Date.now() + ms; Date.now() < end; await later(30)) {
		const seen = await test();
		if (seen) return seen;
	}
	throw new Error(`waited ${ms} ms in vain until ${what}`);
}

function parsed(text) {
	try {
		return JSON.parse(text);
	} catch (e) {
		return null; // not everything is JSON
	}
}

const freePort = () =>
	new Promise((done) => {
		const s = net.createServer().listen(0, '127.0.0.1', () => {
			const { port } = s.address();
			s.close(() => done(port));
		});
	});

class House {
	// behind: the folder of the socket through which the web server reaches PostgreSQL, if not its own.
	// program: parking, or parking-san with its sanitizers.
	// env: settings beside, or instead of, those of settings().
	// planted: with the demo's lots and all that is in them; else there are its people and nothing else.
	static async start({ workers = 2, behind = null, program = 'parking', env = {}, planted = true } = {}) {
		const house = new House();
		house.program = program;
		house.env = env;
		house.breaches = [];
		house.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'house-'));
		for (const folder of ['run', 'redis', 'body', 'proxy']) fs.mkdirSync(path.join(house.dir, folder));
		if (as.length) spawnSync('chown', ['-R', 'postgres:postgres', house.dir]);
		house.run = path.join(house.dir, 'run');
		house.port = await freePort();
		house.address = `http://127.0.0.1:${house.port}`;
		try {
			house.make();
			await Promise.all([house.startPostgres(), house.startRedis()]);
			house.fill();
			if (!planted) house.sql('truncate lots, telemetry, device_counts, device_minutes cascade');
			await house.startWeb(workers, behind ? behind(house) : house.run);
			house.schema = await Schema.of(house.address);
			if (process.env.VALIDATOR) await house.startValidator();
		} catch (e) {
			await house.stop();
			throw e;
		}
		return house;
	}

	// A seeded cluster at rest in the folder `where`, to be copied: whoever starts then need not seed.
	static async model(where) {
		const house = new House();
		house.env = {};
		house.dir = where;
		house.run = path.join(where, 'run');
		fs.mkdirSync(house.run, { recursive: true });
		if (as.length) spawnSync('chown', ['-R', 'postgres:postgres', where]);
		house.port = 8888; // for its settings: nothing listens
		house.address = 'http://127.0.0.1:8888';
		house.make();
		await house.startPostgres();
		house.fill();
		house.sql('checkpoint');
		await house.stopPostgres();
	}

	child(name, args, env = {}) {
		const out = fs.openSync(path.join(this.dir, `${name}.log`), 'a');
		const [file, ...rest] = command('setpriv', '--pdeathsig', 'KILL', ...args);
		const child = spawn(file, rest, { stdio: ['ignore', out, out], env: { ...process.env, ...env }, detached: true });
		child.ended = new Promise((done) => child.on('exit', done));
		fs.closeSync(out);
		return child;
	}

	once(args, env = {}) {
		const [file, ...rest] = command(...args);
		const r = spawnSync(file, rest, { cwd: this.dir, env: { ...process.env, ...env }, encoding: 'utf8' });
		if (r.status !== 0) throw new Error(`${args.join(' ')}: ${r.stderr}${r.error || ''}`);
		return r.stdout;
	}

	// An empty cluster; or a copy of the one that tests/run had made once for all (model.js), seeded.
	make() {
		const model = process.env.HOUSE_MODEL;
		this.seeded = Boolean(model);
		if (model) this.once(['cp', '-a', '--reflink=auto', path.join(model, 'pg'), path.join(this.dir, 'pg')]);
		else this.once([`${PG_BIN}/initdb`, '-D', path.join(this.dir, 'pg'), '-U', 'parking', '-A', 'trust', '-E', 'UTF8',
			'--locale=C.UTF-8', '--no-instructions', '--no-sync']);
	}

	async startPostgres() {
		this.pg = this.child('postgres', [`${PG_BIN}/postgres`, '-D', path.join(this.dir, 'pg'), '-c', 'listen_addresses=',
			'-c', `unix_socket_directories=${this.run}`, '-c', 'fsync=off', '-c', 'max_connections=100']);
		await until('PostgreSQL answers', 30000,
			() => spawnSync(`${PG_BIN}/pg_isready`, ['-q', '-h', this.run, '-U', 'parking', '-d', 'postgres']).status === 0);
	}

	async stopPostgres(signal = 'SIGINT') {
		process.kill(this.pg.pid, signal);
		await this.pg.ended;
	}

	async startRedis() {
		const socket = path.join(this.run, 'redis.sock');
		this.redis = this.child('redis', ['redis-server', '--port', '0', '--unixsocket', socket, '--unixsocketperm', '777',
			'--dir', path.join(this.dir, 'redis'), '--save', '']);
		await until('Redis answers', 10000, () => spawnSync('redis-cli', ['-s', socket, 'ping']).stdout.toString().trim() === 'PONG');
	}

	async stopRedis(signal = 'SIGKILL') {
		process.kill(this.redis.pid, signal);
		await this.redis.ended;
	}

	settings(host) {
		return { DEMO: '1', DATA_DIR: this.dir, BASE_URL: this.address, PORT: String(this.port), BIND: '127.0.0.1',
			JWT_SECRET: 'only-for-tests-0123456789abcdef0123456789abcdef',
			DATABASE_URL: `postgresql://parking@/parking?host=${host}`, REDIS_URL: `unix://${this.run}/redis.sock`, ...this.env };
	}

	fill() {
		if (this.seeded) return;
		const ctl = path.join(root, 'build', 'parkctl');
		this.sql('create database parking', 'postgres');
		this.once([ctl, 'migrate'], this.settings(this.run));
		this.once([ctl, 'seed'], this.settings(this.run));
		this.once([ctl, 'demo'], this.settings(this.run));
	}

	sql(statement, database = 'parking') {
		const r = spawnSync('psql', ['-qXAt', '-h', this.run, '-U', 'parking', '-d', database, '-c', statement], { encoding: 'utf8' });
		if (r.status !== 0) throw new Error(r.stderr);
		return r.stdout.trim();
	}

	async startWeb(workers, host) {
		let conf = fs.readFileSync(path.join(root, 'conf', 'parking.conf'), 'utf8');
		const fill = { BIND: '127.0.0.1', PORT: this.port, WORKERS: workers, ROOT: this.dir,
			PIDFILE: path.join(this.dir, 'pid'), BODYDIR: path.join(this.dir, 'body') };
		for (const [name, value] of Object.entries(fill)) conf = conf.replaceAll(`@${name}@`, value);
		fs.writeFileSync(path.join(this.dir, 'conf'), conf);
		this.web = this.child('web', [path.join(root, 'build', this.program), '-f', '-n', '-r', '-q', '-c', path.join(this.dir, 'conf')],
			this.settings(host));
		await until('the server is ready', 15000, () => this.get('/readyz').then((r) => r.status === 200, () => false));
	}

	// VALIDATOR=…/prism-cli/dist/index.js: what request() asks of an address of the document goes through that proxy, which gives
	// an error in place of an answer that breaks the document: another program's reading of it, beside schema.js.  It knows no path with
	// a slash behind it, and would itself turn away who has no token; so it is given the document with the one and without the other.
	async startValidator() {
		const document = path.join(this.dir, 'openapi.json'), port = await freePort();
		const paths = Object.fromEntries(Object.entries(this.schema.document.paths).flatMap(([where, rows]) => {
			const open = Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, { ...row, security: [] }]));
			return [[where, open], [`${where}/`, open]];
		}));
		fs.writeFileSync(document, JSON.stringify({ ...this.schema.document, paths, security: [] }));
		this.validator = this.child('validator', ['node', process.env.VALIDATOR, 'proxy', '--errors', '--no-validate-request', '-h', '127.0.0.1',
			'-p', String(port), document, this.address]);
		await until('the validator listens', 60000, () => fetch(`http://127.0.0.1:${port}/healthz`).then(() => true, () => false));
		this.front = `http://127.0.0.1:${port}`;
	}

	// Where to ask for it.  The validator reads every body itself: it refuses JSON that is none, and spoils photographs.
	door(method, where, raw, headers) {
		const plain = raw === undefined || headers['content-type'] === 'application/x-www-form-urlencoded';
		const path = this.front && plain && this.schema.path(where);
		return path && this.schema.document.paths[path][method.toLowerCase()] ? this.front : this.address;
	}

	// The same servers and rows, a web server with other settings.
	async restartWeb(env) {
		process.kill(this.web.pid, 'SIGTERM');
		await this.web.ended;
		this.env = env;
		await this.startWeb(2, this.run);
		/* Either worker has found Redis: what is counted there counts from now on. */
		for (let i = 0; i < 3; i++, await later(100)) await Promise.all(Array.from({ length: 16 }, () => this.get('/api/v1/lots')));
	}

	ctl(...words) {
		return this.once([path.join(root, 'build', 'parkctl'), ...words], this.settings(this.run));
	}

	// Does what is due, as the worker would.
	work(env = {}) {
		return this.once([path.join(root, 'build', 'parkctl'), 'work', '--once'], { ...this.settings(this.run), ...env });
	}

	// Numbers of the processes that serve, and not of their parent.
	workers() {
		return spawnSync('pgrep', ['-P', String(this.web.pid)], { encoding: 'utf8' }).stdout.trim().split('\n').sort().join(' ');
	}

	log(name = 'web') {
		return fs.readFileSync(path.join(this.dir, `${name}.log`), 'utf8');
	}

	// What the server said that it should not have.
	complaints() {
		return this.log().split('\n').filter((l) => /ERROR: Addr|runtime error|sandbox violation|BUG: |\) gone|"sqlstate":"(?!57|40)/.test(l));
	}

	// Every answer is held against the document this server serves (schema.js).  What breaks it is told at once, and
	// again at the end, if the test took no notice.
	hold(method, where, answer) {
		try {
			if (this.schema) this.schema.hold(method, where, answer);
		} catch (e) {
			this.breaches.push(e.message);
			throw e;
		}
	}

	async request(method, where, { token, body, raw, headers = {} } = {}) {
		const r = await fetch(this.door(method, where, raw, headers) + where, {
			method,
			redirect: 'manual',
			signal: AbortSignal.timeout(20000),
			headers: { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}),
				...(body ? { 'content-type': 'application/json' } : {}), ...headers },
			body: body ? JSON.stringify(body) : raw,
		});
		const text = await r.text();
		this.hold(method, where, { status: r.status, headers: r.headers, text });
		return { status: r.status, headers: r.headers, text, json: parsed(text) };
	}

	get(where, options) {
		return this.request('GET', where, options);
	}

	post(where, body, options = {}) {
		return this.request('POST', where, { ...options, body });
	}

	// An API key with these scopes.
	async key(admin, ...scopes) {
		const r = await this.post('/api/v1/admin/api-keys', { name: scopes.join(), ...Object.fromEntries(scopes.map((s) => [s, true])) }, { token: admin });
		if (r.status !== 201) throw new Error(`key: ${r.status} ${r.text}`);
		return r.json.key;
	}

	// Many at once may be asked to come again: passwords take their time.
	async login(login, password) {
		let r;
		for (let turn = 0; turn < 30; turn++) {
			r = await this.post('/api/v1/login', { login, password });
			if (r.status !== 503) break;
			await later(1000);
		}
		if (r.status !== 200) throw new Error(`log-in: ${r.status} ${r.text}`);
		return r.json.token;
	}

	async stop() {
		if (this.schema) console.log(`${this.schema.checked} answers were held against the document${this.front ? ', and by the validating proxy' : ''}`);
		for (const [child, signal] of [[this.validator, 'SIGKILL'], [this.web, 'SIGTERM'], [this.redis, 'SIGTERM'], [this.pg, 'SIGINT']]) {
			if (!child || child.exitCode !== null || child.signalCode !== null) continue;
			process.kill(child.pid, 'SIGCONT');
			process.kill(child.pid, signal);
			await Promise.race([child.ended, later(15000)]);
		}
		this.note();
		fs.rmSync(this.dir, { recursive: true, force: true });
		if (this.breaches.length) throw new Error(this.breaches.join('\n'));
	}

	// For tests/seen.js: what the server answered, whoever asked.
	note() {
		const log = path.join(this.dir, 'web.log');
		if (!process.env.SEEN || !fs.existsSync(log)) return;
		const seen = new Set();
		for (const [, method, where, status, spoken, problem] of fs.readFileSync(log, 'utf8').matchAll(/"event":"request".*?"method":"(\w+)","path":"([^"]*)","status":"(\d+)","bytes":"\d+","spoken":"(\w*)"(?:.*"problem":"(\w+)")?/g))
			seen.add(`${method} ${where} ${status} ${problem || '-'} ${spoken || '-'}\n`);
		fs.appendFileSync(process.env.SEEN, [...seen].join(''));
	}
}

module.exports = { House, freePort, later, until };
