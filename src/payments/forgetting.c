/* forgetting.c -- what of money's papers is personal, and for how long. */
#include "gear/settings.h"
#include "payments/payments.h"
#include "payments_sql.h"

enum problem
payments_forget_person(struct ctx *c, int64_t user_id)
{
	TRY(receipts_forget(c, user_id));
	return provider_words_forget(c, user_id);
}

const struct retention payment_retention[] = {
	{ "provider_messages", "What the payment provider wrote",
	    "Its messages as they came, which may name the payer; that one came stays.",
	    &settings.keep_provider_days, 0, "KEEP_PROVIDER_DAYS", inbox_bodies_sweep },
	{ NULL },
};
