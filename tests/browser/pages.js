// pages.js -- every page of the product, and who sees it: for axe (every_page.js) and for eyes (look.js).
//
// A page is an address, or a function of (page, made) that does something first and ends where it is to be looked at.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const day = (n, hour) => `${new Date(Date.now() + n * 86400000).toISOString().slice(0, 10)}T${hour}`;
const time = `from=${day(1, '14:00')}&until=${day(1, '17:30')}`;
const past = 'from=2020-01-01T10:00&until=2020-01-01T12:00';

// Customers could pay online; nobody goes there.
const NOWHERE = 'http://127.0.0.1:9';
const OPTIONS = { env: { PAYMENT_BASE_URL: NOWHERE, PAYMENT_SECRET_KEY: 'sk_test_of_nobody', PAYMENT_WEBHOOK_SECRET: 'whsec_of_nobody' } };

// Makes what some pages show: bookings in every state, a message that bounced, a tariff that is retired.
async function prepare(house) {
	const token = await house.login('customer', 'park-a-car');
	const post = async (where, body) => {
		const r = await house.post(`/api/v1${where}`, body, { token });
		if (r.status >= 300) throw new Error(`${where}: ${r.status} ${r.text}`);
		return r.json;
	};
	const hold = async (n) => (await post('/reservations', { lot: 1, slot: 'any', from: `${day(n, '14:00')}Z`, until: `${day(n, '16:00')}Z` })).id;
	const booked = async (n) => {
		const id = await hold(n);
		await post(`/reservations/${id}/confirmation`, { plate: 'K 419 TX', pay: 'exit' });
		return id;
	};
	const made = { address: house.address, lot: 1, confirmed: await booked(3), cancelled: await booked(4), ended: await hold(5), held: await hold(6) };
	await post(`/reservations/${made.cancelled}/cancellation`, {});
	const paid = await booked(7), operator = await house.login('operator', 'open-the-gate'), admin = await house.login('admin', '123456');
	await house.post(`/api/v1/reservations/${paid}/payments`, { method: 'cash', amount: '' }, { token: operator });
	const payment = Number(house.sql('select max(id) from payments'));
	await house.post(`/api/v1/admin/payments/${payment}/refunds`, { amount: '1.00', reason: 'The barrier was stuck' }, { token: admin });
	made.payment = payment;
	// As the provider would leave them: nobody is there, and no worker asks.
	const online = async (n, change) => {
		const id = await hold(n);
		await post(`/reservations/${id}/confirmation`, { plate: 'K 419 TX', pay: 'online' });
		house.sql(`update payments set provider_ref = 'cs_' || id, checkout_url = '${NOWHERE}/pay/' || id where id = (select max(id) from payments);
			${change} where id = (select max(id) from payments)`);
		return id;
	};
	made.unpaid = await online(8, `update payments set error = ''`);
	made.declined = await online(9, `update payments set error = 'Your card has insufficient funds.'`);
	made.failed = await online(10, `update payments set status = 'failed', ask_at = null, error = 'The time to pay ran out.'`);
	made.paid = await online(11, `update reservations set status = 'confirmed', confirmed_at = now() where id = (select max(id) from reservations);
		update charges set state = 'settled', settled_at = now() where id = (select max(id) from charges);
		update payments set status = 'paid', paid_at = now(), ask_at = null`);
	made.till = paid;
	made.due = await booked(12);
	made.receipt = Number(house.sql(`select id from receipts where payment_id = ${payment}`));
	made.credit_note = Number(house.sql(`select max(id) from receipts where refund_id is not null`));
	house.sql(`update reservations set status = 'expired', ended_at = now() where id = ${made.ended};
		insert into outbox (recipient, subject, body, state, error, attempts, tried_at)
			values ('a@b.example', 'Your code', E'Your code is\n\n042917', 'bounced', '550 5.1.1 no such user', 1, now());
		insert into users (username, email, first_name, password, verified_at, disabled_at)
			values ('long', 'hippolyte.wolfeschlegelsteinhausenbergerdorff@a-rather-long-host-name.example',
			'Hippolyte-Maximilian Wolfeschlegelsteinhausenbergerdorff', '', now(), now())`);
	made.message = Number(house.sql('select max(id) from outbox'));
	made.user = Number(house.sql("select id from users where username = 'customer'"));
	house.sql(`insert into reviews (lot_id, user_id, rating, words, stayed_at, created_at)
		select 1, id, 4, E'Bright and clean.\nThe ramp is narrow for a van. מצוין 🚗', now() - interval '1 day', now()
		from users where username = 'customer' on conflict do nothing`);
	made.review = Number(house.sql('select max(id) from reviews'));
	made.hidden = Number(house.sql('select min(id) from reviews where hidden_at is not null'));
	const device = (which) => Number(house.sql(`select min(d.id) from devices d join device_reports r on r.device_id = d.id join slots s on s.id = d.slot_id where ${which}`));
	made.device = device('r.read_at is not null and not s.ev');
	made.charger = device('r.read_at is not null and s.ev');
	made.silent = device('r.read_at is null');
	made.tariff = Number(house.sql('select min(id) from tariffs where not built_in'));
	made.slot = Number(house.sql('select min(id) from slots'));
	// A letter about a past month, and another that is not of this house.
	made.month = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
	house.ctl('report', '--month', made.month);
	made.leave = new URL(house.sql("select unsubscribe from outbox where unsubscribe <> '' limit 1")).search;
	const row = (query) => JSON.parse(house.sql(`select row_to_json(x) from (${query}) x`));
	made.parked = row(`select id, lot_id as lot, plate from stays where status = 'open' and reservation_id is null order by id limit 1`);
	made.coming = row(`select r.lot_id as lot, r.plate from reservations r where r.id = (select max(id) from reservations where status = 'confirmed' and plate <> '')`);
	made.owing = Number(house.sql(`select stay_id from charges where stay_id is not null and state = 'open' order by id desc limit 1`));
	house.sql(`update stays set user_id = ${made.user} where id = ${made.owing}`);
	made.debtor = house.sql(`select plate from stays where id = ${made.owing}`);
	made.anomaly = Number(house.sql(`select min(id) from anomalies where state = 'open'`));
	// Two photographs that wait for a person, and a camera.
	for (const name of ['small.jpg', 'night.jpg']) {
		const form = new FormData();
		form.append('image', new Blob([fs.readFileSync(path.join(__dirname, '..', 'plates', name))]), name);
		const r = await fetch(`${house.address}/api/v1/plate-reads`, { method: 'POST', body: form, headers: { authorization: `Bearer ${operator}` } });
		if (r.status !== 201) throw new Error(`${name}: ${r.status} ${await r.text()}`);
	}
	house.sql(`update plate_reads set state = 'waiting', decided_at = null, confidence = .41, second = 'B96TR' where image_key <> ''`);
	made.read = Number(house.sql(`select max(id) from plate_reads where image_key <> ''`));
	made.told = Number(house.sql(`select min(id) from plate_reads where image_key = ''`));
	made.camera = Number(house.sql('select min(id) from cameras'));
	made.zone = Number(house.sql('select min(id) from zones'));
	return made;
}

