// sms.test.js -- text messages, handed in as Twilio's Messages API wants them, and what it tells of them afterwards.
'use strict';
const assert = require('node:assert');
const crypto = require('node:crypto');
const http = require('node:http');
const { test, before, after } = require('node:test');
const { House } = require('./house.js');

const ACCOUNT = 'AC00000000000000000000000000000001', SECRET = 'the-token-of-nobody';
let house, provider, admin, answers = [], asked = [];

before(async () => {
	provider = http.createServer((q, r) => {
		let body = '';
		q.on('data', (d) => (body += d)).on('end', () => {
			asked.push({ method: q.method, path: q.url, auth: q.headers.authorization, type: q.headers['content-type'], form: new URLSearchParams(body) });
			const [status, json] = answers.shift() || [201, { sid: `SM${asked.length}`, status: 'queued' }];
			r.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
		});
	});
	await new Promise((up) => provider.listen(0, '127.0.0.1', up));
	house = await House.start({ env: { TWILIO_BASE_URL: `http://127.0.0.1:${provider.address().port}`, TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: SECRET,
		TWILIO_FROM_NUMBER: '+15005550006' } });
	admin = await house.login('admin', '123456');
});
after(async () => {
	if (provider) provider.close();
	if (house) await house.stop();
});

// Somebody who chose text messages, and is told of a payment.
let people = 0;
function texted(phone = '+31 (20) 555-0142') {
	const name = `texted${++people}`;
	house.sql(`insert into users (username, email, phone, verified_at) values ('${name}', '${name}@parking.test', '${phone}', now());
		insert into outbox (channel, recipient, body, user_id, once) select 'sms', '+31205550142', 'Slot A-1 is yours.', id, 'test:${name}' from users where username = '${name}'`);
	const id = house.sql(`select max(id) from outbox`);
	house.sql(`update jobs set run_at = now() - interval '1 s' where kind = 'sms_sweep';
		insert into jobs (kind, args, run_at, created_at) values ('sms_sweep', '{}', now() - interval '1 s', now())`);
	return id;
}
const state = (id) => house.sql(`select state || '|' || attempts || '|' || error from outbox where id = ${id}`);
// The worker is another process, and the provider answers from this one: so it must not wait for it.
const work = () => new Promise((done) => {
	const { spawn } = require('node:child_process');
	const child = spawn(require('node:path').join(__dirname, '..', '..', 'build', 'parkctl'), ['work', '--once'], { env: { ...process.env, ...house.settings(house.run) }, stdio: 'ignore' });
	child.on('exit', done);
});
const hurry = () => house.sql(`update jobs set run_at = now() - interval '1 s' where kind = 'sms_send' and state = 'waiting'`);

// As the provider signs: the address and the form's fields by name, HMAC-SHA1 with the account's token.
function callback(form, secret = SECRET) {
	const url = `${house.address}/hooks/sms`;
	const signed = url + Object.keys(form).sort().map((k) => k + form[k]).join('');
	return fetch(url, { method: 'POST', body: new URLSearchParams(form), headers: { 'content-type': 'application/x-www-form-urlencoded',
		'x-twilio-signature': crypto.createHmac('sha1', secret).update(signed).digest('base64') } });
}

test('it is handed in as a form with basic auth, a number in E.164 and an address for what becomes of it', async () => {
	const id = texted();
	await work();
	const q = asked.at(-1);
	assert.strictEqual(q.method, 'POST');
	assert.strictEqual(q.path, `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`);
	assert.strictEqual(q.auth, `Basic ${Buffer.from(`${ACCOUNT}:${SECRET}`).toString('base64')}`);
	assert.match(q.type, /^application\/x-www-form-urlencoded/);
	assert.deepStrictEqual(Object.fromEntries(q.form), { To: '+31205550142', From: '+15005550006', Body: 'Slot A-1 is yours.', StatusCallback: `${house.address}/hooks/sms` });
	assert.strictEqual(state(id), 'sent|1|');
	await work();
	assert.strictEqual(asked.length, 1, 'once');
});

test('what breaks or is too much is tried again; what is refused is not, and the page says why', async () => {
	answers = [[500, {}], [429, { code: 20429, message: 'Too Many Requests' }]];
	const id = texted(), before = asked.length;
	await work();
	assert.match(state(id), /^waiting\|1\|500/);
	hurry();
	await work();
	assert.match(state(id), /^waiting\|2\|429 20429 Too Many Requests/);
	hurry();
	await work();
	assert.strictEqual(state(id), 'sent|3|');
	assert.strictEqual(asked.length, before + 3);
	answers = [[400, { code: 21211, message: "The 'To' number is not a valid phone number." }]];
	const bad = texted();
	await work();
	assert.match(state(bad), /^bounced\|1\|400 21211 The 'To' number/);
	const page = await house.get(`/api/v1/admin/outbox/${bad}`, { token: admin });
	assert.strictEqual(page.json.attempts, 1);
	assert.match(page.json.error, /21211/);
});

test('what becomes of it is believed only with the right signature', async () => {
	const id = texted();
	await work();
	const sid = house.sql(`select provider_ref from outbox where id = ${id}`);
	assert.match(sid, /^SM/);
	const told = { MessageSid: sid, MessageStatus: 'undelivered', ErrorCode: '30003', AccountSid: ACCOUNT };
	assert.strictEqual((await callback(told, 'another token')).status, 403);
	assert.strictEqual(state(id), 'sent|1|');
	assert.ok((await callback({ ...told, MessageStatus: 'sent', ErrorCode: '' })).ok);
	assert.strictEqual(state(id), 'sent|1|');
	assert.ok((await callback(told)).ok);
	assert.strictEqual(state(id), 'bounced|1|undelivered 30003');
	assert.ok((await callback({ ...told, MessageStatus: 'delivered', ErrorCode: '' })).ok); /* what came late */
	assert.strictEqual(state(id), 'bounced|1|undelivered 30003');
});
