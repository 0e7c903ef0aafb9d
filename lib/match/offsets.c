#include "match/offsets.h"

#include "base/sorter.h"

#include <stdlib.h>

/* Numbers are in eighths of a ns: a median of two is exact, three times in a row. */
enum { EIGHTHS = 8 };

struct offsets {
	struct sorter *ends; /* by call: s the end, side the participant */
};
struct values { /* of one call or participant, in order */
	int64_t *v;
	uint32_t *who;
	size_t n, cap, cap_who;
};

struct offsets *offsets_new(void)
{
	struct offsets *o = mem_resize(NULL, 1, sizeof *o);

	o->ends = sorter_new();
	return o;
}

void offsets_end(struct offsets *o, uint32_t call, uint32_t participant, int64_t end)
{
	sorter_add(o->ends, (struct sorter_item){ end, 0, 0, call, participant });
}

static void add(struct values *a, int64_t v, uint32_t who)
{
	mem_reserve((void **)&a->v, &a->cap, a->n + 1, sizeof *a->v);
	mem_reserve((void **)&a->who, &a->cap_who, a->n + 1, sizeof *a->who);
	a->v[a->n] = v;
	a->who[a->n++] = who;
}

/* Of sorted values. */
static int64_t median(const struct values *a)
{
	int64_t lo = a->v[(a->n - 1) / 2], hi = a->v[a->n / 2];

	return lo + (hi - lo) / 2;
}

/* Each end minus its call's median end, by participant. */
static struct sorter *differences(struct offsets *o)
{
	struct sorter *diffs = sorter_new();
	struct values a = { 0 };
	struct sorter_item it;
	int64_t first = 0, middle;
	uint32_t call = 0;
	int more;

	do {
		more = sorter_next(o->ends, &it);
		if (a.n && (!more || it.dev != call)) {
			middle = median(&a);
			for (size_t i = 0; i < a.n; i++)
				sorter_add(diffs, (struct sorter_item){ a.v[i] - middle, 0, 0,
				                                        a.who[i], 0 });
			a.n = 0;
		}
		if (!more)
			break;
		first = a.n ? first : it.s;
		call = it.dev;
		/* Relative to the call's first end, so that eighths of a ns fit: within 4
		 * years. */
		add(&a, it.s - first < INT64_MAX / 16 ? (it.s - first) * EIGHTHS : INT64_MAX / 2,
		    it.side);
	} while (more);
	free(a.v);
	free(a.who);
	return diffs;
}

static void put_eighths(struct buf *b, const char *key, int64_t v)
{
	rec_put_tag(b, key, slice_of(""));
	num_put_dec(b, (struct dec){ (i128)v * (1000 / EIGHTHS), 3 });
}

static void put(const struct match *m, const struct values *a, uint32_t who)
{
	struct sorter *far = sorter_new();
	struct values d = { 0 };
	struct sorter_item it;
	int64_t offset = median(a);
	struct buf b = { 0 };

	for (size_t i = 0; i < a->n; i++) {
		int64_t v = a->v[i] - offset;

		sorter_add(far, (struct sorter_item){ v < 0 ? -v : v, 0, 0, 0, 0 });
	}
	while (sorter_next(far, &it))
		add(&d, it.s, 0);
	rec_begin(&b, 'i', NULL, NULL);
	rec_put(&b, m->participants.text[who]);
	rec_put(&b, slice_of(".\toffset\tclock"));
	rec_put_num(&b, "calls", (i128)a->n);
	put_eighths(&b, "offset", offset);
	put_eighths(&b, "residual", median(&d));
	rec_put_tag(&b, "who", slice_of(""));
	match_put_name(m, &b, who);
	rec_write(&b);
	sorter_free(far);
	free(d.v);
	free(d.who);
	free(b.p);
}

void offsets_write(struct offsets *o, const struct match *m)
{
	struct sorter *diffs = differences(o);
	struct values a = { 0 };
	struct sorter_item it;
	uint32_t who = 0;
	int more;

	do {
		more = sorter_next(diffs, &it);
		if (a.n && (!more || it.dev != who)) {
			put(m, &a, who);
			a.n = 0;
		}
		if (!more)
			break;
		who = it.dev;
		add(&a, it.s, 0);
	} while (more);
	free(a.v);
	free(a.who);
	sorter_free(diffs);
	sorter_free(o->ends);
	free(o);
}
