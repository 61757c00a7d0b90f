// receipts.test.js -- receipts on paper, read as a reader of PDFs reads them, whatever people and lots are called.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');

let house, ada, operator, admin, lot;

const hour = (n) => new Date(Math.ceil(Date.now() / 3600000) * 3600000 + n * 3600000).toISOString().replace('.000', '');
let next = 2;
async function paid(amount = '') {
	const held = await house.post('/api/v1/reservations', { lot, slot: 'any', from: hour(next), until: hour(next += 2) }, { token: ada });
	assert.strictEqual(held.status, 201, held.text);
	const own = `/api/v1/reservations/${held.json.id}`;
	assert.strictEqual((await house.post(`${own}/confirmation`, { plate: 'K-ÄX 12', pay: 'exit' }, { token: ada })).status, 200);
	const made = await house.post(`${own}/payments`, { method: 'card', amount }, { token: operator });
	assert.strictEqual(made.status, 201, made.text);
	return made.json;
}

// The PDF as bytes, as text, and what pdffonts and pdfinfo say of it.
async function paper(id, token = ada) {
	const r = await fetch(`${house.address}/receipts/${id}.pdf`, { headers: { authorization: `Bearer ${token}` } });
	assert.strictEqual(r.status, 200, id);
	const bytes = Buffer.from(await r.arrayBuffer()), file = path.join(house.dir, 'receipt.pdf');
	fs.writeFileSync(file, bytes);
	const say = (tool, ...args) => {
		const said = spawnSync(tool, [...args, file, ...(tool === 'pdftotext' ? ['-'] : [])], { encoding: 'utf8' });
		assert.strictEqual(said.status, 0, said.stderr);
		return said.stdout.normalize('NFKC');
	};
	return { bytes, headers: r.headers, text: say('pdftotext', '-layout'), fonts: say('pdffonts'), info: say('pdfinfo') };
}

before(async () => {
	house = await House.start({ env: { LIMIT_BOOKINGS: '10000' } });
	house.sql(`insert into lots (name, address, city, time_zone, currency, search, tax_basis_points)
			values ('Gänsemarkt', 'Poststraße 1', 'Łódź', 'Europe/Berlin', 'EUR', 'paper', 1900);
		insert into zones (lot_id, code) select id, 'PAPR' from lots where search = 'paper';
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'PAPR-' || n, 'P-' || n from zones, generate_series(1, 3) n where code = 'PAPR';
		insert into users (username, email, first_name, last_name, password, verified_at) select 'ada', 'ada@paper.test', 'Zoë', 'Ørsted',
			(select password from users where username = 'customer'), now()`);
	lot = Number(house.sql(`select id from lots where search = 'paper'`));
	[ada, operator, admin] = await Promise.all([house.login('ada', 'park-a-car'), house.login('operator', 'open-the-gate'), house.login('admin', '123456')]);
});
after(() => house && house.stop());

test('it says who paid what for what, with its tax, in letters that travel along', async () => {
	const made = await paid();
	const { text, fonts, info, headers, bytes } = await paper(made.receipt_id);
	assert.strictEqual(headers.get('content-type'), 'application/pdf');
	assert.match(headers.get('content-disposition'), new RegExp(`attachment; .*${made.receipt_number}\\.pdf`));
	for (const words of [`Receipt No. ${made.receipt_number}`, 'Zoë Ørsted', 'Gänsemarkt, Poststraße 1, Łódź', 'K-ÄX 12', 'Europe/Berlin',
		'2 started hours', 'Total paid', 'Tax, 19%, contained in it', 'Page 1 of 1'])
		assert.ok(text.includes(words), `${words} in\n${text}`);
	assert.match(text, /^ *Slot +P-[123]$/m);
	const euros = (minor) => `€${(minor / 100).toFixed(2)}`, tax = Math.round(made.amount * 19 / 119);
	for (const sum of [made.amount, tax, made.amount - tax]) assert.ok(text.includes(euros(sum)), `${euros(sum)} in\n${text}`);
	assert.match(text, / CES?T/);
	const lines = fonts.trim().split('\n').slice(2);
	assert.ok(lines.length >= 1);
	for (const line of lines) assert.match(line, /DejaVuSans.* CID TrueType .* yes yes yes /);
	assert.match(info, new RegExp(`Title: +Receipt No\\. ${made.receipt_number}\n`));
	assert.match(info, /Page size: .*A4/);
	assert.ok(bytes.length < 300000, `${bytes.length} bytes`);
	assert.ok((await paper(made.receipt_id)).bytes.equals(bytes), 'the same each time');
});

