// stopped.js -- before each test file (tests/run): a file that is stopped says which of its tests ran.
'use strict';
const { beforeEach } = require('node:test');

let now = 'none yet';
beforeEach((t) => (now = t.name));
process.on('SIGTERM', () => {
	process.stdout.write(`not ok 0 - ${now}\n  ---\n  error: 'it ran when the file was stopped'\n  ...\n`, () => process.exit(124));
});
