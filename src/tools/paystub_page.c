/* paystub_page.c -- the page where people pay: plain HTML, no script, any width. */
#include "paystub.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char style[] =
    ":root{color-scheme:light "
    "dark;--paper:light-dark(#fff,#16181d);--ground:light-dark(#f4f5f8,#0e1013);"
    "--ink:light-dark(#1b1f2a,#eceef3);--soft:light-dark(#5a6274,#a3abbd);--edge:light-dark(#"
    "767e90,#7d869a);"
    "--rule:light-dark(#dfe2ea,#2b303b);--act:light-dark(#4338ca,#a5a0ff);--on-act:light-dark(#fff,"
    "#14121f);"
    "--bad:light-dark(#b3261e,#ff9d94);--test:#ffb020}"
    "*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);"
    "font:17px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}"
    ".test{margin:0;background:var(--test);color:#221700;padding:.4rem "
    "1rem;text-align:center;font-size:.9rem;font-weight:600}"
    "main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem;display:grid;gap:1.5rem 3.5rem}"
    "@media(min-width:50rem){main{grid-template-columns:1fr 1fr;padding-top:4rem}}"
    "a{color:var(--act)}.back{display:inline-block;min-height:44px;line-height:44px}"
    "h1{font-size:1.05rem;font-weight:500;color:var(--soft);margin:.5rem 0 0}"
    ".amount{font-size:2.6rem;font-weight:700;line-height:1.15;margin:0 0 "
    "1.2rem;font-variant-numeric:tabular-nums}"
    "dl{margin:0}.line{display:flex;justify-content:space-between;gap:1.5rem;padding:.7rem 0;"
    "border-top:1px solid var(--rule);overflow-wrap:anywhere}.line dd{margin:0;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}.total{font-weight:700}"
    ".card{background:var(--paper);border:1px solid var(--rule);border-radius:14px;padding:1.25rem}"
    "h2{font-size:1.25rem;margin:0 0 1rem}label{display:block;font-weight:600;margin:0 0 .25rem}"
    ".field{margin:0 0 1rem}.pair{display:grid;grid-template-columns:1fr 1fr;gap:.9rem}"
    "input{width:100%;min-height:48px;padding:.5rem "
    ".8rem;font:inherit;color:inherit;background:var(--paper);"
    "border:1px solid var(--edge);border-radius:8px;font-variant-numeric:tabular-nums}"
    "::placeholder{color:var(--soft);opacity:1}input[aria-invalid]{border:2px solid "
    "var(--bad)}.error{color:var(--bad);font-size:.93rem;margin:.3rem 0 0}"
    ".refused{border-inline-start:5px solid var(--bad);padding:.7rem 1rem;margin:0 0 1.2rem;"
    "background:var(--ground);border-radius:4px}.refused p{margin:0}"
    "button{width:100%;min-height:52px;font:inherit;font-weight:700;border-radius:8px;cursor:"
    "pointer;"
    "border:1px solid var(--act);background:var(--act);color:var(--on-act);padding:.5rem 1rem}"
    "button.plain{background:none;color:var(--act);margin-top:.8rem}"
    ":is(a,button,input,summary):focus-visible{outline:3px solid var(--test);outline-offset:2px}"
    "details{margin-top:1.4rem;font-size:.95rem}summary{min-height:44px;line-height:44px;cursor:"
    "pointer;"
    "font-weight:600}table{width:100%;border-collapse:collapse}td,th{text-align:start;padding:."
    "45rem .6rem .45rem 0;"
    "border-top:1px solid var(--rule);vertical-align:top}td:first-child{white-space:nowrap;"
    "font-variant-numeric:tabular-nums}.hint{color:var(--soft);font-size:.93rem;margin:.7rem 0 0}"
    "@media(max-width:24rem){.amount{font-size:2.1rem}td:first-child{font-size:.85rem}}";

struct typed {
	const char *number, *expiry, *cvc, *name;
	const char *number_bad, *expiry_bad, *cvc_bad, *refused; /* NULL: nothing to say */
};

static struct answer
html(int status, FILE *f, char **text)
{
	fclose(f);
	return (
	    struct answer){ .status = status, .text = *text, .type = "text/html; charset=utf-8" };
}

