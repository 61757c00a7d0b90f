/* log.h -- one JSON line per event on standard error.  Values are escaped: nobody forges a line. */
#ifndef LOG_H
#define LOG_H

#include "base/base.h"

/* log_event("db_lost", "why", words, "tries", "3", NULL): pairs of name and text, ended by NULL. */
void log_event(text event, ...) __attribute__((sentinel));

#endif
