// keeplog.test.js -- the keeper of the logs by itself: many who write at once, and a disk that takes nothing.
'use strict';
const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { test } = require('node:test');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { until } = require('./house.js');

const program = path.join(__dirname, '..', '..', 'build', 'keeplog');

// In a writer: waits until the test has made the file GO.
const wait = `while (!require('fs').existsSync('GO')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);`;

async function keeper(t, bytes, old) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'keeplog-')), socket = path.join(dir, 'socket');
	const child = spawn(program, ['keep', socket, String(bytes), String(old)], { cwd: dir, stdio: 'inherit' });
	const ended = new Promise((done) => child.on('exit', done));
	t.after(() => {
		child.kill('SIGKILL');
		fs.rmSync(dir, { recursive: true, force: true });
	});
	await until('it listens', 5000, () => fs.existsSync(socket));
	// What it holds open without a log: its door, its standard streams, and one for each who writes.
	const held = () => fs.readdirSync(`/proc/${child.pid}/fd`).length, alone = held();
	return {
		dir,
		writers: () => held() - alone,
		write: (name, script, ...args) => new Promise((done) => {
			spawn(program, ['to', socket, name, process.execPath, '-e', script, ...args], { cwd: dir, stdio: 'ignore' }).on('exit', done);
		}),
		go: () => fs.writeFileSync(path.join(dir, 'GO'), ''),
		end: () => (child.kill('SIGTERM'), ended),
	};
}

test('lines of many who write at once are neither lost nor cut nor mixed, over many files', async (t) => {
	const k = await keeper(t, 20000, 99), writers = 4, lines = 3000;
	// Blocks of several lines, as the web process writes them.
	const script = `const fs = require('fs');
		${wait}
		for (let i = 0, block = ''; i < ${lines}; i++) {
			block += process.argv[1] + ' ' + i + ' ' + 'x'.repeat(i % 90) + '\\n';
			if (i % 7 === 6 || i === ${lines} - 1) { fs.writeSync(1, block); block = ''; }
		}`;
	const all = Array.from({ length: writers }, (_, w) => k.write('app', script, String(w)));
	await until('all are let in', 5000, () => k.writers() === writers + 1); // and the log
	k.go();
	const early = k.end(); // told to end, perhaps while they write: it waits for them
	assert.deepStrictEqual(await Promise.all(all), Array(writers).fill(0));
	assert.strictEqual(await early, 0);
	const files = fs.readdirSync(k.dir).filter((n) => n.startsWith('app.log'))
		.sort((a, b) => Number(b.split('.')[2] || 0) - Number(a.split('.')[2] || 0));
	assert.ok(files.length > 20, `${files.length}`);
	const next = Array(writers).fill(0);
	for (const file of files) {
		const text = fs.readFileSync(path.join(k.dir, file), 'utf8');
		assert.ok(text.length <= 20000 && text.endsWith('\n'), `${file}: ${text.length}`);
		for (const line of text.slice(0, -1).split('\n')) { // a line may end in a space
			const [, w, i, xs] = /^(\d) (\d+) (x*)$/.exec(line) || assert.fail(line);
			assert.strictEqual(Number(i), next[w]++);
			assert.strictEqual(xs.length, i % 90);
		}
	}
	assert.deepStrictEqual(next, Array(writers).fill(lines));
});

test('only so many old ones are kept', async (t) => {
	const k = await keeper(t, 1000, 2);
	await k.write('app', "for (let i = 0; i < 200; i++) require('fs').writeSync(1, 'line ' + i + ' ' + 'x'.repeat(40) + '\\n')");
	await k.end();
	assert.deepStrictEqual(fs.readdirSync(k.dir).sort(), ['app.log', 'app.log.1', 'app.log.2']);
	assert.match(fs.readFileSync(path.join(k.dir, 'app.log'), 'utf8'), /line 199 x+\n$/);
});

test('where nothing can be written the program runs on, and what was left out is told', async (t) => {
	const k = await keeper(t, 1000, 2), log = path.join(k.dir, 'app.log');
	fs.mkdirSync(log); // stands in the way
	const wrote = k.write('app', `for (let i = 0; i < 1000; i++) require('fs').writeSync(1, 'nobody reads this\\n'); ${wait}`);
	await until('it is let in', 5000, () => k.writers() === 1);
	k.go();
	assert.strictEqual(await wrote, 0);
	await until('it is let go, and so all was read', 5000, () => k.writers() === 0);
	fs.rmdirSync(log);
	assert.strictEqual(await k.write('app', "require('fs').writeSync(2, 'heard again\\n')"), 0);
	await k.end();
	assert.strictEqual(fs.readFileSync(log, 'utf8'), '(18000 bytes could not be written here)\nheard again\n');
});

test('a name that leads elsewhere is not written to', async (t) => {
	const k = await keeper(t, 1000, 2);
	for (const name of ['../app', 'a/b', 'a.b', 'A'])
		await k.write(name, "try { require('fs').writeSync(1, 'x\\n') } catch (e) {}");
	await k.end();
	assert.deepStrictEqual(fs.readdirSync(k.dir), []);
});
