#include "gear/live.h"

#include "gear/cache.h"

/* "notice 12 7 - 1794916800000000 {…}", "end 7 31 0", "lot 7", "beat": words parted by a blank. */

void
live_tell(struct ctx *c, const struct live_notice *n)
{
	cache_tell(c,
	    arena_fmt(c->arena, "notice %lld %lld %lld %s %s", (long long)n->id,
		(long long)n->user_id, (long long)n->at.us, *n->region ? n->region : "-",
		n->frame));
}

void
live_tell_end(struct ctx *c, struct live_end e)
{
	cache_tell(c,
	    arena_fmt(c->arena, "end %lld %lld %lld", (long long)e.user_id, (long long)e.session_id,
		(long long)e.except));
}

text
live_lot_region(struct arena *a, int64_t lot_id)
{
	return arena_fmt(a, "lot:%lld", (long long)lot_id);
}

void
live_tell_lot(struct ctx *c, int64_t lot_id)
{
	cache_tell(c, arena_fmt(c->arena, "lot %lld", (long long)lot_id));
}

void
live_tell_beat(struct ctx *c)
{
	cache_tell(c, "beat");
}

/* Takes a word off the front; "" at the end. */
static text
word(struct arena *a, text *s)
{
	size_t n = strcspn(*s, " ");
	text w = arena_bytes(a, *s, n);

	*s += n + ((*s)[n] == ' ');
	return w;
}

static enum live_kind
read_lot(struct arena *a, text s, struct live_notice *n)
{
	int64_t lot_id;

	if (!text_int(s, &lot_id))
		return LIVE_NONSENSE;
	n->region = live_lot_region(a, lot_id);
	n->frame = arena_fmt(a, "{\"type\":\"lot\",\"lot_id\":\"%lld\"}", (long long)lot_id);
	return LIVE_LOT;
}

enum live_kind
live_read(struct arena *a, text s, struct live_notice *n, struct live_end *e)
{
	text what = word(a, &s);

	if (text_is(what, "beat"))
		return LIVE_BEAT;
	if (text_is(what, "lot"))
		return read_lot(a, s, n);
	if (text_is(what, "end"))
		return text_int(word(a, &s), &e->user_id) &&
			text_int(word(a, &s), &e->session_id) && text_int(word(a, &s), &e->except)
		    ? LIVE_END
		    : LIVE_NONSENSE;
	if (!text_is(what, "notice") || !text_int(word(a, &s), &n->id) ||
	    !text_int(word(a, &s), &n->user_id) || !text_int(word(a, &s), &n->at.us))
		return LIVE_NONSENSE;
	n->region = word(a, &s);
	if (text_is(n->region, "-"))
		n->region = "";
	n->frame = s;
	return *s ? LIVE_NOTICE : LIVE_NONSENSE;
}
