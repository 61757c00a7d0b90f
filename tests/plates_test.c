/* plates_test.c -- photographs sent, what is kept of them, who decides, and what cameras tell. */
#include "world.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gear/eyes.h"
#include "gear/loop.h"
#include "gear/settings.h"
#include "gear/store.h"
#include "plates/plates.h"

static int64_t lot, slot, olga, anna, carl;

static struct buf
photograph(text name)
{
	struct buf b = BUF(c.arena);
	FILE *f = fopen(arena_fmt(c.arena, "tests/plates/%s", name), "rb");
	char some[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(some, 1, sizeof some, f)) > 0)
		buf_bytes(&b, some, n);
	fclose(f);
	return b;
}

static int
gate(void **state)
{
	int failed = fresh(state);

	if (failed)
		return failed;
	settings.ocr_confidence_threshold = "0.55";
	sql("insert into lots (name, city, time_zone, currency, search) values ('Tor', 'Köln', "
	    "'Europe/Berlin', 'EUR', 'tor');"
	    "insert into zones (lot_id, code) select id, 'TOR' from lots where search = 'tor';"
	    "insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'TOR-' || n, 'T-' "
	    "|| n "
	    "from zones, generate_series(1, 2) n where code = 'TOR'");
	lot = sql_number("select id from lots where search = 'tor'");
	slot = sql_number("select id from slots where code = 'TOR-1'");
	olga = person(OPERATOR, "olga");
	anna = person(ADMIN, "anna");
	carl = person(CUSTOMER, "carl");
	return 0;
}
#define AT_THE_GATE(test) cmocka_unit_test_setup_teardown(test, gate, gone)

/* ---- a form with a file, as curl or a browser writes it */

#define BOUNDARY "----a0b1c2d3"

static void
part(struct buf *b, text name, text value)
{
	buf_fmt(b, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
	    name, value);
}

static struct response
send_file(text where, const struct pairs *fields, text field, const struct buf *file)
{
	struct buf b = BUF(c.arena);

	for (size_t i = 0; fields && i < fields->n; i++)
		part(&b, fields->v[i].name, fields->v[i].value);
	buf_fmt(&b,
	    "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"; "
	    "filename=\"../../x.jpg\"\r\nContent-Type: "
	    "image/jpeg\r\n\r\n",
	    field);
	buf_bytes(&b, file->p, file->n);
	buf_add(&b, "\r\n--" BOUNDARY "--\r\n");
	return send_body(where, "multipart/form-data; boundary=" BOUNDARY, b.p, b.n);
}

static struct response
upload(text where, text name)
{
	struct buf b = photograph(name);

	return send_file(where, NULL, "image", &b);
}

static int64_t
newest(void)
{
	return sql_number("select coalesce(max(id), 0) from plate_reads");
}

static text
at(text pattern, int64_t id)
{
	text colon = strstr(pattern, ":id");

	return arena_fmt(
	    c.arena, "%.*s%lld%s", (int)(colon - pattern), pattern, (long long)id, colon + 3);
}

/* ---- */

static void
a_photograph_is_read_kept_and_shown(void **s)
{
	(void)s;
	as(olga, OPERATOR);
	struct response r = upload("/api/v1/plate-reads", "night.jpg");
	assert_int_equal(r.status, 201);
	assert_says(r, "\"plate\":\"B96TRH\"");
	assert_says(r, "\"state\":\"accepted\"");
	int64_t id = newest();
	assert_string_equal(sql_value("select source from plate_reads"), "upload");
	r = browse(GET, at("/plate-reads/:id", id), NULL);
	assert_says(r, "B96TRH");
	assert_says(r, "<polygon points=\"");
	r = browse(GET, at("/plate-reads/:id/image", id), NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.type, "image/jpeg");
	assert_non_null(strstr(header(&r, "Content-Disposition"), "attachment"));
	assert_non_null(strstr(header(&r, "Cache-Control"), "no-store"));
	assert_string_equal(header(&r, "X-Content-Type-Options"), "nosniff");
	assert_true(memcmp(r.body, "\xff\xd8\xff", 3) == 0);
	/* Its name in the store is ours, and nothing of the sender's. */
	assert_null(strstr(sql_value("select key from stored"), "x.jpg"));
	as(carl, CUSTOMER);
	assert_int_equal(browse(GET, at("/plate-reads/:id/image", id), NULL).status, 403);
	as(0, ANYONE);
	assert_int_equal(ask(GET, at("/api/v1/plate-reads/:id", id), NULL).status, 401);
}

