/* xspace: XLA's .xplane.pb (tsl/profiler/protobuf/xplane.proto): planes of lines of events, names and stats apart from
 * them. Read from its beginning three times, in step: once for the profile's start, then each plane for its
 * metadata and lines, and again for its events. Kept: the metadata of one plane, and one event.
 * out: X	46919232	1184	.	0	50	kernel	loop_add	duration_ps=1184000	start_ps=46919232000	correlation_id=3 */
#include "trace.h"

#include "emit.h"
#include "num.h"
#include "out.h"
#include "rec.h"
#include "wire.h"
#include "xla_names.h"

#include <stdio.h>
#include <stdlib.h>

/* Field numbers of xplane.proto. */
enum { SPACE_PLANE = 1 };
enum { PLANE_ID = 1, PLANE_NAME, PLANE_LINES, PLANE_EVENT_META, PLANE_STAT_META, PLANE_STATS };
enum { LINE_ID = 1, LINE_NAME, LINE_TIME, LINE_EVENTS, LINE_DISPLAY_NAME = 11 };
enum { EVENT_META = 1, EVENT_OFFSET, EVENT_DURATION, EVENT_STATS, EVENT_OCCURRENCES };
enum { STAT_META = 1, STAT_DOUBLE, STAT_UINT, STAT_INT, STAT_STR, STAT_BYTES, STAT_REF };
enum { META_ID = 1, META_NAME, META_METADATA, META_DISPLAY_NAME, META_STATS };

static const int64_t ABSOLUTE_NS = INT64_C(100000000000000000); /* 1973: times beyond are since the epoch */
enum { HOST_PID = 701 }; /* xprof's process id of /host:CPU */

struct meta { /* of events or of stats */
	uint64_t id;
	size_t at, n;       /* its message, in the plane's arena */
	struct buf text;    /* events: what follows ts, dur and the line's columns; stats: "\tkey=" */
	struct buf value;   /* stats: the name as a value, once it was one */
	int line, kept;     /* line: kind of line that text is for, -1 none; kept: by -a, by -c */
	uint64_t last;      /* stats: number of the event that had it last */
};
struct metas {
	struct meta *p;
	size_t n, cap;
	uint32_t *slot; /* index + 1 by id */
	size_t slots;
};
struct line {
	uint64_t id;
	int64_t time_ns;
	struct buf name, display;
};
struct plane {
	uint64_t id;
	struct buf name, arena;
	struct metas event, stat;
	struct line *line;
	size_t n_lines, cap_lines;
};

struct xspace {
	struct trace *t;
	struct plane p;
	struct buf head, text; /* head: "\trank\tpid\ttid" of the line being written */
	struct slice *stats; /* of the event being written */
	size_t cap_stats;
	uint64_t events;
	int64_t start_ns; /* profile_start_time */
	int has_start, broken, keep_start, keep_duration;
};

static int is(struct slice s)
{
	struct wire_field f, id;
	const char *e = s.p + s.n, *p;
	uint64_t most;

	/* A plane, and in it its id, name or a line; whether it is whole is seen later. */
	if (s.n < 4 || (unsigned char)s.p[0] != (SPACE_PLANE << 3 | WIRE_LEN))
		return 0;
	for (p = s.p + 1, most = 0; p < e && most < 10 && (unsigned char)*p & 0x80; p++)
		most++;
	if (++p >= e)
		return 0;
	if (*p == (PLANE_ID << 3 | WIRE_VARINT)) {
		p = wire_next(p, e, &id);
		if (!p || p >= e)
			return 0;
	}
	p = *p == (PLANE_NAME << 3 | WIRE_LEN) ? wire_next(p, e, &f) : NULL;
	if (!p || !f.text.n || !rec_is_utf8(f.text))
		return 0;
	for (size_t i = 0; i < f.text.n; i++)
		if ((unsigned char)f.text.p[i] < 0x20)
			return 0;
	return 1;
}

