// run.js -- how fast, beside a peer measured in the same run.
//
//	make bench [SCALE=10] [GROW=1000] [SECONDS=5] [ROUNDS=3] [ONLY=pages,booking,login,desk,csv,telemetry,fanout] [ROWS=500000] [READINGS=200000]
//
// Pages against nginx serving the same bytes from a file; booking against pgbench running the same SQL, taken from
// PostgreSQL's own log of one booking; login against bare crypto_pwhash.  Rates move with the neighbours; CPU time a request (web, pg, and
// the peer's: nginx, or PostgreSQL under pgbench without pgbench itself) hardly does.  GROW measures once more with more data:
// 1000 is 200 lots, 19,000 slots, a million reservations, ten million READINGS.  The dashboard is asked for over one year of bookings and then over ten
// (every PART-th of the seeded half year, again and again): it must not mind.  A table of ROWS rows as CSV goes against psql's
// \copy of the same select.  tests/with-servers gives the database and Redis; durability is switched on again for this.
'use strict';
const { execFileSync, spawn } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');

const fanout = require('./fanout.js');
const telemetry = require('./telemetry.js');

const root = path.resolve(__dirname, '../..');
const seconds = Number(process.env.SECONDS || 5);
const rounds = Number(process.env.ROUNDS || 3);
const scale = Number(process.env.SCALE || 10);
const readings = Number(process.env.READINGS || 200000); // that lie there beforehand
const grown = Number(process.env.GROW || 0); // once more with the data of that scale
const only = (process.env.ONLY || 'pages booking login desk csv telemetry fanout').split(/[ ,]+/);
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
			DATA_DIR: path.join(work, 'data'), LIMIT_BOOKINGS: '1000000', LIMIT_LOGINS: '1000000', LIMIT_TELEMETRY: '100000000', LIMIT_SOCKETS: '1000000' },
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
// Processes of that name that we started, at whatever remove; PostgreSQL was started for us.
function family(name) {
	const parents = new Map();
	for (const pid of fs.readdirSync('/proc')) if (/^\d+$/.test(pid)) parents.set(pid, (proc(pid, 'stat').split(') ').pop() || '').split(' ')[1]);
	const ours = (pid) => pid && (pid === String(process.pid) || pid === String(process.ppid) || ours(parents.get(pid)));
	return [...parents.keys()].filter((pid) => proc(pid, 'comm').trim() === name && ours(pid));
}
function cpu(list) { // seconds
	return list.reduce((sum, pid) => {
		const f = proc(pid, 'stat').split(') ').pop().split(' ');
		return sum + [11, 12, 13, 14].reduce((n, i) => n + Number(f[i] || 0), 0) / 100; // and of its children that have ended
	}, 0);
}
function memory() { // MiB, proportional
	return family('parking').reduce((sum, pid) => sum + Number((/^Pss:\s+(\d+)/m.exec(proc(pid, 'smaps_rollup')) || [0, 0])[1]), 0) / 1024;
}

// ---- the load

function wrk(url, { script, c = connections, s = seconds, env } = {}) {
	const before = [cpu(family('parking')), cpu(family('postgres')), cpu(family('nginx'))];
	const args = ['-t', String(Math.min(2, c)), '-c', String(c), '-d', `${s}s`, '--latency'];
	if (script) args.push('-s', script);
	const out = sh('wrk', [...args, url], { env: { ...process.env, ...env } });
	const figure = (re) => (re.exec(out) || [0, '0'])[1];
	const ms = (s) => parseFloat(s) * (/us$/.test(s) ? 0.001 : /ms$/.test(s) ? 1 : 1000);
	const n = Number(figure(/(\d+) requests in/)) || 1;
	return {
		rate: Number(figure(/Requests\/sec:\s+([\d.]+)/)), p50: ms(figure(/50%\s+([\d.]+\w+)/)), p99: ms(figure(/99%\s+([\d.]+\w+)/)),
		bad: Number(figure(/Non-2xx or 3xx responses: (\d+)/)), n, web: (cpu(family('parking')) - before[0]) * 1000 / n,
		pg: (cpu(family('postgres')) - before[1]) * 1000 / n,
		cpu: (cpu(family('nginx')) - before[2]) * 1000 / n,
	};
}

