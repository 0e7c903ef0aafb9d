#include "metric_out.h"

#include "msg.h"
#include "order.h"
#include "out.h"

#include <stdlib.h>

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

/* WHAT of "WHAT:OF" */
static void put_what(const struct metric *m, struct buf *b)
{
	const char *of = strchr(m->missing, ':');

	buf_add(b, m->missing, of ? (size_t)(of - m->missing) : strlen(m->missing));
}

static void put_note(const struct metric *m, const struct metric_cell *c, const char *note,
                     struct buf *b)
{
	size_t at = b->n;

	if (c && c->num.missing && m->missing) {
		const char *of = strchr(m->missing, ':'); /* WHAT:OF */

		buf_str(b, "no ");
		put_what(m, b);
		buf_str(b, " on ");
		num_put(b, (int64_t)c->num.missing);
		buf_str(b, " of ");
		num_put(b, (int64_t)(c->num.missing + c->num.n));
		buf_ch(b, ' ');
		buf_str(b, of ? of + 1 : "records");
	}
	if (c && c->lent) {
		buf_str(b, b->n > at ? "; " : "");
		put_what(m, b);
		buf_str(b, " of ");
		num_put(b, c->lent);
		buf_str(b, " lent by the execution trace (");
		buf_put(b, buf_slice(&m->lent));
		buf_ch(b, ')');
	}
	if (note) {
		buf_str(b, b->n > at ? "; " : "");
		buf_str(b, note);
	}
	if (m->damaged) {
		buf_str(b, b->n > at ? "; " : "");
		buf_str(b, "damaged input");
	}
	if (b->n == at)
		buf_ch(b, '.');
}

void metric_record(struct metric *m, struct slice scope, const char *stat, struct slice value,
                   int64_t n, const struct metric_cell *c, const char *note)
{
	static struct buf b;

	b.n = 0;
	buf_str(&b, m->trace);
	buf_ch(&b, '\t');
	buf_str(&b, m->name);
	buf_ch(&b, '\t');
	buf_put(&b, scope);
	buf_ch(&b, '\t');
	buf_str(&b, stat);
	buf_ch(&b, '\t');
	if (value.n)
		buf_put(&b, value);
	else
		buf_ch(&b, '.');
	m->computed |= value.n > 0;
	buf_ch(&b, '\t');
	buf_str(&b, m->unit);
	buf_ch(&b, '\t');
	num_put(&b, n);
	buf_ch(&b, '\t');
	put_note(m, c, note, &b);
	buf_ch(&b, '\n');
	out_slice(buf_slice(&b));
}

/* mean p50 p99 min max of the values, or mean min max. */
static void distribution(struct metric *m, struct slice scope, struct list *l, int quantiles,
                         const char *note)
{
	static const char *const stats[] = { "mean", "p50", "p99", "min", "max" };
	static const int percent[] = { -1, 50, 99, 0, 100 };
	static struct buf b;

	if (!l->n)
		return;
	qsort(l->v, l->n, sizeof *l->v, by_value);
	for (int i = 0; i < 5; i++) {
		struct dec v = { 0, 0 };
		int64_t den = (int64_t)l->n;

		if (!quantiles && (i == 1 || i == 2))
			continue;
		if (i == 0) {
			for (size_t k = 0; k < l->n; k++)
				if (agg_sum(&v, l->v[k]))
					metric_overflow(m);
		} else {
			size_t x = (size_t)percent[i] * (l->n - 1);
			struct dec lo = l->v[x / 100], hi = l->v[x / 100 + (x % 100 != 0)];
			i128 f = (i128)(x % 100), p, q;

			if (num_rescale(&lo, hi.scale) || num_rescale(&hi, lo.scale) ||
			    __builtin_mul_overflow(lo.m, 100 - f, &p) ||
			    __builtin_mul_overflow(hi.m, f, &q) || __builtin_add_overflow(p, q, &v.m))
				metric_overflow(m);
			v.scale = lo.scale;
			den = 100;
		}
		b.n = 0;
		metric_put_value(m, v, den, &b);
		metric_record(m, scope, stats[i], buf_slice(&b), (int64_t)l->n, NULL, note);
	}
}

static struct slice split_tab(struct slice s, struct slice *rest)
{
	const char *t = memchr(s.p, '\t', s.n);
	size_t n = t ? (size_t)(t - s.p) : s.n;

	*rest = t ? (struct slice){ t + 1, s.n - n - 1 } : (struct slice){ "", 0 };
	return (struct slice){ s.p, n };
}

