// plates.test.js -- photographs sent from a page, chosen, dropped, pasted or taken, and the desk where a person decides.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { at, begins, person, go, moved, press, follow, words, fine } = require('./house.js');

const file = (name) => path.join(__dirname, '..', 'plates', name);
const sql = (query) => at.house.sql(query);
let token;

begins(async (house) => {
	token = await house.login('operator', 'open-the-gate');
	sql(`update plate_reads set state = 'accepted', decided_at = now() where state = 'waiting'`);
}, { env: { OCR_CONFIDENCE_THRESHOLD: '0.9' } });

// Reads that wait, as somebody's photographs leave them; newest last.
async function waiting(...names) {
	const ids = [];
	for (const name of names) {
		const form = new FormData();
		form.append('image', new Blob([fs.readFileSync(file(name))]), name);
		const r = await at.house.request('POST', '/api/v1/plate-reads', { token, raw: form });
		assert.strictEqual(r.status, 201, r.text);
		ids.push(r.json.id);
	}
	sql(`update plate_reads set state = 'waiting', decided_at = null, confidence = .41 where id in (${ids})`);
	return ids;
}
const state = (id) => sql(`select state || ' ' || plate from plate_reads where id = ${id}`);
const newest = () => sql('select max(id) from plate_reads');

// The file as a browser hands it over, by what it is given with.
const hand = (page, kind, name) => page.evaluate(([how, bytes, called]) => {
	const data = new DataTransfer();
	data.items.add(new File([Uint8Array.from(atob(bytes), (ch) => ch.charCodeAt(0))], called, { type: 'image/jpeg' }));
	const drop = document.querySelector('.drop');
	if (how === 'drop') drop.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
	const over = drop.classList.contains('over');
	drop.dispatchEvent(how === 'drop' ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
		: new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
	return over;
}, [kind, fs.readFileSync(file(name)).toString('base64'), name]);

const chosen = (page) => page.$eval('#image', (i) => [...i.files].map((f) => f.name).join());

for (const javaScriptEnabled of [true, false])
	test(`a photograph is chosen and read ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
		const page = await person('operator', { javaScriptEnabled, viewport: { width: 360, height: 800 } });
		await go(page, '/plate-reads');
		await follow(page, 'Read a photograph');
		if (javaScriptEnabled) await fine(page);
		await page.setInputFiles('#image', file('night.jpg'));
		const before = newest();
		await page.getByRole('button', { name: 'Read the plate' }).click();
		await page.getByRole('heading', { name: 'B96TRH' }).waitFor();
		assert.strictEqual(new URL(page.url()).pathname, `/plate-reads/${newest()}`);
		assert.notStrictEqual(newest(), before);
		assert.match(await words(page, 'body'), /It says B96TRH/);
		assert.strictEqual(await page.locator('.plate-picture svg').count(), 2, 'the photograph, and the plate larger');
		if (javaScriptEnabled) {
			await fine(page);
			await page.reload();
			await page.getByRole('heading', { name: 'B96TRH' }).waitFor();
		}
		/* What is no photograph, and one without a plate: said where the file is chosen, or at the top. */
		for (const [send, says] of [[file('README.md'), /photograph|picture|JPEG/i], [file('nothing.jpg'), /No number plate can be read/]]) {
			await go(page, '/plate-reads/new');
			await page.setInputFiles('#image', send);
			await page.getByRole('button', { name: 'Read the plate' }).click();
			await page.getByRole('alert').waitFor();
			assert.match(await words(page, '[role=alert]'), says);
			assert.strictEqual(await page.locator('#image').count(), 1, 'another may be chosen at once');
			if (javaScriptEnabled) await fine(page);
		}
		await page.context().close();
	});

for (const [kind, name, plate] of [['drop', 'small.jpg', 'B839HAR'], ['paste', 'crop.png', 'B68SPK']])
	test(`a photograph comes by ${kind}, and how far it is sent is shown`, async () => {
		const page = await person('operator');
		await go(page, '/plate-reads/new');
		assert.strictEqual(await hand(page, kind, name), kind === 'drop', 'where it may be dropped is marked');
		assert.strictEqual(await chosen(page), name);
		assert.match(await words(page, '.toasts'), new RegExp(`${name} is chosen`));
		assert.strictEqual(await page.locator('.drop.over').count(), 0);
		/* Held up on its way, so that one can look. */
		let let_go;
		await page.route('**/plate-reads', async (route) => {
			await new Promise((done) => (let_go = done));
			await route.continue();
		});
		await page.getByRole('button', { name: 'Read the plate' }).click();
		await page.locator('progress:visible').waitFor();
		assert.strictEqual(await page.getByRole('button', { name: 'Read the plate' }).isDisabled(), true, 'it is not sent twice');
		await fine(page);
		let_go();
		await page.getByRole('heading', { name: plate }).waitFor();
		assert.deepStrictEqual(page.said, []);
		await page.context().close();
	});

test('what could not be sent may be sent again', async () => {
	const page = await person('operator');
	await go(page, '/plate-reads/new');
	await page.setInputFiles('#image', file('small.jpg'));
	await page.route('**/plate-reads', (route) => route.abort(), { times: 1 });
	await page.getByRole('button', { name: 'Read the plate' }).click();
	await page.locator('.toast', { hasText: 'could not be sent' }).waitFor();
	await page.getByRole('button', { name: 'Read the plate' }).click();
	await page.getByRole('heading', { name: 'B839HAR' }).waitFor();
	await page.context().close();
});

test('a phone offers its camera, and everything else a place to drop', async () => {
	const phone = await person('operator', { viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true });
	await go(phone, '/plate-reads/new');
	const button = phone.getByRole('button', { name: 'Take a picture' });
	assert.ok((await button.boundingBox()).height >= 44);
	const [chooser] = await Promise.all([phone.waitForEvent('filechooser'), button.tap()]);
	await chooser.setFiles(file('crop.webp'));
	assert.strictEqual(await chosen(phone), 'crop.webp');
	assert.strictEqual(await phone.getAttribute('#image', 'capture'), null, 'and the other button still lets one choose');
	await fine(phone);
	await phone.context().close();
	const desk = await person('operator');
	await go(desk, '/plate-reads/new');
	assert.strictEqual(await desk.getByRole('button', { name: 'Take a picture' }).count(), 0);
	assert.match(await words(desk, '#image-h'), /drop or paste/);
	await desk.context().close();
});

test('one key each: accept, correct, reject, and the next one comes', async () => {
	const [first, second, third] = await waiting('small.jpg', 'night.jpg', 'turned.jpg');
	const page = await person('operator');
	await go(page, '/plate-reads');
	assert.match(await words(page, '#next ~ p'), /^3 to look at/);
	const picture = page.locator('.plate-picture');
	const [whole, larger] = [picture.locator('svg:has(polygon)'), picture.locator('.plate-zoom')];
	/* The read is drawn over the photograph, where the reader says the plate is; larger, it fills the frame. */
	assert.strictEqual(await whole.locator('polygon').getAttribute('points'), sql(`select corners from plate_reads where id = ${first}`));
	const frame = await whole.locator('polygon').boundingBox(), photo = await whole.boundingBox(), zoom = await larger.boundingBox();
	assert.ok(frame.x >= photo.x && frame.x + frame.width <= photo.x + photo.width && frame.width > 5, 'the frame is within the photograph');
	assert.ok(zoom.width > 100 && zoom.height > 30);
	assert.strictEqual(await page.evaluate(async () => {
		const i = new Image();
		i.src = document.querySelector('#photograph').getAttribute('href');
		await i.decode();
		return i.naturalWidth;
	}), Number(sql(`select width from plate_reads where id = ${first}`)), 'the photograph is there');
	assert.match(await words(page, 'table.narrow'), /B839HAR/, 'what it might say');
	await fine(page);
	await moved(page, page.keyboard.press('a'));
	assert.strictEqual(state(first), 'accepted B839HAR');
	assert.match(await words(page, '#next ~ p'), /^2 to look at/);
	/* C goes into the field; letters typed there are letters. */
	await page.keyboard.press('c');
	assert.strictEqual(await page.evaluate(() => document.activeElement.id), 'plate');
	assert.strictEqual(await page.inputValue('#plate'), 'B96TRH');
	await page.keyboard.type('ra 96 car');
	assert.strictEqual(await page.inputValue('#plate'), 'ra 96 car');
	await moved(page, page.keyboard.press('Enter'));
	assert.strictEqual(state(second), 'corrected RA96CAR');
	await moved(page, page.keyboard.press('r'));
	assert.strictEqual(state(third), 'rejected B311ALY');
	assert.match(await words(page, 'main'), /Nothing to look at/);
	await fine(page);
	assert.strictEqual(sql(`select count(*) from audit where subject = 'plate_read' and subject_id in (${[first, second, third]})`), '3');
	await page.context().close();
});

test('without script the same is done by buttons, and what is no plate is said beside the field', async () => {
	const [first, second] = await waiting('small.jpg', 'night.jpg');
	const page = await person('operator', { javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
	await go(page, '/plate-reads');
	await page.fill('#plate', '--');
	await press(page, /^Correct it/);
	assert.match(await words(page, '#plate-e'), /no number plate/);
	assert.strictEqual(await page.inputValue('#plate'), '--');
	await page.fill('#plate', 'B 839 HAX');
	await press(page, /^Correct it/);
	assert.strictEqual(state(first), 'corrected B839HAX');
	await press(page, /^Reject it/);
	assert.strictEqual(state(second), 'rejected B96TRH');
	await page.context().close();
});

test('who decides on one that somebody else has decided on is told', async () => {
	const [id] = await waiting('small.jpg');
	const page = await person('operator');
	await go(page, `/plate-reads/${id}`);
	await at.house.post(`/api/v1/plate-reads/${id}/acceptance`, {}, { token });
	await moved(page, page.keyboard.press('r'));
	assert.match(await words(page, '[role=alert]'), /decided on this one already/);
	assert.strictEqual(state(id), 'accepted B839HAR');
	await page.context().close();
});

test('an admin makes a camera known, its slots by their labels, and mistakes are said in place', async () => {
	const page = await person('admin', { viewport: { width: 360, height: 800 } });
	const lot = Number(sql('select max(id) from lots')), labels = sql(`select label from slots where lot_id = ${lot} order by position, id limit 2`).split('\n');
	await go(page, '/admin/cameras');
	await page.fill('#name', 'Ramp cam');
	await page.selectOption('#lot', String(lot));
	await page.fill('#labels', `${labels[0]}, Z-99`);
	await page.getByRole('button', { name: 'Add the camera' }).click();
	await page.locator('#labels[aria-invalid=true]').waitFor();
	assert.match(await words(page, '#labels-e'), /no slot Z-99/);
	await fine(page);
	await page.fill('#labels', labels.join(', '));
	await press(page, 'Add the camera');
	assert.match(await words(page, 'h1'), /Ramp cam/);
	assert.strictEqual(await page.inputValue('#labels'), labels.join(', '));
	assert.strictEqual(await page.inputValue('#lot'), String(lot));
	await fine(page);
	assert.deepStrictEqual(page.said, []);
	await page.context().close();
});