static void
what_is_no_photograph_is_refused_in_the_words_of_each(void **s)
{
	static const struct {
		text where, none, no_plate;
		int no_plate_status;
	} all[] = { { "/api/v1/plate-reads", "UNSUPPORTED_TYPE", "INVALID", 422 },
		{ "/upload_plate", "\"success\":false", "\"success\":false", 422 } };
	struct buf text_file = BUF(c.arena), large = BUF(c.arena);

	(void)s;
	buf_add(&text_file, "<html>no</html>");
	large.p = arena_alloc(c.arena, PICTURE_BYTES + 1);
	large.n = PICTURE_BYTES + 1;
	as(olga, OPERATOR);
	for (size_t i = 0; i < LENGTH(all); i++) {
		struct response r = send_file(all[i].where, NULL, "image", &text_file);

		assert_int_equal(r.status, 415);
		assert_says(r, all[i].none);
		r = upload(all[i].where, "nothing.jpg");
		assert_int_equal(r.status, all[i].no_plate_status);
		assert_says(r, all[i].no_plate);
		assert_int_equal(send_file(all[i].where, NULL, "image", &large).status, 413);
		assert_int_equal(send_file(all[i].where, NULL, "other", &text_file).status, 422);
	}
	assert_int_equal(newest(), 0);
	assert_int_equal(sql_number("select count(*) from stored"), 0);
}

static void
spms_gets_its_shape(void **s)
{
	(void)s;
	as(carl, CUSTOMER);
	struct response r = upload("/upload_plate/", "small.jpg");
	assert_int_equal(r.status, 200);
	assert_says(r, "{\"plate\":\"B839HAR\",\"confidence\":0.9");
	assert_says(r, "\"candidates\":[{\"plate\":\"B839HAR\",\"confidence\":0.9");
	assert_says(r, "\"accepted\":true");
	settings.ocr_confidence_threshold = "1";
	r = upload("/upload_plate", "small.jpg");
	assert_int_equal(r.status, 200);
	assert_says(r, "\"accepted\":false");
	assert_string_equal(
	    sql_value("select state from plate_reads order by id desc limit 1"), "waiting");
	as(0, ANYONE);
	assert_int_equal(upload("/upload_plate", "small.jpg").status, 401);
}

/* A read that waits: the threshold is out of reach. */
static int64_t
doubtful(void)
{
	settings.ocr_confidence_threshold = "1";
	as(olga, OPERATOR);
	assert_int_equal(upload("/api/v1/plate-reads", "small.jpg").status, 201);
	return newest();
}

static void
a_doubtful_read_waits_for_a_person_and_says_so_once(void **s)
{
	(void)s;
	int64_t id = doubtful();
	struct response r = browse(GET, "/plate-reads", NULL);

	assert_says(r, "Look at this one");
	assert_says(r, "1 to look at");
	assert_says(r, at("/plate-reads/:id/acceptance", id));
	assert_says(r, "data-key=\"a\"");
	assert_int_equal(
	    sql_number("select count(*) from anomalies where kind = 'low_confidence' and state = "
		       "'open' and subject_id = %lld",
		(long long)id),
	    1);
	r = browse(POST, at("/plate-reads/:id/acceptance", id), "");
	assert_int_equal(r.status, 303);
	assert_string_equal(location(&r), "/plate-reads");
	assert_string_equal(sql_value("select state from plate_reads"), "accepted");
	assert_string_equal(
	    sql_value("select state from anomalies where kind = 'low_confidence'"), "closed");
	assert_int_equal(
	    sql_number("select count(*) from audit where action = 'plate_read_accepted'"), 1);
	assert_int_equal(ask(POST, at("/api/v1/plate-reads/:id/acceptance", id), "{}").status, 409);
	assert_says(browse(GET, "/plate-reads", NULL), "Nothing to look at");
}

