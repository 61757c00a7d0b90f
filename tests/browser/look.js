// look.js [NAME…] -- pictures of every page, or those named, narrow and wide, light and dark, for eyes: `make look` writes them to build/look.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { House } = require('../http/house.js');
const { launch, PASSWORDS, FORMS } = require('./house.js');
const { PAGES, OPTIONS, prepare, look } = require('./pages.js');

const out = path.join(__dirname, '..', '..', 'build', 'look');

async function take(page, made, name, where, form) {
	const answer = await look(page, where, made);
	const file = `${name}-${form}.png`;
	await page.screenshot({ path: path.join(out, file), fullPage: true });
	console.log(file, answer && answer.status ? answer.status() : '');
}

async function log_in(page, house, who) {
	await page.goto(`${house.address}/login`);
	await page.fill('#login', who);
	await page.fill('#password', PASSWORDS[who]);
	await Promise.all([page.waitForNavigation(), page.press('#password', 'Enter')]);
}

async function main() {
	const only = process.argv.slice(2), wanted = (name) => !only.length || only.includes(name);
	const house = await House.start(OPTIONS);
	const browser = await launch();
	fs.mkdirSync(out, { recursive: true });
	try {
		const made = await prepare(house);
		for (const [width, colorScheme] of FORMS)
			for (const [who, pages] of Object.entries(PAGES)) {
				const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' });
				const page = await context.newPage();
				if (who !== 'nobody') await log_in(page, house, who);
				for (const [name, where] of Object.entries(pages)) if (wanted(name)) await take(page, made, name, where, `${width}-${colorScheme}`);
				await context.close();
			}
	} finally {
		await browser.close();
		await house.stop();
	}
}
main();
