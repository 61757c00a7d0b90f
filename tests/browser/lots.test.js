// lots.test.js -- an admin makes a lot with zone and slots, a customer finds it and chooses: with script and without.
'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { begins, visitor, person, go, moved, press, refused, follow, words } = require('./house.js');

begins();
const tomorrow = (hour) => `${new Date(Date.now() + 86400000).toISOString().slice(0, 10)}T${hour}`;

async function makeLot(page, name, code) {
	await go(page, `/admin/lots`);
	await follow(page, 'New lot');
	const terms = { name, address: 'Hauptplatz 1', city: 'Grätz', time_zone: 'Europe/Vienna', currency: 'EUR', hours: 'sometimes' };
	await page.locator('[name=hours_by][value=text]').check();
	for (const [field, value] of Object.entries(terms)) await page.fill(`#${field}`, value);
	await page.selectOption('#plate_region', 'in');
	await refused(page, 'Make the lot');
	assert.strictEqual(await page.getAttribute('#hours', 'aria-invalid'), 'true');
	assert.strictEqual(await page.inputValue('#name'), name, 'nothing is lost');
	assert.strictEqual(await page.inputValue('#plate_region'), 'in', 'nor is what was chosen');
	await page.fill('#hours', 'Mo-Su 6:00-23:00');
	await press(page, 'Make the lot');
	assert.match(page.url(), /\/admin\/lots\/\d+$/);
	assert.strictEqual(await page.locator('#plate_region option:checked').innerText(), 'Indian');
	await page.selectOption('#plate_region', 'any');
	await press(page, 'Save the lot');
	assert.match(page.url(), /\/admin\/lots\/\d+$/);
	assert.strictEqual(await page.inputValue('#plate_region'), 'any');
	await page.fill('#zone_code', code);
	await page.fill('#zone_name', 'Court, by the <gate>');
	await press(page, 'Add the zone');
	await page.fill('#labels', 'A-01..A-20');
	await page.fill('#prefix', `${code}-`);
	await press(page, 'Make the slots');
	assert.match(await words(page, '[data-flash]'), /20 slots made/);
	await page.fill('#chosen', 'A-03..A-04');
	await page.fill('#reason', 'Being painted');
	await press(page, 'Out of service');
	assert.match(await words(page, '[data-flash]'), /2 slots changed/);
	return Number(page.url().match(/\d+$/)[0]);
}

async function findAndChoose(page, name) {
	await go(page, '/');
	await page.fill('#near', 'graetz'.replace('ae', 'a')); // accents and case do not matter
	await page.fill('#from', tomorrow('14:00'));
	await page.fill('#until', tomorrow('17:30'));
	await press(page, 'Find a space');
	const result = page.locator('.result', { hasText: name });
	assert.strictEqual(await result.locator('.counter b').innerText(), '18');
	await moved(page, result.getByRole('link', { name: /^Choose a slot/ }).click());
	assert.match(await words(page, 'h1'), new RegExp(name));
	assert.match(await words(page, '.counter'), /18\s+of 20 free/);
	assert.strictEqual(await page.locator('svg .cross').count(), 2 + 1, 'two bays and the legend');
	const bay = page.getByRole('link', { name: 'A 07, free for your time' });
	assert.match(await bay.getAttribute('href'), /^\/quotes\?lot=\d+&slot=\d+&from=/);
	assert.strictEqual(await page.locator('#slot option').count(), 1 + 18);
	await page.selectOption('#slot', { label: 'A-08, regular' });
	await press(page, 'See the quote');
	assert.match(page.url(), /\/quotes\?|\/login/);
	return page;
}