static void
a_person_may_correct_or_reject(void **s)
{
	(void)s;
	int64_t id = doubtful();
	assert_int_equal(
	    ask(POST, at("/api/v1/plate-reads/:id/correction", id), "{\"plate\":\"-\"}").status,
	    422);
	struct response r =
	    ask(POST, at("/api/v1/plate-reads/:id/correction", id), "{\"plate\":\"b 839 har\"}");
	assert_int_equal(r.status, 200);
	assert_says(r, "\"state\":\"corrected\"");
	assert_int_equal(
	    ask(POST, at("/api/v1/plate-reads/:id/correction", id), "{\"plate\":\"X1\"}").status,
	    409);
	id = doubtful();
	r = ask(POST, at("/api/v1/plate-reads/:id/rejection", id), "{}");
	assert_says(r, "\"state\":\"rejected\"");
	assert_int_equal(ask(POST, at("/api/v1/plate-reads/:id/rejection", id), "{}").status, 409);
	assert_int_equal(ask(POST, "/api/v1/plate-reads/999999/rejection", "{}").status, 404);
	assert_int_equal(ask(POST, "/api/v1/plate-reads/999999/acceptance", "{}").status, 404);
	assert_int_equal(
	    ask(POST, "/api/v1/plate-reads/999999/correction", "{\"plate\":\"X1\"}").status, 404);
	assert_int_equal(ask(GET, "/api/v1/plate-reads/999999", NULL).status, 404);
	assert_int_equal(browse(GET, "/plate-reads/999999/image", NULL).status, 404);
	assert_says(ask(GET, "/api/v1/plate-reads?state=rejected", NULL), "B839HAR");
	assert_says(ask(GET, "/api/v1/plate-reads?plate=none1", NULL), "\"items\":[]");
}

static int64_t
a_camera(void)
{
	as(anna, ADMIN);
	struct response r = ask(POST, "/api/v1/admin/cameras",
	    arena_fmt(c.arena, "{\"name\":\"North\",\"location\":\"Gate\",\"slots\":[%lld]}",
		(long long)slot));
	assert_int_equal(r.status, 201);
	return sql_number("select max(id) from cameras");
}

static void
cameras_are_kept_by_admins(void **s)
{
	(void)s;
	int64_t id = a_camera();
	text same = arena_fmt(c.arena, "{\"name\":\"North\",\"lot\":%lld}", (long long)lot);

	assert_says(browse(GET, "/admin/cameras", NULL), "North");
	assert_says(browse(GET, at("/admin/cameras/:id", id), NULL), "T-1");
	assert_int_equal(ask(POST, "/api/v1/admin/cameras", same).status, 409);
	assert_int_equal(
	    ask(POST, "/api/v1/admin/cameras", "{\"name\":\"Other\",\"slots\":[999999]}").status,
	    422);
	/* By their labels, as people know them. */
	struct response named = ask(POST, "/api/v1/admin/cameras",
	    arena_fmt(c.arena, "{\"name\":\"Row\",\"lot\":%lld,\"labels\":\"T-2, t-1..t-2\"}",
		(long long)lot));
	assert_int_equal(named.status, 201);
	assert_says(named, "\"labels\":\"T-1, T-2\"");
	named = browse(POST, "/admin/cameras",
	    arena_fmt(c.arena, "name=Far&lot=%lld&labels=T-1,T-8..T-9", (long long)lot));
	assert_int_equal(named.status, 422);
	assert_says(named, "This lot has no slot T-8, T-9.");
	assert_says(named, "value=\"T-1,T-8..T-9\"");
	assert_says(
	    named, arena_fmt(c.arena, "<option value=\"%lld\" selected>Tor<", (long long)lot));
	text other = arena_fmt(c.arena, "{\"name\":\"South\",\"lot\":%lld}", (long long)lot);
	assert_int_equal(ask(POST, "/api/v1/admin/cameras", other).status, 201);
	assert_int_equal(ask(POST, at("/api/v1/admin/cameras/:id", id), other).status, 409);
	assert_int_equal(ask(POST, "/api/v1/admin/cameras/999999", other).status, 404);
	assert_int_equal(ask(GET, "/api/v1/admin/cameras/999999", NULL).status, 404);
	assert_int_equal(ask(POST, "/api/v1/admin/cameras/999999/removal", "{}").status, 404);
	struct response r = ask(POST, at("/api/v1/admin/cameras/:id", id),
	    arena_fmt(c.arena, "{\"name\":\"East\",\"lot\":%lld}", (long long)lot));
	assert_says(r, "\"name\":\"East\"");
	assert_int_equal(ask(POST, at("/api/v1/admin/cameras/:id/removal", id), "{}").status, 204);
	as(olga, OPERATOR);
	assert_int_equal(ask(POST, "/api/v1/admin/cameras", same).status, 403);
}

