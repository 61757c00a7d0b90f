// pages_staff_wide.test.js -- every page that operators and admins see, at 1280 pixels.
'use strict';
require('./every_page.js')(1280, 'staff');
