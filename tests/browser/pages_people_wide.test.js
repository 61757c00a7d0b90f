// pages_people_wide.test.js -- every page that everybody and customers see, at 1280 pixels.
'use strict';
require('./every_page.js')(1280, 'people');
