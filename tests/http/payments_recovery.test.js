// payments_recovery.test.js -- whoever dies between "pay online" and "the answer is stored": the customer pays once.
'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { until } = require('./house.js');
const r = require('./recovery.js');

const { at } = r;

// ---- the checkout: asked for, made, answered, stored

// Each brings a payment of this booking to its point, and gives what undoes the obstacle there.
const POINTS = {
	'before the provider was asked': async (id) => {
		await r.stopWorker('SIGTERM');
		await r.ok(r.choose(id));
		r.startWorker();
		return () => {};
	},
	'while the provider works': (id) => r.reached(r.CHECKOUT, { delay_ms: 1200 }, 'arrived', () => r.ok(r.choose(id))),
	'after the provider did it, before it answers': (id) => r.reached(r.CHECKOUT, { delay_after_ms: 1200 }, 'executed', () => r.ok(r.choose(id))),
	'after the answer, before it is stored': (id) => r.unstored(id, () => r.ok(r.choose(id))),
};
for (const [where, reach] of Object.entries(POINTS))
	for (const [who, dies] of Object.entries(r.DEATHS))
		test(`a checkout: ${who} dies ${where}`, async () => {
			const { id } = await r.hold();
			const release = await reach(id);
			await dies();
			await release();
			await r.recover();
			const url = await r.checkoutOf(id);
			assert.strictEqual((await at.till.pay(url)).status, 303);
			await r.becomes(id, 'confirmed');
			await r.oneEffect(id);
			const attempt = at.house.sql(`select attempt from payments where id = ${r.paymentOf(id)}`);
			assert.strictEqual((await at.till.all('checkout/sessions')).filter((s) => s.client_reference_id === attempt).length, 1, 'checkouts');
		});

// ---- the customer's request

test('the web dies while a customer chooses to pay: asked again with the same key, there is one payment', async () => {
	const { id } = await r.hold();
	const lock = await r.locked(`select 1 from reservations where id = ${id} for update`);
	const lost = r.choose(id, `chosen-${id}`).then((answer) => answer.status, (e) => e.message);
	await r.someoneWaits();
	await r.killWeb();
	await lock.release();
	assert.notStrictEqual(await lost, 200);
	assert.strictEqual(r.paymentOf(id), 0);
	await r.ok(r.choose(id, `chosen-${id}`));
	await at.till.pay(await r.checkoutOf(id));
	await r.becomes(id, 'confirmed');
	await r.oneEffect(id);
});

test('the web dies when it was done, and the answer with it: asked again with the same key, there is one payment', async () => {
	const { id } = await r.hold();
	r.choose(id, `lost-${id}`).catch(() => {});
	await until('it is done', 10000, () => r.paymentOf(id) > 0);
	await r.killWeb();
	await r.ok(r.choose(id, `lost-${id}`));
	await at.till.pay(await r.checkoutOf(id));
	await r.becomes(id, 'confirmed');
	await r.oneEffect(id);
	assert.strictEqual(r.number(`select count(*) from payments p join charges c on c.id = p.charge_id where c.reservation_id = ${id}`), 1);
});

// ---- the provider's word

test('the web dies while it writes down what the provider told: it is told again', async () => {
	const { id } = await r.hold();
	await r.ok(r.choose(id));
	const url = await r.checkoutOf(id);
	const lock = await r.locked('lock table inbox_events in access exclusive mode');
	await at.till.pay(url);
	await r.someoneWaits();
	await r.killWeb();
	await lock.release();
	await r.becomes(id, 'confirmed');
	await r.oneEffect(id);
	assert.strictEqual(r.number('select count(*) - count(distinct event_id) from inbox_events'), 0);
});

for (const [who, dies] of [['the worker', r.DEATHS['the worker']], ['the database', r.DEATHS['the database']]])
	test(`${who} dies while what the provider told is worked off`, async () => {
		const { id } = await r.hold();
		await r.ok(r.choose(id));
		const url = await r.checkoutOf(id);
		const lock = await r.locked(`select 1 from charges where reservation_id = ${id} for update`);
		await at.till.pay(url);
		await r.someoneWaits();
		await dies();
		await lock.release();
		await r.recover();
		await r.becomes(id, 'confirmed');
		await r.oneEffect(id);
	});

test('a webhook that is lost is not needed: the worker asks', async () => {
	const { id } = await r.hold();
	await r.ok(r.choose(id));
	const url = await r.checkoutOf(id);
	await at.till.steer({ drop_webhooks: 1000 });
	await at.till.pay(url);
	await r.stopWorker();
	r.startWorker();
	at.house.sql(`update payments set ask_at = now() where id = ${r.paymentOf(id)}`);
	await until('it has asked', 20000, () => {
		r.hurry();
		return r.status(id) === 'confirmed';
	});
	await r.oneEffect(id);
});

test('the webhook comes before the answer that names the checkout is stored', async () => {
	await r.stopWorker('SIGTERM');
	const { id } = await r.hold();
	await r.ok(r.choose(id));
	const lock = await r.locked(`select 1 from payments where id = ${r.paymentOf(id)} for update`);
	r.startWorker();
	await r.someoneWaits();
	const attempt = at.house.sql(`select attempt from payments where id = ${r.paymentOf(id)}`);
	const made = (await at.till.all('checkout/sessions')).find((s) => s.client_reference_id === attempt);
	assert.strictEqual((await at.till.pay(made.url)).status, 303);
	await until('it was told', 10000, () => r.number(`select count(*) from inbox_events where type = 'checkout.session.completed' and body like '%${made.id}%'`) === 1);
	await r.stopWorker();
	await lock.release();
	r.startWorker();
	await r.recover();
	await r.becomes(id, 'confirmed');
	await r.oneEffect(id);
});

// ---- the provider breaks, or says nothing

for (const [what, how] of [['breaks before it did it', { fail_next: { status: 500, on: r.CHECKOUT } }],
	['breaks after it did it', { fail_next: { status: 500, on: r.CHECKOUT, execute: true } }],
	['is too busy', { fail_next: [{ status: 429, on: r.CHECKOUT }, { status: 503, on: r.CHECKOUT }] }],
	['says nothing, and did nothing', { on: r.CHECKOUT, time_out_before_execution: 1 }],
	['says nothing, and did it', { on: r.CHECKOUT, time_out_after_execution: 1 }]])
	test(`a checkout: the provider ${what}`, async () => {
		const { id } = await r.hold();
		await at.till.steer(how);
		await r.ok(r.choose(id));
		const url = await until('there is a checkout', 30000, () => at.house.sql(`select checkout_url from payments where id = ${r.paymentOf(id)} and checkout_url <> ''`));
		await at.till.pay(url);
		await r.becomes(id, 'confirmed');
		await r.oneEffect(id);
	});

test('nothing was said that should not have been', () => {
	assert.deepStrictEqual(at.house.log().split('\n').filter((l) => /ERROR: Addr|runtime error|sandbox violation|BUG: /.test(l)), []);
});
