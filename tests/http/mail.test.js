// mail.test.js -- the worker and a real mail server: STARTTLS, AUTH, what is tried again and what bounces.
'use strict';
const assert = require('node:assert');
const { execFile, execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { promisify } = require('node:util');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'parking-mail.'));
const cert = path.join(dir, 'cert.pem'), key = path.join(dir, 'key.pem');
const servers = [];
let safe, plain;

const sql = (statement) =>
	execFileSync('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', process.env.DATABASE_URL], { input: statement }).toString().trim();

async function server(...options) {
	const child = spawn('/usr/bin/python3', [path.join(__dirname, 'smtp.py'), ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
	const lines = [];
	let rest = '';
	servers.push(child);
	await new Promise((up, down) => {
		child.once('exit', () => down(new Error('the mail server does not start: is python3-aiosmtpd there?')));
		child.stdout.on('data', (d) => {
			const all = (rest + d).split('\n');
			rest = all.pop();
			lines.push(...all);
			if (lines.length) up();
		});
	});
	return { port: Number(lines[0]), mails: () => lines.slice(1).map((l) => JSON.parse(l)) };
}

// Lets the worker do what is due, with these settings.
async function work(settings) {
	const env = { ...process.env, DEMO: '1', MAIL_FROM: 'Smart Parking <no-reply@parking.example>', ...settings };
	await promisify(execFile)('build/parkctl', ['work', '--once'], { env, timeout: 60000 });
	await new Promise((done) => setTimeout(done, 50)); /* the mail server's words come by a pipe */
}

const safely = () => ({ SMTP_URL: `smtp://localhost:${safe.port}`, MAIL_USERNAME: 'parking', MAIL_PASSWORD: 's3cret', SMTP_CA_FILE: cert });

// A message in the outbox with its job, as mail_send_later() leaves them.
function write(to, subject = 'Your code', body = 'Your code is\n\n042917') {
	const id = sql(`INSERT INTO outbox (recipient, subject, body) VALUES ('${to}', ${subject.startsWith('E\'') ? subject : `'${subject}'`},
		E'${body.replace(/\n/g, '\\n')}') RETURNING id`);
	sql(`INSERT INTO jobs (kind, args, run_at, created_at) VALUES ('mail_send', '{"id":${id}}', now() - interval '1 s', now())`);
	return id;
}
const state = (id) => sql(`SELECT state || ' ' || attempts FROM outbox WHERE id = ${id}`);
const error = (id) => sql(`SELECT error FROM outbox WHERE id = ${id}`);
const job = (id) => sql(`SELECT state FROM jobs WHERE kind = 'mail_send' AND args->>'id' = '${id}'`);
const due = (id) => Number(sql(`SELECT extract(epoch FROM run_at - now()) FROM jobs WHERE kind = 'mail_send' AND args->>'id' = '${id}'`));
const hurry = () => sql(`UPDATE jobs SET run_at = now() - interval '1 s' WHERE kind = 'mail_send' AND state = 'waiting'`);
const mailTo = (s, to) => s.mails().filter((m) => m.to[0] === to);
const unquoted = (s) => Buffer.from(s.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, h) => String.fromCharCode(parseInt(h, 16))), 'latin1').toString();

before(async () => {
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
		'-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
	safe = await server('--cert', cert, '--key', key, '--auth');
	plain = await server();
});
after(() => {
	for (const s of servers) s.kill();
	fs.rmSync(dir, { recursive: true });
});

test('a mail goes out under TLS, by name and password, as text and HTML', async () => {
	const id = write('ilse@parking.example', 'Zürich – Ihr Code', 'Grüße aus Zürich\n.\n..two dots\nFrom here');
	await work(safely());
	assert.strictEqual(state(id), 'sent 1');
	const [m] = mailTo(safe, 'ilse@parking.example');
	assert.ok(m.tls);
	assert.strictEqual(m.user, 'parking');
	assert.strictEqual(m.from, 'no-reply@parking.example');
	assert.match(m.data, /^Subject: =\?UTF-8\?B\?[A-Za-z0-9+/=]+\?=\r$/m);
	const [, text] = /text\/plain; charset=utf-8\r\n.*\r\n\r\n([^]*?)\r\n\r\n--/.exec(m.data);
	assert.strictEqual(unquoted(text), 'Grüße aus Zürich\r\n.\r\n..two dots\r\nFrom here');
	const [, html] = /text\/html; charset=utf-8\r\n.*\r\n\r\n([^]*?)\r\n\r\n--/.exec(m.data);
	assert.match(unquoted(html), /<h1 [^>]*>Zürich – Ihr Code<\/h1>/);
	for (const line of m.data.split('\r\n')) assert.ok(line.length <= 998 && !/[\r\n]/.test(line));
});

test('a message that was sent is not sent again', async () => {
	const id = write('once@parking.example');
	await work(safely());
	sql(`INSERT INTO jobs (kind, args, run_at, created_at) VALUES ('mail_send', '{"id":${id}}', now(), now())`);
	await work(safely());
	assert.strictEqual(mailTo(safe, 'once@parking.example').length, 1);
});

