/*
 * payments_test.c -- the rules of money, in a world of one lot in Berlin: what is owed, what settles it, what goes back,
 * and that the ledger and the receipts say so.  The provider is spoken to in tests/http/payments.test.js.
 */
#include "world.h"

#include "gear/secret.h"
#include "gear/settings.h"
#include "payments/provider.h"
#include "reservations/reservations.h"

static int64_t lot, slot, ilse, tom, amara;

static void
make_world(void)
{
	settings.payment_base_url = "https://provider.test";
	settings.payment_webhook_secret = "whsec_test";
	sql("insert into lots (name, address, city, time_zone, currency, search, tax_basis_points) "
	    "values ('Museum, Nord', 'Am Kupfergraben 1', 'Berlin', 'Europe/Berlin', 'EUR', "
	    "'museum', 1900);"
	    "insert into zones (lot_id, code) select id, 'TZP' from lots where name = 'Museum, "
	    "Nord';"
	    "insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'TZP-1', 'A-1' "
	    "from zones where code = 'TZP'");
	lot = sql_number("select id from lots where name = 'Museum, Nord'");
	slot = sql_number("select id from slots where code = 'TZP-1'");
	ilse = person(CUSTOMER, "ilse");
	tom = person(OPERATOR, "tom");
	amara = person(ADMIN, "amara");
}

static int
money_world(void **state)
{
	int failed = fresh(state);

	if (!failed)
		make_world();
	return failed;
}
#define MONEY(test) cmocka_unit_test_setup_teardown(test, money_world, gone)

static void
be(int64_t user, enum role role)
{
	c.person = (struct person){ .id = user, .role = role, .name = "Test", .verified = true };
	c.detail = NULL;
	c.complaints.n = 0;
	as(user, role);
}

/* A reservation of two hours, two hours from now, at €20.00. */
static struct reservation
reserved(text pay)
{
	struct booking b = { .lot_id = lot,
		.slot_id = slot,
		.starts = instant_plus(c.now, 2 * HOUR),
		.ends = instant_plus(c.now, 4 * HOUR),
		.quote = "" };
	const struct confirmation how = { .plate = "B-AX 12", .pay = pay };
	struct reservation r = { 0 };

	be(ilse, CUSTOMER);
	assert_ok(reservation_hold(&c, &b, &r));
	sql("update reservations set price = 2000 where id = %lld", (long long)r.id);
	assert_ok(reservation_confirm(&c, r.id, &how, &r));
	return r;
}

static struct payment
latest_payment(void)
{
	struct payment p = { 0 };

	assert_ok(payment_load(&c, sql_number("select max(id) from payments"), &p));
	return p;
}

/* What the provider says of the latest payment's checkout. */
static struct checkout
says(text status, text payment_status)
{
	struct payment p = latest_payment();

	return (struct checkout){ .id = arena_fmt(c.arena, "cs_%lld", (long long)p.id),
		.url = "",
		.status = status,
		.payment_status = payment_status,
		.payment_intent = arena_fmt(c.arena, "pi_%lld", (long long)p.id),
		.client_reference_id = p.attempt,
		.amount_total = p.amount.minor,
		.currency = "eur",
		.why = "" };
}

static void
hears(const struct checkout *s)
{
	int64_t id;
	text words;

	c.person = (struct person){ .name = "" }; /* the worker is nobody */
	assert_ok(checkout_heard(&c, s, &id, &words));
}

static void
the_money_comes(void)
{
	const struct checkout s = says("complete", "paid");

	hears(&s);
}

static text
status_of(const struct reservation *r)
{
	return sql_value("select status from reservations where id = %lld", (long long)r->id);
}

static int64_t
ledger(void)
{
	return sql_number("select coalesce(sum(amount), 0) from ledger");
}