const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
// One after the other, in turns, since a machine with neighbours is never twice the same: the middle of the ratios, and of all else.
function in_turns(theirs, ours) {
	const pairs = Array.from({ length: rounds }, () => [theirs(), ours()]);
	const mean = {};
	for (const key of ['rate', 'p50', 'p99', 'web', 'pg', 'bad']) mean[key] = middle(pairs.map(([, o]) => o[key]));
	return { ours: mean, peer: middle(pairs.map(([p]) => p.rate)), ratio: middle(pairs.map(([p, o]) => o.rate / p.rate)),
		cpu: middle(pairs.map(([p]) => p.cpu)), slow: middle(pairs.map(([p]) => p.p99)) };
}

const rows = [];
function report(what, { ours, peer = 0, ratio = 0, cpu = 0, slow = 0 }, note = '') {
	rows.push([what, ours.rate.toFixed(0), ours.p50.toFixed(2), ours.p99.toFixed(2), ours.web.toFixed(4), ours.pg.toFixed(3),
		peer ? peer.toFixed(0) : '', slow ? slow.toFixed(2) : '', ratio ? ratio.toFixed(2) : '', cpu ? cpu.toFixed(4) : '',
		cpu ? (cpu / (ours.web + ours.pg)).toFixed(2) : '', note + (ours.bad ? ` ${ours.bad} refused` : '')]);
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
		'lot page': [`/lots/${lot}`, 'text/html'], 'forecast JSON': [`/api/v1/lots/${lot}/forecast`, 'application/json'], 'home page': ['/', 'text/html'] };
	const files = {};
	for (const [name, [address, accept]] of Object.entries(all)) files[`${name.replace(' ', '-')}.html`] = await get(base + address, accept);
	await nginx(files, (peer) => {
		for (const [name, [address]] of Object.entries(all)) {
			const file = `${name.replace(' ', '-')}.html`;
			report(name, in_turns(() => wrk(`${peer}/${file}`), () => wrk(base + address)), `nginx, a file of ${files[file].length} bytes;`);
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

// By this many slots one wish is away from the next: all are gone through, and neighbours are mostly of different lots.
function stride(n) {
	const divisor = (a, b) => b ? divisor(b, a % b) : a;
	let step = Math.round(n * 0.618);
	while (divisor(step, n) !== 1) step++;
	return step;
}

// Slots and people in step, so that no two wishes meet: the k-th is in the window k div S.
function wish(k, slots, users, tokens) {
	const slot = slots[k * stride(slots.length) % slots.length], from = new Date(Math.ceil(Date.now() / 3600e3) * 3600e3 + 40 * 86400e3 + Math.floor(k / slots.length) * 7200e3);
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
	if (process.env.STATEMENTS) fs.writeFileSync(process.env.STATEMENTS, fs.readFileSync(log, 'utf8').slice(from));
	const who = (entry) => (/\[(\d+)\] LOG/.exec(entry) || [])[1], booked = who(entries.find((e) => /execute reservation_insert/.test(e)));
	const script = [];
	for (let i = 0; i < entries.length; i++) { // the worker works beside it
		const run = /LOG: {2}execute [^:]*: ([\s\S]*)$/.exec(entries[i]);
		if (!run || !(who(entries[i]) === booked || /execute session_person_by_jti/.test(entries[i]))) continue;
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

// Lines of a pgbench script: transactions a second, the slowest of a hundred in ms, and PostgreSQL's CPU for one.  Without its first second, in
// which each connection plans and fills its caches.
function pgbench_lines(lines, clients, more = []) {
	const file = path.join(work, 'pgbench.sql'), log = fs.mkdtempSync(path.join(work, 'pgbench-'));
	fs.writeFileSync(file, lines.join('\n') + '\n');
	const before = cpu(family('postgres'));
	sh('pgbench', ['-n', '-M', 'prepared', '-c', String(clients), '-j', String(Math.min(2, clients)), '-T', String(seconds + 1), '-l', `--log-prefix=${log}/t`,
		...more, '-f', file, process.env.DATABASE_URL]);
	const all = fs.readdirSync(log).flatMap((name) => fs.readFileSync(path.join(log, name), 'utf8').trim().split('\n').map((l) => l.split(' ').map(Number)));
	const last = all.reduce((most, [, , , , s, us]) => Math.max(most, s + us / 1e6), 0);
	const times = all.filter(([, , , , s, us]) => s + us / 1e6 > last - seconds).map(([, , us]) => us).sort((a, b) => a - b);
	return { rate: times.length / seconds, p99: times[Math.floor(times.length * 0.99)] / 1000, cpu: (cpu(family('postgres')) - before) * 1000 / all.length };
}

// Connections to PostgreSQL that our web processes hold together.
const held = () => workers * Number(/^#?DB_CONNECTIONS=(\d+)/m.exec(sh(path.join(root, 'build/parkctl'), ['settings']))[1]);

function pgbench(script, w, slots, users, first_window, clients) {
	const lines = ['\\set i :i + 1', `\\set k :i * ${connections} + :client_id`, `\\set slot ${slots[0].id} + :k * ${stride(slots.length)} % ${slots.length}`,
		`\\set user ${users[0]} + :k % ${users.length}`, `\\set win ${first_window} + :k / ${slots.length}`];
	for (const [statement, values] of script)
		lines.push(`${statement.replace(/\$(\d+)/g, (all, n) => literal(values[n] ?? 'NULL', w)).replace(/\n\s*/g, ' ')};`);
	return pgbench_lines(lines, clients, ['-D', 'i=0']);
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
	let round = 0;
	const ours = (s = seconds) => {
		wishes(file, Array.from({ length: 60000 }, (_, k) => wish(round * 30000 + k + 1, slots, users, tokens)));
		return wrk(`${base}/api/v1/reservations`, { script, env, s });
	};
	ours(1); // each connection plans and fills its caches; pgbench's first second does not count, either
	const beside = (clients) => in_turns(() => pgbench(statements, one, slots, users, 4000 + 100 * round++, clients), () => ours());
	const peer = (clients, whose) => `pgbench, the same ${statements.length} statements, ${clients} connections: as many as ${whose};`;
	report('booking, free slots', beside(connections), peer(connections, 'callers'));
	report('booking, free slots', beside(held()), peer(held(), 'we hold'));
	// Everyone wants any slot of one lot, for windows that fill up.
	const lot = lots[0], at = one.from;
	wishes(file, Array.from({ length: 60000 }, (_, k) => {
		const w = wish(k, slots, users, tokens), from = new Date(Date.parse(at) + Math.floor(k / 200) * 3600e3 + 1800e3);
		return { token: w.token, body: { lot, slot: 'any', from: from.toISOString(), until: new Date(from.getTime() + 3600e3).toISOString() } };
	}));
	report('booking, one lot', { ours: wrk(`${base}/api/v1/reservations`, { script, env, c: 20 }) }, 'twenty callers;');
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
	const ours = wrk(`${base}/api/v1/login`, { script, c: cores * 2 });
	report('login', { ours, peer, ratio: ours.rate / peer }, 'bare crypto_pwhash;');
}

// ---- the dashboard, while the years go by

const part = Number(process.env.PART || 4); // every fourth booking of the half year is done again
const HALF = 210, AWAY = 10000000; // days from one copy to the next, so that none overlaps; how far apart their ids are

// The seeded half year once more, `from` to `to` times as many half years back, with its money.
function years_back(from, to) {
	const shifted = (names) => names.split(' ').map((n) => `${n} - k * interval '${HALF} days'`).join(', ');
	const copy = (table, keys, same, times, more, where) => {
		const columns = [...keys.split(' '), ...same.split(' '), ...times.split(' '), ...Object.keys(more)];
		return `insert into ${table} (${columns}) overriding system value select ${keys.split(' ').map((n) => `x.${n} + k * ${AWAY}`)},
			${same.split(' ').map((n) => `x.${n}`)}, ${shifted(times)}${Object.values(more).map((v) => `, ${v}`).join('')}
			from ${table} x, generate_series(${from}, ${to}) k where x.id < ${AWAY} and ${where};`;
	};
	const picked = `id % ${part} = 0 and status in ('completed', 'cancelled', 'no_show')`;
	const theirs = `(select id from charges where reservation_id in (select id from reservations where id < ${AWAY} and ${picked}))`;
	const again = (column) => ({ [column]: `x.${column} || '-' || k` });
	sql(`begin; alter table reservations disable trigger user; alter table payments disable trigger user; alter table refunds disable trigger user; alter table stays disable trigger user;
		${copy('reservations', 'id', 'lot_id slot_id user_id plate plate_typed status pay tariff_version_id price currency refund refund_percent',
			'starts ends hold_until cancel_until no_show_at created_at confirmed_at checked_in_at ended_at', {}, picked)}
		${copy('charges', 'id reservation_id', 'user_id lot_id kind amount currency tax_basis_points state', 'made_at settled_at', {}, `x.id in ${theirs}`)}
		${copy('payments', 'id charge_id', 'method status amount currency refunded recorded_by', 'created_at paid_at',
			{ ...again('attempt'), ...again('provider_ref') }, `x.status = 'paid' and x.charge_id in ${theirs}`)}
		${copy('refunds', 'id payment_id', 'amount currency status reason made_by', 'made_at done_at', again('provider_ref'),
			`x.payment_id in (select id from payments where charge_id in ${theirs})`)}
		${copy('stays', 'id', 'lot_id slot_id plate plate_typed user_id source status closed_how reason tariff_version_id currency fee booked', 'entered_at left_at',
			{}, `id % ${part} = 0 and status = 'closed' and reservation_id is null`)}
		alter table reservations enable trigger user; alter table payments enable trigger user; alter table refunds enable trigger user; alter table stays enable trigger user; commit;`);
	sh(path.join(root, 'build/parkctl'), ['desk', 'rebuild'], { env: { ...process.env, DEMO: '1', JWT_SECRET: secret, DATA_DIR: path.join(work, 'data') } });
	sql('vacuum analyze');
}

const asked = []; // [what, page ms, JSON ms, web and pg CPU ms a request of either, bytes of the page]
const met = []; // [over how many years, how many, ms]
// Different people over all that time, as PostgreSQL tells its own time.
function different_people(years) {
	const all = `desk_met(0, '${sql("select min(start) from desk_returns where lot_id = 0 and grain = 'day'")}', current_date)`;
	const times = Array.from({ length: 9 }, () => Number(/Execution Time: ([\d.]+)/.exec(sql(`explain analyze select sum(people) from ${all}`))[1]));
	met.push([years, sql(`select sum(people) from ${all}`), middle(times).toFixed(2)]);
}
// The connection may have been closed while the data grew.
async function kept_asking(url, options) {
	for (let tries = 1; tries < 5; tries++) {
		try {
			return await fetch(url, options);
		} catch {
			await sleep(200 * tries);
		}
	}
	return fetch(url, options);
}
async function dashboard(years, headers) {
	const n = Number(sql('select count(*) from reservations')), rows = Number(sql('select (select count(*) from desk_money) + (select count(*) from desk_bookings) + (select count(*) from desk_hours) + (select count(*) from desk_returns)'));
	for (const range of ['30d', 'year', 'all']) {
		const times = { 'text/html': [], 'application/json': [] };
		let bytes = 0, before;
		for (let i = 0; i < 25; i++) {
			if (i === 5) before = [cpu(family('parking')), cpu(family('postgres'))]; // the first few learn the statements
			for (const accept of Object.keys(times)) {
				const began = process.hrtime.bigint();
				const r = await kept_asking(`${base}${accept === 'text/html' ? '' : '/api/v1'}/admin?range=${range}`, { headers: { ...headers, accept } });
				const body = await r.text();
				if (!r.ok) throw new Error(`the dashboard: ${r.status} ${body}`);
				if (accept === 'text/html') bytes = body.length;
				if (i >= 5) times[accept].push(Number(process.hrtime.bigint() - began) / 1e6);
			}
		}
		const spent = [cpu(family('parking')), cpu(family('postgres'))].map((s, i) => ((s - before[i]) * 1000 / 40).toFixed(1));
		asked.push([`dashboard, ${range}, of ${years}`, middle(times['text/html']).toFixed(1), middle(times['application/json']).toFixed(1), ...spent, String(bytes), `${n} bookings, ${rows} sums`]);
		console.error(asked[asked.length - 1].join('  '));
	}
}

async function desk() {
	const admin = Number(sql("select min(id) from users where role = 'admin'"));
	sql(`insert into sessions (user_id, jti, expires_at) values (${admin}, 'bench-desk', now() + interval '1 day') on conflict do nothing`);
	const headers = { authorization: `Bearer ${token(admin, 'bench-desk')}` };
	years_back(1, 1);
	await dashboard('one year', headers);
	different_people('one year');
	years_back(2, 17);
	await dashboard('ten years', headers);
	different_people('ten years');
}

// ---- a table as CSV, against psql's \copy of the same rows

const heard = []; // lines of fanout.js
const taken = []; // [what, rows/s, MB/s, psql's rows/s, ratio, web and pg CPU a million rows, growth of the web processes]
async function csv() {
	const admin = Number(sql("select min(id) from users where role = 'admin'")), n = Number(process.env.ROWS || 500000);
	sql(`insert into sessions (user_id, jti, expires_at) values (${admin}, 'bench-csv', now() + interval '1 day') on conflict do nothing`);
	sql(`insert into job_runs (job_id, kind, try, began_at, ended_at, problem, detail)
		select g, 'bench', 1, now(), now(), 'OK', 'row ' || g || ', in words' from generate_series(1, ${n}) g`);
	sql('vacuum analyze job_runs');
	const headers = { authorization: `Bearer ${token(admin, 'bench-csv')}` };
	const select = 'select id, job_id, kind, try, began_at, ended_at, problem, detail from job_runs order by id';
	const pairs = [];
	for (let i = 0; i < rounds; i++) {
		let began = Date.now();
		sh('psql', ['-qX', '-d', process.env.DATABASE_URL, '-c', `\\copy (${select}) to '/dev/null' csv header`]);
		const peer = n * 1000 / (Date.now() - began), before = [cpu(family('parking')), cpu(family('postgres')), memory()];
		let bytes = 0, most = before[2];
		const watch = setInterval(() => (most = Math.max(most, memory())), 500);
		began = Date.now();
		for await (const piece of (await fetch(`${base}/admin/tables/job-runs.csv`, { headers })).body) bytes += piece.length;
		const seconds = (Date.now() - began) / 1000;
		clearInterval(watch);
		pairs.push({ rate: n / seconds, mb: bytes / 1e6 / seconds, peer, web: (cpu(family('parking')) - before[0]) * 1e6 / n, pg: (cpu(family('postgres')) - before[1]) * 1e6 / n, grew: most - before[2] });
	}
	const of = (f) => middle(pairs.map(f));
	taken.push([`CSV of ${n} rows`, of((p) => p.rate).toFixed(0), of((p) => p.mb).toFixed(1), of((p) => p.peer).toFixed(0), of((p) => p.rate / p.peer).toFixed(2),
		of((p) => p.web).toFixed(2), of((p) => p.pg).toFixed(2), of((p) => p.grew).toFixed(1)]);
	console.error(taken[taken.length - 1].join('  '));
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
		if (only.includes('pages')) await pages();
		if (only.includes('booking')) await booking();
		if (only.includes('login')) await login();
		if (only.includes('desk')) await desk();
		if (only.includes('csv')) await csv();
		if (only.includes('telemetry'))
			await telemetry({ sql, wrk, pgbench: pgbench_lines, in_turns, report, base, work, workers, held, connections, readings: n >= 1000 ? 1e7 : readings });
		if (only.includes('fanout')) heard.push(...await fanout({ base, sql, people, token }));
		console.error(`memory of the web processes: ${memory().toFixed(0)} MiB`);
	} finally { await stop(); }
}

(async () => {
	fs.mkdirSync(path.join(work, 'data'));
	const head = ['what', 'req/s', 'p50 ms', 'p99 ms', 'web ms', 'pg ms', 'peer/s', 'its p99', 'ratio', 'peer ms', 'by CPU', 'peer'];
	await measure(scale);
	if (grown) await measure(grown);
	if (asked.length) {
		const all = [['what', 'page ms', 'JSON ms', 'web ms', 'pg ms', 'bytes', 'of'], ...asked], wide = all[0].map((_, i) => Math.max(...all.map((r) => r[i].length)));
		for (const r of all) console.log(r.map((c, i) => (i && i < 6 ? c.padStart(wide[i]) : c.padEnd(wide[i]))).join('  '));
		for (const range of ['30d', 'year', 'all']) {
			const [one, ten] = ['one year', 'ten years'].map((years) => asked.find((r) => r[0] === `dashboard, ${range}, of ${years}`));
			console.log(`dashboard, ${range}: ten years take ${(ten[1] / one[1]).toFixed(2)} times one year as a page, ${(ten[2] / one[2]).toFixed(2)} times as JSON`);
		}
		for (const [years, n, ms] of met) console.log(`different people over ${years}: ${n}, in ${ms} ms`);
	}
	for (const line of heard) console.log(line);
	if (taken.length) for (const r of [['what', 'rows/s', 'MB/s', 'psql rows/s', 'ratio', 'web s a million', 'pg s a million', 'grew MiB'], ...taken]) console.log(r.join('  '));
	const width = head.map((_, i) => Math.max(...[head, ...rows].map((r) => String(r[i]).length)));
	if (rows.length) for (const r of [head, ...rows]) console.log(r.map((c, i) => (i ? String(c).padStart(width[i]) : String(c).padEnd(width[i]))).join('  '));
})().then(() => { fs.rmSync(work, { recursive: true, force: true }); process.exit(0); }, async (e) => { console.error(e); await stop(); process.exit(1); });
