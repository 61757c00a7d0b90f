// recovery.js -- the product, its worker and the provider, each of which can be killed at a known point; and what must hold
// afterwards: one charge at the provider, one paid payment, one receipt, and a ledger that says what the provider's does.
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { after, before, beforeEach } = require('node:test');
const { House, until } = require('./house.js');
const { Till } = require('./till.js');

const ctl = path.join(__dirname, '..', '..', 'build', 'parkctl');
const CHECKOUT = 'POST /v1/checkout/sessions', REFUND = 'POST /v1/refunds'; // at the provider
const at = {}; // house and till, once they are up
let house, till, worker, lot, slot, ada, next = 0, firstPayment;

const hour = (n) => new Date(Math.ceil(Date.now() / 3600000) * 3600000 + n * 3600000).toISOString().replace('.000', '');
const ask = (method, where, body, options = {}) => house.request(method, `/api/v1${where}`, { token: ada, body, ...options });
const number = (sql) => Number(house.sql(sql));
async function ok(promise) {
	const r = await promise;
	assert.ok(r.status < 300, `${r.status} ${r.text}`);
	return r.json;
}

// ---- the customer's steps

const hold = () => ok(ask('POST', '/reservations', { lot, slot, from: hour(2 + next), until: hour(3 + next++) }));
const choose = (id, key) => ask('POST', `/reservations/${id}/confirmation`, { plate: 'B-AX 12', pay: 'online' },
	key ? { headers: { 'idempotency-key': key } } : {});
const paymentOf = (id) => number(`select max(p.id) from payments p join charges c on c.id = p.charge_id where c.reservation_id = ${id}`);
const status = (id) => house.sql(`select status from reservations where id = ${id}`);
const becomes = (id, wanted) => until(`booking ${id} is ${wanted}`, 20000, () => status(id) === wanted);
const checkoutOf = (id) => until(`booking ${id} has a checkout`, 20000,
	() => house.sql(`select checkout_url from payments where id = ${paymentOf(id)} and checkout_url <> ''`) || void hurry());
async function booked() {
	const { id } = await hold();
	await ok(choose(id));
	await till.pay(await checkoutOf(id));
	await becomes(id, 'confirmed');
	return id;
}
const cancel = (id) => ok(ask('POST', `/reservations/${id}/cancellation`, {}));
const returned = (id) => until(`what was paid for ${id} went back`, 20000, () => house.sql(`select r.status from refunds r join payments p on p.id = r.payment_id
	join charges c on c.id = p.charge_id where c.reservation_id = ${id}`) === 'done' || void hurry());

// ---- what can die, and comes back

const startWorker = () => { worker = house.child('worker', [ctl, 'work'], house.settings(house.run)); };
async function stopWorker(signal = 'SIGKILL') {
	process.kill(worker.pid, signal);
	await worker.ended;
}
async function killWeb() {
	for (const pid of house.workers().split(' ')) process.kill(Number(pid), 'SIGKILL');
	await until('the web is back', 15000, () => house.get('/readyz').then((r) => r.status === 200, () => false));
}
const DEATHS = {
	'the worker': async () => {
		await stopWorker();
		startWorker();
	},
	'the web process': killWeb,
	'the provider': async () => {
		await till.kill();
		await till.up();
	},
	'the database': async () => {
		await house.stopPostgres('SIGQUIT'); // as if the power went
		await house.startPostgres();
		await until('the web has found it', 15000, () => house.get('/readyz').then((r) => r.status === 200, () => false));
	},
	'every one of them': async () => {
		await Promise.all([till.kill(), stopWorker(), house.stopPostgres('SIGQUIT'), ...house.workers().split(' ').map((pid) => process.kill(Number(pid), 'SIGKILL'))]);
		await house.startPostgres();
		await till.up();
		startWorker();
		await until('the web is back', 20000, () => house.get('/readyz').then((r) => r.status === 200, () => false));
	},
};

// A job that came to nothing waits for its next try, and a worker that died has its jobs for a minute or two yet: not here.
// But it has ten tries, which must outlast a provider that is still at work.
let hurried = 0;
const hurry = (state = 'waiting') => {
	if (state === 'waiting' && Date.now() - hurried < 400) return;
	hurried = Date.now();
	house.sql(`update jobs set run_at = now() where kind ~ '^(payment|refund)' and state = '${state}' and run_at > now(); notify jobs`);
};
async function recover() {
	await till.steer({ reset: true, retry_ms: 100 });
	hurry('running');
}

