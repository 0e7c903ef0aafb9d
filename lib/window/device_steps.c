#include "window/device_steps.h"

#include "base/mem.h"
#include "base/num.h"
#include "base/out.h"
#include "record/census.h"

#include <stdlib.h>

enum {
	PREFETCH_PERCENT = 5
}; /* of a step's device time after its tile: boundaries by one stream */

struct device_row {
	struct slice rank, pid;
	uint64_t outside;  /* events that no step launched, and their total length */
	i128 outside_ns;
	int64_t first, last; /* of these: the earliest start, the latest end */
	uint32_t main;     /* stream with the most computation */
	i128 most;
	uint64_t after_ppm; /* of the launched device time, the part after its step, in total */
	int by_stream, disorder, any;
};
struct device_cell {
	uint32_t dev;
	int64_t win;
	int64_t first, last; /* earliest start, latest end */
	int64_t s, e;        /* the device step */
	i128 launched, after; /* ns of device time, and the part after the step */
};
struct device_stream {
	uint32_t dev;
	i128 compute;
};

int device_steps_is_work(const struct rec *r)
{
	static const char *const work[] = { "kernel", "gpu_memcpy", "gpu_memset", "cuda_graph",
		                            "xla_async" };

	if (!r->has_ts || !r->has_dur || !slice_is(r->col[C_PH], "X"))
		return 0;
	for (size_t i = 0; i < sizeof work / sizeof *work; i++)
		if (slice_is(r->col[C_CAT], work[i]))
			return 1;
	return 0;
}

static struct slice key_of(uint32_t a, uint32_t b, int64_t c)
{
	static char key[16];

	memcpy(key, &a, 4);
	memcpy(key + 4, &b, 4);
	memcpy(key + 8, &c, 8);
	return (struct slice){ key, sizeof key };
}

static uint32_t device_of(struct device_steps *d, const struct rec *r)
{
	size_t known = d->devices.n;
	uint32_t id = intern_id(&d->devices, intern_pair(r->col[C_RANK], r->col[C_PID]));

	mem_reserve_zero((void **)&d->dev, &d->cap_dev, (size_t)id + 1, sizeof *d->dev);
	if (id == known)
		d->dev[id].rank = intern_first(d->devices.text[id], &d->dev[id].pid);
	return id;
}

static uint32_t stream_of(struct device_steps *d, const struct rec *r, uint32_t dev)
{
	struct slice tid = r->col[C_TID]; /* in the line, rank, pid and tid are adjacent */
	struct slice key = { r->col[C_RANK].p, (size_t)(tid.p + tid.n - r->col[C_RANK].p) };
	uint32_t id = intern_id(&d->streams, key);

	mem_reserve_zero((void **)&d->stream, &d->cap_stream, (size_t)id + 1, sizeof *d->stream);
	d->stream[id].dev = dev;
	return id;
}

static void see_stream(struct device_steps *d, uint32_t dev, uint32_t stream, int64_t win,
                       const struct rec *r)
{
	size_t known = d->stream_cells.n;
	uint32_t id = intern_id(&d->stream_cells, key_of(dev, stream, win));
	struct device_row *row = &d->dev[dev];

	mem_reserve((void **)&d->stream_first, &d->cap_first, (size_t)id + 1,
	            sizeof *d->stream_first);
	if (id == known || r->ts < d->stream_first[id])
		d->stream_first[id] = r->ts;
	if (!slice_is(r->col[C_CAT], "kernel") || rec_tag(r, slice_of("coll")).p)
		return;
	d->stream[stream].compute += r->dur;
	if (d->stream[stream].compute > row->most) {
		row->most = d->stream[stream].compute;
		row->main = stream;
	}
}

void device_steps_add(void *arg, const struct rec *r, int64_t win, int64_t from, int64_t to)
{
	struct device_steps *d = arg;
	uint32_t dev = device_of(d, r), id;
	size_t known = d->cells.n;
	struct device_cell *c;

	(void)from;
	(void)to;
	if (win == ASSIGN_NONE) {
		struct device_row *row = &d->dev[dev];

		row->first = !row->outside || r->ts < row->first ? r->ts : row->first;
		row->last =
		    !row->outside || r->ts + r->dur > row->last ? r->ts + r->dur : row->last;
		d->dev[dev].outside++;
		d->dev[dev].outside_ns += r->dur;
		return;
	}
	id = intern_id(&d->cells, key_of(dev, 0, win));
	mem_reserve_zero((void **)&d->cell, &d->cap_cell, (size_t)id + 1, sizeof *d->cell);
	c = &d->cell[id];
	if (id == known)
		*c = (struct device_cell){
			.dev = dev, .win = win, .first = r->ts, .last = r->ts + r->dur
		};
	c->first = r->ts < c->first ? r->ts : c->first;
	c->last = r->ts + r->dur > c->last ? r->ts + r->dur : c->last;
	c->launched += r->dur;
	d->dev[dev].any = 1;
	if (d->extents)
		return;
	see_stream(d, dev, stream_of(d, r, dev), win, r);
	if (!d->runs)
		d->runs = sorter_new();
	sorter_add(d->runs, (struct sorter_item){ r->ts, r->ts + r->dur, win, dev, 0 });
}

