// house.js -- what every browser test begins with: the whole product, a browser, somebody who looks, and what is always true of a page.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const { after, before } = require('node:test');
const { chromium } = require('playwright-core');
const { House } = require('../http/house.js');

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
// The same engine without the windows of a desktop, which a test does not look at: a third of the time.
const launch = (...more) => chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: [...ARGS, ...more] });
const FORMS = [[360, 'light'], [360, 'dark'], [1280, 'light'], [1280, 'dark']];
const PASSWORDS = { customer: 'park-a-car', operator: 'open-the-gate', admin: '123456' };

// One product and one browser for all tests of a file: at.house, at.browser, at.address.
const at = {};
function begins(prepare = () => {}, options = {}) {
	before(async () => {
		at.house = await House.start(options);
		at.address = at.house.address;
		at.browser = await launch();
		await prepare(at.house);
	});
	after(async () => {
		if (at.browser) await at.browser.close();
		if (at.house) await at.house.stop();
	});
}

// A page of somebody nobody knows.  What it says on the console, and whom else it asks, stands in page.said.
async function visitor(options) {
	const context = await at.browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(10000);
	page.said = [];
	page.on('console', (m) => m.type() === 'error' && !/status of 4/.test(m.text()) && page.said.push(m.text()));
	page.on('pageerror', (e) => page.said.push(e.message));
	page.on('request', (r) => r.url().startsWith(at.address) || page.said.push(`asked elsewhere: ${r.url()}`));
	return page;
}

const go = (page, where) => page.goto(at.address + where);
const moved = (page, deed) => Promise.all([page.waitForNavigation(), deed]).then(([answer]) => answer);
const press = (page, name) => moved(page, page.getByRole('button', { name, exact: typeof name === 'string' }).click());
const follow = (page, name) => moved(page, page.getByRole('link', { name, exact: typeof name === 'string' }).first().click());

// Sends a form that will not do: with script it stays, without it comes back; either way something is marked.
async function refused(page, name) {
	await page.getByRole('button', { name, exact: typeof name === 'string' }).click();
	await page.locator('[aria-invalid=true]').first().waitFor();
}

async function logIn(page, login, password = PASSWORDS[login] || 'park-a-car') {
	await go(page, '/login');
	await page.fill('#login', login);
	await page.fill('#password', password);
	await moved(page, page.press('#password', 'Enter'));
	return page;
}
const person = async (name, options) => logIn(await visitor(options), name);

// What stands there, with plain spaces.
const words = async (page, where) => (await page.locator(where).first().innerText()).replaceAll('\u00a0', ' ');

// Nothing found by axe, in light and then in dark, where colours alone can differ; nothing wider than the window, nothing said on the
// console.  axe runs from outside the page's own policy.
async function fine(page) {
	const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
	assert.ok(over <= 0, `${page.url()} is ${over} px too wide`);
	await page.evaluate(axe);
	const clean = (found, form) =>
		assert.deepStrictEqual(found.violations.map((v) => `${page.url()} ${form} ${v.id}: ${v.nodes[0].html.slice(0, 200)}`), []);
	const light = await page.evaluate("axe.run({ resultTypes: ['violations'] })");
	clean(light, 'as it is');
	assert.ok(light.passes.length > 10, `${page.url()} was looked at`);
	await page.emulateMedia({ colorScheme: 'dark' });
	const dark = await page.evaluate("axe.run({ resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] })");
	await page.emulateMedia({ colorScheme: null });
	clean(dark, 'in the dark');
	assert.ok(dark.passes.length > 0, `${page.url()} was looked at in the dark`);
	assert.deepStrictEqual(page.said, [], page.url());
}

module.exports = { at, begins, visitor, person, logIn, go, moved, press, refused, follow, words, fine, launch, FORMS, PASSWORDS };
