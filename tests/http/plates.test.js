// plates.test.js -- photographs on the running server: its sandbox, a reader that stands still, a bucket that checks signatures.
'use strict';
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { test, after, before } = require('node:test');
const { House, until } = require('./house.js');

const KEY = 'AKIDOFATEST', SECRET = 'a/secret+of=tests', REGION = 'eu-central-1', BUCKET = 'photographs';
const photograph = (name) => fs.readFileSync(path.join(__dirname, '..', 'plates', name));
const sha256 = (s) => crypto.createHash('sha256').update(s).digest('hex');
const hmac = (key, s) => crypto.createHmac('sha256', key).update(s).digest();
let house, bucket, operator;

// AWS' Signature Version 4, checked by its description and by nothing of ours (docs.aws.amazon.com, "Create a signed AWS API
// request"): what does not hold is answered 403.
function signed(req, body) {
	const m = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
		.exec(req.headers.authorization || '');
	if (!m) return 'no signature';
	const [, key, day, region, names, signature] = m, at = req.headers['x-amz-date'];
	if (key !== KEY || region !== REGION) return 'another key or region';
	if (!at || !at.startsWith(day) || Math.abs(Date.now() - Date.parse(at.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))) > 900000) return 'too old';
	for (const must of ['host', 'x-amz-date', 'x-amz-content-sha256']) if (!names.split(';').includes(must)) return `${must} is not signed`;
	if (req.headers['x-amz-content-sha256'] !== sha256(body)) return 'another body';
	const [where, query = ''] = req.url.split('?');
	const canonical = [req.method, where, query, ...names.split(';').map((n) => `${n}:${(req.headers[n] || '').trim()}`), '', names,
		req.headers['x-amz-content-sha256']].join('\n');
	const scope = `${day}/${region}/s3/aws4_request`;
	const k = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${SECRET}`, day), region));
	return hmac(k, ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')).toString('hex') === signature ? null : 'the signature is wrong';
}

class Bucket {
	async open() {
		this.objects = new Map();
		this.refused = [];
		this.server = http.createServer((req, res) => {
			const parts = [];
			req.on('data', (d) => parts.push(d)).on('end', () => {
				const body = Buffer.concat(parts), why = signed(req, body), key = req.url.slice(BUCKET.length + 2);
				if (why) this.refused.push(`${req.method} ${req.url}: ${why}`);
				if (why) return res.writeHead(403).end(`<Error><Code>${why}</Code></Error>`);
				if (req.method === 'PUT') this.objects.set(key, { body, type: req.headers['content-type'] });
				if (req.method === 'DELETE') this.objects.delete(key);
				const o = this.objects.get(key);
				if (req.method === 'GET') return o ? res.writeHead(200, { 'content-type': o.type }).end(o.body) : res.writeHead(404).end();
				return res.writeHead(req.method === 'DELETE' ? 204 : 200).end();
			});
		});
		await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
		this.address = `http://127.0.0.1:${this.server.address().port}`;
	}
}

// Node's own fetch writes the form.
async function send(where, name, token = operator, fields = {}) {
	const form = new FormData();
	for (const [field, value] of Object.entries(fields)) form.append(field, value);
	form.append('image', new Blob([photograph(name)], { type: 'image/jpeg' }), name);
	const r = await fetch(house.address + where, { method: 'POST', body: form, headers: { authorization: `Bearer ${token}`, accept: 'application/json' } });
	const text = await r.text();
	return { status: r.status, headers: r.headers, json: JSON.parse(text) };
}
const get = (where) => fetch(house.address + where, { headers: { authorization: `Bearer ${operator}` } });

// What is due, beside this process: the bucket is in it.
const work = (env = {}) =>
	house.child('work', [path.join(__dirname, '..', '..', 'build', 'parkctl'), 'work', '--once'], { ...house.settings(house.run), ...env }).ended;

