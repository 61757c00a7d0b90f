/*
 * base.h -- the few types that every file of this program may use.
 *
 * base/ knows nobody and does no I/O.
 *
 * Memory: everything a request makes lives in that request's arena and dies
 * with it.  Nobody frees; nobody keeps a pointer past the reply.
 *
 * Words: `text` is UTF-8, NUL ended, and never NULL inside a struct; time and
 * money are structs of one member, so that they cannot be mixed by accident.
 */
#ifndef BASE_H
#define BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/banned.h"

typedef const char *text;
typedef struct {
	int64_t us;
} instant; /* microseconds since 1970-01-01T00:00:00Z; 0 stands for "none" */
typedef struct {
	int64_t minor;
} money; /* minor units of the ISO 4217 currency that stands beside it */

/* A list whose elements are structs of one kind; which kind, its owner says. */
struct rows {
	void *v;
	size_t n;
};
#define ROW(kind, rows, i) (&((struct kind *)(rows).v)[i])
#define FOR_ROWS(kind, each, rows)                                                                 \
	for (struct kind *each = (rows).v; each && each < (struct kind *)(rows).v + (rows).n;      \
	     each++)

/* The impossible.  Says where and ends the process. */
#define BUG(why) bug_at(__FILE__, __LINE__, (why))
_Noreturn void bug_at(const char *file, int line, const char *why);

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

#include "base/arena.h"
#include "base/buf.h"
#include "base/problem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/money.h"
#include "base/field.h"

#endif
