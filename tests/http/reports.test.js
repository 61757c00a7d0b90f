// reports.test.js -- a month's reports on the real database: whoever dies or runs twice, each gets one; the mail's one click; the PDF.
'use strict';
const assert = require('node:assert');
const { spawn } = require('node:child_process');
const path = require('node:path');
const { test, before, after } = require('node:test');
const { House, until } = require('./house.js');

const CTL = path.join(__dirname, '..', '..', 'build', 'parkctl');
const PEOPLE = 3000;
/* Two months ago: over on every clock of the world. */
const now = new Date();
const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 15)).toISOString().slice(0, 7);
let house, admin;

before(async () => {
	house = await House.start();
	admin = await house.login('admin', '123456');
	/* The demo's own people would be written to as well: here only those of the test are. */
	house.sql(`update users set verified_at = null where role = 'customer' and username <> 'customer';
		with people as (insert into users (username, email, first_name, verified_at, created_at)
			select 'month' || n, 'month' || n || '@parking.test', 'Person', now(), '2020-01-01' from generate_series(1, ${PEOPLE}) n returning id)
		insert into reservations (lot_id, slot_id, user_id, starts, ends, status, pay, price, currency, cancel_until, refund_percent, no_show_at,
			created_at, confirmed_at, checked_in_at, ended_at)
		select s.lot_id, s.id, p.id, d, d + interval '2 hours', 'completed', 'exit', 500, l.currency, d, 0, d, d, d, d, d + interval '2 hours'
		from people p, (select timestamptz '${month}-15 12:00Z' as d) x, (select id, lot_id from slots order by id limit 1) s join lots l on l.id = s.lot_id;
		update users set verified_at = null where username = 'customer'`);
});
after(() => house && house.stop());

