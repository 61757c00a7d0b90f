// run.js -- how fast, beside a peer measured in the same run.
//
//	make bench [SCALE=10] [GROW=1000] [SECONDS=5]
//
// Pages against nginx serving the same bytes from a file; booking against pgbench running the same SQL, taken from
// PostgreSQL's own log of one booking; login against bare crypto_pwhash.  GROW measures once more with more data:
// 1000 is 200 lots, 19,000 slots, a million reservations.  tests/with-servers gives the database and Redis; durability is switched on again for this.
'use strict';
const { execFileSync, spawn } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');

const root = path.resolve(__dirname, '../..');
const seconds = Number(process.env.SECONDS || 5);
const scale = Number(process.env.SCALE || 10);
const grown = Number(process.env.GROW || 0); // once more with the data of that scale
const connections = Number(process.env.CONNECTIONS || 32);
const workers = Number(process.env.WORKERS || 2);
const port = Number(process.env.PORT || 8931);
const base = `http://127.0.0.1:${port}`;
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
fs.chmodSync(work, 0o755);
const secret = 'bench-secret-bench-secret-bench-secret';
const cores = os.cpus().length;

const sh = (program, args, options = {}) =>
	execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'], ...options });
const sql = (statement) => sh('psql', ['-qXAt', '-d', process.env.DATABASE_URL, '-c', statement]).trim();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- the server

let up;
async function start() {
	const log = fs.openSync(path.join(work, 'up.log'), 'a');
	up = spawn(path.join(root, 'src/tools/park-up'), [], {
		stdio: ['ignore', log, log], detached: true,
		env: { ...process.env, PORT: String(port), BASE_URL: base, DEMO: '1', WORKERS: String(workers), JWT_SECRET: secret,
			DATA_DIR: path.join(work, 'data'), LIMIT_BOOKINGS: '1000000', LIMIT_LOGINS: '1000000' },
	});
	for (let i = 0; i < 600; i++) {
		try {
			if ((await fetch(`${base}/readyz`)).ok) return;
		} catch { /* not yet */ }
		if (up.exitCode !== null) break;
		await sleep(100);
	}
	throw new Error(`the server does not start:\n${fs.readFileSync(path.join(work, 'up.log'))}`);
}
async function stop() {
	if (!up || up.exitCode !== null) return;
	up.kill('SIGTERM');
	for (let i = 0; i < 200 && up.exitCode === null; i++) await sleep(50);
}

