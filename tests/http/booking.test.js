// booking.test.js -- booking on the running server: twenty at once, the same request twice, a browser's whole way.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');

const CALLERS = 20;
let house, tokens, lot, slots;

// Whole hours from the next one on: the lot is new, and nobody else books there.
const hour = (n) => new Date(Math.ceil(Date.now() / 3600000) * 3600000 + n * 3600000).toISOString().replace('.000', '');
const wish = (slot, from, hours = 1) => ({ lot, slot, from: hour(from), until: hour(from + hours) });
const count = (list, status) => list.filter((r) => r.status === status).length;

const ask = (method, where, body, options = {}) => house.request(method, where, { body, ...options });
const hold = (i, body, headers = {}) => ask('POST', '/api/v1/reservations', body, { token: tokens[i], headers });

const overlaps = () =>
	Number(house.sql(`select count(*) from reservations a join reservations b on a.slot_id = b.slot_id and a.id < b.id
		and a.during && b.during where a.status in ('held', 'confirmed', 'checked_in')
		and b.status in ('held', 'confirmed', 'checked_in')`));

before(async () => {
	process.env.LIMIT_BOOKINGS = '1000';
	house = await House.start();
	house.sql(`insert into lots (name, time_zone, currency, search) values ('Race', 'Europe/Berlin', 'EUR', 'race');
		insert into zones (lot_id, code) select id, 'RACE' from lots where name = 'Race';
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'RACE-' || n, 'R-' || n
			from zones, generate_series(1, 20) n where code = 'RACE';
		insert into users (username, email, password, verified_at) select 'racer' || n, 'racer' || n || '@race.test',
			(select password from users where username = 'customer'), now() from generate_series(1, 20) n`);
	lot = Number(house.sql(`select id from lots where name = 'Race'`));
	slots = house.sql(`select id from slots where code like 'RACE-%' order by id`).split('\n').map(Number);
	tokens = await Promise.all([...Array(CALLERS).keys()].map((i) => house.login(`racer${i + 1}`, 'park-a-car')));
});
after(() => house && house.stop());

test('of twenty who want one slot one gets it, the others are told', async () => {
	for (let round = 0; round < 3; round++) {
		const all = await Promise.all(tokens.map((_, i) => hold(i, wish(slots[0], 1 + round))));
		assert.strictEqual(count(all, 201), 1);
		assert.strictEqual(count(all, 409), CALLERS - 1);
		for (const r of all.filter((one) => one.status === 409)) assert.strictEqual(r.json.code, 'SLOT_TAKEN');
	}
	assert.strictEqual(overlaps(), 0);
});

test('twenty who take any of twenty slots all get one of their own', async () => {
	const all = await Promise.all(tokens.map((_, i) => hold(i, wish('any', 10))));
	assert.strictEqual(count(all, 201), CALLERS, all.map((r) => r.status).join());
	assert.strictEqual(new Set(all.map((r) => r.json.slot_id)).size, CALLERS);
	const late = await hold(0, wish('any', 10));
	assert.strictEqual(late.status, 409);
	assert.strictEqual(late.json.code, 'LOT_FULL');
});

test('twenty who take any of the last three leave it full', async () => {
	for (let i = 0; i < 17; i++) assert.strictEqual((await hold(i, wish(slots[i], 20))).status, 201);
	const all = await Promise.all(tokens.map((_, i) => hold(i, wish('any', 20))));
	assert.strictEqual(count(all, 201), 3, all.map((r) => r.status).join());
	assert.strictEqual(count(all, 409), CALLERS - 3);
	assert.strictEqual(overlaps(), 0);
});

test('the same key ten times at once is one booking', async () => {
	const headers = { 'idempotency-key': 'ten-at-once' };
	const all = await Promise.all([...Array(10)].map(() => hold(1, wish('any', 30), headers)));
	const made = new Set(all.filter((r) => r.status === 201).map((r) => r.json.id));
	assert.strictEqual(made.size, 1, all.map((r) => r.status).join());
	for (const r of all.filter((one) => one.status !== 201)) {
		assert.strictEqual(r.status, 409);
		assert.strictEqual(r.json.code, 'REQUEST_RUNNING');
		assert.ok(r.headers.get('retry-after'));
	}
	const again = await hold(1, wish('any', 30), headers);
	assert.strictEqual(again.status, 201);
	assert.ok(made.has(again.json.id));
	const other = await hold(1, wish('any', 31), headers);
	assert.strictEqual(other.status, 422);
	assert.strictEqual(other.json.code, 'KEY_REUSED');
	assert.strictEqual(house.sql(`select count(*) from reservations where lot_id = ${lot} and starts = '${hour(30)}'`), '1');
});

