// reports.test.js -- the monthly mail as a phone shows it, the link that ends it, and a round that an admin watches.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const { test } = require('node:test');
const { at, begins, visitor, person, go, press, FORMS } = require('./house.js');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const back = (n) => new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - n, 15)).toISOString().slice(0, 7);
const month = back(2); /* over on every clock */
begins((house) => {
	house.sql(`update users set verified_at = null where role = 'customer' and username <> 'customer'`);
	house.once([require('node:path').join(__dirname, '..', '..', 'build', 'parkctl'), 'report', '--month', month], { ...house.settings(house.run), REPORTS_PER_MINUTE: '0' });
});
const mail = (column, like) => at.house.sql(`select ${column} from outbox where once like '${like}:${month}:%' order by id limit 1`);

for (const like of ['report', 'business'])
	test(`the mail (${like}) fits a phone and a desk, light and dark, and loads nothing`, async () => {
		const html = mail('html', like);
		assert.match(html, /^<!DOCTYPE html>/i);
		for (const [width, colorScheme] of FORMS) {
			const page = await visitor({ viewport: { width, height: 800 }, colorScheme });
			await page.setContent(html);
			assert.ok((await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')) <= 0, `${width} px, ${colorScheme}`);
			await page.evaluate(axe);
			const { violations } = await page.evaluate('axe.run({ rules: { "landmark-one-main": { enabled: false }, region: { enabled: false } } })') /* those are of pages */;
			assert.deepStrictEqual(violations.map((v) => `${width} ${colorScheme} ${v.id}: ${v.nodes[0].html.slice(0, 200)}`), []);
			assert.deepStrictEqual(page.said, []);
			await page.context().close();
		}
	});

for (const javaScriptEnabled of [true, false])
	test(`the link in the mail leads to a button that ends it, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
		const page = await visitor({ javaScriptEnabled }), link = new URL(mail('unsubscribe', 'report'));
		at.house.sql('delete from report_choices');
		await go(page, link.pathname + link.search);
		assert.strictEqual(at.house.sql('select count(*) from report_choices'), '0', 'looking changes nothing');
		await press(page, /no more monthly reports/);
		assert.strictEqual(at.house.sql('select count(*) from report_choices where not wanted'), '1');
		await page.context().close();
	});

for (const javaScriptEnabled of [true, false])
	test(`an admin begins a round, watches it and stops it, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
		const page = await person('admin', { javaScriptEnabled }), other = back(javaScriptEnabled ? 3 : 4);
		await go(page, '/admin/reports');
		await page.fill('#month', other);
		await press(page, /^Write/);
		assert.match(await page.innerText('main'), /Running/);
		assert.match(await page.innerText('main'), / of /);
		await press(page, /^Stop/);
		assert.match(await page.innerText('main'), /Stopped/);
		await page.context().close();
	});
