// browser.js -- a browser without script: it keeps cookies, sends Origin with its forms, and finds the token in a page.
'use strict';
const http = require('node:http');

class Browser {
	constructor(house, { origin = house.address } = {}) {
		this.house = house;
		this.origin = origin;
		this.jar = new Map();
	}

	// Everything as it is on the wire: header lines that are there twice, no redirect followed, any method.
	go(method, where, { form, body, headers = {} } = {}) {
		const text = form ? new URLSearchParams(form).toString() : body;
		const all = { accept: 'text/html', ...(method === 'GET' ? {} : { origin: this.origin }),
			...(this.jar.size ? { cookie: [...this.jar].map(([k, v]) => `${k}=${v}`).join('; ') } : {}),
			...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
			...(text !== undefined ? { 'content-length': Buffer.byteLength(text) } : {}), ...headers };
		for (const [name, value] of Object.entries(all)) if (value === null) delete all[name];
		return new Promise((done, fail) => {
			const q = http.request(this.house.address + where, { method, headers: all, agent: false, timeout: 20000 }, (r) => {
				const parts = [];
				r.on('data', (d) => parts.push(d)).on('error', fail).on('end', () => {
					const set = r.headers['set-cookie'] || [];
					for (const line of set) this.keep(line);
					const bytes = Buffer.concat(parts).toString();
					let json = null;
					try {
						json = JSON.parse(bytes);
					} catch (e) {
						// a page
					}
					try {
						this.house.hold(method, where, { status: r.statusCode, headers: new Headers(Object.entries(r.headers).map(([k, v]) => [k, String(v)])), text: bytes });
					} catch (e) {
						fail(e);
					}
					done({ status: r.statusCode, headers: r.headers, set, to: r.headers.location, text: bytes, json });
				});
			});
			q.on('error', fail).on('timeout', () => q.destroy(new Error(`no answer to ${method} ${where}`)));
			q.end(text);
		});
	}

	keep(line) {
		const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
		if (value && !/max-age=0/i.test(line)) this.jar.set(name, value);
		else this.jar.delete(name);
	}

	get(where, options) {
		return this.go('GET', where, options);
	}

	// The token of a page's forms.
	async token(where = '/login') {
		return /name="csrf" value="([^"]*)"/.exec((await this.get(where)).text)[1];
	}

	async post(where, form, from) {
		return this.go('POST', where, { form: { csrf: await this.token(from), ...form } });
	}

	async logIn(login, password) {
		const r = await this.post('/login', { login, password });
		if (r.status !== 303) throw new Error(`log-in: ${r.status} ${r.text.slice(0, 300)}`);
		return this;
	}
}

module.exports = { Browser };
