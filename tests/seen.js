// seen.js FILE -- after all tests: did each row of the route table succeed once, and was each problem that a row declares
// seen there?
//
// FILE holds what was answered, a line each: METHOD PATH STATUS PROBLEM DIALECT, "-" for none (tests/world.c and
// tests/http/house.js write it).
// In TAP.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');

const routes = execFileSync(path.join(__dirname, '..', 'build', 'parkctl'), ['routes'], { encoding: 'utf8' });
const rows = routes.trim().split('\n').map((line) => {
	const [, method, pattern, , , dialect] = /^(\S+) +(\S+) +(\S+) +(page, api|page|api|here) +(\S+)/.exec(line);
	const names = pattern.split('/').map((s) => s.replace(/[.]/g, '\\.').replace(/:[^/.\\]+/, '[^/]+'));
	return { method, pattern, dialect, literal: !pattern.includes(':'), fits: new RegExp(`^(/api/v1)?${names.join('/')}/?$`),
		declares: (/\[([A-Z_, ]+)\]$/.exec(line) || ['', ''])[1].split(', ').filter(Boolean), well: false, problems: new Set() };
});
rows.sort((a, b) => b.literal - a.literal); // words win over :names

for (const line of new Set(fs.readFileSync(process.argv[2], 'utf8').split('\n'))) {
	const [method, where, status, problem, dialect] = line.split(' ');
	const row = where && rows.find((r) => r.method === method && r.dialect === dialect && r.fits.test(where));
	if (!row) continue;
	if (status < 400 && status >= 100) row.well = true;
	row.problems.add(problem);
}

const never = rows.filter((r) => !r.well).map((r) => `${r.method} ${r.pattern}`);
const unseen = rows.flatMap((r) => r.declares.filter((p) => !r.problems.has(p)).map((p) => `${r.method} ${r.pattern} ${p}`));
const declared = rows.reduce((n, r) => n + r.declares.length, 0);
const say = (n, missing, name) => console.log(`${missing.length ? 'not ok' : 'ok'} ${n} - ${name}${missing.map((m) => `\n# ${m}`).join('')}`);
console.log('1..2');
say(1, never, `each of ${rows.length} rows succeeded once`);
say(2, unseen, `each of ${declared} problems that rows declare was seen there`);
process.exit(never.length || unseen.length ? 1 : 0);
