#include "gear/shelf.h"

#define ROWS 4096

struct thing {
	struct thing *next;
	uint64_t hash;
	instant until;
	size_t n, bytes;
	char *stamp, *value;
	char key[];
};
struct shelf {
	size_t most, used;
	size_t hand; /* where the next thing is thrown out */
	struct thing *rows[ROWS];
};

struct shelf *
shelf_new(size_t most_bytes)
{
	struct shelf *s = memory_take(sizeof *s);

	s->most = most_bytes;
	return s;
}

static uint64_t
hash_of(text key)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return h ^ h >> 32;
}

static struct thing **
find(struct shelf *s, text key, uint64_t hash)
{
	struct thing **at = &s->rows[hash % ROWS];

	while (*at && ((*at)->hash != hash || !text_is((*at)->key, key)))
		at = &(*at)->next;
	return at;
}

static void
take_away(struct shelf *s, struct thing **at)
{
	struct thing *t = *at;

	*at = t->next;
	s->used -= t->bytes;
	free(t);
}

void
shelf_free(struct shelf *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < ROWS; i++)
		while (s->rows[i])
			take_away(s, &s->rows[i]);
	free(s);
}

const char *
shelf_get(struct shelf *s, text key, text stamp, instant now, size_t *n, instant *until)
{
	struct thing **at = find(s, key, hash_of(key));

	if (*at == NULL)
		return NULL;
	if (!text_is((*at)->stamp, stamp) || (*at)->until.us <= now.us) {
		take_away(s, at);
		return NULL;
	}
	*n = (*at)->n;
	*until = (*at)->until;
	return (*at)->value;
}

void
shelf_drop(struct shelf *s, text key)
{
	struct thing **at = find(s, key, hash_of(key));

	if (*at)
		take_away(s, at);
}

static void
make_room(struct shelf *s, size_t bytes)
{
	while (s->used + bytes > s->most) {
		while (s->rows[s->hand] == NULL)
			s->hand = (s->hand + 1) % ROWS;
		take_away(s, &s->rows[s->hand]);
	}
}

void
shelf_put(struct shelf *s, text key, text stamp, const void *value, size_t n, instant until)
{
	uint64_t hash = hash_of(key);
	size_t n_key = strlen(key) + 1, n_stamp = strlen(stamp) + 1;
	size_t bytes = sizeof(struct thing) + n_key + n_stamp + n + 1;
	struct thing **at = find(s, key, hash);

	if (*at)
		take_away(s, at);
	if (bytes > s->most / 8)
		return;
	make_room(s, bytes);
	struct thing *t = memory_take(bytes);
	*t = (struct thing){
		.next = s->rows[hash % ROWS], .hash = hash, .until = until, .n = n, .bytes = bytes
	};
	t->stamp = t->key + n_key;
	t->value = t->stamp + n_stamp;
	memcpy(t->key, key, n_key);
	memcpy(t->stamp, stamp, n_stamp);
	if (n)
		memcpy(t->value, value, n);
	t->value[n] = 0;
	s->rows[hash % ROWS] = t;
	s->used += bytes;
}
