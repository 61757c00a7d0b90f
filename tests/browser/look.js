// look.js -- pictures of every page, narrow and wide, light and dark, for eyes: `make look` writes them to build/look.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright-core');
const { House } = require('../http/house.js');

const out = path.join(__dirname, '..', '..', 'build', 'look');
const day = (n, hour) => `${new Date(Date.now() + n * 86400000).toISOString().slice(0, 10)}T${hour}`;
const window = `from=${day(1, '14:00')}&until=${day(1, '17:30')}`;

async function log_in(page, house, name, password) {
	await page.goto(`${house.address}/login`);
	await page.fill('#login', name);
	await page.fill('#password', password);
	await Promise.all([page.waitForNavigation(), page.press('#password', 'Enter')]);
}

// What each person sees; a function acts first and says where that led.
const PAGES = {
	nobody: { home: '/', results: `/lots?${window}`, nothing: '/lots?near=xyzzy-nowhere', lot: `/lots/1?${window}`, docs: '/api/docs',
		login: '/login', signup: '/signup', password: '/password', gone: '/no-such-page',
		refused: async (page, house) => {
			await page.goto(`${house.address}/signup`);
			await page.fill('#email', 'none');
			await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Send me the code' }).click()]);
		} },
	customer: { mine: '/reservations', profile: '/profile', vehicles: '/vehicles', lot_mine: `/lots/1?${window}`,
		quote: `/quotes?lot_id=1&${window}` },
	admin: { lots: '/admin/lots', lot_desk: '/admin/lots/1', lot_new: '/admin/lots/new', tariffs: '/admin/tariffs', tariff_new: '/admin/tariffs/new',
		users: '/admin/users', user: '/admin/users/1', keys: '/admin/keys', outbox: '/admin/outbox', audit: '/admin/audit' },
};
const PASSWORD = { customer: 'park-a-car', admin: '123456' };

async function main() {
	const only = process.argv.slice(2);
	const house = await House.start();
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
	fs.mkdirSync(out, { recursive: true });
	try {
		for (const [width, colorScheme] of [[360, 'light'], [360, 'dark'], [1280, 'light'], [1280, 'dark']])
			for (const [who, pages] of Object.entries(PAGES)) {
				const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' });
				const page = await context.newPage();
				if (PASSWORD[who]) await log_in(page, house, who, PASSWORD[who]);
				for (const [name, where] of Object.entries(pages)) {
					if (only.length && !only.includes(name)) continue;
					const answer = typeof where === 'string' ? await page.goto(house.address + where) : await where(page, house);
					const file = `${name}-${width}-${colorScheme}.png`;
					await page.screenshot({ path: path.join(out, file), fullPage: true });
					console.log(file, answer ? answer.status() : '');
				}
				await context.close();
			}
	} finally {
		await browser.close();
		await house.stop();
	}
}
main();
