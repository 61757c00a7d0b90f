// payments.test.js -- money on the running server: the provider's stub, the worker, signed webhooks in any order.
'use strict';
const assert = require('node:assert');
const crypto = require('node:crypto');
const path = require('node:path');
const { test, after, before } = require('node:test');
const { House, later, until } = require('./house.js');
const { Till } = require('./till.js');

const ctl = path.join(__dirname, '..', '..', 'build', 'parkctl');
let house, till, worker, lot, slots, ada, bob, operator, admin, next = 0;

const hour = (n) => new Date(Math.ceil(Date.now() / 3600000) * 3600000 + n * 3600000).toISOString().replace('.000', '');
const ask = (method, where, token, body) => house.request(method, `/api/v1${where}`, { token, body });
const one = async (method, where, token, body, status) => {
	const r = await ask(method, where, token, body);
	assert.strictEqual(r.status, status, r.text);
	return r.json;
};
const see = (id, token = ada) => one('GET', `/reservations/${id}`, token, undefined, 200);
const row = (sql) => house.sql(sql).split('|');

// A hold of an hour of its own, far from all others.
const hold = (token = ada, hours = 1, slot = slots[0]) =>
	one('POST', '/reservations', token, { lot, slot, from: hour(2 + next), until: hour(2 + (next += hours)) }, 201);
const choose = (id, token = ada, pay = 'online') =>
	one('POST', `/reservations/${id}/confirmation`, token, { plate: 'B-AX 12', pay }, 200);
const paying = (id, token = ada, from = '') => one('GET', `/reservations/${id}/payment${from}`, token, undefined, 200);
// …up to the provider's page
async function toCheckout(token = ada, hours = 1, slot = slots[0]) {
	const held = await hold(token, hours, slot);
	await choose(held.id, token);
	const p = await paying(held.id, token);
	assert.ok(p.checkout_url, JSON.stringify(p));
	return { ...held, url: p.checkout_url };
}
const becomes = (id, status, token = ada) => until(`${id} is ${status}`, 15000, async () => {
	const r = await see(id, token);
	return r.status === status && r;
});
async function booked(token = ada, hours = 1, slot = slots[0]) {
	const b = await toCheckout(token, hours, slot);
	assert.strictEqual((await till.pay(b.url)).status, 303);
	return becomes(b.id, 'confirmed', token);
}
const paymentOf = (id) => Number(house.sql(`select max(p.id) from payments p join charges c on c.id = p.charge_id where c.reservation_id = ${id}`));
const quiet = () => until('all jobs are done', 15000,
	() => house.sql(`select count(*) from jobs where kind ~ '^(payment_|refund_)' and state in ('waiting', 'running') and run_at < now() + interval '5 s'`) === '0');

// Whatever happened: what we say and what the provider says is the same, and receipts have no gap.
async function addsUp() {
	await quiet();
	const [ours] = row(`select coalesce(sum(amount), 0) from ledger where method = 'online' and payment_id > ${firstPayment}`);
	assert.strictEqual(Number(ours), (await till.ledger()).net);
	assert.strictEqual(house.sql(`select count(*) from (select number, row_number() over (partition by substr(number, 3, 4) order by number) as n
		from receipts) x where substr(number, 8)::bigint <> n`), '0', 'the numbers of the receipts have a gap');
	assert.strictEqual(house.sql(`select count(*) from ledger g left join receipts q on q.payment_id = g.payment_id and g.refund_id is null
		or q.refund_id = g.refund_id where q.id is null`), '0', 'money without a receipt');
	assert.strictEqual(house.sql(`select (select coalesce(sum(amount), 0) from ledger) - (select coalesce(sum(amount), 0) from receipts)`), '0');
	assert.strictEqual(house.sql('select count(*) from payments where refunded <> coalesce((select sum(amount) from refunds r '
		+ "where r.payment_id = payments.id and r.status <> 'failed'), 0)"), '0');
}
let firstPayment = 0;

