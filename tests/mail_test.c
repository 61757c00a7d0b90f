/* The e-mails we write, and who may get one. */
#include "world.h"

#include "gear/jobs.h"
#include "gear/mail.h"
#include "gear/mime.h"
#include "gear_sql.h"

static text
quoted(text s)
{
	struct buf b = BUF(c.arena);

	mime_quoted(&b, s);
	return buf_text(&b);
}

static text
subject(text s)
{
	struct buf b = BUF(c.arena);

	mime_header(&b, "Subject", s);
	return buf_text(&b);
}

static text
message(text from, text subject_line, text body)
{
	struct mime m = { .from = from,
		.to = "ilse@parking.example",
		.subject = subject_line,
		.body = body,
		.html = mime_html(c.arena, subject_line, body),
		.unsubscribe = "",
		.id = "0123abcd",
		.date = NOON };

	return mime_message(c.arena, &m);
}

static void
plain_words_go_out_as_they_are(void **state)
{
	(void)state;
	assert_string_equal(quoted("Your code is 042917.\nBye"), "Your code is 042917.\r\nBye\r\n");
	assert_string_equal(quoted("a\r\nb\n"), "a\r\nb\r\n");
}

static void
bytes_beyond_ascii_are_quoted(void **state)
{
	(void)state;
	assert_string_equal(quoted("1 = Zürich"), "1 =3D Z=C3=BCrich\r\n");
	assert_string_equal(
	    quoted("ends in a blank \nand a tab\t"), "ends in a blank=20\r\nand a tab=09\r\n");
	assert_string_equal(quoted("bare\rreturn"), "bare=0Dreturn\r\n");
}

static void
no_line_ends_the_message_or_looks_like_an_envelope(void **state)
{
	(void)state;
	assert_string_equal(quoted(".\n.."), "=2E\r\n=2E.\r\n");
	assert_string_equal(quoted("From here"), "=46rom here\r\n");
}

static void
no_line_is_longer_than_76(void **state)
{
	char words[4001];

	(void)state;
	for (size_t i = 0; i < 4000; i++)
		words[i] = "abc \xc3\xbc."[i % 7];
	words[3997] = 0;
	for (text at = quoted(words); *at; at = strstr(at, "\r\n") + 2)
		assert_in_range(strcspn(at, "\r"), 1, 76);
}

static void
a_dot_after_a_soft_break_is_quoted_too(void **state)
{
	char words[200];

	(void)state;
	memset(words, '.', 160);
	words[160] = 0;
	for (text at = quoted(words); *at; at = strstr(at, "\r\n") + 2)
		assert_true(*at != '.');
}

static void
a_subject_with_accents_is_an_encoded_word(void **state)
{
	(void)state;
	assert_string_equal(subject("Your code"), "Subject: Your code\r\n");
	assert_string_equal(subject("Zürich"), "Subject: =?UTF-8?B?WsO8cmljaA==?=\r\n");
	assert_string_equal(subject("=?x"), "Subject: =?UTF-8?B?PT94?=\r\n");
}

static void
a_long_subject_is_folded_between_characters(void **state)
{
	text s = subject("ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ 🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗");
	int words = 0;

	(void)state;
	for (text at = s; *at; at = strstr(at, "\r\n") + 2, words++) {
		assert_in_range(strcspn(at, "\r"), 1, 76 + 8);
		assert_true(words == 0 || *at == ' ');
	}
	assert_true(words > 2);
}

static void
nothing_in_a_value_begins_another_header(void **state)
{
	static const text evil[] = { "Hello\r\nBcc: all@parking.example", "Hello\nBcc: x",
		"a\rBcc: x", "\r\n\r\nbody", "\x01", "a\tb" };

	(void)state;
	for (size_t i = 0; i < LENGTH(evil); i++) {
		text m = message(
		    arena_fmt(c.arena, "%s <a@parking.example>", evil[i]), evil[i], "words");
		text head = arena_bytes(c.arena, m, (size_t)(strstr(m, "\r\n\r\n") - m));

		assert_null(strstr(head, "\nBcc"));
		assert_null(strstr(head, "\rBcc"));
		assert_non_null(strstr(head, "\r\nSubject: =?UTF-8?B?"));
		assert_non_null(strstr(head, "\r\nContent-Type: multipart/alternative"));
	}
}

static void
a_message_has_a_text_and_an_html_form(void **state)
{
	text m = message("Smart Parking <no-reply@parking.example>", "Your code",
	    "Your code is\n\n042917\n\nSee https://parking.example/login?a=1&b=2.");

	(void)state;
	assert_true(text_starts(m, "Date: Tue, 17 Nov 2026 12:00:00 +0000\r\n"));
	assert_non_null(strstr(m, "\r\nFrom: \"Smart Parking\" <no-reply@parking.example>\r\n"));
	assert_non_null(strstr(m, "\r\nTo: <ilse@parking.example>\r\n"));
	assert_non_null(strstr(m, "\r\nMessage-ID: <0123abcd@parking.example>\r\n"));
	assert_non_null(strstr(m, "multipart/alternative; boundary=\"=_0123abcd\""));
	assert_non_null(strstr(m, "--=_0123abcd\r\nContent-Type: text/plain; charset=utf-8\r\n"));
	assert_non_null(strstr(m, "--=_0123abcd\r\nContent-Type: text/html; charset=utf-8\r\n"));
	assert_non_null(strstr(m, "\r\n--=_0123abcd--\r\n"));
	assert_null(strstr(m, "List-Unsubscribe"));
}

