// privacy.test.js -- somebody takes their data with them and then goes; an admin does it for somebody: with script and without.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const { test } = require('node:test');
const { at, begins, visitor, person, logIn, go, press, follow, refused } = require('./house.js');

begins();
const PASSWORD = 'a few words of mine';
let people = 0;
async function somebody(options) {
	const page = await visitor(options), name = `quince${++people}`;
	const admin = await at.house.login('admin', '123456');
	const r = await at.house.post('/api/v1/admin/users', { username: name, email: `${name}@parking.test`, first_name: 'Quitte', password: PASSWORD, role: 'customer' }, { token: admin });
	assert.strictEqual(r.status, 201, r.text);
	return { name, id: r.json.id, page: await logIn(page, name, PASSWORD) };
}

for (const javaScriptEnabled of [true, false]) {
	const how = javaScriptEnabled ? 'with' : 'without';

	test(`somebody downloads all of their data and deletes the account, ${how} script`, async () => {
		const { page, name, id } = await somebody({ javaScriptEnabled, acceptDownloads: true });
		await go(page, '/profile');
		await follow(page, 'Your data');
		await page.fill('#current', 'wrong words');
		await refused(page, 'Gather my data');
		assert.match(await page.innerText('#current-e'), /That is not your password/);
		await page.fill('#current', PASSWORD);
		await press(page, 'Gather my data');
		await page.getByText('Your data is being gathered').first().waitFor();
		at.house.work();
		await page.getByRole('link', { name: /^Download smart-parking-data/ }).waitFor({ timeout: 15000 }); /* the page asks by itself */
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /^Download/ }).click()]);
		const file = JSON.parse(fs.readFileSync(await download.path(), 'utf8'));
		assert.strictEqual(file.profile.items[0].username, name);
		assert.match(download.suggestedFilename(), /^smart-parking-data-.*\.json$/);

		await go(page, '/profile');
		await follow(page, 'Delete the account');
		await page.fill('#current', 'wrong words');
		await refused(page, 'Delete my account');
		await page.fill('#current', PASSWORD);
		await press(page, 'Delete my account');
		assert.match(await page.innerText('[data-flash]'), /Your account is deleted/);
		await go(page, '/profile');
		assert.match(page.url(), /\/login/);
		assert.match(at.house.sql(`select username from users where id = ${id}`), /^gone-/);
		await page.context().close();
	});

	test(`an admin deletes somebody's account, ${how} script`, async () => {
		const { page: theirs, name, id } = await somebody();
		const page = await person('admin', { javaScriptEnabled });
		await go(page, `/admin/users/${id}`);
		await follow(page, 'Delete the account');
		await page.fill('#reason', 'Asked for by letter');
		await page.fill('#current', 'wrong');
		await refused(page, `Delete the account of ${name}`);
		await page.fill('#current', '123456');
		await press(page, `Delete the account of ${name}`);
		assert.match(await page.innerText('main'), /Deleted/);
		await go(page, '/admin/deletions?class=account');
		assert.match(await page.innerText('main'), /An account, by an admin/);
		await go(theirs, '/profile');
		assert.match(theirs.url(), /\/login/);
		await theirs.context().close();
		await page.context().close();
	});
}

test('who has booked is told why it does not go, and how to go on', async () => {
	const page = await person('customer');
	await go(page, '/profile/deletion');
	assert.match(await page.innerText('main'), /Not yet/);
	assert.strictEqual(await page.getByRole('button', { name: 'Delete my account' }).count(), 0);
	await page.context().close();
});
