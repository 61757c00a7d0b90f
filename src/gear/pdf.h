/*
 * pdf.h -- documents to keep: A4 pages of words, figures and lines.
 *
 * What is said flows down the page and on to the next; every page ends with the footer and its
 * number.  The letters are DejaVu's (Debian: fonts-dejavu-core), and those that are used travel with
 * the document.  Names in Hebrew or Arabic are set from right to left, and joined; a character the
 * font has not is shown as an empty box, a joiner or a mark that nobody sees is left out.
 *
 * The same words give the same bytes: nothing in a document but `made` tells when it was written.
 */
#ifndef PDF_H
#define PDF_H

#include "base/base.h"

struct pdf;

enum pdf_style { PDF_BODY, PDF_BOLD, PDF_SMALL, PDF_TITLE, PDF_HEADING };

/* A document with the product's sign on its first page.  `language` as in HTML, "en"; the footer
 * stands on every page.  It lives as long as the arena. */
struct pdf *pdf_new(struct arena *, text title, text language, text footer, instant made);

void pdf_say(struct pdf *, enum pdf_style, text); /* a paragraph, as many lines as it needs */
void pdf_pair(struct pdf *, text label, text says); /* a label, and beside it what it means */
/* A line of a table.  Shares are of the page's width and add up to 1; a figure stands at its cell's
 * right end and is not broken, words are. */
struct pdf_cell {
	text says;
	double share;
	bool figure;
};
void pdf_row(struct pdf *, enum pdf_style, const struct pdf_cell *, size_t n);
void pdf_rule(struct pdf *, bool thick); /* a line across */
void pdf_gap(struct pdf *, double millimetres);

/* The finished document; false, and a line in the log, if it could not be written. */
bool pdf_done(struct pdf *, const void **bytes, size_t *n);

#endif