static void
assert_whole(void)
{
	assert_int_equal(ledger(), sql_number("select coalesce(sum(amount), 0) from receipts"));
	assert_int_equal(sql_number("select count(*) from ledger"),
	    sql_number("select count(*) "
		       "from receipts"));
	assert_int_equal(sql_number("select coalesce(max(last), 0) from receipt_numbers"),
	    sql_number("select count(*) from receipts"));
}

/* ---- online */

static void
who_pays_online_stays_held_until_the_money_is_there(void **s)
{
	struct reservation r = reserved("online");

	(void)s;
	assert_string_equal(r.status, "held");
	assert_true(r.to_pay);
	assert_int_equal(
	    sql_number("select count(*) from jobs where kind = 'payment_checkout'"), 1);
	assert_int_equal(ledger(), 0);
	the_money_comes();
	assert_string_equal(status_of(&r), "confirmed");
	assert_int_equal(ledger(), 2000);
	assert_string_equal(sql_value("select state from charges"), "settled");
	assert_int_equal(sql_number("select tax from receipts"), 319); /* 2000 * 19 / 119 */
	assert_int_equal(sql_number("select count(*) from outbox where once = "
				    "'reservation-confirmed-%lld'",
			     (long long)r.id),
	    1);
	assert_whole();
}

static void
the_same_words_twice_are_one_payment(void **s)
{
	struct reservation r = reserved("online");
	const struct checkout paid = says("complete", "paid"), over = says("expired", "unpaid");

	(void)s;
	hears(&paid);
	hears(&paid);
	hears(&over);
	assert_int_equal(ledger(), 2000);
	assert_string_equal(sql_value("select status from payments"), "paid");
	assert_string_equal(status_of(&r), "confirmed");
	assert_whole();
}

static void
it_expired_and_was_paid_all_the_same(void **s)
{
	struct reservation r = reserved("online");
	const struct checkout paid = says("complete", "paid"), over = says("expired", "unpaid");

	(void)s;
	hears(&over);
	assert_string_equal(sql_value("select status from payments"), "failed");
	assert_string_equal(status_of(&r), "held");
	hears(&paid);
	assert_string_equal(sql_value("select status from payments"), "paid");
	assert_string_equal(status_of(&r), "confirmed");
	assert_whole();
}

static void
another_amount_settles_nothing(void **s)
{
	struct reservation r = reserved("online");
	struct checkout wrong = says("complete", "paid");

	(void)s;
	wrong.amount_total = 1999;
	hears(&wrong);
	wrong.amount_total = INT64_MAX;
	hears(&wrong);
	wrong.amount_total = 2000;
	wrong.currency = "usd";
	hears(&wrong);
	assert_int_equal(ledger(), 0);
	assert_string_equal(status_of(&r), "held");
	assert_true(strstr(sql_value("select error from payments"), "20.00") != NULL);
}

static void
money_after_the_hold_takes_the_slot_again(void **s)
{
	struct reservation r = reserved("online");

	(void)s;
	c.now = instant_plus(c.now, 11 * MINUTE);
	assert_ok(reservations_sweep(&c, 100));
	assert_string_equal(status_of(&r), "expired");
	assert_string_equal(sql_value("select status from payments"), "void");
	the_money_comes();
	assert_string_equal(status_of(&r), "confirmed");
	assert_int_equal(ledger(), 2000);
	assert_whole();
}

static void
money_after_the_hold_goes_back_if_the_slot_is_taken(void **s)
{
	struct reservation r = reserved("online");
	const struct checkout paid = says("complete", "paid");

	(void)s;
	c.now = instant_plus(c.now, 11 * MINUTE);
	assert_ok(reservations_sweep(&c, 100));
	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, hold_until, price, "
	    "currency, refund_percent, cancel_until, no_show_at, created_at) select lot_id, "
	    "slot_id, %lld, starts, ends, '2027-01-01', 0, 'EUR', 0, starts, ends, created_at "
	    "from reservations where id = %lld",
	    (long long)tom, (long long)r.id);
	hears(&paid);
	assert_string_equal(status_of(&r), "expired");
	assert_int_equal(sql_number("select refunded from payments"), 2000);
	assert_string_equal(sql_value("select state from charges"), "void");
	assert_string_equal(sql_value("select status || ' ' || reason from refunds"),
	    "pending The slot was no longer free.");
	assert_int_equal(sql_number("select count(*) from jobs where kind = 'refund_send'"), 1);
}