const signed = (body, { at = Math.floor(Date.now() / 1000), secret = till.hookSecret } = {}) =>
	`t=${at},v1=${crypto.createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
async function hook(body, signature = signed(body)) {
	const r = await fetch(`${house.address}/hooks/payments`, { method: 'POST', body,
		headers: { 'content-type': 'application/json', ...(signature ? { 'stripe-signature': signature } : {}) } });
	return { status: r.status, text: await r.text() };
}
const event = (id, type, object) => JSON.stringify({ id, object: 'event', type, created: 1, data: { object } });

before(async () => {
	till = await Till.start();
	house = await House.start({ env: { ...till.settings(), LIMIT_BOOKINGS: '10000' } });
	till.webhook = `${house.address}/hooks/payments`;
	await till.kill('SIGTERM');
	await till.up();
	house.sql(`insert into lots (name, time_zone, currency, search, tax_basis_points) values ('Till', 'Europe/Berlin', 'EUR', 'till', 1900);
		insert into zones (lot_id, code) select id, 'TILL' from lots where name = 'Till';
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'TILL-' || n, 'T-' || n
			from zones, generate_series(1, 3) n where code = 'TILL';
		insert into users (username, email, password, verified_at) select n, n || '@till.test',
			(select password from users where username = 'customer'), now() from unnest(array['ada', 'bob']) n`);
	lot = Number(house.sql(`select id from lots where name = 'Till'`));
	slots = house.sql(`select id from slots where code like 'TILL-%' order by id`).split('\n').map(Number);
	firstPayment = Number(house.sql('select coalesce(max(id), 0) from payments'));
	[ada, bob, operator, admin] = await Promise.all([house.login('ada', 'park-a-car'), house.login('bob', 'park-a-car'),
		house.login('operator', 'open-the-gate'), house.login('admin', '123456')]);
	worker = house.child('worker', [ctl, 'work'], house.settings(house.run));
});
after(async () => {
	if (worker) {
		process.kill(worker.pid, 'SIGTERM');
		await worker.ended;
	}
	if (house) await house.stop();
	if (till) await till.stop();
});

test('a customer pays online: the hold is confirmed by the money, and there is a receipt', async () => {
	const held = await hold();
	const chosen = await choose(held.id);
	assert.strictEqual(chosen.status, 'held');
	const p = await paying(held.id);
	assert.strictEqual(p.status, 'pending');
	assert.strictEqual(p.amount, held.price);
	assert.ok(p.checkout_url.startsWith(till.address));
	assert.strictEqual((await see(held.id)).paid, 0);
	const back = await till.pay(p.checkout_url);
	assert.strictEqual(back.to, `${house.address}/reservations/${held.id}/payment?from=checkout`);
	const now = await becomes(held.id, 'confirmed');
	assert.deepStrictEqual([now.paid, now.owes, now.pay], [held.price, 0, 'online']);
	const after = await paying(held.id, ada, '?from=checkout');
	assert.strictEqual(after.status, 'paid');
	assert.match(after.receipt_number, /^R-\d{4}-\d{6}$/);
	const [amount, tax] = row(`select amount, tax from receipts where number = '${after.receipt_number}'`).map(Number);
	assert.strictEqual(amount, held.price);
	assert.strictEqual(tax, Math.round(held.price * 19 / 119));
	await addsUp();
});

test('one who chooses twice, or asks twice, has one payment and one checkout', async () => {
	const held = await hold();
	await choose(held.id);
	await Promise.all([...Array(5)].map(() => ask('POST', `/reservations/${held.id}/payment`, ada, {})));
	await choose(held.id);
	const p = await paying(held.id);
	const again = await one('POST', `/reservations/${held.id}/payment`, ada, {}, 201);
	assert.strictEqual(again.checkout_url, p.checkout_url);
	assert.strictEqual(house.sql(`select count(*) from payments p join charges c on c.id = p.charge_id where c.reservation_id = ${held.id}`), '1');
	assert.strictEqual((await till.all('checkout/sessions')).filter((s) => s.client_reference_id
		=== house.sql(`select attempt from payments where id = ${paymentOf(held.id)}`)).length, 1);
});

test('a declined card is an answer: the words are shown, and another card pays', async () => {
	const b = await toCheckout();
	assert.strictEqual((await till.pay(b.url, '4000000000000002')).status, 402);
	const p = await until('the refusal is heard', 10000, async () => {
		const seen = await paying(b.id, ada, '?from=left');
		return seen.error && seen;
	});
	assert.match(p.error, /declined/);
	assert.strictEqual(p.status, 'pending');
	await till.pay(b.url);
	await becomes(b.id, 'confirmed');
	await addsUp();
});

test('events that come doubled, late and out of order do nothing twice', async () => {
	await till.steer({ repeat: 2, reorder: 3, webhook_delay_ms: 300 });
	const b = await toCheckout();
	await till.pay(b.url);
	await becomes(b.id, 'confirmed');
	await till.steer({ repeat: 0, reorder: 0, webhook_delay_ms: 0 });
	await later(1500);
	await addsUp();
	const id = paymentOf(b.id);
	const session = (await till.all('checkout/sessions')).find((s) => s.client_reference_id === house.sql(`select attempt from payments where id = ${id}`));
	// It expired before it was paid, says an event that was under way for long: it is paid all the same.
	await hook(event('evt_late', 'checkout.session.expired', { ...session, status: 'expired', payment_status: 'unpaid' }));
	await hook(event('evt_again', 'checkout.session.completed', session));
	await hook(event('evt_again', 'checkout.session.completed', session));
	await quiet();
	assert.strictEqual(house.sql(`select status from payments where id = ${id}`), 'paid');
	assert.strictEqual(house.sql(`select count(*) from inbox_events where event_id = 'evt_again'`), '1');
	assert.strictEqual(house.sql(`select count(*) from inbox_events where event_id in ('evt_late', 'evt_again') and done_at is not null and payment_id = ${id}`), '2');
	await addsUp();
});

test('an event of an unknown kind, or about nothing of ours, is noted and changes nothing', async () => {
	const before = house.sql('select count(*) from ledger');
	for (const [id, type, object] of [['evt_u1', 'customer.created', { id: 'cus_1' }],
		['evt_u2', 'checkout.session.completed', { id: 'cs_x', status: 'complete', payment_status: 'paid', amount_total: 500, currency: 'eur', client_reference_id: 'pay_none' }],
		['evt_u3', 'refund.updated', { id: 're_x', status: 'succeeded', amount: 5, currency: 'eur', metadata: { refund: 'pay_x-refund-999999' } }],
		['evt_u4', 'checkout.session.completed', { id: 7, status: ['complete'] }],
		['evt_u5', 'payment_intent.payment_failed', { id: 'pi_x', last_payment_error: { message: 'no' } }]])
		assert.strictEqual((await hook(event(id, type, object))).status, 204);
	assert.strictEqual((await hook('{"id":"evt_u6","type":"refund.updated","data":null}')).status, 204);
	await quiet();
	assert.strictEqual(house.sql('select count(*) from ledger'), before);
	assert.strictEqual(house.sql(`select count(*) from inbox_events where event_id ~ '^evt_u' and done_at is null`), '0');
	assert.strictEqual(house.sql(`select error from inbox_events where event_id = 'evt_u2'`), 'It concerns no payment of ours.');
});

test('only the provider is heard: a signature that is missing, wrong, old or from the future is refused', async () => {
	const body = event('evt_forged', 'customer.created', {});
	const now = Math.floor(Date.now() / 1000);
	const good = signed(body).split(',v1=')[1];
	for (const [why, signature] of [['missing', null], ['empty', ''], ['no time', `v1=${good}`], ['no hash', `t=${now}`],
		['another secret', signed(body, { secret: 'whsec_other' })], ['old', signed(body, { at: now - 301 - 2 })],
		['from the future', signed(body, { at: now + 301 + 2 })], ['two times', `t=${now},t=${now},v1=${good}`],
		['another body', signed(`${body} `)], ['v0 only', signed(body).replace('v1', 'v0')], ['upper case', signed(body).replace(/v1=.*/, (s) => `v1=${s.slice(3).toUpperCase()}`)],
		['cut', signed(body).slice(0, -1)], ['no number', signed(body).replace(/t=\d+/, 't=now')]])
		assert.strictEqual((await hook(body, signature)).status, 400, why);
	assert.strictEqual(house.sql(`select count(*) from inbox_events where event_id = 'evt_forged'`), '0');
	const rolled = `${signed(body, { secret: 'whsec_before' })},v1=${good.replace(/^./, (d) => (d === '0' ? '1' : '0'))},${signed(body).split(',')[1]}`;
	assert.strictEqual((await hook(body, rolled)).status, 204, 'one of several v1');
	assert.strictEqual((await hook('not json')).status, 400);
	assert.strictEqual((await hook('[]')).status, 400);
	assert.strictEqual((await hook(event('', 'x', {}))).status, 400);
	assert.strictEqual((await hook('x'.repeat(300000))).status, 413);
	const edge = event('evt_edge', 'customer.created', {});
	assert.strictEqual((await hook(edge, signed(edge, { at: Math.floor(Date.now() / 1000) - 295 }))).status, 204);
	assert.strictEqual((await fetch(`${house.address}/hooks/payments`)).status, 405);
});

test('an amount or a currency that is not what was asked for settles nothing', async () => {
	const b = await toCheckout();
	const id = paymentOf(b.id), attempt = house.sql(`select attempt from payments where id = ${id}`);
	const s = { id: house.sql(`select provider_ref from payments where id = ${id}`), status: 'complete', payment_status: 'paid', client_reference_id: attempt };
	await hook(event('evt_m1', 'checkout.session.completed', { ...s, amount_total: b.price - 1, currency: 'eur' }));
	await hook(event('evt_m2', 'checkout.session.completed', { ...s, amount_total: b.price, currency: 'usd' }));
	await hook(event('evt_m3', 'checkout.session.completed', { ...s, amount_total: 9223372036854775807n.toString(), currency: 'eur' }));
	await hook(event('evt_m4', 'checkout.session.completed', { ...s, id: 'cs_other', amount_total: b.price, currency: 'eur' }));
	await quiet();
	assert.strictEqual((await see(b.id)).status, 'held');
	assert.strictEqual(house.sql(`select status from payments where id = ${id}`), 'pending');
	assert.strictEqual(house.sql(`select count(*) from inbox_events where event_id ~ '^evt_m[1-4]' and error <> ''`), '4');
	await till.pay(b.url);
	await becomes(b.id, 'confirmed');
	await addsUp();
});

test('a webhook that never comes is not missed: the worker asks', async () => {
	await till.steer({ drop_webhooks: 100 });
	const b = await toCheckout();
	await till.pay(b.url);
	await later(500);
	assert.strictEqual((await see(b.id)).status, 'held');
	house.sql(`update payments set ask_at = now() where id = ${paymentOf(b.id)}`);
	house.sql(`update jobs set run_at = now() where kind = 'payments_sweep'`);
	await becomes(b.id, 'confirmed');
	await till.steer({ drop_webhooks: 0 });
	await addsUp();
});

test('a checkout that ran out is a failed payment, and the next one pays', async () => {
	const b = await toCheckout();
	const first = paymentOf(b.id), ref = house.sql(`select provider_ref from payments where id = ${first}`);
	await till.ask('POST', `/v1/checkout/sessions/${ref}/expire`, { fields: {} });
	const p = await until('it failed', 10000, async () => {
		const seen = await paying(b.id, ada, '?from=left');
		return seen.status === 'failed' && seen;
	});
	assert.strictEqual(p.checkout_url, null);
	assert.strictEqual(p.owes, b.price);
	await one('POST', `/reservations/${b.id}/payment`, ada, {}, 201);
	const again = await paying(b.id);
	assert.notStrictEqual(paymentOf(b.id), first);
	await till.pay(again.checkout_url);
	await becomes(b.id, 'confirmed');
	await addsUp();
});

test('money that comes after the hold has ended takes the slot again, if it is free', async () => {
	const b = await toCheckout();
	await till.steer({ hold_webhooks: 1 });
	await till.pay(b.url);
	house.sql(`update reservations set hold_until = now() - interval '1 second' where id = ${b.id}`);
	house.sql(`update jobs set run_at = now() where kind = 'reservations_sweep'`);
	await becomes(b.id, 'expired');
	await until('the worker closes it, and hears that it was paid', 10000, async () => (await see(b.id)).status === 'confirmed');
	await till.steer({ hold_webhooks: 0 });
	await later(500);
	await addsUp();
});

test('money that comes when somebody else has the slot goes back whole', async () => {
	const b = await toCheckout();
	await till.steer({ hold_webhooks: 1 });
	await till.pay(b.url);
	house.sql(`update reservations set hold_until = now() - interval '1 second' where id = ${b.id}`);
	const other = await one('POST', '/reservations', bob, { lot, slot: slots[0], from: b.starts, until: b.ends }, 201);
	await choose(other.id, bob, 'exit');
	await till.steer({ hold_webhooks: 0 });
	await until('it went back', 15000, async () => (await see(b.id)).returned === b.price);
	assert.strictEqual((await see(b.id)).status, 'expired');
	assert.strictEqual((await see(other.id, bob)).status, 'confirmed');
	assert.strictEqual((await paying(b.id, ada, '?from=checkout')).returned, b.price);
	await addsUp();
});

test('who chose the exit after all has nothing to pay online, and what is paid all the same goes back', async () => {
	const b = await toCheckout();
	await till.steer({ hold_webhooks: 1 });
	await till.pay(b.url);
	await choose(b.id, ada, 'exit');
	await till.steer({ hold_webhooks: 0 });
	await until('it went back', 15000, async () => (await see(b.id)).returned === b.price);
	const now = await see(b.id);
	assert.deepStrictEqual([now.status, now.pay, now.owes], ['confirmed', 'exit', b.price]);
	const c = await toCheckout();
	await choose(c.id, ada, 'exit');
	await quiet();
	assert.strictEqual((await till.ask('GET', `/v1/checkout/sessions/${house.sql(`select provider_ref from payments where id = ${paymentOf(c.id)}`)}`)).json.status, 'expired');
	assert.strictEqual(house.sql(`select status from payments where id = ${paymentOf(c.id)}`), 'void');
	await addsUp();
});

test('a cancellation gives back what the rule says', async () => {
	const b = await booked();
	await one('POST', `/reservations/${b.id}/cancellation`, ada, {}, 200);
	await until('it went back', 15000, async () => (await see(b.id)).returned === b.price);
	const late = await booked();
	house.sql(`update reservations set cancel_until = now() - interval '1 minute' where id = ${late.id}`);
	const gone = await one('POST', `/reservations/${late.id}/cancellation`, ada, {}, 200);
	assert.strictEqual(gone.refund, Math.floor(late.price / 2));
	await until('half went back', 15000, async () => (await see(late.id)).returned === gone.refund);
	await addsUp();
});

test('who stays longer owes the rest, and pays it online', async () => {
	const b = await booked();
	next++;
	const longer = await one('POST', `/reservations/${b.id}/extension`, ada, { until: hour(2 + next) }, 200);
	assert.ok(longer.owes > 0 && longer.owes === longer.price - b.price);
	await one('POST', `/reservations/${b.id}/payment`, ada, {}, 201);
	const p = await paying(b.id);
	assert.strictEqual(p.amount, longer.owes);
	await till.pay(p.checkout_url);
	await until('all is paid', 15000, async () => (await see(b.id)).owes === 0);
	assert.strictEqual(house.sql(`select string_agg(kind || ' ' || state, ', ' order by id) from charges where reservation_id = ${b.id}`), 'booking settled, extension settled');
	await addsUp();
});

test('operators write down cash and card, in parts, and never more than is owed', async () => {
	const held = await hold(ada, 2);
	const record = (method, amount) => ask('POST', `/reservations/${held.id}/payments`, operator, { method, ...(amount ? { amount } : {}) });
	assert.strictEqual((await record('cash')).json.code, 'WRONG_STATE');
	await choose(held.id, ada, 'exit');
	assert.strictEqual((await ask('POST', `/reservations/${held.id}/payments`, ada, { method: 'cash' })).status, 403);
	const part = await record('cash', '1.00');
	assert.deepStrictEqual([part.status, part.json.amount, part.json.status, part.json.method], [201, 100, 'paid', 'cash'], part.text);
	for (const amount of ['0', '-1', '1.001', 'one', '999999999999999999999', `${(held.price + 1) / 100}`])
		assert.strictEqual((await record('cash', amount)).status, 422, amount);
	assert.strictEqual((await see(held.id)).owes, held.price - 100);
	const all = await Promise.all([...Array(8)].map(() => record('card')));
	assert.strictEqual(all.filter((r) => r.status === 201).length, 1, all.map((r) => r.status).join());
	assert.strictEqual((await see(held.id)).owes, 0);
	assert.strictEqual((await record('cash')).json.code, 'WRONG_STATE');
	const seen = await one('GET', `/reservations/${held.id}/payments`, operator, undefined, 200);
	assert.deepStrictEqual(seen.payments.map((p) => [p.method, p.amount]), [['cash', 100], ['card', held.price - 100]]);
	assert.strictEqual(house.sql(`select string_agg(state, ',') from charges where reservation_id = ${held.id}`), 'settled');
	await addsUp();
});

test('cash that a cancellation gives back waits until somebody has handed it out, and is handed out once', async () => {
	const held = await hold();
	await choose(held.id, ada, 'exit');
	await one('POST', `/reservations/${held.id}/payments`, operator, { method: 'cash' }, 201);
	await one('POST', `/reservations/${held.id}/cancellation`, ada, {}, 200);
	let refund = 0;
	await until('the rule has given it back', 15000, () => (refund = Number(house.sql(`select max(r.id) from refunds r join payments p on p.id = r.payment_id
		join charges c on c.id = p.charge_id where c.reservation_id = ${held.id} and r.status = 'pending'`))));
	assert.strictEqual((await see(held.id)).returned, 0);
	for (const who of [ada, operator]) assert.strictEqual((await ask('POST', `/admin/refunds/${refund}/handed-out`, who, {})).status, 403);
	const done = await one('POST', `/admin/refunds/${refund}/handed-out`, admin, {}, 200);
	assert.deepStrictEqual([done.status, done.amount], ['done', held.price]);
	assert.strictEqual((await see(held.id)).returned, held.price);
	assert.strictEqual((await ask('POST', `/admin/refunds/${refund}/handed-out`, admin, {})).json.code, 'WRONG_STATE');
	await addsUp();
});

test('the same key writes one payment down', async () => {
	const held = await hold();
	await choose(held.id, ada, 'exit');
	const body = { method: 'cash', amount: '0.50' };
	const twice = () => house.request('POST', `/api/v1/reservations/${held.id}/payments`, { token: operator, body, headers: { 'idempotency-key': `till-${held.id}` } });
	const first = await twice(), second = await twice();
	assert.deepStrictEqual([first.status, second.status, first.json.id], [201, 201, second.json.id]);
	assert.strictEqual((await see(held.id)).paid, 50);
});

test('twenty who give the same money back at once give it back once', async () => {
	const b = await booked();
	const id = paymentOf(b.id);
	const back = () => ask('POST', `/admin/payments/${id}/refunds`, admin, { reason: 'The barrier was broken.' });
	const all = await Promise.all([...Array(20)].map(back));
	assert.strictEqual(all.filter((r) => r.status === 201).length, 1, all.map((r) => r.status).join());
	for (const r of all.filter((x) => x.status !== 201)) assert.strictEqual(r.json.code, 'WRONG_STATE');
	await until('it went back', 15000, async () => (await see(b.id)).returned === b.price);
	assert.strictEqual((await till.all('refunds')).filter((r) => r.metadata.refund.startsWith(house.sql(`select attempt from payments where id = ${id}`))).length, 1);
	await addsUp();
});

test('a part goes back, then another, and never more than was paid', async () => {
	const b = await booked(ada, 3);
	const id = paymentOf(b.id);
	const back = (amount, reason = 'Goodwill') => ask('POST', `/admin/payments/${id}/refunds`, admin, { amount, reason });
	assert.strictEqual((await back('1.00')).status, 201);
	assert.strictEqual((await back('0.5')).status, 201);
	for (const amount of [`${b.price / 100}`, '0', '-1', '1e9', '99999999999999999999'])
		assert.strictEqual((await back(amount)).status, 422, amount);
	assert.strictEqual((await back('1.00', '')).status, 422);
	assert.strictEqual((await ask('POST', `/admin/payments/${id}/refunds`, operator, { amount: '1', reason: 'x' })).status, 403);
	await quiet();
	const p = await one('GET', `/admin/payments/${id}`, admin, undefined, 200);
	assert.deepStrictEqual([p.payment.refunded, p.payment.refundable, p.refunds.length], [150, b.price - 150, 2]);
	assert.deepStrictEqual(p.refunds.map((r) => r.status), ['done', 'done']);
	assert.ok(p.refunds.every((r) => /^R-\d{4}-\d{6}$/.test(r.receipt_number)));
	assert.ok(p.events.length > 0);
	await addsUp();
});

test('a provider that breaks, is silent, or is away delays the refund and gives it back once', async () => {
	for (const how of [{ fail_next: [{ status: 500, count: 1, on: 'POST /v1/refunds', execute: true }] },
		{ fail_next: [{ status: 503, count: 1, on: 'POST /v1/refunds' }] }, { on: 'POST /v1/refunds', time_out_after_execution: 1 }]) {
		const b = await booked();
		await till.steer(how);
		await one('POST', `/reservations/${b.id}/cancellation`, ada, {}, 200);
		await until('it was tried', 25000, () => house.sql(`select count(*) from job_runs where kind = 'refund_send' and problem <> 'OK' and began_at > now() - interval '25 s'`) !== '0'
			|| see(b.id).then((r) => r.returned === b.price));
		house.sql(`update jobs set run_at = now() where kind = 'refund_send' and state = 'waiting'`);
		house.sql(`notify jobs`);
		await until('it went back', 25000, async () => (await see(b.id)).returned === b.price);
		await till.steer({ on: '', time_out_after_execution: 0 });
		await addsUp();
	}
});

test('the list of payments is filtered, sorted and paged by its address', async () => {
	const list = (q) => one('GET', `/admin/payments${q}`, admin, undefined, 200);
	const all = await list(`?lot=${lot}`);
	assert.ok(all.items.length > 10);
	assert.deepStrictEqual(all.items.map((p) => p.created_at), all.items.map((p) => p.created_at).sort().reverse());
	for (const p of (await list(`?lot=${lot}&method=cash`)).items) assert.strictEqual(p.method, 'cash');
	for (const p of (await list(`?lot=${lot}&status=void`)).items) assert.strictEqual(p.status, 'void');
	const most = (await list(`?lot=${lot}&sort=-amount`)).items.map((p) => p.amount);
	assert.deepStrictEqual(most, [...most].sort((a, b) => b - a));
	const number = all.items.find((p) => p.receipt_number).receipt_number;
	assert.deepStrictEqual((await list(`?q=${number}`)).items.map((p) => p.receipt_number), [number]);
	assert.strictEqual((await list(`?lot=${lot}&until=2020-01-01`)).items.length, 0);
	assert.strictEqual((await list(`?lot=${lot}&from=${new Date(Date.now() - 86400000).toISOString().slice(0, 10)}`)).items.length, all.items.length);
	for (const bad of ['?from=yesterday', '?from=2026-13-40', '?method=gold', '?sort=x', '?page=-1', '?lot=x'])
		assert.strictEqual((await ask('GET', `/admin/payments${bad}`, admin)).status, 422, bad);
	const everything = await list('');
	if (everything.next) assert.notStrictEqual((await one('GET', everything.next, admin, undefined, 200)).items[0].id, everything.items[0].id);
	for (const token of [ada, operator]) assert.strictEqual((await ask('GET', '/admin/payments', token)).status, 403);
});

test('nobody pays or sees what is another’s', async () => {
	const b = await toCheckout();
	for (const [method, where, body] of [['GET', 'payment'], ['POST', 'payment', {}]])
		assert.strictEqual((await ask(method, `/reservations/${b.id}/${where}`, bob, body)).status, 404);
	assert.strictEqual((await ask('GET', `/reservations/${b.id}/payments`, bob)).status, 403);
	assert.strictEqual((await ask('GET', `/admin/payments/${paymentOf(b.id)}`, bob)).status, 403);
});

test('pages that lead to the provider let forms go there, others do not', async () => {
	const held = await hold();
	const page = async (where) => (await fetch(house.address + where, { headers: { accept: 'text/html', cookie: `sid=${ada}` }, redirect: 'manual' }));
	const policy = (r) => /form-action ([^;]*)/.exec(r.headers.get('content-security-policy'))[1];
	const hold_ = await page(`/reservations/${held.id}`);
	assert.strictEqual(policy(hold_), `'self' ${till.address}`);
	assert.match(await hold_.text(), /Pay €[\d.]+ now/);
	assert.strictEqual(policy(await page('/reservations')), `'self'`);
	await choose(held.id);
	await paying(held.id);
	const on = await page(`/reservations/${held.id}/payment`);
	assert.deepStrictEqual([on.status, on.headers.get('location').startsWith(till.address), policy(on)], [303, true, `'self' ${till.address}`]);
	const back = await page(`/reservations/${held.id}/payment?from=checkout`);
	assert.deepStrictEqual([back.status, back.headers.get('refresh')], [200, '3']);
	const left = await page(`/reservations/${held.id}/payment?from=left`);
	assert.strictEqual(left.headers.get('refresh'), null);
	assert.match(await left.text(), /Not paid yet[\s\S]*Go on to pay/);
});

test('the server had nothing to complain of', () => {
	assert.deepStrictEqual(house.complaints(), []);
});
