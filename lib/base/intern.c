#include "base/intern.h"

#include "base/mem.h"

#include <stdlib.h>

uint32_t intern_hash(struct slice s)
{
	const uint64_t k = UINT64_C(0x9e3779b97f4a7c15); /* 2^64 over the golden ratio */
	uint64_t h = s.n, w;
	size_t i = 0;

	for (; i + 8 <= s.n; i += 8) {
		memcpy(&w, s.p + i, 8);
		h = (h ^ w) * k;
		h ^= h >> 32;
	}
	w = 0;
	if (i < s.n)
		memcpy(&w, s.p + i, s.n - i);
	h = (h ^ w) * k;
	return (uint32_t)(h ^ h >> 32);
}

static size_t place(const struct intern *t, struct slice s, uint32_t h)
{
	size_t i = h & (t->slots - 1);

	while (t->slot[i].id1 &&
	       (t->slot[i].hash != h || !slice_eq(t->text[t->slot[i].id1 - 1], s)))
		i = (i + 1) & (t->slots - 1);
	return i;
}

static void grow(struct intern *t)
{
	struct intern_slot *had = t->slot;
	size_t n = t->slots, k;

	t->slots = n ? n * 2 : 64;
	t->slot = mem_zero(t->slots, sizeof *t->slot);
	for (size_t i = 0; i < n; i++) {
		if (!had[i].id1)
			continue;
		for (k = had[i].hash & (t->slots - 1); t->slot[k].id1;)
			k = (k + 1) & (t->slots - 1);
		t->slot[k] = had[i];
	}
	free(had);
}

/* A copy, NUL-terminated. Long texts get a block of their own. */
static char *keep(struct intern *t, struct slice s)
{
	enum { BLOCK = 4096, LINK = sizeof(char *) };
	char *p;

	if (t->room - t->at < s.n + 1) {
		size_t n = t->block ? BLOCK : 256;

		if (n < s.n + 1)
			n = s.n + 1;
		p = mem_resize(NULL, LINK + n, 1);
		memcpy(p, &t->block, LINK);
		t->block = p;
		t->at = LINK;
		t->room = LINK + n;
	}
	p = t->block + t->at;
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = 0;
	t->at += s.n + 1;
	return p;
}

int64_t intern_find(const struct intern *t, struct slice s)
{
	return t->slots ? (int64_t)t->slot[place(t, s, intern_hash(s))].id1 - 1 : -1;
}

/* The text last asked for, or the one that first came after it: most streams stay on one rank, or
 * cycle through all. Saves a lookup that is a cache miss when there are very many texts. */
static int again(struct intern *t, struct slice s)
{
	for (uint32_t i = t->last; i <= t->last + 1 && i < t->n; i++)
		if (slice_eq(t->text[i], s)) {
			t->last = i;
			return 1;
		}
	return 0;
}

uint32_t intern_id(struct intern *t, struct slice s)
{
	uint32_t h;
	size_t i;

	if (again(t, s))
		return t->last;
	h = intern_hash(s);
	if ((t->n + 1) * 2 > t->slots)
		grow(t);
	i = place(t, s, h);
	if (!t->slot[i].id1) {
		mem_reserve((void **)&t->text, &t->cap, t->n + 1, sizeof *t->text);
		t->text[t->n++] = (struct slice){ keep(t, s), s.n };
		t->slot[i] = (struct intern_slot){ (uint32_t)t->n, h };
	}
	t->last = t->slot[i].id1 - 1;
	return t->last;
}

void intern_free(struct intern *t)
{
	char *before;

	for (; t->block; t->block = before) {
		memcpy(&before, t->block, sizeof before);
		free(t->block);
	}
	free(t->text);
	free(t->slot);
	*t = (struct intern){ 0 };
}

struct slice intern_pair(struct slice a, struct slice b)
{
	static struct buf key;

	key.n = 0;
	buf_put(&key, a);
	buf_ch(&key, '\t');
	buf_put(&key, b);
	return buf_slice(&key);
}

struct slice intern_first(struct slice key, struct slice *rest)
{
	const char *tab = memchr(key.p, '\t', key.n), *end = key.p + key.n;
	size_t n = tab ? (size_t)(tab - key.p) : key.n;

	*rest =
	    tab ? (struct slice){ tab + 1, (size_t)(end - tab - 1) } : (struct slice){ end, 0 };
	return (struct slice){ key.p, n };
}
