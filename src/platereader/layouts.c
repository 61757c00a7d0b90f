/*
 * layouts.c -- how letters (L) and digits (D) follow each other on number plates, and how often.
 *
 * The weights are rough: they say which of two readings that look alike is the likelier, and a small free share keeps
 * every other plate readable.  Where a plate's type is known, more could be said.
 */
#include "platereader/engine.h"

enum { MOST_LAYOUTS = 64, PLACES = 16 };

struct layout {
	text form;
	double weight;
};
struct layouts {
	const struct layout *all;
	int n;
	double free_share; /* of plates that fit none */
};

static const struct layout usa[] = { { "LLLDDDD", 6 }, { "LLLDDD", 6 }, { "DDDLLL", 5 },
	{ "DLLLDDD", 6 }, { "LLDLDL", 4 }, { "DDLDLL", 2 }, { "DLLDDD", 2 }, { "LDDDDDD", 2 },
	{ "LDDDDD", 1 }, { "DDDDDDD", 2 }, { "LLDDDDD", 2 }, { "LLDDDDDD", .3 }, { "DDDDDLD", 1 },
	{ "DLDDDDD", 1 }, { "DDDDLL", 1 }, { "DDDLLD", 1 }, { "LLDDLL", 1 }, { "LLDDLD", .5 },
	{ "LDDLLL", 2 }, { "DDLLLD", 1 }, { "DDDDDD", 2 }, { "DDDDD", 1 }, { "DDDLDL", 1 },
	{ "LLDDDL", 1 }, { "LLLDLD", 1 }, { "LLLDDL", 1 }, { "LLLDLL", .5 }, { "LLLLDD", .5 },
	{ "LLLDD", .7 }, { "DDDDL", .7 }, { "DDDDDL", .7 }, { "LLDDDD", 1 }, { "DLLDDDD", .7 },
	{ "DLLLDD", .5 }, { "LDDDLL", .5 }, { "DDDDLLL", .5 }, { "LLLLLLL", .6 }, { "LLLLLL", .6 },
	{ "LLLLL", .6 }, { "LLLL", .3 }, { "DDDLLLL", .4 }, { "LLDLLL", .5 }, { "DLLLLDD", .3 },
	{ "LLLDDDDD", .2 }, { "DDDDDDDL", .2 } };

static const struct layout europe[] = { { "LLDDDLL", 8 }, { "DLDDDDD", 3 }, { "LLLDDDD", 3 },
	{ "LLDDDDD", 3 }, { "LLDDLLL", 3 }, { "LLLDDD", 2 }, { "LLDDDD", 1.5 }, { "LDDDDD", 1 },
	{ "LDDDLL", 1 }, { "LLLLDDD", 1 }, { "LLLLDD", .7 }, { "LLLDD", .7 }, { "LLLD", .3 },
	{ "LLLDDLL", 1 }, { "LLDDLL", .7 }, { "DDLLDD", .5 }, { "DDDDLLL", 1 }, { "DDDLL", .3 },
	{ "LDDLLL", 1 }, { "LDDDLLL", 1 }, { "LDDDDDD", 1 }, { "LLDDDL", 1 }, { "DDLLLD", .6 },
	{ "LLLLDDDD", .8 }, { "LLDDDDDD", .6 }, { "LDDDD", .4 }, { "LLDDD", .6 }, { "LLDDDDL", .4 },
	{ "LLLDDDL", .3 }, { "DLLLDDD", .5 }, { "LDDLLLL", .1 }, { "DDDDDD", .2 },
	{ "LDLLL", .1 } };

static const struct layout brazil[] = { { "LLLDDDD", 8 }, { "LLLDLDD", 4 } };

static const struct layout india[] = { { "LLDDLLDDDD", 6 }, { "LLDDLDDDD", 3 },
	{ "LLDDLLLDDDD", 1 }, { "LLDLLLDDDD", 1 }, { "LLDLLDDDD", 1 }, { "LLDLDDDD", 1 },
	{ "LLDDDDDD", 1 }, { "DDLLDDDDLL", .5 }, { "DDLLDDDDL", .3 } };

static const struct layouts regions[] = {
	[EUROPE] = { europe, LENGTH(europe), .05 },
	[USA] = { usa, LENGTH(usa), .10 },
	[BRAZIL] = { brazil, LENGTH(brazil), .03 },
	[INDIA] = { india, LENGTH(india), .05 },
};

const struct layouts *
layouts_of(enum sight_region region)
{
	return region == ANYWHERE ? NULL : &regions[region];
}

uint64_t
layouts_all(const struct layouts *l)
{
	return ~(uint64_t)0 >> (MOST_LAYOUTS - l->n);
}

uint64_t
layouts_with(const struct layouts *l, uint64_t set, int place, bool digit)
{
	uint64_t those = 0;

	for (uint64_t rest = set; rest; rest &= rest - 1) {
		int i = __builtin_ctzll(rest);
		text form = l->all[i].form;

		if (place < (int)strlen(form) && form[place] == (digit ? 'D' : 'L'))
			those |= (uint64_t)1 << i;
	}
	return those;
}

/* Weights are shares of all layouts of the region. */
static double
whole(const struct layouts *l)
{
	double sum = 0;

	for (int i = 0; i < l->n; i++)
		sum += l->all[i].weight;
	return sum;
}

double
layouts_weight(const struct layouts *l, uint64_t set)
{
	double sum = 0;

	for (; set; set &= set - 1)
		sum += l->all[__builtin_ctzll(set)].weight;
	return l->free_share + sum / whole(l);
}

/* Of the free share, most plates have four to eight letters. */
double
layouts_weight_ended(const struct layouts *l, uint64_t set, int length)
{
	double sum = 0;

	for (; set; set &= set - 1) {
		const struct layout *each = &l->all[__builtin_ctzll(set)];

		if ((int)strlen(each->form) == length)
			sum += each->weight;
	}
	return l->free_share * (length >= 4 && length <= 8 ? .3 : .05) + sum / whole(l);
}

bool
layouts_fit(const struct layouts *l, uint64_t set, int length)
{
	for (; set; set &= set - 1)
		if ((int)strlen(l->all[__builtin_ctzll(set)].form) == length)
			return true;
	return false;
}
