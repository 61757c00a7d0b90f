// seen.js FILE -- after all tests: did each row of the route table succeed once?  And which of the problems that
// rows declare were not seen (that is told, and fails nothing yet)?
//
// FILE holds what was answered, a line each: METHOD PATH STATUS CODE (tests/world.c and tests/http/house.js write it).  In TAP.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');

const parkctl = (word) => execFileSync(path.join(__dirname, '..', 'build', 'parkctl'), [word], { encoding: 'utf8', maxBuffer: 1 << 24 });
const rows = parkctl('routes').trim().split('\n').map((line) => {
	const [method, pattern] = line.split(/\s+/);
	const names = pattern.split('/').map((s) => s.replace(/[.]/g, '\\.').replace(/:[^/.\\]+/, '[^/]+'));
	return { method, pattern, literal: !pattern.includes(':'), fits: new RegExp(`^(/api/v1)?${names.join('/')}/?$`), well: false, codes: new Set() };
});
rows.sort((a, b) => b.literal - a.literal); // words win over :names

const lines = new Set(fs.readFileSync(process.argv[2], 'utf8').split('\n'));
for (const line of lines) {
	const [method, where, status, code] = line.split(' ');
	const row = where && rows.find((r) => r.method === method && r.fits.test(where));
	if (!row) continue;
	if (status < 400 && status >= 200) row.well = true;
	if (code) row.codes.add(code);
}

const declared = [];
for (const [where, operations] of Object.entries(JSON.parse(parkctl('openapi')).paths))
	for (const [method, operation] of Object.entries(operations))
		for (const code of operation['x-problems'] || []) {
			const pattern = where.replace(/^\/api\/v1/, '').replace(/\{(\w+)\}/g, ':$1');
			const row = rows.find((r) => r.method === method.toUpperCase() && (r.pattern === pattern || r.pattern === where));
			declared.push({ row, code, seen: row.codes.has(code) });
		}

const never = rows.filter((r) => !r.well).map((r) => `${r.method} ${r.pattern}`);
const unseen = declared.filter((d) => !d.seen).map((d) => `${d.row.method} ${d.row.pattern} ${d.code}`);
const say = (n, missing, name) => console.log(`${missing.length ? 'not ok' : 'ok'} ${n} - ${name}${missing.map((m) => `\n# ${m}`).join('')}`);
console.log('1..1');
say(1, never, `each of ${rows.length} rows succeeded once`);
if (unseen.length)
	console.log(`# of ${declared.length} problems that rows declare, ${unseen.length} were not seen over HTTP:\n# ${unseen.join('\n# ')}`);
process.exit(never.length ? 1 : 0);