test('a refusal is said again to the same key, though the slot is free by then', async () => {
	const headers = { 'idempotency-key': 'refused' };
	const first = await hold(2, wish(slots[2], 40));
	assert.strictEqual((await hold(3, wish(slots[2], 40), headers)).status, 409);
	const cancel = `/api/v1/reservations/${first.json.id}/cancellation`;
	assert.strictEqual((await ask('POST', cancel, {}, { token: tokens[2] })).status, 200);
	assert.strictEqual((await hold(3, wish(slots[2], 40), headers)).status, 409);
	assert.strictEqual((await hold(3, wish(slots[2], 40))).status, 201);
});

test('a program goes the whole way: quote, hold, confirm, extend, cancel', async () => {
	const where = `/api/v1/quotes?lot=${lot}&slot=${slots[4]}&from=${hour(50)}&until=${hour(52)}`;
	const quote = await ask('GET', where);
	assert.strictEqual(quote.status, 200);
	assert.strictEqual(quote.json.available, true);
	const held = await hold(4, { ...wish(slots[4], 50, 2), quote: quote.json.token });
	assert.strictEqual(held.status, 201);
	assert.strictEqual(held.json.price, quote.json.price);
	assert.strictEqual(held.headers.get('location'), `/api/v1/reservations/${held.json.id}`);
	const own = `/api/v1/reservations/${held.json.id}`, token = tokens[4];
	const confirmed = await ask('POST', `${own}/confirmation`, { plate: 'B-ÄX 12', pay: 'exit' }, { token });
	assert.strictEqual(confirmed.status, 200);
	assert.strictEqual(confirmed.json.status, 'confirmed');
	assert.strictEqual(confirmed.json.plate_typed, 'B-ÄX 12');
	const longer = await ask('POST', `${own}/extension`, { until: hour(53) }, { token });
	assert.strictEqual(longer.status, 200);
	assert.strictEqual(longer.json.ends, hour(53));
	assert.strictEqual((await ask('GET', own, undefined, { token: tokens[5] })).status, 404);
	const mine = await ask('GET', '/api/v1/reservations', undefined, { token });
	assert.ok(mine.json.next.some((r) => r.id === held.json.id));
	const gone = await ask('POST', `${own}/cancellation`, {}, { token });
	assert.strictEqual(gone.json.status, 'cancelled');
});

test('a hold whose time is over cannot be confirmed and gives way, swept or not', async () => {
	const held = await hold(6, wish(slots[6], 60));
	house.sql(`update reservations set hold_until = now() - interval '1 second' where id = ${held.json.id}`);
	const seen = await ask('GET', `/api/v1/reservations/${held.json.id}`, undefined, { token: tokens[6] });
	assert.strictEqual(seen.json.status, 'expired');
	const late = await ask('POST', `/api/v1/reservations/${held.json.id}/confirmation`, { plate: 'K1', pay: 'exit' }, { token: tokens[6] });
	assert.strictEqual(late.status, 409);
	assert.strictEqual(late.json.code, 'HOLD_ENDED');
	assert.strictEqual((await hold(7, wish(slots[6], 60))).status, 201);
});

// ---- as a browser without script

