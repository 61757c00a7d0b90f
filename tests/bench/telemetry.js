// telemetry.js -- readings in and out, beside pgbench running the very statements of src/devices/queries.sql.
//
// One by one: one caller a worker, so that nobody stores together.  Crowded: as many callers as CONNECTIONS; pgbench is
// given as many clients as there are connections to PostgreSQL, and stores row by row as a server without group commit
// would.  Lists: a hundred readings a request, and a hundred rows a statement.  READINGS rows lie there beforehand.
'use strict';
const fs = require('fs');
const path = require('path');

const root = path.resolve(__dirname, '../..');
const DEVICES = 2000;

// A statement of queries.sql, with the part it shares, its $1, $2 … replaced.
function statement(name, ...values) {
	const file = fs.readFileSync(path.join(root, 'src/devices/queries.sql'), 'utf8');
	const lines = (head) => new RegExp(`^${head}\\n((?:(?!--: )(?!-- ).*\\n?)*)`, 'm').exec(file)[1];
	const text = lines(`--: ${name}\\(.*`).replace(/^--= (\w+)$/m, (all, part) => lines(`--part ${part}`));
	return `${text.replace(/\$(\d+)/g, (all, n) => `(${values[n - 1]})`).replace(/;\s*$/, '').replace(/\s+/g, ' ').trim()};`;
}

const now = '(extract(epoch from clock_timestamp()) * 1000000)::bigint';
const list = (n, one) => `array[${Array.from({ length: n }, (_, i) => one(i)).join()}]`;
// As many rows at once; arrays, where the program sends their text.
function store(rows) {
	if (rows === 1)
		return [`\\set d random(1, ${DEVICES})`, 'begin;', statement('reading_store', "'BENCH-' || :d", now, '230.5', '5.2', '0.92', now), 'commit;'];
	const text = statement('readings_store', 'C', 'T', 'V', 'A', 'F', 'R').replace('(C)::text::text[]', list(rows, (i) => `'BENCH-' || :d${i}`) + '::text[]')
		.replace('(T)::bigint[]', `${list(rows, (i) => `${now} + ${i}`)}::bigint[]`).replace('(R)::bigint[]', `${list(rows, () => now)}::bigint[]`)
		.replace('(V)::text::float8[]', `array_fill(230.5::float8, array[${rows}])`).replace('(A)::text::float8[]', `array_fill(5.2::float8, array[${rows}])`)
		.replace('(F)::text::float8[]', `array_fill(0.92::float8, array[${rows}])`);
	return [...Array.from({ length: rows }, (_, i) => `\\set d${i} random(1, ${DEVICES})`), 'begin;', text, 'commit;'];
}

const lua = `
local at, rows = 0, tonumber(os.getenv("ROWS"))
function setup(thread) at = at + 1; thread:set("seed", at) end
function init() math.randomseed(seed * 7919 + os.time()) end
local function reading() return string.format('{"device_code":"BENCH-%d","voltage":230.5,"current":5.2,"power_factor":0.92}', math.random(${DEVICES})) end
function request()
	local body = reading()
	if rows > 1 then
		local all = {}
		for i = 1, rows do all[i] = reading() end
		body = "[" .. table.concat(all, ",") .. "]"
	end
	return wrk.format("POST", "/api/telemetry/", { ["X-API-Key"] = os.getenv("KEY"), ["Content-Type"] = "application/json" }, body)
end
`;
const asking = `
function setup(thread) at = (at or 0) + 1; thread:set("seed", at) end
function init() math.randomseed(seed * 104729 + os.time()) end
function request()
	local address = os.getenv("ADDRESS"):gsub("DEVICE", "BENCH-" .. math.random(${DEVICES}))
	return wrk.format("GET", address, { ["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Accept"] = "application/json" })
end
`;

module.exports = async function telemetry({ sql, wrk, pgbench, in_turns, report, base, work, workers, held, connections, readings }) {
	const login = async () => (await (await fetch(`${base}/api/auth/login/`, { method: 'POST', headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ username: 'admin', password: '123456' }) })).json()).access;
	const TOKEN = await login();
	const made = await (await fetch(`${base}/api/v1/admin/api-keys`, { method: 'POST', body: JSON.stringify({ name: 'Bench', telemetry: true }),
		headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' } })).json();
	sql(`insert into slots (lot_id, zone_id, code, label) select z.lot_id, z.id, 'BENCH-' || n, 'BENCH-' || n from (select lot_id, id from zones order by id limit 1) z, generate_series(1, ${DEVICES}) n;
		insert into devices (code, slot_id) select s.code, s.id from slots s where s.code like 'BENCH-%';
		insert into device_reports (device_id, lot_id) select d.id, s.lot_id from devices d join slots s on s.id = d.slot_id where s.code like 'BENCH-%'`);
	sql(`insert into telemetry (device_id, at, voltage, current, power_factor, received_at)
		select d.id, t, 230, 5, 0.9, t from generate_series(1, ${Math.ceil(readings / DEVICES)}) k, devices d, lateral (select now() - interval '2 hours' - k * interval '20 minutes' as t) x where d.code like 'BENCH-%'`);
	sql('vacuum analyze telemetry, devices, device_reports');
	const post = path.join(work, 'post.lua'), get = path.join(work, 'get.lua');
	fs.writeFileSync(post, lua);
	fs.writeFileSync(get, asking);
	const send = (rows, c) => wrk(base, { script: post, c, env: { KEY: made.key, ROWS: String(rows) } });
	const ask = (ADDRESS) => wrk(base, { script: get, env: { ADDRESS, TOKEN } });
	const clients = Math.min(connections, held());

	report('a reading, alone', in_turns(() => pgbench(store(1), workers), () => send(1, workers)), `pgbench, the same statement, ${workers} clients;`);
	report('a reading, crowded', in_turns(() => pgbench(store(1), clients), () => send(1, connections)), `pgbench, row by row, ${clients} clients;`);
	report('a hundred readings', in_turns(() => pgbench(store(100), clients), () => send(100, connections)), `pgbench, a hundred rows, ${clients} clients;`);

	const day = (n) => new Date(Date.now() - n * 86400e3).toISOString().slice(0, 10);
	report('four days of a device', in_turns(() => pgbench([`\\set d random(1, ${DEVICES})`,
		statement('readings_of_device', "'bench-' || :d", `timestamptz '${day(4)}Z'`, `timestamptz '${day(0)}Z'`, '0', '1001')], clients),
	() => ask(`/api/telemetry/?device_code=DEVICE&start_date=${day(4)}&end_date=${day(1)}`)), `pgbench, that select, ${sql('select count(*) from telemetry')} readings;`);
	const lot = sql('select min(id) from lots');
	report('overview', in_turns(() => pgbench([statement('overview_of', `${lot}::bigint`, "now() - interval '2 minutes'", "now() - interval '10 minutes'")], clients),
		() => ask('/api/dashboard/overview/')), 'pgbench, that select;');
};