// The processes under one, by their program's name.
function below(pid, name) {
	const children = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean).map(Number);
	return children.flatMap((c) => [...(fs.readFileSync(`/proc/${c}/comm`, 'utf8').trim() === name ? [c] : []), ...below(c, name)]);
}
// The last ones look at photographs; the first keeps them.
const readers = () => below(house.web.pid, 'platereader').slice(1);

before(async () => {
	bucket = new Bucket();
	await bucket.open();
	house = await House.start({ workers: 1, env: { OCR_READERS: '1', OCR_SECONDS: '60', S3_ENDPOINT: bucket.address, AWS_S3_BUCKET: BUCKET, AWS_REGION: REGION,
		AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET } });
	operator = await house.login('operator', 'open-the-gate');
});
after(async () => {
	if (house) await house.stop();
	bucket.server.close();
});

test('a photograph is read', async () => {
	const r = await send('/api/v1/plate-reads', 'day.jpg');
	assert.strictEqual(r.status, 201, JSON.stringify(r.json));
	assert.strictEqual(r.json.plate, 'SB90TZI');
	const s3 = await send('/upload_plate', 'night.jpg');
	assert.deepStrictEqual([s3.status, s3.json.plate, s3.json.accepted], [200, 'B96TRH', true]);
});

// day.jpg shows two cars, and layouts decide which plate is the surer one.
test('a lot says whose plates are likely there, for its cameras, its slots, and who names it', async () => {
	const admin = await house.login('admin', '123456');
	const make = (body) => house.post('/api/v1/admin/lots', { city: 'Austin', time_zone: 'America/Chicago', currency: 'USD', pay_at_exit: true, ...body }, { token: admin });
	const bad = await make({ name: 'Nowhere', plate_region: 'mars' });
	assert.deepStrictEqual([bad.status, Object.keys(bad.json.fields)], [422, ['plate_region']]);
	const made = await make({ name: 'Congress Avenue', plate_region: 'us' });
	assert.deepStrictEqual([made.status, made.json.plate_region], [201, 'us']);
	const lot = made.json.id;
	const zone = (await house.post(`/api/v1/admin/lots/${lot}/zones`, { zone_code: 'ATX', zone_name: 'Street' }, { token: admin })).json.id;
	await house.post(`/api/v1/admin/lots/${lot}/slots`, { zone_id: zone, labels: 'A-1', prefix: 'ATX-' }, { token: admin });
	const slot = Number(house.sql("select id from slots where code = 'ATX-A-1'"));
	const camera = (await house.post('/api/v1/admin/cameras', { name: 'Austin', location: 'Entry', lot }, { token: admin })).json.id;
	const plate = async (where, fields) => (await send(where, 'day.jpg', operator, fields)).json;
	assert.strictEqual((await plate('/api/v1/plate-reads', {})).plate, 'SB90TZI', 'without a lot as the house has it');
	for (const fields of [{ lot }, { camera }, { camera, lot: 1 }]) {
		const r = await plate('/api/v1/plate-reads', fields);
		assert.deepStrictEqual([r.plate, r.lot_id], ['B21GSB', lot], JSON.stringify(fields));
	}
	assert.strictEqual((await plate('/api/camera_ocr/ocr_logs/detect_car/', { camera_id: camera, slot_id: slot })).plate_number, 'B21GSB');
	assert.strictEqual((await send('/api/v1/plate-reads', 'day.jpg', operator, { lot: 999999999 })).status, 404);
	const whole = (await house.get(`/api/v1/admin/lots/${lot}`, { token: admin })).json;
	assert.strictEqual(whole.plate_region, 'us');
	const { version, name, time_zone, currency } = whole;
	const back = await house.request('PUT', `/api/v1/admin/lots/${lot}`, { token: admin, body: { version, name, time_zone, currency, plate_region: '' } });
	assert.deepStrictEqual([back.status, back.json.plate_region], [200, null]);
	assert.strictEqual((await plate('/api/v1/plate-reads', { camera })).plate, 'SB90TZI', 'as everywhere again');
	assert.match((await house.get('/admin/tables/lots.csv', { token: admin })).text, /^[^\n]*plate_region/);
});