test('what went back is a credit note that names the receipt', async () => {
	const made = await paid();
	const r = await house.post(`/api/v1/admin/payments/${made.id}/refunds`, { amount: '1.50', reason: 'The barrier was stuck – sorry' }, { token: admin });
	assert.strictEqual(r.status, 201, r.text);
	const { text } = await paper(r.json.receipt_id);
	for (const words of [`Credit note No. ${r.json.receipt_number}`, 'Given back: The barrier was stuck – sorry', '−€1.50', 'Total given back',
		`No. ${made.receipt_number}`]) assert.ok(text.includes(words), `${words} in\n${text}`);
});

const names = [
	['Łukasz Žižek', 'Łukasz Žižek'], ['Владимир', 'Владимир'], ['Ελένη', 'Ελένη'], ['דנה כהן', 'דנה כהן'], ['علي بن محمد', 'علي بن محمد'],
	['李雷 🚗', '□□ □'], ['👩🏽‍🚀 Ada', '□□ Ada'], ['"; drop table \\ (x) %s %n <b>', '"; drop table \\ (x) %s %n <b>'], ['A'.repeat(100), 'AAAA'],
	['n\u0303o e\u0301', 'ño é'], ['ﷺ', null], ['1 2 שלום 3', null],
];
test('whatever people are called, there is a paper that can be read', async () => {
	const { receipt_id: id } = await paid();
	for (const [name, shown] of names) {
		house.sql(`update receipts set user_name = $q$${name}$q$, lot_name = $q$${name}$q$, plate = $q$${name.slice(0, 20)}$q$ where id = ${id}`);
		const { text, info } = await paper(id);
		assert.match(info, /Pages: +[12]\n/, name);
		assert.match(text, /Total paid/, name);
		const plain = text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
		if (shown) assert.ok(plain.includes(shown), `${name} as ${shown} in\n${plain}`);
		const page = await house.get(`/receipts/${id}`, { token: ada, headers: { accept: 'text/html' } });
		assert.strictEqual(page.status, 200, name);
	}
});

test('every currency the house knows can be read', async () => {
	const { receipt_id: id } = await paid();
	for (const [currency, amount, shown] of [['JPY', 1234, '¥1,234'], ['KWD', 1234, 'KWD 1.234'], ['INR', 5000, '₹50.00'], ['ILS', 5000, '₪50.00'],
		['UAH', 5000, '₴50.00'], ['TRY', 5000, '₺50.00'], ['NGN', 5000, '₦50.00'], ['PHP', 5000, '₱50.00'], ['VND', 5000, '₫5,000'], ['KRW', 5000, '₩5,000'],
		['EUR', 1000000000000000, '€10,000,000,000,000.00']]) {
		house.sql(`update receipts set currency = '${currency}', amount = ${amount}, tax = 0, tax_basis_points = 0 where id = ${id}`);
		const { text } = await paper(id);
		assert.ok(text.replaceAll('\u00a0', ' ').includes(shown), `${shown} in\n${text}`);
	}
});

test('forty papers at once are made, and the house is as quick as before', async () => {
	const { receipt_id: id } = await paid();
	const all = await Promise.all([...Array(40)].map(() => fetch(`${house.address}/receipts/${id}.pdf`, { headers: { authorization: `Bearer ${ada}` } })
		.then(async (r) => [r.status, (await r.arrayBuffer()).byteLength])));
	assert.ok(all.every(([status, n]) => status === 200 && n === all[0][1] && n > 10000), JSON.stringify(all));
	assert.deepStrictEqual(house.complaints(), []);
});
