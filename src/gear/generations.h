/*
 * generations.h -- what makes a kept answer old, known to every process of this machine.
 *
 * A tag ("lot:7") has a generation in memory shared by all workers, the job worker and parkctl: the
 * file DATA_DIR/run/generations, mapped.  What is kept carries the generations of its tags, taken
 * before its reading of the database began, and is served only while they are still the same.
 *
 * Who changes what a tag stands for calls begin before its COMMIT and end after it, and only then
 * answers:
 *
 * - Read before the commit, stored after it: its generations are older than begin.  Never served.
 * - Read between begin and end: there is no stamp while a writer is at work, so nothing is stored.
 * - Asked after the writer's answer: sees the generation that end has made.
 * - The writer dies, or never learns what became of its COMMIT: the tag stays without a stamp until
 *   SUSPECT_SECONDS after begin; by then PostgreSQL has done or undone it.
 * - Redis loses, forgets or brings back what it held: it holds no generations, only what carries
 *   them; nothing it does can make an old value pass.  A writer needs no Redis to be believed.
 * - The machine starts anew: another boot, another epoch; what was kept before matches no more.
 *
 * Tags share 65,536 places by their hash: two may fall together, which is needless and harmless.
 *
 * A process that changes the database without this file (another machine, another DATA_DIR, psql)
 * is not seen; then what is kept lives on to its end, at most as long as it was put away for.
 */
#ifndef GENERATIONS_H
#define GENERATIONS_H

#include "base/base.h"

#define SUSPECT_SECONDS 60

/* Maps the file in that folder, making both where they are missing; once a process, before its
 * sandbox. */
bool generations_open(text folder);
void generations_close(void);

/* The tags' generations now (a list ended by NULL); NULL while one of them has a writer at work, or
 * without the file. */
text generations_stamp(struct arena *, const text *tags);

/* The same as numbers, for who asks again and again whether they still hold. */
#define GENERATION_TAGS 4
struct generations {
	uint64_t epoch;
	size_t n;
	struct {
		uint32_t place;
		uint64_t state;
	} of[GENERATION_TAGS];
};
bool generations_take(const text *tags, struct generations *); /* false: as NULL above */
bool generations_hold(const struct generations *); /* no tag was dropped, nor is about to be */

void generation_begin(text tag);
void generation_end(text tag, bool sure); /* sure: what became of the COMMIT is known */

#endif