static void
head(FILE *f, const char *title)
{
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
	    f);
	escape(f, title);
	fputs(" · ", f);
	escape(f, stub.merchant);
	fputs("</title>\n<link rel=\"stylesheet\" href=\"/c/style.css\">\n<link rel=\"icon\" "
	      "href=\"data:,\">\n</head>\n<body>\n<header><p class=\"test\">",
	    f);
	fputs("Test payments: no real card, no real money.</p></header>\n<main>\n", f);
}

/* "4242424242424242" → "4242 4242 4242 4242" */
static void
grouped(FILE *f, const char *digits)
{
	for (size_t i = 0; digits[i]; i++) {
		if (i && i % 4 == 0)
			fputc(' ', f);
		fputc(digits[i], f);
	}
}

static void
link_back(FILE *f, const json_t *s, const char *which, const char *says)
{
	const char *url = field(s, which);

	if (url == NULL)
		return;
	fputs("<a class=\"back\" href=\"", f);
	escape(f, url);
	fprintf(f, "\">%s ", says);
	escape(f, stub.merchant);
	fputs("</a>\n", f);
}

/* ---- what is bought */

static void
print_money(FILE *f, const json_t *amount, const char *currency)
{
	char *s = money_text(json_integer_value(amount), currency);

	escape(f, s);
	free(s);
}

static void
summary(FILE *f, const json_t *s)
{
	const char *currency = field(s, "currency");
	json_t *line;
	size_t i;

	fputs("<section aria-labelledby=\"what\">\n", f);
	link_back(f, s, "cancel_url", "← Back to");
	fputs("<h1 id=\"what\">Pay ", f);
	escape(f, stub.merchant);
	fputs("</h1>\n<p class=\"amount\">", f);
	print_money(f, json_object_get(s, "amount_total"), currency);
	fputs("</p>\n<dl>\n", f);
	json_array_foreach(json_object_get(s, "stub_lines"), i, line)
	{
		json_int_t n = json_integer_value(json_object_get(line, "quantity"));
		fputs("<div class=\"line\"><dt>", f);
		escape(f, field(line, "description"));
		if (n > 1)
			fprintf(f, " × %lld", (long long)n);
		fputs("</dt><dd>", f);
		print_money(f, json_object_get(line, "amount_total"), currency);
		fputs("</dd></div>\n", f);
	}
	fputs("<div class=\"line total\"><dt>Total</dt><dd>", f);
	print_money(f, json_object_get(s, "amount_total"), currency);
	fputs("</dd></div>\n</dl>\n</section>\n", f);
}

/* ---- the form */

static void
input(FILE *f, const char *name, const char *label, const char *hints, const char *value,
    const char *says)
{
	fprintf(f,
	    "<div class=\"field\"><label for=\"%s\">%s</label>\n<input id=\"%s\" name=\"%s\" %s "
	    "required value=\"",
	    name, label, name, name, hints);
	escape(f, value ? value : "");
	fputc('"', f);
	if (says)
		fprintf(f, " aria-invalid=\"true\" aria-describedby=\"%s-e\"", name);
	fputs(">\n", f);
	if (says) {
		fprintf(f, "<p class=\"error\" id=\"%s-e\">", name);
		escape(f, says);
		fputs("</p>", f);
	}
	fputs("</div>\n", f);
}

static void
test_cards(FILE *f)
{
	size_t n;
	const struct card *c = cards(&n);

	fputs("<details>\n<summary>Other test cards</summary>\n<table>\n<tr><th scope=\"col\">"
	      "Number</th><th scope=\"col\">What it does</th></tr>\n",
	    f);
	for (size_t i = 0; i < n; i++) {
		fputs("<tr><td>", f);
		grouped(f, c[i].number);
		fprintf(f, "</td><td>%s</td></tr>\n", c[i].about);
	}
	fputs("</table>\n</details>\n", f);
}