static void
money_when_the_time_has_passed_goes_back(void **s)
{
	struct reservation r = reserved("online");
	const struct checkout paid = says("complete", "paid");

	(void)s;
	c.now = r.ends;
	hears(&paid);
	assert_true(strcmp(status_of(&r), "confirmed") != 0);
	assert_int_equal(sql_number("select refunded from payments"), 2000);
}

static void
nothing_to_pay_is_confirmed_at_once(void **s)
{
	struct booking b = { lot, slot, instant_plus(NOON, HOUR), instant_plus(NOON, 2 * HOUR),
		"" };
	const struct confirmation how = { .plate = "B-AX 12", .pay = "online" };
	struct reservation r = { 0 };

	(void)s;
	be(ilse, CUSTOMER);
	assert_ok(reservation_hold(&c, &b, &r));
	sql("update reservations set price = 0 where id = %lld", (long long)r.id);
	assert_ok(reservation_confirm(&c, r.id, &how, &r));
	assert_string_equal(r.status, "confirmed");
	assert_int_equal(sql_number("select count(*) from charges"), 0);
}

static void
without_a_provider_nobody_pays_online(void **s)
{
	struct booking b = { lot, slot, instant_plus(NOON, HOUR), instant_plus(NOON, 2 * HOUR),
		"" };
	const struct confirmation how = { .plate = "B-AX 12", .pay = "online" };
	struct reservation r = { 0 };

	(void)s;
	settings.payment_base_url = "";
	be(ilse, CUSTOMER);
	assert_ok(reservation_hold(&c, &b, &r));
	assert_problem(reservation_confirm(&c, r.id, &how, &r), INVALID);
	assert_string_equal(c.complaints.v[0].field, "pay");
}

static void
a_lot_without_the_exit_is_paid_online(void **s)
{
	(void)s;
	sql("update lots set pay_at_exit = false");
	struct reservation r = reserved("online");

	the_money_comes();
	assert_string_equal(status_of(&r), "confirmed");
}

static void
letting_go_ends_the_payment(void **s)
{
	struct reservation r = reserved("online");

	(void)s;
	assert_ok(reservation_cancel(&c, r.id, &r));
	assert_string_equal(sql_value("select status from payments"), "void");
	assert_string_equal(sql_value("select state from charges"), "void");
	assert_int_equal(sql_number("select count(*) from jobs where kind = 'payment_end'"), 1);
}

/* ---- going back */

static void
a_cancellation_gives_back_by_the_rule(void **s)
{
	struct reservation r = reserved("online");

	(void)s;
	the_money_comes();
	be(ilse, CUSTOMER);
	c.now = instant_plus(r.starts, -30 * MINUTE); /* too late for all of it */
	assert_ok(reservation_cancel(&c, r.id, &r));
	assert_int_equal(r.refund.minor, 1000);
	assert_int_equal(sql_number("select amount from refunds"), 1000);
	assert_int_equal(ledger(), 2000); /* it is on its way */
}

static struct returned
gone_back(text status)
{
	struct refund r = { 0 };

	assert_ok(refund_load(&c, sql_number("select max(id) from refunds"), &r));
	return (struct returned){ .id = arena_fmt(c.arena, "re_%lld", (long long)r.id),
		.status = status,
		.payment_intent = r.intent_ref,
		.amount = r.amount.minor,
		.currency = "eur",
		.failure_reason = "",
		.key = refund_key(c.arena, &r),
		.why = "" };
}

static void
hears_refund(text status)
{
	const struct returned s = gone_back(status);
	int64_t id;
	text words;

	assert_ok(refund_heard(&c, &s, &id, &words));
}

