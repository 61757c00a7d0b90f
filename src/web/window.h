/* window.h -- what the query of a list with pages may say. */
#ifndef WINDOW_H
#define WINDOW_H

#include "web/web.h"

struct window_asked {
	int64_t page, page_size, offset;
};
extern const struct field window_fields[];

#endif
