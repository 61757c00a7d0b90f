// paystub.test.js -- the payment provider's stub keeps the rules of the real one, so that what passes against it is worth something.
'use strict';
const assert = require('node:assert');
const crypto = require('node:crypto');
const http = require('node:http');
const { test, after, before } = require('node:test');
const { until } = require('./house.js');
const { Till } = require('./till.js');

let till, listener, heard = [], answers = [];

const line = (amount = 2000, currency = 'eur', name = 'Parking') =>
	({ price_data: { currency, unit_amount: amount, product_data: { name } }, quantity: 1 });
const wish = (more = {}) => ({ mode: 'payment', success_url: 'http://127.0.0.1:9/paid?session={CHECKOUT_SESSION_ID}',
	cancel_url: 'http://127.0.0.1:9/back', client_reference_id: '7', metadata: { payment: '7' }, line_items: [line()], ...more });
const checkout = (fields = wish(), options = {}) => till.ask('POST', '/v1/checkout/sessions', { fields, ...options });
const refund = (fields, options = {}) => till.ask('POST', '/v1/refunds', { fields, ...options });
const of = (type) => heard.filter((e) => e.json.type === type);
const paid = async (card, amount) => {
	const s = (await checkout(wish(amount ? { line_items: [line(amount)] } : {}))).json;
	await till.pay(s.url, card);
	return (await till.ask('GET', `/v1/checkout/sessions/${s.id}`)).json;
};

before(async () => {
	listener = http.createServer((q, a) => {
		let body = '';
		q.on('data', (d) => { body += d; }).on('end', () => {
			heard.push({ body, signature: q.headers['stripe-signature'], json: JSON.parse(body), at: Date.now() });
			a.statusCode = answers.shift() || 200;
			a.end();
		});
	});
	await new Promise((done) => listener.listen(0, '127.0.0.1', done));
	till = await Till.start({ webhook: `http://127.0.0.1:${listener.address().port}/hook`, oldSecret: 'whsec_the_one_before' });
});
after(async () => {
	if (till) await till.stop();
	listener.closeAllConnections();
	listener.close();
});

test('a checkout is made, paid on its page, and leads back', async () => {
	heard = [];
	const made = await checkout();
	assert.strictEqual(made.status, 200, made.text);
	const s = made.json;
	assert.match(s.id, /^cs_test_/);
	assert.deepStrictEqual([s.object, s.amount_total, s.currency, s.status, s.payment_status, s.payment_intent, s.client_reference_id, s.metadata.payment],
		['checkout.session', 2000, 'eur', 'open', 'unpaid', null, '7', '7']);
	assert.ok(s.expires_at > s.created + 86000);
	const page = await till.ask('GET', new URL(s.url).pathname, { secret: '' });
	assert.strictEqual(page.status, 200);
	assert.match(page.text, /Pay €20\.00/);
	assert.match(page.text, /4242 4242 4242 4242/);
	assert.match(page.headers.get('content-security-policy'), /form-action 'self' http:\/\/127\.0\.0\.1:9 /);
	const done = await till.pay(s.url);
	assert.deepStrictEqual([done.status, done.to], [303, `http://127.0.0.1:9/paid?session=${s.id}`]);
	const now = (await till.ask('GET', `/v1/checkout/sessions/${s.id}?expand[]=payment_intent.latest_charge`)).json;
	assert.deepStrictEqual([now.status, now.payment_status, now.url], ['complete', 'paid', null]);
	assert.deepStrictEqual([now.payment_intent.status, now.payment_intent.amount_received, now.payment_intent.latest_charge.paid],
		['succeeded', 2000, true]);
	await until('the event is heard', 5000, () => of('checkout.session.completed').length);
	assert.strictEqual(of('checkout.session.completed')[0].json.data.object.id, s.id);
});

test('who comes back to a page that was paid is charged no second time', async () => {
	const s = (await checkout()).json, before = await till.ledger();
	await till.pay(s.url);
	assert.strictEqual((await till.pay(s.url)).status, 303);
	assert.match((await till.ask('GET', new URL(s.url).pathname)).text, /This is paid/);
	assert.strictEqual((await till.ledger()).charges, before.charges + 1);
});

