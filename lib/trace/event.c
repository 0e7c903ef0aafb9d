#include "trace/event.h"

#include "base/num.h"
#include "json/json.h"
#include "record/meta.h"
#include "record/rec.h"
#include "trace/begin_end.h"
#include "trace/emit.h"
#include "trace/event_cols.h"
#include "trace/own.h"
#include "trace/zero.h"

/* Times after 1973, in microseconds since the epoch, are absolute. */
static const int64_t ABSOLUTE_NS = INT64_C(100000000000000000);

static int drops_flow(const struct trace *t)
{
	for (int i = 0; i < t->o->n_drop; i++)
		if (strcmp(t->o->drop[i], "flow") == 0)
			return 1;
	return 0;
}

static void find_base(struct trace *t, int64_t ns)
{
	if (t->own->absolute || t->has_base || !t->own->d->foreign)
		return;
	/* The first time decides for all of the file. */
	if (ns >= ABSOLUTE_NS)
		trace_absolute(t, ns);
	else
		t->own->absolute = 2;
}

enum time { TIME_OK, TIME_NONE, TIME_BAD, TIME_RANGE };

/* Microseconds (or ns, depending on the dialect) as written, to nanoseconds. */
static enum time to_ns(const struct trace *t, struct slice raw, int64_t *ns)
{
	int e;

	if (!raw.p || slice_is(raw, "null"))
		return TIME_NONE;
	e = num_shifted(ev_bare(raw), t->own->d->rows ? 0 : 3, ns);
	return e == 0 ? TIME_OK : e == -2 ? TIME_RANGE : TIME_BAD;
}

void event_probe(struct trace *t, struct ev *v)
{
	int64_t ns;

	if ((v->ph.p && slice_is(ev_bare(v->ph), "M")) || to_ns(t, v->ts, &ns) != TIME_OK ||
	    ns == 0)
		return;
	t->own->absolute = 1;
	if (!t->has_base && ns >= ABSOLUTE_NS && t->own->d->foreign) {
		trace_absolute(t, ns);
	} else if (!t->has_base) {
		t->own->absolute = 2; /* seen, and relative */
	}
	t->tef.stop = !t->own->d->late_facts;
}

static enum time start_of(struct trace *t, const struct ev *v, int meta, int64_t *ns)
{
	enum time e = to_ns(t, v->ts, ns);

	if (e != TIME_OK)
		return e;
	if (!meta && *ns)
		find_base(t, *ns);
	return __builtin_add_overflow(*ns, t->own->shift_ns, ns) ? TIME_RANGE : TIME_OK;
}

/* The length of an X event. Returns whether it is known. */
static int span(struct trace *t, const struct ev *v, int64_t ts, int64_t *dur)
{
	int64_t end;

	switch (to_ns(t, v->dur, dur)) {
	case TIME_NONE:
		account_mended(&t->tef.acc, "no_dur", v->off);
		return 0;
	case TIME_BAD:
		account_lost(&t->tef.acc, "bad_dur", v->off);
		return 0;
	case TIME_RANGE:
		account_lost(&t->tef.acc, "dur_range", v->off);
		return 0;
	case TIME_OK:
		break;
	}
	if (*dur >= 0 && !__builtin_add_overflow(ts, *dur, &end))
		return 1;
	account_lost(&t->tef.acc, *dur < 0 ? "negative_dur" : "dur_range", v->off);
	return 0;
}

/* The phase as records have it: one letter; I is an old spelling of i. */
static struct slice phase(struct trace *t, const struct ev *v)
{
	struct slice s = ev_bare(v->ph);
	char c = s.n ? s.p[0] : '.';

	if (c == 'I' && s.n == 1)
		return (struct slice){ "i", 1 };
	if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c && strchr("(),=", c))) {
		if (c != '.' || s.n != 1 || t->own->d->foreign)
			account_lost(&t->tef.acc, "bad_ph", v->off);
		return (struct slice){ ".", 1 };
	}
	if (s.n > 1)
		account_mended(&t->tef.acc, "long_ph", v->off);
	return (struct slice){ s.p, 1 };
}

static int placed(struct trace *t, const struct ev *v, char ph, enum time e)
{
	static const char *const causes[] = { "", "no_ts", "bad_ts", "ts_range" };

	if (e == TIME_OK || ph == 'M')
		return 1;
	account_lost(&t->tef.acc, causes[e], v->off);
	return 0;
}

/* An event that names a process or a thread is also a description line: a selection (-c) keeps
 * it. */
static void meta_event(struct trace *t, struct ev *v)
{
	static struct buf event, text;
	const char *arg;
	unsigned ignored = 0;

	event.n = text.n = 0;
	buf_put(&event, ev_bare(v->name));
	buf_ch(&event, 0);
	arg = meta_arg((struct slice){ event.p, event.n - 1 });
	if (!arg || !ev_arg(v, arg).p)
		return;
	json_text(&text, ev_arg(v, arg), &ignored);
	emit_meta(t, event.p, v->o_pid, v->o_tid, buf_slice(&text));
}

void event_end(struct trace *t)
{
	zero_end(t);
	begin_end_close(t);
}

/* Writes a span of the source from t->line. */
static void put_event(struct trace *t, const struct ev *v, int wanted, int zero)
{
	struct buf *b = &t->line;

	if (zero && wanted) {
		zero_put(t, buf_slice(b));
		return;
	}
	if (t->own->d->foreign && census_is(v->o_cat))
		emit_count(t, buf_slice(b));
	if (!wanted)
		return;
	rec_write(b);
}

/* Notes the first time that is not 0; returns whether this one is a 0 that may mean "not
 * measured". */
static int is_zero(struct trace *t, enum time e, const struct ev *v)
{
	int64_t raw;

	if (e != TIME_OK || !t->own->d->foreign || t->own->d->rows ||
	    to_ns(t, v->ts, &raw) != TIME_OK)
		return 0;
	if (raw)
		zero_time(t, raw);
	return raw == 0;
}

void event_put(struct trace *t, struct ev *v)
{
	struct buf *b = &t->line;
	struct slice ph = phase(t, v);
	unsigned flaws = v->flaws;
	int64_t ns = 0, dur = 0;
	enum time e = start_of(t, v, ph.p[0] == 'M', &ns);
	int zero, wanted, x = ph.p[0] == 'X', known;

	if (!t->own->d->event(t, v) || !placed(t, v, ph.p[0], e))
		return;
	zero = ph.p[0] != 'M' && is_zero(t, e, v) && x;
	if (memchr("BEbeSF", ph.p[0], 6)) {
		begin_end(t, v, ph.p[0], ns);
		if (v->flaws != flaws)
			account_flaws(&t->tef.acc, v->flaws & ~flaws, v->off);
		return;
	}
	if (ph.p[0] == 'M' && t->own->d->foreign)
		meta_event(t, v);
	if (ph.p[0] == 'C' && !v->cat.p && t->own->d->foreign)
		v->o_cat = slice_of("counter");
	wanted = trace_wants(t, v->o_cat) && !(memchr("stf", ph.p[0], 3) && drops_flow(t));
	if (wanted || (t->own->d->foreign && x && census_is(v->o_cat))) {
		t->tags.n = 0;
		known = x && span(t, v, ns, &dur);
		rec_begin(b, ph.p[0], e == TIME_OK ? &ns : NULL, known ? &dur : NULL);
		event_head(t, v, b);
		event_tags(t, v, x);
		buf_put(b, buf_slice(&t->tags));
		put_event(t, v, wanted, zero);
	}
	if (v->flaws != flaws)
		account_flaws(&t->tef.acc, v->flaws & ~flaws, v->off);
}