class Browser {
	constructor() {
		this.cookies = {};
	}
	async go(method, where, fields) {
		const r = await fetch(house.address + where, {
			method,
			redirect: 'manual',
			headers: { accept: 'text/html', cookie: Object.entries(this.cookies).map((c) => c.join('=')).join('; '),
				...(method === 'POST' ? { origin: house.address, 'content-type': 'application/x-www-form-urlencoded' } : {}) },
			body: fields && new URLSearchParams(fields).toString(),
		});
		for (const line of r.headers.getSetCookie ? r.headers.getSetCookie() : [r.headers.get('set-cookie')].filter(Boolean)) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
			this.cookies[name] = value;
		}
		return { status: r.status, at: r.headers.get('location'), type: r.headers.get('content-type'), text: await r.text() };
	}
	// The hidden fields of the form that goes to `action`.
	form(page, action) {
		const from = page.text.indexOf(`action="${action}"`);
		assert.ok(from >= 0, `no form to ${action}`);
		const form = page.text.slice(from, page.text.indexOf('</form>', from));
		const fields = {};
		for (const [, name, value] of form.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)) fields[name] = value;
		return fields;
	}
}

// What a reader reads from the path of the QR code: drawn as a bitmap, four pixels a module.
function readQr(page) {
	const [, size] = /viewBox="0 0 (\d+) \1" role="img" aria-label="QR/.exec(page.text);
	const [, d] = /<path fill="#000" d="([^"]*)"/.exec(page.text);
	const n = Number(size), scale = 4, dark = new Set();
	for (const [, x, y, w] of d.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
		for (let i = 0; i < Number(w); i++) dark.add(`${Number(x) + i},${y}`);
	const rows = [];
	for (let y = 0; y < n * scale; y++) {
		const row = [];
		for (let x = 0; x < n * scale; x++) row.push(dark.has(`${Math.floor(x / scale)},${Math.floor(y / scale)}`) ? 1 : 0);
		rows.push(row.join(' '));
	}
	const file = path.join(house.dir, 'qr.pbm');
	fs.writeFileSync(file, `P1\n${n * scale} ${n * scale}\n${rows.join('\n')}\n`);
	return spawnSync('zbarimg', ['-q', '--raw', file], { encoding: 'utf8' }).stdout.trim();
}

test('a browser without script books, and a reader reads its ticket', async () => {
	const me = new Browser();
	let page = await me.go('GET', '/login');
	page = await me.go('POST', '/login', { ...me.form(page, '/login'), login: 'racer9', password: 'park-a-car' });
	assert.strictEqual(page.status, 303, page.text.slice(0, 400));
	page = await me.go('GET', `/quotes?lot=${lot}&slot=${slots[8]}&from=${hour(70)}&until=${hour(72)}`);
	assert.strictEqual(page.status, 200);
	assert.match(page.text, /If plans change/);
	page = await me.go('POST', '/reservations', me.form(page, '/reservations'));
	assert.strictEqual(page.status, 303, page.text.slice(0, 400));
	const own = page.at;
	page = await me.go('GET', own);
	assert.match(page.text, /R-9<\/span> is held for you/);
	const confirm = me.form(page, `${own}/confirmation`);
	page = await me.go('POST', `${own}/confirmation`, { ...confirm, plate: '', pay: 'exit' });
	assert.strictEqual(page.status, 422);
	assert.match(page.text, /Which number plate will you come with\?/);
	page = await me.go('POST', `${own}/confirmation`,
		{ ...me.form(page, `${own}/confirmation`), plate: '<b>&"K 1', pay: 'exit' });
	assert.strictEqual(page.status, 303);
	page = await me.go('GET', own);
	assert.match(page.text, /You’re booked/);
	assert.match(page.text, /&lt;b&gt;&amp;&quot;K 1/);
	const [, code] = /QR code of ticket (SP-[0-9A-Z-]+)"/.exec(page.text);
	assert.strictEqual(readQr(page), code);
	const ics = await me.go('GET', `${own}/ticket.ics`);
	assert.strictEqual(ics.type, 'text/calendar; charset=utf-8');
	assert.match(ics.text, new RegExp(`DTSTART:${hour(70).replace(/[-:]/g, '')}\r\n`));
	assert.strictEqual(house.sql(`select count(*) from outbox where recipient = 'racer9@race.test'`), '1');
	const stranger = new Browser();
	page = await stranger.go('GET', own);
	assert.strictEqual(page.status, 303);
	assert.match(page.at, /^\/login\?next=/);
});

test('nothing was said that should not have been', () => {
	assert.deepStrictEqual(house.complaints(), []);
});
