#include "trace/emit.h"

#include "base/num.h"
#include "base/out.h"
#include "json/json.h"
#include "record/meta.h"
#include "record/rec.h"
#include "record/tags.h"
#include "trace/own.h"
#include "trace/sizes.h"

#include <stdlib.h>

/* Times beyond 1973 in microseconds since the epoch are absolute. */
static const int64_t ABSOLUTE_NS = INT64_C(100000000000000000);
/* A time of 0 where the others are further away than this is none: the profiler lost it. */
static const int64_t HOUR_NS = INT64_C(3600000000000);
enum { HELD_MOST = 1 << 20 }; /* bytes of records with a time of 0 before any other */

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
	/* The first time decides for the whole file. */
	if (ns >= ABSOLUTE_NS)
		trace_absolute(t, ns);
	else
		t->own->absolute = 2;
}

enum time { TIME_OK, TIME_NONE, TIME_BAD, TIME_RANGE };

/* Microseconds (or ns, as the dialect has it) as written to nanoseconds. */
static enum time to_ns(const struct trace *t, struct slice raw, int64_t *ns)
{
	int e;

	if (!raw.p || slice_is(raw, "null"))
		return TIME_NONE;
	e = num_shifted(ev_bare(raw), t->own->d->rows ? 0 : 3, ns);
	return e == 0 ? TIME_OK : e == -2 ? TIME_RANGE : TIME_BAD;
}

