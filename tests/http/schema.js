// schema.js -- holds answers against our own OpenAPI document.
//
//	const schema = await Schema.of('http://127.0.0.1:8888');
//	schema.check('POST', '/api/v1/reservations', response.status, response.headers.get('content-type'), body);
//
// throws if the document has no such operation, does not name the status, or the body breaks its schema.
'use strict';
const Ajv = require('ajv/dist/2020');
const formats = require('ajv-formats');

class Schema {
	static async of(base) {
		const answer = await fetch(`${base}/api/openapi.json`);
		if (answer.status !== 200) throw new Error(`no document: ${answer.status}`);
		return new Schema(await answer.json());
	}

	constructor(document) {
		this.document = document;
		this.checked = 0;
		this.ajv = new Ajv({ strict: false, allErrors: true });
		formats(this.ajv);
		this.ajv.addSchema(document, 'api');
		this.paths = Object.keys(document.paths).map((path) => ({
			path,
			names: (path.match(/\{/g) || []).length,
			pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]*\}/g, '[^/]+')}/?$`),
		}));
	}

	// The most literal path that fits: /reservations/new before /reservations/{id}.
	operation(method, address) {
		const path = address.split('?')[0];
		const found = this.paths.filter((p) => p.pattern.test(path)).sort((a, b) => a.names - b.names)[0];
		return found && { path: found.path, op: this.document.paths[found.path][method.toLowerCase()] };
	}

	check(method, address, status, type, body) {
		const found = this.operation(method, address);
		if (!found || !found.op) throw new Error(`${method} ${address} is not in the document`);
		const key = [String(status), `${Math.floor(status / 100)}XX`].find((k) => found.op.responses[k]);
		if (!key) throw new Error(`${method} ${found.path} does not name ${status}: ${body}`);
		let response = found.op.responses[key];
		if (response.$ref) response = this.document.components.responses[response.$ref.split('/').pop()];
		const media = (type || '').split(';')[0];
		if (!response.content) return;
		if (status === 204) return;
		const content = response.content[media];
		if (!content) throw new Error(`${method} ${found.path} ${status} answers ${media}`);
		const at = ['paths', found.path, method.toLowerCase(), 'responses', key, 'content', media, 'schema']
			.map((s) => s.replace(/~/g, '~0').replace(/\//g, '~1'));
		const validate = found.op.responses[key].$ref
			? this.ajv.getSchema('api#/components/schemas/problem')
			: this.ajv.getSchema(`api#/${at.map(encodeURIComponent).join('/')}`);
		if (!validate(JSON.parse(body)))
			throw new Error(`${method} ${found.path} ${status}: ${this.ajv.errorsText(validate.errors)}\n${body}`);
		this.checked++;
	}
}

module.exports = { Schema };
