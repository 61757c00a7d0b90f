// forms.test.js -- nothing typed is lost: whatever is wrong with a form, or with us, it comes back as it was.
'use strict';
const assert = require('node:assert');
const { test, after, before } = require('node:test');
const { House, until } = require('./house.js');
const { Browser } = require('./browser.js');

let house, customer, admin;
before(async () => {
	house = await House.start();
	customer = new Browser(house);
	await customer.logIn('customer', 'park-a-car');
	admin = new Browser(house);
	await admin.logIn('admin', '123456');
});
after(() => house && house.stop());

const day = (n, hour) => `${new Date(Date.now() + n * 86400000).toISOString().slice(0, 10)}T${hour}`;
const value = (page, name) => (new RegExp(`name="${name}"[^>]*? value="([^"]*)"`).exec(page) || [])[1];
const bare = (r) => /class="problem"/.test(r.text);
const hidden = (page) => Object.fromEntries([...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, n, v]) => [n, v]));

test('bad times of a quote lead to a form with words beside the fields', async () => {
	const r = await customer.get(`/quotes?lot=1&slot=any&from=${day(2, '14:00')}&until=${day(2, '13:00')}`);
	assert.strictEqual(r.status, 422);
	assert.ok(!bare(r));
	assert.match(r.text, /id="until-e">This has to come after the beginning/);
	assert.strictEqual(value(r.text, 'from'), day(2, '14:00'));
	assert.strictEqual(value(r.text, 'until'), day(2, '13:00'));
	assert.strictEqual(value(r.text, 'lot'), '1');
});

test('the same of a booking, by a form made by hand', async () => {
	const r = await customer.post('/reservations', { lot: 1, slot: 'any', from: '2020-01-01T10:00', until: '2020-01-01T12:00' }, '/profile');
	assert.strictEqual(r.status, 422);
	assert.match(r.text, /id="from-e">That is past/);
	assert.strictEqual(value(r.text, 'from'), '2020-01-01T10:00');
});

test('a refused change of a zone stands on its page as it was typed, and so does a refused end', async () => {
	let r = await admin.post('/admin/zones/1', { zone_code: 'two words 😀', zone_name: 'Ground & "floor"' });
	assert.strictEqual(r.status, 422);
	assert.strictEqual(value(r.text, 'zone_code'), 'two words 😀');
	assert.match(value(r.text, 'zone_name'), /^Ground &amp; &quot;floor&quot;$/);
	assert.match(r.text, /id="zone_code-e"/);
	r = await admin.post('/admin/zones/1/deletion', {});
	assert.strictEqual(r.status, 409);
	assert.ok(!bare(r));
	assert.match(r.text, /The zone still has slots/);
	r = await admin.get('/admin/zones/1');
	assert.strictEqual(value(r.text, 'zone_code'), 'AMS1-A', 'nothing was changed');
});

test('a filter that will not do shows its list, with words beside it', async () => {
	for (const where of [`/admin/users?q=${'x'.repeat(200)}`, `/admin/audit?who=${'x'.repeat(200)}`, `/admin/lots?q=${'x'.repeat(200)}`, '/admin/outbox?state=lost']) {
		const r = await admin.get(where);
		assert.strictEqual(r.status, 422, where);
		assert.ok(!bare(r), where);
		assert.match(r.text, /data-errors/);
	}
});

test('no form of the product answers with a bare problem when what it holds is absurd', async () => {
	const id = house.sql("select min(id) from users where username = 'customer'");
	const forms = ['/admin/users', '/admin/api-keys', '/admin/lots', '/admin/lots/1', '/admin/lots/1/zones', '/admin/lots/1/slots', '/admin/lots/1/slots/changes',
		'/admin/zones/1', '/admin/slots/1', '/admin/tariffs', '/admin/tariffs/1/versions', `/admin/users/${id}/role`, '/vehicles', '/profile/password', '/profile/email',
		'/reservations', '/login', '/signup', '/password', '/appearance'];
	const odd = ['', '😀'.repeat(50), '\u202eright to left', '-1', '99999999999999999999', "'; drop table lots", '\u0007'];
	for (const where of forms)
		for (const text of odd) {
			const names = ['name', 'email', 'role', 'password', 'plate', 'label', 'labels', 'code', 'zone_code', 'zone_id', 'chosen', 'deed', 'size', 'price', 'currency', 'latitude',
				'hours', 'days_ahead', 'hours_by', 'mon_from', 'current', 'lot', 'slot', 'from', 'until', 'login', 'theme', 'first_name', 'tariff_id', 'version', 'number'];
			const r = await admin.post(where, Object.fromEntries(names.map((n) => [n, text])), '/profile');
			assert.ok(r.status === 303 || (r.status >= 400 && r.status < 500), `${where} ${JSON.stringify(text)}: ${r.status}`);
			assert.ok(!bare(r), `${where} ${JSON.stringify(text)}: a bare ${r.status}`);
		}
	assert.deepStrictEqual(house.complaints(), []);
});

test('who was logged out while a form was open keeps what was typed, without the password, and sends it after logging in', async () => {
	const gone = new Browser(house);
	await gone.logIn('customer', 'park-a-car');
	const csrf = await gone.token('/vehicles');
	gone.jar.delete('sid');
	let r = await gone.go('POST', '/vehicles', { form: { csrf, plate: 'KEPT 1', label: 'The <van>' } });
	assert.strictEqual(r.status, 401);
	assert.match(r.text, /You have been logged out/);
	assert.strictEqual(hidden(r.text).plate, 'KEPT 1');
	const kept = hidden(r.text);
	await gone.logIn('customer', 'park-a-car');
	r = await gone.go('POST', '/vehicles', { form: { ...kept, label: 'The van' } });
	assert.strictEqual(r.status, 403);
	assert.strictEqual(value(r.text, 'plate'), 'KEPT 1', 'the form is shown afresh, and nothing is lost');
	r = await gone.post('/vehicles', { plate: value(r.text, 'plate') }, '/vehicles');
	assert.strictEqual(r.status, 303);
	gone.jar.delete('sid');
	r = await gone.go('POST', '/profile/password', { form: { csrf, current: 'my secret one', password: 'my secret two' } });
	assert.ok(!/my secret/.test(r.text), 'a password is not shown again');
});

test('a stranger’s booking goes on at its quote after the log-in', async () => {
	const r = await new Browser(house).post('/reservations', { lot: 1, slot: 'any', from: day(2, '14:00'), until: day(2, '16:00') }, '/login');
	assert.strictEqual(r.status, 303);
	assert.match(decodeURIComponent(r.to), /^\/login\?next=\/quotes\?lot=1&slot=any&from=/);
});

test('while the database is away a form waits on its page, and is sent once more when it is back', async () => {
	const csrf = await customer.token('/vehicles');
	await house.stopPostgres('SIGINT');
	let r = await customer.go('POST', '/vehicles', { form: { csrf, plate: 'WAIT 1', label: 'Zoë’s' } });
	assert.strictEqual(r.status, 503);
	assert.match(r.text, /<button[^>]*>Send it again<\/button>/);
	assert.match(r.text, /<form[^>]* action="\/vehicles" method="post">/);
	const kept = hidden(r.text);
	assert.deepStrictEqual([kept.plate, kept.label, kept.csrf], ['WAIT 1', 'Zoë’s', csrf]);
	await house.startPostgres();
	await until('it is done', 15000, async () => (r = await customer.go('POST', '/vehicles', { form: kept })).status === 303);
	assert.match((await customer.get('/vehicles')).text, /WAIT 1/);
});
