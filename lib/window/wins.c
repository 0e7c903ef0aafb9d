#include "window/wins.h"

#include "base/mem.h"

#include <stdlib.h>

/* "rank\tdevice\tprocess"; good until the next call. */
static struct slice group_key(struct owner of)
{
	static struct buf b;

	b.n = 0;
	buf_put(&b, of.rank);
	buf_ch(&b, '\t');
	buf_put(&b, of.dev);
	buf_ch(&b, '\t');
	buf_put(&b, of.proc);
	return buf_slice(&b);
}

static struct slice copy(struct slice s)
{
	return s.n ? (struct slice){ mem_copy(s.p, s.n), s.n } : (struct slice){ "", 0 };
}

/* "\tphase=decode" among the tags. */
static struct slice phase_of(struct slice tags)
{
	const char *e = tags.p + tags.n, *q;

	for (const char *p = tags.p; p < e; p = q) {
		q = memchr(p + 1, '\t', (size_t)(e - p - 1));
		q = q ? q : e;
		if (slice_starts((struct slice){ p, (size_t)(q - p) }, "\tphase="))
			return (struct slice){ p, (size_t)(q - p) };
	}
	return (struct slice){ "", 0 };
}

void wins_add(struct wins *t, struct owner of, struct slice name, struct slice tags, int64_t s,
              int64_t e)
{
	uint32_t group = intern_id(&t->groups, group_key(of));

	mem_reserve((void **)&t->set_of, &t->cap_set_of, (size_t)group + 1, sizeof *t->set_of);
	t->set_of[group] = intern_id(&t->sets, intern_pair(of.rank, of.dev));
	mem_reserve((void **)&t->w, &t->cap, t->n + 1, sizeof *t->w);
	t->w[t->n] = (struct win){
		.s = s,
		.e = e,
		.set = t->set_of[group],
		.group = group,
		.n = (uint32_t)t->n,
		.name = { mem_copy(name.p, name.n), name.n },
		.tags = copy(tags),
		.nth = -1,
	};
	t->w[t->n].phase = phase_of(t->w[t->n].tags);
	t->n++;
}

void wins_given(struct wins *t, int64_t n)
{
	if (n < 0 || n > UINT32_MAX)
		return;
	t->w[t->n - 1].n = (uint32_t)n;
	t->given = 1;
}

static int cmp(const void *pa, const void *pb)
{
	const struct win *a = pa, *b = pb;

	if (a->set != b->set)
		return a->set < b->set ? -1 : 1;
	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->s != b->s)
		return a->s < b->s ? -1 : 1;
	if (a->e != b->e)
		return a->e < b->e ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

/* Of each set, the processes that have windows; of each device, the rank. */
static void count_owners(struct wins *t)
{
	for (uint32_t g = 0; g < t->groups.n; g++) {
		struct slice key = t->groups.text[g], dev;

		if (t->first[g] == t->end[g])
			continue;
		dev = wins_owner(t, &t->w[t->first[g]]).dev;
		if (dev.n) {
			uint32_t d = intern_id(&t->devs, dev);
			int seen = d < t->n_devs;

			mem_reserve((void **)&t->dev_group, &t->cap_dev_group, (size_t)d + 1,
			            sizeof *t->dev_group);
			t->dev_group[d] = seen && t->dev_group[d] != (int64_t)g ? -1 : (int64_t)g;
			t->n_devs = t->devs.n;
		}
		if (key.p[key.n - 1] == '\t')
			continue;
		t->only[t->set_of[g]].processes++;
		t->only[t->set_of[g]].group = g;
	}
}

