#include "stats/metric_out.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/order.h"
#include "base/out.h"
#include "stats/metric_order.h"

#include <stdlib.h>

static struct metric_order order;

struct list {
	struct dec *v;
	size_t n, cap;
};

static void push(struct list *l, struct dec v)
{
	mem_reserve((void **)&l->v, &l->cap, l->n + 1, sizeof *l->v);
	l->v[l->n++] = v;
}

static int by_value(const void *a, const void *b)
{
	return num_cmp(*(const struct dec *)a, *(const struct dec *)b);
}

static void put_stat(struct metric *m, struct slice scope, const char *stat, struct dec v,
                     int64_t den, size_t n, const char *note)
{
	static struct buf b;

	b.n = 0;
	metric_put_value(m, v, den, &b);
	metric_record(m, scope, stat, buf_slice(&b), (int64_t)n, NULL, note);
}

/* The quantile of sorted values, times 100. */
static struct dec quantile(const struct metric *m, const struct list *l, int percent)
{
	size_t x = (size_t)percent * (l->n - 1);
	struct dec lo = l->v[x / 100], hi = l->v[x / 100 + (x % 100 != 0)], v;
	i128 f = (i128)(x % 100), p, q;

	if (num_rescale(&lo, hi.scale) || num_rescale(&hi, lo.scale) ||
	    __builtin_mul_overflow(lo.m, 100 - f, &p) || __builtin_mul_overflow(hi.m, f, &q) ||
	    __builtin_add_overflow(p, q, &v.m))
		metric_overflow(m);
	v.scale = lo.scale;
	return v;
}

/* mean p50 p99 min max of the steps' values. */
static void distribution(struct metric *m, struct slice scope, struct list *l, const char *note)
{
	struct dec sum = { 0, 0 };

	if (!l->n)
		return;
	qsort(l->v, l->n, sizeof *l->v, by_value);
	for (size_t k = 0; k < l->n; k++)
		if (agg_sum(&sum, l->v[k]))
			metric_overflow(m);
	put_stat(m, scope, "mean", sum, (int64_t)l->n, l->n, note);
	put_stat(m, scope, "p50", quantile(m, l, 50), 100, l->n, note);
	put_stat(m, scope, "p99", quantile(m, l, 99), 100, l->n, note);
	put_stat(m, scope, "min", l->v[0], 1, l->n, note);
	put_stat(m, scope, "max", l->v[l->n - 1], 1, l->n, note);
}

/* The ranks' totals; no quantile of them is written, so none is kept. */
struct over {
	struct dec sum, min, max;
	size_t n, series; /* those known, and all */
};

static void take(const struct metric *m, struct over *o, struct dec v)
{
	if (!o->n || num_cmp(v, o->min) < 0)
		o->min = v;
	if (!o->n || num_cmp(v, o->max) > 0)
		o->max = v;
	if (agg_sum(&o->sum, v))
		metric_overflow(m);
	o->n++;
}

/* "rank=R[,dev=D][,key=value...]", or "all[,key=value...]" for series < 0. */
static struct slice scope_of(const struct metric *m, int64_t series, uint32_t group)
{
	static struct buf b;
	struct slice pid, rank, rest, cell;

	b.n = 0;
	if (series < 0) {
		buf_str(&b, "all");
	} else {
		rank = intern_first(m->series.text[series], &pid);
		buf_str(&b, "rank=");
		buf_put(&b, rank);
		if (order.several[series]) {
			buf_str(&b, ",dev=");
			buf_put(&b, pid);
		}
	}
	rest = group ? m->groups.text[group - 1] : (struct slice){ "", 0 };
	for (int i = 0; group && i < m->n_keys; i++) {
		cell = intern_first(rest, &rest);
		buf_ch(&b, ',');
		buf_str(&b, m->keys[i]);
		buf_ch(&b, '=');
		buf_put(&b, cell);
	}
	return buf_slice(&b);
}

/* The ordinals of a series' steps: first to end - 1; none if both are 0. */
static struct metric_steps steps_in(const struct metric *m, uint32_t series)
{
	struct slice pid, rank = intern_first(m->series.text[series], &pid);
	struct metric_steps n = { 0, 0 };
	int64_t own, all;

