/* ticket.c -- what proves a booking: its code, the QR code of it, and a calendar entry. */
#include <ctype.h>
#include <qrencode.h>

#include "gear/secret.h"
#include "gear/settings.h"
#include "reservations/inner.h"

/* ---- the code.  Crockford's base 32 has no I, L, O, U: https://www.crockford.com/base32.html */

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
#define PROOF_DIGITS 4

static text
proof_of(struct arena *a, int64_t id)
{
	text hash = keyed_hash(a, "ticket", arena_fmt(a, "%lld", (long long)id));
	char proof[PROOF_DIGITS + 1] = "";
	unsigned long long bits = strtoull(arena_bytes(a, hash, 15), NULL, 16);

	for (int i = 0; i < PROOF_DIGITS; i++, bits >>= 5)
		proof[i] = digits[bits & 31];
	return arena_text(a, proof);
}

text
reservation_code(struct arena *a, int64_t id)
{
	char number[16];
	size_t i = sizeof number - 1;
	uint64_t rest = (uint64_t)id;

	number[i] = 0;
	while (rest > 0 || i > sizeof number - 5) {
		number[--i] = digits[rest & 31];
		rest >>= 5;
	}
	return arena_fmt(a, "SP-%s-%s", number + i, proof_of(a, id));
}

/* The value of a digit as people write it; -1 for none. */
static int
digit_value(char ch)
{
	int up = toupper((unsigned char)ch);
	text found;

	if (up == 'O')
		return 0;
	if (up == 'I' || up == 'L')
		return 1;
	found = up ? strchr(digits, up) : NULL;
	return found ? (int)(found - digits) : -1;
}

int64_t
reservation_of_code(struct arena *a, text code)
{
	char clean[24];
	size_t n = 0;
	int64_t id = 0;

	for (text s = code; *s; s++) {
		if (isspace((unsigned char)*s) || *s == '-')
			continue;
		if (n == sizeof clean - 1)
			return 0;
		clean[n++] = *s;
	}
	clean[n] = 0;
	if (n < 2 + 4 + PROOF_DIGITS || n > 2 + 12 + PROOF_DIGITS ||
	    strncasecmp(clean, "SP", 2) != 0)
		return 0;
	for (size_t i = 2; i < n; i++) {
		int v = digit_value(clean[i]);

		if (v < 0)
			return 0;
		clean[i] = digits[v];
		if (i < n - PROOF_DIGITS)
			id = id << 5 | v;
	}
	return same_secret(proof_of(a, id), clean + n - PROOF_DIGITS) ? id : 0;
}

/* ---- the QR code (ISO/IEC 18004), four light modules around it */

#define QUIET 4

static void
free_qr(void *it)
{
	QRcode_free(it);
}

/* Dark modules as path data, a run of them in a row at a time. */
static void
draw_row(struct buf *b, const unsigned char *row, int width, int y)
{
	for (int x = 0, run; x < width; x += run + 1) {
		for (run = 0; x + run < width && row[x + run] & 1; run++)
			continue;
		if (run)
			buf_fmt(b, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
	}
}

void
ticket_qr(struct ctx *c, struct reservation *r)
{
	QRcode *code = QRcode_encodeString(r->code, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	struct buf b = BUF(c->arena);

	if (code) {
		arena_at_end(c->arena, free_qr, code);
		for (int y = 0; y < code->width; y++)
			draw_row(&b, code->data + y * code->width, code->width, y);
		r->qr = buf_text(&b);
		r->qr_modules = code->width + 2 * QUIET;
		return;
	}
	BUG("a ticket's code that no QR code holds");
}

/* ---- the calendar entry */

/* RFC 5545, 3.3.11: TEXT. */
static void
ics_escape(struct buf *b, text s)
{
	for (; *s; s++) {
		if (*s == '\n')
			buf_add(b, "\\n");
		else if (*s == '\\' || *s == ';' || *s == ',')
			buf_fmt(b, "\\%c", *s);
		else if (*s != '\r')
			buf_char(b, *s);
	}
}

#define ICS_LINE 75 /* octets of a line, its break not counted (RFC 5545, 3.1) */

/* One content line, folded where it is too long but never inside a character. */
static void
ics_line(struct buf *b, text line)
{
	size_t room = ICS_LINE;

	while (strlen(line) > room) {
		size_t n = room;

		while (n > 0 && ((unsigned char)line[n] & 0xc0) == 0x80)
			n--;
		buf_bytes(b, line, n);
		buf_add(b, "\r\n ");
		line += n;
		room = ICS_LINE - 1; /* the space counts */
	}
	buf_add(b, line);
	buf_add(b, "\r\n");
}

static void
ics_text(struct ctx *c, struct buf *b, text name, text value)
{
	struct buf line = BUF(c->arena);

	buf_fmt(&line, "%s:", name);
	ics_escape(&line, value);
	ics_line(b, buf_text(&line));
}

static void
ics_time(struct ctx *c, struct buf *b, text name, instant t)
{
	struct civil at;

	zone_civil(zone_utc(), t, &at);
	ics_line(b,
	    arena_fmt(c->arena, "%s:%04d%02d%02dT%02d%02d%02dZ", name, at.year, at.month, at.day,
		at.hour, at.minute, at.second));
}

/* Who made it, for UID: the host of BASE_URL. */
static text
own_host(struct arena *a)
{
	text host = strstr(settings.base_url, "://");

	host = host ? host + 3 : settings.base_url;
	return arena_bytes(a, host, strcspn(host, "/:"));
}

text
ticket_ics(struct ctx *c, const struct reservation *r)
{
	struct arena *a = c->arena;
	text link = arena_fmt(a, "%s/reservations/%lld", settings.base_url, (long long)r->id);
	struct buf b = BUF(a);

	ics_line(&b, "BEGIN:VCALENDAR");
	ics_line(&b, "VERSION:2.0");
	ics_line(&b, "PRODID:-//Smart Parking//Ticket//EN");
	ics_line(&b, "METHOD:PUBLISH");
	ics_line(&b, "BEGIN:VEVENT");
	ics_line(&b, arena_fmt(a, "UID:reservation-%lld@%s", (long long)r->id, own_host(a)));
	ics_time(c, &b, "DTSTAMP", c->now);
	ics_time(c, &b, "DTSTART", r->starts);
	ics_time(c, &b, "DTEND", r->ends);
	ics_line(&b,
	    arena_fmt(
		a, "SEQUENCE:%lld", (long long)(c->now.us / SECOND - r->created_at.us / SECOND)));
	ics_text(
	    c, &b, "SUMMARY", arena_fmt(a, "Parking: slot %s, %s", r->slot_label, r->lot_name));
	ics_text(c, &b, "LOCATION",
	    *r->lot_city ? arena_fmt(a, "%s, %s, %s", r->lot_name, r->lot_address, r->lot_city)
			 : r->lot_name);
	ics_text(c, &b, "DESCRIPTION",
	    arena_fmt(a, "Ticket %s\nNumber plate %s\n%s", r->code, r->plate_typed, link));
	ics_text(c, &b, "STATUS", r->live ? "CONFIRMED" : "CANCELLED");
	ics_line(&b, arena_fmt(a, "URL:%s", link));
	ics_line(&b, "END:VEVENT");
	ics_line(&b, "END:VCALENDAR");
	return buf_text(&b);
}
