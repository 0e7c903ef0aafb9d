#include "window/partition.h"

#include "base/msg.h"
#include "base/num.h"

#include <stdlib.h>

enum { HOST, QUEUED, IDLE, LAUNCH = 255 }; /* LAUNCH: s an event's start, e its launch */
static const char *const gap_name[PARTITION_GAPS] = { "host", "queued", "idle" };

struct partition_device {
	int any;
	int64_t from, to;  /* a stretch that is known to be busy all the time */
	int64_t first, last;
};
struct sums {
	int64_t ns[PARTITION_CLASSES + PARTITION_GAPS];
};
struct sweep {
	struct partition *p;
	uint32_t dev;
	size_t *win, n_win,
	    next; /* the device's windows by start; the first one that is not open yet */
	size_t *open, n_open;
	struct sums *sum, outside; /* by window of the device */
	int64_t at, end[PARTITION_CLASSES];
	int64_t launch_at, launch; /* of the event that starts at launch_at: the earliest launch */
	int launched;
};

void partition_class(struct partition *p, char *text)
{
	char *eq = strchr(text, '=');
	size_t had = p->taken.n;
	uint32_t id;

	if (!eq || eq == text)
		msg_usage("-P needs NAME=EXPR: '%s'", text);
	if (p->n == PARTITION_CLASSES)
		msg_usage("more than %d times -P", PARTITION_CLASSES);
	for (char *c = text; c < eq; c++)
		if (!((*c >= 'a' && *c <= 'z') || *c == '_'))
			msg_usage("-P: a name is of small letters and '_': '%s'", text);
	id = intern_id(&p->taken, (struct slice){ text, (size_t)(eq - text) });
	if (p->taken.n == had)
		msg_usage("-P: two classes have the same name: '%s'", text);
	p->name[p->n] = p->taken.text[id].p;
	for (int i = 0; i < PARTITION_GAPS; i++)
		if (strcmp(p->name[p->n], gap_name[i]) == 0)
			msg_usage("-P: host, queued and idle are reserved names: '%s'", text);
	p->expr[p->n++] = expr_parse(eq + 1);
}

static int class_of(const struct partition *p, const struct rec *r)
{
	for (int i = 0; i < p->n; i++)
		if (expr_true(p->expr[i], r))
			return i;
	return -1;
}

/* Is there no gap right before this event? Then its launch time is not needed. */
static int follows(struct partition_device *d, int64_t s, int64_t e)
{
	int within = d->any && s >= d->from && s <= d->to;

	if (within) {
		d->to = e > d->to ? e : d->to;
		return 1;
	}
	if (!d->any || s > d->to) {
		d->from = s;
		d->to = e;
	}
	return 0;
}

void partition_add(struct partition *p, const struct rec *r)
{
	struct slice rank = r->col[C_RANK], pid = r->col[C_PID], lag = { NULL, 0 };
	int class = class_of(p, r);
	struct partition_device *d;
	int64_t e = r->ts + r->dur, ns;
	uint32_t id;

	if (class < 0)
		return;
	id = intern_id(&p->devices, (struct slice){ rank.p, (size_t)(pid.p + pid.n - rank.p) });
	mem_reserve_zero((void **)&p->dev, &p->cap_dev, (size_t)id + 1, sizeof *p->dev);
	d = &p->dev[id];
	if (!p->spans)
		p->spans = sorter_new();
	if (!follows(d, r->ts, e))
		lag = rec_tag(r, slice_of("lag"));
	if (lag.p && num_i64(lag, &ns) == 0 && ns >= 0 && r->ts >= INT64_MIN + ns)
		sorter_add(p->spans, (struct sorter_item){ r->ts, r->ts - ns, 0, id, LAUNCH });
	sorter_add(p->spans, (struct sorter_item){ r->ts, e, 0, id, (uint32_t)class });
	d->first = !d->any || r->ts < d->first ? r->ts : d->first;
	d->last = !d->any || e > d->last ? e : d->last;
	d->any = 1;
}

/* [s, e) is of this class: in each open window, or outside. */
static void give(struct sweep *w, int class, int64_t s, int64_t e)
{
	const struct win *win = w->p->a->wins.w;

	while (s < e) {
		int64_t next = e;
		size_t n = 0;

		while (w->next < w->n_win && win[w->win[w->next]].s <= s)
			w->open[w->n_open++] = w->next++;
		if (w->next < w->n_win && win[w->win[w->next]].s < next)
			next = win[w->win[w->next]].s;
		for (size_t i = 0; i < w->n_open; i++) {
			size_t k = w->open[i];

			if (win[w->win[k]].e <= s)
				continue;
			w->open[n++] = k;
			if (win[w->win[k]].e < next)
				next = win[w->win[k]].e;
		}
		w->n_open = n;
		for (size_t i = 0; i < n; i++)
			w->sum[w->open[i]].ns[class] += next - s;
		if (!n && class < w->p->n)
			w->outside.ns[class] += next - s;
		s = next;
	}
}

