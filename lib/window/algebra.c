#include "window/algebra.h"

#include "base/mem.h"
#include "base/msg.h"

#include <string.h>

static const int64_t NO_WINDOW = INT64_MIN; /* without windows, and for measure's totals */
enum { BUCKETS = 10000000 };                 /* more are a mistake */

static uint32_t device_of(struct algebra *g, const struct rec *r)
{
	struct slice rank = r->col[C_RANK], pid = r->col[C_PID];
	struct slice key = { rank.p,
		             (size_t)(pid.p + pid.n - rank.p) }; /* adjacent in the line */
	uint32_t id = intern_id(&g->dev_keys, key);

	if (id == g->n_dev) {
		mem_reserve((void **)&g->dev, &g->cap_dev, g->n_dev + 1, sizeof *g->dev);
		g->dev[g->n_dev] = (struct device){ 0 };
		g->dev[g->n_dev].rank = intern_first(g->dev_keys.text[id], &g->dev[g->n_dev].pid);
		g->n_dev++;
	}
	return id;
}

static struct slice sum_key(uint32_t dev, int64_t win)
{
	static char key[12];

	memcpy(key, &dev, 4);
	memcpy(key + 4, &win, 8);
	return (struct slice){ key, 12 };
}

/* Adds the record's number to the window's sum. */
static void add_tag(struct algebra *g, const struct rec *r, int64_t win)
{
	struct slice s =
	    g->tag.n && g->cur_side & SIDE_A ? rec_tag(r, g->tag) : (struct slice){ NULL, 0 };
	uint32_t id;
	int64_t n;

	if (!s.p || num_i64(s, &n))
		return;
	id = intern_id(&g->sum_keys, sum_key(g->cur_dev, win));
	mem_reserve_zero((void **)&g->tag_sum, &g->cap_tag, (size_t)id + 1, sizeof *g->tag_sum);
	g->tag_sum[id] += n;
}

static void add_item(struct algebra *g, int64_t win, int64_t s, int64_t e)
{
	sorter_add(g->sweep.runs, (struct sorter_item){ s, e, win, g->cur_dev, g->cur_side });
}

static void add_part(void *arg, const struct rec *r, int64_t win, int64_t s, int64_t e)
{
	struct algebra *g = arg;
	struct device *d = &g->dev[g->cur_dev];

	if (win == ASSIGN_NONE)
		return;
	add_tag(g, r, win);
	if (g->a->width) {
		d->lo = !d->any || win < d->lo ? win : d->lo;
		d->hi = !d->any || win > d->hi ? win : d->hi;
		d->any = 1;
	}
	add_item(g, win, s, e);
}

void algebra_add(struct algebra *g, const struct rec *r, uint32_t side)
{
	g->cur_dev = device_of(g, r);
	g->cur_side = side;
	if (!g->windowed || g->sweep.op == SWEEP_MEASURE) {
		add_item(g, NO_WINDOW, r->ts, r->ts + r->dur);
		add_tag(g, r, NO_WINDOW);
	}
	if (g->windowed)
		assign_event(g->a, r, add_part, g);
}

static void put_span(struct algebra *g, uint32_t dev, int64_t s, int64_t e, const char *cat,
                     struct slice name)
{
	struct buf *b = &g->line;

	rec_begin_span(b, s, e);
	rec_put(b, g->dev[dev].rank);
	rec_put(b, g->dev[dev].pid);
	rec_put(b, slice_of("."));
	rec_put(b, slice_of(cat));
	rec_put(b, name);
}

static void window_bounds(void *arg, int64_t win, int64_t *s, int64_t *e)
{
	struct algebra *g = arg;

	if (g->a->width) {
		if (__builtin_mul_overflow(win, g->a->width, s))
			*s = INT64_MIN;
		if (__builtin_add_overflow(*s, g->a->width, e))
			*e = INT64_MAX;
	} else if (win != NO_WINDOW) {
		*s = g->a->wins.w[win].s;
		*e = g->a->wins.w[win].e;
	}
}

static void put_piece(void *arg, uint32_t dev, int64_t win, int64_t s, int64_t e, uint64_t n)
{
	struct algebra *g = arg;
	int64_t lo = s, hi = e;

	/* By launch, spans may extend beyond their window; its complement does not. */
	if (g->sweep.op == SWEEP_COMPLEMENT && win != NO_WINDOW)
		window_bounds(g, win, &lo, &hi);
	s = s > lo ? s : lo;
	e = e < hi ? e : hi;
	if (s >= e)
		return;
	put_span(g, dev, s, e, "interval", slice_of(sweep_op_name[g->sweep.op]));
	if (g->sweep.op == SWEEP_UNION)
		rec_put_num(&g->line, "n", (i128)n);
	if (win != NO_WINDOW)
		assign_put_win(g->a, &g->line, win);
	rec_write(&g->line);
}

static void keep_sum(void *arg, uint32_t dev, int64_t win, const struct sweep_sum *sum)
{
	struct algebra *g = arg;
	uint32_t id;

	if (g->sweep.op != SWEEP_MEASURE && g->sweep.op != SWEEP_COMPLEMENT)
		return;
	id = intern_id(&g->sum_keys, sum_key(dev, win));
	mem_reserve((void **)&g->sum, &g->cap_sum, (size_t)id + 1, sizeof *g->sum);
	g->sum[id] = *sum;
}