static void
a_refund_is_done_once_however_often_it_is_told(void **s)
{
	struct payment p;
	struct refund r = { 0 };

	(void)s;
	reserved("online");
	the_money_comes();
	p = latest_payment();
	be(amara, ADMIN);
	assert_ok(payment_refund(&c, p.id, (money){ 500 }, "Goodwill", &r));
	hears_refund("pending");
	hears_refund("succeeded");
	hears_refund("succeeded");
	hears_refund("pending");
	hears_refund("failed"); /* noted, and no more */
	assert_int_equal(ledger(), 1500);
	assert_string_equal(sql_value("select status from refunds"), "done");
	assert_int_equal(sql_number("select tax from receipts where refund_id is not null"), -80);
	assert_whole();
}

static void
a_refund_that_failed_can_be_given_again(void **s)
{
	struct payment p;
	struct refund r = { 0 };

	(void)s;
	reserved("online");
	the_money_comes();
	p = latest_payment();
	be(amara, ADMIN);
	assert_ok(payment_refund(&c, p.id, p.amount, "Goodwill", &r));
	assert_problem(payment_refund(&c, p.id, p.amount, "Goodwill", &r), WRONG_STATE);
	hears_refund("failed");
	assert_int_equal(sql_number("select refunded from payments"), 0);
	assert_ok(payment_refund(&c, p.id, p.amount, "Goodwill", &r));
	hears_refund("succeeded");
	assert_int_equal(ledger(), 0);
	assert_whole();
}

static void
no_more_goes_back_than_was_paid(void **s)
{
	struct payment p;
	struct refund r = { 0 };
	static const int64_t amounts[] = { 2001, 0, -1, INT64_MAX, INT64_MIN };

	(void)s;
	reserved("online");
	p = latest_payment();
	be(amara, ADMIN);
	assert_problem(payment_refund(&c, p.id, (money){ 1 }, "x", &r), WRONG_STATE);
	the_money_comes();
	be(amara, ADMIN);
	for (size_t i = 0; i < LENGTH(amounts); i++)
		assert_problem(payment_refund(&c, p.id, (money){ amounts[i] }, "x", &r), INVALID);
	assert_problem(payment_refund(&c, p.id, (money){ 1 }, "  ", &r), INVALID);
	assert_ok(payment_refund(&c, p.id, (money){ 1999 }, "x", &r));
	assert_problem(payment_refund(&c, p.id, (money){ 2 }, "x", &r), INVALID);
	assert_ok(payment_refund(&c, p.id, (money){ 1 }, "x", &r));
	/* The database holds it, too. */
	sql("do $$ begin update payments set refunded = refunded + 1; raise 'it was let in'; "
	    "exception when check_violation then null; end $$");
}

/* ---- at the gate */

static void
cash_is_taken_in_parts(void **s)
{
	struct reservation r = reserved("exit");
	struct payment p = { 0 };

	(void)s;
	assert_int_equal(r.owes.minor, 2000);
	be(tom, OPERATOR);
	assert_ok(payment_record(&c, r.id, "cash", (money){ 500 }, &p));
	assert_string_equal(sql_value("select state from charges"), "open");
	assert_problem(payment_record(&c, r.id, "cash", (money){ 1501 }, &p), INVALID);
	assert_ok(payment_record(&c, r.id, "card", (money){ 0 }, &p));
	assert_int_equal(p.amount.minor, 1500);
	assert_string_equal(sql_value("select state from charges"), "settled");
	assert_problem(payment_record(&c, r.id, "cash", (money){ 0 }, &p), WRONG_STATE);
	assert_int_equal(sql_number("select count(*) from charges"), 1);
	assert_int_equal(ledger(), 2000);
	assert_whole();
}