static int several_devices(const struct metric *m, uint32_t series)
{
	struct slice pid, rank = split_tab(m->series.text[series], &pid);

	for (size_t i = 0; i < m->series.n; i++) {
		struct slice other, r = split_tab(m->series.text[i], &other);

		if (i != series && slice_eq(r, rank))
			return 1;
	}
	return 0;
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
		rank = split_tab(m->series.text[series], &pid);
		buf_str(&b, "rank=");
		buf_put(&b, rank);
		if (several_devices(m, (uint32_t)series)) {
			buf_str(&b, ",dev=");
			buf_put(&b, pid);
		}
	}
	rest = group ? m->groups.text[group - 1] : (struct slice){ "", 0 };
	for (int i = 0; group && i < m->n_keys; i++) {
		cell = split_tab(rest, &rest);
		buf_ch(&b, ',');
		buf_str(&b, m->keys[i]);
		buf_ch(&b, '=');
		buf_put(&b, cell);
	}
	return buf_slice(&b);
}

/* The ordinals of a series' steps: first to end - 1; none where both are 0. */
static struct metric_steps steps_in(const struct metric *m, uint32_t series)
{
	struct slice pid, rank = split_tab(m->series.text[series], &pid);
	int64_t own = intern_find(&m->steps_of, m->series.text[series]), all;
	struct metric_steps n = { 0, 0 };

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
	if (!c)
		c = metric_cell(m, series, group, WIN_STAR, value, 0);
	return c ? c : metric_cell(m, series, group, WIN_ALL, value, 0);
}

static int has_group(struct metric *m, uint32_t series, uint32_t group)
{
	return group == 0 || metric_cell(m, series, group, WIN_ALL, 0, 0) ||
	       metric_cell(m, series, group, WIN_STAR, 0, 0);
}

/* The totals of one scope; the first is kept for the lines over the ranks. */
static void write_totals(struct metric *m, uint32_t series, uint32_t group, struct list *over)
{
	static struct buf b;
	struct slice scope = scope_of(m, series, group);

	for (int i = 0; i < m->n_values; i++) {
		const struct metric_cell *c = total_cell(m, series, group, i);
		struct dec v;

		b.n = 0;
		if (metric_cell_value(m, &m->value[i], c, total_cell(m, series, 0, i), &v)) {
			metric_put_value(m, v, 1, &b);
			if (i == 0)
				push(over, v);
		}
		metric_record(m, scope, m->value[i].stat, buf_slice(&b), c ? c->events : 0, c,
		       m->over_steps && !steps_in(m, series).end ? "no steps: over the whole trace" : m->note);
	}
}

static void write_steps(struct metric *m, uint32_t series, uint32_t group)
{
	static struct list l;
	struct metric_steps n = steps_in(m, series);
	struct dec v;

	if (n.end - n.first > METRIC_STEPS)
		msg_die("%s: steps %lld to %lld: too many to look at each", m->name,
		        (long long)n.first, (long long)n.end - 1);
	l.n = 0;
	for (int64_t k = n.first; k < n.end; k++)
		if (metric_cell_value(m, &m->value[0], metric_cell(m, series, group, k, 0, 0),
		               metric_cell(m, series, 0, k, 0, 0), &v))
			push(&l, v);
	distribution(m, scope_of(m, series, group), &l, 1, m->note);
}

/* Series and groups in output order. */
static const struct metric *sorting;

static int series_order(const void *a, const void *b)
{
	return order_row(sorting->series.text[*(const uint32_t *)a],
	                 sorting->series.text[*(const uint32_t *)b]);
}

static int group_order(const void *a, const void *b)
{
	return order_row(sorting->groups.text[*(const uint32_t *)a],
	                 sorting->groups.text[*(const uint32_t *)b]);
}

static uint32_t *in_order(const struct metric *m, size_t n, int (*cmp)(const void *, const void *))
{
	uint32_t *id = mem_resize(NULL, n, sizeof *id);

	for (size_t i = 0; i < n; i++)
		id[i] = (uint32_t)i;
	sorting = m;
	if (n)
		qsort(id, n, sizeof *id, cmp);
	return id;
}

/* "3 of 4 ranks" where some are missing. */
const char *metric_coverage(const struct metric *m)
{
	static struct buf b;

	b.n = 0;
	if (m->note)
		buf_str(&b, m->note);
	if (m->world > (int64_t)m->ranks.n && m->ranks.n) {
		buf_str(&b, b.n ? "; " : "");
		num_put(&b, (int64_t)m->ranks.n);
		buf_str(&b, " of ");
		num_put(&b, m->world);
		buf_str(&b, " ranks");
	}
	if (!b.n)
		return NULL;
	buf_ch(&b, 0);
	return b.p;
}

