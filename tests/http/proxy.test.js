// proxy.test.js -- behind nginx, whose connections to us are shared by everybody: nobody reads another's answer.
'use strict';
const assert = require('node:assert');
const { spawn, execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test: plain, before, after } = require('node:test');
const { Edge, speak, statuses, freePort, until, later } = require('./edge.js');

const H = 'Host: t\r\n';
const EVIL = 'GET /head?evil HTTP/1.1\r\nHost: evil\r\n\r\n';
let edge, nginx, port;
const test = (name, run) => plain(name, { timeout: 60000 }, run);

// The two ways nginx hands a body on: gathered first, or as it comes (then chunked stays chunked).
const conf = (edgePort) => `
daemon off; master_process off; pid nginx.pid; error_log error.log;
events { worker_connections 256; }
http {
	access_log off; client_max_body_size 20m; client_body_temp_path body; proxy_temp_path proxy;
	fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
	upstream edge { server 127.0.0.1:${edgePort}; keepalive 2; keepalive_timeout 30s; }
	proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
	proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
	proxy_next_upstream off;
	server { listen 127.0.0.1:${port}; location / { proxy_pass http://edge; }
		location /flow/ { proxy_request_buffering off; proxy_pass http://edge/; } }
}`;

before(async () => {
	execFileSync('nginx', ['-v'], { stdio: 'ignore' });
	edge = await Edge.start({ conf: { http_header_timeout: 1 }, env: { TRUSTED_PROXIES: '127.0.0.1' } });
	port = await freePort();
	fs.writeFileSync(path.join(edge.dir, 'nginx.conf'), conf(edge.port));
	nginx = spawn('nginx', ['-p', edge.dir, '-c', 'nginx.conf'], { stdio: 'ignore' });
	await until('nginx serves', 5000, async () => statuses(await speak(port, [`GET / HTTP/1.1\r\n${H}Connection: close\r\n\r\n`])) === '200');
});
after(async () => {
	if (nginx) nginx.kill('SIGTERM');
	if (edge) await edge.stop();
});

const ask = async (target, headers = '') => {
	const talk = await speak(port, [`GET ${target} HTTP/1.1\r\n${H}${headers}Connection: close\r\n\r\n`], { quiet: 5000 });
	return talk.answers[0];
};

// Several innocent people on the two connections, each of whom must get the answer to their own question.
async function innocents(round) {
	for (let i = 0; i < 4; i++) {
		const mine = `mine-${round}-${i}`;
		const a = await ask(`/head?${mine}`);
		assert.strictEqual(a.status, 200);
		assert.match(a.body, new RegExp(`query=${mine}\n`), `got another's answer: ${a.body}`);
		assert.match(a.body, /\nhost: t\n/);
	}
}

// Filled up to sizes at which nginx's buffers end, so that the smuggled request comes in a segment of its own.
const filled = (head, size) => Buffer.concat([Buffer.alloc(Math.max(0, size - head.length), 'A'), Buffer.from(EVIL)]);

for (const method of ['GET', 'DELETE', 'OPTIONS', 'POST'])
	test(`a request in the body of a ${method} is nobody's`, async () => {
		for (const size of [0, 1024, 4096, 8192, 16384]) {
			const fields = `${method} / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n`;
			const body = filled(`${fields}Content-Length: 9999\r\n\r\n`, size);
			const talk = await speak(port, [`${fields}Content-Length: ${body.length}\r\n\r\n`, body], { quiet: 1000 });
			assert.strictEqual(statuses(talk), method === 'DELETE' || method === 'POST' ? '200' : '400');
			await innocents(`${method}-${size}`);
		}
	});

test('a request in the pieces of a chunked body is nobody’s', async () => {
	for (const [at, status] of [['/echo', 200], ['/flow/echo', 411]]) {
		const head = `POST ${at} HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
		const talk = await speak(port, [head, 30, `${EVIL.length.toString(16)}\r\n${EVIL}\r\n`, 30, '0\r\n\r\n'], { quiet: 1000 });
		assert.strictEqual(statuses(talk), String(status));
		await innocents(at);
	}
});

test('many people at once, some of them evil, each read their own answer', async () => {
	await Promise.all(Array.from({ length: 30 }, async (_, i) => {
		if (i % 3 === 0)
			await speak(port, [`GET / HTTP/1.1\r\n${H}Connection: close\r\nContent-Length: ${EVIL.length}\r\n\r\n`, 5, EVIL], { quiet: 500 });
		else if (i % 3 === 1)
			assert.strictEqual((await ask('/sleep?50')).body, 'slept\n');
		else
			await innocents(i);
	}));
});

test('a connection that nginx keeps idle gets no 408 that passes for an answer', async () => {
	await innocents('before');
	await later(2200);
	await innocents('after');
});

test('the caller is whom our proxy saw, whatever the caller says', async () => {
	const seen = async (from, said) => {
		const net = require('node:net');
		return new Promise((done) => {
			const s = net.connect({ port, host: '127.0.0.1', localAddress: from }, () =>
				s.write(`GET /head HTTP/1.1\r\n${H}${said}Connection: close\r\n\r\n`));
			let all = '';
			s.on('data', (d) => (all += d));
			s.on('close', () => done(/\npeer=(.*)\n/.exec(all)[1]));
		});
	};
	assert.strictEqual(await seen('127.0.0.2', ''), '127.0.0.2');
	assert.strictEqual(await seen('127.0.0.2', 'X-Forwarded-For: 203.0.113.9\r\n'), '127.0.0.2');
	assert.strictEqual(await seen('127.0.0.2', 'X-Forwarded-For: 127.0.0.1\r\n'), '127.0.0.2');
	assert.strictEqual(await seen('127.0.0.1', 'X-Forwarded-For: 203.0.113.9\r\n'), '203.0.113.9');
});