static void
who_stays_longer_owes_more_on_the_same_charge(void **s)
{
	struct reservation r = reserved("exit");
	struct payment p = { 0 };

	(void)s;
	be(tom, OPERATOR);
	assert_ok(payment_record(&c, r.id, "cash", (money){ 500 }, &p));
	sql("update reservations set price = 2600 where id = %lld", (long long)r.id);
	assert_ok(payment_record(&c, r.id, "cash", (money){ 0 }, &p));
	assert_int_equal(p.amount.minor, 2100);
	assert_int_equal(sql_number("select amount from charges"), 2600);
	sql("update reservations set price = 3000 where id = %lld", (long long)r.id);
	assert_ok(payment_record(&c, r.id, "cash", (money){ 0 }, &p));
	assert_int_equal(p.amount.minor, 400);
	assert_int_equal(ledger(), 3000);
}

static void
paid_at_the_gate_and_online_the_second_goes_back(void **s)
{
	struct reservation r = reserved("exit");
	struct payment p = { 0 };

	(void)s;
	be(ilse, CUSTOMER);
	assert_ok(payment_begin(&c, r.id, &p));
	const struct checkout paid = says("complete", "paid");
	be(tom, OPERATOR);
	assert_ok(payment_record(&c, r.id, "cash", (money){ 0 }, &p));
	assert_int_equal(sql_number("select count(*) from payments where status = 'void'"), 1);
	hears(&paid);
	assert_int_equal(sql_number("select refunded from payments where method = 'online'"), 2000);
	assert_string_equal(sql_value("select reason from refunds"), "It was paid already.");
	hears_refund("succeeded");
	assert_int_equal(ledger(), 2000);
	assert_whole();
}

static void
cash_paid_before_a_cancellation_waits_to_be_handed_out(void **s)
{
	struct reservation r = reserved("exit");
	struct payment p = { 0 };
	struct refund back = { 0 };

	(void)s;
	be(tom, OPERATOR);
	assert_ok(payment_record(&c, r.id, "cash", (money){ 0 }, &p));
	be(ilse, CUSTOMER);
	assert_ok(reservation_cancel(&c, r.id, &r));
	assert_int_equal(r.refund.minor, 2000);
	int64_t id = sql_number("select id from refunds where status = 'pending'");
	be(amara, ADMIN);
	assert_ok(refund_hand_out(&c, id, &back));
	assert_problem(refund_hand_out(&c, id, &back), WRONG_STATE);
	assert_int_equal(ledger(), 0);
	assert_whole();
}

/* ---- the year turns on the lot's clock */

static void
numbers_begin_anew_on_the_lots_new_year(void **s)
{
	struct payment p = { 0 };

	(void)s;
	assert_true(instant_parse("2026-12-31T22:59:00Z", &c.now));
	struct reservation r = reserved("exit");
	be(tom, OPERATOR);
	assert_ok(payment_record(&c, r.id, "cash", (money){ 500 }, &p));
	assert_string_equal(p.receipt_number, "R-2026-000001");
	c.now = instant_plus(c.now, 2 * MINUTE); /* 00:01 in Berlin */
	assert_ok(payment_record(&c, r.id, "cash", (money){ 500 }, &p));
	assert_string_equal(p.receipt_number, "R-2027-000001");
	assert_ok(payment_record(&c, r.id, "cash", (money){ 500 }, &p));
	assert_string_equal(p.receipt_number, "R-2027-000002");
	assert_string_equal(
	    sql_value("select string_agg(month || ' ' || n, ', ' order by month) "
		      "from (select month, count(*) as n from ledger group by 1) x"),
	    "2026-12-01 1, 2027-01-01 2");
}

static void
tax_is_contained_and_rounded_half_up(void **s)
{
	static const struct {
		int64_t amount, basis_points, tax;
	} cases[] = { { 11900, 1900, 1900 }, { 2000, 1900, 319 }, { 1, 1900, 0 }, { 3, 1900, 0 },
		{ 4, 1900, 1 }, { 500, 0, 0 }, { 1, 9999, 0 }, { 3, 10000 - 1, 1 },
		{ 1000000000000000, 1900, 159663865546218 }, { 108, 800, 8 }, { 27, 800, 2 } };

	(void)s;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_int_equal(sql_number("select tax_within(%lld, %lld)",
				     (long long)cases[i].amount, (long long)cases[i].basis_points),
		    cases[i].tax);
	/* Against numeric, which has no bounds. */
	assert_int_equal(
	    sql_number("select count(*) from generate_series(1, 3000) as a, (values (0), (700), "
		       "(810), (1900), (2500), (9999)) as b (p) where tax_within(a::bigint * "
		       "333333333, p) "
		       "<> round(a::numeric * 333333333 * p / (10000 + p))"),
	    0);
}

