#include "platereader/look.h"

#include "platereader/engine.h"
#include "platereader/tess.h"

/* weights.bin stands inside the program: there is no file to be missing. */
__asm__(".section .rodata\n"
	".balign 64\n"
	"plate_weights:\n"
	".incbin \"src/platereader/weights.bin\"\n"
	"plate_weights_end:\n"
	".byte 0\n"
	".previous\n");
extern const unsigned char plate_weights[], plate_weights_end[];

enum { ENOUGH_PIXELS = 1280 }; /* of a picture's longest side */
#define SURE .85 /* measured: at that the nets are right 99 times in a hundred */

struct looker {
	struct engine engine;
	struct tess *tess; /* NULL: not wanted, or not installed */
};

struct looker *
looker_new(bool tesseract)
{
	struct looker *l = memory_take(sizeof *l);

	/* The two are the ends of one asset: the linker says so, not C. */
	// cppcheck-suppress comparePointers
	if (!engine_open(&l->engine, plate_weights, (size_t)(plate_weights_end - plate_weights)))
		BUG("the nets' weights are not those that this program was made for");
	if (tesseract)
		l->tess = tess_open();
	return l;
}

void
looker_free(struct looker *l)
{
	tess_close(l->tess);
	free(l);
}

static struct quad
quad_of(const struct seen_plate *p)
{
	struct quad q;

	memcpy(q.at, p->corners, sizeof q.at);
	return q;
}

/* Plates that the detector finds, read by tesseract alone. */
static void
look_with_tesseract(struct looker *l, const struct grey *g, struct arena *a, struct sight *s)
{
	struct found found[SIGHT_PLATES];
	double scale = 640. / (g->width > g->height ? g->width : g->height);
	int64_t began = clock_us();
	int n = detect(&l->engine, g, 640, found, SIGHT_PLATES);

	for (int i = 0; i < n && i < 3; i++)
		detect_again(&l->engine, g, scale, &found[i]);
	int64_t detected = clock_us();
	s->us_detect = detected - began;
	s->plates.v = arena_alloc(a, (SIGHT_PLATES + 1) * sizeof(struct seen_plate));
	for (int i = 0; i < n && i < 3; i++) {
		struct candidate c = { 0 };

		c.plate = tess_read(l->tess, g, &found[i].quad, a, &c.confidence);
		if (*c.plate == 0)
			continue;
		struct seen_plate *p = ROW(seen_plate, s->plates, s->plates.n++);
		*p = (struct seen_plate){
			.plate = c.plate, .confidence = c.confidence, .second = ""
		};
		memcpy(p->corners, found[i].quad.at, sizeof p->corners);
		p->candidates.v = arena_alloc(a, sizeof c);
		*ROW(candidate, p->candidates, 0) = c;
		p->candidates.n = 1;
	}
	s->us_read = clock_us() - detected;
}

/* Corners of a picture that was decoded smaller, in pixels of the whole one. */
static void
enlarge(struct sight *s, double by)
{
	FOR_ROWS (seen_plate, p, s->plates)
		for (size_t i = 0; i < LENGTH(p->corners); i++)
			p->corners[i] *= by;
}

enum sight_outcome
looker_look(struct looker *l, const void *bytes, size_t n, enum sight_engine engine,
    enum sight_region region, struct arena *a, struct sight *s)
{
	struct image_head head;
	struct grey g;
	int64_t began = clock_us();

	*s = (struct sight){ 0 };
	if (engine == TESSERACT && l->tess == NULL)
		return NO_ENGINE;
	if (!image_look(bytes, n, &head) || !grey_decode(bytes, n, &head, ENOUGH_PIXELS, &g))
		return NO_PICTURE;
	bool across = head.orientation >= 5;
	s->width = across ? head.height : head.width;
	s->height = across ? head.width : head.height;
	s->us_decode = clock_us() - began;
	if (engine == TESSERACT)
		look_with_tesseract(l, &g, a, s);
	else
		engine_look(&l->engine, &g, region, a, s);
	struct seen_plate *best = s->plates.n ? ROW(seen_plate, s->plates, 0) : NULL;
	if (engine == NETS && best && best->confidence < SURE && l->tess) {
		struct quad q = quad_of(best);
		double unused;

		began = clock_us();
		best->second = tess_read(l->tess, &g, &q, a, &unused);
		s->us_read += clock_us() - began;
	}
	enlarge(s, (double)s->width / g.width);
	free(g.at);
	return SEEN;
}