/* One record of lengths; a window without spans has only zeros. */
static void put_measure(struct algebra *g, uint32_t dev, int64_t win)
{
	static const struct sweep_sum zero;
	int64_t id = intern_find(&g->sum_keys, sum_key(dev, win)), s, e;
	const struct sweep_sum *m = id < 0 ? &zero : &g->sum[id];
	struct buf *b = &g->line;

	s = m->first;
	e = m->last;
	window_bounds(g, win == NO_WINDOW && g->a->width ? 0 : win, &s, &e);
	if (win == NO_WINDOW) {
		put_span(g, dev, m->first, m->last, "measure", slice_of("*"));
		buf_str(b, "\twin=*");
	} else {
		put_span(g, dev, s, e, "measure",
		         g->a->width ? slice_of("bucket") : g->a->wins.w[win].name);
		assign_put_win(g->a, b, win);
	}
	rec_put_num(b, "n_a", (i128)m->n_a);
	rec_put_num(b, "n_b", (i128)m->n_b);
	rec_put_num(b, "n_any", (i128)m->n_any);
	rec_put_num(b, "sum_a", m->sum_a);
	rec_put_num(b, "sum_b", m->sum_b);
	rec_put_num(b, "sum_any", m->sum_any);
	rec_put_num(b, "a", m->a);
	rec_put_num(b, "b", m->b);
	rec_put_num(b, "both", m->both);
	rec_put_num(b, "any", m->a + m->b - m->both);
	rec_put_num(b, "only_a", m->a - m->both);
	rec_put_num(b, "only_b", m->b - m->both);
	if (g->tag.n) {
		buf_str(b, "\tsum_");
		buf_put(b, g->tag);
		buf_ch(b, '=');
		num_put128(b, id >= 0 && (size_t)id < g->cap_tag ? g->tag_sum[id] : 0);
	}
	if (m->n_a + m->n_b)
		rec_put_num(b, "span", (i128)m->last - m->first);
	rec_write(b);
}

/* Calls back for every window that a device has. */
static void each_window(struct algebra *g, uint32_t d,
                        void (*f)(struct algebra *g, uint32_t d, int64_t win))
{
	size_t group[WINS_GROUPS];
	int n;

	if (g->dev[d].any && (i128)g->dev[d].hi - g->dev[d].lo > BUCKETS)
		msg_die("buckets %lld to %lld: too many", (long long)g->dev[d].lo,
		        (long long)g->dev[d].hi);
	for (int64_t k = g->dev[d].lo; g->dev[d].any && k <= g->dev[d].hi; k++)
		f(g, d, k);
	if (g->a->width || !g->windowed)
		return;
	n = assign_groups(g->a, g->dev[d].rank, g->dev[d].pid, group);
	for (int i = 0; i < n; i++)
		for (size_t k = g->a->wins.first[group[i]]; k < g->a->wins.end[group[i]]; k++)
			f(g, d, (int64_t)k);
}

static void put_measures(struct algebra *g)
{
	for (uint32_t d = 0; d < g->n_dev; d++) {
		put_measure(g, d, NO_WINDOW);
		each_window(g, d, put_measure);
	}
}

/* A window in which a device has no span is completely in its complement. */
static void put_idle(struct algebra *g, uint32_t d, int64_t win)
{
	int64_t s = 0, e = 0;

	if (intern_find(&g->sum_keys, sum_key(d, win)) >= 0)
		return;
	window_bounds(g, win, &s, &e);
	put_piece(g, d, win, s, e, 0);
}

void algebra_windows(struct algebra *g)
{
	wins_name_twins(&g->a->wins);
	for (size_t i = 0; i < g->a->wins.n; i++) {
		const struct win *w = &g->a->wins.w[i];
		struct owner of = wins_owner(&g->a->wins, w);
		struct device d = { of.rank, of.dev.n ? of.dev : (struct slice){ ".", 1 }, 0, 0,
			            0 };

		g->dev = &d;
		put_span(g, 0, w->s, w->e, "window", w->name);
		assign_put_win(g->a, &g->line, (int64_t)i);
		assign_put_tags(g->a, &g->line, (int64_t)i);
		if (of.proc.n && wins_shared(&g->a->wins, w))
			rec_put_tag(&g->line, "process", of.proc);
		rec_write(&g->line);
	}
}

void algebra_begin(struct algebra *g, struct assign *a, enum sweep_op op, int windowed)
{
	g->a = a;
	g->windowed = windowed;
	g->sweep = (struct sweep){
		.op = op,
		.runs = sorter_new(),
		.bounds = windowed ? window_bounds : NULL,
		.piece = put_piece,
		.sum = keep_sum,
		.arg = g,
	};
}

void algebra_write(struct algebra *g)
{
	sweep_run(&g->sweep);
	if (g->sweep.op == SWEEP_MEASURE)
		put_measures(g);
	for (uint32_t d = 0; g->sweep.op == SWEEP_COMPLEMENT && d < g->n_dev; d++)
		each_window(g, d, put_idle);
}
