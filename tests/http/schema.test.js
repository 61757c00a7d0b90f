// schema.test.js -- the measure that every answer of these tests is held to (schema.js) does notice what is wrong.
'use strict';
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { Schema } = require('./schema.js');

const schema = new Schema(JSON.parse(execFileSync(path.join(__dirname, '..', '..', 'build', 'parkctl'), ['openapi'], { maxBuffer: 1 << 24 })));

const answer = (status, body, headers = {}) => ({ status, text: body === undefined ? '' : JSON.stringify(body), headers: new Headers({ 'x-request-id': '1',
	...(body === undefined ? {} : { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' }), ...headers }) });
const problem = (status, code = 'X', headers = {}) => answer(status, { type: '/problems/X', title: 'X', status, code }, headers);
const vehicle = { id: 1, plate: 'BAB12', plate_typed: 'B-AB 12', label: '', car_type: '', created_at: '2026-11-17T12:00:00Z' };
const made = (change = {}, headers = { location: '/api/v1/vehicles' }) => answer(201, { ...vehicle, ...change }, headers);

const fits = (method, where, a) => schema.hold(method, where, a);
const breaks = (method, where, a, words) => assert.throws(() => schema.hold(method, where, a), words);

test('what is as it should be passes', () => {
	const { length } = Object.keys(schema.document.components.schemas);
	assert.ok(length > 30, `${length} schemas`);
	fits('POST', '/api/v1/vehicles', made());
	fits('POST', '/vehicles', made());
	fits('DELETE', '/api/v1/vehicles/7', answer(204));
	fits('DELETE', '/api/v1/vehicles/7', problem(404));
	fits('GET', '/api/v1/vehicles', answer(200, { items: [vehicle], next: null }));
	fits('HEAD', '/api/v1/vehicles', { ...answer(200, {}), text: '' });
	fits('GET', '/api/v1/nowhere', problem(404));
	fits('GET', '/vehicles', { ...answer(200, undefined, { 'content-type': 'text/html' }), text: '<p>' });
	fits('PUT', '/api/v1/vehicles', problem(405, 'X', { allow: 'GET, HEAD, POST, OPTIONS' }));
	fits('OPTIONS', '/api/v1/vehicles', answer(204, undefined, { allow: 'GET, HEAD, POST, OPTIONS' }));
});

test('a status, a type, a method or an address that is not in it does not', () => {
	breaks('POST', '/api/v1/vehicles', answer(200, vehicle), /it names 201/);
	breaks('DELETE', '/api/v1/vehicles/7', problem(409), /it names 204/);
	breaks('GET', '/api/v1/vehicles', { ...answer(200, {}, { 'content-type': 'text/html' }) }, /type is not text\/html/);
	breaks('GET', '/api/v1/vehicles', { ...problem(422), headers: new Headers({ 'x-request-id': '1', 'content-type': 'application/json' }) }, /breaks/);
	breaks('PUT', '/api/v1/vehicles', answer(200, vehicle), /method is not in it/);
	breaks('GET', '/api/v1/nowhere', answer(200, { type: '', title: '', status: 200, code: '' }), /address is not in it/);
	breaks('DELETE', '/api/v1/vehicles/7', answer(204, {}), /no body was to come/);
	breaks('HEAD', '/api/v1/vehicles', answer(200, { items: [], next: null }), /body after HEAD/);
});

test('nor a body with less, with more, or with something else', () => {
	breaks('POST', '/api/v1/vehicles', made({ plate: undefined }), /required property 'plate'/);
	breaks('POST', '/api/v1/vehicles', made({ owner: 7 }), /additional properties/);
	breaks('POST', '/api/v1/vehicles', made({ id: '7' }), /must be integer/);
	breaks('GET', '/api/v1/vehicles', answer(200, { items: [{ ...vehicle, id: null }], next: null }), /must be integer/);
	breaks('GET', '/vehicles', answer(200, { items: {}, next: null }), /must be array/);
	breaks('GET', '/api/v1/nowhere', answer(404, { title: 'X' }), /required property/);
	breaks('DELETE', '/api/v1/vehicles/7', answer(404, { type: '', title: '', status: 400, code: '' }), /problem says 400/);
	breaks('GET', '/api/v1/reservations/7', answer(200, { status: 'nearly' }), /must be equal to one of the allowed values/);
	breaks('POST', '/api/v1/vehicles', made({ created_at: 'today' }), /must match format "date-time"/);
});

test('nor one without the header that belongs to it', () => {
	breaks('POST', '/api/v1/vehicles', made({}, {}), /no Location/);
	breaks('POST', '/api/v1/vehicles', made({}, { location: '/api/v1/cars/1' }), /leads nowhere/);
	breaks('GET', '/api/v1/vehicles', problem(401), /no WWW-Authenticate/);
	breaks('GET', '/api/v1/vehicles', problem(503), /no Retry-After/);
	breaks('GET', '/api/v1/vehicles', problem(503, 'X', { 'retry-after': 'soon' }), /Retry-After: soon/);
	breaks('GET', '/api/v1/vehicles', { ...answer(200, { items: [], next: null }), headers: new Headers({ 'content-type': 'application/json' }) }, /X-Request-Id/);
	breaks('OPTIONS', '/api/v1/vehicles', answer(204, undefined, { allow: 'GET' }), /Allow: GET, not/);
});
