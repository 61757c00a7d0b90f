/*
 * inner.h -- what the files of reservations/ share.
 */
#ifndef RESERVATIONS_INNER_H
#define RESERVATIONS_INNER_H

#include "reservations/reservations.h"

/* The clock on that zone's walls; UTC if its name is not known on this machine. */
const struct zone *clock_of(text time_zone);

/* What follows from a row at c->now. */
void reservation_complete(struct ctx *, struct reservation *);
/* As reservation_load(), and nobody else changes the row until the transaction ends. */
enum problem reservation_load_to_change(struct ctx *, int64_t id, struct reservation *);
/* The person's vehicles, to choose from. */
enum problem reservation_vehicles(struct ctx *, struct reservation *, int64_t chosen);

/* changes.c.  Holds of that slot and time that have ended, but for one, make room. */
enum problem holds_end(struct ctx *, int64_t slot_id, instant starts, instant ends, int64_t but);

/* pricing.c.  What a stay costs by the tariff in force; `keep`: a built-in tariff gets a version that
 * a booking can keep, in a transaction. */
struct priced {
	money total;
	text currency;
	int64_t version_id;
	struct rows because; /* of struct price_row */
};
enum problem price_now(
    struct ctx *, const struct lot *, bool keep, instant starts, instant ends, struct priced *);
/* What the reservation would cost if it ended then, by the version it was booked by. */
enum problem price_as_booked(
    struct ctx *, const struct lot *, const struct reservation *, instant ends, struct priced *);

/* words.c */
/* Why it is too late for what was asked, in a word about what became of it; WRONG_STATE. */
enum problem not_any_more(struct ctx *, const struct reservation *);
text words_when(struct arena *, const struct zone *, instant starts, instant ends);
text rule_of_reservation(struct ctx *, const struct reservation *);
text rule_of_quote(struct ctx *, const struct lot *, const struct quote *);
enum problem confirmation_mail(struct ctx *, const struct reservation *);

/* ticket.c.  Draws the QR code of r->code into r->qr and r->qr_modules. */
void ticket_qr(struct ctx *, struct reservation *);
/* An iCalendar object (RFC 5545). */
text ticket_ics(struct ctx *, const struct reservation *);

#endif
