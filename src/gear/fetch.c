#include "gear/fetch.h"

#include <curl/curl.h>

#define USUAL_MS 20000
#define USUAL_MOST ((size_t)1 << 20)

/* One request on its way, and what has come back. */
struct trip {
	struct arena *arena;
	struct buf body;
	size_t most;
	bool too_much;
	struct pairs headers;
};

static size_t
take_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct trip *t = arg;

	if (size * n > t->most - t->body.n) {
		t->too_much = true;
		return 0;
	}
	buf_bytes(&t->body, bytes, size * n);
	return size * n;
}

static text
lowered(struct arena *a, const char *s, size_t n)
{
	char *low = arena_bytes(a, s, n);

	for (char *p = low; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return low;
}

/* A status line begins the headers anew: what stood before was 100 Continue. */
static size_t
take_header(char *line, size_t size, size_t n, void *arg)
{
	struct trip *t = arg;
	size_t length = size * n;
	const char *colon = memchr(line, ':', length);

	if (length >= 5 && memcmp(line, "HTTP/", 5) == 0)
		t->headers = (struct pairs){ 0 };
	else if (colon && t->headers.n < 100)
		pairs_add(t->arena, &t->headers, lowered(t->arena, line, (size_t)(colon - line)),
		    text_trim(t->arena,
			arena_bytes(t->arena, colon + 1, length - (size_t)(colon - line) - 1)));
	return length;
}

static text
form_text(struct arena *a, const struct pairs *form)
{
	struct buf b = BUF(a);

	for (size_t i = 0; i < form->n; i++) {
		if (i)
			buf_char(&b, '&');
		buf_url(&b, form->v[i].name);
		buf_char(&b, '=');
		buf_url(&b, form->v[i].value);
	}
	return buf_text(&b);
}

/* The list that libcurl sends; false for a header that would be two. */
static bool
headers_of(struct arena *a, const struct pairs *headers, bool sign, struct curl_slist **list)
{
	/* An empty header would be signed, and not sent. */
	*list = sign ? NULL : curl_slist_append(NULL, "Expect:");
	for (size_t i = 0; i < headers->n; i++) {
		const struct pair *h = &headers->v[i];

		if (strpbrk(h->name, "\r\n:") || strpbrk(h->value, "\r\n"))
			return false;
		*list = curl_slist_append(*list, arena_fmt(a, "%s: %s", h->name, h->value));
	}
	return true;
}

static void
set_safety(CURL *h, const struct fetch *f)
{
	int64_t ms = f->ms ? f->ms : USUAL_MS;

	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
	if (f->ca_file)
		curl_easy_setopt(h, CURLOPT_CAINFO, f->ca_file);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)(ms < 10000 ? ms : 10000));
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)ms);
}

static void
set_request(CURL *h, const struct fetch *f, struct trip *t)
{
	if (f->form.n || f->body) {
		text form = form_text(t->arena, &f->form);

		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)(f->body ? f->n_body : strlen(form)));
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, f->body ? f->body : form);
	}
	if (f->method && text_is(f->method, "POST") && !f->form.n && !f->body) {
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, "");
	}
	if (f->method && text_is(f->method, "HEAD"))
		curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
	else if (f->method)
		curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, f->method);
	if (f->sign)
		curl_easy_setopt(h, CURLOPT_AWS_SIGV4, f->sign);
	if (f->user) {
		if (f->sign == NULL)
			curl_easy_setopt(h, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(h, CURLOPT_USERNAME, f->user);
		curl_easy_setopt(h, CURLOPT_PASSWORD, f->password ? f->password : "");
	}
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, t);
}

/* Before a connection stands, nothing can have been sent. */
static bool
nothing_sent(CURLcode rc)
{
	return rc == CURLE_COULDNT_RESOLVE_HOST || rc == CURLE_COULDNT_CONNECT ||
	    rc == CURLE_SSL_CONNECT_ERROR || rc == CURLE_PEER_FAILED_VERIFICATION ||
	    rc == CURLE_SSL_CACERT_BADFILE;
}

static enum problem
judge(struct ctx *c, CURLcode rc, text words, const struct trip *t, struct fetched *out)
{
	if (rc == CURLE_OK)
		return OK;
	out->unsent = nothing_sent(rc);
	out->why = t->too_much ? "The answer is too large."
	    : *words	       ? arena_text(c->arena, words)
			       : curl_easy_strerror(rc);
	if (rc == CURLE_URL_MALFORMAT || rc == CURLE_UNSUPPORTED_PROTOCOL)
		return fail(c, INVALID, "%s", out->why);
	return fail(c, UNAVAILABLE, "%s", out->why);
}

enum problem
fetch(struct ctx *c, const struct fetch *f, struct fetched *out)
{
	struct trip t = { .arena = c->arena, .body = BUF(c->arena) };
	char words[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = NULL;
	CURLcode rc = CURLE_URL_MALFORMAT;
	long status = 0;

	*out = (struct fetched){ .why = "", .body = "" };
	t.most = f->most ? f->most : USUAL_MOST;
	CURL *h = curl_easy_init();
	if (h == NULL)
		BUG("libcurl does not start");
	if (headers_of(c->arena, &f->headers, f->sign != NULL, &headers)) {
		curl_easy_setopt(h, CURLOPT_URL, f->url);
		curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(h, CURLOPT_ERRORBUFFER, words);
		set_safety(h, f);
		set_request(h, f, &t);
		rc = curl_easy_perform(h);
		curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
	}
	curl_slist_free_all(headers);
	curl_easy_cleanup(h);
	out->status = status;
	out->headers = t.headers;
	out->body = buf_text(&t.body);
	out->n = t.body.n;
	return judge(c, rc, words, &t, out);
}