	if (!m->steps_of.n)
		return n;
	own = intern_find(&m->steps_of, m->series.text[series]);
	all = intern_find(&m->steps_of, intern_pair(rank, slice_of(".")));
	if (own >= 0)
		n = m->steps[own];
	if (all >= 0 && (n.end == 0 || m->steps[all].first < n.first))
		n.first = m->steps[all].first;
	if (all >= 0 && m->steps[all].end > n.end)
		n.end = m->steps[all].end;
	return n;
}

static const struct metric_cell *total_cell(struct metric *m, uint32_t series, uint32_t group,
                                            int value)
{
	struct metric_cell *c = NULL;

	if (m->over_steps && steps_in(m, series).end)
		c = metric_cell(m, series, group, WIN_STEPS, value, 0);
	if (!c && m->starred)
		c = metric_cell(m, series, group, WIN_STAR, value, 0);
	return c ? c : metric_cell(m, series, group, WIN_ALL, value, 0);
}

/* The events in a total: of spans that are cut at the steps' edges, the uncut ones. */
static int64_t events_of(struct metric *m, uint32_t series, uint32_t group, int value,
                         const struct metric_cell *c)
{
	const struct metric_cell *star =
	    m->over_steps && m->starred ? metric_cell(m, series, group, WIN_STAR, value, 0) : NULL;

	return star ? star->events : c ? c->events : 0;
}

/* The totals of one scope; the first is kept for the lines over the ranks. */
static void write_totals(struct metric *m, uint32_t series, uint32_t group, struct over *over)
{
	static struct buf b;
	struct slice scope = scope_of(m, series, group);

	for (int i = 0; i < m->n_values; i++) {
		const struct metric_cell *c = total_cell(m, series, group, i), *whole = c;
		struct dec v;

		b.n = 0;
		if (m->value[i].share && group)
			whole = total_cell(m, series, 0, i);
		if (metric_cell_value(m, &m->value[i], c, whole, &v)) {
			metric_put_value(m, v, 1, &b);
			if (i == 0 && !metric_hidden(m, v.m == 0))
				take(m, over, v);
		}
		metric_record(m, scope, m->value[i].stat, buf_slice(&b),
		              events_of(m, series, group, i, c), c,
		              m->over_steps && !steps_in(m, series).end
		                  ? "no steps: over the whole trace"
		                  : m->note);
	}
}

static void write_steps(struct metric *m, uint32_t series, uint32_t group)
{
	static struct list l;
	struct metric_steps n = steps_in(m, series);
	struct dec v;

	if (n.end - n.first > METRIC_STEPS)
		msg_die("%s: steps %lld to %lld: too many", m->name,
		        (long long)n.first, (long long)n.end - 1);
	l.n = 0;
	for (int64_t k = n.first; k < n.end; k++)
		if (metric_cell_value(m, &m->value[0], metric_cell(m, series, group, k, 0, 0),
		               metric_cell(m, series, 0, k, 0, 0), &v))
			push(&l, v);
	distribution(m, scope_of(m, series, group), &l, m->note);
}

struct step {
	int64_t win;
	struct dec v;
};

/* By step, the slowest first. */
static int slowest_first(const void *pa, const void *pb)
{
	const struct step *a = pa, *b = pb;

	return a->win != b->win ? (a->win < b->win ? -1 : 1) : num_cmp(b->v, a->v);
}

/* Over the ranks, the time of a step is that of the slowest rank. */
static void write_slowest(struct metric *m)
{
	struct step *step = mem_resize(NULL, m->cells.n, sizeof *step);
	struct list l = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < m->cells.n; i++) {
		struct metric_key k = metric_key(m, i);
		const struct metric_cell *c = metric_cell_at(m, i);

		step[n].win = k.win;
		if (k.win >= 0 && !k.group && !k.value &&
		    metric_cell_value(m, &m->value[0], c, c, &step[n].v))
			n++;
	}
	if (n)
		qsort(step, n, sizeof *step, slowest_first);
	for (size_t i = 0; i < n; i++)
		if (!i || step[i].win != step[i - 1].win)
			push(&l, step[i].v);
	distribution(m, slice_of("all"), &l, metric_coverage(m));
	free(step);
	free(l.v);
}

struct top {
	uint32_t group;
	struct slice name;
	struct dec v;
};

static int top_order(const void *pa, const void *pb)
{
	const struct top *a = pa, *b = pb;
	int c = num_cmp(b->v, a->v);

	return c ? c : order_row(a->name, b->name);
}

