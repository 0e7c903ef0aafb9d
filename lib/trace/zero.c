#include "trace/zero.h"

#include "base/out.h"
#include "record/rec.h"
#include "trace/emit.h"
#include "trace/own.h"

/* If the file's other times are more than this away from 0, a time of 0 was not measured: the
 * profiler lost it. */
static const int64_t HOUR_NS = INT64_C(3600000000000);
enum { HELD_MOST = 1 << 20 }; /* bytes of records with a time of 0 before any other */

/* Writes a record whose time is 0: without a time, if the 0 means "not measured". */
static void put(struct trace *t, struct slice line)
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

/* Writes what was held until another time was seen. */
void zero_end(struct trace *t)
{
	const char *p = t->own->held.p, *e, *q;

	if (!t->own->held.n)
		return;
	for (e = p + t->own->held.n; p < e; p = q + 1) {
		q = memchr(p, '\n', (size_t)(e - p));
		put(t, (struct slice){ p, (size_t)(q - p) });
	}
	t->own->held.n = 0;
}

void zero_time(struct trace *t, int64_t raw)
{
	if (t->own->first_ns)
		return;
	t->own->first_ns = raw > 0 ? raw : 1;
	zero_end(t);
}

void zero_put(struct trace *t, struct slice line)
{
	if (t->own->first_ns) {
		put(t, line);
		return;
	}
	buf_put(&t->own->held, line);
	buf_ch(&t->own->held, '\n');
	if (t->own->held.n > HELD_MOST)
		zero_end(t);
}
