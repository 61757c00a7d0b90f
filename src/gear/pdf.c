/* pdf.c -- documents through libharu, http://libharu.org. */
#include <hpdf.h>

#include "gear/log.h"
#include "gear/pdf.h"
#include "gear/pdf_inner.h"

#define FONT_FOLDER "/usr/share/fonts/truetype/dejavu/"
#define MM 2.834645669f /* points in a millimetre */

/* A4 in points, within margins of 20 mm. */
static const float left = 20 * MM, right = 595.276f - 20 * MM, top = 841.89f - 20 * MM,
		   bottom = 24 * MM;
static const float label_width = 42 * MM, cell_gap = 3 * MM;

static const struct look {
	float size, leading;
	bool bold;
	float grey; /* 0 is black */
} looks[] = {
	[PDF_BODY] = { 10, 15, false, .10f },
	[PDF_BOLD] = { 10, 15, true, .10f },
	[PDF_SMALL] = { 8.5f, 12.5f, false, .35f },
	[PDF_TITLE] = { 20, 28, true, .10f },
	[PDF_HEADING] = { 12, 20, true, .10f },
};

struct pdf {
	struct arena *arena;
	HPDF_Doc doc;
	HPDF_Font plain, bold;
	HPDF_Page page;
	float y; /* of the last line */
	text footer;
	int pages;
	HPDF_STATUS error; /* the first thing that went wrong; libharu does nothing after it */
};

/* ---- the document */

static void
failed(HPDF_STATUS error, HPDF_STATUS detail, void *to)
{
	struct pdf *p = to;

	(void)detail;
	if (p->error == 0)
		p->error = error;
}

static void
free_doc(void *doc)
{
	HPDF_Free(doc);
}

static HPDF_Font
font(struct pdf *p, text file)
{
	text name = HPDF_LoadTTFontFromFile(p->doc, file, HPDF_TRUE);

	return name ? HPDF_GetFont(p->doc, name, "UTF-8") : NULL;
}

static bool
has_glyph(void *of, uint32_t u)
{
	HPDF_FontAttr attr = ((HPDF_Font)of)->attr;

	return HPDF_TTFontDef_GetGlyphid(attr->fontdef, (HPDF_UINT16)u) != 0;
}

static void
note_date(struct pdf *p, instant made)
{
	struct civil at;

	zone_civil(zone_utc(), made, &at);
	HPDF_Date d = { at.year, at.month, at.day, at.hour, at.minute, at.second, 'Z', 0, 0 };
	HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_CREATION_DATE, d);
	HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_MOD_DATE, d);
}

/* Which language it is in, and that a window is named by the title and not by the file
 * (ISO 32000-1, 7.7.2 and 12.2). */
static void
note_language(struct pdf *p, text language)
{
	HPDF_Dict preferences = HPDF_Dict_New(p->doc->mmgr);

	HPDF_Dict_Add(p->doc->catalog, "Lang", HPDF_String_New(p->doc->mmgr, language, NULL));
	HPDF_Dict_Add(preferences, "DisplayDocTitle", HPDF_Boolean_New(p->doc->mmgr, HPDF_TRUE));
	HPDF_Dict_Add(p->doc->catalog, "ViewerPreferences", preferences);
}