test('cards decline in words, and another card pays the same checkout', async () => {
	const s = (await checkout()).json;
	for (const [card, says] of [['4000000000000002', /Your card was declined/], ['4000000000009995', /insufficient funds/],
		['4000000000000341', /declined/], ['4000000000000069', /expired/]]) {
		const r = await till.pay(s.url, card);
		assert.strictEqual(r.status, 402);
		assert.match(r.text, says);
		assert.match(r.text, /Nothing was charged/);
	}
	assert.strictEqual((await till.pay(s.url)).status, 303);
	const now = (await till.ask('GET', `/v1/checkout/sessions/${s.id}`)).json;
	const charges = (await till.all('charges')).filter((c) => c.payment_intent === now.payment_intent);
	assert.deepStrictEqual(charges.map((c) => c.status), ['succeeded', 'failed', 'failed', 'failed', 'failed']);
	await until('each refusal is heard', 5000, () => of('payment_intent.payment_failed').length >= 4);
});

test('what is mistyped on the page is said beside its field, and kept', async () => {
	const s = (await checkout()).json;
	const r = await till.ask('POST', new URL(s.url).pathname,
		{ fields: { number: '4242 4242 4242 4241', expiry: '13 / 20', cvc: '1', name: '<i>"Ada' } });
	assert.strictEqual(r.status, 422);
	for (const says of [/card number is invalid/, /no such month/, /three digits/, /&lt;i&gt;&quot;Ada/]) assert.match(r.text, says);
	assert.strictEqual((r.text.match(/aria-invalid/g) || []).length, 3);
	const old = await till.ask('POST', new URL(s.url).pathname,
		{ fields: { number: '4242424242424242', expiry: '01/20', cvc: '123', name: 'Ada' } });
	assert.match(old.text, /in the past/);
});

test('errors have the shape and the words of the real one', async () => {
	const cases = [
		[wish({ success_url: undefined }), 'parameter_missing', 'success_url'],
		[wish({ success_url: 'javascript:alert(1)' }), 'url_invalid', 'success_url'],
		[wish({ colour: 'red' }), 'parameter_unknown', 'colour'],
		[wish({ line_items: [line(10)] }), 'amount_too_small', 'amount'],
		[wish({ line_items: [line(100000000)] }), 'amount_too_large', 'line_items[0][price_data]'],
		[wish({ line_items: [line('12.5')] }), 'parameter_invalid_integer', 'line_items[0][price_data]'],
		[wish({ line_items: [line(2000, 'xxx')] }), undefined, 'currency'],
		[wish({ line_items: [line(), line(2000, 'usd')] }), undefined, 'line_items[1][price_data]'],
		[wish({ expires_at: Math.floor(Date.now() / 1000) + 600 }), undefined, 'expires_at'],
		[wish({ mode: 'subscription' }), undefined, 'mode'],
	];
	for (const [fields, code, param] of cases) {
		const r = await checkout(fields);
		assert.deepStrictEqual([r.status, r.json.error.type, r.json.error.code, r.json.error.param],
			[400, 'invalid_request_error', code, param], JSON.stringify(fields));
		assert.ok(r.json.error.message.length > 10);
	}
	const none = await till.ask('GET', '/v1/checkout/sessions/cs_test_none');
	assert.deepStrictEqual([none.status, none.json.error.code], [404, 'resource_missing']);
	for (const secret of ['', 'sk_test_wrong'])
		assert.strictEqual((await till.ask('GET', '/v1/charges', { secret })).status, 401);
	const basic = Buffer.from(`${till.secret}:`).toString('base64');
	assert.strictEqual((await till.ask('GET', '/v1/charges', { headers: { authorization: `Basic ${basic}` } })).status, 200);
});