const press = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole('button', { name }).click()]);
// Sends the form as if there were no script, so that the server says what is wrong.
const send = (page, form) => Promise.all([page.waitForNavigation(), page.$eval(form, (f) => HTMLFormElement.prototype.submit.call(f))]);

const PAGES = {
	nobody: {
		home: '/', results: `/lots?${time}`, results_now: '/lots', results_place: `/lots?near=amsterdam&${time}`,
		results_point: `/lots?near=52.36,4.88&${time}`, nothing: `/lots?near=xyzzy-nowhere&${time}`, search_refused: '/lots?near=Delft&from=a&until=b',
		lot: `/lots/1?${time}`, lot_past: `/lots/6?${past}`, lot_reviews: '/lots/2/reviews', lot_reviews_five: '/lots/2/reviews?stars=5', quote_nobody: `/quotes?lot=1&slot=any&${time}`, docs: '/api/docs', docs_part: '/api/docs/reservations', docs_none: '/api/docs/nothing',
		leave: (page, made) => page.goto(`${made.address}/reports/unsubscribe${made.leave}`), leave_torn: '/reports/unsubscribe?token=torn',
		login: '/login', signup: '/signup', password: '/password', gone: '/no-such-page', no_lot: '/lots/999999',
		code: async (page, made) => {
			await page.goto(`${made.address}/password`);
			await page.fill('#email', 'customer@parking.example');
			await press(page, 'Send me the code');
		},
		verification: async (page, made) => {
			await page.goto(`${made.address}/signup`);
			await page.fill('#first_name', 'Nora');
			await page.fill('#email', `nora.${Date.now()}@parking.example`);
			await page.fill('#password', 'a few words of mine');
			await press(page, 'Send me the code');
		},
		login_refused: async (page, made) => {
			await page.goto(`${made.address}/login`);
			await page.fill('#login', 'nobody');
			await page.fill('#password', 'wrong');
			await press(page, 'Log in');
		},
		refused: async (page, made) => {
			await page.goto(`${made.address}/signup`);
			await page.fill('#email', 'none');
			await send(page, 'form[action="/signup"]');
		},
	},
	customer: {
		mine: '/reservations', profile: '/profile', vehicles: '/vehicles', quote: `/quotes?lot=1&slot=any&${time}`,
		quote_again: `/quotes/new?lot=1&${time}`,
		quote_refused: `/quotes?lot=1&slot=any&from=${day(1, '14:00')}&until=${day(1, '13:00')}`,
		hold: (page, made) => page.goto(`${made.address}/reservations/${made.held}`),
		ticket: (page, made) => page.goto(`${made.address}/reservations/${made.confirmed}`),
		cancel: (page, made) => page.goto(`${made.address}/reservations/${made.confirmed}/cancellation`),
		extend: (page, made) => page.goto(`${made.address}/reservations/${made.confirmed}/extension`),
		cancelled: (page, made) => page.goto(`${made.address}/reservations/${made.cancelled}`),
		over: (page, made) => page.goto(`${made.address}/reservations/${made.ended}`),
		hold_again: (page, made) => page.goto(`${made.address}/reservations/${made.unpaid}`),
		paying: (page, made) => page.goto(`${made.address}/reservations/${made.unpaid}/payment?from=left`),
		paying_declined: (page, made) => page.goto(`${made.address}/reservations/${made.declined}/payment?from=left`),
		paying_failed: (page, made) => page.goto(`${made.address}/reservations/${made.failed}/payment`),
		paying_done: (page, made) => page.goto(`${made.address}/reservations/${made.paid}/payment?from=checkout`),
		ticket_paid: (page, made) => page.goto(`${made.address}/reservations/${made.paid}`),
		cancel_paid: (page, made) => page.goto(`${made.address}/reservations/${made.paid}/cancellation`),
		stay_own: (page, made) => page.goto(`${made.address}/stays/${made.owing}`),
		paying_stay: (page, made) => page.goto(`${made.address}/stays/${made.owing}/payment`),
		receipts: '/receipts',
		receipts_none: (page, made) => page.goto(`${made.address}/receipts?reservation=${made.held}`),
		receipt: (page, made) => page.goto(`${made.address}/receipts/${made.receipt}`),
		credit_note: (page, made) => page.goto(`${made.address}/receipts/${made.credit_note}`),
		notices: '/notices', notice_choices: '/profile/notices', reports: '/reports',
		report: (page, made) => page.goto(`${made.address}/reports/${made.month}`),
		data: '/profile/data', leave: '/profile/deletion',
		reviews_mine: '/reviews', review_own: '/lots/1/review', review_not_yet: '/lots/12/review',
		forbidden: '/admin/lots',
	},
	operator: {
		gate: '/gate?lot=1', gate_unknown: '/gate?lot=1&plate=QQ+1', gate_refused: '/gate?lot=1&plate=--',
		gate_inside: (page, made) => page.goto(`${made.address}/gate?lot=${made.parked.lot}&plate=${made.parked.plate}`),
		gate_booked: (page, made) => page.goto(`${made.address}/gate?lot=${made.coming.lot}&plate=${made.coming.plate}`),
		gate_debt: (page, made) => page.goto(`${made.address}/gate?lot=1&plate=${made.debtor}`),
		shift: '/gate/shift', live: '/lots/1/live', stays: '/stays', stays_inside: '/stays?status=open&sort=-lasts', stays_none: '/stays?plate=ZZZZZZ',
		stays_debts: '/stays?about=debts',
		stay: (page, made) => page.goto(`${made.address}/stays/${made.parked.id}`),
		stay_owing: (page, made) => page.goto(`${made.address}/stays/${made.owing}`),
		anomalies: '/anomalies', anomalies_closed: '/anomalies?state=closed', anomalies_none: '/anomalies?plate=ZZZZZZ',
		anomaly: (page, made) => page.goto(`${made.address}/anomalies/${made.anomaly}`),
		notice_new: '/notices/new',
		devices: '/devices', devices_none: '/devices?q=zzzz', devices_offline: '/devices?health=offline&sort=slot',
		device: (page, made) => page.goto(`${made.address}/devices/${made.device}`),
		device_days: (page, made) => page.goto(`${made.address}/devices/${made.charger}?from=${day(-3, '').slice(0, 10)}&until=${day(0, '').slice(0, 10)}`),
		device_silent: (page, made) => page.goto(`${made.address}/devices/${made.silent}`),
		device_refused: (page, made) => page.goto(`${made.address}/devices/${made.device}?from=2026-02-02&until=2026-02-01`),
		plate_desk: '/plate-reads', plate_none: '/plate-reads?plate=ZZZ999', plate_new: '/plate-reads/new',
		plate_read: (page, made) => page.goto(`${made.address}/plate-reads/${made.read}`),
		plate_told: (page, made) => page.goto(`${made.address}/plate-reads/${made.told}`),
		till: (page, made) => page.goto(`${made.address}/reservations/${made.confirmed}/payments`),
	},
	admin: {
		devices_admin: '/devices', device_new: '/devices/new',
		device_edit: (page, made) => page.goto(`${made.address}/devices/${made.device}/edit`),
		device_taken: async (page, made) => {
			await page.goto(`${made.address}/devices/new`);
			await page.fill('#code', 'SEN-1001');
			await page.fill('#slot', 'nowhere');
			await send(page, 'main form[action="/devices"]');
		},
		rounds: '/admin/reports', house_month: (page, made) => page.goto(`${made.address}/admin/reports/${made.month}`),
		forecasts: '/admin/forecasts', forecast: '/admin/forecasts/1',
		cameras: '/admin/cameras', camera: (page, made) => page.goto(`${made.address}/admin/cameras/${made.camera}`),
		reviews: '/admin/reviews', reviews_none: '/admin/reviews?q=zzzz',
		review: (page, made) => page.goto(`${made.address}/admin/reviews/${made.review}`),
		review_hidden: (page, made) => page.goto(`${made.address}/admin/reviews/${made.hidden}`),
		dashboard: '/admin', dashboard_year: '/admin?range=year', dashboard_lot: '/admin?lot=1&range=7d', dashboard_none: '/admin?from=2001-01-01&until=2001-01-31',
		dashboard_refused: '/admin?from=yesterday&until=2026-02-30',
		lots: '/admin/lots', lots_none: '/admin/lots?q=zzzz', lot_desk: '/admin/lots/1', lot_new: '/admin/lots/new',
		lot_refused: async (page, made) => {
			await page.goto(`${made.address}/admin/lots/new`);
			await page.fill('#name', 'A lot');
			await page.fill('#latitude', 'north');
			await page.fill('#currency', 'XX');
			await send(page, 'main form');
		},
		slot: (page, made) => page.goto(`${made.address}/admin/slots/${made.slot}`),
		zone: (page, made) => page.goto(`${made.address}/admin/zones/${made.zone}`),
		tariffs: '/admin/tariffs', tariff_new: '/admin/tariffs/new', tariff_refused: '/admin/tariffs/new?price=x&name=',
		tariff: (page, made) => page.goto(`${made.address}/admin/tariffs/${made.tariff}`),
		tariff_edit: (page, made) => page.goto(`${made.address}/admin/tariffs/${made.tariff}/edit`),
		users: '/admin/users', users_none: '/admin/users?q=zzzz', user_new: '/admin/users/new',
		user: (page, made) => page.goto(`${made.address}/admin/users/${made.user}`),
		keys: '/admin/api-keys', outbox: '/admin/outbox', outbox_none: '/admin/outbox?state=failed',
		message: (page, made) => page.goto(`${made.address}/admin/outbox/${made.message}`),
		payments: '/admin/payments', payments_none: '/admin/payments?until=2001-01-01', payments_page: '/admin/payments?method=online&sort=-amount&page=2&rows=25',
		refunds: '/admin/refunds', refunds_none: '/admin/refunds?until=2001-01-01', receipts_all: '/admin/receipts?sort=-amount', receipts_none: '/admin/receipts?q=zzzz',
		bookings: '/admin/reservations', bookings_sorted: '/admin/reservations?sort=price&status=completed', bookings_none: '/admin/reservations?q=zzzz',
		jobs: '/admin/jobs', jobs_none: '/admin/jobs?state=failed&kind=zzzz', health: '/admin/health', tables: '/admin/tables',
		payment: (page, made) => page.goto(`${made.address}/admin/payments/${made.payment}`),
		payment_refused: async (page, made) => {
			await page.goto(`${made.address}/admin/payments/${made.payment}`);
			await page.fill('#amount', '9999');
			await page.fill('#reason', 'Too much');
			await send(page, 'main form[action$="/refunds"]');
		},
		till: (page, made) => page.goto(`${made.address}/reservations/${made.till}/payments`),
		till_due: (page, made) => page.goto(`${made.address}/reservations/${made.due}/payments`),
		deletions: '/admin/deletions', deletions_class: '/admin/deletions?class=notices&empty=true', deletions_none: '/admin/deletions?class=zzzz',
		leave_of: (page, made) => page.goto(`${made.address}/admin/users/${made.user}/deletion`),
		audit: '/admin/audit', audit_none: '/admin/audit?who=zzzz',
		key_made: async (page, made) => {
			await page.goto(`${made.address}/admin/api-keys`);
			await page.fill('#name', 'Barrier 1');
			await page.check('#gate');
			await press(page, 'Make the key');
		},
	},
};

async function look(page, where, made) {
	return typeof where === 'string' ? page.goto(made.address + where) : where(page, made);
}

module.exports = { PAGES, OPTIONS, prepare, look, time, past, day };
