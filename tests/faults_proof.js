// faults_proof.js -- takes the remedies out of database, cache and jobs one by one, and sees the test that watches each
// fail.
//
// `make faults-proof` runs it on a copy of the tree; `node tests/faults_proof.js word` takes those whose names hold the word,
// a regular expression.
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const DB = 'src/gear/db.c', CONN = 'src/gear/db_conn.c', POOL = 'src/gear/db_pool.c', CACHE = 'src/gear/cache.c',
	REDIS = 'src/gear/cache_redis.c', GEN = 'src/gear/generations.c', SHELF = 'src/gear/shelf.c', JOBS = 'src/gear/jobs.c';

const remedies = [
	// [what, file, as it is, without it, test program, test]
	['an answer lost at COMMIT', DB, 'got.sent ? OUTCOME_UNKNOWN : UNAVAILABLE', 'UNAVAILABLE', 'db', 'a_connection_lost_at_commit'],
	['an answer lost at COMMIT, seen from outside', DB, 'got.sent ? OUTCOME_UNKNOWN : UNAVAILABLE', 'UNAVAILABLE', 'http/faults', 'cut after COMMIT'],
	['COMMIT that was a ROLLBACK', DB, '!text_is(PQcmdStatus(got.result), "COMMIT")', '0', 'db', 'committing_a_failed_transaction'],
	['old plans', DB, 'db->conn == NULL && is_stale(got.result)', 'is_stale(got.result) && 0', 'db', 'a_table_that_changed'],
	['connecting again', CONN, 'loop_after(&k->again, k->backoff, start_again);', 'if (k->backoff < 0)\n\t\tstart_again(&k->again);', 'http/faults', 'restarted under load'],
	['refusing at once', POOL, 'if (k ? k->state != UP : p->n_up == 0 && p->tried)', 'if (k ? k->state != UP : 0)', 'db', 'a_database_that_is_away'],
	['our own deadline', CONN, 'return ms > 0 && now - k->head_since > ms;', 'return ms > 0 && now - k->head_since > ms * 5;', 'db', 'a_server_that_says_nothing'],
	["PostgreSQL's deadline", POOL, '-c statement_timeout=%lld', '-c deadlock_timeout=%lld', 'db', 'a_statement_has_a_deadline'],
	['a connection for readers', POOL, '(p->n > 1 ? p->n - 1 : 1)', 'p->n', 'db', 'reads_go_on'],
	['keeping clear of slow ones', POOL, 'cost += MAX_DEPTH;', 'cost += 0;', 'db', 'a_slow_statement'],
	['a drop that begins before COMMIT', GEN, 'if (*state < ONE_WRITER)', 'if (1)', 'cache', 'nothing_is_kept_while'],
	['a drop that ends after COMMIT', CACHE, 'generation_end(tag, outcome != OUTCOME_UNKNOWN);', '(void)tag, (void)outcome;', 'cache', 'a_transaction_taken_back'],
	['a suspect outcome', GEN, 'if (shared == NULL || !sure)', 'if (shared == NULL || (0 && !sure))', 'cache', 'an_unknown_outcome'],
	['stamps in Redis', CACHE, 'memcmp(s.bytes, p->stamp, n_stamp) != 0', '0', 'cache', 'never_older'],
	['stamps in memory', SHELF, '!text_is((*at)->stamp, stamp) || ', '', 'cache', 'never_older'],
	['stamps from before the reading', CACHE, 'permit->stamp = generations_stamp(c->arena, tags);',
		'permit->stamp = generations_stamp(c->arena, tags) ? "1" : NULL;', 'cache', 'any_of_its_tags'],
	['leaving a Redis that hangs', REDIS, 'w->left = true;\n\t\tdrop(r);', 'w->left = true;', 'cache', 'a_redis_that_hangs'],
	['half for one thing', POOL, 'inside(p, thing) < most_inside(p)', 'inside(p, thing) < 100', 'http/turns', 'a booking elsewhere'],
	['past those whose thing is full', POOL, 'if (may_pin(p, (*at)->thing))\n\t\t\treturn at;', 'return may_pin(p, (*at)->thing) ? at : NULL;', 'http/turns', 'past those whose'],
	['the order of the line', POOL, 'while (*at && (*at)->place < w->place)', 'for (at = &p->pins; 0;)', 'http/turns', 'in the order in which'],
	['one of many makes a page', 'src/web/single.c', 'if (s == NULL) {\n\t\t*me', 'if (s == NULL || s->key) {\n\t\t*me', 'http/turns', 'twenty who miss'],
	['statements that are planned once', 'src/tools/sqlgen.c', 'if (q->once && c ==', 'if (0 && c ==', 'statements', 'what_is_planned_once'],
	['a try is counted before it is checked', 'src/accounts/lockout.c', 'if (so_far.n + so_far.checking >= settings.lock_tries)', 'if (0)',
		'http/lockout', 'fifty wrong passwords'],
	['names are looked up elsewhere', 'src/gear/names.c', 'if (crew == NULL) {', 'if (1) {', 'http/names', 'a resolver that hangs'],
	['no Kerberos in the sandbox', CONN, '"disable", k->pool->conninfo', '"prefer", k->pool->conninfo', 'http/names', 'behind names are found'],
	['limits without Redis', CACHE, 'n = counter_add(name, seconds, &left);', 'n = (left = 60, 0);', 'http/lockout', 'without Redis limits hold'],
	['one count of all workers', 'src/web/server.c', '\tcounters_share();\n', '', 'http/lockout', 'without Redis limits hold'],
	['deed and done are one', JOBS, 'enum problem ended = db_end(c, e == OK);', 'enum problem ended = db_end(c, true);', 'jobs', 'leaves_nothing_done'],
	['news for the worker', JOBS, 'db_notify(c, "jobs");', '(void)0;', 'jobs', 'woken_by_news'],
	['a lease that ends', 'src/gear/queries.sql', "d.state IN ('waiting', 'running')", "d.state IN ('waiting')", 'jobs', 'a_killed_workers_job'],
];

