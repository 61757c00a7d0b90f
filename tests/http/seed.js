// seed.js -- walks a source system's description against the running server, line by line, and counts what it looked at.
//
//	const seed = new Seed(house);
//	await seed.says('GET', '/api/parking/lots/7', { token }, 404, { msg: 'Parking lot not found' });
//
// What is expected may hold functions and regular expressions in place of values.  Every address is asked with and without
// its last slash where asking twice changes nothing; what is refused is also sent as a form, and has to be refused alike.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');

const flat = (v) => (v === null || v === undefined ? '' : String(v));

function fits(seen, wanted, at) {
	if (typeof wanted === 'function') return assert.ok(wanted(seen), `${at}: ${JSON.stringify(seen)}`);
	if (wanted instanceof RegExp) return assert.match(String(seen), wanted, at);
	if (wanted === null || typeof wanted !== 'object') return assert.deepStrictEqual(seen, wanted, at);
	assert.ok(seen !== null && typeof seen === 'object', `${at}: ${JSON.stringify(seen)}`);
	assert.strictEqual(Array.isArray(seen), Array.isArray(wanted), at);
	assert.deepStrictEqual(Object.keys(seen).sort(), Object.keys(wanted).sort(), at);
	for (const [name, value] of Object.entries(wanted)) fits(seen[name], value, `${at}.${name}`);
}

function multipart(parts) {
	const form = new FormData();
	for (const [name, value] of Object.entries(parts)) form.append(name, Buffer.isBuffer(value) ? new Blob([value]) : String(value), ...(Buffer.isBuffer(value) ? ['photo'] : []));
	return form;
}

class Seed {
	constructor(house) {
		this.house = house;
		this.checks = 0;
	}

	// parts: of a multipart form, a Buffer among them being a file.
	async once(method, where, { token, key, body, form, parts, headers = {} }, status, wanted) {
		const as = { accept: 'application/json', ...(key ? { 'x-api-key': key } : {}), ...headers };
		const options = parts ? { token, raw: multipart(parts), headers: as }
			: form === undefined ? { token, body, headers: as }
			: { token, raw: new URLSearchParams(form).toString(), headers: { ...as, 'content-type': 'application/x-www-form-urlencoded' } };
		const r = await this.house.request(method, where, options);
		const at = `${method} ${where} ${JSON.stringify(parts ? Object.keys(parts) : form || body || {})}`;
		assert.strictEqual(r.status, status, `${at}: ${r.text.slice(0, 500)}`);
		if (wanted !== undefined) fits(r.json, wanted, at);
		this.checks += 1 + (wanted === undefined ? 0 : 1);
		return r;
	}

	async says(method, where, options, status, wanted) {
		const r = await this.once(method, where, options, status, wanted);
		const [path, query] = where.split('?');
		const other = (path.endsWith('/') ? path.slice(0, -1) : `${path}/`) + (query === undefined ? '' : `?${query}`);
		if (method === 'GET' || status >= 400) await this.once(method, other, options, status, wanted);
		if (status >= 400 && options.body && !Array.isArray(options.body) && Object.values(options.body).every((v) => v === null || typeof v !== 'object'))
			await this.once(method, where, { ...options, body: undefined, form: Object.fromEntries(Object.entries(options.body).map(([k, v]) => [k, flat(v)])) }, status, wanted);
		return r;
	}

	// n at once; answers how often each status came.
	async atOnce(n, method, where, options) {
		const all = await Promise.all(Array.from({ length: n }, () => this.house.request(method, where, { ...options,
			headers: { accept: 'application/json', ...(options.key ? { 'x-api-key': options.key } : {}), ...options.headers } })));
		this.checks += n;
		return all.reduce((times, r) => ({ ...times, [r.status]: (times[r.status] || 0) + 1 }), {});
	}
}

const photograph = (name) => fs.readFileSync(path.join(__dirname, '..', 'plates', name));
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const hour = (n) => new Date(Math.ceil(Date.now() / 3600000) * 3600000 + n * 3600000).toISOString().replace('.000', '');

module.exports = { Seed, TIME, hour, photograph };
