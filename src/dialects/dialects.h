/*
 * dialects.h -- how each of the source systems fails: {"msg":"…"} and the like.
 *
 * Their addresses are thin rows over the slices' verbs; src/all.c lists them, and the prefixes at which each is spoken.
 */
#ifndef DIALECTS_H
#define DIALECTS_H

#include "web/web.h"

extern const struct dialect s0, s1, s2, s3, s4;
extern const struct route s0_routes[], s0_parking_routes[], s0_payment_routes[], s1_routes[],
    s1_device_routes[], s2_routes[], s2_lot_routes[], s2_people_routes[], s3_routes[], s4_routes[],
    s4_book_routes[], s4_lot_routes[], s4_figure_routes[], s4_desk_routes[];

/* A row of that dialect, with words of its own for some problems: SPEAKS(s2, { INVALID, 400, "Invalid input" }). */
#define SPEAKS(d, ...)                                                                             \
	.dialect = &(d), .says = (const struct saying[])                                           \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			OK                                                                         \
		}                                                                                  \
	}

/* A rule's word for a field is another here. */
void complaints_rename(struct ctx *, text from, text to);

/* S0 and S1 were written over Django REST framework, which fails in shapes of its own (its manual, "Exceptions"). */
void rest_body(struct buf *, const struct refusal *);
#define REST_SCHEMA                                                                                \
	"{\"type\":\"object\",\"minProperties\":1,\"properties\":{\"detail\":{\"type\":"           \
	"\"string\"},\"error\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},"           \
	"\"code\":{\"type\":[\"string\",\"array\"]}},\"additionalProperties\":{\"type\":"          \
	"\"array\",\"items\":{"                                                                    \
	"\"type\":\"string\"}}}"
extern const struct saying rest_sayings[];

/* S3 and S4 tell of success and failure alike. */
void success_body(struct buf *, const struct refusal *);
#define SUCCESS_SCHEMA                                                                             \
	"{\"type\":\"object\",\"properties\":{\"success\":{\"const\":false},\"message\":{"         \
	"\"type\":\"string\"},\"error\":{\"type\":\"string\"}},\"required\":[\"success\","         \
	"\"message\",\"error\"],\"additionalProperties\":{\"type\":[\"integer\",\"null\"]}}"
extern const struct saying success_sayings[];
struct success {
	bool success;
	text message;
};
extern const struct field success_fields[];
enum problem success_say(struct ctx *, struct reply *, text message);

#endif
