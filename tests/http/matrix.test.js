// matrix.test.js -- who may what: every address of the source systems, as nobody, as a customer, as another customer, as an
// operator, as an admin, with an API key that has the right scope, and with one that has another.
//
// Letters: P public, U anybody signed in, O one's own (others' are not found; staff all), S staff, A admins; a scope: an API key
// that has it may, too.  Who may is never answered 401 or 403, whatever else is wrong with an empty request.
'use strict';
const assert = require('node:assert');
const { test, after, before } = require('node:test');
const { House } = require('./house.js');

const SCOPES = ['gate', 'telemetry', 'lots', 'reports'];
const MATRIX = `
S0
GET U /api/users/users
POST A /api/users/users
GET U /api/users/cars
POST U /api/users/cars
POST U /api/users/cars/add_car
GET O /api/users/cars/{car}
PUT O /api/users/cars/{car}
PATCH O /api/users/cars/{car}
DELETE O /api/users/cars/{car}
GET U /api/parking/slots
POST A /api/parking/slots
GET U /api/parking/slots/{slot}
PUT A /api/parking/slots/{slot}
PATCH A /api/parking/slots/{slot}
DELETE A /api/parking/slots/{slot}
GET U /api/parking/transactions
POST S gate /api/parking/transactions/enter
PUT S gate /api/parking/transactions/enter
POST S gate /api/parking/transactions/exit
PUT S gate /api/parking/transactions/exit
GET U /api/payments/payments
POST U /api/payments/pay_transaction
POST U /api/payments/payments/pay_transaction
GET O /api/payments/payments/{payment}
PUT A /api/payments/payments/{payment}
PATCH A /api/payments/payments/{payment}
DELETE A /api/payments/payments/{none}
GET S /api/camera_ocr/cameras
POST A /api/camera_ocr/cameras
GET S /api/camera_ocr/ocr_logs
POST S gate /api/camera_ocr/ocr_logs/detect_car
GET U /api/dashboard
S1
POST P /api/auth/login
POST P /api/auth/refresh
GET U /api/zones
POST A /api/zones
GET U /api/zones/{zone}
PUT A /api/zones/{zone}
PATCH A /api/zones/{zone}
DELETE A /api/zones/{zone}
GET U /api/slots
POST A /api/slots
GET U /api/slots/{slot}
PUT A /api/slots/{slot}
PATCH A /api/slots/{slot}
DELETE A /api/slots/{slot}
GET U /api/devices
POST A /api/devices
GET U /api/devices/{none}
PUT A /api/devices/{none}
PATCH A /api/devices/{none}
DELETE A /api/devices/{none}
POST S telemetry /api/telemetry
GET U /api/telemetry
GET U /api/dashboard/overview
S2
GET P /api/parking/lots
GET P /api/parking/lots/{lot}
PUT S lots /api/parking/lots/update
POST S lots /api/parking/lots/update
POST A /api/parking/lots/add
POST U /api/parking/reservations
POST U /api/parking/reservations/cancel
POST P /api/users/auth/signup
POST P /api/users/auth/signin
GET U /api/users/profile
PUT U /api/users/profile/update
GET U /api/users/notifications
POST U /api/users/notifications/mark-as-read
POST S /api/users/notification/matrix
GET U /api/users/reservations
S3
POST P /register
POST P /login
POST S gate /start_session
POST S gate /end_session
POST U gate /upload_plate
GET S /sessions
GET S /anomalies
POST S /anomalies/{none}
S4
POST P /signup
POST P /verify-otp
POST U /reserve
POST U /payment
GET P /get-reviews
POST U /review
GET U /userdashboard
GET U /userupcomingbookings
GET U /userdatadownload
POST A /createlot
PUT A /editlot
DELETE A /deletelot
GET U /getlot
GET A /getusers
GET A /getreservations
GET A /lotstats
GET A /userstats
GET A /financialstats
GET A /admindashboard
POST U /api/users/auth/signout`.trim().split('\n').filter((l) => l.includes(' ')).map((l) => {
	const words = l.split(' ');
	return { method: words[0], who: words[1], scope: words.length > 3 ? words[2] : null, where: words[words.length - 1] };
});

let house, people, keys, ids;

