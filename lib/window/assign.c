#include "window/assign.h"

#include "base/mem.h"
#include "base/num.h"

#include <stdlib.h>

enum { MOST_BUCKETS = 10000000 }; /* a record */

int assign_is_device(const struct rec *r)
{
	struct slice cat = r->col[C_CAT];

	return slice_is(cat, "kernel") || slice_starts(cat, "gpu_") || slice_starts(cat, "xla_") ||
	       slice_is(cat, "cuda_graph");
}

/* Records that tr-window, tr-stats and the sources write and that belong to no process, although
 * they may have a pid. */
struct slice assign_process(const struct rec *r)
{
	static const char *const others[] = { "window", "interval", "measure",    "counter",
		                              "stats",  "request",  "collective", "timing_step" };
	struct slice none = { "", 0 }, pid = r->col[C_PID];

	if (!slice_is(r->col[C_PH], "X") || slice_is(pid, ".") || assign_is_device(r))
		return none;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (slice_is(r->col[C_CAT], others[i]))
			return none;
	return pid;
}

struct owner assign_owner(const struct assign *a, const struct rec *r)
{
	struct slice none = { "", 0 };
	struct owner of = { r->col[C_RANK], none, none, 0 };

	if (slice_is(r->col[C_CAT], "counter")) {
		of.dev = slice_is(r->col[C_PID], ".") ? none : r->col[C_PID];
		of.gpu = 1;
	} else if (assign_is_device(r)) {
		of.dev = r->col[C_PID];
		of.proc = launchers_of(&a->launchers, of.rank, of.dev);
	} else {
		of.proc = assign_process(r);
	}
	return of;
}

int assign_groups(const struct assign *a, struct slice rank, struct slice dev,
                  size_t group[WINS_GROUPS])
{
	struct owner of = { rank, dev, launchers_of(&a->launchers, rank, dev), 0 };

	return wins_groups(&a->wins, of, group);
}

int assign_correlation(const struct rec *r, uint64_t *id)
{
	struct slice s = rec_tag(r, slice_of("correlation"));
	int64_t v;

	if (!s.p || num_i64(s, &v) || v <= 0)
		return 0;
	*id = (uint64_t)v;
	return 1;
}

int assign_too_long(const struct assign *a, const struct rec *r)
{
	return a->width && r->has_dur && r->dur / a->width > MOST_BUCKETS;
}

int64_t assign_bucket(int64_t ts, int64_t width)
{
	return ts >= 0 ? ts / width : -1 - (-1 - ts) / width;
}

static void buckets(struct assign *a, const struct rec *r, int64_t s, int64_t e, assign_fn *part,
                    void *arg)
{
	do {
		int64_t b = assign_bucket(s, a->width), end;

		/* The end of the last bucket may be after the last representable time. */
		if (__builtin_mul_overflow(b + 1, a->width, &end) || end > e)
			end = e;
		part(arg, r, b, s, end);
		s = end;
	} while (s < e);
}

static void hit(void *arg, size_t win)
{
	struct assign *a = arg;

	mem_reserve((void **)&a->hits, &a->cap_hits, a->n_hits + 1, sizeof *a->hits);
	a->hits[a->n_hits++].win = win;
}

static int by_index(const void *pa, const void *pb)
{
	size_t a = *(const size_t *)pa, b = *(const size_t *)pb;

	return a < b ? -1 : a > b;
}

/* The parts of [s, e) that none of the windows found covers. */
static void outside(struct assign *a, const struct rec *r, int64_t s, int64_t e, assign_fn *part,
                    void *arg)
{
	int point = s == e;

	if (point && a->n_hits)
		return;
	while (s < e || point) {
		int64_t next = e;
		int moved = 0;

		/* Few windows overlap one event: checking all of them for each gap is fast
		 * enough. */
		for (size_t i = 0; i < a->n_hits; i++) {
			const struct win *w = &a->wins.w[a->hits[i].win];

			if (w->s <= s && w->e > s) {
				s = w->e;
				moved = 1;
			} else if (w->s > s && w->s < next) {
				next = w->s;
			}
		}
		if (moved)
			continue;
		part(arg, r, ASSIGN_NONE, s, next);
		s = next;
		point = 0;
	}
}

