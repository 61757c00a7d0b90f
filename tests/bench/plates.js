// plates.js -- how well and how fast photographs are read, by engine, without server or sandbox around.
//
//	node tests/bench/plates.js [DIR]
//
// Without DIR it measures the speed alone, on the photographs of tests/plates.  DIR holds images/ and labels.csv
// (image,xmin,ymin,xmax,ymax,text: a line a plate, text without spaces, empty where nobody could read it).  A plate counts as
// read exactly if the reading whose outline holds the label's middle has its very text.  REGION (eu), ENGINES (nets tesseract),
// EVERY (1: each photograph; 10: each tenth).
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const root = path.join(__dirname, '..', '..');
const { REGION = 'eu', ENGINES = 'nets tesseract', EVERY = '1' } = process.env;
const dir = process.argv[2];
const share = (n, of) => (of ? `${((100 * n) / of).toFixed(1)} %` : '–');

function look(engine, files) {
	const began = process.hrtime.bigint();
	const r = spawnSync(path.join(root, 'build', 'platereader'), ['look', engine, REGION, ...files], { encoding: 'utf8', maxBuffer: 1 << 28 });
	if (r.status !== 0) throw new Error(`platereader: ${r.stderr || r.error}`);
	const seen = r.stdout.trim().split('\n').map((l) => JSON.parse(l));
	const ms = { decode: 0, detect: 0, read: 0 };
	for (const s of seen) for (const k of Object.keys(ms)) ms[k] += s.ms[k] / seen.length;
	const busy = ms.decode + ms.detect + ms.read;
	console.log(`  ${engine.padEnd(10)} ${seen.length} photographs; CPU ms: decode ${ms.decode.toFixed(1)}, detect ${ms.detect.toFixed(1)}, read ${ms.read.toFixed(1)}; ` +
		`${(1000 / busy).toFixed(1)} a second and core (${(seen.length / (Number(process.hrtime.bigint() - began) / 1e9)).toFixed(1)} by the clock, with starting)`);
	return seen;
}

function labels() {
	const of = new Map();
	for (const line of fs.readFileSync(path.join(dir, 'labels.csv'), 'utf8').trim().split('\n').slice(1)) {
		const [image, xmin, ymin, xmax, ymax, text] = line.split(',');
		if (!of.has(image)) of.set(image, []);
		if (text) of.get(image).push({ x: (+xmin + +xmax) / 2, y: (+ymin + +ymax) / 2, text });
	}
	return of;
}

function score(engine, seen, of) {
	let n = 0, found = 0, exact = 0, third = 0, sure = 0, right = 0;
	for (const s of seen)
		for (const label of of.get(path.basename(s.file)) || []) {
			const holds = (p) => [0, 1].every((k) => {
				const v = p.corners.filter((_, i) => i % 2 === k), at = k ? label.y : label.x;
				return Math.min(...v) <= at && at <= Math.max(...v);
			});
			const p = s.plates.find(holds);
			n++;
			if (!p) continue;
			found++;
			exact += p.plate === label.text;
			third += p.candidates.slice(0, 3).some((c) => c.plate === label.text);
			if (p.confidence >= 0.55) {
				sure++;
				right += p.plate === label.text;
			}
		}
	console.log(`  ${engine.padEnd(10)} region ${REGION}: ${n} labelled plates, found ${share(found, n)}, read exactly ${share(exact, n)}, among the best three ${share(third, n)}; ` +
		`confidence ≥ .55: ${share(sure, n)} of them, of these right ${share(right, sure)}`);
}

const folder = dir ? path.join(dir, 'images') : path.join(root, 'tests', 'plates');
let files = fs.readdirSync(folder).filter((f) => /\.(jpe?g|png|webp)$/i.test(f)).sort();
files = files.filter((_, i) => i % Number(EVERY) === 0).map((f) => path.join(folder, f));
if (!dir) files = [...files, ...files, ...files];
console.log('Number plates in photographs');
for (const engine of ENGINES.split(' ')) {
	const seen = look(engine, files);
	if (dir) score(engine, seen, labels());
}
