/* marks: allreduce_marks_<rank>.json: bursts of all-reduces of known size, and their times on a
 * monotonic clock. bytes is of one repetition; the ranks are known if the file gives its world.
 * in:  {"rank":0,"world":4,
 *       "marks":[{"bytes":1048576,"reps":10,"start_mono_ns":5,"end_mono_ns":9}]}
 * out: X 5 4 0 . . collective allreduce coll=allreduce bytes=1048576 calls=10 nranks=4 */
#include "base/msg.h"
#include "base/num.h"
#include "dialect/json_table.h"
#include "json/json.h"
#include "trace/clock.h"
#include "trace/emit.h"
#include "trace/trace.h"

#include <stdlib.h>

static const char *const lists[] = { "marks", NULL };

static int is(struct slice s)
{
	return s.n && *json_ws(s.p, s.p + s.n - 1) == '{' && slice_has(s, "\"marks\"") &&
	       slice_has(s, "\"start_mono_ns\"");
}

struct mark {
	int64_t bytes, reps, start, end;
};

static int number(struct ev *v, const char *key, int64_t *n)
{
	return num_i64(ev_bare(ev_arg(v, key)), n) == 0 && *n >= 0;
}

/* Parses an element. Returns 0 if it is not a mark. */
static int parse(struct slice raw, struct mark *m)
{
	struct ev v = { .args = raw, .lenient = 1 };
	int ok = number(&v, "bytes", &m->bytes) && number(&v, "reps", &m->reps) &&
	         number(&v, "start_mono_ns", &m->start) && number(&v, "end_mono_ns", &m->end) &&
	         m->end >= m->start;

	free(v.arg);
	return ok;
}

static void put(struct trace *t, const struct mark *m)
{
	int64_t ts, dur = m->end - m->start;

	t->tef.events++;
	if (trace_time(t, m->start, &ts)) {
		account_lost(&t->tef.acc, "ts_range", 0);
		return;
	}
	emit_open(t, 'X', &ts, &dur, slice_of("."), slice_of("."), "collective",
	          slice_of("allreduce"));
	emit_tag(t, "coll", slice_of("allreduce"));
	emit_tag_num(t, "bytes", m->bytes);
	emit_tag_num(t, "calls", m->reps);
	if (t->world)
		emit_tag_num(t, "nranks", t->world);
	if (trace_wants(t, slice_of("collective")))
		emit_close(t);
}

/* Sets the wall clock from -k; without it, times stay as they are. Returns -1 if -k is not a
 * clock. */
static int place(struct trace *t, int64_t first)
{
	struct clock c = { .gpu = -1 };

	if (t->o->clock && strcmp(t->o->clock, "none") != 0 && clock_read(&c, t->o->clock))
		return -1;
	if (c.known)
		trace_monotonic(t, first, c.offset_ns);
	else if (!t->probing && !t->o->clock)
		msg_note("%s: no clock file: times stay on CLOCK_MONOTONIC; -k aligns them",
		         t->file);
	return 0;
}

static void facts(struct trace *t, const struct json_table *c)
{
	int64_t n;

	if (num_i64(ev_bare(columns_plain(c, "rank")), &n) == 0 && n >= 0) {
		num_put(&t->rank, n);
		t->own_rank = 1;
	}
	if (num_i64(ev_bare(columns_plain(c, "world")), &n) == 0 && n > 0)
		t->world = n;
}

static int read_marks(struct trace *t)
{
	struct json_table c;
	struct slice row[1];
	struct mark m;
	int status = trace_settle(t), e, bad, more;

	if (status)
		return status;
	e = columns_read(&c, t, lists);
	facts(t, &c);
	more = columns_row(&c, row);
	bad = place(t, more && parse(row[0], &m) ? m.start : 0);
	if (trace_begin(t)) {
		for (; more; more = columns_row(&c, row))
			if (parse(row[0], &m))
				put(t, &m);
			else
				account_lost(&t->tef.acc, "broken_mark", c.c[0].b.off);
		if (e < 0)
			account_lost(&t->tef.acc, "cut", inbuf_at(&t->tef.b));
		else if (e > 0 && inbuf_peek(&t->tef.b) >= 0)
			account_lost(&t->tef.acc, "garbage", inbuf_at(&t->tef.b));
	}
	columns_free(&c);
	return bad ? ST_TROUBLE : ST_OK;
}

const struct dialect dialect_marks = {
	.name = "marks", .is = is, .read = read_marks, .foreign = 1
};
