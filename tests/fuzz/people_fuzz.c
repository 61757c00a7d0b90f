/* people_fuzz.c -- a CSV file of people is read or refused in words.  There is no database: what was read goes nowhere. */
#include "accounts/accounts.h"
#include "gear/db.h"
#include "gear/secret.h"

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static struct db_pool *nowhere;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	secret_start();
	nowhere = db_pool_open_for("host=/nonexistent", 1, 1000);
	return 0;
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct ctx c = {
		.arena = arena_new(), .now = { 1794916800 * SECOND }, .request_id = "fuzz"
	};
	struct import_report report;

	c.db = db_new(nowhere, c.arena);
	enum problem e = account_import(&c, (const char *)bytes, n, &report);
	if (e == INVALID && c.detail == NULL)
		BUG("refused without a word");
	if (e == OK && report.read > 0 && *report.faults == 0)
		BUG("added, and there is no database");
	if (e != OK && e != INVALID && e != UNAVAILABLE)
		BUG(problem_name(e));
	arena_free(c.arena);
	return 0;
}