static uint32_t *slot_of(struct metas *m, uint64_t id)
{
	size_t k = (size_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (m->slots - 1);

	while (m->slot[k] && m->p[m->slot[k] - 1].id != id)
		k = (k + 1) & (m->slots - 1);
	return &m->slot[k];
}

static struct meta *meta_find(struct metas *m, uint64_t id)
{
	uint32_t *k = m->slots ? slot_of(m, id) : NULL;

	return k && *k ? &m->p[*k - 1] : NULL;
}

static struct meta *meta_add(struct metas *m, uint64_t id)
{
	struct meta *x = meta_find(m, id);

	if (x)
		return x;
	if ((m->n + 1) * 2 > m->slots) {
		m->slots = m->slots ? m->slots * 2 : 256;
		free(m->slot);
		m->slot = mem_resize(NULL, m->slots, sizeof *m->slot);
		memset(m->slot, 0, m->slots * sizeof *m->slot);
		for (size_t i = 0; i < m->n; i++)
			*slot_of(m, m->p[i].id) = (uint32_t)i + 1;
	}
	mem_reserve((void **)&m->p, &m->cap, m->n + 1, sizeof *m->p);
	x = &m->p[m->n++];
	*x = (struct meta){ .id = id, .line = -1 };
	*slot_of(m, id) = (uint32_t)m->n;
	return x;
}

static void metas_clear(struct metas *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->p[i].text.p);
		free(m->p[i].value.p);
	}
	m->n = 0;
	if (m->slots)
		memset(m->slot, 0, m->slots * sizeof *m->slot);
}

static void plane_clear(struct plane *p)
{
	for (size_t i = 0; i < p->n_lines; i++) {
		free(p->line[i].name.p);
		free(p->line[i].display.p);
	}
	p->n_lines = p->name.n = p->arena.n = 0;
	p->id = 0;
	metas_clear(&p->event);
	metas_clear(&p->stat);
}

/* A field of a message in memory; .p NULL where it is absent. */
static struct slice text_field(struct slice msg, uint32_t number)
{
	struct wire_field f;
	struct slice found = { NULL, 0 };

	for (const char *p = msg.p, *e = p + msg.n; p < e && (p = wire_next(p, e, &f));)
		if (f.number == number && f.type == WIRE_LEN)
			found = f.text;
	return found;
}

/* An entry of a map of metadata: key 1, value 2. */
static void add_meta(struct xspace *x, struct metas *m, struct slice entry)
{
	struct wire_field f;
	struct slice value = { "", 0 };
	struct meta *meta;
	uint64_t id = 0;

	for (const char *p = entry.p, *e = p + entry.n; p < e && (p = wire_next(p, e, &f));) {
		if (f.number == 1 && f.type == WIRE_VARINT)
			id = f.value;
		else if (f.number == 2 && f.type == WIRE_LEN)
			value = f.text;
	}
	meta = meta_add(m, id);
	meta->at = x->p.arena.n;
	meta->n = value.n;
	buf_put(&x->p.arena, value);
}

static struct slice message(const struct xspace *x, const struct meta *m)
{
	return (struct slice){ x->p.arena.p + m->at, m->n };
}

/* A text as a tag's key. */
static void put_key(struct buf *b, struct slice s)
{
	size_t at = b->n;

	rec_escape(b, s);
	if (b->n == at)
		buf_ch(b, '_');
	for (size_t i = at; i < b->n; i++)
		if (b->p[i] == ' ')
			b->p[i] = '_';
		else if (b->p[i] == '=')
			b->p[i] = ':';
}

/* "\tkey=" of a stat, kept with its metadata. */
static struct meta *stat_meta(struct xspace *x, uint64_t id)
{
	struct meta *m = meta_find(&x->p.stat, id);
	struct trace *t = x->t;

