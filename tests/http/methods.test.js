// methods.test.js -- what any address answers to HEAD, to OPTIONS and to a method it does not take; and what nobody keeps.
'use strict';
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');

const rows = execFileSync(path.join(__dirname, '..', '..', 'build', 'parkctl'), ['routes'], { encoding: 'utf8' }).trim().split('\n').map((line) => {
	const [method, pattern, , dress] = line.split(/\s+/);
	const fits = new RegExp(`^${pattern.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/]+')}$`);
	return { method, fits, api: dress.endsWith(','), at: pattern.replace(/:\w+/g, '1') };
});
const reads = rows.filter((r) => r.method === 'GET');
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

let house, token;

before(async () => {
	house = await House.start();
	token = await house.login('admin', '123456');
});
after(() => house && house.stop());

// Each address that is read, as a page and, where there is one, as JSON.
async function eachAddress(run) {
	for (const row of reads) {
		await run(row, row.at, 'text/html');
		if (row.api) await run(row, `/api/v1${row.at}`, 'application/json');
	}
}

const lasting = (r) => Object.fromEntries([...r.headers].filter(([name]) => !['date', 'x-request-id', 'set-cookie', 'content-length', 'connection', 'keep-alive', 'transfer-encoding'].includes(name)));

test('HEAD is what GET says, without its body', async () => {
	let n = 0;
	await eachAddress(async (row, where, accept) => {
		for (const who of [token, undefined]) {
			const options = { token: who, headers: { accept } };
			const get = await house.request('GET', where, options), head = await house.request('HEAD', where, options);
			assert.strictEqual(head.status, get.status, where);
			assert.deepStrictEqual(lasting(head), lasting(get), where);
			assert.strictEqual(head.text, '', where);
			/* What is streamed has no length before its end. */
			if (get.text && !get.headers.get('transfer-encoding')) assert.ok(Number(head.headers.get('content-length')) > 0, `${where} has a length`);
			n++;
		}
	});
	assert.ok(n > 100, `${n} addresses`);
});

test('OPTIONS tells the methods of any address, and they are those it takes', async () => {
	await eachAddress(async (row, where, accept) => {
		const r = await house.request('OPTIONS', where, { headers: { accept } });
		assert.strictEqual(r.status, 204, where);
		assert.strictEqual(r.text, '');
		const allowed = r.headers.get('allow').split(', ');
		const api = where.startsWith('/api/v1/') && row.api;
		const taken = rows.filter((x) => x.fits.test(row.at) && (!api || x.api)).map((x) => x.method);
		assert.deepStrictEqual(allowed.slice().sort(), [...new Set([...taken, 'HEAD', 'OPTIONS'])].sort(), where);
	});
});

test('a method that an address does not take is a 405 that names those it does', async () => {
	await eachAddress(async (row, where, accept) => {
		const allowed = (await house.request('OPTIONS', where, { headers: { accept } })).headers.get('allow');
		for (const method of METHODS.filter((m) => !allowed.split(', ').includes(m))) {
			const r = await house.request(method, where, { token, headers: { accept } });
			assert.strictEqual(r.status, 405, `${method} ${where}`);
			assert.strictEqual(r.headers.get('allow'), allowed);
		}
	});
});

test('whether the server is well is asked anew each time: nobody keeps it', async () => {
	for (const where of ['/healthz', '/readyz'])
		for (const method of ['GET', 'HEAD']) {
			const r = await house.request(method, where);
			assert.strictEqual(r.status, 200);
			assert.strictEqual(r.headers.get('cache-control'), 'no-store', `${method} ${where}`);
		}
});

test('nothing was amiss on the server', () => {
	assert.deepStrictEqual(house.complaints(), []);
});