void emit_probe(struct trace *t, struct ev *v)
{
	int64_t ns;

	if ((v->ph.p && slice_is(ev_bare(v->ph), "M")) || to_ns(t, v->ts, &ns) != TIME_OK || ns == 0)
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

/* Appends "\tkey=value" unless the key is not wanted. */
static void put_tag(struct trace *t, struct ev *v, struct slice key, struct slice val)
{
	struct buf *b = &t->tags;
	size_t at = b->n;

	buf_ch(b, '\t');
	tags_key(b, key, &v->bent);
	if (!trace_keeps(t, (struct slice){ b->p + at + 1, b->n - at - 1 })) {
		b->n = at;
		return;
	}
	buf_ch(b, '=');
	json_text(b, val, &v->bent);
}

/* What the rules make of a device's event, and what its execution trace lends it. */
static void derived_tags(struct trace *t, struct ev *v)
{
	size_t at = t->tags.n;
	struct rec r = { 0 };

	rules_tags(t->o->rules, v, &t->tags);
	if (!t->o->sizes || t->tags.n == at || !slice_is(v->o_cat, "kernel"))
		return;
	r.tags = (struct slice){ t->tags.p + at, t->tags.n - at };
	if (rec_tag(&r, slice_of("bytes")).p)
		return;
	if (!t->own->sizes) /* the first that lacks one: what it takes to lend is looked up now */
		t->own->sizes = sizes_new(t, t->o->sizes, &t->conflict);
	sizes_tags(t->own->sizes, v->off, &t->tags, at);
}

/* begins: a span, or the begin of one. */
static void put_tags(struct trace *t, struct ev *v, int begins)
{
	size_t from;

	for (int i = 0; i < v->n_extra; i++)
		put_tag(t, v, v->xkey[i], v->xval[i]);
	if (begins && t->own->d->foreign && (slice_is(v->o_cat, "kernel") || slice_is(v->o_cat, "xla_async")))
		derived_tags(t, v);
	else if (begins && t->own->d->foreign)
		stepname_tags(rules_steps(t->o->rules), v->o_cat, v, &t->tags);
	if (!v->args.p)
		return;
	if (v->args.p[0] != '{') {
		put_tag(t, v, slice_of("\"args\""), v->args);
		return;
	}
	from = t->tags.n;
	ev_args(v);
	for (size_t i = 0; i < v->n_arg; i++)
		put_tag(t, v, v->arg[i].key, v->arg[i].val);
	if (v->broken_args)
		account_lost(&t->tef.acc, "broken_args", v->off);
	tags_unique(&t->tags, from, &v->bent);
}

static void put_col(struct buf *b, struct slice s)
{
	buf_ch(b, '\t');
	buf_put(b, s);
}

/* "\trank\tpid\ttid\tcat\tname" */
static void put_head(struct trace *t, struct ev *v, struct buf *b)
{
	put_col(b, buf_slice(&t->rank));
	put_col(b, v->o_pid);
	put_col(b, v->o_tid);
	put_col(b, v->o_cat);
	buf_ch(b, '\t');
	if (v->name.p)
		json_column(b, v->name, &v->bent);
	else
		buf_ch(b, '.');
}

void emit_time(struct buf *b, int known, int64_t ns)
{
	buf_ch(b, '\t');
	if (known)
		num_put(b, ns);
	else
		buf_ch(b, '.');
}

/* Writes a span from its begin to `end`; its length is not known where it is not closed, or ends
 * before it begins. more: the end's tags. */
static void write_pair(struct trace *t, struct open *o, int closed, int64_t end, struct slice more)
{
	struct buf *b = &t->line;
	int64_t dur = 0;
	unsigned bent = 0;
	int known = closed && !__builtin_sub_overflow(end, o->ts, &dur) && dur >= 0;

	if (closed && !known)
		account_lost(&t->tef.acc, "negative_dur", o->off);
	b->n = 0;
	buf_ch(b, 'X');
	emit_time(b, 1, o->ts);
	emit_time(b, known, dur);
	buf_put(b, buf_slice(&o->head));
	buf_put(&o->tags, more);
	tags_unique(&o->tags, 0, &bent);
	buf_put(b, buf_slice(&o->tags));
	buf_ch(b, '\n');
	out_slice(buf_slice(b));
	pair_free(o);
}

static void put_unclosed(struct trace *t)
{
	struct open *o;

	while ((o = pair_oldest(&t->own->pairs))) {
		account_lost(&t->tef.acc, "unclosed_begin", o->off);
		write_pair(t, o, 0, 0, (struct slice){ "", 0 });
	}
}

/* What a begin and its end share: thread, or category and id (and process where it is local). */
static struct slice pair_key(const struct ev *v, char kind)
{
	static struct buf key;
	unsigned ignored = 0;

	key.n = 0;
	buf_ch(&key, kind);
	if (kind == 'B') {
		put_col(&key, v->o_pid);
		put_col(&key, v->o_tid);
		return buf_slice(&key);
	}
	put_col(&key, v->o_cat);
	for (int i = 0; i < v->n_extra; i++) {
		struct slice k = ev_bare(v->xkey[i]);

		if (!slice_is(k, "id") && !slice_is(k, "id2") && !slice_is(k, "scope"))
			continue;
		buf_ch(&key, '\t');
		json_text(&key, v->xval[i], &ignored);
		if (slice_is(k, "id2") && v->xval[i].n > 8 && memcmp(v->xval[i].p, "{", 1) == 0)
			put_col(&key, v->o_pid);
	}
	return buf_slice(&key);
}

static void pair_event(struct trace *t, struct ev *v, char ph, int64_t ns)
{
	char kind = ph == 'B' || ph == 'E' ? 'B' : ph == 'b' || ph == 'e' ? 'b' : 'S';
	struct slice key = pair_key(v, kind);
	struct open *o;
	int renamed;

	t->tags.n = 0;
	put_tags(t, v, ph == 'B' || ph == 'b' || ph == 'S');
	if (ph == 'B' || ph == 'b' || ph == 'S') {
		t->line.n = 0;
		put_head(t, v, &t->line);
		if (trace_wants(t, v->o_cat))
			pair_begin(&t->own->pairs, key, ev_bare(v->name), ns, v->off, buf_slice(&t->line),
			           buf_slice(&t->tags));
		return;
	}
	o = pair_end(&t->own->pairs, key, ev_bare(v->name), &renamed);
	if (!o) {
		/* With a selection, the begin may have been left out. */
		if (!t->o->cats || (v->cat.p && trace_wants(t, v->o_cat)))
			account_lost(&t->tef.acc, "end_without_begin", v->off);
		return;
	}
	if (renamed)
		account_mended(&t->tef.acc, "end_of_other_name", v->off);
	if (kind != 'B')
		t->tags.n = 0; /* an async end repeats the begin's id */
	write_pair(t, o, 1, ns, buf_slice(&t->tags));
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

/* The phase as the records have it: one letter; I is i's old spelling. */
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

void emit_meta(struct trace *t, const char *event, struct slice pid, struct slice tid, struct slice text)
{
	static struct buf b;
	struct meta_line m = { slice_of(event), buf_slice(&t->rank), pid, tid, text };

	b.n = 0;
	meta_put(&b, &m);
	out_slice(buf_slice(&b));
}

/* What names a process or a thread is a line of description, too: a selection keeps it. */
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

void emit_count(struct trace *t, struct slice line)
{
	struct rec r;
	int at;

	if (!rec_parse(&r, line, &at) && census_is(r.col[C_CAT]))
		census_see(&t->own->census, &r);
}

/* Writes a record whose time is 0: without a time, where that means that it was not measured. */
static void put_zero(struct trace *t, struct slice line)
{
	struct slice rest;
	struct rec r;
	int at;

	if (t->own->first_ns > HOUR_NS && !rec_parse(&r, line, &at)) {
		rest.p = r.col[C_DUR].p + (r.has_dur && r.dur ? 0 : r.col[C_DUR].n);
		rest.n = (size_t)(line.p + line.n - rest.p);
		t->own->zero.n = 0;
		buf_put(&t->own->zero, r.col[C_PH]);
		buf_str(&t->own->zero, r.has_dur && r.dur ? "\t.\t" : "\t.\t.");
		buf_put(&t->own->zero, rest);
		line = buf_slice(&t->own->zero);
		account_lost(&t->tef.acc, "zero_ts", t->tef.ev.off);
	}
	emit_count(t, line);
	out_slice(line);
	out_ch('\n');
}

/* What was held back until another time was seen. */
static void put_held(struct trace *t)
{
	const char *p = t->own->held.p, *e = p + t->own->held.n, *q;

	for (; p < e; p = q + 1) {
		q = memchr(p, '\n', (size_t)(e - p));
		put_zero(t, (struct slice){ p, (size_t)(q - p) });
	}
	t->own->held.n = 0;
}

void emit_end(struct trace *t)
{
	put_held(t);
	put_unclosed(t);
}

/* A span of the source in t->line. */
static void put_event(struct trace *t, const struct ev *v, int wanted, int zero)
{
	struct buf *b = &t->line;

	if (zero && wanted) {
		if (t->own->first_ns) {
			put_zero(t, buf_slice(b));
			return;
		}
		buf_put(&t->own->held, buf_slice(b));
		buf_ch(&t->own->held, '\n');
		if (t->own->held.n > HELD_MOST)
			put_held(t);
		return;
	}
	if (t->own->d->foreign && census_is(v->o_cat))
		emit_count(t, buf_slice(b));
	if (!wanted)
		return;
	buf_ch(b, '\n');
	out_slice(buf_slice(b));
}

/* Notes the first time that is not 0; returns whether this one is a 0 that may be none. */
static int is_zero(struct trace *t, enum time e, const struct ev *v)
{
	int64_t raw;

	if (e != TIME_OK || !t->own->d->foreign || t->own->d->rows || to_ns(t, v->ts, &raw) != TIME_OK)
		return 0;
	if (raw && !t->own->first_ns) {
		t->own->first_ns = raw > 0 ? raw : 1;
		put_held(t);
	}
	return raw == 0;
}

void emit_event(struct trace *t, struct ev *v)
{
	struct buf *b = &t->line;
	struct slice ph = phase(t, v);
	unsigned bent = v->bent;
	int64_t ns = 0, dur = 0;
	enum time e = start_of(t, v, ph.p[0] == 'M', &ns);
	int zero, wanted, x = ph.p[0] == 'X', known;

	if (!t->own->d->event(t, v) || !placed(t, v, ph.p[0], e))
		return;
	zero = ph.p[0] != 'M' && is_zero(t, e, v) && x;
	if (memchr("BEbeSF", ph.p[0], 6)) {
		pair_event(t, v, ph.p[0], ns);
		if (v->bent != bent)
			account_bent(&t->tef.acc, v->bent & ~bent, v->off);
		return;
	}
	if (ph.p[0] == 'M' && t->own->d->foreign)
		meta_event(t, v);
	if (ph.p[0] == 'C' && !v->cat.p && t->own->d->foreign)
		v->o_cat = slice_of("counter");
	wanted = trace_wants(t, v->o_cat) && !(memchr("stf", ph.p[0], 3) && drops_flow(t));
	if (wanted || (t->own->d->foreign && x && census_is(v->o_cat))) {
		b->n = t->tags.n = 0;
		buf_put(b, ph);
		emit_time(b, e == TIME_OK, ns);
		known = x && span(t, v, ns, &dur);
		emit_time(b, known, dur);
		put_head(t, v, b);
		put_tags(t, v, x);
		buf_put(b, buf_slice(&t->tags));
		put_event(t, v, wanted, zero);
	}
	if (v->bent != bent)
		account_bent(&t->tef.acc, v->bent & ~bent, v->off);
}

void emit_open(struct trace *t, char ph, const int64_t *ts, const int64_t *dur, struct slice pid,
               struct slice tid, const char *cat, struct slice name)
{
	struct buf *b = &t->line;

	t->own->counted = ph == 'X' && census_is(slice_of(cat));
	b->n = 0;
	buf_ch(b, ph);
	emit_time(b, ts != NULL, ts ? *ts : 0);
	emit_time(b, dur != NULL, dur ? *dur : 0);
	put_col(b, buf_slice(&t->rank));
	put_col(b, pid);
	put_col(b, tid);
	put_col(b, slice_of(cat));
	put_col(b, name);
}

void emit_tag(struct trace *t, const char *key, struct slice text)
{
	if (!trace_keeps(t, slice_of(key)))
		return;
	buf_ch(&t->line, '\t');
	buf_str(&t->line, key);
	buf_ch(&t->line, '=');
	buf_put(&t->line, text);
}

void emit_tag_num(struct trace *t, const char *key, int64_t v)
{
	static struct buf b;

	b.n = 0;
	num_put(&b, v);
	emit_tag(t, key, buf_slice(&b));
}

void emit_close(struct trace *t)
{
	if (t->own->d->foreign && t->own->counted)
		emit_count(t, buf_slice(&t->line));
	buf_ch(&t->line, '\n');
	out_slice(buf_slice(&t->line));
}

/* One record of category `trace`. */
static void head_record(struct trace *t, struct slice key, struct slice val)
{
	struct buf *b = &t->line;
	struct ev v = { .args = val };
	unsigned bent = 0;

	b->n = t->tags.n = 0;
	buf_str(b, "M\t.\t.");
	put_col(b, buf_slice(&t->rank));
	buf_str(b, "\t.\t.\ttrace\t");
	json_column(b, key, &bent);
	if (val.p[0] == '{') {
		put_tags(t, &v, 0);
	} else {
		buf_str(&t->tags, "\tvalue=");
		json_text(&t->tags, val, &bent);
	}
	buf_put(b, buf_slice(&t->tags));
	buf_ch(b, '\n');
	out_slice(buf_slice(b));
	free(v.arg);
}

void emit_head(struct trace *t, struct slice key, struct slice val)
{
	const char *p = slice_inside(val), *e = slice_end(val);
	int all = t->o->all_args;
	unsigned bent = 0;
	struct slice x;

	if (!trace_wants(t, slice_of("trace")))
		return;
	t->o->all_args = 1; /* -a is about events */
	if (val.p[0] == '[' && (p = json_element(p, e, 0, &bent, &x)) && x.p && x.p[0] == '{')
		for (; p && x.p; p = json_element(p, e, 0, &bent, &x))
			head_record(t, key, x);
	else
		head_record(t, key, val);
	t->o->all_args = all;
}
