#include "platereader/tess.h"

#include <math.h>

#include <leptonica/allheaders.h>
#include <tesseract/capi.h>

enum {
	LINE_HEIGHT = 56, /* measured: of 40 to 80 the best */
	WIDEST = 640,
	MARGIN = 16, /* tesseract wants paper round its letters */
};

struct tess {
	TessBaseAPI *api;
};

struct tess *
tess_open(void)
{
	TessBaseAPI *api = TessBaseAPICreate();

	setMsgSeverity(L_SEVERITY_NONE);
	if (TessBaseAPIInit2(api, NULL, "eng", OEM_LSTM_ONLY) != 0) {
		TessBaseAPIDelete(api);
		return NULL;
	}
	TessBaseAPISetVariable(
	    api, "tessedit_char_whitelist", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	/* Plates are no words. */
	TessBaseAPISetVariable(api, "load_system_dawg", "0");
	TessBaseAPISetVariable(api, "load_freq_dawg", "0");
	TessBaseAPISetPageSegMode(api, PSM_SINGLE_LINE);
	struct tess *t = memory_take(sizeof *t);
	t->api = api;
	return t;
}

void
tess_close(struct tess *t)
{
	if (t == NULL)
		return;
	TessBaseAPIEnd(t->api);
	TessBaseAPIDelete(t->api);
	free(t);
}

/* The plate, straight, its brightness spread over the whole range. */
static struct Pix *
straight(const struct grey *g, const struct quad *quad)
{
	const double *q = quad->at;
	double across = hypot(q[2] - q[0], q[3] - q[1]), down = hypot(q[6] - q[0], q[7] - q[1]);
	double ratio = down > 1 ? across / down : 1;
	int width = (int)fmin(LINE_HEIGHT * fmax(ratio, 1), WIDEST);
	float least = 255, most = 0;
	struct planes p = planes_new(1, LINE_HEIGHT, width);

	grey_straighten(g, quad, 0, 0, &p);
	for (int y = 0; y < LINE_HEIGHT; y++)
		for (int x = 0; x < width; x++) {
			least = fminf(least, planes_row(&p, 0, y)[x]);
			most = fmaxf(most, planes_row(&p, 0, y)[x]);
		}
	struct Pix *pix = pixCreate(width, LINE_HEIGHT, 8);
	for (int y = 0; y < LINE_HEIGHT && pix; y++)
		for (int x = 0; x < width; x++) {
			float v = (planes_row(&p, 0, y)[x] - least) / (most - least + 1) * 255;

			pixSetPixel(pix, x, y, (l_uint32)v);
		}
	planes_free(&p);
	return pix;
}

/* Its letters alone, black on white: what touches the edge is frame, band or screw.  NULL for none. */
static struct Pix *
line_of(const struct grey *g, const struct quad *quad)
{
	struct Pix *pix = straight(g, quad), *black = NULL, *letters = NULL, *line = NULL;

	/* One threshold (Otsu) for all of it. */
	if (pix && pixOtsuAdaptiveThreshold(pix, WIDEST, WIDEST, 0, 0, 0, NULL, &black) == 0)
		letters = pixRemoveBorderConnComps(black, 8);
	if (letters)
		line = pixAddBorder(letters, MARGIN, 0);
	pixDestroy(&pix);
	pixDestroy(&black);
	pixDestroy(&letters);
	return line;
}

/* The mean of what tesseract says of each letter. */
static double
confidence_of(TessBaseAPI *api)
{
	TessResultIterator *each = TessBaseAPIGetIterator(api);
	double sum = 0;
	int n = 0;

	if (each == NULL)
		return 0;
	do {
		sum += TessResultIteratorConfidence(each, RIL_SYMBOL) / 100.;
		n++;
	} while (TessResultIteratorNext(each, RIL_SYMBOL));
	TessResultIteratorDelete(each);
	return fmax(0, fmin(1, sum / n));
}

text
tess_read(struct tess *t, const struct grey *g, const struct quad *quad, struct arena *a,
    double *confidence)
{
	struct Pix *pix = line_of(g, quad);
	text letters = "";

	*confidence = 0;
	if (pix == NULL)
		return "";
	TessBaseAPISetImage2(t->api, pix);
	TessBaseAPISetSourceResolution(t->api, 150);
	char *read = TessBaseAPIGetUTF8Text(t->api);
	if (read) {
		letters = text_plate(a, read);
		*confidence = confidence_of(t->api);
		TessDeleteText(read);
	}
	TessBaseAPIClear(t->api);
	pixDestroy(&pix);
	if (strlen(letters) > SIGHT_LETTERS)
		letters = arena_bytes(a, letters, SIGHT_LETTERS);
	return letters;
}
