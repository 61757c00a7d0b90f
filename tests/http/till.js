// till.js -- the payment provider's stub (src/tools/paystub.h) beside a house: started, steered, killed, asked.
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { later, until } = require('./house.js');

const root = path.join(__dirname, '..', '..');

class Till {
	// webhook: where events go; null: nowhere.  oldSecret: signs, too.
	static async start({ webhook = null, secret = 'sk_test_only_for_tests_0123456789', hookSecret = 'whsec_only_for_tests_0123456789',
		oldSecret = null } = {}) {
		const till = new Till();
		Object.assign(till, { webhook, secret, hookSecret, oldSecret });
		till.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'till-'));
		await till.up();
		return till;
	}

	// On the port it had before, with all it knew.
	async up() {
		const out = fs.openSync(path.join(this.dir, 'log'), 'a');
		this.child = spawn('setpriv', ['--pdeathsig', 'KILL', path.join(root, 'build', 'paystub'), this.dir], {
			stdio: ['ignore', out, out], env: { PATH: process.env.PATH, PAYMENT_SECRET_KEY: this.secret,
				PAYMENT_WEBHOOK_SECRET: this.hookSecret, ...(this.webhook ? { PAYSTUB_WEBHOOK_URL: this.webhook } : {}),
				...(this.oldSecret ? { PAYSTUB_OLD_SECRET: this.oldSecret } : {}) } });
		this.child.ended = new Promise((done) => this.child.on('exit', done));
		fs.closeSync(out);
		await until('the provider answers', 10000, () => {
			const port = path.join(this.dir, 'port');
			if (fs.existsSync(port)) this.address = `http://127.0.0.1:${fs.readFileSync(port, 'utf8').trim()}`;
			return this.address && this.ask('GET', '/stub/ledger').then((r) => r.status === 200, () => false);
		});
	}

	async kill(signal = 'SIGKILL') {
		if (this.child.exitCode !== null || this.child.signalCode !== null) return;
		this.child.kill(signal);
		await this.child.ended;
	}

	async stop() {
		await this.kill('SIGTERM');
		fs.rmSync(this.dir, { recursive: true, force: true });
	}

	// What the product must be told to pay here.
	settings() {
		return { PAYMENT_BASE_URL: this.address, PAYMENT_SECRET_KEY: this.secret, PAYMENT_WEBHOOK_SECRET: this.hookSecret };
	}

	// fields: an object, nested as Stripe nests them; json: a body as it is.
	async ask(method, where, { fields, json, key, secret = this.secret, headers = {}, ms = 20000 } = {}) {
		const r = await fetch(this.address + where, {
			method, redirect: 'manual', signal: AbortSignal.timeout(ms),
			headers: { authorization: `Bearer ${secret}`, ...(key ? { 'idempotency-key': key } : {}),
				...(fields ? { 'content-type': 'application/x-www-form-urlencoded' } : {}), ...headers },
			body: fields ? flat(fields).toString() : json ? JSON.stringify(json) : undefined,
		});
		const text = await r.text();
		let body = null;
		try {
			body = JSON.parse(text);
		} catch (e) {
			// a page
		}
		return { status: r.status, headers: r.headers, text, json: body, to: r.headers.get('location') };
	}

	async steer(how) {
		const r = await this.ask('POST', '/stub/behaviour', { json: how });
		if (r.status !== 200) throw new Error(r.text);
	}

	// All objects of a kind, newest first: await till.all('charges').
	async all(kind) {
		return (await this.ask('GET', `/v1/${kind}?limit=100`)).json.data;
	}

	// {charged, refunded, charges, net} in this currency.
	async ledger(currency = 'eur') {
		return (await this.ask('GET', '/stub/ledger')).json[currency] || { charged: 0, refunded: 0, charges: 0, net: 0 };
	}

	async requests(where = '/v1/') {
		return (await this.ask('GET', '/stub/requests')).json.filter((r) => `${r.method} ${r.path}`.includes(where));
	}

	async deliveries() {
		return (await this.ask('GET', '/stub/deliveries')).json;
	}

	// As a customer with this card on the hosted page; gives where it leads.
	async pay(url, number = '4242 4242 4242 4242') {
		const r = await this.ask('POST', url.replace(this.address, ''),
			{ fields: { number, expiry: '12 / 39', cvc: '123', name: 'Ada' } });
		return { status: r.status, to: r.to, text: r.text };
	}
}

// {a: {b: 1}, c: [2]} → a[b]=1, c[0]=2
function flat(fields, out = new URLSearchParams(), prefix = '') {
	for (const [name, value] of Object.entries(fields)) {
		const at = prefix ? `${prefix}[${name}]` : name;
		if (value !== null && typeof value === 'object') flat(value, out, at);
		else if (value !== undefined) out.append(at, String(value));
	}
	return out;
}

module.exports = { Till, flat, later };
