#include "gear/mime.h"

enum {
	LINE_MOST = 76, /* of a quoted-printable line, "=" included */
	PLAIN_MOST = 60, /* of a header value that goes out as it is */
	WORD_BYTES =
	    42, /* of UTF-8 in an encoded word: 56 in base64, 75 are allowed with all around */
};

/* ---- quoted-printable */

static void
soft_break(struct buf *b, size_t *column, size_t width)
{
	if (*column + width <= LINE_MOST - 1)
		return;
	buf_add(b, "=\r\n");
	*column = 0;
}

static void
put_quoted(struct buf *b, size_t *column, unsigned char c, bool plain)
{
	soft_break(b, column, plain ? 1 : 3);
	/* A dot alone on its line would end the message. */
	if (*column == 0 && c == '.')
		plain = false;
	if (plain)
		buf_char(b, (char)c);
	else
		buf_fmt(b, "=%02X", c);
	*column += plain ? 1 : 3;
}

void
mime_quoted(struct buf *b, text s)
{
	size_t column = 0;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		bool ends = s[1] == 0 || s[1] == '\n' || s[1] == '\r';
		bool from = column == 0 && text_starts(s, "From "); /* mbox quotes it */

		if (c == '\r' && s[1] == '\n')
			continue;
		if (c == '\n') {
			buf_add(b, "\r\n");
			column = 0;
			continue;
		}
		put_quoted(b, &column, c,
		    ((c == ' ' || c == '\t') && !ends) || (c > 32 && c < 127 && c != '=' && !from));
	}
	if (column)
		buf_add(b, "\r\n");
}

/* ---- headers */

static bool
plain_header(text s)
{
	size_t n = 0;

	for (; s[n]; n++)
		if ((unsigned char)s[n] < 32 || (unsigned char)s[n] > 126)
			return false;
	return n <= PLAIN_MOST && strstr(s, "=?") == NULL;
}

/* Encoded words (RFC 2047), none of which splits a character. */
static void
encoded_words(struct buf *b, text s)
{
	text between = "";

	while (*s) {
		size_t n = 0, next = 0;

		while (s[next]) {
			next++;
			while (((unsigned char)s[next] & 0xc0) == 0x80)
				next++;
			if (next > WORD_BYTES)
				break;
			n = next;
		}
		if (n == 0) /* no UTF-8 at all: a run of continuation bytes */
			n = WORD_BYTES;
		buf_add(b, between);
		buf_add(b, "=?UTF-8?B?");
		buf_base64(b, s, n);
		buf_add(b, "?=");
		between = "\r\n ";
		s += n;
	}
}

static void
header_words(struct buf *b, text value)
{
	if (plain_header(value))
		buf_add(b, value);
	else
		encoded_words(b, value);
}

void
mime_header(struct buf *b, text name, text value)
{
	buf_add(b, name);
	buf_add(b, ": ");
	header_words(b, value);
	buf_add(b, "\r\n");
}

text
mime_address(struct arena *a, text from)
{
	const char *open = strrchr(from, '<');
	const char *close = open ? strchr(open, '>') : NULL;

	return close ? arena_bytes(a, open + 1, (size_t)(close - open - 1)) : text_trim(a, from);
}

static text
display_name(struct arena *a, text from)
{
	const char *open = strrchr(from, '<');

	if (open == NULL)
		return "";
	text name = text_trim(a, arena_bytes(a, from, (size_t)(open - from)));
	size_t n = strlen(name);
	return n >= 2 && name[0] == '"' && name[n - 1] == '"' ? arena_bytes(a, name + 1, n - 2)
							      : name;
}

static void
from_header(struct buf *b, text from)
{
	text name = display_name(b->arena, from);

	buf_add(b, "From: ");
	if (*name && plain_header(name)) {
		buf_char(b, '"');
		for (; *name; name++)
			buf_fmt(b, *name == '"' || *name == '\\' ? "\\%c" : "%c", *name);
		buf_add(b, "\" ");
	} else if (*name) {
		encoded_words(b, name);
		buf_char(b, ' ');
	}
	buf_fmt(b, "<%s>\r\n", mime_address(b->arena, from));
}

