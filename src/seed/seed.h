/*
 * seed.h -- a town to try the program in: lots in real cities, people, half a year of bookings.
 *
 * Set-based and from a fixed seed: the same database every time, with dates that count from today.
 * Everything is made in one transaction, into a database without lots.  At scale 1 (the demo) there
 * are a dozen lots of some 400 slots and about 40,000 bookings; a greater scale N adds up to 188
 * lots of 100 slots and N thousand bookings there: 1,000 is what `make bench` measures with (200
 * lots, 20,000 slots, a million bookings).
 *
 * What was booked was paid, most of it online, and some went back: the ledger adds up, and the
 * receipts are numbered without a gap.  On some of
 * the slots of two lots there are sensors, which go on reporting while the demo runs.
 *
 * The only part of the program that writes other slices' tables: what it writes keeps all their
 * constraints, since the database checks them.
 */
#ifndef SEED_H
#define SEED_H

#include "gear/db.h"
#include "gear/jobs.h"
#include "gear/verbs.h"

extern const struct verb seed_verbs[];
extern const struct job_kind seed_jobs[];

/* *made is false, and nothing was done, if there are lots already. */
enum problem seed(struct ctx *, int64_t scale, bool *made);

struct seeded {
	int64_t lots, slots, reservations;
};
extern const struct field seeded_fields[];

#endif