// The command, as an administrator types it; killed after so many reports are written.
function report(env = {}) {
	const child = spawn(CTL, ['report', '--month', month], { env: { ...process.env, ...house.settings(house.run), REPORTS_PER_MINUTE: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
	child.said = '';
	child.stdout.on('data', (d) => (child.said += d));
	child.stderr.on('data', (d) => (child.said += d));
	child.ended = new Promise((done) => child.on('exit', (code, signal) => done(signal || code)));
	return child;
}
const number = (statement) => Number(house.sql(statement));
const written = () => number(`select count(*) from report_runs where kind = 'own' and month = '${month}-01'`);
const mails = () => number(`select count(*) from outbox where once like 'report:${month}:%'`);

test('killed with -9 in the middle, again and again, and doubled: each gets one, and nobody two', async () => {
	for (let death = 0; death < 3; death++) {
		const had = written(), child = report();
		await until('some are written', 30000, () => written() > had);
		child.kill('SIGKILL');
		assert.strictEqual(await child.ended, 'SIGKILL');
		assert.strictEqual(written(), mails(), 'a report and its mail are one');
		assert.ok(written() < PEOPLE, 'it was in the middle');
	}
	const both = [report(), report()];
	assert.deepStrictEqual(await Promise.all(both.map((c) => c.ended)), [0, 0], both.map((c) => c.said).join('\n'));
	assert.match(both.map((c) => c.said).join(''), /goes on behind|done\./);
	assert.strictEqual(written(), PEOPLE);
	assert.strictEqual(mails(), PEOPLE);
	assert.strictEqual(number(`select count(distinct lower(recipient)) from outbox where once like 'report:${month}:%'`), PEOPLE);
	assert.strictEqual(number(`select mailed from report_rounds where month = '${month}-01'`), PEOPLE);
	const again = report();
	assert.strictEqual(await again.ended, 0);
	assert.match(again.said, /was done before/);
	assert.strictEqual(mails(), PEOPLE);
});

test('the admins get the month of the house, once', async () => {
	const lines = house.sql(`select recipient || '|' || subject from outbox where once like 'business:${month}:%'`).split('\n');
	assert.strictEqual(lines.length, number(`select count(*) from users where role = 'admin' and disabled_at is null and verified_at is not null`));
	const body = house.sql(`select body from outbox where once like 'business:${month}:%' limit 1`);
	for (const words of [/[Rr]evenue|[Mm]oney|came in/, /[Oo]ccup/, /[Ll]ots/]) assert.match(body, words);
	const page = await house.get(`/api/v1/admin/reports/${month}`, { token: admin });
	assert.strictEqual(page.status, 200);
	assert.ok(Array.isArray(page.json.odd));
});

test('one click in the mail ends it, without login, cookie or token; looking at the link does not', async () => {
	const url = house.sql(`select unsubscribe from outbox where once like 'report:${month}:%' order by id limit 1`);
	const who = house.sql(`select user_id from outbox where once like 'report:${month}:%' order by id limit 1`);
	assert.match(url, /\/reports\/unsubscribe\?token=/);
	const where = new URL(url), wanted = () => house.sql(`select coalesce((select wanted from report_choices where user_id = ${who}), true)`);
	assert.strictEqual((await fetch(house.address + where.pathname + where.search)).status, 200);
	assert.strictEqual(wanted(), 't');
	const click = () => fetch(house.address + where.pathname + where.search, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
		body: 'List-Unsubscribe=One-Click' });
	for (let i = 0; i < 2; i++) assert.strictEqual((await click()).status, 200);
	assert.strictEqual(wanted(), 'f');
	const forged = where.search.slice(0, -1) + (where.search.endsWith('0') ? '1' : '0');
	assert.strictEqual((await fetch(house.address + where.pathname + forged, { method: 'POST', body: 'List-Unsubscribe=One-Click',
		headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status, 404);
});

test("the customer's month is a page, JSON and a PDF; a stranger's is nowhere", async () => {
	const customer = await house.login('customer', 'park-a-car');
	const r = await fetch(`${house.address}/reports/${month}.pdf`, { headers: { authorization: `Bearer ${customer}` } });
	assert.strictEqual(r.status, 200);
	assert.strictEqual(r.headers.get('content-type'), 'application/pdf');
	assert.strictEqual(Buffer.from(await r.arrayBuffer()).subarray(0, 5).toString(), '%PDF-');
	assert.strictEqual((await house.get(`/api/v1/reports/${month}`, { token: customer })).json.month, month);
	assert.strictEqual((await house.get('/reports/2026-13.pdf', { token: customer })).status, 404);
});

test('the worker writes at its pace, an admin watches it come on, stops it and lets it go on', async () => {
	const earlier = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 3, 15)).toISOString().slice(0, 7);
	house.sql(`update reservations set starts = timestamptz '${earlier}-15 12:00Z', ends = timestamptz '${earlier}-15 14:00Z'
		where user_id in (select id from users where username ~ '^month[0-9]$')`);
	const pace = { REPORTS_PER_MINUTE: '60' }; /* five at a time */
	const begun = await house.post('/api/v1/admin/reports', { month: earlier }, { token: admin });
	assert.strictEqual(begun.status, 201, begun.text);
	const round = async () => (await house.get('/api/v1/admin/reports', { token: admin })).json.items.find((each) => each.month === earlier);
	house.work(pace);
	const first = await round();
	assert.strictEqual(first.state, 'running');
	assert.ok(first.mailed >= 1 && first.mailed <= 5, `${first.mailed} at once`);
	assert.ok(first.looked > 0 && first.looked < first.people);
	assert.strictEqual((await house.post(`/api/v1/admin/reports/${earlier}/stop`, {}, { token: admin })).status, 204);
	house.work(pace);
	assert.strictEqual((await round()).state, 'stopped');
	assert.strictEqual((await house.post('/api/v1/admin/reports', { month: earlier }, { token: admin })).status, 201);
	await until('it is done', 60000, async () => {
		house.sql(`update report_rounds set pace_at = now() - interval '1 s'; update jobs set run_at = now() - interval '1 s' where kind = 'report_batch' and state = 'waiting'`);
		house.work(pace);
		return (await round()).state === 'done';
	});
	assert.strictEqual(number(`select count(*) from outbox where once like 'report:${earlier}:%'`), (await round()).mailed);
});