void wins_sort(struct wins *t)
{
	size_t set = 0;

	if (t->n)
		qsort(t->w, t->n, sizeof *t->w, cmp);
	t->set_first = mem_resize(t->set_first, t->sets.n + 1, sizeof *t->set_first);
	t->first = mem_resize(t->first, t->groups.n + 1, sizeof *t->first);
	t->end = mem_resize(t->end, t->groups.n + 1, sizeof *t->end);
	t->only = mem_resize(t->only, t->sets.n + 1, sizeof *t->only);
	memset(t->first, 0, (t->groups.n + 1) * sizeof *t->first);
	memset(t->end, 0, (t->groups.n + 1) * sizeof *t->end);
	memset(t->only, 0, (t->sets.n + 1) * sizeof *t->only);
	for (size_t i = 0; i < t->n; i++) {
		struct win *w = &t->w[i];
		int fresh = i == 0 || w->group != w[-1].group;

		while (set <= w->set)
			t->set_first[set++] = i;
		if (fresh)
			t->first[w->group] = i;
		t->end[w->group] = i + 1;
		if (!t->given)
			w->n = (uint32_t)(i - t->set_first[w->set]);
		w->max_e = fresh || w->e > w[-1].max_e ? w->e : w[-1].max_e;
	}
	while (set <= t->sets.n)
		t->set_first[set++] = t->n;
	count_owners(t);
}

/* Of windows sorted by group and time. */
void wins_name_twins(struct wins *t)
{
	struct intern names = { 0 };
	int64_t *n = mem_zero(t->n, sizeof *n);
	uint32_t *id = mem_zero(t->n, sizeof *id);

	for (size_t i = 0; i < t->n; i++) {
		struct slice key = intern_pair(
		    (struct slice){ (char *)&t->w[i].group, sizeof t->w[i].group }, t->w[i].name);

		id[i] = intern_id(&names, key);
		t->w[i].nth = slice_has(t->w[i].tags, "\tnth=") ? -1 : n[id[i]];
		n[id[i]]++;
	}
	for (size_t i = 0; i < t->n; i++)
		if (n[id[i]] == 1)
			t->w[i].nth = -1;
	intern_free(&names);
	free(n);
	free(id);
}