for (const javaScriptEnabled of [false, true])
	test(`an admin makes a lot and a customer finds it, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
		const name = javaScriptEnabled ? 'Lively Court' : 'Plain Court';
		const admin = await person('admin', { javaScriptEnabled });
		await makeLot(admin, name, javaScriptEnabled ? 'LIV' : 'PLN');
		const customer = await visitor({ javaScriptEnabled });
		await findAndChoose(customer, name);
		assert.deepStrictEqual([...admin.said, ...customer.said], []);
	});

test('a search that cannot be understood comes back as it was typed, with words beside the field', async () => {
	const page = await visitor({ javaScriptEnabled: false });
	await go(page, `/lots?near=amsterdam&from=${tomorrow('14:00')}&until=${tomorrow('13:00')}`);
	assert.match(await words(page, '#until-e'), /after the beginning/);
	assert.strictEqual(await page.inputValue('#near'), 'amsterdam');
	assert.strictEqual(await page.inputValue('#until'), tomorrow('13:00'));
	await go(page, `/lots/1?from=2020-01-01T10:00&until=2020-01-01T12:00`);
	assert.match(await words(page, '#from-e'), /That is past/);
	assert.strictEqual(await page.getByRole('button', { name: 'See the quote' }).count(), 0);
});

for (const javaScriptEnabled of [false, true])
	test(`opening hours are set day by day, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
		const page = await person('admin', { javaScriptEnabled });
		await go(page, '/admin/lots/new');
		await page.fill('#name', `Weekly ${javaScriptEnabled}`);
		assert.ok(await page.getByLabel('Round the clock').first().isChecked());
		assert.ok(await page.locator('#mon').isHidden(), 'seven rows are shown to who asks for them');
		await page.getByLabel('Day by day').check();
		await page.selectOption('#mon', 'open');
		await page.fill('#mon_from', '06:00');
		for (const day of ['tue', 'wed', 'thu', 'fri', 'sat']) await page.selectOption(`#${day}`, 'closed');
		await page.selectOption('#sun', 'all');
		assert.ok(await page.locator('#sun_from').isHidden());
		await refused(page, 'Make the lot');
		assert.match(await words(page, '#mon_until-e'), /Until when is it open/);
		assert.strictEqual(await page.inputValue('#mon_from'), '06:00', 'nothing is lost');
		assert.strictEqual(await page.inputValue('#sat'), 'closed');
		await page.fill('#mon_until', '01:00');
		await press(page, 'Make the lot');
		assert.strictEqual(await page.inputValue('#hours'), 'Mo 06:00-01:00; Su 00:00-24:00');
		assert.ok(await page.getByLabel('Day by day').isChecked());
		assert.deepStrictEqual([await page.inputValue('#mon_until'), await page.inputValue('#sun'), await page.inputValue('#fri')], ['01:00', 'all', 'closed']);
		await page.getByLabel('Round the clock').first().check();
		await press(page, 'Save the lot');
		assert.strictEqual(await page.inputValue('#hours'), '');
		assert.deepStrictEqual(page.said, []);
	});

test('one day is copied to all', async () => {
	const page = await person('admin');
	await go(page, '/admin/lots/new');
	await page.fill('#name', 'Every Day');
	await page.getByLabel('Day by day').check();
	await page.selectOption('#mon', 'open');
	await page.fill('#mon_from', '07:00');
	await page.fill('#mon_until', '20:00');
	await page.getByRole('button', { name: 'Every day like Monday' }).click();
	await press(page, 'Make the lot');
	assert.strictEqual(await page.inputValue('#hours'), 'Mo-Su 07:00-20:00');
});

test('what new slots would be is seen before they are made: by the button without script, by itself with it', async () => {
	for (const javaScriptEnabled of [false, true]) {
		const page = await person('admin', { javaScriptEnabled });
		await go(page, '/admin/lots/2');
		await page.fill('#prefix', 'NEW-');
		await page.selectOption('#size', 'large');
		await page.fill('#labels', 'X-01..X-40');
		if (!javaScriptEnabled) await press(page, 'See what this makes');
		await page.locator('#foreseen', { hasText: '40 slots: X-01 to X-40' }).waitFor();
		assert.match(await words(page, '#foreseen'), /With the codes NEW-X-01 to NEW-X-40/);
		assert.ok(!page.url().includes('csrf'));
		await page.fill('#labels', 'A-01..A-08, X-1');
		if (!javaScriptEnabled) await press(page, 'See what this makes');
		await page.locator('#foreseen', { hasText: 'The lot has A-01, A-02, A-03, A-04, A-05 and 3 more already' }).waitFor();
		await page.fill('#labels', 'X-40..X-01');
		if (!javaScriptEnabled) await press(page, 'See what this makes');
		await page.locator('#labels-e:visible').waitFor();
		assert.strictEqual(await page.inputValue('#size'), 'large', 'what was chosen is kept');
		assert.strictEqual(await page.inputValue('#prefix'), 'NEW-');
		assert.deepStrictEqual(page.said, []);
	}
});

test('the pin on the map follows what is typed, and keys and clicks write it', async () => {
	const page = await person('admin');
	await go(page, '/admin/lots/new');
	const map = page.locator('[data-map]'), at = async () => [await page.inputValue('#latitude'), await page.inputValue('#longitude')];
	assert.match(await map.getAttribute('aria-label'), /no place yet/);
	await page.fill('#latitude', '52.3');
	await page.fill('#longitude', '4.9');
	assert.match(await map.getAttribute('aria-label'), /52\.3° north, 4\.9° east/);
	await map.focus();
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Shift+ArrowLeft');
	await page.keyboard.press('Alt+ArrowRight');
	assert.deepStrictEqual(await at(), ['52.4', '-5.099']);
	const box = await map.boundingBox();
	await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
	assert.ok((await at()).every((v) => Math.abs(Number(v)) < 2), String(await at()));
	await page.fill('#name', 'Pinned');
	await press(page, 'Make the lot');
	assert.ok((await at()).every((v) => v !== ''));
});
