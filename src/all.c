/* all.c -- the slices this program is made of. */
#include "accounts/accounts.h"
#include "gear/gear.h"
#include "gear/verbs.h"
#include "lots/lots.h"
#include "reservations/reservations.h"
#include "seed/seed.h"
#include "tariffs/tariffs.h"
#include "web/web.h"

extern const struct route accounts_routes[], accounts_admin_routes[], lot_routes[],
    reservation_routes[], tariff_routes[], web_routes[];

const struct route *const all_routes[] = {
	accounts_routes,
	accounts_admin_routes,
	lot_routes,
	reservation_routes,
	tariff_routes,
	web_routes,
	NULL,
};

const struct rule *const all_rules[] = {
	accounts_rules,
	lot_rules,
	reservation_rules,
	tariff_rules,
	NULL,
};

const struct job_kind *const all_jobs[] = {
	gear_jobs,
	mail_jobs,
	accounts_jobs,
	lot_jobs,
	reservation_jobs,
	NULL,
};

const struct verb *const all_verbs[] = {
	accounts_verbs,
	seed_verbs,
	NULL,
};

/* One slice's news, another's reaction. */
const struct reaction all_reactions[] = {
	{ LOT_CHANGED, lot_forget_pages },
	{ NO_NEWS, NULL },
};

const struct sign_in all_sign_in = { accounts_person_by_token, accounts_person_by_key };
