// forecasts.test.js -- forecasts against the real server and the real worker: what is shown is the newest, and parkctl backtest.
'use strict';
const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const { House, later } = require('./house.js');

let house;
// The demo may have been planted a while ago: what is seen now is read first, and then foreseen from.
const foresee = () => {
	for (const kind of ['occupancy_note', 'forecasts_refresh']) {
		house.sql(`insert into jobs (kind, args, run_at, created_at) values ('${kind}', '{}', now(), now())`);
		assert.match(house.work(), /^[1-9]\d* jobs? done/m);
	}
};
// Not over the end of a quarter of an hour, between what is foreseen and how it is shown.
const QUARTER = 900000;
before(async () => {
	house = await House.start();
	const left = QUARTER - Date.now() % QUARTER;
	if (left < 60000) await later(left + 100);
	foresee();
});
after(async () => house && house.stop());

const CSV = path.join(__dirname, '..', 'data', 'birmingham.csv.gz');

test('what the worker has foreseen is shown at once, cached or not', async () => {
	const made = async () => {
		const r = await house.get('/api/v1/lots/1/forecast');
		assert.strictEqual(r.status, 200);
		return r.json.made_at;
	};
	const page = async () => (await house.get('/lots/1', { headers: { accept: 'text/html' } })).text;
	for (let i = 0; i < 20; i++) await Promise.all([made(), page()]); // either worker keeps it
	const before_it = await made();
	house.sql("update forecasts set made_at = '2026-01-01 00:00Z', begins = '2026-01-01 00:00Z'"); // nobody told the server
	foresee();
	const after_it = new Set();
	for (let i = 0; i < 20; i++) after_it.add(await made());
	assert.strictEqual(after_it.size, 1, 'no worker shows an older one');
	assert.ok(Date.parse([...after_it][0]) > Date.parse(before_it), `${before_it} → ${[...after_it]}`);
	assert.strictEqual(house.sql('select count(distinct made_at) from forecasts'), '1');
	assert.match(await page(), /How busy it will be/);
});

test('the worker reads how full each lot is', () => {
	assert.strictEqual(house.sql("select count(*) from occupancy where at = date_bin('15 minutes', (select max(at) from occupancy), timestamptz 'epoch') and readings >= 1"),
		house.sql('select count(*) from lot_counts where slots > out_of_service'));
});

test('a forecast is 96 quarters of an hour, its interval in order, within what there is', async () => {
	for (const id of [1, 5, 11]) {
		const f = (await house.get(`/api/v1/lots/${id}/forecast`)).json;
		assert.ok(f.enough && f.fresh, `lot ${id}`);
		assert.strictEqual(f.quarters.length, 96, `lot ${id}`);
		f.quarters.forEach((q, i) => {
			if (i) assert.strictEqual(Date.parse(q.at) - Date.parse(f.quarters[i - 1].at), 900000);
			if (!q.known) return;
			assert.ok(q.low <= q.expected && q.expected <= q.high && q.high <= f.capacity && q.low >= 0, JSON.stringify(q));
			assert.ok(q.expected >= Math.min(q.booked, f.capacity), JSON.stringify(q));
		});
	}
});

test('parkctl backtest tells a file’s history again, twice the same', () => {
	const file = path.join(house.dir, 'birmingham.csv');
	fs.writeFileSync(file, zlib.gunzipSync(fs.readFileSync(CSV)));
	fs.chmodSync(file, 0o644);
	const tell = () => house.ctl('backtest', '--csv', file, '--without', 'BHMBRTARC01,NIA North');
	const told = tell();
	assert.match(told, /^28 lots, steps of 30 minutes/);
	const rows = [...told.matchAll(/^(30 min|\d+ h) +(\d+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)%$/gm)].map((m) => m.slice(1));
	assert.deepStrictEqual(rows.map((r) => r[0]), ['30 min', '1 h', '2 h', '4 h', '24 h']);
	for (const [i, most] of [0.0126, 0.0188, 0.0285, 0.0387].entries()) {
		assert.ok(Number(rows[i][2]) <= most, told);
		assert.ok(Number(rows[i][2]) < Number(rows[i][3]) && Number(rows[i][2]) < Number(rows[i][4]), told);
		assert.ok(Number(rows[i][5]) >= 78 && Number(rows[i][5]) <= 85, told);
	}
	assert.strictEqual(tell(), told);
});

test('… or our own, and says what is wrong with what it cannot read', () => {
	assert.match(house.ctl('backtest', '--lot', '1', '--weeks', '2'), /^1 lot, steps of 15 minutes; the last 14 days/);
	assert.match(house.ctl('backtest'), /^\d+ lots, steps of 15 minutes; the last 21 days/);
	const file = path.join(house.dir, 'wrong.csv');
	fs.writeFileSync(file, 'SystemCodeNumber,Capacity,Occupancy,LastUpdated\nA,10,x,2016-10-04 08:00:00\n');
	fs.chmodSync(file, 0o644);
	assert.throws(() => house.ctl('backtest', '--csv', file), /Line 2: the occupancy is a number/);
	assert.throws(() => house.ctl('backtest', '--csv', '/nonexistent'), /No such file/);
	assert.throws(() => house.ctl('backtest', '--lot', '999999'), /no occupancy of that lot/);
	assert.throws(() => house.ctl('backtest', '--lot', '1', '--weeks', 'x'), /--weeks/);
});

test('the server had nothing to complain of', () => {
	assert.deepStrictEqual(house.complaints(), []);
	assert.deepStrictEqual(house.breaches, []);
});