static void
the_django_system_gets_its_shapes(void **s)
{
	(void)s;
	as(anna, ADMIN);
	struct response r = ask(POST, "/api/camera_ocr/cameras/",
	    arena_fmt(c.arena,
		"{\"camera_name\":\"Cam 1\",\"location\":\"Gate\",\"monitoring_slots\":[%lld]}",
		(long long)slot));
	assert_int_equal(r.status, 201);
	assert_says(r, "\"camera_name\":\"Cam 1\"");
	assert_says(r,
	    arena_fmt(c.arena, "\"monitoring_slots\":[{\"id\":%lld,\"slot_number\":\"TOR-1\",",
		(long long)slot));
	assert_int_equal(
	    ask(POST, "/api/camera_ocr/cameras/",
		arena_fmt(c.arena, "{\"camera_name\":\"Cam 1\",\"monitoring_slots\":[%lld]}",
		    (long long)slot))
		.status,
	    400);
	int64_t camera = sql_number("select max(id) from cameras");
	as(olga, OPERATOR);
	assert_says(ask(GET, "/api/camera_ocr/cameras/", NULL), "[{\"id\":");
	text seen =
	    arena_fmt(c.arena, "{\"camera_id\":%lld,\"slot_id\":%lld,\"plate_number\":\"K-AB 12\"}",
		(long long)camera, (long long)slot);
	r = ask(POST, "/api/camera_ocr/ocr_logs/detect_car/", seen);
	assert_int_equal(r.status, 200);
	assert_says(r, "\"plate_number\":\"KAB12\"");
	assert_int_equal(sql_number("select count(*) from stays where plate = 'KAB12' and status = "
				    "'open' and slot_id = %lld",
			     (long long)slot),
	    1);
	assert_int_equal(ask(POST, "/api/camera_ocr/ocr_logs/detect_car/", seen).status, 200);
	assert_int_equal(sql_number("select count(*) from stays where plate = 'KAB12'"), 1);
	assert_says(ask(GET, "/api/camera_ocr/ocr_logs/", NULL), "\"plate_number\":\"KAB12\"");
	r = ask(POST, "/api/camera_ocr/ocr_logs/detect_car/",
	    arena_fmt(c.arena, "{\"camera_id\":999999,\"slot_id\":%lld,\"plate_number\":\"K1\"}",
		(long long)slot));
	assert_int_equal(r.status, 404);
	assert_says(r, "{\"error\":\"Camera or Slot not found\"}");
	/* Somebody else stands there. */
	r = ask(POST, "/api/camera_ocr/ocr_logs/detect_car/",
	    arena_fmt(c.arena, "{\"camera_id\":%lld,\"slot_id\":%lld,\"plate_number\":\"K-XY 9\"}",
		(long long)camera, (long long)slot));
	assert_int_equal(r.status, 400);
	assert_says(r, "\"error\":");
}

