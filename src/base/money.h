/*
 * money.h -- minor units and their currency.  No floating point touches money.
 */
#ifndef MONEY_H
#define MONEY_H

#include "base/base.h"

bool currency_known(text code); /* an ISO 4217 code we can show, upper case */
int currency_digits(text code); /* decimals: 2 for EUR, 0 for JPY, 3 for KWD */
text money_plain(
    struct arena *, money, text currency); /* "20.00", "-5.00": for machines and inputs */
text money_text(struct arena *, money, text currency); /* "€20.00", "−€5.00", "CHF 20.00" */
/* "20", "20.5", "20.50" with at most the currency's decimals; no sign but '-', no separators. */
bool money_parse(text s, text currency, money *out);

#endif
