/* prices.h -- what tariffs/ says about lots, for many lots at once. */
#ifndef LOTS_PRICES_H
#define LOTS_PRICES_H

#include "lots/pages.h"

/* Fills price, priced and tariff of each found lot, for its own window.  found[i] is lots[i]. */
enum problem prices_of(struct ctx *, struct rows lots, struct rows found);
/* Fills tariff alone. */
enum problem tariffs_in_words(struct ctx *, struct rows lots, struct rows found);
/* A lot's page: the price of the window, and the tariff line by line. */
enum problem price_of_page(struct ctx *, struct lot_page *);
/* For a select: rows of named, the built-in tariff first. */
enum problem tariff_choices(struct ctx *, int64_t chosen, struct rows *);

#endif