test('whoever decodes it has no file, no socket and no right left', async () => {
	const [reader] = readers();
	const status = fs.readFileSync(`/proc/${reader}/status`, 'utf8');
	assert.match(status, /^Seccomp:\t2$/m);
	assert.match(status, /^NoNewPrivs:\t1$/m);
	assert.match(status, /^Threads:\t1$/m);
	assert.doesNotMatch(fs.readFileSync(`/proc/${reader}/maps`, 'utf8'), /libpq|libsodium|libjwt/);
	assert.strictEqual(spawnSync(path.join(__dirname, '..', '..', 'build', 'platereader'), ['prove']).status, 0);
});

test('while the reader stands still the web does not; too many are refused with when to come again', async () => {
	const [reader] = readers();
	process.kill(reader, 'SIGSTOP');
	const refused = [], all = Array.from({ length: 40 }, () => send('/api/v1/plate-reads', 'small.jpg').then((r) => (r.status === 503 && refused.push(r), r)));
	await until('sixteen wait', 20000, () => refused.length === 40 - 16);
	assert.ok(Number(refused[0].headers.get('retry-after')) > 0);
	assert.strictEqual((await get('/healthz')).status, 200);
	assert.strictEqual((await get('/api/v1/lots')).status, 200);
	assert.strictEqual((await send('/upload_plate', 'small.jpg')).status, 503);
	const [camera_id, slot_id] = house.sql('select (select min(id) from cameras), (select min(id) from slots)').split('|');
	assert.strictEqual((await send('/api/camera_ocr/ocr_logs/detect_car', 'small.jpg', operator, { camera_id, slot_id })).status, 503);
	process.kill(reader, 'SIGCONT');
	const ended = await Promise.all(all);
	assert.deepStrictEqual(ended.filter((r) => r.status !== 503).map((r) => r.status), Array(16).fill(201));
});

test('a reader that is killed is replaced', async () => {
	const [reader] = readers();
	process.kill(reader, 'SIGKILL');
	await until('another is there', 10000, () => readers().some((r) => r !== reader));
	assert.strictEqual((await send('/api/v1/plate-reads', 'small.jpg')).status, 201);
	assert.ok(!readers().includes(reader));
});

test('photographs go into the bucket, come back from it, and are deleted there', async () => {
	const made = await send('/api/v1/plate-reads', 'turned.jpg');
	const key = house.sql(`select image_key from plate_reads where id = ${made.json.id}`);
	await work();
	assert.deepStrictEqual(bucket.refused, []);
	const there = bucket.objects.get(key);
	assert.strictEqual(there.type, 'image/jpeg');
	assert.strictEqual(house.sql(`select sent_at is not null from stored where key = '${key}'`), 't');
	const local = path.join(house.dir, 'store', key);
	fs.unlinkSync(local);
	const gone = await get(`/plate-reads/${made.json.id}/image`);
	assert.strictEqual(gone.status, 503);
	assert.ok(Number(gone.headers.get('retry-after')) > 0);
	await work();
	const back = await get(`/plate-reads/${made.json.id}/image`);
	assert.strictEqual(back.status, 200);
	assert.deepStrictEqual(Buffer.from(await back.arrayBuffer()), there.body);
	house.sql(`insert into jobs (kind, args, run_at, created_at) values ('store_drop', jsonb_build_object('key', '${key}'), now(), now())`);
	await work();
	assert.strictEqual(bucket.objects.has(key), false);
	assert.strictEqual(fs.existsSync(local), false);
});

test('the bucket takes nothing that another secret signed', async () => {
	await send('/api/v1/plate-reads', 'crop.png');
	await work({ AWS_SECRET_ACCESS_KEY: 'another' });
	assert.ok(bucket.refused.some((r) => r.includes('the signature is wrong')));
});
