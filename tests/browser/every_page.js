// every_page.js -- every page that some see, at one width: axe finds nothing in light and dark, nothing is too wide, nothing comes from
// elsewhere.  The programs pages_*.test.js run it beside each other.
'use strict';
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { begins, visitor, logIn, fine } = require('./house.js');
const { PAGES, OPTIONS, prepare, look } = require('./pages.js');

// Rows that answer with a document, and not with a page.
const DOCUMENTS = ['/healthz', '/readyz', '/metrics', '/robots.txt', '/favicon.ico', '/manifest.webmanifest'];

// Whose rows of the route table a group has to show: what staff may see, they look at.
const GROUPS = {
	people: { looks: ['nobody', 'customer'], rows: ['anyone', 'customer'] },
	staff: { looks: ['operator', 'admin'], rows: ['operator', 'admin'] },
};

module.exports = function everyPage(width, group) {
	let made;
	begins(async (house) => (made = await prepare(house)), OPTIONS);

	const seen = new Set();
	for (const who of GROUPS[group].looks)
		test(`what ${who} sees at ${width} px`, async () => {
			const page = await visitor({ viewport: { width, height: 800 } });
			if (who !== 'nobody') await logIn(page, who);
			const faults = []; // of all pages, so that one does not hide another's
			for (const [name, where] of Object.entries(PAGES[who])) {
				try {
					await look(page, where, made);
					seen.add(new URL(page.url()).pathname);
					await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
					await fine(page);
					assert.ok((await page.locator('h1').count()) === 1, 'it has one heading');
					const own = await page.evaluate(() => [...document.querySelectorAll('*')].filter((e) => e.matches('[style], style, script:not([src])') ||
						[...e.attributes].some((a) => a.name.startsWith('on'))).map((e) => e.outerHTML.slice(0, 100)));
					assert.deepStrictEqual(own, [], 'it holds no style and no script of its own');
				} catch (e) {
					faults.push(`${name}: ${e.message}`);
					page.said.length = 0;
				}
			}
			assert.strictEqual(faults.join('\n'), '');
			await page.context().close();
		});

	test('no address that shows them a page was left out', () => {
		const { stdout } = spawnSync(path.join(__dirname, '..', '..', 'build', 'parkctl'), ['routes'], { encoding: 'utf8' });
		const rows = stdout.split('\n').map((line) => line.split(/\s+/)).filter(([method, where, role, dress]) => method === 'GET' && /^page/.test(dress) &&
			GROUPS[group].rows.includes(role) && !DOCUMENTS.includes(where) && !/(\.(ics|pdf|csv|json)|\/image)$/.test(where));
		const fits = (where) => new RegExp(`^${where.replace(/:\w+/g, '[^/]+')}$`);
		assert.deepStrictEqual(rows.map(([, where]) => where).filter((where) => ![...seen].some((s) => fits(where).test(s))), []);
		assert.ok(rows.length > 10);
	});
};
