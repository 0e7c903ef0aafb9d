#include "intern.h"

static size_t hash(struct slice s)
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
	return (size_t)(h ^ h >> 32);
}

static size_t place(const struct intern *t, struct slice s)
{
	size_t i = hash(s) & (t->slots - 1);

	while (t->slot[i] && !slice_eq(t->text[t->slot[i] - 1], s))
		i = (i + 1) & (t->slots - 1);
	return i;
}

static void grow(struct intern *t)
{
	t->slots = t->slots ? t->slots * 2 : 64;
	t->slot = mem_resize(t->slot, t->slots, sizeof *t->slot);
	memset(t->slot, 0, t->slots * sizeof *t->slot);
	for (size_t i = 0; i < t->n; i++)
		t->slot[place(t, t->text[i])] = (uint32_t)i + 1;
}

int64_t intern_find(const struct intern *t, struct slice s)
{
	return t->slots ? (int64_t)t->slot[place(t, s)] - 1 : -1;
}

uint32_t intern_id(struct intern *t, struct slice s)
{
	size_t i;

	if ((t->n + 1) * 2 > t->slots)
		grow(t);
	i = place(t, s);
	if (!t->slot[i]) {
		mem_reserve((void **)&t->text, &t->cap, t->n + 1, sizeof *t->text);
		t->text[t->n++] = (struct slice){ mem_copy(s.p, s.n), s.n };
		t->slot[i] = (uint32_t)t->n;
	}
	return t->slot[i] - 1;
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
