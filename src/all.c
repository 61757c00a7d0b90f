/* all.c -- the slices this program is made of. */
#include "gear/gear.h"
#include "gear/verbs.h"
#include "lots/lots.h"
#include "reservations/reservations.h"
#include "tariffs/tariffs.h"
#include "web/web.h"

extern const struct route web_routes[];

const struct route *const all_routes[] = {
	web_routes,
	NULL,
};

const struct rule *const all_rules[] = {
	lot_rules,
	reservation_rules,
	tariff_rules,
	NULL,
};

const struct job_kind *const all_jobs[] = {
	gear_jobs,
	mail_jobs,
	lot_jobs,
	reservation_jobs,
	NULL,
};

const struct verb *const all_verbs[] = {
	NULL,
};

/* One slice's news, another's reaction. */
const struct reaction all_reactions[] = {
	{ LOT_CHANGED, lot_forget_pages },
	{ NO_NEWS, NULL },
};

static enum problem
nobody_by_token(struct ctx *c, text jwt, struct person *p)
{
	(void)c, (void)jwt, (void)p;
	return NOT_SIGNED_IN;
}

static enum problem
nobody_by_key(struct ctx *c, text key, text scope, struct person *p)
{
	(void)c, (void)key, (void)scope, (void)p;
	return NOT_SIGNED_IN;
}

const struct sign_in all_sign_in = { nobody_by_token, nobody_by_key };