static void
new_page(struct pdf *p)
{
	p->page = HPDF_AddPage(p->doc);
	p->pages++;
	HPDF_Page_SetSize(p->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
	p->y = top;
}

/* ---- drawing */

static HPDF_Font
use(struct pdf *p, const struct look *look)
{
	HPDF_Font f = look->bold ? p->bold : p->plain;

	HPDF_Page_SetFontAndSize(p->page, f, look->size);
	HPDF_Page_SetGrayFill(p->page, look->grey);
	return f;
}

/* As wide as it will be drawn; the font must be in use. */
static float
wide(struct pdf *p, text s)
{
	return HPDF_Page_TextWidth(p->page, pdf_visual(p->arena, s));
}

static void
draw(struct pdf *p, float x, float y, text s)
{
	if (*s == 0)
		return;
	HPDF_Page_BeginText(p->page);
	HPDF_Page_TextOut(p->page, x, y, pdf_visual(p->arena, s));
	HPDF_Page_EndText(p->page);
}

/* The white P on blue, as beside the road. */
static void
draw_sign(struct pdf *p)
{
	float size = 11 * MM, y = top - size;

	HPDF_Page_SetRGBFill(p->page, .0f, .29f, .64f);
	HPDF_Page_Rectangle(p->page, left, y, size, size);
	HPDF_Page_Fill(p->page);
	HPDF_Page_SetFontAndSize(p->page, p->bold, 22);
	HPDF_Page_SetGrayFill(p->page, 1);
	draw(p, left + (size - HPDF_Page_TextWidth(p->page, "P")) / 2, y + 8, "P");
	HPDF_Page_SetFontAndSize(p->page, p->bold, 12);
	HPDF_Page_SetGrayFill(p->page, .1f);
	draw(p, left + size + cell_gap, y + size / 2 - 4, "Smart Parking");
	p->y = y - 6 * MM;
}

struct pdf *
pdf_new(struct arena *a, text title, text language, text footer, instant made)
{
	struct pdf *p = arena_alloc(a, sizeof *p);

	p->arena = a;
	p->doc = HPDF_New(failed, p);
	if (p->doc == NULL)
		BUG("no memory for a document");
	arena_at_end(a, free_doc, p->doc);
	HPDF_SetCompressionMode(p->doc, HPDF_COMP_ALL);
	HPDF_UseUTFEncodings(p->doc);
	HPDF_SetCurrentEncoder(p->doc, "UTF-8");
	p->plain = font(p, FONT_FOLDER "DejaVuSans.ttf");
	p->bold = font(p, FONT_FOLDER "DejaVuSans-Bold.ttf");
	if (p->error)
		return p;
	HPDF_SetInfoAttr(p->doc, HPDF_INFO_TITLE, title);
	HPDF_SetInfoAttr(p->doc, HPDF_INFO_CREATOR, "Smart Parking");
	note_date(p, made);
	note_language(p, language);
	p->footer = pdf_showable(a, footer, has_glyph, p->plain);
	new_page(p);
	draw_sign(p);
	return p;
}

/* ---- lines */

/* Room for a line of this height; another page if there is none. */
static void
next_line(struct pdf *p, float leading)
{
	if (p->y - leading < bottom)
		new_page(p);
	p->y -= leading;
}

/* As much of s as fits into the width, to the end of a word; a word that is wider alone is cut.
 * Moves *s behind it. */
static text
take_line(struct pdf *p, text *s, float room)
{
	text end = *s, good = *s;

	while (*end) {
		text word = end + strspn(end, " ");
		word += strcspn(word, " ");
		if (wide(p, arena_bytes(p->arena, *s, (size_t)(word - *s))) > room)
			break;
		end = good = word;
	}
	if (good == *s) /* not one word fits: letter by letter */
		while (*end) {
			text next = end;
			(void)code_point(&next);
			if (good > *s &&
			    wide(p, arena_bytes(p->arena, *s, (size_t)(next - *s))) > room)
				break;
			end = good = next;
		}
	text line = arena_bytes(p->arena, *s, (size_t)(good - *s));
	*s = good + strspn(good, " ");
	return line;
}

/* A cell whose words may need several lines. */
struct column {
	text rest;
	float x, room;
	bool figure;
};

/* All columns side by side, line by line, until all is said. */
static void
draw_columns(struct pdf *p, const struct look *look, struct column *c, size_t n)
{
	bool more = true;

	while (more && p->error == 0) {
		more = false;
		next_line(p, look->leading);
		use(p, look);
		for (size_t i = 0; i < n; i++) {
			bool mirrored = !c[i].figure && pdf_right_to_left(c[i].rest);
			text line = c[i].rest;
			if (c[i].figure)
				c[i].rest = "";
			else
				line = take_line(p, &c[i].rest, c[i].room);
			float x = c[i].x;
			if (c[i].figure || (mirrored && n > 1))
				x += c[i].room - wide(p, line);
			draw(p, x, p->y, line);
			more = more || *c[i].rest;
		}
	}
}

static text
showable(struct pdf *p, const struct look *look, text s)
{
	return pdf_showable(p->arena, s, has_glyph, look->bold ? p->bold : p->plain);
}

void
pdf_say(struct pdf *p, enum pdf_style style, text s)
{
	const struct look *look = &looks[style];

	if (p->error)
		return;
	struct column c = { showable(p, look, s), left, right - left, false };
	draw_columns(p, look, &c, 1);
}

void
pdf_pair(struct pdf *p, text label, text says)
{
	const struct look *look = &looks[PDF_BODY];

	if (p->error)
		return;
	struct column c[] = { { showable(p, look, label), left, label_width - cell_gap, false },
		{ showable(p, look, says), left + label_width, right - left - label_width,
		    false } };
	draw_columns(p, look, c, LENGTH(c));
}

void
pdf_row(struct pdf *p, enum pdf_style style, const struct pdf_cell *cells, size_t n)
{
	const struct look *look = &looks[style];
	struct column *c = arena_alloc(p->arena, n * sizeof *c);
	float x = left;

	if (p->error)
		return;
	for (size_t i = 0; i < n; i++) {
		float w = (float)cells[i].share * (right - left);
		c[i] = (struct column){ showable(p, look, cells[i].says), x,
			i + 1 < n ? w - cell_gap : w, cells[i].figure };
		x += w;
	}
	draw_columns(p, look, c, n);
}

void
pdf_rule(struct pdf *p, bool thick)
{
	if (p->error)
		return;
	next_line(p, 6);
	HPDF_Page_SetLineWidth(p->page, thick ? 2 : .5f);
	HPDF_Page_SetGrayStroke(p->page, thick ? .1f : .6f);
	HPDF_Page_MoveTo(p->page, left, p->y);
	HPDF_Page_LineTo(p->page, right, p->y);
	HPDF_Page_Stroke(p->page);
}

void
pdf_gap(struct pdf *p, double millimetres)
{
	p->y -= (float)millimetres * MM;
}

/* ---- letters made of letters */

static int
number_at(HPDF_Stream in)
{
	HPDF_BYTE two[2] = { 0 };
	HPDF_UINT n = sizeof two;

	HPDF_Stream_Read(in, two, &n);
	return two[0] << 8 | two[1];
}

/* Marks the parts of a composed glyph as used (OpenType 1.9, "glyf"); true if one was not marked. */
static bool
mark_parts(HPDF_TTFontDefAttr f, int glyph)
{
	const HPDF_TTF_GryphOffsets *g = &f->glyph_tbl;
	HPDF_UINT32 at = g->offsets[glyph], end = g->offsets[glyph + 1];
	bool found = false, last = false;

	if (at == end)
		return false;
	if (f->header.index_to_loc_format == 0)
		at *= 2;
	HPDF_Stream_Seek(f->stream, (HPDF_INT)(g->base_offset + at), HPDF_SEEK_SET);
	if (number_at(f->stream) < 0x8000) /* drawn by itself */
		return false;
	HPDF_Stream_Seek(f->stream, 8, HPDF_SEEK_CUR);
	while (!last) {
		int flags = number_at(f->stream), part = number_at(f->stream);
		int more = (flags & 1 ? 4 : 2) +
		    (flags & 8		   ? 2
			    : flags & 0x40 ? 4
			    : flags & 0x80 ? 8
					   : 0);
		if (part < f->num_glyphs && !g->flgs[part]) {
			g->flgs[part] = 1;
			found = true;
		}
		HPDF_Stream_Seek(f->stream, more, HPDF_SEEK_CUR);
		last = !(flags & 0x20);
	}
	return found;
}

/* libharu takes along the parts of a letter, but not the parts of those: an Arabic beh would lose all
 * but its dot. */
static void
mark_all_parts(HPDF_Font of)
{
	HPDF_TTFontDefAttr f = ((HPDF_FontAttr)of->attr)->fontdef->attr;
	bool found = true;

	while (found) {
		found = false;
		for (int glyph = 0; glyph < f->num_glyphs; glyph++)
			if (f->glyph_tbl.flgs[glyph])
				found = mark_parts(f, glyph) || found;
	}
}

/* ---- its end */

static void
draw_footers(struct pdf *p)
{
	const struct look *look = &looks[PDF_SMALL];

	for (int i = 0; i < p->pages && p->error == 0; i++) {
		text at = arena_fmt(p->arena, "Page %d of %d", i + 1, p->pages);
		p->page = HPDF_GetPageByIndex(p->doc, (HPDF_UINT)i);
		use(p, look);
		text rest = p->footer;
		draw(p, left, 14 * MM, take_line(p, &rest, right - left - 30 * MM));
		draw(p, right - wide(p, at), 14 * MM, at);
	}
}

bool
pdf_done(struct pdf *p, const void **bytes, size_t *n)
{
	draw_footers(p);
	if (p->error == 0) {
		mark_all_parts(p->plain);
		mark_all_parts(p->bold);
		HPDF_SaveToStream(p->doc);
	}
	HPDF_UINT32 size = p->error ? 0 : HPDF_GetStreamSize(p->doc);
	char *made = arena_alloc(p->arena, size + 1);
	*n = size;
	*bytes = made;
	if (p->error == 0 && HPDF_ReadFromStream(p->doc, (HPDF_BYTE *)made, &size) == HPDF_OK &&
	    size == *n)
		return true;
	log_event(
	    "document", "library", "libharu", "error", arena_fmt(p->arena, "%#lx", p->error), NULL);
	return false;
}