static void
html_is_made_from_the_plain_words(void **state)
{
	text h = mime_html(c.arena, "A & B",
	    "Line one\nline <two>\n\n042917\n\nSee "
	    "https://parking.example/x?a=1&b=2.");

	(void)state;
	assert_non_null(strstr(h, "A &amp; B"));
	assert_non_null(strstr(h, "Line one<br>\nline &lt;two&gt;</p>"));
	assert_non_null(strstr(h, "letter-spacing:6px;\">042917</p>"));
	assert_non_null(strstr(h, "<a href=\"https://parking.example/x?a=1&amp;b=2\">"));
	assert_non_null(strstr(h, "b=2</a>.</p>"));
}

static void
addresses_are_told_from_what_is_none(void **state)
{
	static const text good[] = { "ilse@parking.example", "a.b+c@x.y.example",
		"o'hara@example.org", "x@localhost", "1@2.example" };
	static const text bad[] = { "", "ilse", "@parking.example", "ilse@", "a@b@c",
		"a b@c.example", ".a@c.example", "a.@c.example", "a..b@c.example", "a@-c.example",
		"a@c-.example", "a@c..example", "a@.example", "<a@c.example>",
		"a@c.example\r\nBcc: x", "a@c.example,b@d", "zürich@c.example", "a@zürich.example",
		"a@[127.0.0.1]", "\"a b\"@c.example", "a@c_d.example" };
	char longest[300];

	(void)state;
	for (size_t i = 0; i < LENGTH(good); i++)
		assert_true(mail_address_ok(good[i]));
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_false(mail_address_ok(bad[i]));
	memset(longest, 'a', sizeof longest);
	longest[65] = 0;
	assert_false(mail_address_ok(arena_fmt(c.arena, "%s@c.example", longest)));
	longest[64] = 0;
	assert_true(mail_address_ok(arena_fmt(c.arena, "%s@c.example", longest)));
}

/* ---- the outbox, in the database */

static struct mail
a_mail(text unique)
{
	return (struct mail){ .to = "ilse@parking.example",
		.subject = "Your code",
		.body = "042917",
		.unique = unique };
}

static void
a_mail_waits_in_the_outbox(void **state)
{
	struct mail m = a_mail("");
	struct rows rows;

	(void)state;
	assert_ok(mail_send_later(&c, &m));
	assert_ok(outbox_newest(&c, "", 0, 50, &rows));
	assert_int_equal(rows.n, 1);
	assert_string_equal(ROW(outbox_message, rows, 0)->recipient, "ilse@parking.example");
	assert_string_equal(ROW(outbox_message, rows, 0)->state, "waiting");
}

static void
the_same_key_is_one_mail_for_ever(void **state)
{
	struct mail m = a_mail("receipt:7");

	(void)state;
	assert_ok(mail_send_later(&c, &m));
	assert_ok(mail_send_later(&c, &m));
	m.unique = "receipt:8";
	assert_ok(mail_send_later(&c, &m));
	assert_int_equal(sql_number("select count(*) from outbox"), 2);
}

static void
a_mail_to_no_address_or_with_two_subjects_is_refused(void **state)
{
	struct mail m = a_mail("");

	(void)state;
	m.to = "nobody";
	assert_problem(mail_send_later(&c, &m), INVALID);
	m = a_mail("");
	m.subject = "a\r\nBcc: b";
	assert_problem(mail_send_later(&c, &m), INVALID);
	assert_int_equal(sql_number("select count(*) from outbox"), 0);
}

static void
only_what_bounced_or_failed_is_tried_again(void **state)
{
	struct mail m = a_mail("");

	(void)state;
	assert_ok(mail_send_later(&c, &m));
	int64_t id = sql_number("select max(id) from outbox");
	assert_problem(outbox_retry(&c, id), WRONG_STATE);
	assert_ok(outbox_tried(&c, id, "bounced", "550 no such user", c.now));
	assert_ok(outbox_retry(&c, id));
	assert_string_equal(sql_value("select state from outbox"), "waiting");
	assert_ok(outbox_tried(&c, id, "sent", "", c.now));
	assert_problem(outbox_retry(&c, id), WRONG_STATE);
	assert_problem(outbox_retry(&c, id + 1), NOT_FOUND);
	assert_int_equal(sql_number("select attempts from outbox"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(plain_words_go_out_as_they_are),
		IN_WORLD(bytes_beyond_ascii_are_quoted),
		IN_WORLD(no_line_ends_the_message_or_looks_like_an_envelope),
		IN_WORLD(no_line_is_longer_than_76),
		IN_WORLD(a_dot_after_a_soft_break_is_quoted_too),
		IN_WORLD(a_subject_with_accents_is_an_encoded_word),
		IN_WORLD(a_long_subject_is_folded_between_characters),
		IN_WORLD(nothing_in_a_value_begins_another_header),
		IN_WORLD(a_message_has_a_text_and_an_html_form),
		IN_WORLD(html_is_made_from_the_plain_words),
		IN_WORLD(addresses_are_told_from_what_is_none),
		IN_WORLD(a_mail_waits_in_the_outbox),
		IN_WORLD(the_same_key_is_one_mail_for_ever),
		IN_WORLD(a_mail_to_no_address_or_with_two_subjects_is_refused),
		IN_WORLD(only_what_bounced_or_failed_is_tried_again),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
