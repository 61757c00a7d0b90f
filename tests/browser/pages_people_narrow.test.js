// pages_people_narrow.test.js -- every page that everybody and customers see, at 360 pixels.
'use strict';
require('./every_page.js')(360, 'people');
