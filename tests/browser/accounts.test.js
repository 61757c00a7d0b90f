// accounts.test.js -- signing up, a forgotten password, one's own page, and what an admin sees of it: with script and without.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const { test, after, before } = require('node:test');
const { chromium } = require('playwright-core');
const { House } = require('../http/house.js');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
let house, browser;

before(async () => {
	house = await House.start();
	browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
});
after(async () => {
	if (browser) await browser.close();
	if (house) await house.stop();
});

async function visitor(options) {
	const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	page.on('pageerror', (e) => assert.fail(e.message));
	return page;
}
const press = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole('button', { name, exact: true }).click()]);
const codeFor = (email) => /\n([0-9]{6})\n/.exec(house.sql(`select body from outbox where recipient = '${email}' order by id desc limit 1`))[1];
const go = (page, where) => page.goto(house.address + where);

async function logIn(page, login, password) {
	await go(page, '/login');
	await page.fill('#login', login);
	await page.fill('#password', password);
	await press(page, 'Log in');
}

// axe runs from outside the page's own policy.
async function fine(page) {
	const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	assert.ok(over <= 0, `${page.url()} is ${over} px too wide`);
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => axe.run());
	assert.deepStrictEqual(violations.map((v) => `${page.url()} ${v.id}: ${v.nodes[0].html}`), []);
}

for (const javaScriptEnabled of [true, false])
	test(`somebody signs up, forgets the password and sets another, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
		const page = await visitor({ javaScriptEnabled }), email = `nora${javaScriptEnabled}@parking.example`;
		await go(page, '/signup');
		await page.fill('#first_name', 'Nora');
		await page.fill('#email', 'nora');
		await page.fill('#password', 'short');
		await press(page, 'Send me the code');
		assert.strictEqual(await page.inputValue('#first_name'), 'Nora');
		assert.strictEqual(await page.inputValue('#password'), '');
		assert.strictEqual(await page.getAttribute('#email', 'aria-invalid'), 'true');
		await page.fill('#email', email);
		await page.fill('#password', 'a few words of mine');
		await press(page, 'Send me the code');
		assert.match(page.url(), /\/verification\?request=/);
		const code = codeFor(email);
		await page.fill('#code', code === '000000' ? '000001' : '000000');
		await press(page, 'Check the code');
		assert.match(await page.innerText('#code-e'), /4 tries left/);
		await page.fill('#code', code);
		await press(page, 'Check the code');
		assert.match(page.url(), /\/reservations$/);
		assert.match(await page.innerText('[data-flash]'), /Welcome, Nora/);
		await go(page, '/profile');
		await press(page, 'Log out');
		await go(page, '/profile');
		assert.match(page.url(), /\/login\?next=%2Fprofile$/);
		await page.getByRole('link', { name: 'Set a new password' }).click();
		await page.fill('#email', email);
		await press(page, 'Send me the code');
		await page.fill('#code', codeFor(email));
		await page.fill('#password', 'other words of mine');
		await press(page, 'Set the password');
		await page.fill('#login', email);
		await page.fill('#password', 'other words of mine');
		await press(page, 'Log in');
		assert.match(page.url(), /\/reservations$/);
		await page.context().close();
	});

test('another code can be asked for after the countdown', async () => {
	const page = await visitor();
	await go(page, '/signup');
	await page.fill('#first_name', 'Nora');
	await page.fill('#email', 'again@parking.example');
	await page.fill('#password', 'a few words of mine');
	await press(page, 'Send me the code');
	const again = page.locator('button[data-wait]');
	assert.match(await again.innerText(), /Send it again in \d+ s/);
	assert.ok(await again.isDisabled());
	await page.context().close();
});

test('one sees where one is logged in, and ends it there', async () => {
	const here = await visitor(), there = await visitor();
	await logIn(here, 'customer', 'park-a-car');
	await logIn(there, 'customer', 'park-a-car');
	await go(here, '/profile');
	assert.match(await here.innerText('table'), /Chrome on Linux/);
	for (let n; (n = await here.getByRole('button', { name: /^End the log-in/ }).count()) > 0;)
		await Promise.all([here.waitForNavigation(), here.getByRole('button', { name: /^End the log-in/ }).nth(n - 1).click()]);
	await go(there, '/profile');
	assert.match(there.url(), /\/login/);
	await go(here, '/profile');
	assert.match(here.url(), /\/profile$/);
	await here.context().close();
	await there.context().close();
});

for (const width of [360, 1280])
	for (const colorScheme of ['light', 'dark'])
		test(`axe finds nothing, nothing is too wide: ${width} px, ${colorScheme}`, async () => {
			house.sql(`insert into outbox (recipient, subject, body, state, error, attempts, tried_at)
				values ('a@b.example', 'Your code', E'Your code is\\n\\n042917', 'bounced', '550 5.1.1 no such user', 1, now())`);
			const page = await visitor({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
			for (const where of ['/signup', '/login', '/password']) {
				await go(page, where);
				await fine(page);
			}
			await page.fill('#email', 'customer@parking.example');
			await press(page, 'Send me the code');
			await fine(page);
			await logIn(page, 'nobody', 'wrong');
			await fine(page);
			await logIn(page, 'customer', 'park-a-car');
			for (const where of ['/profile', '/vehicles']) {
				await go(page, where);
				await fine(page);
			}
			await page.fill('#plate', `K-419 ${width}${colorScheme}`);
			await press(page, 'Add the vehicle');
			await fine(page);
			await logIn(page, 'admin', '123456');
			const id = house.sql(`select max(id) from outbox`);
			for (const where of ['/admin/users', '/admin/users?q=zzzz', '/admin/users/new', '/admin/users/1', '/admin', '/admin/api-keys',
				'/admin/audit', '/admin/audit?who=zzzz', '/admin/outbox', `/admin/outbox/${id}`]) {
				await go(page, where);
				await fine(page);
			}
			await go(page, '/admin/api-keys');
			await page.fill('#name', 'Barrier 1');
			await page.check('#gate');
			await press(page, 'Make the key');
			assert.match(await page.innerText('main'), /sp_[0-9a-f]{48}/);
			await fine(page);
			await page.context().close();
		});