test('a yen has no cents, and a dinar has three decimals of which the last is 0', async () => {
	const yen = (await checkout(wish({ line_items: [line(500, 'jpy')] }))).json;
	assert.match((await till.ask('GET', new URL(yen.url).pathname)).text, /Pay ¥500</);
	const dinar = (await checkout(wish({ line_items: [line(5500, 'kwd')] }))).json;
	assert.match((await till.ask('GET', new URL(dinar.url).pathname)).text, /Pay KWD 5\.500</);
	assert.strictEqual((await checkout(wish({ line_items: [line(5505, 'kwd')] }))).status, 400);
});

test('the same key gives the first answer again, another body is an error, and refusals of a field are not kept', async () => {
	const before = (await till.all('checkout/sessions')).length;
	const first = await checkout(wish(), { key: 'a' }), again = await checkout(wish(), { key: 'a' });
	assert.strictEqual(first.headers.get('idempotent-replayed'), null);
	assert.strictEqual(again.headers.get('idempotent-replayed'), 'true');
	assert.strictEqual(again.text, first.text);
	const other = await checkout(wish({ client_reference_id: '8' }), { key: 'a' });
	assert.deepStrictEqual([other.status, other.json.error.type], [400, 'idempotency_error']);
	assert.strictEqual((await checkout(wish({ mode: 'no' }), { key: 'b' })).status, 400);
	assert.strictEqual((await checkout(wish(), { key: 'b' })).status, 200);
	assert.strictEqual((await checkout(wish(), { key: 'x'.repeat(256) })).status, 400);
	assert.strictEqual((await till.all('checkout/sessions')).length, before + 2);
});

test('of two with the same key at once one is told to wait', async () => {
	await till.steer({ reset: true, delay_ms: 300 });
	const both = await Promise.all([checkout(wish(), { key: 'c' }), checkout(wish(), { key: 'c' })]);
	await till.steer({ reset: true });
	assert.deepStrictEqual(both.map((r) => r.status).sort(), [200, 409]);
	assert.strictEqual(both.find((r) => r.status === 409).json.error.code, 'idempotency_key_in_use');
	assert.strictEqual((await checkout(wish(), { key: 'c' })).status, 200);
});

test('a 500 is kept for its key, done or not; a 429 and a 503 are not', async () => {
	for (const [status, execute, kept] of [[500, false, true], [500, true, true], [429, false, false], [503, false, false]]) {
		const key = `fails-${status}-${execute}`, before = (await till.all('checkout/sessions')).length;
		await till.steer({ fail_next: { status, execute } });
		assert.strictEqual((await checkout(wish(), { key })).status, status);
		assert.strictEqual((await till.all('checkout/sessions')).length, before + (execute ? 1 : 0));
		const again = await checkout(wish(), { key });
		assert.strictEqual(again.status, kept ? status : 200);
	}
});

test('a time-out after the deed: the line breaks, and the same key gives what was done', async () => {
	const before = (await till.all('checkout/sessions')).length;
	await till.steer({ time_out_after_execution: 1 });
	await assert.rejects(checkout(wish(), { key: 'd', ms: 400 }));
	assert.strictEqual((await till.all('checkout/sessions')).length, before + 1);
	const again = await checkout(wish(), { key: 'd' });
	assert.strictEqual(again.headers.get('idempotent-replayed'), 'true');
	await till.steer({ time_out_before_execution: 1 });
	await assert.rejects(checkout(wish(), { key: 'e', ms: 400 }));
	assert.strictEqual((await till.all('checkout/sessions')).length, before + 1);
});

