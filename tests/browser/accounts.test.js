// accounts.test.js -- signing up, a forgotten password, one's own page, and what an admin sees of it: with script and without.
'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { at, begins, visitor, logIn, go, press, refused } = require('./house.js');

begins();
const codeFor = (email) => /\n([0-9]{6})\n/.exec(at.house.sql(`select body from outbox where recipient = '${email}' order by id desc limit 1`))[1];

for (const javaScriptEnabled of [true, false])
	test(`somebody signs up, forgets the password and sets another, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
		const page = await visitor({ javaScriptEnabled }), email = `nora${javaScriptEnabled}@parking.example`;
		await go(page, '/signup');
		await page.fill('#first_name', 'Nora');
		await page.fill('#email', 'nora');
		await page.fill('#password', 'short');
		await refused(page, 'Send me the code');
		assert.strictEqual(await page.inputValue('#first_name'), 'Nora');
		assert.strictEqual(await page.inputValue('#password'), javaScriptEnabled ? 'short' : '', 'a password does not come back from the server');
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
	await logIn(here, 'customer');
	await logIn(there, 'customer');
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