const proc = (pid, file) => { try { return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8'); } catch { return ''; } };
const pids = () => fs.readdirSync('/proc').filter((d) => /^\d+$/.test(d));
function family(name) { // processes of that name below ours
	return pids().filter((pid) => proc(pid, 'comm').trim() === name);
}
function cpu(list) { // seconds
	return list.reduce((sum, pid) => {
		const f = proc(pid, 'stat').split(') ').pop().split(' ');
		return sum + (Number(f[11] || 0) + Number(f[12] || 0)) / 100;
	}, 0);
}
function memory() { // MiB, proportional
	return family('parking').reduce((sum, pid) => sum + Number((/^Pss:\s+(\d+)/m.exec(proc(pid, 'smaps_rollup')) || [0, 0])[1]), 0) / 1024;
}

// ---- the load

function wrk(url, { script, c = connections, env } = {}) {
	const web = family('parking'), pg = family('postgres'), before = [cpu(web), cpu(pg)];
	const args = ['-t', String(Math.min(2, c)), '-c', String(c), '-d', `${seconds}s`, '--latency'];
	if (script) args.push('-s', script);
	const out = sh('wrk', [...args, url], { env: { ...process.env, ...env } });
	const figure = (re) => (re.exec(out) || [0, '0'])[1];
	const ms = (s) => parseFloat(s) * (/us$/.test(s) ? 0.001 : /ms$/.test(s) ? 1 : 1000);
	const n = Number(figure(/(\d+) requests in/)) || 1;
	return {
		rate: Number(figure(/Requests\/sec:\s+([\d.]+)/)), p50: ms(figure(/50%\s+([\d.]+\w+)/)), p99: ms(figure(/99%\s+([\d.]+\w+)/)),
		bad: Number(figure(/Non-2xx or 3xx responses: (\d+)/)), n, web: (cpu(family('parking')) - before[0]) * 1000 / n,
		pg: (cpu(family('postgres')) - before[1]) * 1000 / n, out,
	};
}

const rows = [];
function report(what, ours, peer, note = '') {
	rows.push([what, ours.rate.toFixed(0), ours.p50.toFixed(2), ours.p99.toFixed(2), ours.web.toFixed(3), ours.pg.toFixed(3),
		peer ? peer.toFixed(0) : '', peer ? (ours.rate / peer).toFixed(2) : '', note + (ours.bad ? ` ${ours.bad} refused` : '')]);
	console.error(rows[rows.length - 1].join('  '));
}

// ---- pages against nginx

async function nginx(files, run) {
	const conf = path.join(work, 'nginx.conf');
	for (const [name, bytes] of Object.entries(files)) fs.writeFileSync(path.join(work, name), bytes);
	fs.writeFileSync(conf, `worker_processes ${workers}; pid ${work}/nginx.pid; error_log ${work}/nginx.log; daemon off;
		events { worker_connections 1024; }
		http { access_log off; keepalive_requests 1000000; open_file_cache max=100; client_body_temp_path ${work}/b;
		proxy_temp_path ${work}/p; fastcgi_temp_path ${work}/f; uwsgi_temp_path ${work}/u; scgi_temp_path ${work}/s;
		server { listen 127.0.0.1:${port + 1}; root ${work}; } }`);
	const child = spawn('nginx', ['-c', conf], { stdio: 'inherit' });
	await sleep(700);
	try { run(`http://127.0.0.1:${port + 1}`); } finally { child.kill('SIGTERM'); await sleep(300); }
}

async function pages() {
	const get = async (url, accept) => Buffer.from(await (await fetch(url, { headers: { accept } })).arrayBuffer());
	const lot = sql('select min(id) from lots');
	const all = { 'lots JSON': ['/api/v1/lots', 'application/json'], 'lots page': ['/lots', 'text/html'],
		'lot page': [`/lots/${lot}`, 'text/html'], 'home page': ['/', 'text/html'] };
	const files = {};
	for (const [name, [address, accept]] of Object.entries(all)) files[`${name.replace(' ', '-')}.html`] = await get(base + address, accept);
	await nginx(files, (peer) => {
		for (const [name, [address]] of Object.entries(all)) {
			const file = `${name.replace(' ', '-')}.html`;
			const theirs = wrk(`${peer}/${file}`), ours = wrk(base + address);
			report(name, ours, theirs.rate, `nginx, a file of ${files[file].length} bytes;`);
		}
	});
}

// ---- booking against pgbench

const b64 = (s) => Buffer.from(s).toString('base64url');
function token(user, jti) {
	const now = Math.floor(Date.now() / 1000);
	const head = `${b64(JSON.stringify({ alg: 'HS256', typ: 'JWT' }))}.${b64(JSON.stringify({ iss: 'smart-parking', aud: 'smart-parking',
		jti, use: 'access', sub: String(user), iat: now - 5, nbf: now - 5, exp: now + 86400 }))}`;
	return `${head}.${crypto.createHmac('sha256', secret).update(head).digest('base64url')}`;
}

function people(n) {
	sql(`insert into users (username, email, role, verified_at) select 'bench' || g, 'bench' || g || '@bench.test', 'customer', now()
		from generate_series(1, ${n}) g on conflict do nothing`);
	sql(`insert into sessions (user_id, jti, expires_at) select id, 'bench-' || id, now() + interval '1 day' from users
		where username like 'bench%' on conflict do nothing`);
	return sql("select id from users where username like 'bench%' order by id").split('\n').map(Number);
}

const lua = `
local wishes, at, step = {}, 0, 1
local n = 0
function setup(thread) n = n + 1; thread:set("first", n) end
function init(args)
	for line in io.lines(os.getenv("WISHES")) do wishes[#wishes + 1] = line end
	at = first; step = tonumber(os.getenv("THREADS"))
end
function request()
	local line = wishes[(at - 1) % #wishes + 1]
	at = at + step
	local token, body = line:match("^(%S+) (.*)$")
	return wrk.format("POST", nil, { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }, body)
end
`;

function wishes(file, list) {
	fs.writeFileSync(file, list.map((w) => `${w.token} ${JSON.stringify(w.body)}`).join('\n') + '\n');
}

// Slots and people in step, so that no two wishes meet: the k-th is of slot k mod S, in the window k div S.
function wish(k, slots, users, tokens) {
	const slot = slots[k % slots.length], from = new Date(Math.ceil(Date.now() / 3600e3) * 3600e3 + 40 * 86400e3 + Math.floor(k / slots.length) * 7200e3);
	const until = new Date(from.getTime() + 3600e3), iso = (d) => d.toISOString().replace('.000', '');
	return { token: tokens[k % users.length], user: users[k % users.length], slot, from: iso(from), until: iso(until),
		body: { lot: slot.lot, slot: String(slot.id), from: iso(from), until: iso(until) } };
}

// What PostgreSQL itself says it did for one booking, as a pgbench script with that booking's own values as variables.
async function taken_down(w) {
	const log = process.env.PGLOG;
	sql("alter system set log_statement = 'all'"); sql("alter system set log_parameter_max_length = -1"); sql('select pg_reload_conf()');
	await sleep(300);
	const from = fs.statSync(log).size;
	const answer = await fetch(`${base}/api/v1/reservations`, { method: 'POST', body: JSON.stringify(w.body),
		headers: { authorization: `Bearer ${w.token}`, 'content-type': 'application/json' } });
	if (answer.status !== 201) throw new Error(`one booking: ${answer.status} ${await answer.text()}`);
	await sleep(200);
	sql('alter system reset log_statement'); sql('select pg_reload_conf()');
	const entries = fs.readFileSync(log, 'utf8').slice(from).split(/\n(?=\d{4}-\d\d-\d\d )/);
	const script = [];
	for (let i = 0; i < entries.length; i++) {
		const run = /LOG: {2}(?:execute [^:]*|statement): ([\s\S]*)$/.exec(entries[i]);
		if (!run || /alter system|pg_reload_conf|job_|listen/i.test(run[1])) continue;
		const detail = /DETAIL: {2}parameters: ([\s\S]*)$/.exec(entries[i + 1] || '');
		const values = {};
		if (detail) for (const m of detail[1].matchAll(/\$(\d+) = (NULL|'((?:[^']|'')*)')/g)) values[m[1]] = m[2] === 'NULL' ? 'NULL' : m[3].replace(/''/g, "'");
		script.push([run[1].trim().replace(/;$/, ''), values]);
	}
	return script;
}

function literal(value, w) {
	if (value === 'NULL') return 'NULL';
	const same = (iso) => Date.parse(value) === Date.parse(iso);
	if (value === String(w.slot.id)) return ':slot';
	if (value === String(w.user)) return ':user';
	if (/^\d{4}-/.test(value) && same(w.from)) return `(timestamptz '${w.from}' + :win * interval '2 hours')`;
	if (/^\d{4}-/.test(value) && same(w.until)) return `(timestamptz '${w.until}' + :win * interval '2 hours')`;
	return `'${value.replace(/'/g, "''")}'`;
}

function pgbench(script, w, slots, users) {
	const lines = ['\\set i :i + 1', `\\set k :i * ${connections} + :client_id`, `\\set slot ${slots[0].id} + :k % ${slots.length}`,
		`\\set user ${users[0]} + :k % ${users.length}`, `\\set win 400 + :k / ${slots.length}`];
	for (const [statement, values] of script)
		lines.push(`${statement.replace(/\$(\d+)/g, (all, n) => literal(values[n] ?? 'NULL', w)).replace(/\n\s*/g, ' ')};`);
	const file = path.join(work, 'booking.sql');
	fs.writeFileSync(file, lines.join('\n') + '\n');
	const out = sh('pgbench', ['-n', '-M', 'prepared', '-c', String(Math.min(connections, workers * 8)), '-j', '2', '-T', String(seconds), '-D', 'i=0',
		'-f', file, process.env.DATABASE_URL]);
	return Number(/tps = ([\d.]+)/.exec(out)[1]);
}

async function booking() {
	const users = people(20000), tokens = users.map((u) => token(u, `bench-${u}`));
	const lots = sql("select id from lots order by id").split('\n').map(Number);
	const slots = sql(`select s.id, s.lot_id from slots s join lots l on l.id = s.lot_id where not s.out_of_service and s.vehicle_type = 'car' and l.hours = '' order by s.id`)
		.split('\n').map((l) => ({ id: Number(l.split('|')[0]), lot: Number(l.split('|')[1]) }));
	const file = path.join(work, 'wishes'), script = path.join(work, 'book.lua');
	fs.writeFileSync(script, lua);
	const env = { WISHES: file, THREADS: '2' };
	const one = wish(0, slots, users, tokens);
	const statements = await taken_down(one);
	wishes(file, Array.from({ length: 60000 }, (_, k) => wish(k + 1, slots, users, tokens)));
	const ours = wrk(`${base}/api/v1/reservations`, { script, env });
	const peer = pgbench(statements, one, slots, users);
	report('booking, free slots', ours, peer, `pgbench, the same ${statements.length} statements;`);
	// Everyone wants any slot of one lot, for windows that fill up.
	const lot = lots[0], at = one.from;
	wishes(file, Array.from({ length: 60000 }, (_, k) => {
		const w = wish(k, slots, users, tokens), from = new Date(Date.parse(at) + Math.floor(k / 200) * 3600e3 + 1800e3);
		return { token: w.token, body: { lot, slot: 'any', from: from.toISOString(), until: new Date(from.getTime() + 3600e3).toISOString() } };
	}));
	report('booking, one lot', wrk(`${base}/api/v1/reservations`, { script, env, c: 20 }), 0, 'twenty callers;');
	const double = sql(`select count(*) from reservations a join reservations b on a.slot_id = b.slot_id and a.id < b.id and a.during && b.during
		where a.status in ('held','confirmed','checked_in') and b.status in ('held','confirmed','checked_in') and a.created_at > now() - interval '10 minutes'`);
	console.error(`double bookings among them: ${double}`);
}

// ---- login against bare hashing

async function login() {
	const bare = path.join(work, 'pwhash');
	sh('gcc', ['-O2', '-o', bare, path.join(__dirname, 'pwhash.c'), '-lsodium']);
	const peer = Number(sh(bare, [String(cores), String(seconds)]));
	const made = JSON.parse(process.env.DEMO_LOGIN || '{"login":"admin","password":"123456"}');
	const script = path.join(work, 'login.lua');
	fs.writeFileSync(script, `wrk.method = "POST"\nwrk.body = '${JSON.stringify(made)}'\nwrk.headers["Content-Type"] = "application/json"\n`);
	report('login', wrk(`${base}/api/v1/login`, { script, c: cores * 2 }), peer, 'bare crypto_pwhash;');
}

// A database of its own for each size.
function fresh(n) {
	const before = process.env.DATABASE_URL;
	process.env.DATABASE_URL = before.replace(/\/[^/?]*\?/, '/postgres?');
	sql(`create database bench_${n} template parking_template`);
	process.env.DATABASE_URL = before.replace(/\/[^/?]*\?/, `/bench_${n}?`);
}

async function measure(n) {
	fresh(n);
	sh(path.join(root, 'build/parkctl'), ['seed', '--scale', String(n)], { env: { ...process.env, DEMO: '1', JWT_SECRET: secret, DATA_DIR: path.join(work, 'data') } });
	sql('vacuum analyze');
	console.error(`scale ${n}: ${sql('select count(*) from lots')} lots, ${sql('select count(*) from slots')} slots, ${sql('select count(*) from reservations')} reservations`);
	await start();
	try {
		await pages();
		await booking();
		await login();
		console.error(`memory of the web processes: ${memory().toFixed(0)} MiB`);
	} finally { await stop(); }
}

(async () => {
	fs.mkdirSync(path.join(work, 'data'));
	const head = ['what', 'req/s', 'p50 ms', 'p99 ms', 'web ms', 'pg ms', 'peer/s', 'ratio', 'peer'];
	await measure(scale);
	if (grown) await measure(grown);
	const width = head.map((_, i) => Math.max(...[head, ...rows].map((r) => String(r[i]).length)));
	for (const r of [head, ...rows]) console.log(r.map((c, i) => (i ? String(c).padStart(width[i]) : String(c).padEnd(width[i]))).join('  '));
})().then(() => { fs.rmSync(work, { recursive: true, force: true }); process.exit(0); }, async (e) => { console.error(e); await stop(); process.exit(1); });
