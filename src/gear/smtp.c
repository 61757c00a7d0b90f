#include "gear/mail.h"

#include <curl/curl.h>

#include "gear/mime.h"
#include "gear/settings.h"

/* Where mail goes, read from the settings. */
struct server {
	text url;
	bool secure; /* STARTTLS is a must */
};

/* What libcurl takes from, and what it hears. */
struct errand {
	struct arena *arena;
	const char *message;
	size_t n, at;
	text heard; /* the server's last refusal */
};

bool
mail_configured(void)
{
	return *settings.smtp_url || *settings.mail_server;
}

static bool
is_loopback(text host)
{
	return text_is(host, "localhost") || text_starts(host, "127.") || text_is(host, "[::1]") ||
	    text_is(host, "::1");
}

/* STARTTLS is required as soon as a name or certificates are set or the host is not loopback. */
static bool
server_from_settings(struct arena *a, struct server *s)
{
	CURLU *u = curl_url();
	char *host = NULL, *user = NULL;
	bool named = *settings.mail_username != 0;

	s->url = settings.smtp_url;
	if (*s->url == 0)
		s->url = arena_fmt(a, "smtp://%s%s", settings.mail_server,
		    strchr(settings.mail_server, ':') ? ""
			: named			      ? ":587"
						      : ":25");
	bool fine = u && curl_url_set(u, CURLUPART_URL, s->url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK;
	if (fine) {
		named |= curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK;
		s->secure = named || *settings.smtp_ca_file || !is_loopback(host);
	}
	curl_free(host);
	curl_free(user);
	curl_url_cleanup(u);
	return fine;
}

static size_t
give(char *to, size_t size, size_t n, void *arg)
{
	struct errand *e = arg;
	size_t left = e->n - e->at, most = size * n;

	if (left > most)
		left = most;
	memcpy(to, e->message + e->at, left);
	e->at += left;
	return left;
}

static size_t
hear(char *line, size_t size, size_t n, void *arg)
{
	struct errand *e = arg;
	size_t length = size * n;

	while (length && (unsigned char)line[length - 1] <= ' ')
		length--;
	if (length > 300)
		length = 300;
	if (length < 4 || (*line != '4' && *line != '5'))
		return size * n; /* "221 Bye" comes after the refusal */
	e->heard = arena_bytes(e->arena, line, length);
	for (char *p = (char *)(uintptr_t)e->heard; *p; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
			*p = '?';
	return size * n;
}

static void
set_up(CURL *h, const struct server *s, struct errand *e)
{
	curl_easy_setopt(h, CURLOPT_URL, s->url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, 15L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT, 90L);
	curl_easy_setopt(h, CURLOPT_USE_SSL, (long)(s->secure ? CURLUSESSL_ALL : CURLUSESSL_TRY));
	curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (*settings.smtp_ca_file)
		curl_easy_setopt(h, CURLOPT_CAINFO, settings.smtp_ca_file);
	if (*settings.mail_username) {
		curl_easy_setopt(h, CURLOPT_USERNAME, settings.mail_username);
		curl_easy_setopt(h, CURLOPT_PASSWORD, settings.mail_password);
	}
	curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(h, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(h, CURLOPT_READDATA, e);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, hear);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, e);
}

/* libcurl answers CURLE_SEND_ERROR for a 451 and for a 550: only the code tells them apart.  A 5xx
 * is a word about this message once the server heard of it; at the greeting or the login it is
 * about us, and may be put right. */
static enum mail_end
judge(CURLcode rc, long code, const struct errand *e)
{
	if (rc == CURLE_OK)
		return MAIL_SENT;
	if (code < 500 || code > 599)
		return MAIL_AGAIN;
	return rc == CURLE_SEND_ERROR || e->at > 0 ? MAIL_BOUNCED : MAIL_AGAIN;
}

enum mail_end
mail_deliver(struct arena *a, text to, text message, text *why)
{
	struct errand e = { a, message, strlen(message), 0, "" };
	char words[CURL_ERROR_SIZE] = "";
	struct server server;
	long code = 0;

	*why = "SMTP_URL or MAIL_SERVER cannot be read.";
	if (!server_from_settings(a, &server))
		return MAIL_AGAIN;
	CURL *h = curl_easy_init();
	if (h == NULL)
		BUG("libcurl does not start");
	set_up(h, &server, &e);
	struct curl_slist *rcpt = curl_slist_append(NULL, arena_fmt(a, "<%s>", to));
	curl_easy_setopt(h, CURLOPT_MAIL_RCPT, rcpt);
	curl_easy_setopt(
	    h, CURLOPT_MAIL_FROM, arena_fmt(a, "<%s>", mime_address(a, mail_sender(a))));
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, words);
	CURLcode rc = curl_easy_perform(h);
	curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &code);
	curl_slist_free_all(rcpt);
	curl_easy_cleanup(h);
	enum mail_end end = judge(rc, code, &e);
	*why = end == MAIL_SENT ? ""
	    : code >= 400	? e.heard
				: arena_text(a, *words ? words : curl_easy_strerror(rc));
	return end;
}
