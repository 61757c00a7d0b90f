// migrations/schema.sql is for people to read, so it has to be what the migrations make.
const test = require('node:test');
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const here = path.resolve(__dirname, '../..');

test('schema.sql is what the migrations make', () => {
	const made = execFileSync(path.join(here, 'src/tools/schema'), { encoding: 'utf8' });
	const kept = fs.readFileSync(path.join(here, 'migrations/schema.sql'), 'utf8');

	assert.match(made, /CREATE TABLE public\.migrations /);
	assert.ok(made === kept, 'migrations/schema.sql is stale: make schema');
});

test('a migration that was applied and then changed is refused', () => {
	const sql = (text) => execFileSync('psql', ['-Atqc', text, process.env.DATABASE_URL], { encoding: 'utf8' });
	const first = sql('select min(name) from migrations').trim();

	sql(`update migrations set checksum = 'other' where name = '${first}'`);
	assert.throws(() => execFileSync(path.join(here, 'build/parkctl'), ['migrate'], { stdio: 'pipe', encoding: 'utf8' }),
		(e) => e.status === 1 && e.stderr.includes(`${first} was applied to this database in another form`));
});

test('two programs that migrate at once take turns', async () => {
	const { spawn } = require('node:child_process');
	const { DATABASE_URL } = process.env;
	const name = `turns_${process.pid}`;
	const url = DATABASE_URL.replace(/^(postgresql:\/\/[^/]*\/)[^?]*/, `$1${name}`);

	execFileSync('psql', ['-qc', `create database ${name} template template0`, DATABASE_URL]);
	const runs = await Promise.all([1, 2, 3, 4].map(() => new Promise((done) => {
		const p = spawn(path.join(here, 'build/parkctl'), ['migrate'], { env: { ...process.env, DATABASE_URL: url } });
		let said = '';
		p.stdout.on('data', (d) => { said += d; });
		p.stderr.on('data', (d) => { said += d; });
		p.on('exit', (code) => done({ code, said }));
	})));
	const files = fs.readdirSync(path.join(here, 'migrations')).filter((f) => /^\d.*\.sql$/.test(f)).length;
	const applied = runs.map((r) => +(r.said.match(/^(\d+) migrations applied/m) || [0, 0])[1]);

	assert.deepEqual(runs.map((r) => r.code), [0, 0, 0, 0], JSON.stringify(runs));
	assert.equal(applied.reduce((a, b) => a + b), files);
});