static void
form(FILE *f, const json_t *s, const struct typed *t)
{
	fputs(
	    "<section class=\"card\" aria-labelledby=\"how\">\n<h2 id=\"how\">Pay with card</h2>\n",
	    f);
	if (t->refused) {
		fputs("<div class=\"refused\" role=\"alert\"><p><strong>", f);
		escape(f, t->refused);
		fputs("</strong></p><p>Nothing was charged. Try another card.</p></div>\n", f);
	}
	fputs("<form method=\"post\">\n", f);
	input(f, "number", "Card number",
	    "inputmode=\"numeric\" autocomplete=\"cc-number\" maxlength=\"23\" "
	    "placeholder=\"1234 1234 1234 1234\"",
	    t->number, t->number_bad);
	fputs("<div class=\"pair\">\n", f);
	input(f, "expiry", "Expires",
	    "inputmode=\"numeric\" autocomplete=\"cc-exp\" maxlength=\"7\" placeholder=\"MM / YY\"",
	    t->expiry, t->expiry_bad);
	input(f, "cvc", "Security code",
	    "inputmode=\"numeric\" autocomplete=\"cc-csc\" maxlength=\"4\" placeholder=\"CVC\"",
	    t->cvc, t->cvc_bad);
	fputs("</div>\n", f);
	input(f, "name", "Name on the card", "autocomplete=\"cc-name\" maxlength=\"100\"", t->name,
	    NULL);
	fputs("<button>Pay ", f);
	print_money(f, json_object_get(s, "amount_total"), field(s, "currency"));
	fputs("</button>\n<button class=\"plain\" name=\"use\" value=\"4242424242424242\" "
	      "formnovalidate>Pay with the test card 4242&nbsp;4242&nbsp;4242&nbsp;4242</button>\n"
	      "<p class=\"hint\">Type 4242 4242 4242 4242 with any date to come and any three "
	      "digits, or press the button.</p>\n</form>\n",
	    f);
	test_cards(f);
	fputs("</section>\n", f);
}

static struct answer
show(int status, const json_t *s, const struct typed *t)
{
	char *text;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	const char *to[] = { field(s, "success_url"), field(s, "cancel_url") };

	head(f, "Pay");
	summary(f, s);
	form(f, s, t);
	fputs("</main>\n</body>\n</html>\n", f);
	struct answer a = html(status, f, &text);
	a.may_lead_to = words("%s %s", to[0], to[1] ? to[1] : "");
	return a;
}

/* Paid already, or too late: what is true, and the way back. */
static struct answer
over(const json_t *s)
{
	char *text;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	bool paid = strcmp(field(s, "status"), "complete") == 0;

	head(f, paid ? "Paid" : "Too late");
	fprintf(f, "<section class=\"card\">\n<h2>%s</h2>\n<p>",
	    paid ? "This is paid" : "The time to pay is over");
	if (paid) {
		print_money(f, json_object_get(s, "amount_total"), field(s, "currency"));
		fputs(" was charged once, and will not be charged again.</p>\n<p>", f);
		link_back(f, s, "success_url", "Back to");
	} else {
		fputs("Nothing was charged.</p>\n<p>", f);
		link_back(f, s, "cancel_url", "Back to");
	}
	fputs("</p>\n</section>\n</main>\n</body>\n</html>\n", f);
	return html(paid ? 200 : 410, f, &text);
}

static struct answer
nothing_here(void)
{
	char *text;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	head(f, "Not found");
	fputs(
	    "<section class=\"card\">\n<h2>There is no such payment</h2>\n<p>Go back to where you "
	    "came from, and begin again there.</p>\n</section>\n</main>\n</body>\n</html>\n",
	    f);
	return html(404, f, &text);
}

/* ---- what was typed */

/* Its digits alone; false if there is anything else than digits, spaces and strokes. */
static bool
digits_of(const char *s, char *out, size_t size)
{
	size_t n = 0;

	for (; *s; s++) {
		if (strchr(" -/", *s))
			continue;
		if (!isdigit((unsigned char)*s) || n + 1 >= size)
			return false;
		out[n++] = *s;
	}
	out[n] = 0;
	return true;
}

