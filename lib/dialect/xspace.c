/* xspace: XLA's .xplane.pb (tsl/profiler/protobuf/xplane.proto): planes of lines of events; names
 * and stats are stored apart from the events. The file is read three times in step: once for the
 * profile's start, then each plane for its metadata and lines, and again for its events. Kept: the
 * metadata of one plane, and one event.
 * out: X 46919232 1184 . 0 50 kernel loop_add duration_ps=1184000 start_ps=46919232000 ... */
#include "base/escape.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "dialect/xla_names.h"
#include "dialect/xplane.h"
#include "record/rec.h"
#include "trace/emit.h"
#include "trace/trace.h"

#include <stdlib.h>

static const int64_t ABSOLUTE_NS =
    INT64_C(100000000000000000); /* 1973: times beyond are since the epoch */
enum { HOST_PID = 701 }; /* xprof's process id of /host:CPU */

static int is(struct slice s)
{
	struct wire_field f, id;
	const char *e = s.p + s.n, *p;
	uint64_t most;

	/* A plane, and in it its id, name or a line; whether it is complete shows later. */
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
	if (!p || !f.text.n || !escape_is_utf8(f.text))
		return 0;
	for (size_t i = 0; i < f.text.n; i++)
		if ((unsigned char)f.text.p[i] < 0x20)
			return 0;
	return 1;
}

/* A length that runs past its message, or the end of the input inside a message. */
static void broken(struct xspace *x, struct inbuf *b, int cut)
{
	if (x->broken++)
		return;
	account_lost(&x->t->tef.acc, cut ? "cut" : "broken_message", inbuf_at(b));
	msg_note("%s: byte %llu: %s", x->t->file, (unsigned long long)inbuf_at(b),
	         cut ? "the end of the file inside a message"
	             : "a length that runs past the end of its message, or no field at all");
}

/* Calls back with each field of a message that ends at `end`; whatever the callback leaves of the
 * field is skipped. */
static int each_field(struct xspace *x, struct inbuf *b, uint64_t end,
                      int (*each)(struct xspace *x, struct inbuf *b, const struct wire_field *f),
                      int loud)
{
	struct wire_field f;
	int bad = 0;

	while (wire_field(b, end, &f, &bad)) {
		uint64_t after = inbuf_at(b) + (f.type == WIRE_LEN ? f.value : 0);

		if (!each(x, b, &f) ||
		    (inbuf_at(b) < after && !wire_skip(b, after - inbuf_at(b)))) {
			if (loud)
				broken(x, b, 1);
			return 0;
		}
	}
	if (bad && loud)
		broken(x, b, b->eof && b->pos == b->n);
	return !bad;
}

/* First pass: the stats of the plane Task Environment, stored like events' metadata. */
static int find_start(struct xspace *x, struct inbuf *b, const struct wire_field *f)
{
	int here = slice_is(buf_slice(&x->p.name), "Task Environment");
	struct meta *m;
	const char *p;

	if (f->type != WIRE_LEN ||
	    !(f->number == PLANE_NAME ||
	      (here && (f->number == PLANE_STAT_META || f->number == PLANE_STATS))))
		return 1;
	p = wire_bytes(b, f->value);
	if (!p)
		return 0;
	if (f->number == PLANE_NAME) {
		buf_add(&x->p.name, p, (size_t)f->value);
	} else if (f->number == PLANE_STAT_META) {
		xplane_add(&x->p, &x->p.stat, (struct slice){ p, (size_t)f->value });
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
		struct slice msg = xplane_message(&x->p, &x->p.event.p[i]);
		struct wire_field f;
		struct meta *m;
		uint64_t id = 0, value = 0;

		for (const char *p = msg.p, *e = slice_end(msg);
		     p < e && (p = wire_next(p, e, &f));)
			if (f.number == STAT_META && f.type == WIRE_VARINT)
				id = f.value;
			else if ((f.number == STAT_UINT || f.number == STAT_INT) &&
			         f.type == WIRE_VARINT)
				value = f.value;
		m = meta_find(&x->p.stat, id);
		if (!m || value > INT64_MAX ||
		    !slice_is(xplane_text(xplane_message(&x->p, m), META_NAME),
		              "profile_start_time"))
			continue;
		x->start_ns = (int64_t)value;
		x->has_start = 1;
	}
}

/* The event at the position if it is completely in the window; moves past it. `end`: of the line's
 * message. Nearly all of a line is events. */
static int next_event(struct inbuf *b, uint64_t end, struct slice *event)
{
	const char *p = b->p + b->pos, *e = b->p + b->n;
	struct wire_field f;

	if (b->off + b->n > end)
		e = b->p + (end - b->off);
	if (p >= e || *p != (LINE_EVENTS << 3 | WIRE_LEN) || !(p = wire_next(p, e, &f)))
		return 0;
	*event = f.text;
	b->pos = (size_t)(p - b->p);
	return 1;
}

static int survey_line(struct xspace *x, struct inbuf *b, const struct wire_field *f)
{
	struct line *l = &x->p.line[x->p.n_lines - 1];
	struct buf *to = f->number == LINE_NAME           ? &l->name
	                 : f->number == LINE_DISPLAY_NAME ? &l->display
	                                                  : NULL;
	const char *p;

	if (f->type == WIRE_LEN && f->number == LINE_EVENTS) {
		if (!wire_skip(b, f->value))
			return 0;
		for (struct slice event; next_event(b, l->end, &event);)
			;
		return 1;
	}
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
static int survey(struct xspace *x, struct inbuf *b, const struct wire_field *f)
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
		q->line[q->n_lines++] = (struct line){ .end = inbuf_at(b) + f->value };
		return each_field(x, b, inbuf_at(b) + f->value, survey_line, 0);
	case PLANE_EVENT_META: /* in /host:metadata they are complete programs, and no event uses
	                        * them */
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
			xplane_add(&x->p, f->number == PLANE_STAT_META ? &q->stat : &q->event,
			         (struct slice){ p, (size_t)f->value });
	}
	return 1;
}