	if (!m) { /* some planes have stats that are named nowhere */
		m = meta_add(&x->p.stat, id);
		m->at = x->p.arena.n;
	}
	if (m->line >= 0)
		return m;
	m->line = 0;
	m->last = UINT64_MAX;
	buf_ch(&m->text, '\t');
	if (text_field(message(x, m), META_NAME).p)
		put_key(&m->text, text_field(message(x, m), META_NAME));
	else {
		buf_str(&m->text, "stat_");
		num_put(&m->text, (int64_t)id);
	}
	m->kept = trace_keeps(t, (struct slice){ m->text.p + 1, m->text.n - 1 });
	buf_ch(&m->text, '=');
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

static void put_value(struct xspace *x, struct buf *b, const struct wire_field *f)
{
	struct meta *ref;

	switch (f->number) {
	case STAT_DOUBLE:
		put_double(b, f->value);
		break;
	case STAT_UINT:
		num_put128(b, (i128)f->value);
		break;
	case STAT_INT:
		num_put(b, (int64_t)f->value);
		break;
	case STAT_STR:
		rec_escape(b, f->text);
		break;
	case STAT_BYTES:
		buf_ch(b, '<');
		num_put(b, (int64_t)f->text.n);
		buf_str(b, " bytes>");
		break;
	default: /* STAT_REF */
		ref = meta_find(&x->p.stat, f->value);
		if (ref && !ref->value.n) { /* the same few names, millions of times */
			rec_escape(&ref->value, text_field(message(x, ref), META_NAME));
			if (!ref->value.n)
				buf_ch(&ref->value, '.');
		}
		if (ref)
			buf_add(b, ref->value.p, ref->value.n);
		else
			buf_ch(b, '.');
	}
}

/* One XStat as a tag; a stat that the event had already is passed over. */
static void put_stat(struct xspace *x, struct buf *b, struct slice msg)
{
	struct wire_field f, value = { 0 };
	struct meta *m;
	uint64_t id = 0;

	for (const char *p = msg.p, *e = p + msg.n; p < e && (p = wire_next(p, e, &f));)
		if (f.number == STAT_META)
			id = f.value;
		else if (f.number >= STAT_DOUBLE && f.number <= STAT_REF)
			value = f;
	m = stat_meta(x, id);
	if (!m->kept || !value.number || m->last == x->events)
		return;
	m->last = x->events;
	buf_add(b, m->text.p, m->text.n);
	put_value(x, b, &value);
}

/* What is the same of all events of this metadata on this kind of line: category, name, the rules' tags, its stats. */
static void describe(struct xspace *x, struct meta *m, const char *cat, int kind)
{
	struct trace *t = x->t;
	struct slice msg = message(x, m), display = text_field(msg, META_DISPLAY_NAME), name, hlo = { "", 0 };
	struct wire_field f;
	struct buf *b = &m->text, *q = &t->scratch[1];
	struct ev v = { 0 };
	uint64_t id;
	const char *half;

	m->line = kind;
	b->n = 0;
	name = display.n ? display : text_field(msg, META_NAME);
	x->text.n = 0;
	for (const char *p = msg.p, *e = p + msg.n; p < e && (p = wire_next(p, e, &f));) {
		struct wire_field g;
		struct meta *s;

		if (f.number != META_STATS || f.type != WIRE_LEN)
			continue;
		id = 0;
		for (const char *r = f.text.p, *end = r + f.text.n; r < end && (r = wire_next(r, end, &g));) {
			if (g.number == STAT_META)
				id = g.value;
			s = meta_find(&x->p.stat, id);
			if (g.number == STAT_STR && s && slice_is(text_field(message(x, s), META_NAME), "hlo_category"))
				hlo = g.text;
		}
		put_stat(x, &x->text, f.text);
	}
	if (strcmp(cat, "kernel") == 0)
		cat = xla_op_cat(name, hlo);
	m->kept = trace_wants(t, slice_of(cat));
	buf_ch(b, '\t');
	buf_str(b, cat);
	buf_ch(b, '\t');
	if (name.n == 1 && *name.p == '.')
		buf_str(b, "\\x2e");
	else if (name.n)
		rec_escape(b, name);
	else
		buf_ch(b, '.');
	half = kind ? xla_async_half(name) : NULL;
	if (half) {
		buf_str(b, "\tasync=");
		buf_str(b, half);
	}
	/* The rules see it as they see the JSON's events. */
	q->n = 0;
	buf_ch(q, '"');
	buf_put(q, name);
	buf_str(q, "\"\"");
	buf_put(q, hlo);
	buf_ch(q, '"');
	v.name = (struct slice){ q->p, name.n + 2 };
	v.args_done = 1;
	if (hlo.n) {
		mem_reserve((void **)&v.arg, &v.cap_arg, 1, sizeof *v.arg);
		v.arg[v.n_arg++] = (struct member){ slice_of("\"hlo_category\""), { q->p + name.n + 2, hlo.n + 2 } };
	}
	if (strcmp(cat, "kernel") == 0 || strcmp(cat, "xla_async") == 0)
		rules_tags(t->o->rules, &v, b);
	free(v.arg);
	if (display.n && (t->o->all_args)) {
		buf_str(b, "\tlong_name=");
		rec_escape(b, text_field(msg, META_NAME));
	}
	buf_put(b, buf_slice(&x->text));
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

		if (wire_next(s.p, s.p + s.n, &f) && f.number == STAT_META &&
		    slice_is(buf_slice(&stat_meta(x, f.value)->text), "\tstep_num="))
			return 1;
	}
	return 0;
}

