#include "base/escape.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/out.h"
#include "dialect/xla_names.h"
#include "dialect/xplane.h"
#include "record/census.h"
#include "record/rec.h"
#include "trace/emit.h"

#include <stdio.h>
#include <stdlib.h>

/* "\tkey=" of a stat, kept with its metadata. */
static struct meta *stat_meta(struct xspace *x, uint64_t id)
{
	struct meta *m = meta_find(&x->p.stat, id);
	struct trace *t = x->t;

	if (!m) { /* some planes have stats whose names are nowhere in the file */
		m = meta_add(&x->p.stat, id);
		m->at = x->p.arena.n;
	}
	if (m->line >= 0)
		return m;
	m->line = 0;
	m->last = UINT64_MAX;
	buf_ch(&m->text, '\t');
	if (xplane_text(xplane_message(&x->p, m), META_NAME).p)
		escape_put_key(&m->text, xplane_text(xplane_message(&x->p, m), META_NAME));
	else {
		buf_str(&m->text, "stat_");
		num_put(&m->text, (int64_t)id);
	}
	m->kept = trace_keeps(t, (struct slice){ m->text.p + 1, m->text.n - 1 });
	buf_ch(&m->text, '=');
	buf_room(&m->text, 16); /* for buf_add_short */
	return m;
}

/* The shortest text that reads back as this double. */
static void put_double(struct buf *b, uint64_t bits)
{
	char s[40];
	double d, back;

	memcpy(&d, &bits, sizeof d);
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(s, sizeof s, "%.*g", digits, d);
		back = strtod(s, NULL);
		if (memcmp(&back, &d, sizeof d) == 0)
			break;
	}
	buf_str(b, s);
}

static void put_value(struct xspace *x, struct buf *b, uint32_t kind, uint64_t value,
                      struct slice text)
{
	struct meta *ref;

	switch (kind) {
	case STAT_DOUBLE:
		put_double(b, value);
		break;
	case STAT_UINT:
		num_put128(b, (i128)value);
		break;
	case STAT_INT:
		num_put(b, (int64_t)value);
		break;
	case STAT_STR:
		escape_put(b, text);
		break;
	case STAT_BYTES:
		buf_ch(b, '<');
		num_put(b, (int64_t)text.n);
		buf_str(b, " bytes>");
		break;
	default: /* STAT_REF */
		ref = meta_find(&x->p.stat, value);
		if (ref && !ref->value.n) { /* the same few names, millions of times */
			escape_put(&ref->value,
			           xplane_text(xplane_message(&x->p, ref), META_NAME));
			if (!ref->value.n)
				buf_ch(&ref->value, '.');
		}
		if (ref)
			buf_add(b, ref->value.p, ref->value.n);
		else
			buf_ch(b, '.');
	}
}

/* One XStat as a tag; a stat that the event already has is skipped. */
static void put_stat(struct xspace *x, struct buf *b, struct slice msg)
{
	static const int types[] = {
		[STAT_DOUBLE] = WIRE_FIXED64, [STAT_UINT] = WIRE_VARINT, [STAT_INT] = WIRE_VARINT,
		[STAT_STR] = WIRE_LEN,        [STAT_BYTES] = WIRE_LEN,   [STAT_REF] = WIRE_VARINT,
	};
	struct wire_field f;
	struct meta *m;
	struct slice text = { NULL, 0 };
	uint64_t id = 0, value = 0;
	uint32_t kind = 0;
	const char *p = msg.p, *e = slice_end(msg);

	if (msg.n > 2 && *p == (STAT_META << 3 | WIRE_VARINT) &&
	    p[1] > 0) { /* as nearly all begin */
		id = (uint64_t)p[1];
		p += 2;
	}
	while (p < e) {
		p = wire_next(p, e, &f);
		if (!p) {
			account_lost(&x->t->tef.acc, "broken_stat", x->off);
			break;
		}
		if (f.number == STAT_META && f.type == WIRE_VARINT)
			id = f.value;
		else if (f.number >= STAT_DOUBLE && f.number <= STAT_REF &&
		         f.type == types[f.number]) {
			kind = f.number;
			value = f.value;
			text = f.text;
		}
	}
	m = stat_meta(x, id);
	if (!m->kept || !kind || m->last == x->events)
		return;
	m->last = x->events;
	buf_add_short(b, buf_slice(&m->text));
	put_value(x, b, kind, value, text);
}

