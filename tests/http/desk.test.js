// desk.test.js -- the dashboard of the real server: what happens stands in it at once, and its CSV, its JSON and the ledger agree.
'use strict';
const assert = require('node:assert');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');

let house, admin, operator, customer;
before(async () => {
	house = await House.start();
	[admin, operator, customer] = await Promise.all([house.login('admin', '123456'), house.login('operator', 'open-the-gate'), house.login('customer', 'park-a-car')]);
});
after(() => house && house.stop());

const dashboard = async (query = '') => {
	const r = await house.get(`/api/v1/admin${query}`, { token: admin });
	assert.strictEqual(r.status, 200, r.text);
	return r.json;
};
const csv = async (chart, query = '') => {
	const r = await house.get(`/admin/figures/${chart}.csv${query}`, { token: admin });
	assert.strictEqual(r.status, 200, r.text);
	assert.match(r.headers.get('content-type'), /^text\/csv/);
	const [head, ...lines] = r.text.trimEnd().split('\r\n').map((l) => l.split(','));
	return lines.map((cells) => Object.fromEntries(cells.map((c, i) => [head[i], c])));
};
const cents = (decimal) => Math.round(Number(decimal) * 100);
const sum = (rows, name) => rows.reduce((n, r) => n + (typeof r[name] === 'number' ? r[name] : cents(r[name])), 0);

test('the demo: half a year of revenue is to the cent what the ledger holds, by day and by lot', async () => {
	for (const query of ['?range=30d', '?range=last-month', '?range=all', '?range=all&unit=month', '?range=90d&lot=1']) {
		const d = await dashboard(query), lot = /lot=1/.test(query) ? 'and lot_id = 1' : '';
		const ledger = Number(house.sql(`select coalesce(sum(amount), 0) from ledger where currency = 'EUR' and day between '${d.from}' and '${d.until}' ${lot}`));
		const net = d.by_currency.find((t) => t.currency === 'EUR').net;
		assert.ok(ledger > 0);
		assert.strictEqual(net, ledger, query);
		assert.strictEqual(sum(await csv('revenue', query), 'revenue'), ledger, query);
		assert.strictEqual(sum(await csv('methods', query), 'revenue'), ledger, query);
		if (!lot) assert.strictEqual(sum((await csv('lots', query)).filter((l) => l.currency === 'EUR'), 'revenue'), ledger, query);
		for (const t of d.by_currency)
			assert.strictEqual(t.net, Number(house.sql(`select coalesce(sum(amount), 0) from ledger where currency = '${t.currency}' and day between '${d.from}' and '${d.until}' ${lot}`)), `${query} ${t.currency}`);
	}
});

test('every drawing of the demo has something to show, and every table its file', async () => {
	const page = await house.get('/admin?range=90d', { token: admin, headers: { accept: 'text/html' } });
	assert.strictEqual(page.status, 200);
	for (const title of ['Revenue by day', 'How it was paid', 'Refunds by day', 'Occupancy now', 'When the slots are taken', 'How long slots are taken', 'Expected, and what came',
		'Cars a slot and day', 'Bookings made by day', 'New and returning customers', 'Where it came from', 'By currency'])
		assert.ok(page.text.includes(`${title}</h2>`), title);
	assert.doesNotMatch(page.text, /in these days\.<|style=|NaN|\binf\b/);
	const files = [...page.text.matchAll(/href="(\/admin\/figures\/[^"]+)"/g)].map((m) => m[1].replaceAll('&amp;', '&'));
	assert.strictEqual(new Set(files).size, 11);
	for (const file of files) {
		const rows = await house.get(file, { token: admin });
		assert.strictEqual(rows.status, 200, file);
		assert.ok(rows.text.split('\r\n').length > 3, file);
	}
	const d = await dashboard('?range=90d');
	assert.ok(d.booked.firsts > 0 && d.booked.people > d.booked.firsts && d.booked.no_shows > 0 && d.booked.cancelled > 0 && d.booked.drive_ups > 0);
	assert.ok(d.compared && d.booked_before.kept > 0);
});

test('what an operator takes stands in the figures at once, before any job has run', async () => {
	const from = new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 11);
	const held = await house.post('/api/v1/reservations', { lot: 1, slot: 'any', from: `${from}12:00Z`, until: `${from}14:00Z` }, { token: customer });
	assert.strictEqual(held.status, 201, held.text);
	const own = `/api/v1/reservations/${held.json.id}`;
	assert.strictEqual((await house.post(`${own}/confirmation`, { plate: 'K 419 TX', pay: 'exit' }, { token: customer })).status, 200);
	const total = async () => (await dashboard('?range=7d&lot=1')).by_currency[0];
	const stats = async () => (await house.get('/financialstats', { token: admin })).json;
	const [before, s4_before] = [await total(), await stats()];
	const paid = await house.post(`${own}/payments`, { method: 'cash', amount: '' }, { token: operator });
	assert.strictEqual(paid.status, 201, paid.text);
	const [now, s4_now] = [await total(), await stats()];
	assert.strictEqual(now.net - before.net, paid.json.amount);
	assert.strictEqual(now.payments - before.payments, 1);
	assert.strictEqual(cents(s4_now.total_revenue) - cents(s4_before.total_revenue), paid.json.amount);
	assert.strictEqual(typeof s4_now.total_revenue, 'number');
	assert.strictEqual(s4_now.latest_transactions.length, 5);
	assert.strictEqual(s4_now.latest_transactions[0].payment_id, paid.json.id);
	assert.strictEqual(cents(s4_now.latest_transactions[0].amount), paid.json.amount);
});

test('S4 at its own addresses: JSON for programs, the page for people, admins only', async () => {
	const glance = await house.get('/admindashboard', { token: admin });
	assert.strictEqual(glance.status, 200);
	assert.deepStrictEqual(Object.keys(glance.json.metrics).filter((k) => k !== 'currency'),
		['total_users', 'total_reservations', 'total_revenue', 'active_parking_lots', 'total_slots', 'occupied_slots', 'available_slots']);
	assert.strictEqual(glance.json.metrics.active_parking_lots, Number(house.sql('select count(*) from lots')));
	const page = await fetch(`${house.address}/admindashboard`, { headers: { authorization: `Bearer ${admin}`, accept: 'text/html' }, redirect: 'manual' });
	assert.deepStrictEqual([page.status, page.headers.get('location')], [303, '/admin']);
	for (const where of ['/admindashboard', '/financialstats']) {
		const refused = await house.get(where, { token: customer });
		assert.strictEqual(refused.status, 403);
		assert.deepStrictEqual([refused.json.success, refused.json.error], [false, 'FORBIDDEN']);
	}
});

test('figures are for admins', async () => {
	for (const token of [customer, operator]) {
		assert.strictEqual((await house.get('/api/v1/admin', { token })).status, 403);
		assert.strictEqual((await house.get('/admin/figures/revenue.csv', { token })).status, 403);
	}
	assert.strictEqual((await house.get('/api/v1/admin')).status, 401);
});
