#include "wins.h"

#include <stdlib.h>

void wins_add(struct wins *t, struct slice rank, struct slice dev, struct slice name, int64_t s,
              int64_t e)
{
	mem_reserve((void **)&t->w, &t->cap, t->n + 1, sizeof *t->w);
	t->w[t->n] = (struct win){
		.s = s,
		.e = e,
		.group = intern_id(&t->groups, intern_pair(rank, dev)),
		.n = (uint32_t)t->n,
		.name = { mem_copy(name.p, name.n), name.n },
	};
	t->n++;
}

static int cmp(const void *pa, const void *pb)
{
	const struct win *a = pa, *b = pb;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->s != b->s)
		return a->s < b->s ? -1 : 1;
	if (a->e != b->e)
		return a->e < b->e ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

void wins_sort(struct wins *t)
{
	size_t g = 0;

	if (t->n)
		qsort(t->w, t->n, sizeof *t->w, cmp);
	t->first = mem_resize(t->first, t->groups.n + 1, sizeof *t->first);
	for (size_t i = 0; i < t->n; i++) {
		struct win *w = &t->w[i];
		int fresh = i == 0 || w->group != w[-1].group;

		while (fresh && g <= w->group)
			t->first[g++] = i;
		w->n = fresh ? 0 : w[-1].n + 1;
		w->max_e = fresh || w->e > w[-1].max_e ? w->e : w[-1].max_e;
	}
	while (g <= t->groups.n)
		t->first[g++] = t->n;
}

static int64_t plus(int64_t a, int64_t b)
{
	int64_t v;

	return __builtin_add_overflow(a, b, &v) ? (b < 0 ? INT64_MIN : INT64_MAX) : v;
}

void wins_join(struct wins *t, int64_t gap)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct win *w = &t->w[i], *last = n ? &t->w[n - 1] : NULL;

		if (last && last->group == w->group && w->s < plus(last->e, gap)) {
			last->e = w->e > last->e ? w->e : last->e;
			free((char *)(uintptr_t)w->name.p);
		} else {
			t->w[n++] = *w;
		}
	}
	t->n = n;
	for (size_t i = 0; i < n; i++) {
		t->w[i].s = plus(t->w[i].s, -(gap / 2));
		t->w[i].e = plus(t->w[i].e, gap - gap / 2);
	}
	wins_sort(t);
}

int wins_groups(const struct wins *t, struct slice rank, struct slice dev, size_t group[3])
{
	struct slice none = { "", 0 }, any = { ".", 1 };
	int64_t id[3] = {
		dev.n ? intern_find(&t->groups, intern_pair(rank, dev)) : -1,
		intern_find(&t->groups, intern_pair(rank, none)),
		slice_eq(rank, any) ? -1 : intern_find(&t->groups, intern_pair(any, none)),
	};
	int n = 0;

	for (int i = 0; i < 3; i++)
		if (id[i] >= 0)
			group[n++] = (size_t)id[i];
	return n;
}

int64_t wins_twin(const struct wins *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct slice key = t->groups.text[t->w[i].group];
		size_t rank = (size_t)((const char *)memchr(key.p, '\t', key.n) - key.p), group[3];
		int n = wins_groups(t, (struct slice){ key.p, rank },
		                    (struct slice){ key.p + rank + 1, key.n - rank - 1 }, group);

		for (int g = 0; g < n; g++) {
			size_t k = t->first[group[g]] + t->w[i].n;

			if (k != i && k < t->first[group[g] + 1] && slice_eq(t->w[k].name, t->w[i].name))
				return (int64_t)i;
		}
	}
	return -1;
}

/* Index behind the last window of the group that begins before `end`. */
static size_t upto(const struct wins *t, size_t group, int64_t end)
{
	size_t lo = t->first[group], hi = t->first[group + 1];

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->w[mid].s < end)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void wins_over(const struct wins *t, size_t group, int64_t s, int64_t e,
               void (*found)(void *arg, size_t win), void *arg)
{
	size_t i = upto(t, group, e > s ? e : s == INT64_MAX ? s : s + 1);

	while (i-- > t->first[group] && t->w[i].max_e > s)
		if (t->w[i].e > s)
			found(arg, i);
}

struct best {
	const struct wins *t;
	int64_t win;
};

static void keep_latest(void *arg, size_t win)
{
	struct best *b = arg;

	if (b->win < 0 || b->t->w[win].s > b->t->w[b->win].s)
		b->win = (int64_t)win;
}

int64_t wins_at(const struct wins *t, struct slice rank, struct slice dev, int64_t ts)
{
	size_t group[3];
	struct best b = { t, -1 };
	int n = wins_groups(t, rank, dev, group);

	for (int i = 0; i < n; i++)
		wins_over(t, group[i], ts, ts, keep_latest, &b);
	return b.win;
}