static void put_event(struct xspace *x, const struct line *l, const char *cat, int kind, struct slice msg, uint64_t off)
{
	struct trace *t = x->t;
	struct buf *b = &t->line;
	struct wire_field f;
	struct meta *m;
	uint64_t id = 0, occurrences = 0;
	int64_t offset = 0, dur = 0;
	i128 start, ns;
	const char *p = msg.p, *e = p + msg.n;
	size_t n_stats = 0;

	x->events++;
	t->tef.events++;
	while (p < e) {
		const char *q = wire_next(p, e, &f);

		if (!q) {
			account_lost(&t->tef.acc, "broken_event", off);
			return;
		}
		if (f.number == EVENT_META)
			id = f.value;
		else if (f.number == EVENT_OFFSET)
			offset = (int64_t)f.value;
		else if (f.number == EVENT_DURATION)
			dur = (int64_t)f.value;
		else if (f.number == EVENT_OCCURRENCES)
			occurrences = f.value;
		else if (f.number == EVENT_STATS && f.type == WIRE_LEN) {
			mem_reserve((void **)&x->stats, &x->cap_stats, n_stats + 1, sizeof *x->stats);
			x->stats[n_stats++] = f.text;
		}
		p = q;
	}
	m = meta_find(&x->p.event, id);
	if (!m) {
		account_lost(&t->tef.acc, "no_name", off);
		m = meta_add(&x->p.event, id);
		m->at = x->p.arena.n;
	}
	if (!kind && has_step(x, n_stats)) {
		kind = -2; /* not to be taken for the line's others */
		cat = "user_annotation";
	}
	if (m->line != kind) {
		describe(x, m, cat, kind);
		m->line = kind;
	}
	if (!m->kept)
		return;
	start = (i128)l->time_ns * 1000 + offset;
	ns = to_ns(start) + t->shift_ns;
	if (ns > INT64_MAX || ns < INT64_MIN || dur < 0 || ns + dur / 1000 + 1 > INT64_MAX) {
		account_lost(&t->tef.acc, dur < 0 ? "negative_dur" : "ts_range", off);
		return;
	}
	b->n = 0;
	buf_add(b, "X\t", 2);
	num_put(b, (int64_t)ns);
	buf_ch(b, '\t');
	num_put(b, (int64_t)to_ns(dur));
	buf_put(b, buf_slice(&x->head));
	buf_put(b, buf_slice(&m->text));
	if (x->keep_start)
		put_ps(b, "\tstart_ps=", 10, start);
	if (x->keep_duration)
		put_ps(b, "\tduration_ps=", 13, dur);
	if (occurrences)
		emit_tag_num(t, "num_occurrences", (int64_t)occurrences);
	for (size_t i = 0; i < n_stats; i++)
		put_stat(x, b, x->stats[i]);
	buf_ch(b, '\n');
	out_slice(buf_slice(b));
}