/* The value of a stat of this name in the metadata itself, .n 0 if there is none. */
static struct slice own_stat(struct xspace *x, struct slice msg, const char *name)
{
	struct wire_field f, g;
	struct meta *s;
	uint64_t id;

	for (const char *p = msg.p, *e = slice_end(msg); p < e && (p = wire_next(p, e, &f));) {
		if (f.number != META_STATS || f.type != WIRE_LEN)
			continue;
		id = 0;
		for (const char *r = f.text.p, *end = slice_end(f.text);
		     r < end && (r = wire_next(r, end, &g));) {
			if (g.number == STAT_META && g.type == WIRE_VARINT)
				id = g.value;
			s = g.number == STAT_STR && g.type == WIRE_LEN ? meta_find(&x->p.stat, id)
			                                               : NULL;
			if (s && slice_is(xplane_text(xplane_message(&x->p, s), META_NAME), name))
				return g.text;
		}
	}
	return (struct slice){ "", 0 };
}

static void put_name(struct buf *b, struct slice name)
{
	if (name.n == 1 && *name.p == '.')
		buf_str(b, "\\x2e");
	else if (name.n)
		escape_put(b, name);
	else
		buf_ch(b, '.');
}

/* The part that is the same for all events of this metadata on this kind of line: category, name,
 * the rules' tags, its stats. */
static void describe(struct xspace *x, struct meta *m, const char *cat, int kind)
{
	struct trace *t = x->t;
	struct slice msg = xplane_message(&x->p, m), display = xplane_text(msg, META_DISPLAY_NAME);
	struct slice name = display.n ? display : xplane_text(msg, META_NAME);
	struct slice hlo = own_stat(x, msg, "hlo_category");
	const char *half = kind > 0 ? xla_async_half(name) : NULL;
	struct wire_field f;
	struct buf *b = &m->text;

	if (strcmp(cat, "kernel") == 0)
		cat = xla_op_cat(name, hlo);
	m->line = kind;
	m->kept = trace_wants(t, slice_of(cat));
	b->n = 0;
	buf_ch(b, '\t');
	buf_str(b, cat);
	buf_ch(b, '\t');
	put_name(b, name);
	if (half) {
		buf_str(b, "\tasync=");
		buf_str(b, half);
	}
	if (strcmp(cat, "kernel") == 0 || strcmp(cat, "xla_async") == 0)
		rules_name_tags(t->o->rules, name, hlo, b);
	else
		stepname_put(rules_steps(t->o->rules), slice_of(cat), name,
		             kind == -2 ? "step_num" : NULL, b, NULL);
	if (display.n && trace_keeps(t, slice_of("long_name"))) {
		buf_str(b, "\tlong_name=");
		escape_put(b, xplane_text(msg, META_NAME));
	}
	for (const char *p = msg.p, *e = slice_end(msg); p < e && (p = wire_next(p, e, &f));)
		if (f.number == META_STATS && f.type == WIRE_LEN)
			put_stat(x, b, f.text);
	x->events++; /* a stat of the metadata does not count as the event's own */
}

/* round(ps / 1000), halves away from zero */
static i128 to_ns(i128 ps)
{
	if (ps >= 0 && ps < INT64_MAX - 500) /* 64-bit division is many times faster */
		return ((int64_t)ps + 500) / 1000;
	return ps >= 0 ? (ps + 500) / 1000 : -((-ps + 500) / 1000);
}

static void put_ps(struct buf *b, const char *key, size_t n, i128 ps)
{
	buf_add(b, key, n);
	num_put128(b, ps);
}

