/* spans: what a program of one's own recorded, one object per line.
 * in:  {"span":"gemm","start_ns":100,"length_ns":50,"rank":1}
 * out: X	100	50	1	.	.	span	gemm */
#include "base/msg.h"
#include "base/num.h"
#include "dialect/json_table.h"
#include "json/json.h"
#include "json/object.h"
#include "trace/emit.h"
#include "trace/trace.h"

static int is(struct slice s)
{
	return s.n && *s.p == '{' && slice_has(s, "\"span\"") && slice_has(s, "\"length_ns\"");
}

static void put_span(struct trace *t, const struct json_table *c)
{
	struct slice name = columns_plain(c, "span");
	int64_t ns, ts, dur;
	unsigned flaws = 0;

	t->tef.events++;
	if (num_i64(ev_bare(columns_plain(c, "start_ns")), &ns) || trace_time(t, ns, &ts)) {
		account_lost(&t->tef.acc, "bad_ts", inbuf_at(&t->tef.b));
		return;
	}
	if (num_i64(ev_bare(columns_plain(c, "length_ns")), &dur) || dur < 0) {
		account_lost(&t->tef.acc, "bad_dur", inbuf_at(&t->tef.b));
		return;
	}
	t->scratch[0].n = 0;
	name = name.p ? trace_text(t, 0, name, &flaws) : slice_of(".");
	emit_open(t, 'X', &ts, &dur, slice_of("."), slice_of("."), "span", name);
	if (trace_wants(t, slice_of("span")))
		emit_close(t);
}

static int read_spans(struct trace *t)
{
	static const char *const no_lists[] = { NULL };
	struct json_table c;
	int e;

	if (!trace_begin(t))
		return ST_OK;
	while ((e = columns_read(&c, t, no_lists))) {
		uint64_t at = inbuf_at(&t->tef.b);

		if (e > 0)
			put_span(t, &c);
		else
			account_lost(&t->tef.acc,
			             member_next_line(&t->tef.b) ? "garbage" : "cut", at);
		columns_free(&c);
	}
	return ST_OK;
}

const struct dialect dialect_spans = {
	.name = "spans", .is = is, .read = read_spans, .foreign = 1
};
