/* ticket_fuzz.c -- a ticket's code as somebody types it leads to its reservation or nowhere, and a code read that way is
 * the code that is printed, however it was spelt. */
#include "gear/settings.h"
#include "reservations/reservations.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();

	settings.jwt_secret = "a key that is in no corpus";
	int64_t id = reservation_of_code(a, arena_bytes(a, bytes, n));
	if (id < 0 || (id > 0 && reservation_of_code(a, reservation_code(a, id)) != id))
		BUG("a code that does not lead back");
	arena_free(a);
	return 0;
}
