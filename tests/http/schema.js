// schema.js -- holds answers against our own OpenAPI document.
//
//	const schema = await Schema.of('http://127.0.0.1:8888');
//	schema.hold('POST', '/api/v1/reservations', { status, headers, text });
//
// throws if the document does not say so: the operation, its status, its headers, its type, or what the body holds.
// House.request() does it with every answer it gets.  A page's address that answers in JSON is held against the row of a
// source system there, or else against the same row under /api/v1; a page is not.
'use strict';
const Ajv = require('ajv/dist/2020');
const formats = require('ajv-formats');

const PROBLEM = 'application/problem+json';

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
		this.ajv.addSchema(closed(document), 'api');
		this.paths = Object.keys(document.paths).map((path) => ({
			path,
			names: (path.match(/\{/g) || []).length,
			pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]*\}/g, '[^/]+')}/?$`),
		}));
	}

	// The most literal path that fits: /reservations/new before /reservations/{id}.
	path(address) {
		const path = address.split('?')[0];
		return this.paths.filter((p) => p.pattern.test(path)).sort((a, b) => a.names - b.names).map((p) => p.path)[0];
	}

	// A source system's row stands at the very address; a page's that speaks JSON, too, under /api/v1.
	pathHere(method, address) {
		const here = this.path(address), ours = this.path(`/api/v1${address}`);
		const takes = (path) => path && this.document.paths[path][method === 'HEAD' ? 'get' : method.toLowerCase()];
		return takes(here) || !takes(ours) ? here || ours : ours;
	}

	hold(method, address, { status, headers, text }) {
		const media = (headers.get('content-type') || '').split(';')[0];
		const ours = /^\/api\/v1\//.test(address);
		const path = ours ? this.path(address) : this.pathHere(method, address);
		if (!ours && !/json$/.test(media) && (media || !path || path.startsWith('/api/v1/') || status === 303)) return;
		try {
			if (!headers.get('x-request-id')) throw new Error('no X-Request-Id');
			if (!path) this.nothingThere(ours, status, media, text);
			else if (method === 'OPTIONS' || status === 405) this.otherMethods(path, method, status, headers);
			else this.answer(path, method, status, headers, media, text);
		} catch (e) {
			e.message = `${method} ${address} ${status} breaks the document: ${e.message}\n${text.slice(0, 2000)}`;
			throw e;
		}
		this.checked++;
	}

	nothingThere(ours, status, media, text) {
		if (media === PROBLEM || ours) this.fits('problem', '#/components/schemas/problem', text);
		if (ours && ![404, 400, 413].includes(status)) throw new Error('the address is not in it');
	}

	otherMethods(path, method, status, headers) {
		const allowed = Object.keys(this.document.paths[path]).map((m) => m.toUpperCase());
		const all = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort().join();
		const told = (headers.get('allow') || '').split(/, */);
		if (status === 405 ? allowed.includes(method) : status !== 204) throw new Error('the method is in it');
		/* People's own rows (a form's POST) may stand at the same path beside the document's. */
		if (!all.split(',').every((m) => told.includes(m))) throw new Error(`Allow: ${told}, not ${all}`);
	}

	answer(path, method, status, headers, media, text) {
		const name = method === 'HEAD' ? 'get' : method.toLowerCase();
		const operation = this.document.paths[path][name];
		if (!operation) throw new Error('the method is not in it');
		let at = `#/paths/${step(path)}/${name}/responses/${status}`;
		let response = operation.responses[status];
		if (!response) throw new Error(`of ${path} it names ${Object.keys(operation.responses)}`);
		if (response.$ref) {
			at = response.$ref;
			response = this.document.components.responses[at.split('/').pop()];
		}
		for (const [header, of] of Object.entries(response.headers || {})) this.header(header, of, headers.get(header));
		if (method === 'HEAD' && text) throw new Error('a body after HEAD');
		if (!response.content) {
			if (text || media) throw new Error(`no body was to come, not ${media}`);
			return;
		}
		if (!response.content[media]) throw new Error(`its type is not ${media || 'none'}`);
		if (method === 'HEAD') return;
		const said = this.fits(`${method} ${path}`, `${at}/content/${step(media)}/schema`, text);
		if (media === PROBLEM && said.status !== status) throw new Error(`the problem says ${said.status}`);
	}

	header(name, of, value) {
		if (value === null) {
			if (of.required) throw new Error(`no ${name}`);
			return;
		}
		if (of.schema.type === 'integer' && !/^\d+$/.test(value)) throw new Error(`${name}: ${value}`);
		/* What was made can be looked at, there. */
		if (name === 'Location' && /^\/api\/v1\//.test(value) && !(this.document.paths[this.path(value)] || {}).get)
			throw new Error(`Location: ${value} leads nowhere`);
	}

	fits(what, at, text) {
		const validate = this.ajv.getSchema(`api${encodeURI(at)}`);
		const body = JSON.parse(text);
		if (!validate(body)) throw new Error(this.ajv.errorsText(validate.errors, { dataVar: what }));
		return body;
	}
}

const step = (name) => name.replace(/~/g, '~0').replace(/\//g, '~1');

// What an object's table does not name is no part of an answer, though clients must bear more to come.
function closed(document) {
	const all = structuredClone(document);
	for (const schema of Object.values(all.components.schemas))
		if (schema.properties && schema.additionalProperties === undefined) schema.additionalProperties = false;
	return all;
}

module.exports = { Schema };