static void
a_camera_may_send_a_photograph_instead(void **s)
{
	struct pairs fields = { 0 };
	struct buf b = photograph("small.jpg"), none = BUF(c.arena), large = BUF(c.arena);

	(void)s;
	text camera = arena_fmt(c.arena, "%lld", (long long)a_camera());
	pairs_add(c.arena, &fields, "camera_id", camera);
	pairs_add(c.arena, &fields, "slot_id", arena_fmt(c.arena, "%lld", (long long)slot));
	as(olga, OPERATOR);
	struct response r = send_file("/api/camera_ocr/ocr_logs/detect_car", &fields, "image", &b);
	assert_int_equal(r.status, 200);
	assert_says(r, "\"plate_number\":\"B839HAR\"");
	assert_int_equal(sql_number("select count(*) from stays where plate = 'B839HAR'"), 1);
	assert_int_equal(
	    sql_number("select count(*) from plate_reads where stay_id is not null"), 1);
	buf_add(&none, "no picture");
	assert_int_equal(
	    send_file("/api/camera_ocr/ocr_logs/detect_car", &fields, "image", &none).status, 415);
	large.p = arena_alloc(c.arena, PICTURE_BYTES + 1);
	large.n = PICTURE_BYTES + 1;
	assert_int_equal(
	    send_file("/api/camera_ocr/ocr_logs/detect_car", &fields, "image", &large).status, 413);
	/* And to our own address, as one of our cameras or of none that is there. */
	fields.n = 0;
	pairs_add(c.arena, &fields, "camera", camera);
	assert_int_equal(send_file("/api/v1/plate-reads", &fields, "image", &b).status, 201);
	fields.v[0].value = "999999";
	assert_int_equal(send_file("/api/v1/plate-reads", &fields, "image", &b).status, 404);
}

/* ---- when the reader cannot */

static text ways[] = { "/api/v1/plate-reads", "/upload_plate",
	"/api/camera_ocr/ocr_logs/detect_car" };

struct way { /* one of them, with all that its form says */
	text where;
	struct pairs fields;
};

static struct way
way(size_t i, int64_t camera)
{
	struct way w = { .where = ways[i] };

	if (strstr(w.where, "detect_car")) {
		pairs_add(
		    c.arena, &w.fields, "camera_id", arena_fmt(c.arena, "%lld", (long long)camera));
		pairs_add(
		    c.arena, &w.fields, "slot_id", arena_fmt(c.arena, "%lld", (long long)slot));
	}
	return w;
}

static void
no_room_for_another_is_said_with_when_to_come_again(void **s)
{
	struct buf b = photograph("small.jpg");
	struct rlimit before;

	(void)s;
	int64_t camera = a_camera();
	as(olga, OPERATOR);
	assert_int_equal(upload(ways[0], "small.jpg").status, 201);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	for (size_t i = 0; i < LENGTH(ways); i++) {
		struct way w = way(i, camera);
		int next =
		    dup(0); /* and from there on, not one descriptor is left for the photograph */

		close(next);
		setrlimit(RLIMIT_NOFILE, &(struct rlimit){ (rlim_t)next, before.rlim_max });
		struct response r = send_file(w.where, &w.fields, "image", &b);
		setrlimit(RLIMIT_NOFILE, &before);
		assert_int_equal(r.status, 503);
		assert_string_not_equal(header(&r, "Retry-After"), "");
	}
	assert_int_equal(upload(ways[0], "small.jpg").status, 201);
}

static pid_t
first_child(pid_t of)
{
	text path = arena_fmt(c.arena, "/proc/%d/task/%d/children", (int)of, (int)of);
	int child = 0;

	for (int i = 0; i < 200 && child == 0; i++) {
		FILE *f = fopen(path, "r");

		assert_non_null(f);
		if (fscanf(f, "%d", &child) != 1) {
			child = 0;
			usleep(20000);
		}
		fclose(f);
	}
	assert_true(child > 0);
	return child;
}