/* ---- the provider's signature */

static text
signature(text body, int64_t seconds)
{
	text said = arena_fmt(c.arena, "%lld.%s", (long long)(NOON.us / SECOND + seconds), body);

	return arena_fmt(c.arena, "t=%lld,v1=%s", (long long)(NOON.us / SECOND + seconds),
	    shared_hash(c.arena, "whsec_test", said, strlen(said)));
}

static void
a_signature_holds_five_minutes_either_way(void **s)
{
	static const int64_t good[] = { 0, 300, -300, 1 }, bad[] = { 301, -301, 86400, -86400 };

	(void)s;
	for (size_t i = 0; i < LENGTH(good); i++)
		assert_ok(signature_check(&c, signature("{}", good[i]), "{}", 2));
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_problem(signature_check(&c, signature("{}", bad[i]), "{}", 2), MALFORMED);
	assert_problem(signature_check(&c, NULL, "{}", 2), MALFORMED);
	settings.payment_webhook_secret = "";
	assert_problem(signature_check(&c, signature("{}", 0), "{}", 2), UNAVAILABLE);
}

static void
one_of_several_hashes_is_enough(void **s)
{
	text good = strchr(signature("{}", 0), ',') + 1,
	     zeros = "v1=00000000000000000000000000000000"
		     "00000000000000000000000000000000";
	int64_t t = NOON.us / SECOND;

	(void)s;
	assert_ok(signature_check(
	    &c, arena_fmt(c.arena, "t=%lld,%s,v0=x,%s", (long long)t, zeros, good), "{}", 2));
	assert_ok(
	    signature_check(&c, arena_fmt(c.arena, "%s , t=%lld", good, (long long)t), "{}", 2));
	assert_problem(
	    signature_check(&c, arena_fmt(c.arena, "t=%lld,%s", (long long)t, zeros), "{}", 2),
	    MALFORMED);
	assert_problem(signature_check(&c, signature("{}", 0), "{ }", 3), MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		MONEY(who_pays_online_stays_held_until_the_money_is_there),
		MONEY(the_same_words_twice_are_one_payment),
		MONEY(it_expired_and_was_paid_all_the_same),
		MONEY(another_amount_settles_nothing),
		MONEY(money_after_the_hold_takes_the_slot_again),
		MONEY(money_after_the_hold_goes_back_if_the_slot_is_taken),
		MONEY(money_when_the_time_has_passed_goes_back),
		MONEY(nothing_to_pay_is_confirmed_at_once),
		MONEY(without_a_provider_nobody_pays_online),
		MONEY(a_lot_without_the_exit_is_paid_online),
		MONEY(letting_go_ends_the_payment),
		MONEY(a_cancellation_gives_back_by_the_rule),
		MONEY(a_refund_is_done_once_however_often_it_is_told),
		MONEY(a_refund_that_failed_can_be_given_again),
		MONEY(no_more_goes_back_than_was_paid),
		MONEY(cash_is_taken_in_parts),
		MONEY(who_stays_longer_owes_more_on_the_same_charge),
		MONEY(paid_at_the_gate_and_online_the_second_goes_back),
		MONEY(cash_paid_before_a_cancellation_waits_to_be_handed_out),
		MONEY(numbers_begin_anew_on_the_lots_new_year),
		MONEY(tax_is_contained_and_rounded_half_up),
		MONEY(a_signature_holds_five_minutes_either_way),
		MONEY(one_of_several_hashes_is_enough),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