static void by_time(struct assign *a, const struct rec *r, int64_t s, int64_t e, assign_fn *part,
                    void *arg)
{
	struct owner of = assign_owner(a, r);
	size_t group[WINS_GROUPS];
	int n = wins_groups(&a->wins, of, group);

	a->n_hits = 0;
	a->unowned += !n && of.dev.n && wins_several(&a->wins, of);
	for (int i = 0; i < n; i++)
		wins_over(&a->wins, group[i], s, e, hit, a);
	if (a->n_hits > 1)
		qsort(a->hits, a->n_hits, sizeof *a->hits, by_index);
	for (size_t i = 0; i < a->n_hits; i++) {
		const struct win *w = &a->wins.w[a->hits[i].win];

		part(arg, r, (int64_t)a->hits[i].win, s > w->s ? s : w->s, e < w->e ? e : w->e);
	}
	if (a->keep)
		outside(a, r, s, e, part, arg);
}

static int64_t launched_in(struct assign *a, const struct rec *r)
{
	struct owner of = assign_owner(a, r);
	int64_t caller, win;
	uint64_t id;

	if (of.dev.n && !of.gpu && assign_correlation(r, &id)) {
		caller = launchers_id(&a->launchers, of.rank, of.proc);
		win = caller < 0 ? LAUNCH_UNKNOWN : launch_find(a->launch, (uint32_t)caller, id);
		if (win != LAUNCH_UNKNOWN)
			return win < 0 ? ASSIGN_NONE : win;
	}
	if (a->strict && of.dev.n && !of.gpu && launchers_any(&a->launchers, of.rank))
		return ASSIGN_NONE;
	win = wins_at(&a->wins, of, r->ts);
	a->unowned += win < 0 && of.dev.n && wins_several(&a->wins, of);
	return win < 0 ? ASSIGN_NONE : win;
}

int assign_lag(struct assign *a, const struct rec *r, int64_t *ns)
{
	struct owner of = assign_owner(a, r);
	int64_t caller, ts;
	uint64_t id;

	if (!a->times || !of.dev.n || of.gpu || !assign_correlation(r, &id))
		return 0;
	caller = launchers_id(&a->launchers, of.rank, of.proc);
	if (caller < 0 || launch_find(a->launch, (uint32_t)caller, id) == LAUNCH_UNKNOWN ||
	    !call_times_get(a->times, (uint32_t)caller, id, &ts) || ts > r->ts)
		return 0;
	*ns = r->ts - ts;
	return 1;
}

/* The window named by the tags win and win_n. */
static int64_t numbered(struct assign *a, const struct rec *r)
{
	struct slice name = rec_tag(r, slice_of("win")), n = rec_tag(r, slice_of("win_n"));
	struct slice none = { "", 0 };
	struct owner of = { r->col[C_RANK], assign_is_device(r) ? r->col[C_PID] : none, none, 0 };
	int64_t k, win;

	a->named_none = name.p || n.p;
	if (!name.p || !n.p || num_i64(n, &k))
		return ASSIGN_NONE;
	win = wins_numbered(&a->wins, of, name, k);
	if (win < 0)
		return ASSIGN_NONE;
	a->named_none = 0;
	if (of.dev.n)
		launchers_learn(&a->launchers, of.rank, of.dev,
		                wins_owner(&a->wins, &a->wins.w[win]).proc);
	return win;
}

void assign_event(struct assign *a, const struct rec *r, assign_fn *part, void *arg)
{
	int64_t s = r->ts, e = r->has_dur ? s + r->dur : s; /* in range: rec_parse checked it */

	if (a->width) {
		buckets(a, r, s, e, part, arg);
	} else if (a->by_launch || a->by_number) {
		int64_t win = a->by_launch ? launched_in(a, r) : numbered(a, r);

		if (win != ASSIGN_NONE || a->keep)
			part(arg, r, win, s, e);
	} else {
		by_time(a, r, s, e, part, arg);
	}
}

void assign_put_win(const struct assign *a, struct buf *b, int64_t win)
{
	buf_str(b, "\twin=");
	if (a->width)
		num_put128(b, (i128)win * a->width);
	else
		buf_put(b, a->wins.w[win].name);
	buf_str(b, "\twin_n=");
	num_put(b, a->width ? win : a->wins.w[win].n);
	if (!a->width)
		buf_put(b, a->wins.w[win].phase);
}

void assign_put_tags(const struct assign *a, struct buf *b, int64_t win)
{
	const struct win *w = &a->wins.w[win];
	const char *after = w->phase.p + w->phase.n;

	/* Without the phase, which is written together with win and win_n. */
	if (!w->phase.n) {
		buf_put(b, w->tags);
	} else {
		buf_add(b, w->tags.p, (size_t)(w->phase.p - w->tags.p));
		buf_add(b, after, (size_t)(w->tags.p + w->tags.n - after));
	}
	if (w->nth < 0)
		return;
	buf_str(b, "\tnth=");
	num_put(b, w->nth);
}