struct blow {
	struct alarm alarm; /* first */
	pid_t whom;
};

static void
strike(struct alarm *a)
{
	kill(((struct blow *)(void *)a)->whom, SIGKILL);
}

static void
a_reader_that_dies_is_an_honest_answer_and_the_next_one_works(void **s)
{
	struct buf b = photograph("small.jpg");

	(void)s;
	int64_t camera = a_camera();
	as(olga, OPERATOR);
	for (size_t i = 0; i < LENGTH(ways); i++) {
		struct way w = way(i, camera);

		assert_int_equal(upload(ways[0], "small.jpg").status, 201);
		struct blow blow = { .whom = first_child(first_child((pid_t)eyes_program())) };
		int64_t kept = newest();
		kill(blow.whom, SIGSTOP);
		loop_after(&blow.alarm, 200, strike);
		assert_int_equal(send_file(w.where, &w.fields, "image", &b).status, 503);
		assert_int_equal(newest(), kept);
	}
	assert_int_equal(upload(ways[0], "small.jpg").status, 201);
}

/* ---- what is kept, and for how long */

static void
old_reads_go_with_their_photographs_unless_there_is_a_stay(void **s)
{
	int64_t gone;

	(void)s;
	as(olga, OPERATOR);
	assert_int_equal(upload("/api/v1/plate-reads", "small.jpg").status, 201);
	text path =
	    arena_fmt(c.arena, "%s/%s", settings.store_dir, sql_value("select key from stored"));
	assert_int_equal(access(path, R_OK), 0);
	assert_ok(plate_retention[0].take(&c, c.now, 100, &gone));
	assert_int_equal(gone, 0);
	assert_ok(plate_retention[0].take(&c, instant_plus(c.now, 1), 100, &gone));
	assert_int_equal(gone, 1);
	assert_int_equal(newest(), 0);
	assert_int_equal(sql_number("select count(*) from jobs where kind = 'store_drop'"), 1);
	jobs_run_due(&c, 100);
	assert_int_equal(access(path, F_OK), -1);
}

static void
a_file_is_kept_under_a_key_of_ours_and_nothing_else_is_a_path(void **s)
{
	text key, path;

	(void)s;
	assert_ok(db_begin(&c));
	assert_ok(store_put(&c, "plates", "jpg", "image/jpeg", "abc", 3, &key));
	path = arena_fmt(c.arena, "%s/%s", settings.store_dir, key);
	assert_int_equal(access(path, R_OK), 0);
	struct stored_file f = { 0 };
	assert_ok(store_get(&c, key, &f));
	assert_memory_equal(f.p, "abc", 3);
	assert_problem(store_get(&c, "plates/../../etc/passwd", &f), NOT_FOUND);
	assert_ok(db_end(&c, true));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_THE_GATE(a_photograph_is_read_kept_and_shown),
		AT_THE_GATE(what_is_no_photograph_is_refused_in_the_words_of_each),
		AT_THE_GATE(spms_gets_its_shape),
		AT_THE_GATE(a_doubtful_read_waits_for_a_person_and_says_so_once),
		AT_THE_GATE(a_person_may_correct_or_reject),
		AT_THE_GATE(cameras_are_kept_by_admins),
		AT_THE_GATE(the_django_system_gets_its_shapes),
		AT_THE_GATE(a_camera_may_send_a_photograph_instead),
		AT_THE_GATE(no_room_for_another_is_said_with_when_to_come_again),
		AT_THE_GATE(a_reader_that_dies_is_an_honest_answer_and_the_next_one_works),
		AT_THE_GATE(old_reads_go_with_their_photographs_unless_there_is_a_stay),
		AT_THE_GATE(a_file_is_kept_under_a_key_of_ours_and_nothing_else_is_a_path),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