static int cmp_name(const void *pa, const void *pb)
{
	const struct win *a = pa, *b = pb;
	size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
	int c;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	c = n ? memcmp(a->name.p, b->name.p, n) : 0;
	if (c || a->name.n != b->name.n)
		return c ? c : a->name.n < b->name.n ? -1 : 1;
	if (a->s != b->s)
		return a->s < b->s ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

static void drop(struct win *w)
{
	free((char *)(uintptr_t)w->name.p);
	if (w->tags.n)
		free((char *)(uintptr_t)w->tags.p);
}

void wins_merge(struct wins *t)
{
	size_t n = 0;

	if (t->n)
		qsort(t->w, t->n, sizeof *t->w, cmp_name);
	for (size_t i = 0; i < t->n; i++) {
		struct win *w = &t->w[i], *last = n ? &t->w[n - 1] : NULL;

		if (last && last->group == w->group && slice_eq(last->name, w->name) &&
		    w->s < last->e) {
			last->e = w->e > last->e ? w->e : last->e;
			drop(w);
		} else {
			t->w[n++] = *w;
		}
	}
	t->n = n;
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
			drop(w);
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

struct owner wins_owner(const struct wins *t, const struct win *w)
{
	struct owner of = { 0 };

	of.rank = intern_first(t->groups.text[w->group], &of.dev);
	of.dev = intern_first(of.dev, &of.proc);
	return of;
}

int wins_shared(const struct wins *t, const struct win *w)
{
	return t->only[w->set].processes > 1;
}

static int add_group(const struct wins *t, struct owner of, size_t group[WINS_GROUPS], int n)
{
	int64_t id = intern_find(&t->groups, group_key(of));

	if (id >= 0 && t->first[id] < t->end[id])
		group[n++] = (size_t)id;
	return n;
}

/* The windows of all of a rank's processes, and those of one: the event's, or the only one there
 * is. */
static int rank_groups(const struct wins *t, struct slice rank, struct slice proc,
                       size_t group[WINS_GROUPS], int n)
{
	struct slice none = { "", 0 };
	int64_t set = intern_find(&t->sets, intern_pair(rank, none));

	if (set < 0)
		return n;
	n = add_group(t, (struct owner){ rank, none, none, 0 }, group, n);
	if (proc.n)
		return add_group(t, (struct owner){ rank, none, proc, 0 }, group, n);
	if (t->only[set].processes == 1)
		group[n++] = t->only[set].group;
	return n;
}

int wins_groups(const struct wins *t, struct owner of, size_t group[WINS_GROUPS])
{
	struct slice none = { "", 0 }, any = { ".", 1 };
	int64_t d =
	    of.gpu && of.dev.n && slice_eq(of.rank, any) ? intern_find(&t->devs, of.dev) : -1;
	int n = 0;

	if (of.dev.n)
		n = add_group(t, (struct owner){ of.rank, of.dev, none, 0 }, group, n);
	if (d >= 0 && !n && t->dev_group[d] >= 0)
		group[n++] = (size_t)t->dev_group[d];
	n = rank_groups(t, of.rank, of.proc, group, n);
	return slice_eq(of.rank, any) ? n : rank_groups(t, any, none, group, n);
}

int wins_several(const struct wins *t, struct owner of)
{
	struct slice none = { "", 0 };
	int64_t set = intern_find(&t->sets, intern_pair(of.rank, none));

	return set >= 0 && !of.proc.n && t->only[set].processes > 1;
}

/* The set's window of this ordinal: at its index, unless some are missing. */
static int64_t of_set(const struct wins *t, int64_t set, int64_t k)
{
	size_t lo = t->set_first[set], hi = t->set_first[set + 1];

	if (k >= 0 && (uint64_t)k < hi - lo && t->w[lo + (size_t)k].n == k)
		return (int64_t)(lo + (size_t)k);
	for (size_t i = lo; t->given && i < hi; i++)
		if (t->w[i].n == k)
			return (int64_t)i;
	return -1;
}

int64_t wins_numbered(const struct wins *t, struct owner of, struct slice name, int64_t k)
{
	struct slice none = { "", 0 }, any = { ".", 1 };
	struct {
		struct slice rank, dev;
	} at[3] = { { of.rank, of.dev }, { of.rank, none }, { any, none } };

	for (int i = of.dev.n ? 0 : 1; i < 3; i++) {
		int64_t set = intern_find(&t->sets, intern_pair(at[i].rank, at[i].dev));
		int64_t win = set < 0 ? -1 : of_set(t, set, k);

		if (win >= 0 && slice_eq(t->w[win].name, name))
			return win;
	}
	return -1;
}

int64_t wins_twin(const struct wins *t)
{
	struct slice none = { "", 0 }, any = { ".", 1 };

	for (size_t i = 0; i < t->n; i++) {
		struct owner own = wins_owner(t, &t->w[i]);
		struct owner wider[2] = { { own.rank, none, none, 0 }, { any, none, none, 0 } };

		for (int k = own.dev.n ? 0 : 1; k < 2; k++) {
			int64_t set = intern_find(&t->sets, intern_pair(wider[k].rank, none));
			int64_t w = set < 0 || (uint32_t)set == t->w[i].set
			                ? -1
			                : of_set(t, set, t->w[i].n);

			if (w >= 0 && slice_eq(t->w[w].name, t->w[i].name))
				return (int64_t)i;
		}
	}
	return -1;
}

/* Index after the last window of the group that begins before `end`. */
static size_t upto(const struct wins *t, size_t group, int64_t end)
{
	size_t lo = t->first[group], hi = t->end[group];

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

int64_t wins_at(const struct wins *t, struct owner of, int64_t ts)
{
	size_t group[WINS_GROUPS];
	struct best b = { t, -1 };
	int n = wins_groups(t, of, group);

	for (int i = 0; i < n; i++)
		wins_over(t, group[i], ts, ts, keep_latest, &b);
	return b.win;
}
