// pages_staff_narrow.test.js -- every page that operators and admins see, at 360 pixels.
'use strict';
require('./every_page.js')(360, 'staff');
