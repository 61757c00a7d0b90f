// model.js FOLDER -- makes the cluster there that every House of a whole run is a copy of: migrated, with the demo in it.
'use strict';
const { House } = require('./house.js');

House.model(process.argv[2]).catch((e) => {
	console.error(e);
	process.exit(1);
});