/* The largest groups of a series: those of pairs p to e. */
static void write_top(struct metric *m, const struct metric_pair *p, const struct metric_pair *e)
{
	struct top *t = mem_resize(NULL, (size_t)(e - p), sizeof *t);
	struct over unused = { 0 };
	uint32_t series = p->series;
	size_t n = 0;

	for (; p < e; p++) {
		t[n] = (struct top){ .group = p->group, .name = m->groups.text[p->group - 1] };
		if (metric_cell_value(m, &m->value[0], total_cell(m, series, p->group, 0),
		                      total_cell(m, series, 0, 0), &t[n].v))
			n++;
	}
	if (n)
		qsort(t, n, sizeof *t, top_order);
	for (size_t i = 0; i < n && i < (size_t)m->top; i++)
		write_totals(m, series, t[i].group, &unused);
	free(t);
}

static void write_tops(struct metric *m)
{
	const struct metric_pair *p = order.pair, *end = p + order.n_pairs, *e;

	for (; p < end; p = e) {
		for (e = p; e < end && e->series == p->series;)
			e++;
		write_top(m, p, e);
	}
}

/* All lines of a series in a scope (group 0: the rank itself). */
static void write_series(struct metric *m, uint32_t series, uint32_t group, struct over *over)
{
	size_t known = over->n;

	m->of_rank = intern_first(m->series.text[series], &m->of_dev);
	if (slice_is(m->of_dev, "."))
		m->of_dev.p = NULL;
	over->series++;
	if (!m->steps_only)
		write_totals(m, series, group, over);
	/* If the total is unknown, the few known steps would mislead. */
	if (m->steps_only || over->n > known)
		write_steps(m, series, group);
	m->of_rank.p = m->of_dev.p = NULL;
}

/* The coverage, and "2 of 4 known" if some ranks' values are unknown. */
static const char *known_of(const struct metric *m, const struct over *over)
{
	static struct buf b;
	const char *note = metric_coverage(m);

	if (over->n == over->series)
		return note;
	b.n = 0;
	if (note)
		buf_str(&b, note);
	buf_str(&b, b.n ? "; " : "");
	num_put(&b, (int64_t)over->n);
	buf_str(&b, " of ");
	num_put(&b, (int64_t)over->series);
	buf_str(&b, " known");
	buf_ch(&b, 0);
	return b.p;
}

static void write_over(struct metric *m, uint32_t group, struct over *over)
{
	const char *note = known_of(m, over);
	struct slice scope = scope_of(m, -1, group);

	if (over->n) {
		put_stat(m, scope, "mean", over->sum, (int64_t)over->n, over->n, note);
		put_stat(m, scope, "min", over->min, 1, over->n, note);
		put_stat(m, scope, "max", over->max, 1, over->n, note);
	}
	*over = (struct over){ 0 };
}

/* The ranks, then the further scopes. */
static void write_scopes(struct metric *m)
{
	struct over over = { 0 };

	for (size_t i = 0; i < m->series.n; i++)
		write_series(m, order.series[i], 0, &over);
	write_over(m, 0, &over);
	for (size_t i = 0; i < order.n_pairs; i++) {
		const struct metric_pair *p = &order.pair[i];

		write_series(m, p->series, p->group, &over);
		if (i + 1 == order.n_pairs || p[1].group != p->group)
			write_over(m, p->group, &over);
	}
}

/* Ranks that the stream names and that have nothing to compute from. */
static void write_missing(struct metric *m)
{
	static struct buf b;

	for (size_t i = 0; i < m->ranks.n; i++) {
		if (order.seen[i])
			continue;
		b.n = 0;
		buf_str(&b, "rank=");
		buf_put(&b, m->ranks.text[i]);
		metric_record(m, buf_slice(&b), m->steps_only ? "mean" : "total",
		              (struct slice){ "", 0 }, 0, NULL, m->why);
	}
	if (!m->ranks.n && !m->series.n)
		metric_record(m, slice_of("all"), m->steps_only ? "mean" : "total",
		              (struct slice){ "", 0 }, 0, NULL, m->why);
}

int metric_write(struct metric *m)
{
	metric_order(&order, m, m->top);
	out_str("#trace\tmetric\tscope\tstat\tvalue\tunit\tn\tnote\n");
	if (m->top)
		write_tops(m);
	else
		write_scopes(m);
	if (m->steps_only && !m->top)
		write_slowest(m);
	write_missing(m);
	metric_order_free(&order);
	return m->computed ? ST_OK : ST_NONE;
}
