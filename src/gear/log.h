/* log.h -- one JSON line per event on standard error.  Values are escaped: nobody forges a line. */
#ifndef LOG_H
#define LOG_H

#include "base/base.h"

/* log_event("db_lost", "why", words, "tries", "3", NULL): pairs of name and text, ended by NULL. */
void log_event(text event, ...) __attribute__((sentinel));

/* The same, but it may wait for log_write() or the next log_event(): a line for every request is
 * written with those of its turn of the loop, since a system call costs more than all the rest of
 * it. */
void log_later(text event, ...) __attribute__((sentinel));
void log_write(void);

#endif
