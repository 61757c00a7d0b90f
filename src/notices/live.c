/* live.c -- what web/sockets.c asks: who holds a notice, what was told, whose login has ended; and tickets. */
#include "accounts/accounts.h"
#include "gear/live.h"
#include "notices/inner.h"
#include "notices_sql.h"

enum { TOLD_MOST = 1000, TICKET_SECONDS = 30 };

const struct field ticket_made_fields[] = {
	FIELD(ticket_made, ticket, .doc = "Good once: ?ticket=… of a WebSocket's address"),
	FIELD(ticket_made, expires_at), FIELD_END
};

enum problem
notice_reach(
    struct ctx *c, int64_t notice, struct rows watching, struct rows connected, struct rows *out)
{
	return holders_reached(c, notice, watching, connected, out);
}

enum problem
notices_since(struct ctx *c, instant since, struct rows *out)
{
	struct rows told;

	TRY(notices_told_since(c, since, TOLD_MOST, &told));
	*out = (struct rows){ arena_alloc(c->arena, (told.n + 1) * sizeof(struct live_notice)), 0 };
	FOR_ROWS (notice_row, n, told)
		*ROW(live_notice, *out, out->n++) = (struct live_notice){ n->id, n->user_id,
			n->region, notice_frame(c->arena, n), n->created_at };
	return OK;
}

enum problem
notices_ended_logins(struct ctx *c, struct rows sessions, struct rows *out)
{
	return logins_ended(c, sessions, c->now, out);
}

/* ---- tickets */

static text
ticket_hash(struct ctx *c, text ticket)
{
	return keyed_hash(c->arena, "socket-ticket", ticket);
}

enum problem
socket_ticket_make(struct ctx *c, struct ticket_made *out)
{
	int64_t made;

	if (c->person.session_id == 0)
		return FORBIDDEN;
	out->ticket = random_hex(c->arena, 24);
	out->expires_at = instant_plus(c->now, TICKET_SECONDS * SECOND);
	TRY(ticket_insert(
	    c, ticket_hash(c, out->ticket), c->person.session_id, out->expires_at, &made));
	return made ? OK : NOT_SIGNED_IN;
}

enum problem
notices_person_by_ticket(struct ctx *c, text ticket, struct person *out)
{
	struct ticket_person p = { 0 };

	if (strlen(ticket) > 200)
		return NOT_SIGNED_IN;
	enum problem e = ticket_take(c, ticket_hash(c, ticket), c->now, &p);
	if (e == NOT_FOUND)
		return NOT_SIGNED_IN;
	TRY(e);
	*out = (struct person){ .id = p.id,
		.session_id = p.session_id,
		.role = role_named(p.role),
		.verified = p.verified,
		.name = p.name };
	return OK;
}
