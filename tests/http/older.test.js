// older.test.js -- what is served after a write is never older than the write: the whole server, two workers, a writer and
// sixteen readers on connections that stay, 10,000 rounds, while Redis is killed, frozen and brought back.
//
// Who read before the commit and stores after it, a page that lay ready, Redis coming back with what it held: each would
// show.  Seen to fail within 1,500 rounds when generations_hold() always says yes (19,201 stale pages), and within 2,500 when
// ready_put() stores under the generations of after the reading (17).
// Nothing else runs beside it (tests: alone).
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { test, after, before } = require('node:test');
const { House, later } = require('./house.js');

const ROUNDS = Number(process.env.ROUNDS || 10000);
let house, token, lot;

before(async () => {
	house = await House.start();
	token = await house.login('admin', '123456');
	// Small, so that the rounds are of writing and reading, and not of drawing.
	house.sql(`insert into lots (name, time_zone, currency, search) values ('Ebbville 0', 'UTC', 'EUR', 'ebbville 0');
		insert into zones (lot_id, code) select id, 'EBB' from lots where name = 'Ebbville 0';
		insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'EBB-1', '1' from zones where code = 'EBB'`);
	lot = house.sql("select id from lots where name = 'Ebbville 0'");
});
after(() => house && house.stop());

// What it takes to rename the lot and leave all else; @ stands for the name.
async function body() {
	const was = (await house.get(`/api/v1/admin/lots/${lot}`, { token })).json;
	const form = Object.fromEntries(Object.entries(was).filter(([k, v]) => k !== 'version' && v !== null && typeof v !== 'object'));
	return JSON.stringify({ ...form, name: '@' });
}

// How many pages lay ready, were found in the cache, were made; of both workers.
async function pagesFrom() {
	const sums = {};
	for (const [, from, n] of (await house.get('/metrics', { token })).text.matchAll(/^parking_public_pages_total.*from="(\w+)"} (\d+)$/gm))
		sums[from] = (sums[from] || 0) + Number(n);
	return sums;
}

async function torment(done) {
	for (let i = 0; !done(); i++) {
		await later(700);
		if (i % 3 === 2) {
			process.kill(house.redis.pid, 'SIGSTOP');
			await later(300);
			process.kill(house.redis.pid, 'SIGCONT');
			continue;
		}
		await house.stopRedis(i % 3 ? 'SIGTERM' : 'SIGKILL');
		await later(300);
		await house.startRedis();
	}
}

test(`in ${ROUNDS} rounds nobody is shown a name from before the rename that was answered`, { timeout: 1100000 }, async () => {
	const client = spawn(path.join(__dirname, '../../build/tests/older'), [house.port, ROUNDS, lot, token, await body()],
		{ stdio: ['ignore', 'pipe', 'inherit'] });
	let said = '', code;
	client.stdout.on('data', (b) => (said += b));
	client.on('close', (c) => (code = c));
	await torment(() => code !== undefined);
	assert.strictEqual(code, 0);
	const figures = JSON.parse(said);
	const pages = await pagesFrom();
	console.log(`# ${JSON.stringify({ ...figures, ...pages })}`);
	assert.deepStrictEqual([figures.rounds, figures.stale, figures.refused, figures.workers], [ROUNDS, 0, 0, 2]);
	// What is kept was served, too, at least in every second round, and made anew after each write.
	for (const [from, least] of [['ready', ROUNDS / 2], ['found', ROUNDS / 2], ['made', ROUNDS]])
		assert.ok(pages[from] > least, JSON.stringify(pages));
	assert.deepStrictEqual(house.complaints(), []);
});