test('refunds: in part, the rest, never more; and pending and failing ones', async () => {
	const s = await paid('4242424242424242', 2000);
	const part = await refund({ payment_intent: s.payment_intent, amount: 500, reason: 'requested_by_customer' }, { key: 'r1' });
	assert.deepStrictEqual([part.status, part.json.status, part.json.amount], [200, 'succeeded', 500]);
	assert.strictEqual((await refund({ payment_intent: s.payment_intent, amount: 500, reason: 'requested_by_customer' }, { key: 'r1' })).json.id, part.json.id);
	const more = await refund({ payment_intent: s.payment_intent, amount: 1501 });
	assert.match(more.json.error.message, /Refund amount \(€15\.01\) is greater than unrefunded amount on charge \(€15\.00\)/);
	assert.strictEqual((await refund({ payment_intent: s.payment_intent })).json.amount, 1500);
	const none = await refund({ payment_intent: s.payment_intent });
	assert.strictEqual(none.json.error.code, 'charge_already_refunded');
	const unpaid = (await till.ask('POST', '/v1/payment_intents', { fields: { amount: 900, currency: 'eur' } })).json;
	assert.strictEqual((await refund({ payment_intent: unpaid.id })).status, 400);
	assert.strictEqual((await refund({})).json.error.code, 'parameter_missing');
	assert.strictEqual((await till.ask('GET', `/v1/refunds?payment_intent=${s.payment_intent}`)).json.data.length, 2);

	const slow = await refund({ payment_intent: (await paid('4000000000007726')).payment_intent });
	assert.strictEqual(slow.json.status, 'pending');
	const fails = await refund({ payment_intent: (await paid('4000000000005126')).payment_intent });
	const at = async (r) => (await till.ask('GET', `/v1/refunds/${r.json.id}`)).json.status;
	await until('the refunds end', 8000, async () => (await at(slow)) === 'succeeded' && (await at(fails)) === 'failed');
	assert.strictEqual((await till.ask('GET', `/v1/charges/${fails.json.charge}`)).json.amount_refunded, 0);
});

test('twenty refunds at once give back what was paid and no more', async () => {
	const s = await paid('4242424242424242', 2000);
	const all = await Promise.all([...Array(20).keys()].map((i) => refund({ payment_intent: s.payment_intent, amount: 1500 }, { key: `at-once-${i}` })));
	assert.strictEqual(all.filter((r) => r.status === 200).length, 1);
});

test('a program charges a card: paid, declined with 402, confirmed later, cancelled', async () => {
	const intents = '/v1/payment_intents';
	const ok = await till.ask('POST', intents, { fields: { amount: 1200, currency: 'eur', payment_method: 'pm_card_visa', confirm: 'true' }, key: 'p1' });
	assert.deepStrictEqual([ok.status, ok.json.status], [200, 'succeeded']);
	const no = await till.ask('POST', intents, { fields: { amount: 1200, currency: 'eur', payment_method: 'pm_card_visa_chargeDeclined', confirm: 'true' }, key: 'p2' });
	assert.deepStrictEqual([no.status, no.json.error.type, no.json.error.code, no.json.error.decline_code],
		[402, 'card_error', 'card_declined', 'generic_decline']);
	assert.strictEqual(no.json.error.payment_intent.status, 'requires_payment_method');
	const later = await till.ask('POST', `${intents}/${no.json.error.payment_intent.id}/confirm`, { fields: { payment_method: 'pm_card_mastercard' } });
	assert.strictEqual(later.json.status, 'succeeded');
	const open = (await till.ask('POST', intents, { fields: { amount: 1200, currency: 'eur' } })).json;
	assert.strictEqual((await till.ask('POST', `${intents}/${open.id}/cancel`, { fields: {} })).json.status, 'canceled');
	assert.strictEqual((await till.ask('POST', `${intents}/${open.id}/confirm`, { fields: { payment_method: 'pm_card_visa' } })).json.error.code,
		'payment_intent_unexpected_state');
});

test('a checkout can be ended, and ends by itself', async () => {
	heard = [];
	const s = (await checkout()).json;
	assert.strictEqual((await till.ask('POST', `/v1/checkout/sessions/${s.id}/expire`)).json.status, 'expired');
	assert.strictEqual((await till.ask('POST', `/v1/checkout/sessions/${s.id}/expire`)).status, 400);
	assert.strictEqual((await till.pay(s.url)).status, 410);
	await till.steer({ checkout_least_s: 1 });
	const short = (await checkout(wish({ expires_at: Math.floor(Date.now() / 1000) + 2 }))).json;
	await until('it has ended', 8000, () => of('checkout.session.expired').some((e) => e.json.data.object.id === short.id));
	await till.steer({ reset: true });
});