/* Is it a step of the host (StepTraceAnnotation)? */
static int has_step(struct xspace *x, size_t n_stats)
{
	struct wire_field f;

	for (size_t i = 0; i < n_stats; i++) {
		struct slice s = x->stats[i];

		if (wire_next(s.p, slice_end(s), &f) && f.number == STAT_META &&
		    f.type == WIRE_VARINT &&
		    slice_is(buf_slice(&stat_meta(x, f.value)->text), "\tstep_num="))
			return 1;
	}
	return 0;
}

struct event {
	uint64_t id, occurrences;
	int64_t offset, dur; /* ps */
	size_t n_stats;      /* in x->stats */
};

/* Parses the message; returns 0 if it is malformed. */
static int parse(struct xspace *x, struct slice msg, struct event *v)
{
	struct wire_field f;

	*v = (struct event){ 0 };
	for (const char *p = msg.p, *e = slice_end(msg); p < e;) {
		p = wire_next(p, e, &f);
		if (!p)
			return 0;
		if (f.number < EVENT_STATS && f.type != WIRE_VARINT)
			return 0;
		if (f.number == EVENT_META)
			v->id = f.value;
		else if (f.number == EVENT_OFFSET)
			v->offset = (int64_t)f.value;
		else if (f.number == EVENT_DURATION)
			v->dur = (int64_t)f.value;
		else if (f.number == EVENT_OCCURRENCES && f.type == WIRE_VARINT)
			v->occurrences = f.value;
		else if (f.number == EVENT_STATS && f.type == WIRE_LEN) {
			if (v->n_stats == x->cap_stats)
				mem_reserve((void **)&x->stats, &x->cap_stats, v->n_stats + 1,
				            sizeof *x->stats);
			x->stats[v->n_stats++] = f.text;
		}
	}
	return 1;
}

/* The event's metadata, described for this kind of line. */
static struct meta *metadata(struct xspace *x, const struct event *v, const char *cat, int kind,
                             uint64_t off)
{
	struct meta *m = meta_find(&x->p.event, v->id);

	if (!m) {
		account_lost(&x->t->tef.acc, "no_name", off);
		m = meta_add(&x->p.event, v->id);
		m->at = x->p.arena.n;
	}
	if (!kind && has_step(x, v->n_stats)) {
		kind = -2; /* not to be taken for the line's others */
		cat = "user_annotation";
	}
	if (m->line != kind)
		describe(x, m, cat, kind);
	return m;
}

void xplane_event(struct xspace *x, const struct line *l, const char *cat, int kind,
                  struct slice msg, uint64_t off)
{
	struct trace *t = x->t;
	struct buf *b = &t->line;
	struct event v;
	struct meta *m;
	i128 start, ns;
	int64_t ts, end, dur;

	x->events++;
	x->off = off;
	t->tef.events++;
	if (!parse(x, msg, &v)) {
		account_lost(&t->tef.acc, "broken_event", off);
		return;
	}
	m = metadata(x, &v, cat, kind, off);
	if (!m->kept)
		return;
	start = (i128)l->time_ns * 1000 + v.offset;
	ns = to_ns(start);
	if (ns > INT64_MAX || ns < INT64_MIN || trace_time(t, (int64_t)ns, &ts) || v.dur < 0 ||
	    __builtin_add_overflow(ts, v.dur / 1000 + 1, &end)) {
		account_lost(&t->tef.acc, v.dur < 0 ? "negative_dur" : "ts_range", off);
		return;
	}
	dur = (int64_t)to_ns(v.dur);
	rec_begin(b, 'X', &ts, &dur);
	buf_put(b, buf_slice(&x->head));
	buf_put(b, buf_slice(&m->text));
	if (x->keep_start)
		put_ps(b, "\tstart_ps=", 10, start);
	if (x->keep_duration)
		put_ps(b, "\tduration_ps=", 13, v.dur);
	if (v.occurrences)
		emit_tag_num(t, "num_occurrences", (int64_t)v.occurrences);
	for (size_t i = 0; i < v.n_stats; i++)
		put_stat(x, b, x->stats[i]);
	if (census_is(slice_of(cat)))
		emit_count(t, buf_slice(b));
	rec_write(b);
}