/* "Thu, 12 Nov 2026 13:00:00 +0000" (RFC 5322, 3.3). */
static void
date_header(struct buf *b, instant t)
{
	static const text days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const text months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	int64_t day = t.us / DAY, s = t.us % DAY / SECOND;
	int year, month, dom;

	civil_from_days(day, &year, &month, &dom);
	buf_fmt(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[day % 7], dom,
	    months[month - 1], year, (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

static void
list_headers(struct buf *b, text url)
{
	if (*url == 0 || strpbrk(url, "<> \t\r\n,") != NULL)
		return;
	buf_fmt(b, "List-Unsubscribe: <%s>\r\n", url);
	buf_add(b, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
}

static void
part(struct buf *b, text boundary, text type, text s)
{
	buf_fmt(b, "--%s\r\nContent-Type: %s; charset=utf-8\r\n", boundary, type);
	buf_add(b, "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	mime_quoted(b, s);
	buf_add(b, "\r\n");
}

text
mime_message(struct arena *a, const struct mime *m)
{
	struct buf b = BUF(a);
	text address = mime_address(a, m->from);
	const char *at = strrchr(address, '@');
	/* Quoted-printable never holds "=_". */
	text boundary = arena_fmt(a, "=_%s", m->id);

	date_header(&b, m->date);
	from_header(&b, m->from);
	buf_fmt(&b, "To: <%s>\r\n", m->to);
	mime_header(&b, "Subject", m->subject);
	buf_fmt(&b, "Message-ID: <%s@%s>\r\n", m->id, at ? at + 1 : "localhost");
	list_headers(&b, m->unsubscribe);
	buf_add(&b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
	buf_fmt(&b, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n", boundary);
	part(&b, boundary, "text/plain", m->body);
	part(&b, boundary, "text/html", m->html);
	buf_fmt(&b, "--%s--\r\n", boundary);
	return buf_text(&b);
}

/* ---- HTML made from the plain body */

static const char html_head[] =
    "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n<style>\n"
    "@media (prefers-color-scheme: dark) {\n"
    "\t.ground { background-color: #10151a !important; }\n"
    "\t.sheet { background-color: #1a2129 !important; }\n"
    "\t.ink, .ink a { color: #f1f4f7 !important; }\n}\n</style>\n<title>";
static const char html_sheet[] =
    "</title>\n</head>\n<body class=\"ground\" bgcolor=\"#eef1f4\" "
    "style=\"margin:0;padding:0;background-color:#eef1f4;\">\n"
    "<table class=\"ground\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
    "cellspacing=\"0\" "
    "border=\"0\" bgcolor=\"#eef1f4\"><tr><td align=\"center\" style=\"padding:24px 8px;\">\n"
    "<table class=\"sheet\" role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
    "cellspacing=\"0\" "
    "border=\"0\" bgcolor=\"#ffffff\" style=\"max-width:560px;background-color:#ffffff;"
    "text-align:left;\">\n<tr><td bgcolor=\"#0b4da2\" "
    "style=\"background-color:#0b4da2;padding:6px;\">"
    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
    "style=\"border:2px solid #ffffff;\"><tr><td style=\"" MIME_FACE
    "padding:20px 28px;color:#ffffff;\">"
    "<span style=\"font-size:16px;line-height:24px;font-weight:700;\">P &nbsp;Smart Parking</span>"
    "<h1 style=\"margin:10px 0 0;font-size:28px;line-height:34px;font-weight:800;color:#ffffff;\">";
static const char html_body[] =
    "</h1></td></tr></table></td></tr>\n"
    "<tr><td class=\"ink\" style=\"" MIME_FACE
    "padding:16px 34px 24px;font-size:17px;line-height:26px;color:#10161c;\">\n";
static const char html_end[] = "</td></tr>\n</table>\n</td></tr></table>\n</body>\n</html>\n";

static size_t
url_length(text s)
{
	if (!text_starts(s, "https://") && !text_starts(s, "http://"))
		return 0;
	size_t n = strcspn(s, " \t\r\n<>\"");
	while (n && strchr(".,;:!?)", s[n - 1]))
		n--;
	return n;
}

/* A paragraph with its URLs as links and its line breaks kept. */
static void
html_words(struct buf *b, text s)
{
	while (*s) {
		size_t n = url_length(s);

		if (n) {
			text url = arena_bytes(b->arena, s, n);

			buf_add(b, "<a href=\"");
			buf_html(b, url);
			buf_add(b, "\">");
			buf_html(b, url);
			buf_add(b, "</a>");
			s += n;
			continue;
		}
		if (*s == '\n') {
			buf_add(b, "<br>\n");
			s++;
			continue;
		}
		n = 1;
		while (s[n] && s[n] != '\n' && s[n] != 'h')
			n++;
		buf_html(b, arena_bytes(b->arena, s, n));
		s += n;
	}
}

static void
html_paragraph(struct buf *b, text s)
{
	bool code = strspn(s, "0123456789") == strlen(s);

	buf_add(b,
	    code ? "<p style=\"margin:12px 0;font-size:34px;line-height:44px;font-weight:800;"
		   "letter-spacing:6px;\">"
		 : "<p style=\"margin:12px 0;\">");
	html_words(b, s);
	buf_add(b, "</p>\n");
}

text
mime_letter(struct arena *a, text title, text body)
{
	struct buf b = BUF(a);

	buf_add(&b, html_head);
	buf_html(&b, title);
	buf_add(&b, html_sheet);
	buf_html(&b, title);
	buf_add(&b, html_body);
	buf_add(&b, body);
	buf_add(&b, html_end);
	return buf_text(&b);
}

text
mime_html(struct arena *a, text subject, text body)
{
	struct buf b = BUF(a);

	while (*body) {
		const char *end = strstr(body, "\n\n");
		size_t n = end ? (size_t)(end - body) : strlen(body);
		text words = text_trim(a, arena_bytes(a, body, n));

		if (*words)
			html_paragraph(&b, words);
		body += end ? n + 2 : n;
	}
	return mime_letter(a, subject, buf_text(&b));
}