/* Cells by device and the host's order of steps. */
static const struct device_steps *sorting;

static int cell_order(const void *pa, const void *pb)
{
	const struct device_cell *a = &sorting->cell[*(const uint32_t *)pa],
				 *b = &sorting->cell[*(const uint32_t *)pb];

	if (a->dev != b->dev)
		return a->dev < b->dev ? -1 : 1;
	return a->win < b->win ? -1
	                       : a->win > b->win; /* wins are sorted by rank, process, start */
}

static int64_t begin_of(const struct device_steps *d, const struct device_cell *c)
{
	int64_t id;

	if (!d->dev[c->dev].by_stream)
		return c->first;
	id = intern_find(&d->stream_cells, key_of(c->dev, d->dev[c->dev].main, c->win));
	return id < 0 ? c->first : d->stream_first[id];
}

/* Where the cells of one device begin and end; or the host's windows, if they would otherwise
 * begin out of order. */
static void lay_out(struct device_steps *d, const uint32_t *id, size_t n)
{
	struct device_row *row = &d->dev[d->cell[id[0]].dev];
	int64_t last = INT64_MIN;

	row->disorder = 0;
	for (size_t i = 0; i < n; i++) {
		struct device_cell *c = &d->cell[id[i]];

		c->s = begin_of(d, c);
		row->disorder |= i > 0 && c->s < d->cell[id[i - 1]].s;
		last = c->last > last ? c->last : last;
	}
	for (size_t i = 0; i < n; i++) {
		struct device_cell *c = &d->cell[id[i]];

		c->e = i + 1 < n ? d->cell[id[i + 1]].s : last;
		if (row->disorder) {
			c->s = d->a->wins.w[c->win].s;
			c->e = d->a->wins.w[c->win].e;
		}
	}
}

/* Device time after the end of the step that launched it. */
static void measure_after(struct device_steps *d)
{
	struct sorter_item it;

	while (d->runs && sorter_next(d->runs, &it)) {
		int64_t id = intern_find(&d->cells, key_of(it.dev, 0, it.win)), from;
		struct device_cell *c = &d->cell[id];

		from = it.s > c->e ? it.s : c->e;
		if (it.e > from)
			c->after += (i128)it.e - from;
	}
}

static void each_device(struct device_steps *d, const uint32_t *id,
                        void (*f)(struct device_steps *d, const uint32_t *id, size_t n))
{
	for (size_t i = 0, k; i < d->cells.n; i = k) {
		for (k = i + 1; k < d->cells.n && d->cell[id[k]].dev == d->cell[id[i]].dev; k++)
			;
		f(d, id + i, k - i);
	}
}

/* If much of a step's time is after it, other streams run ahead or late: the stream that computes
 * most decides the boundaries. */
static void follow_main(struct device_steps *d, const uint32_t *id, size_t n)
{
	struct device_row *row = &d->dev[d->cell[id[0]].dev];
	i128 all = 0, after = 0;

	for (size_t i = 0; i < n; i++) {
		const struct device_cell *c = &d->cell[id[i]];

		all += c->launched;
		after += c->after;
		row->by_stream |= c->after * 100 > c->launched * PREFETCH_PERCENT;
	}
	row->by_stream &= row->most > 0 && !row->disorder;
	row->after_ppm = all ? (uint64_t)(after * 1000000 / all) : 0;
	if (row->by_stream)
		lay_out(d, id, n);
}

/* The columns of a window of a device. */
static void put_columns(struct buf *b, const struct device_row *row, int64_t s, int64_t e,
                        struct slice name)
{
	b->n = 0;
	buf_str(b, "X\t");
	num_put(b, s);
	buf_ch(b, '\t');
	num_put(b, e - s);
	buf_ch(b, '\t');
	buf_put(b, row->rank);
	buf_ch(b, '\t');
	buf_put(b, row->pid);
	buf_str(b, "\t.\twindow\t");
	buf_put(b, name);
}