/* A length that runs past its message, or the end of the input inside one. */
static void broken(struct xspace *x, struct jbuf *b, int cut)
{
	if (x->broken++)
		return;
	account_lost(&x->t->tef.acc, cut ? "cut" : "broken_message", jbuf_at(b));
	msg_note("%s: byte %llu: %s", x->t->file, (unsigned long long)jbuf_at(b),
	         cut ? "the end of the file inside a message"
	             : "a length that runs past the end of its message, or no field at all");
}

/* Calls back with each field of a message that ends at `end`; what it leaves of the field is passed over. */
static int each_field(struct xspace *x, struct jbuf *b, uint64_t end,
                      int (*each)(struct xspace *x, struct jbuf *b, const struct wire_field *f), int loud)
{
	struct wire_field f;
	int bad = 0;

	while (wire_field(b, end, &f, &bad)) {
		uint64_t behind = jbuf_at(b) + (f.type == WIRE_LEN ? f.value : 0);

		if (!each(x, b, &f) || jbuf_at(b) > behind || !wire_skip(b, behind - jbuf_at(b))) {
			if (loud)
				broken(x, b, 1);
			return 0;
		}
	}
	if (bad && loud)
		broken(x, b, b->eof && b->pos == b->n);
	return !bad;
}

/* First pass: the stats of the plane Task Environment, as messages in the place of events' metadata. */
static int find_start(struct xspace *x, struct jbuf *b, const struct wire_field *f)
{
	int here = slice_is(buf_slice(&x->p.name), "Task Environment");
	struct meta *m;
	const char *p;

	if (f->type != WIRE_LEN ||
	    !(f->number == PLANE_NAME || (here && (f->number == PLANE_STAT_META || f->number == PLANE_STATS))))
		return 1;
	p = wire_bytes(b, f->value);
	if (!p)
		return 0;
	if (f->number == PLANE_NAME) {
		buf_add(&x->p.name, p, (size_t)f->value);
	} else if (f->number == PLANE_STAT_META) {
		add_meta(x, &x->p.stat, (struct slice){ p, (size_t)f->value });
	} else {
		m = meta_add(&x->p.event, x->p.event.n);
		m->at = x->p.arena.n;
		m->n = (size_t)f->value;
		buf_add(&x->p.arena, p, m->n);
	}
	return 1;
}

static void take_start(struct xspace *x)
{
	for (size_t i = 0; i < x->p.event.n; i++) {
		struct slice msg = message(x, &x->p.event.p[i]);
		struct wire_field f;
		struct meta *m;
		uint64_t id = 0, value = 0;

		for (const char *p = msg.p, *e = p + msg.n; p < e && (p = wire_next(p, e, &f));)
			if (f.number == STAT_META)
				id = f.value;
			else if (f.number == STAT_UINT || f.number == STAT_INT)
				value = f.value;
		m = meta_find(&x->p.stat, id);
		if (!m || !slice_is(text_field(message(x, m), META_NAME), "profile_start_time") || value > INT64_MAX)
			continue;
		x->start_ns = (int64_t)value;
		x->has_start = 1;
	}
}

static int survey_line(struct xspace *x, struct jbuf *b, const struct wire_field *f)
{
	struct line *l = &x->p.line[x->p.n_lines - 1];
	struct buf *to = f->number == LINE_NAME ? &l->name : f->number == LINE_DISPLAY_NAME ? &l->display : NULL;
	const char *p;

	if (f->type == WIRE_VARINT && f->number == LINE_ID)
		l->id = f->value;
	else if (f->type == WIRE_VARINT && f->number == LINE_TIME)
		l->time_ns = (int64_t)f->value;
	if (!to || f->type != WIRE_LEN)
		return 1;
	p = wire_bytes(b, f->value);
	if (p)
		buf_add(to, p, (size_t)f->value);
	return p != NULL;
}

