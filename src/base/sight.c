#include "base/sight.h"

#include <math.h>

const text sight_engines[] = { "nets", "tesseract", NULL };
const text sight_regions_or_none[] = { "", "any", "eu", "us", "br", "in", NULL };

const struct field candidate_fields[] = {
	FIELD(candidate, plate, .max = SIGHT_LETTERS),
	FIELD(candidate, confidence, .doc = "0 to 1"),
	FIELD_END,
};

enum { CONFIDENCE_UNIT = 10000, FARTHEST = 1 << 20 };

bool
sight_question_ok(const void *bytes, size_t n, struct sight_question *out)
{
	if (n != sizeof *out)
		return false;
	memcpy(out, bytes, n);
	return out->magic == SIGHT_MAGIC && out->engine <= TESSERACT && out->region <= INDIA &&
	    out->n > 0 && out->n <= PICTURE_BYTES;
}

/* ---- writing */

static void
put(struct buf *b, int64_t v)
{
	int32_t narrow = (int32_t)(v > INT32_MAX ? INT32_MAX : v < INT32_MIN ? INT32_MIN : v);

	buf_bytes(b, &narrow, sizeof narrow);
}

static void
put_letters(struct buf *b, text s)
{
	size_t n = strlen(s);

	if (n > SIGHT_LETTERS)
		n = SIGHT_LETTERS;
	put(b, (int64_t)n);
	buf_bytes(b, s, n);
}

static void
put_plate(struct buf *b, const struct seen_plate *p)
{
	size_t n = p->candidates.n < SIGHT_CANDIDATES ? p->candidates.n : SIGHT_CANDIDATES;

	for (int i = 0; i < 8; i++)
		put(b, llround(p->corners[i]));
	put_letters(b, p->second);
	put(b, (int64_t)n);
	for (size_t i = 0; i < n; i++) {
		const struct candidate *each = ROW(candidate, p->candidates, i);

		put_letters(b, each->plate);
		put(b, llround(each->confidence * CONFIDENCE_UNIT));
	}
}

void
sight_write(struct buf *b, uint64_t id, enum sight_outcome outcome, const struct sight *s)
{
	struct buf inside = BUF(b->arena);

	if (outcome == SEEN) {
		size_t n = s->plates.n < SIGHT_PLATES ? s->plates.n : SIGHT_PLATES;

		put(&inside, s->width);
		put(&inside, s->height);
		put(&inside, s->us_decode);
		put(&inside, s->us_detect);
		put(&inside, s->us_read);
		put(&inside, (int64_t)n);
		for (size_t i = 0; i < n; i++)
			put_plate(&inside, ROW(seen_plate, s->plates, i));
	}
	struct sight_answer head = { .magic = SIGHT_MAGIC, .outcome = outcome, .id = id };
	head.n = (uint32_t)inside.n;
	buf_bytes(b, &head, sizeof head);
	if (inside.n)
		buf_bytes(b, inside.p, inside.n);
}

/* ---- reading */

struct reading {
	struct arena *arena;
	const char *at;
	size_t left;
	bool bad;
};

static int64_t
take(struct reading *r, int64_t least, int64_t most)
{
	int32_t v = 0;

	if (r->left < sizeof v) {
		r->bad = true;
		return least;
	}
	memcpy(&v, r->at, sizeof v);
	r->at += sizeof v;
	r->left -= sizeof v;
	if (v >= least && v <= most)
		return v;
	r->bad = true;
	return least;
}

static text
take_letters(struct reading *r, int64_t least)
{
	size_t n = (size_t)take(r, least, SIGHT_LETTERS);

	if (r->bad || n > r->left) {
		r->bad = true;
		return "";
	}
	text s = arena_bytes(r->arena, r->at, n);
	r->at += n;
	r->left -= n;
	if (strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n)
		return s;
	r->bad = true;
	return "";
}

static void
take_plate(struct reading *r, struct seen_plate *p)
{
	for (int i = 0; i < 8; i++)
		p->corners[i] = (double)take(r, -FARTHEST, FARTHEST);
	p->second = take_letters(r, 0);
	size_t n = (size_t)take(r, 1, SIGHT_CANDIDATES);
	if (r->bad)
		return;
	p->candidates.v = arena_alloc(r->arena, n * sizeof(struct candidate));
	for (p->candidates.n = 0; p->candidates.n < n && !r->bad; p->candidates.n++) {
		struct candidate *each = ROW(candidate, p->candidates, p->candidates.n);

		each->plate = take_letters(r, 1);
		each->confidence = (double)take(r, 0, CONFIDENCE_UNIT) / CONFIDENCE_UNIT;
	}
	p->plate = ROW(candidate, p->candidates, 0)->plate;
	p->confidence = ROW(candidate, p->candidates, 0)->confidence;
}

bool
sight_read(
    struct arena *a, const void *bytes, size_t n, struct sight_answer *head, struct sight *sight)
{
	*sight = (struct sight){ 0 };
	if (n < sizeof *head || n > SIGHT_BYTES)
		return false;
	memcpy(head, bytes, sizeof *head);
	if (head->magic != SIGHT_MAGIC || head->outcome > NEW_READER || head->n != n - sizeof *head)
		return false;
	if (head->outcome != SEEN)
		return head->n == 0;
	struct reading r = {
		.arena = a, .at = (const char *)bytes + sizeof *head, .left = head->n
	};
	sight->width = take(&r, 1, FARTHEST);
	sight->height = take(&r, 1, FARTHEST);
	sight->us_decode = take(&r, 0, INT32_MAX);
	sight->us_detect = take(&r, 0, INT32_MAX);
	sight->us_read = take(&r, 0, INT32_MAX);
	size_t plates = (size_t)take(&r, 0, SIGHT_PLATES);
	if (r.bad)
		return false;
	sight->plates.v = arena_alloc(a, (plates + 1) * sizeof(struct seen_plate));
	for (; sight->plates.n < plates && !r.bad; sight->plates.n++)
		take_plate(&r, ROW(seen_plate, sight->plates, sight->plates.n));
	return !r.bad && r.left == 0;
}
