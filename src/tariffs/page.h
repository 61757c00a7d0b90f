/* page.h -- a tariff on a page: its words, what a stay costs and why, examples. */
#ifndef TARIFFS_PAGE_H
#define TARIFFS_PAGE_H

#include "tariffs/terms.h"

/* The page of a version; OK also when the stay that is asked about cannot be priced, which it then says. */
enum problem tariff_page_show(struct ctx *, const struct tariff_ask *, struct tariff_page *);
/* The editor: what was typed (or, where nothing was, the version in force, or the usual), and what it would cost. */
enum problem tariff_page_edit(struct ctx *, const struct tariff_ask *, struct tariff_page *);
/* When terms are to come into force: {0} for at once.  INVALID in words beside `begins` or `time_zone`. */
enum problem tariff_begins(struct ctx *, const struct tariff_terms *, instant *);

#endif