/* Second pass: a plane's name, metadata and lines. */
static int survey(struct xspace *x, struct jbuf *b, const struct wire_field *f)
{
	struct plane *q = &x->p;
	const char *p;

	if (f->type == WIRE_VARINT && f->number == PLANE_ID)
		q->id = f->value;
	if (f->type != WIRE_LEN)
		return 1;
	switch (f->number) {
	case PLANE_LINES:
		mem_reserve((void **)&q->line, &q->cap_lines, q->n_lines + 1, sizeof *q->line);
		q->line[q->n_lines++] = (struct line){ 0 };
		return each_field(x, b, jbuf_at(b) + f->value, survey_line, 0);
	case PLANE_EVENT_META: /* that of /host:metadata is whole programs, and none of an event */
		if (slice_is(buf_slice(&q->name), "/host:metadata"))
			return 1;
		/* fall through */
	case PLANE_NAME:
	case PLANE_STAT_META:
		p = wire_bytes(b, f->value);
		if (!p)
			return 0;
		if (f->number == PLANE_NAME)
			buf_add(&q->name, p, (size_t)f->value);
		else
			add_meta(x, f->number == PLANE_STAT_META ? &q->stat : &q->event,
			         (struct slice){ p, (size_t)f->value });
	}
	return 1;
}

/* "M" records that name the process and its threads, as the JSON has them. */
static void put_name(struct xspace *x, const char *what, struct slice tid, struct slice name)
{
	struct trace *t = x->t;
	struct buf *b = &t->scratch[1];

	if (!trace_wants(t, slice_of(".")))
		return;
	b->n = 0;
	rec_escape(b, name);
	emit_open(t, 'M', NULL, NULL, buf_slice(&t->scratch[0]), tid, ".", slice_of(what));
	emit_tag(t, "name", buf_slice(b));
	emit_close(t);
}

struct writing { /* the line that third pass is in */
	struct line *line;
	const char *cat;
	int kind;
};

static int write_event(struct xspace *x, struct jbuf *b, const struct wire_field *f)
{
	struct writing *w = x->t->private;
	uint64_t off = jbuf_at(b);
	const char *p;

	if (f->number != LINE_EVENTS || f->type != WIRE_LEN)
		return 1;
	p = wire_bytes(b, f->value);
	if (p)
		put_event(x, w->line, w->cat, w->kind, (struct slice){ p, (size_t)f->value }, off);
	return p != NULL;
}

static int line_kind(const char *cat)
{
	static const char *seen[32];
	int i = 0;

	while (i < 31 && seen[i] && strcmp(seen[i], cat) != 0)
		i++;
	seen[i] = cat;
	return i + 1;
}

static int write_line(struct xspace *x, struct jbuf *b, const struct wire_field *f)
{
	struct trace *t = x->t;
	struct writing *w = t->private;
	struct slice name, process = buf_slice(&x->p.name);
	struct buf *tid = &t->scratch[2];

	if (f->number != PLANE_LINES || f->type != WIRE_LEN)
		return 1;
	w->line = w->line ? w->line + 1 : x->p.line;
	name = w->line->display.n ? buf_slice(&w->line->display) : buf_slice(&w->line->name);
	w->cat = "cpu_op";
	w->kind = 0;
	if (xla_device(process).p) {
		w->cat = xla_line_cat(name, process);
		w->kind = line_kind(w->cat);
	}
	if (w->line->time_ns >= ABSOLUTE_NS) { /* some profilers count from the epoch */
		if (!t->has_base)
			trace_absolute(t, w->line->time_ns);
		w->line->time_ns -= t->base_ns;
	}
	tid->n = 0;
	num_put(tid, (int64_t)(w->line->id & 0xffffffff)); /* as the JSON has it */
	put_name(x, "thread_name", buf_slice(tid), name);
	x->head.n = 0;
	buf_ch(&x->head, '\t');
	buf_put(&x->head, buf_slice(&t->rank));
	buf_ch(&x->head, '\t');
	buf_put(&x->head, buf_slice(&t->scratch[0]));
	buf_ch(&x->head, '\t');
	buf_put(&x->head, buf_slice(tid));
	return each_field(x, b, jbuf_at(b) + f->value, write_event, 1);
}

/* The process id of a plane: a device's index, else as xprof numbers it. */
static void plane_pid(struct xspace *x)
{
	struct buf *b = &x->t->scratch[0];
	struct slice name = buf_slice(&x->p.name), device = xla_device(name);

	b->n = 0;
	if (device.n)
		rec_escape(b, device);
	else
		num_put(b, slice_is(name, "/host:CPU") ? HOST_PID : (int64_t)x->p.id + 1);
}