test('webhooks are signed with both secrets over the bytes that were sent', async () => {
	heard = [];
	await paid();
	await until('it is heard', 5000, () => of('checkout.session.completed').length);
	const { signature, body } = heard[0];
	const [, t, old, now] = /^t=(\d+),v1=([0-9a-f]{64}),v1=([0-9a-f]{64})$/.exec(signature);
	const mac = (secret) => crypto.createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
	assert.strictEqual(now, mac(till.hookSecret));
	assert.strictEqual(old, mac('whsec_the_one_before'));
	assert.ok(Math.abs(t - Date.now() / 1000) < 5);
});

test('webhooks come again until they are taken; doubled, out of order, late, skewed and lost ones on order', async () => {
	const events = () => new Set(heard.map((e) => e.json.id)).size;
	await till.steer({ reset: true, retry_ms: 50 });
	heard = [];
	answers = [500, 503, 404];
	await paid();
	await until('all four are taken', 5000, () => events() === 4 && heard.length === 7);

	heard = [];
	await till.steer({ repeat: 2 });
	await paid();
	await until('each came three times', 5000, () => events() === 4 && heard.length === 12);

	heard = [];
	await till.steer({ repeat: 0, reorder: 4 });
	await paid();
	await until('they came', 5000, () => heard.length === 4);
	assert.deepStrictEqual(heard.map((e) => e.json.type),
		['checkout.session.completed', 'payment_intent.succeeded', 'charge.succeeded', 'payment_intent.created']);

	heard = [];
	await till.steer({ reset: true, skew_s: -900, webhook_delay_ms: 300 });
	const began = Date.now();
	await paid();
	await until('they came', 5000, () => heard.length === 4);
	assert.ok(heard[0].at - began >= 300);
	assert.ok(Math.abs(Number(/t=(\d+)/.exec(heard[0].signature)[1]) + 900 - Date.now() / 1000) < 10);

	heard = [];
	await till.steer({ reset: true, drop_webhooks: 4 });
	await paid();
	const last = (await till.deliveries()).slice(-4);
	assert.deepStrictEqual(last.map((d) => d.state), ['dropped', 'dropped', 'dropped', 'dropped']);
	await till.ask('POST', `/stub/events/${last[3].event}`, { json: {} });
	await until('the one that was asked for came', 5000, () => heard.length === 1);
	await till.ask('POST', '/stub/events', { json: { type: 'customer.created', object: { id: 'cus_1' } } });
	await until('one of an unknown kind came', 5000, () => of('customer.created').length === 1);
});

test('killed -9 it forgets nothing: objects, keys, events that wait', async () => {
	const s = (await checkout(wish(), { key: 'before-the-end' })).json, ledger = await till.ledger();
	await till.steer({ hold_webhooks: 1 });
	heard = [];
	await till.pay(s.url);
	await till.kill('SIGKILL');
	await till.up();
	const now = (await till.ask('GET', `/v1/checkout/sessions/${s.id}`)).json;
	assert.strictEqual(now.payment_status, 'paid');
	assert.strictEqual((await till.ledger()).net, ledger.net + 2000);
	assert.strictEqual((await checkout(wish(), { key: 'before-the-end' })).json.id, s.id);
	await until('the event is sent after all', 5000, () => of('checkout.session.completed').length);
});

test('a page of bytes and a form of nonsense are answered', async () => {
	for (const body of ['[]=1&[[[a]=2', 'a[b'.repeat(500), 'line_items[0]=x&line_items[0][price_data][currency]=%ff', '%', '=&=&', 'a'.repeat(100000)]) {
		const r = await fetch(`${till.address}/v1/checkout/sessions`, { method: 'POST', body,
			headers: { authorization: `Bearer ${till.secret}`, 'content-type': 'application/x-www-form-urlencoded' } });
		assert.strictEqual(r.status, 400, body.slice(0, 40));
	}
	assert.strictEqual((await till.ask('GET', '/c/pay/cs_test_none')).status, 404);
	assert.strictEqual((await till.ask('GET', '/v1/nothing')).status, 404);
});
