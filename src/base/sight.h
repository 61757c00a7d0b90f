/*
 * sight.h -- what was seen in a picture, and how that is said between two processes.
 *
 * Who reads pictures lives in a process of its own (src/platereader), since whatever decodes a
 * stranger's bytes may be taken over by them.  So what it answers is a stranger's, too: sight_read()
 * believes nothing, and has a fuzzer.
 *
 * Both sides speak packets (SOCK_SEQPACKET).  A question is a struct sight_question with one
 * descriptor, a sealed memfd that holds the picture.  An answer is a struct sight_answer and behind it
 * `n` bytes, as sight_write() makes them.  Both processes are of one build on one machine, so numbers
 * are as the machine has them.
 */
#ifndef SIGHT_H
#define SIGHT_H

#include "base/base.h"

enum {
	SIGHT_PLATES = 6, /* of a picture, at most */
	SIGHT_CANDIDATES = 10, /* of a plate, at most */
	SIGHT_LETTERS = 12, /* of a candidate, at most */
	SIGHT_BYTES = 8192, /* of an answer, at most */
	PICTURE_BYTES = 10 << 20, /* of a picture, at most */
};

enum sight_engine { NETS, TESSERACT };
/* Whose layouts a plate is likely to have: how letters and digits follow each other. */
enum sight_region { ANYWHERE, EUROPE, USA, BRAZIL, INDIA };
extern const text sight_engines[]; /* "nets" …; by number, ended by NULL */
extern const text sight_regions_or_none[]; /* "", which says nothing, and then: */
#define sight_regions (sight_regions_or_none + 1) /* "any", "eu" …; by number, ended by NULL */

/* One reading of a plate. */
struct candidate {
	text plate; /* letters A to Z and digits */
	double confidence; /* 0 to 1: the share of the time that such a reading is right */
};
extern const struct field candidate_fields[];

struct seen_plate {
	text plate; /* the best candidate's */
	double confidence;
	/* Pixels of the upright picture, from its upper left: clockwise from the plate's upper left. */
	double corners[8];
	struct rows candidates; /* struct candidate, best first, one at least */
	text
	    second; /* what the other engine makes of the same plate; "": it was not asked, or nothing */
};

struct sight {
	int64_t width, height; /* of the upright picture */
	struct rows plates; /* struct seen_plate, best first */
	int64_t us_decode, us_detect, us_read; /* microseconds spent */
};

/* How a question ended. */
enum sight_outcome {
	SEEN, /* the sight follows; perhaps without a plate */
	NO_PICTURE, /* the bytes cannot be decoded */
	TOO_LONG, /* it took longer than a picture may, and was given up */
	READER_DIED, /* over this picture */
	READER_BUSY, /* too many wait already */
	NO_ENGINE, /* the one asked for is not installed */
	NEW_READER, /* to no question: what was asked before is lost */
};

#define SIGHT_MAGIC 0x31544853u
struct sight_question {
	uint32_t magic, engine, region, n; /* n: bytes of the picture */
	uint64_t id;
};
struct sight_answer {
	uint32_t magic, outcome;
	uint64_t id;
	uint32_t n, unused;
};

/* Is that a question one may ask?  Of any n bytes. */
bool sight_question_ok(const void *, size_t n, struct sight_question *out);
/* Of any n bytes; *sight is filled where the outcome is SEEN. */
bool sight_read(struct arena *, const void *, size_t n, struct sight_answer *, struct sight *);
/* Appends the answer to the buffer; plates, candidates and letters beyond the limits are left out. */
void sight_write(struct buf *, uint64_t id, enum sight_outcome, const struct sight *);

#endif