/* No steps at all: one window over the device's events. */
static void put_whole(struct device_steps *d)
{
	struct buf *b = &d->line;

	out_str("##note no steps: over all of the device's events\n");
	for (size_t i = 0; i < d->devices.n; i++) {
		put_columns(b, &d->dev[i], d->dev[i].first, d->dev[i].last, slice_of("all"));
		buf_str(b, "\twin=all\twin_n=0\n");
		out_slice(buf_slice(b));
	}
}

static void put_window(struct device_steps *d, const struct device_cell *c)
{
	const struct win *w = &d->a->wins.w[c->win];
	const struct device_row *row = &d->dev[c->dev];
	struct buf *b = &d->line;

	put_columns(b, row, d->extents ? c->first : c->s, d->extents ? c->last : c->e, w->name);
	assign_put_win(d->a, b, c->win);
	assign_put_tags(d->a, b, c->win);
	buf_ch(b, '\n');
	out_slice(buf_slice(b));
}

/* A device's own windows (XLA's Steps line, a device's annotations) are its steps, unchanged. */
static int has_own(const struct device_steps *d, uint32_t dev)
{
	int64_t set =
	    intern_find(&d->a->wins.sets, intern_pair(d->dev[dev].rank, d->dev[dev].pid));

	return set >= 0 && d->a->wins.set_first[set + 1] > d->a->wins.set_first[set];
}

static void put_windows(struct device_steps *d, const uint32_t *id, size_t n)
{
	struct wins *t = &d->a->wins;
	uint32_t dev = d->cell[id[0]].dev;

	for (size_t i = 0; i < n; i++) {
		struct device_cell c = d->cell[id[i]];

		if (!d->extents && has_own(d, dev)) {
			c.s = t->w[c.win].s;
			c.e = t->w[c.win].e;
		}
		put_window(d, &c);
	}
}

/* Steps of the device's rank and process that launched nothing on it. */
static uint64_t empty_steps(const struct device_steps *d, uint32_t dev)
{
	size_t group[WINS_GROUPS];
	uint64_t all = 0, used = 0;
	int n = assign_groups(d->a, d->dev[dev].rank, d->dev[dev].pid, group);

	for (int i = 0; i < n; i++)
		all += d->a->wins.end[group[i]] - d->a->wins.first[group[i]];
	for (size_t i = 0; i < d->cells.n; i++)
		used += d->cell[i].dev == dev;
	return all - used;
}

static void put_fact(const struct device_row *r, const char *what, uint64_t count, i128 ns)
{
	struct buf b = { 0 };

	census_line(&b, what, count, ns, r->rank, r->pid);
	out_slice(buf_slice(&b));
	free(b.p);
}

/* What a reader of numbers over these windows should know. */
static void put_notes(const struct device_steps *d)
{
	size_t by_stream = 0, disorder = 0;
	uint64_t most = 0, empty;

	for (size_t i = 0; i < d->devices.n; i++) {
		const struct device_row *r = &d->dev[i];

		by_stream += (size_t)r->by_stream;
		disorder += (size_t)(r->disorder && !has_own(d, (uint32_t)i));
		most = r->by_stream && r->after_ppm > most ? r->after_ppm : most;
		empty = empty_steps(d, (uint32_t)i);
		if (r->outside)
			put_fact(r, "outside", r->outside, r->outside_ns);
		if (empty)
			put_fact(r, "empty_steps", empty, 0);
	}
	if (d->extents)
		return;
	if (by_stream)
		out_fmt(
		    "##note steps of %zu of %zu devices by the stream that computes most: up to "
		    "%llu.%02llu %% of the launched device time lies after its step\n",
		    by_stream, d->devices.n, (unsigned long long)(most / 10000),
		    (unsigned long long)(most / 100 % 100));
	if (disorder)
		out_fmt(
		    "##note %zu of %zu devices start their steps out of order: the host's steps are used\n",
		    disorder, d->devices.n);
}

void device_steps_write(struct device_steps *d)
{
	uint32_t *id;

	if (!d->a->wins.n && !d->extents) {
		if (d->devices.n)
			put_whole(d);
		return;
	}
	id = mem_resize(NULL, d->cells.n, sizeof *id);
	for (uint32_t i = 0; i < d->cells.n; i++)
		id[i] = i;
	sorting = d;
	if (d->cells.n)
		qsort(id, d->cells.n, sizeof *id, cell_order);
	if (!d->extents) {
		each_device(d, id, lay_out);
		measure_after(d);
		each_device(d, id, follow_main);
	}
	put_notes(d);
	wins_name_twins(&d->a->wins);
	each_device(d, id, put_windows);
	free(id);
}