/* "M" records that name the process and its threads, as in the JSON. */
static void put_name(struct xspace *x, const char *what, struct slice tid, struct slice name)
{
	struct trace *t = x->t;
	struct buf *b = &t->scratch[1];

	b->n = 0;
	escape_put(b, name);
	emit_meta(t, what, buf_slice(&t->scratch[0]), tid, buf_slice(b));
	if (!trace_wants(t, slice_of(".")))
		return;
	emit_open(t, 'M', NULL, NULL, buf_slice(&t->scratch[0]), tid, ".", slice_of(what));
	emit_tag(t, "name", buf_slice(b));
	emit_close(t);
}

struct writing { /* the line that third pass is in */
	struct line *line;
	const char *cat;
	int kind;
	uint64_t end; /* of its message */
};

static int write_event(struct xspace *x, struct inbuf *b, const struct wire_field *f)
{
	struct writing *w = x->t->private;
	uint64_t off = inbuf_at(b);
	const char *p;

	if (f->number != LINE_EVENTS || f->type != WIRE_LEN)
		return 1;
	p = wire_bytes(b, f->value);
	if (p)
		xplane_event(x, w->line, w->cat, w->kind, (struct slice){ p, (size_t)f->value },
		             off);
	return p != NULL;
}

/* The event, and those after it that are completely in the window: nearly all of a line is
 * events. */
static int write_events(struct xspace *x, struct inbuf *b, const struct wire_field *f)
{
	const struct writing *w = x->t->private;

	if (!write_event(x, b, f))
		return 0;
	if (f->number == LINE_EVENTS && f->type == WIRE_LEN)
		for (struct slice v; next_event(b, w->end, &v);)
			xplane_event(x, w->line, w->cat, w->kind, v,
			             b->off + (uint64_t)(v.p - b->p));
	return 1;
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

static int write_line(struct xspace *x, struct inbuf *b, const struct wire_field *f)
{
	struct trace *t = x->t;
	struct writing *w = t->private;
	struct slice name, process = buf_slice(&x->p.name);
	struct buf *tid = &t->scratch[2];

	if (f->number != PLANE_LINES || f->type != WIRE_LEN)
		return 1;
	w->line = w->line ? w->line + 1 : x->p.line;
	if (w->line == x->p.line + x->p.n_lines)
		return 0; /* the survey ended early: the file cannot be read, or was changed */
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
	num_put(tid, (int64_t)(w->line->id & 0xffffffff)); /* as in the JSON */
	escape_put(tid, xla_core(process));
	put_name(x, "thread_name", buf_slice(tid), name);
	x->head.n = 0;
	rec_put(&x->head, buf_slice(&t->rank));
	rec_put(&x->head, buf_slice(&t->scratch[0]));
	rec_put(&x->head, buf_slice(tid));
	w->end = inbuf_at(b) + f->value;
	return each_field(x, b, w->end, write_events, 1);
}

/* The process id of a plane: a device's index, else the number that xprof gives it. */
static void plane_pid(struct xspace *x)
{
	struct buf *b = &x->t->scratch[0];
	struct slice name = buf_slice(&x->p.name), device = xla_device(name);

	b->n = 0;
	if (device.n)
		escape_put(b, device);
	else
		num_put128(b, slice_is(name, "/host:CPU") ? HOST_PID : (i128)x->p.id + 1);
}

static int planes(struct xspace *x, struct inbuf *survey_b, struct inbuf *b)
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
		/* The surveying reader moves on to the same plane. */
		while (inbuf_at(survey_b) < inbuf_at(b) &&
		       wire_field(survey_b, UINT64_MAX, &g, &ignored))
			if (inbuf_at(survey_b) < inbuf_at(b) && g.type == WIRE_LEN)
				wire_skip(survey_b, g.value);
		xplane_clear(&x->p);
		each_field(x, survey_b, inbuf_at(survey_b) + f.value, survey, 0);
		plane_pid(x);
		w = (struct writing){ 0 };
		if (x->p.n_lines)
			put_name(x, "process_name", slice_of("."), buf_slice(&x->p.name));
		ok = each_field(x, b, inbuf_at(b) + f.value, write_line, 1);
	}
	if (bad)
		broken(x, b, 0);
	return ok && !bad;
}

/* Opens the input once more, for one pass. */
static struct in *open_pass(struct xspace *x, struct inbuf *b)
{
	struct in *in = trace_again(x->t);

	*b = (struct inbuf){ 0 };
	if (in)
		inbuf_init(b, in);
	return in;
}

static void close_pass(struct inbuf *b, struct in *in)
{
	inbuf_free(b);
	in_close(in);
}

/* Looks for the profile's start. */
static int look(struct xspace *x)
{
	struct inbuf b;
	struct wire_field f;
	int bad = 0, ok = 1;
	struct in *in = open_pass(x, &b);

	if (!in)
		return ST_TROUBLE;
	while (ok && !x->has_start && wire_field(&b, UINT64_MAX, &f, &bad)) {
		if (f.type == WIRE_LEN && f.number == SPACE_PLANE) {
			xplane_clear(&x->p);
			ok = each_field(x, &b, inbuf_at(&b) + f.value, find_start, 0);
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
		t->base_ns = x->start_ns; /* the base of its own times */
}

static void release(struct xspace *x)
{
	xplane_clear(&x->p);
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
	struct inbuf ahead;
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

const struct dialect dialect_xspace = {
	.name = "xspace", .is = is, .read = read_xspace, .foreign = 1
};
