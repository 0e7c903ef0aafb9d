#include "match/why.h"

#include "base/sorter.h"

#include <stdlib.h>

struct why {
	struct sorter *spans; /* by participant and time; side: 0 work, else a call's entry + 1 */
	struct sorter *before; /* by call: s busy, e idle, win the participant */
};

struct why *why_new(void)
{
	struct why *w = mem_resize(NULL, 1, sizeof *w);

	w->spans = sorter_new();
	w->before = sorter_new();
	return w;
}

void why_work(struct why *w, uint32_t participant, int64_t s, int64_t e)
{
	sorter_add(w->spans, (struct sorter_item){ s, e, 0, participant, 0 });
}

void why_call(struct why *w, uint32_t participant, size_t entry, int64_t s, int64_t e)
{
	sorter_add(w->spans, (struct sorter_item){ s, e, 0, participant, (uint32_t)entry + 1 });
}

/* One participant's time, from left to right. */
struct timeline {
	int any;         /* there was a matched call */
	int64_t end;     /* of the last one */
	int64_t covered; /* the union of the work was measured up to here */
	int64_t busy;    /* the part of it after `end` */
};

static void work(struct timeline *t, int64_t s, int64_t e)
{
	if (!t->any)
		return;
	s = s > t->covered ? s : t->covered;
	if (e > s) {
		t->busy += e - s;
		t->covered = e;
	}
}

/* The busy time between the previous call and this one; returns the rest. */
static int64_t before_call(const struct timeline *t, int64_t s, int64_t *busy)
{
	int64_t gap = s > t->end ? s - t->end : 0;

	*busy = t->covered > s ? t->busy - (t->covered - s) : t->busy;
	*busy = *busy < 0 ? 0 : *busy > gap ? gap : *busy;
	return gap - *busy;
}

static void after_call(struct timeline *t, int64_t e)
{
	t->end = t->any && t->end > e ? t->end : e;
	t->busy = t->any && t->covered > t->end ? t->covered - t->end : 0;
	t->covered = t->any && t->covered > t->end ? t->covered : t->end;
	t->any = 1;
}

static void sweep(struct why *w, const struct match *m)
{
	struct timeline t = { 0 };
	struct sorter_item it;
	uint32_t who = MATCH_NOBODY;

	while (sorter_next(w->spans, &it)) {
		const struct match_entry *e;
		int64_t busy, idle;

		if (it.dev != who)
			t = (struct timeline){ 0 };
		who = it.dev;
		if (!it.side) {
			work(&t, it.s, it.e);
			continue;
		}
		e = match_entry(m, it.side - 1);
		if (e->wait < 0)
			continue;
		if (t.any) {
			idle = before_call(&t, it.s, &busy);
			sorter_add(w->before, (struct sorter_item){ busy, idle, who, e->call, 0 });
		}
		after_call(&t, it.e);
	}
}

static int by_value(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

	return a < b ? -1 : a > b;
}

/* Twice the amount by which v exceeds the median of the n others. */
static int64_t excess(int64_t v, int64_t *other, size_t n)
{
	qsort(other, n, sizeof *other, by_value);
	return 2 * v - other[(n - 1) / 2] - other[n / 2];
}

static void decide(struct match_call *c, int64_t late_busy, int64_t late_idle, int64_t *busy,
                   int64_t *idle, size_t n)
{
	int64_t b = excess(late_busy, busy, n), i = excess(late_idle, idle, n);

	c->busy = b / 2;
	c->idle = i / 2;
	if (b > i && b > 0)
		c->why = 'd';
	else if (i > b && i > 0)
		c->why = 'h';
}

void why_settle(struct why *w, struct match *m)
{
	struct sorter_item it;
	int64_t *busy = NULL, *idle = NULL, late[2] = { 0, 0 };
	size_t n = 0, cap_busy = 0, cap_idle = 0;
	int more, there = 0;
	uint32_t call = 0;

	sweep(w, m);
	do {
		more = sorter_next(w->before, &it);
		if (n + (size_t)there && (!more || it.dev != call)) {
			if (there && n)
				decide(&m->call[call], late[0], late[1], busy, idle, n);
			n = 0;
			there = 0;
		}
		if (!more)
			break;
		call = it.dev;
		if (m->call[call].late == (uint32_t)it.win) {
			there = 1;
			late[0] = it.s;
			late[1] = it.e;
			continue;
		}
		mem_reserve((void **)&busy, &cap_busy, n + 1, sizeof *busy);
		mem_reserve((void **)&idle, &cap_idle, n + 1, sizeof *idle);
		busy[n] = it.s;
		idle[n++] = it.e;
	} while (more);
	free(busy);
	free(idle);
	sorter_free(w->spans);
	sorter_free(w->before);
	free(w);
}