before(async () => {
	house = await House.start({ env: { LIMIT_SIGNUPS: '100000', LIMIT_LOGINS: '100000', LIMIT_BOOKINGS: '100000', LIMIT_CODES: '100000', LOCK_TRIES: '1000' } });
	house.sql(`insert into users (username, email, first_name, password, role, verified_at)
		select 'matrix', 'matrix@parking.example', 'Bo', password, 'customer', now() from users where username = 'customer'`);
	const logins = [['customer', 'park-a-car'], ['matrix', 'park-a-car'], ['operator', 'open-the-gate'], ['admin', '123456']];
	const tokens = await Promise.all(logins.map(([name, word]) => house.login(name, word)));
	people = { nobody: null, customer: tokens[0], stranger: tokens[1], operator: tokens[2], admin: tokens[3] };
	keys = {};
	for (const scope of SCOPES) keys[scope] = await house.key(people.admin, scope);
	const one = (statement) => Number(house.sql(statement));
	const customer = one(`select id from users where username = 'customer'`);
	ids = { none: 99999999, customer,
		car: one(`insert into vehicles (user_id, plate, plate_typed) values (${customer}, 'MATRIX1', 'MATRIX 1') returning id`),
		slot: one(`select min(slot_id) from reservations`), zone: one(`select zone_id from slots where id = (select min(slot_id) from reservations)`), lot: one('select min(id) from lots'),
		payment: one(`select max(p.id) from payments p join charges c on c.id = p.charge_id where c.user_id = ${customer} and p.status = 'paid' and p.refunded = 0`) };
});
after(() => house && house.stop());

const RANK = { nobody: 0, customer: 1, stranger: 1, operator: 2, admin: 3 };
const NEEDS = { P: 0, U: 1, O: 1, S: 2, A: 3 };

// What that role is to be told: a status, or that it may.
function wanted(row, role) {
	if (RANK[role] >= NEEDS[row.who]) return row.who === 'O' && role === 'stranger' ? 404 : 'may';
	return RANK[role] === 0 ? 401 : 403;
}
const wantedOfKey = (row, scope) => (row.who === 'P' || row.scope === scope ? 'may' : row.scope ? 403 : 401);

function holds(row, as, want, status) {
	const right = want === 'may' ? ![401, 403, 405].includes(status) && status < 500 : status === want;
	/* Public log-ins answer 401 to wrong words. */
	assert.ok(right || (row.who === 'P' && status !== 403 && status < 500), `${row.method} ${row.where} as ${as}: ${status}, not ${want}`);
}

test('each role gets what the table says', async () => {
	let n = 0;
	const missing = [];
	for (const row of MATRIX) {
		const where = row.where.replace(/\{(\w+)\}/g, (m, name) => ids[name]);
		const path = house.schema.path(where);
		if (!path || !house.schema.document.paths[path][row.method.toLowerCase()]) {
			missing.push(`${row.method} ${row.where}`);
			continue;
		}
		/* Deleting goes last to who may. */
		for (const role of row.method === 'DELETE' ? ['nobody', 'stranger', 'operator', 'admin'].filter((r) => wanted(row, r) !== 'may' || row.where.includes('{none}')) : Object.keys(people)) {
			const body = row.method === 'GET' ? undefined : row.where === '/api/users/cars/{car}' && row.method === 'PUT' ? { plate_number: 'MATRIX 1' } : {};
			const r = await house.request(row.method, where, { token: people[role], body });
			holds(row, role, wanted(row, role), r.status);
			n++;
		}
		for (const scope of row.scope ? [row.scope, SCOPES.find((s) => s !== row.scope)] : ['gate']) {
			const r = await house.request(row.method, where, { body: row.method === 'GET' ? undefined : {}, headers: { accept: 'application/json', 'x-api-key': keys[scope] } });
			holds(row, `a key for ${scope}`, wantedOfKey(row, scope), r.status);
			n++;
		}
	}
	console.log(`# ${n} answers to ${MATRIX.length - missing.length} addresses; not there: ${missing.join(', ') || 'none'}`);
	assert.ok(n > 400, String(n));
	assert.deepStrictEqual(house.complaints(), []);
});

test('no address of the source systems is missing from the table', () => {
	const told = new Set(MATRIX.map((r) => `${r.method} ${house.schema.path(r.where.replace(/\{\w+\}/g, '1'))}`));
	const rows = Object.entries(house.schema.document.paths).flatMap(([path, operations]) => Object.entries(operations)
		.filter(([, o]) => (o.tags || []).some((t) => /^s[0-4]$/.test(t)) && !/notifications\/(ws|\{region\})$/.test(path)).map(([method]) => `${method.toUpperCase()} ${path}`));
	assert.ok(rows.length > 60, String(rows.length));
	assert.deepStrictEqual(rows.filter((r) => !told.has(r)), []);
});