// Rows that somebody else holds: whoever wants to write them waits until release().
async function locked(sql) {
	const psql = spawn('psql', ['-qXAt', '-h', house.run, '-U', 'parking', '-d', 'parking'], { stdio: ['pipe', 'pipe', 'ignore'] });
	const said = new Promise((done) => psql.stdout.on('data', (d) => String(d).includes('held') && done()));
	const ended = new Promise((done) => psql.on('exit', done));
	psql.stdin.on('error', () => {}); // the database may be gone by then
	psql.stdin.write(`begin; ${sql}; select 'held';\n`);
	await said;
	return { release: () => { psql.stdin.end(); return ended; } };
}
const someoneWaits = () => until('somebody waits for the lock', 10000,
	() => house.sql(`select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = 'parking'`) !== '0');

// ---- what must hold in the end

async function oneEffect(id) {
	await until('all jobs are done', 20000, () => {
		hurry();
		return house.sql(`select count(*) from jobs where kind ~ '^(payment_|refund_)' and state in ('waiting', 'running')`) === '0';
	});
	const attempts = house.sql(`select p.attempt from payments p join charges c on c.id = p.charge_id where c.reservation_id = ${id}`).split('\n');
	const of = (o) => attempts.some((a) => (o.metadata.attempt || '').startsWith(a));
	const charges = (await till.all('charges')).filter((c) => c.paid && of(c));
	assert.strictEqual(charges.length, 1, 'charges at the provider');
	assert.strictEqual(number(`select count(*) from payments p join charges c on c.id = p.charge_id where c.reservation_id = ${id} and p.status = 'paid'`), 1, 'payments');
	assert.strictEqual(number(`select count(*) from receipts q join payments p on p.id = q.payment_id join charges c on c.id = p.charge_id
		where c.reservation_id = ${id}`), 1, 'receipts');
	const refunds = number(`select count(*) from refunds r join payments p on p.id = r.payment_id join charges c on c.id = p.charge_id where c.reservation_id = ${id}`);
	assert.strictEqual((await till.ask('GET', `/v1/refunds?charge=${charges[0].id}`)).json.data.length, refunds, 'refunds at the provider');
	assert.strictEqual(number(`select coalesce(sum(amount), 0) from ledger where method = 'online' and payment_id > ${firstPayment}`), (await till.ledger()).net, 'sums');
	assert.strictEqual(house.sql(`select count(*) from (select number, row_number() over (partition by substr(number, 3, 4) order by number) as n from receipts) x
		where substr(number, 8)::bigint <> n`), '0', 'numbers without a gap');
	assert.strictEqual(house.sql('select (select coalesce(sum(amount), 0) from ledger) - (select coalesce(sum(amount), 0) from receipts)'), '0', 'receipts');
}

before(async () => {
	till = await Till.start();
	house = await House.start({ env: { ...till.settings(), LIMIT_BOOKINGS: '10000' } });
	till.webhook = `${house.address}/hooks/payments`;
	await till.kill('SIGTERM');
	await till.up();
	house.sql(`insert into lots (name, time_zone, currency, search, tax_basis_points) values ('Recovery', 'Europe/Berlin', 'EUR', 'recovery', 1900);
		insert into zones (lot_id, code) select id, 'RCVR' from lots where name = 'Recovery';
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'RCVR-1', 'R-1' from zones where code = 'RCVR';
		insert into users (username, email, password, verified_at) select 'ada', 'ada@recovery.test',
			(select password from users where username = 'customer'), now()`);
	lot = number(`select id from lots where name = 'Recovery'`);
	slot = number(`select id from slots where code = 'RCVR-1'`);
	firstPayment = number('select coalesce(max(id), 0) from payments');
	ada = await house.login('ada', 'park-a-car');
	startWorker();
	Object.assign(at, { house, till });
});
beforeEach(async () => {
	await till.steer({ reset: true, retry_ms: 100 });
	// Nobody may have more than twenty bookings ahead.
	house.sql(`update reservations set status = 'completed', checked_in_at = confirmed_at, ended_at = now() where user_id = (select id from users where username = 'ada')
		and status = 'confirmed'`);
});
after(async () => {
	if (worker) await stopWorker('SIGTERM');
	if (house) await house.stop();
	if (till) await till.stop();
});

// ---- at a point

// Steers the provider, does what makes us ask it, and comes back when its side of that is in this state.
async function reached(on, how, state, deed) {
	await till.steer({ on, ...how });
	const already = (await till.requests(on)).length;
	await deed();
	await until(`the request is ${state}`, 10000, async () => (await till.requests(on)).slice(already).some((r) => r.state === state));
	return () => {};
}
// The worker has its answer, and cannot write it down.
async function unstored(id, deed) {
	await stopWorker('SIGTERM');
	await deed();
	const lock = await locked(`select 1 from payments where id = ${paymentOf(id)} for update`);
	startWorker();
	await someoneWaits();
	return lock.release;
}

module.exports = { at, CHECKOUT, REFUND, DEATHS, hold, choose, cancel, booked, ok, number, status, paymentOf, checkoutOf, becomes, returned, killWeb,
	startWorker, stopWorker, hurry, recover, locked, someoneWaits, oneEffect, reached, unstored };