for (const who of ['later', 'later-data'])
	test(`a 451 (${who}) is tried again, the first time within a minute`, async () => {
		const to = `${who}@parking.example`, id = write(to);
		await work(safely());
		assert.strictEqual(state(id), 'waiting 1');
		assert.match(error(id), /^451 4\.3\.0 /);
		assert.ok(due(id) > 5 && due(id) <= 60, `due in ${due(id)} s`);
		hurry();
		await work(safely());
		assert.strictEqual(state(id), 'sent 2');
		assert.strictEqual(mailTo(safe, to).length, 1);
	});

for (const [who, words] of [['never', /^550 5\.1\.1 no such user/], ['never-data', /^554 5\.7\.1 not wanted/]])
	test(`a 5xx (${who}) is a bounce, and not tried again`, async () => {
		const id = write(`${who}@parking.example`);
		await work(safely());
		assert.strictEqual(state(id), 'bounced 1');
		assert.match(error(id), words);
		assert.strictEqual(job(id), 'done');
	});

test('a wrong password is our fault: the message waits', async () => {
	const id = write('password@parking.example');
	await work({ ...safely(), MAIL_PASSWORD: 'wrong' });
	assert.strictEqual(state(id), 'waiting 1');
	assert.notStrictEqual(error(id), '');
	hurry();
	await work(safely());
	assert.strictEqual(state(id), 'sent 2');
});

test('a server that nobody vouches for gets nothing', async () => {
	const id = write('stranger@parking.example');
	await work({ ...safely(), SMTP_CA_FILE: '' });
	assert.strictEqual(state(id), 'waiting 1');
	assert.match(error(id), /certificate|SSL/i);
	assert.strictEqual(mailTo(safe, 'stranger@parking.example').length, 0);
	await work({ ...safely(), SMTP_URL: `smtp://127.0.0.1:${safe.port}` });
	assert.strictEqual(mailTo(safe, 'stranger@parking.example').length, 0);
});

test('with a name, a server without STARTTLS gets nothing', async () => {
	const id = write('secret@parking.example');
	await work({ SMTP_URL: `smtp://localhost:${plain.port}`, MAIL_USERNAME: 'parking', MAIL_PASSWORD: 's3cret' });
	assert.strictEqual(state(id), 'waiting 1');
	hurry();
	await work({ SMTP_URL: `smtp://parking:s3cret@localhost:${plain.port}` });
	assert.strictEqual(state(id), 'waiting 2');
	hurry();
	await work({ SMTP_URL: `smtp://localhost:${plain.port}`, SMTP_CA_FILE: cert });
	assert.strictEqual(state(id), 'waiting 3');
	assert.strictEqual(plain.mails().length, 0);
});

test('without a name, a loopback server is spoken to in plain; MAIL_SERVER will do', async () => {
	const id = write('plain@parking.example');
	await work({ SMTP_URL: '', MAIL_SERVER: `localhost:${plain.port}` });
	assert.strictEqual(state(id), 'sent 1');
	assert.strictEqual(mailTo(plain, 'plain@parking.example')[0].tls, false);
});

test('a server that is not there: the message waits', async () => {
	const id = write('down@parking.example');
	await work({ SMTP_URL: 'smtp://localhost:1' });
	assert.strictEqual(state(id), 'waiting 1');
	assert.notStrictEqual(error(id), '');
});

test('nothing written into the outbox begins a header of its own', async () => {
	const id = write('evil@parking.example', String.raw`E'Hello\r\nBcc: all@parking.example\r\n\r\nbody'`, 'words');
	await work(safely());
	assert.strictEqual(state(id), 'sent 1');
	const [m] = mailTo(safe, 'evil@parking.example');
	const head = m.data.slice(0, m.data.indexOf('\r\n\r\n'));
	assert.doesNotMatch(head, /^Bcc/im);
	assert.match(head, /^Content-Type: multipart\/alternative/m);
	assert.deepStrictEqual(m.to, ['evil@parking.example']);
});

test('after ten tries a message is given up', async () => {
	const id = write('gone@parking.example');
	sql(`UPDATE outbox SET attempts = 9 WHERE id = ${id}`);
	await work({ SMTP_URL: 'smtp://localhost:1' });
	assert.strictEqual(state(id), 'failed 10');
});

test('what waited without a mail server is sent once there is one', async () => {
	const id = sql(`INSERT INTO outbox (recipient, subject, body) VALUES ('early@parking.example', 'S', 'B') RETURNING id`);
	const old = sql(`INSERT INTO outbox (recipient, subject, body, created_at) VALUES ('old@parking.example', 'S', 'B', now() - interval '2 days') RETURNING id`);
	const sweep = () => sql(`INSERT INTO jobs (kind, args, run_at, created_at) VALUES ('mail_sweep', '{}', now() - interval '1 s', now())`);
	sweep();
	await work({ SMTP_URL: '', MAIL_SERVER: '' });
	assert.strictEqual(state(id), 'waiting 0');
	sweep();
	await work(safely());
	await work(safely());
	assert.strictEqual(state(id), 'sent 1');
	assert.strictEqual(state(old), 'waiting 0');
});
