/*
 * field.h -- one description per struct.
 *
 * A struct that crosses a border (form, query string, JSON, SQL row, template, job
 * argument, settings) is described once, by an array of `struct field` beside its
 * declaration; the type is taken from the member.
 *
 *	const struct field booking_fields[] = {
 *		FIELD(booking, slot_id, .required = true, .min = 1, .doc = "The slot wanted"),
 *		FIELD(booking, plate, .max = 12, .check = plate_ok),
 *		FIELD_END
 *	};
 */
#ifndef FIELD_H
#define FIELD_H

#include "base/base.h"

enum field_type {
	FT_BOOL, /* bool */
	FT_INT, /* int64_t */
	FT_REAL, /* double: places and measurements, never money */
	FT_TEXT, /* text */
	FT_INSTANT, /* instant; {0} reads as null */
	FT_MONEY, /* money: minor units in JSON of our own and in SQL */
	FT_ONE, /* a pointer to another described struct; NULL reads as null */
	FT_LIST, /* struct rows of another described struct */
	FT_FILE, /* struct upload: a file of a multipart form; from outside only */
};
struct upload { /* a file as it was sent; its bytes live as long as the request */
	text name, type; /* as the sender says: believe neither */
	const char *bytes;
	size_t n; /* 0: none was sent */
};
#define FT_OF(x)                                                                                   \
	_Generic((x), bool                                                                         \
		 : FT_BOOL, int64_t                                                                \
		 : FT_INT, double                                                                  \
		 : FT_REAL, text                                                                   \
		 : FT_TEXT, instant                                                                \
		 : FT_INSTANT, money                                                               \
		 : FT_MONEY, struct upload                                                         \
		 : FT_FILE)

struct field {
	text name;
	enum field_type type;
	size_t at; /* offset of the member */
	bool required;
	bool secret; /* read from outside, never shown */
	bool hidden; /* comes from SQL, seen by code and templates, kept out of JSON */
	bool nullable; /* zero, "" and {0} are null in JSON and come from NULL in SQL */
	bool local; /* FT_INSTANT from outside without an offset: allowed, and left to the
		     * handler to place in the lot's zone (it reads as if it were UTC) */
	bool several; /* FT_TEXT from outside: a JSON list of words or numbers; it arrives as
		       * "12,15", which is how a form spells it */
	bool figure; /* FT_TEXT: a decimal number, and one in JSON: "20.5" of a money, say */
	size_t
	    given; /* offset of a bool that says whether it came at all, be it as null; 0: none */
	int64_t min, max; /* of a number its value, of a text its code points; both 0: any number,
			   * and for a text 0 to 1000 */
	const text *among; /* NULL, or the words a text may be, ended by NULL */
	text (*check)(struct arena *, const void *member); /* NULL for fine, or a complaint */
	text doc;
	const struct field *inner; /* FT_ONE, FT_LIST: the fields of what it leads to */
	size_t inner_size; /* FT_LIST: bytes of an element */
	text
	    key; /* FT_LIST: in JSON an object, whose members are called as the elements' FT_TEXT of this
		   * name says, which they hide */
};

#define FIELD(s, m, ...)                                                                           \
	{                                                                                          \
		.name = #m, .type = FT_OF(((struct s *)0)->m), .at = offsetof(struct s, m),        \
		__VA_ARGS__                                                                        \
	}
#define FIELD_ONE(s, m, kind, ...)                                                                 \
	{                                                                                          \
		.name = #m, .type = FT_ONE, .at = offsetof(struct s, m), .inner = kind##_fields,   \
		__VA_ARGS__                                                                        \
	}
#define FIELD_LIST(s, m, kind, ...)                                                                \
	{                                                                                          \
		.name = #m, .type = FT_LIST, .at = offsetof(struct s, m), .inner = kind##_fields,  \
		.inner_size = sizeof(struct kind), __VA_ARGS__                                     \
	}
#define GIVEN(s, m) .given = offsetof(struct s, m)
#define FIELD_END                                                                                  \
	{                                                                                          \
		.name = NULL                                                                       \
	}

const struct field *field_find(const struct field *, text name); /* NULL if there is none */

/* What a border hands over for one field.  `present` and `text` NULL: an explicit null. */
struct raw {
	bool present;
	text text;
	bool several; /* a list or an object stands where one value is wanted */
	const struct upload *file; /* NULL, or what was sent in a field of type FT_FILE */
};
/* One way in for forms, queries and JSON: `get` answers a field's raw text. */
typedef struct raw (*field_source)(void *from, const struct field *);

/* Fills *out from a source.  Texts are trimmed, must be valid UTF-8 and printable (a text with
 * .max above 1000 may hold line breaks).  Every fault is a complaint in words; true if there was
 * none. `out` must come zeroed; missing texts become "". */
bool fields_decode(struct arena *, const struct field *, void *out, field_source get, void *from,
    struct complaints *);

/* One scalar from its text as SQL or a form spells it; false if it has the wrong form. */
bool field_set(struct arena *, const struct field *, void *out, text raw);
/* One scalar as text: "true", "12", RFC 3339, minor units.  "" for a text that is NULL. */
text field_get(struct arena *, const struct field *, const void *in);
/* All texts that are NULL become "": a struct made by hand is fit to cross a border. */
void fields_complete(const struct field *, void *);

void field_json(struct buf *, const struct field *, const void *in); /* one value */
void fields_json(struct buf *, const struct field *, const void *in); /* {"…": …} without secrets */

#endif