/* Over the ranks, a step is its slowest. */
static void write_slowest(struct metric *m)
{
	static struct list l;
	struct metric_steps all = { INT64_MAX, 0 };

	for (uint32_t s = 0; s < m->series.n; s++) {
		struct metric_steps own = steps_in(m, s);

		all.first = own.end && own.first < all.first ? own.first : all.first;
		all.end = own.end > all.end ? own.end : all.end;
	}
	l.n = 0;
	for (int64_t k = all.first; k < all.end; k++) {
		struct dec v, max = { 0, 0 };
		int any = 0;

		for (uint32_t s = 0; s < m->series.n; s++) {
			struct metric_cell *c = metric_cell(m, s, 0, k, 0, 0);

			if (!c || !metric_cell_value(m, &m->value[0], c, c, &v))
				continue;
			max = !any || num_cmp(v, max) > 0 ? v : max;
			any = 1;
		}
		if (any)
			push(&l, max);
	}
	distribution(m, slice_of("all"), &l, 1, metric_coverage(m));
}

struct top {
	uint32_t group;
	struct dec v;
};

static int top_order(const void *pa, const void *pb)
{
	const struct top *a = pa, *b = pb;
	int c = num_cmp(b->v, a->v);

	return c ? c : order_row(sorting->groups.text[a->group - 1], sorting->groups.text[b->group - 1]);
}

/* The largest groups of a series. */
static void write_top(struct metric *m, uint32_t series)
{
	struct top *t = mem_resize(NULL, m->groups.n, sizeof *t);
	struct list unused = { 0 };
	size_t n = 0;

	for (uint32_t g = 1; g <= m->groups.n; g++) {
		t[n].group = g;
		if (has_group(m, series, g) && metric_cell_value(m, &m->value[0], total_cell(m, series, g, 0),
		                                          total_cell(m, series, 0, 0), &t[n].v))
			n++;
	}
	sorting = m;
	if (n)
		qsort(t, n, sizeof *t, top_order);
	for (size_t i = 0; i < n && i < (size_t)m->top; i++)
		write_totals(m, series, t[i].group, &unused);
	free(t);
	free(unused.v);
}

/* All lines of one further scope (group 0: the ranks themselves). */
static void write_scope(struct metric *m, const uint32_t *series, uint32_t group)
{
	struct list over = { 0 };
	size_t known;

	for (size_t i = 0; i < m->series.n; i++) {
		if (!has_group(m, series[i], group))
			continue;
		known = over.n;
		if (!m->steps_only)
			write_totals(m, series[i], group, &over);
		/* Where the total is not known, the few steps that are would mislead. */
		if (m->steps_only || over.n > known)
			write_steps(m, series[i], group);
	}
	if (!m->steps_only)
		distribution(m, scope_of(m, -1, group), &over, 0, metric_coverage(m));
	free(over.v);
}

/* Ranks that the stream names and that have nothing to compute from. */
static void write_missing(struct metric *m)
{
	static struct buf b;

	for (size_t i = 0; i < m->ranks.n; i++) {
		int found = 0;

		for (size_t k = 0; k < m->series.n && !found; k++) {
			struct slice pid;

			found = slice_eq(split_tab(m->series.text[k], &pid), m->ranks.text[i]);
		}
		if (found)
			continue;
		b.n = 0;
		buf_str(&b, "rank=");
		buf_put(&b, m->ranks.text[i]);
		metric_record(m, buf_slice(&b), m->steps_only ? "mean" : "total", (struct slice){ "", 0 }, 0,
		       NULL, m->why);
	}
	if (!m->ranks.n && !m->series.n)
		metric_record(m, slice_of("all"), m->steps_only ? "mean" : "total", (struct slice){ "", 0 }, 0,
		       NULL, m->why);
}

int metric_write(struct metric *m)
{
	uint32_t *series = in_order(m, m->series.n, series_order);
	uint32_t *groups = in_order(m, m->groups.n, group_order);

	out_str("#trace\tmetric\tscope\tstat\tvalue\tunit\tn\tnote\n");
	if (m->top) {
		for (size_t i = 0; i < m->series.n; i++)
			write_top(m, series[i]);
	} else {
		write_scope(m, series, 0);
		for (size_t i = 0; i < m->groups.n; i++)
			write_scope(m, series, groups[i] + 1);
		if (m->steps_only)
			write_slowest(m);
	}
	write_missing(m);
	free(series);
	free(groups);
	return m->computed ? ST_OK : ST_NONE;
}
