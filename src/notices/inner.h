/* inner.h -- what the files of notices/ share. */
#ifndef NOTICES_INNER_H
#define NOTICES_INNER_H

#include "notices/notices.h"

text notice_frame(struct arena *, const struct notice_row *); /* what a socket is sent */
enum problem notices_remind(struct ctx *, const void *none);

#endif
