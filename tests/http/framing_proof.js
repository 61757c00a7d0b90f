// framing_proof.js -- takes the remedies out one by one, and sees the test that watches each fail.
//
// `make framing-proof` runs it: KORE_CC, EDGE_CC and EDGE_LINK come from mk/kore.mk.  A remedy is a piece of a
// source (Kore's, patched, or ours) and what stands there without it.  The named test must pass with
// everything in place, and fail on the edge built without.  `node tests/http/framing_proof.js word` takes those whose
// names hold the word.
'use strict';
const { execSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
process.chdir(root);
const KORE = 'build/kore/src/', WEB = 'src/web/';
const F = 'framing', D = 'drain', P = 'proxy';

const remedies = [
	// [what, file, as it is, without it, test file, test]
	['control characters', KORE + 'http.c', "if (p[0] != '\\r' || p[1] != '\\n') {", 'if (0) {', F, 'a NUL is refused'],
	['bare CR and LF', KORE + 'http.c', "if (p[0] != '\\r' || p[1] != '\\n') {", 'if (*p == 0) {', F, 'bare CR, bare LF'],
	['LF alone', KORE + 'http.c', 'if (kore_mem_find(nb->buf, nb->s_off, "\\n\\n", 2) != NULL)', 'if (0)', F, 'bare CR, bare LF'],
	['a head that fills the buffer', KORE + 'http.c', 'else if (nb->s_off == nb->b_len)', 'else if (0)', F, 'sixteen thousand bytes'],
	['too many lines', KORE + 'http.c', '|| h > HTTP_REQ_HEADER_MAX + 1', '', F, 'a hundred header lines'],
	['25 lines', 'build/kore/include/kore/http.h', '#define HTTP_REQ_HEADER_MAX	100', '#define HTTP_REQ_HEADER_MAX	25', F, 'a hundred header lines'],
	['three words', KORE + 'http.c', 'if (v != 2) {', 'if (0) {', F, 'a request line is three words'],
	['Hostile', KORE + 'http.c', '"host:", 5', '"host", 4', F, 'Host is "host:"'],
	['two Hosts', KORE + 'http.c', 'if (host != NULL) {', 'if (host != NULL)\n\t\t\tbreak;\n\t\tif (0) {', F, 'two Hosts'],
	['bytes of a Host', KORE + 'http.c', "*host == '\\0' || *value != '\\0'", "*host == '\\0'", F, 'two Hosts'],
	['two lengths', KORE + 'http.c', 'if (ncl > 1 || nte > 0) {', 'if (nte > 0) {', F, 'two lengths are refused'],
	['digits', KORE + 'http.c', 'clp[strspn(clp, "0123456789")] != \'\\0\')', '0)', F, 'a length is digits'],
	['chunked', KORE + 'http.c', 'if (ncl > 1 || nte > 0) {', 'if (ncl > 1) {', F, 'a chunked body asks'],
	['length and coding', KORE + 'http.c', 'if (ncl > 1 || nte > 0) {', 'if (ncl > 1 || (nte > 0 && ncl == 0)) {', F, 'a length beside'],
	['odd codings', KORE + 'http.c', '"transfer-encoding")) {', '"transfer-encoding") &&\n\t\t    !strcmp(hdr->value, "chunked")) {', F, 'a transfer coding spelled'],
	['body of a GET', KORE + 'http.c', '} else if (!(req->flags & HTTP_REQUEST_EXPECT_BODY)) {', '} else if (0) {', F, 'a body on GET'],
	['body of a HEAD', KORE + 'http.c', '} else if (!(req->flags & HTTP_REQUEST_EXPECT_BODY)) {', '} else if (0) {', F, 'a body on HEAD'],
	['body of OPTIONS', KORE + 'http.c', '} else if (!(req->flags & HTTP_REQUEST_EXPECT_BODY)) {', '} else if (0) {', F, 'a body on OPTIONS'],
	['body of a GET, shared', KORE + 'http.c', '} else if (!(req->flags & HTTP_REQUEST_EXPECT_BODY)) {', '} else if (0) {', P, 'body of a GET is nobody'],
	['body of a DELETE', KORE + 'http.c', 'flags |= HTTP_REQUEST_EXPECT_BODY;\t/* may have one */', 'flags |= HTTP_REQUEST_COMPLETE;', F, 'the body of a DELETE'],
	['surplus bytes', KORE + 'http.c', 'if (nb->s_off - len > req->content_length) {', 'if (0) {', F, 'bytes beyond the length'],
	['surplus requests', KORE + 'http.c', 'if (nb->s_off - len > req->content_length) {', 'if (0) {', F, 'a second request in the same segment'],
	['length of the one before', KORE + 'http.c', 'req->content_length = 0;	/* pooled', '/* pooled', F, 'no length is an empty body'],
	['no 408 at work', KORE + 'http.c', 'nb->owner->http_timeout = 0;', '', F, 'no 408 while'],
	['no 408 when idle', KORE + 'http.c', 'if (c->rnb != NULL && c->rnb->s_off == 0 &&', 'if (0 &&', F, 'an idle connection hears nothing'],
	['read on after the answer', KORE + 'http.c', 'kore_free(nb->buf);\n\t\tnb->buf = NULL;\n\t\tnb->m_len = 0;',
		'net_recv_reset(nb->owner, http_header_max, http_header_recv);', F, 'answers come in the order'],
	['largest body', KORE + 'http.c', 'if (req->content_length > http_body_max) {', 'if (0) {', F, 'a body that is too large'],
	['body without a name', KORE + 'http.c', '(void)unlink(req->http_body_path);', '', F, 'a body on disk'],
	['100-continue', KORE + 'http.c', '!strcasecmp(clp, "100-continue") &&', '0 &&', F, 'leave to send'],
	['trimmed values', KORE + 'http.c', "*--end = '\\0';", 'break;', F, 'values may be empty'],
	['a line without a colon', KORE + 'http.c', "if (*p == '\\0' || p == header)", 'if (0)', F, 'a folded line'],
	['methods', KORE + 'http.c', '!strcmp(method, "GET")', '!strcasecmp(method, "GET")', F, 'a method is'],
	['errors in our dress', KORE + 'http.c', 'if (req == NULL && http_error_dress != NULL) {', 'if (0) {', F, 'every answer has a date'],
	['lingering', KORE + 'net.c', 'if (c->flags & CONN_LINGER)', 'if (0)', F, 'who sends all of a body'],
	['the order to stop', KORE + 'kore.c', 'if (sig == SIGCHLD && (', 'if (0 && (', D, 'the news of a dead child'],
	['the end of listening', KORE + 'kore.c', 'if (error) {\n\t\tkore_platform', 'if (error) {\n\t\tfatal("listener");\n\t\tkore_platform', D, 'one worker told to stop'],
	['a closed door is left alone', KORE + 'kore.c', '\t\tkore_platform_disable_read(l->fd);', '', D, 'one worker told to stop'],
	['the pause before a birth', KORE + 'worker.c', 'if (kore_time_ms() - kw->started < 1000) {', 'if (0) {', D, 'workers that die at birth'],
	['the lock of the dead', KORE + 'worker.c', 'worker_no_lock == 0)\n\t\t\tworker_unlock();', 'worker_no_lock == 0)\n\t\t\t;', D, 'the lock for accepting'],
	['a full worker sleeps', KORE + 'worker.c', 'if (worker_no_lock == 1)\n\t\treturn;', 'if (worker_count == WORKER_SOLO_COUNT)\n\t\treturn;', D, 'a single worker that is full'],
	['the worker with the fewest', KORE + 'worker.c', 'if (now < accept_lock->released + WORKER_GIVES_WAY)', 'if (0)', D, 'that has the fewest'],
	['headers that split', WEB + 'kore.c', "for (const char *p = h->value; *p; p++)", 'for (const char *p = ""; *p; p++)', F, 'a header with CR or LF'],
	['names that split', WEB + 'kore.c', "for (const char *p = h->name; *p; p++)", 'for (const char *p = ""; *p; p++)', F, 'a header with CR or LF'],
	['a client that leaves', WEB + 'kore.c', 'req->owner->disconnect = client_gone;', '(void)client_gone;', F, 'a client that leaves while'],
	['no path', WEB + 'kore.c', "*target == '/' && target[1] != '/' ? target : NULL", 'target', F, 'a whole address is its path'],
	['whom to believe', WEB + 'kore.c', 'settings.trusted_proxies)', '"0.0.0.0/0")', F, 'X-Forwarded-For of a stranger'],
	['the date', WEB + 'kore.c', 'http_response_header(v->kore, "Date", edge_date());', '', F, 'every answer has a date'],
	['no length on a 304', WEB + 'kore.c', 'if (out->status == 304 || out->stream)', 'if (out->stream)', F, 'HEAD is answered'],
	['waking at once', WEB + 'kore_loop.c', 'kore_timer_add(line_moves, 0,', 'kore_timer_add(line_moves, 500,', F, 'one request wakes another'],
	['order of alarms', WEB + 'kore_loop.c', 'heap_rise(heap_n++, a);', 'heap_put(heap_n++, a);', F, 'alarms ring'],
	['draining', WEB + 'kore_worker.c', 'on_signal(SIGTERM, stop);', '', D, 'told to stop under load, 1'],
	['who waits at the door', WEB + 'kore_worker.c', 'kore_listener_accept(l, 0);', '', D, 'who already waits'],
	['the closed door', WEB + 'kore_worker.c', '(void)shutdown(l->fd, SHUT_RD);', '', D, 'told to stop under load, 2'],
	['what is on its way', WEB + 'kore_worker.c', 'http_request_count > 0 || ', '', D, 'told to stop under load, 2'],
	['half an answer', WEB + 'kore_worker.c', '!TAILQ_EMPTY(&c->send_queue) ||', '', D, 'a large answer that'],
	['half a head', WEB + 'kore_worker.c', '(c->rnb && c->rnb->buf && c->rnb->s_off > 0)', 'false', D, 'a request of which half a head'],
	['half a body', WEB + 'kore_worker.c', 'http_request_count > 0 || ', '', D, 'a request of which half a body'],
	['all as gently', KORE + 'msg.c', '(void)raise(SIGTERM);', '(void)raise(SIGQUIT);', D, 'one worker told to stop'],
	['born without a parent', WEB + 'kore_worker.c', 'if (getppid() != parent)', 'if (0)', D, 'not even when it ends'],
	['an end without a parent', WEB + 'kore_worker.c', 'prctl(PR_SET_PDEATHSIG, SIGTERM)', '0', D, 'without their parent'],
	['the end of patience', WEB + 'kore_worker.c', 'waited >= DRAIN_MOST_MS ||', '', D, 'a handler that never ends'],
	['the tick', WEB + 'kore_worker.c', 'kore_timer_add(tick, TICK_MS, NULL, 0);', '(void)tick;', F, 'a slow head'],
];

const sh = (command) => execSync(command, { stdio: ['ignore', 'ignore', 'pipe'] });

// A folder that stands before the real one wherever the compiler looks for the changed file.
function build(dir, [, file, is, without]) {
	const source = fs.readFileSync(file, 'utf8');
	if (!source.includes(is)) throw new Error(`${file} no longer holds: ${is}`);
	const changed = path.join(dir, path.basename(file));
	fs.writeFileSync(changed, source.replace(is, without));
	const link = process.env.EDGE_LINK;
	if (file.endsWith('.h')) {
		sh(`${process.env.KORE_CC.replaceAll('-Ibuild/kore/include/kore', `-I${dir} -Ibuild/kore/include/kore`)} -c -o ${dir}/http.o ${KORE}http.c`);
		sh(`${link.replace('build/kore/san/http.o', `${dir}/http.o`)} -o ${dir}/edge`);
		return;
	}
	const object = path.basename(file, '.c') + '.o';
	if (file.startsWith(KORE)) {
		sh(`${process.env.KORE_CC} -c -o ${dir}/${object} ${changed}`);
		sh(`${link.replace(`build/kore/san/${object}`, `${dir}/${object}`)} -o ${dir}/edge`);
	} else {
		sh(`${process.env.EDGE_CC} -Wno-error -c -o ${dir}/${object} ${changed}`);
		sh(`${link.replace(`build/san/src/web/${object}`, `${dir}/${object}`)} -o ${dir}/edge`);
	}
}

// "passed", "failed", or "not run".
function verdict(edge, file, name) {
	const pattern = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	const run = spawnSync('timeout', ['90', 'node', '--test-reporter=tap', `--test-name-pattern=${pattern}`, `tests/http/${file}.test.js`],
		{ env: { ...process.env, EDGE: edge }, encoding: 'utf8' });
	const line = run.stdout.split('\n').find((l) => /^(not )?ok /.test(l) && l.includes(name) && !l.includes('# SKIP'));
	if (line && line.startsWith('ok ')) return 'passed';
	return line || run.status === 124 ? 'failed' : 'not run';
}

const only = process.argv[2];
let bad = 0, seen = 0;
for (const remedy of remedies) {
	const [what, , , , file, name] = remedy;
	if (only && !what.includes(only)) continue;
	const dir = path.join('build', 'proof', what.replace(/[^a-z0-9]+/gi, '-'));
	fs.mkdirSync(dir, { recursive: true });
	let without;
	try {
		build(dir, remedy);
		without = verdict(path.resolve(dir, 'edge'), file, name);
	} catch (e) {
		without = `cannot be tried: ${e.message}`; // the code has moved on
	}
	const ok = without === 'failed';
	console.log(`${ok ? 'ok    ' : 'NOT OK'} without ${what}: "${name}" ${without}`);
	fs.rmSync(dir, { recursive: true });
	bad += ok ? 0 : 1;
	seen++;
}
console.log(`${seen - bad} of ${seen} remedies are missed by the test that watches them when they are gone`);
process.exit(bad ? 1 : 0);
