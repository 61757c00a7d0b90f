// refunds_recovery.test.js -- whoever dies between "give it back" and "the answer is stored": it goes back once.
'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { until } = require('./house.js');
const r = require('./recovery.js');

const { at } = r;

const POINTS = {
	'while the provider works': (id) => r.reached(r.REFUND, { delay_ms: 1200 }, 'arrived', () => r.cancel(id)),
	'after the provider did it, before it answers': (id) => r.reached(r.REFUND, { delay_after_ms: 1200 }, 'executed', () => r.cancel(id)),
	'after the answer, before it is stored': (id) => r.unstored(id, () => r.cancel(id)),
};
for (const [where, reach] of Object.entries(POINTS))
	for (const [who, dies] of Object.entries(r.DEATHS))
		test(`a refund: ${who} dies ${where}`, async () => {
			const id = await r.booked();
			await at.till.steer({ reset: true });
			const release = await reach(id);
			await dies();
			await release();
			await r.recover();
			await r.returned(id);
			await r.oneEffect(id);
		});

for (const [what, how] of [['breaks before it did it', { fail_next: { status: 500, on: r.REFUND } }],
	['breaks after it did it', { fail_next: { status: 500, on: r.REFUND, execute: true } }],
	['says nothing, and did it', { on: r.REFUND, time_out_after_execution: 1 }]])
	test(`a refund: the provider ${what}, and the worker dies of it`, async () => {
		const id = await r.booked();
		const already = (await at.till.requests(r.REFUND)).length;
		await at.till.steer(how);
		await r.cancel(id);
		await until('it was asked', 10000, async () => (await at.till.requests(r.REFUND)).slice(already).some((q) => q.state === 'hung' || (q.status === 500 && q.state === 'answered')));
		await r.stopWorker();
		r.startWorker();
		await r.recover();
		await r.returned(id);
		await r.oneEffect(id);
	});

test('nothing was said that should not have been', () => {
	assert.deepStrictEqual(at.house.log().split('\n').filter((l) => /ERROR: Addr|runtime error|sandbox violation|BUG: /.test(l)), []);
});