/* Up to `to`, where an event starts; more 0: nothing starts there. */
static void advance(struct sweep *w, int64_t to, int more)
{
	while (w->at < to) {
		int64_t next = to;
		int class = 0;

		while (class < w->p->n && w->end[class] <= w->at)
			class++;
		if (class < w->p->n)
			next = w->end[class] < to ? w->end[class] : to;
		else if (!more || !w->launched || w->launch_at != to)
			class += IDLE;
		else
			class += w->launch > w->at ? HOST : QUEUED;
		give(w, class, w->at, next);
		w->at = next;
	}
}

/* Ends the record with its sums. */
static void put_sums(struct partition *p, const struct sums *s)
{
	for (int i = 0; i < p->n; i++)
		rec_put_num(&p->line, p->name[i], s->ns[i]);
	for (int i = 0; i < PARTITION_GAPS; i++)
		rec_put_num(&p->line, gap_name[i], s->ns[p->n + i]);
	rec_write(&p->line);
}

static void put_columns(struct partition *p, uint32_t dev, int64_t s, int64_t e, struct slice name)
{
	struct buf *b = &p->line;

	rec_begin_span(b, s, e);
	rec_put(b, p->devices.text[dev]);
	rec_put(b, slice_of("."));
	rec_put(b, slice_of("partition"));
	rec_put(b, name);
}

static void write_device(struct sweep *w)
{
	struct partition *p = w->p;
	const struct partition_device *d = &p->dev[w->dev];
	int64_t outside = 0;

	for (size_t i = 0; i < w->n_win; i++) {
		const struct win *win = &p->a->wins.w[w->win[i]];

		put_columns(p, w->dev, win->s, win->e, win->name);
		assign_put_win(p->a, &p->line, (int64_t)w->win[i]);
		assign_put_tags(p->a, &p->line, (int64_t)w->win[i]);
		put_sums(p, &w->sum[i]);
	}
	for (int i = 0; i < p->n; i++)
		outside += w->outside.ns[i];
	if (!outside)
		return;
	put_columns(p, w->dev, d->first, d->last, slice_of("outside"));
	put_sums(p, &w->outside);
}

static const struct wins *sorting;

static int by_time(const void *pa, const void *pb)
{
	size_t a = *(const size_t *)pa, b = *(const size_t *)pb;

	if (sorting->w[a].s != sorting->w[b].s)
		return sorting->w[a].s < sorting->w[b].s ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* The device's windows, in order of time. */
static void find_windows(struct sweep *w)
{
	struct partition *p = w->p;
	struct wins *t = &p->a->wins;
	struct slice dev, rank = intern_first(p->devices.text[w->dev], &dev);
	size_t group[WINS_GROUPS];
	int n = assign_groups(p->a, rank, dev, group);

	w->n_win = 0;
	for (int i = 0; i < n; i++)
		w->n_win += t->end[group[i]] - t->first[group[i]];
	w->win = mem_resize(NULL, w->n_win, sizeof *w->win);
	w->open = mem_resize(NULL, w->n_win, sizeof *w->open);
	w->sum = mem_zero(w->n_win, sizeof *w->sum);
	w->n_win = 0;
	for (int i = 0; i < n; i++)
		for (size_t k = t->first[group[i]]; k < t->end[group[i]]; k++)
			w->win[w->n_win++] = k;
	sorting = t;
	if (w->n_win)
		qsort(w->win, w->n_win, sizeof *w->win, by_time);
}

static void begin(struct sweep *w, uint32_t dev)
{
	struct partition *p = w->p;
	int64_t s = p->dev[dev].first;

	*w = (struct sweep){ .p = p, .dev = dev };
	find_windows(w);
	if (w->n_win && p->a->wins.w[w->win[0]].s < s)
		s = p->a->wins.w[w->win[0]].s;
	w->at = s;
	for (int i = 0; i < p->n; i++)
		w->end[i] = s;
}

static void finish(struct sweep *w)
{
	int64_t e = w->p->dev[w->dev].last;

	for (size_t i = 0; i < w->n_win; i++)
		e = w->p->a->wins.w[w->win[i]].e > e ? w->p->a->wins.w[w->win[i]].e : e;
	advance(w, e, 0);
	write_device(w);
	free(w->win);
	free(w->open);
	free(w->sum);
}

static void take(struct sweep *w, const struct sorter_item *it)
{
	if (it->side == LAUNCH) {
		if (!w->launched || w->launch_at != it->s || it->e < w->launch)
			w->launch = it->e;
		w->launched = 1;
		w->launch_at = it->s;
		return;
	}
	advance(w, it->s, 1);
	w->end[it->side] = it->e > w->end[it->side] ? it->e : w->end[it->side];
}

void partition_write(struct partition *p)
{
	struct sweep w = { .p = p };
	struct sorter_item it;
	int any = 0;

	wins_name_twins(&p->a->wins);
	while (p->spans && sorter_next(p->spans, &it)) {
		if (any && it.dev != w.dev)
			finish(&w);
		if (!any || it.dev != w.dev)
			begin(&w, it.dev);
		any = 1;
		take(&w, &it);
	}
	if (any)
		finish(&w);
}
