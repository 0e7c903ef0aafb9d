/* dmon: what `nvidia-smi dmon` and `dcgmi dmon` print: samples of gauges, one line per GPU.
 * in:  # gpu    pwr     sm
 *      # Idx      W      %
 *          0     45      7
 * out: C . . . 0 dmon counter pwr value=45 unit=W
 *      C . . . 0 dmon counter sm value=7 unit=% */
#include "base/date.h"
#include "base/escape.h"
#include "base/msg.h"
#include "trace/emit.h"
#include "trace/trace.h"

enum { MOST = 64 };

struct words {
	struct slice w[MOST];
	int n;
};

struct dmon {
	struct words names, units;
	struct buf kept[2]; /* the header lines that they point into */
	int gpu, date, time; /* columns; -1: not there */
	int dcgm, said, has_first;
	int64_t first_ns, last_ns;
	int64_t set_back_ns; /* how far the clock was set back so far */
	int lost_time;       /* it was set back by an unknown time: no times from there on */
};

static void split(struct words *w, struct slice s)
{
	const char *p = s.p, *e = p + s.n;

	w->n = 0;
	while (p < e && w->n < MOST) {
		const char *q;

		while (p < e && (*p == ' ' || *p == '\t' || *p == ',' || *p == '#' || *p == '\r'))
			p++;
		for (q = p; q < e && *q != ' ' && *q != '\t' && *q != ',' && *q != '\r';)
			q++;
		if (q > p)
			w->w[w->n++] = (struct slice){ p, (size_t)(q - p) };
		p = q;
	}
}

static int find(const struct words *w, const char *name)
{
	for (int i = 0; i < w->n; i++)
		if (slice_is(w->w[i], name))
			return i;
	return -1;
}

static int is(struct slice s)
{
	const char *nl = memchr(s.p, '\n', s.n);
	struct words w;

	if (!nl || !slice_starts(s, "#") || slice_starts(s, "##"))
		return 0;
	split(&w, (struct slice){ s.p, (size_t)(nl - s.p) });
	return (w.n > 1 && slice_is(w.w[0], "Entity")) ||
	       (find(&w, "gpu") >= 0 &&
	        (find(&w, "gpu") == 0 || find(&w, "Time") >= 0 || find(&w, "Date") >= 0));
}

/* The second line of dcgmi's header: "ID" or "Id", and units where a column has one. */
static int is_units(const struct words *w)
{
	return find(w, "ID") == 0 || find(w, "Id") == 0;
}

static void header(struct dmon *d, struct slice s)
{
	struct words w;
	int which;

	split(&w, s);
	which = find(&w, "Idx") >= 0 || is_units(&w);
	d->kept[which].n = 0;
	buf_put(&d->kept[which], s);
	split(which ? &d->units : &d->names, buf_slice(&d->kept[which]));
	if (which)
		return;
	d->units.n = 0;
	d->dcgm = d->names.n && slice_is(d->names.w[0], "Entity");
	d->gpu = find(&d->names, "gpu");
	d->date = find(&d->names, "Date");
	d->time = find(&d->names, "Time");
}

/* When summer time ends, the clock goes back by an hour (or half of one): the next sample is then
 * as far from the last one as samples are, a minute at most. Otherwise the step is unknown. */
static void set_back(struct trace *t, struct dmon *d, int64_t ns, uint64_t off)
{
	const int64_t half_hour = INT64_C(1800000000000), minute = INT64_C(60000000000);
	int64_t by = half_hour;

	if (d->last_ns - ns > half_hour)
		by = 2 * half_hour;
	if (d->last_ns - ns <= by && by - (d->last_ns - ns) <= minute) {
		d->set_back_ns += by;
		account_mended(&t->tef.acc, "clock_set_back", off);
		msg_note("%s: the clock was set back by %s; the times here continue", t->file,
		         by == half_hour ? "half an hour" : "1 h");
		return;
	}
	d->lost_time = 1;
	account_lost(&t->tef.acc, "clock_set_back", off);
}

/* Local time, from the first sample on: its zone is not known. Returns 0 if there is none. */
static int moment(struct trace *t, struct dmon *d, const struct words *w, uint64_t off,
                  int64_t *ns)
{
	char text[32];
	struct slice day, hour;

	if (d->date < 0 || d->time < 0 || d->lost_time)
		return 0;
	day = w->w[d->date];
	hour = w->w[d->time];
	if (day.n != 8 || hour.n < 8 || hour.n > 18)
		return 0;
	memcpy(text, day.p, 4);
	text[4] = text[7] = '-';
	memcpy(text + 5, day.p + 4, 2);
	memcpy(text + 8, day.p + 6, 2);
	text[10] = ' ';
	memcpy(text + 11, hour.p, hour.n);
	if (!date_ns((struct slice){ text, 11 + hour.n }, ns))
		return 0;
	if (!d->has_first) {
		d->has_first = 1;
		d->first_ns = d->last_ns = *ns;
	}
	*ns += d->set_back_ns;
	if (*ns < d->last_ns) {
		int64_t before = d->set_back_ns;

		set_back(t, d, *ns, off);
		*ns += d->set_back_ns - before;
	}
	d->last_ns = *ns;
	*ns -= d->first_ns;
	return !d->lost_time;
}