function run(cwd, command, ...args) {
	const r = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 400000 });
	return { ok: r.status === 0, said: r.stdout + r.stderr };
}

const web = ['build/parking', 'build/parkctl'], programs = { 'http/faults': web, 'http/lockout': web, 'http/names': web, 'http/turns': web };

// The names of the tests that failed; null if it does not build.
function failures(tree, program) {
	const built = run(tree, 'make', '-j2', 'WARN=-w', ...(programs[program] || [`build/tests/${program}_test`]));
	if (!built.ok) throw new Error(built.said.slice(-2000));
	const r = programs[program] ? run(tree, 'timeout', '-k', '5', '150', 'node', '--test', '--test-reporter=tap', `tests/${program}.test.js`)
		: run(tree, 'timeout', '-k', '5', '120', 'tests/with-servers', `build/tests/${program}_test`);
	return r.said.split('\n').filter((l) => /^not ok |^\[  FAILED  \] [a-z0-9_]+$/.test(l));
}

const wanted = remedies.filter(([what]) => new RegExp(process.argv[2] || '').test(what));
const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'faults-proof-'));
let missed = 0;
try {
	fs.chmodSync(tree, 0o755);
	for (const part of fs.readdirSync(root).filter((name) => name !== '.git' && name !== 'var'))
		run(root, 'cp', '-a', part, tree);
	for (const [what, file, is, without, program, name] of wanted) {
		const source = path.join(tree, file), text = fs.readFileSync(source, 'utf8');
		if (text.split(is).length !== 2) throw new Error(`${what}: not once in ${file}`);
		fs.writeFileSync(source, text.replace(is, () => without));
		const failed = failures(tree, program);
		fs.writeFileSync(source, text);
		const seen = failed.some((l) => l.includes(name));
		missed += !seen;
		console.log(`${seen ? 'seen  ' : 'MISSED'} ${what}${seen ? '' : `: ${failed.join(', ') || 'nothing failed'}`}`);
	}
} finally {
	fs.rmSync(tree, { recursive: true, force: true });
}
process.exit(missed ? 1 : 0);
