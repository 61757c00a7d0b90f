// forms.test.js -- while a form is filled in: what is wrong is said beside its field, in the words in which the server refuses it.
'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { at, begins, visitor, person, go, press, fine } = require('./house.js');

begins();
const hour = (n) => new Date(Date.now() + n * 3600000).toISOString().slice(0, 13) + ':00';

const FIELDS = 'main form input:not([type=hidden]), main form select';
const told = (page, id) => page.locator(`#${id}-e:visible`);
// What the server says of the same answers to somebody without script.
async function plainly(page, where, answers, button) {
	const plain = await visitor({ javaScriptEnabled: false, storageState: await page.context().storageState() });
	await go(plain, where);
	await plain.evaluate(() => document.querySelectorAll('form').forEach((f) => (f.noValidate = true)));
	for (const [id, value] of Object.entries(answers)) await plain.fill(`#${id}`, value);
	await press(plain, button);
	return plain;
}

// Each form: who fills it in, where, an answer that will not do, and the button that would send it.
const FORMS = [
	['nobody', '/signup', { email: 'nora' }, 'Send me the code'],
	['nobody', '/signup', { password: 'short' }, 'Send me the code'],
	['nobody', '/password', { email: 'nobody at home' }, 'Send me the code'],
	['nobody', '/', { until: hour(-200) }, 'Find a space'],
	['customer', '/profile', { phone: 'by pigeon' }, 'Save'],
	['customer', '/profile', { password: 'short' }, 'Change the password'],
	['customer', '/vehicles', { plate: '😀' }, 'Add the vehicle'],
	['customer', `/quotes/new?lot=1&from=${hour(30)}&until=${hour(33)}`, { from: '2020-01-01T10:00' }, 'See the quote'],
	['admin', '/admin/users/new', { username: 'two words' }, 'Make the account'],
	['admin', '/admin/lots/new', { currency: 'XX' }, 'Make the lot'],
	['admin', '/admin/lots/1', { default_minutes: '5' }, 'Save the lot'],
	['admin', '/admin/lots/1', { zone_code: 'two words' }, 'Add the zone'],
	['admin', '/admin/slots/1', { code: '' }, 'Save the slot'],
	['admin', '/admin/zones/1', { zone_code: 'AMS1-B' }, 'Save the zone'],
	['admin', '/admin/tariffs/new?name=Try&currency=EUR&price=5', { cap: '1' }, 'Publish the tariff'],
];
for (const [who, where, answer, button] of FORMS)
	test(`${where} says at once what is wrong with ${Object.keys(answer)}: ${Object.values(answer)}`, async () => {
		const page = who === 'nobody' ? await visitor() : await person(who);
		const [[id, value]] = Object.entries(answer);
		await go(page, where);
		assert.strictEqual(await page.locator('.error:visible').count(), 0, 'nobody is blamed beforehand');
		await page.fill(`#${id}`, value);
		await page.locator(`#${id}`).blur();
		await told(page, id).waitFor();
		const said = await told(page, id).innerText();
		assert.strictEqual(await page.getAttribute(`#${id}`, 'aria-invalid'), 'true');
		assert.ok((await page.getAttribute(`#${id}`, 'aria-describedby')).split(' ').includes(`${id}-e`));
		assert.strictEqual(await page.inputValue(`#${id}`), value);
		const plain = await plainly(page, where, answer, button);
		assert.strictEqual(await told(plain, id).innerText(), said, 'in the same words');
		assert.strictEqual(await plain.getAttribute(`#${id}`, 'aria-invalid'), 'true');
		assert.deepStrictEqual(page.said, []);
		await plain.context().close();
		await page.context().close();
	});

test('a field that is mended is no longer blamed, while it is still being typed in', async () => {
	const page = await visitor();
	await go(page, '/signup');
	await page.fill('#email', 'nora');
	await page.press('#email', 'Tab');
	await told(page, 'email').waitFor();
	await page.fill('#email', 'nora@parking.example');
	await told(page, 'email').waitFor({ state: 'hidden' });
	assert.strictEqual(await page.getAttribute('#email', 'aria-invalid'), null);
	assert.strictEqual(await page.getAttribute('#email', 'aria-describedby'), null);
});

test('a form that will not do is not sent: the first wrong field is in focus, and the password is still there', async () => {
	const page = await visitor();
	await go(page, '/signup');
	await page.fill('#email', 'nora@parking.example');
	await page.fill('#password', 'a few words of mine');
	await page.getByRole('button', { name: 'Send me the code' }).click();
	await told(page, 'first_name').waitFor();
	assert.strictEqual(await page.evaluate(() => document.activeElement.id), 'first_name');
	assert.strictEqual(await page.inputValue('#password'), 'a few words of mine');
	assert.match(page.url(), /\/signup$/);
	await fine(page);
	await page.fill('#first_name', 'Nora');
	await press(page, 'Send me the code');
	assert.match(page.url(), /\/verification\?request=/);
});

test('no password leaves the page before the form does', async () => {
	const page = await visitor();
	const sent = [];
	page.on('request', (r) => r.method() === 'POST' && sent.push(r.postData() || ''));
	await go(page, '/signup');
	await page.fill('#password', 'a secret of mine');
	await page.press('#password', 'Tab');
	await page.fill('#email', 'nora');
	await page.press('#email', 'Tab');
	await told(page, 'email').waitFor();
	assert.ok(sent.length >= 2);
	assert.deepStrictEqual(sent.filter((s) => /secret/.test(decodeURIComponent(s))), []);
});

test('when nobody answers, the form is sent all the same', async () => {
	const page = await person('customer');
	await go(page, '/vehicles');
	await page.route('**/vehicles', (route) => (route.request().headers()['x-only-check'] ? route.abort() : route.continue()));
	await page.fill('#plate', 'OFF LINE 1');
	await press(page, 'Add the vehicle');
	assert.match(await page.innerText('main'), /OFF LINE 1/);
});

test('looking at a form changes nothing', async () => {
	const page = await person('admin');
	await go(page, '/admin/lots/1');
	const before = at.house.sql('select count(*) from zones');
	const looked = page.waitForResponse((r) => r.request().headers()['x-only-check'] === '1');
	await page.fill('#zone_code', 'NEW-1');
	await page.press('#zone_code', 'Tab');
	assert.strictEqual((await looked).status(), 204);
	assert.strictEqual(at.house.sql('select count(*) from zones'), before);
});

for (const where of ['/signup', '/login', '/password', '/', '/quotes/new?lot=1'])
	test(`${where}: each field has a label, and each error is told with it`, async () => {
		const page = await visitor();
		await go(page, where);
		const nameless = await page.$$eval(FIELDS, (all) => all.filter((i) => !i.labels.length).map((i) => i.name));
		assert.deepStrictEqual(nameless, []);
	});