static void sample(struct trace *t, struct dmon *d, const int64_t *ts, struct slice gpu,
                   struct slice name, struct slice unit, struct slice value)
{
	t->tef.events++;
	if (slice_is(value, "-") || slice_is(value, "N/A") || !trace_wants(t, slice_of("counter")))
		return;
	t->tags.n = t->scratch[0].n = 0;
	escape_put(&t->tags, name);
	escape_put(&t->scratch[0], gpu);
	emit_open(t, 'C', ts, NULL, buf_slice(&t->scratch[0]), slice_of("dmon"), "counter",
	          buf_slice(&t->tags));
	t->tags.n = 0;
	escape_put(&t->tags, value);
	emit_tag(t, "value", buf_slice(&t->tags));
	if (d->dcgm && (slice_is(name, "NVLTX") || slice_is(name, "NVLRX")))
		unit = slice_of("B/s"); /* DCGM_FI_PROF_NVLINK_TX_BYTES: a rate (dcgm_fields.h) */
	t->tags.n = 0;
	escape_put(&t->tags, unit);
	if (unit.n && !slice_is(unit, "-"))
		emit_tag(t, "unit", buf_slice(&t->tags));
	emit_close(t);
}

/* "GPU 0" is device 0; anything that is not a GPU of its own keeps its kind: "GPU-I 0" (an
 * instance), "GPU-CI 0". */
static struct slice entity(struct trace *t, const struct words *w)
{
	struct buf *b = &t->scratch[1];

	if (slice_is(w->w[0], "GPU"))
		return w->w[1];
	b->n = 0;
	buf_put(b, w->w[0]);
	buf_ch(b, ' ');
	buf_put(b, w->w[1]);
	return buf_slice(b);
}

/* cut: the line has no line end, so a part of its last field may be missing. */
static void row(struct trace *t, struct dmon *d, struct slice s, uint64_t off, int cut)
{
	struct words w;
	struct slice none = { "", 0 }, gpu;
	int64_t ns = 0, ts = 0;
	int skip, known;

	split(&w, s);
	if (w.n == 0)
		return;
	skip = d->dcgm; /* "GPU 0" is one column of two words */
	if (w.n != d->names.n + skip || (!d->dcgm && d->gpu < 0)) {
		account_lost(&t->tef.acc, "broken_row", off);
		return;
	}
	known = moment(t, d, &w, off, &ns) && trace_time(t, ns, &ts) == 0;
	gpu = d->dcgm ? entity(t, &w) : w.w[d->gpu];
	if (!d->said++)
		msg_note("%s: %s", t->file,
		         known ? "times are relative to the first sample; give its time with -b"
		         : d->dcgm ? "no times in it: dcgmi dmon does not write them"
		                   : "no times in it (nvidia-smi dmon -o DT writes them)");
	for (int i = d->dcgm; i < d->names.n - cut; i++)
		if (i != d->gpu && i != d->date && i != d->time)
			sample(t, d, known ? &ts : NULL, gpu, d->names.w[i],
			       d->units.n == d->names.n ? d->units.w[i] : none, w.w[i + skip]);
}

static int read_dmon(struct trace *t)
{
	struct dmon d = { .gpu = -1, .date = -1, .time = -1 };
	struct inbuf *b = &t->tef.b;
	const char *nl;
	struct slice s;
	int cut = 0;

	t->rankless = !t->o->rank;
	/* The first line says whether there are times. */
	nl = memchr(b->p + b->pos, '\n', b->n - b->pos);
	t->timeless =
	    !nl ||
	    !slice_has((struct slice){ b->p + b->pos, (size_t)(nl - b->p) - b->pos }, "Date");
	if (!trace_begin(t))
		return ST_OK;
	for (uint64_t off = 0; inbuf_line(b, &s, &cut); off = inbuf_at(b)) {
		struct words w;

		if (cut)
			account_lost(&t->tef.acc, "cut", off);
		split(&w, s);
		if ((s.n && s.p[0] == '#') || is_units(&w))
			header(&d, s);
		else
			row(t, &d, s, off, cut);
	}
	return ST_OK;
}

const struct dialect dialect_dmon = { .name = "dmon", .is = is, .read = read_dmon, .foreign = 1 };
