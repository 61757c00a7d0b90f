// openapi.test.js -- the document of /api/v1 is OpenAPI 3.1, in the eyes of a validator that is not ours.
'use strict';
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');

const printed = () => JSON.parse(execFileSync(path.join(__dirname, '..', '..', 'build', 'parkctl'), ['openapi'], { maxBuffer: 1 << 24 }));

async function judge(document) {
	const { Validator } = await import('@seriousme/openapi-schema-validator');
	const validator = new Validator();
	const said = await validator.validate(document);
	return { ...said, version: validator.version };
}

test('a validator finds nothing to say against the document', async () => {
	const said = await judge(printed());
	assert.deepStrictEqual([said.valid, said.errors], [true, undefined]);
	assert.strictEqual(said.version, '3.1');
});

test('the same validator notices a parameter that lies nowhere', async () => {
	const document = printed();
	const operation = Object.values(document.paths).flatMap(Object.values).find((o) => o.parameters);
	operation.parameters = [{ name: 'x', in: 'nowhere', schema: { type: 'string' } }];
	assert.strictEqual((await judge(document)).valid, false);
});

test('every reference leads somewhere, and every operation has a name of its own', () => {
	const document = printed();
	const names = Object.values(document.paths).flatMap(Object.values).map((o) => o.operationId);
	assert.ok(names.length > 40);
	assert.ok(names.every(Boolean));
	assert.strictEqual(new Set(names).size, names.length);
	JSON.stringify(document, (key, value) => {
		if (key === '$ref') {
			const found = value.slice(2).split('/').reduce((at, step) => at && at[step.replace(/~1/g, '/').replace(/~0/g, '~')], document);
			assert.ok(found, value);
		}
		return value;
	});
});
