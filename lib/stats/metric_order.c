#include "stats/metric_order.h"

#include "base/mem.h"
#include "base/order.h"
#include "stats/metric_out.h"

#include <stdlib.h>

/* Ranks with more than one series, which are adjacent in the order; ranks with any. */
static void find_devices(struct metric_order *o, const struct metric *m)
{
	struct slice rank, pid, before = { NULL, 0 };
	int64_t id;

	o->several = mem_zero(m->series.n, 1);
	o->seen = mem_zero(m->ranks.n, 1);
	for (size_t i = 0; i < m->series.n; i++, before = rank) {
		rank = intern_first(m->series.text[o->series[i]], &pid);
		if (i && slice_eq(rank, before)) {
			o->several[o->series[i - 1]] = o->several[o->series[i]] = 1;
			continue;
		}
		id = intern_find(&m->ranks, rank);
		if (id >= 0)
			o->seen[id] = 1;
	}
}

static int by_place(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return a < b ? -1 : a > b;
}

/* place[id]: where the id is in the order. */
static uint32_t *places(const uint32_t *order, size_t n)
{
	uint32_t *place = mem_resize(NULL, n, sizeof *place);

	for (uint32_t i = 0; i < n; i++)
		place[order[i]] = i;
	return place;
}

/* Each (series, group) as two places in one number, the place that is sorted first in front. */
static uint64_t *collect(const struct metric_order *o, const struct metric *m, int by_series,
                         size_t *n)
{
	uint32_t *series = places(o->series, m->series.n),
		 *groups = places(o->groups, m->groups.n);
	uint64_t *at = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < m->cells.n; i++) {
		struct metric_key k = metric_key(m, i);

		if (!k.group || k.value || (k.win != WIN_ALL && k.win != WIN_STAR))
			continue;
		mem_reserve((void **)&at, &cap, *n + 1, sizeof *at);
		at[(*n)++] = by_series ? (uint64_t)series[k.series] << 32 | (k.group - 1)
		                       : (uint64_t)groups[k.group - 1] << 32 | series[k.series];
	}
	free(series);
	free(groups);
	if (*n)
		qsort(at, *n, sizeof *at, by_place);
	return at;
}

void metric_order(struct metric_order *o, const struct metric *m, int by_series)
{
	uint64_t *at;
	size_t n;

	*o = (struct metric_order){ 0 };
	o->series = order_rows(m->series.text, m->series.n);
	find_devices(o, m);
	o->groups = order_rows(m->groups.text, m->groups.n);
	if (!m->groups.n)
		return;
	at = collect(o, m, by_series, &n);
	o->pair = mem_resize(NULL, n, sizeof *o->pair);
	for (size_t i = 0; i < n; i++) {
		uint32_t hi = (uint32_t)(at[i] >> 32), lo = (uint32_t)at[i];

		if (i && at[i] == at[i - 1])
			continue;
		o->pair[o->n_pairs++] =
		    by_series ? (struct metric_pair){ o->series[hi], lo + 1 }
			      : (struct metric_pair){ o->series[lo], o->groups[hi] + 1 };
	}
	free(at);
}

void metric_order_free(struct metric_order *o)
{
	free(o->series);
	free(o->groups);
	free(o->pair);
	free(o->several);
	free(o->seen);
}