static int planes(struct xspace *x, struct jbuf *survey_b, struct jbuf *b)
{
	struct writing w;
	struct wire_field f;
	int bad = 0, ok = 1;

	x->t->private = &w;
	while (ok && wire_field(b, UINT64_MAX, &f, &bad)) {
		struct wire_field g;
		int ignored = 0;

		if (f.type != WIRE_LEN || f.number != SPACE_PLANE) {
			ok = f.type != WIRE_LEN || wire_skip(b, f.value);
			continue;
		}
		/* The surveying reader goes ahead to the same plane. */
		do
			if (jbuf_at(survey_b) < jbuf_at(b) && wire_field(survey_b, UINT64_MAX, &g, &ignored) &&
			    jbuf_at(survey_b) < jbuf_at(b) && g.type == WIRE_LEN)
				wire_skip(survey_b, g.value);
		while (!ignored && jbuf_at(survey_b) < jbuf_at(b));
		plane_clear(&x->p);
		each_field(x, survey_b, jbuf_at(survey_b) + f.value, survey, 0);
		plane_pid(x);
		w = (struct writing){ 0 };
		if (x->p.n_lines)
			put_name(x, "process_name", slice_of("."), buf_slice(&x->p.name));
		ok = each_field(x, b, jbuf_at(b) + f.value, write_line, 1);
	}
	if (bad)
		broken(x, b, 0);
	return ok && !bad;
}

/* Opens the input once more, for one pass. */
static struct in *open_pass(struct xspace *x, struct jbuf *b)
{
	struct in *in = trace_again(x->t);

	*b = (struct jbuf){ 0 };
	if (in)
		jbuf_init(b, in);
	return in;
}

static void close_pass(struct jbuf *b, struct in *in)
{
	jbuf_free(b);
	in_close(in);
}

/* Looks for the profile's start. */
static int look(struct xspace *x)
{
	struct jbuf b;
	struct wire_field f;
	int bad = 0, ok = 1;
	struct in *in = open_pass(x, &b);

	if (!in)
		return ST_TROUBLE;
	while (ok && !x->has_start && wire_field(&b, UINT64_MAX, &f, &bad)) {
		if (f.type == WIRE_LEN && f.number == SPACE_PLANE) {
			plane_clear(&x->p);
			ok = each_field(x, &b, jbuf_at(&b) + f.value, find_start, 0);
			take_start(x);
		} else if (f.type == WIRE_LEN) {
			ok = wire_skip(&b, f.value);
		}
	}
	close_pass(&b, in);
	return ST_OK;
}

static void settle_base(struct xspace *x)
{
	struct trace *t = x->t;

	if (!x->has_start)
		return;
	trace_absolute(t, x->start_ns);
	if (!t->probing)
		t->base_ns = x->start_ns; /* what its own times count from */
}

static void release(struct xspace *x)
{
	plane_clear(&x->p);
	free(x->p.name.p);
	free(x->p.arena.p);
	free(x->p.line);
	free(x->p.event.p);
	free(x->p.event.slot);
	free(x->p.stat.p);
	free(x->p.stat.slot);
	free(x->stats);
	free(x->head.p);
	free(x->text.p);
}

static int read_xspace(struct trace *t)
{
	struct xspace x = { .t = t };
	struct jbuf ahead;
	struct in *in;
	int status = trace_settle(t);

	if (!status)
		status = look(&x);
	if (status)
		return status;
	settle_base(&x);
	x.keep_start = trace_keeps(t, slice_of("start_ps"));
	x.keep_duration = trace_keeps(t, slice_of("duration_ps"));
	if (trace_begin(t) && (in = open_pass(&x, &ahead))) {
		if (!planes(&x, &ahead, &t->tef.b))
			status = ST_DATA;
		close_pass(&ahead, in);
	}
	release(&x);
	return status;
}

const struct dialect dialect_xspace = { .name = "xspace", .is = is, .read = read_xspace, .foreign = 1 };