/* MM / YY or MM / YYYY, this month or later. */
static const char *
check_expiry(const char *s)
{
	char d[8];
	time_t now = (time_t)seconds_now();
	struct tm tm;

	if (!digits_of(s, d, sizeof d) || (strlen(d) != 4 && strlen(d) != 6))
		return "As on the card: month and year, 08 / 29.";
	int month = (d[0] - '0') * 10 + d[1] - '0', year = atoi(d + 2);
	if (month < 1 || month > 12)
		return "There is no such month.";
	gmtime_r(&now, &tm);
	if (year < 100)
		year += 2000;
	if (year * 12 + month < (tm.tm_year + 1900) * 12 + tm.tm_mon + 1)
		return "Your card's expiration date is in the past.";
	return NULL;
}

static const struct card *
check_card(struct typed *t, char digits[24])
{
	char cvc[8];

	if (!digits_of(t->number, digits, 24) || !luhn_ok(digits))
		t->number_bad = "Your card number is invalid.";
	else if (card_by_number(digits) == NULL)
		t->number_bad = "Only test cards work here: 4242 4242 4242 4242, for one.";
	t->expiry_bad = check_expiry(t->expiry);
	if (!digits_of(t->cvc, cvc, sizeof cvc) || strlen(cvc) < 3 || strlen(cvc) > 4)
		t->cvc_bad = "The three digits on the back, or four on the front.";
	return t->number_bad || t->expiry_bad || t->cvc_bad ? NULL : card_by_number(digits);
}

/* ---- paying */

static json_t *
intent_of(json_t *s)
{
	json_t *intent = store_get(field(s, "payment_intent"));

	if (intent)
		return intent;
	intent = intent_new(json_integer_value(json_object_get(s, "amount_total")),
	    field(s, "currency"), json_object_get(s, "stub_about"));
	json_object_set(s, "payment_intent", json_object_get(intent, "id"));
	store_put(intent);
	store_put(s);
	event_make("payment_intent.created", intent);
	return intent;
}

static struct answer
pay(json_t *s, const struct card *card, struct typed *t)
{
	json_t *intent = intent_of(s);

	if (!intent_charge(intent, card)) {
		t->refused = card->says;
		t->number = t->cvc = "";
		return show(402, s, t);
	}
	json_object_set_new(s, "status", json_string("complete"));
	json_object_set_new(s, "payment_status", json_string("paid"));
	json_object_set_new(s, "url", json_null());
	store_put(s);
	json_t *copy = json_deep_copy(s);
	json_object_del(copy, "stub_lines");
	json_object_del(copy, "stub_about");
	event_make("checkout.session.completed", copy);
	json_decref(copy);
	return (struct answer){ .status = 303, .location = strdup(field(s, "success_url")) };
}

static const char *
typed_in(const struct call *c, const char *name)
{
	const char *s = field(c->in, name);

	return s ? s : "";
}

static struct answer
submitted(json_t *s, const struct call *c)
{
	struct typed t = { .number = typed_in(c, "number"),
		.expiry = typed_in(c, "expiry"),
		.cvc = typed_in(c, "cvc"),
		.name = typed_in(c, "name") };
	const char *use = field(c->in, "use");
	char digits[24];
	const struct card *card = use ? card_by_number(use) : check_card(&t, digits);

	if (card == NULL)
		return show(422, s, &t);
	return pay(s, card, &t);
}

struct answer
page(const struct call *c)
{
	static const char at[] = "/c/pay/";

	if (strcmp(c->path, "/c/style.css") == 0)
		return (struct answer){ .status = 200, .text = strdup(style), .type = "text/css" };
	if (strncmp(c->path, at, sizeof at - 1) != 0)
		return nothing_here();
	json_t *s = store_find(c->path + sizeof at - 1, "checkout.session");
	if (s == NULL)
		return nothing_here();
	checkouts_expire();
	const char *status = field(s, "status");
	if (strcmp(c->method, "POST") == 0 && strcmp(status, "complete") == 0)
		return (
		    struct answer){ .status = 303, .location = strdup(field(s, "success_url")) };
	if (strcmp(status, "open") != 0)
		return over(s);
	if (strcmp(c->method, "POST") == 0)
		return submitted(s, c);
	return show(200, s, &(struct typed){ 0 });
}
