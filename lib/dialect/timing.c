/* timing: timing_stats_<rank>.json: how long each iteration took, or only a summary of them.
 * in:  {"rank":0,"iteration_times_s":[0.5],"ttft_s":[0.02]}    or  {"avg_iteration_time":0.5,...}
 * out: X	.	500000000	0	.	.	timing_step	iteration	n=0
 * ttft_ns=20000000
 *      M	.	.	0	.	.	timing	summary	avg_iteration_time=0.5 */
#include "base/msg.h"
#include "base/num.h"
#include "dialect/json_table.h"
#include "json/json.h"
#include "trace/emit.h"
#include "trace/trace.h"

enum list { STEPS, TTFT, LISTS };
static const char *const lists[] = { "iteration_times_s", "ttft_s", NULL };

static int is(struct slice s)
{
	static const char *const keys[] = { "\"iteration_times_s\"", "\"avg_iteration_time\"",
		                            "\"ttft_s\"" };

	if (s.n == 0 || *json_ws(s.p, s.p + s.n - 1) != '{' || slice_has(s, "\"traceEvents\""))
		return 0;
	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
		if (slice_has(s, keys[k]))
			return 1;
	return 0;
}

static void put_summary(struct trace *t, struct json_table *c)
{
	unsigned flaws = 0;
	int any = 0;

	emit_open(t, 'M', NULL, NULL, slice_of("."), slice_of("."), "timing", slice_of("summary"));
	for (size_t i = 0; i < c->n_plain; i++) {
		if (slice_is(ev_bare(c->plain[i].key), "rank"))
			continue;
		columns_tag(c, i, &flaws);
		any = 1;
	}
	if (any && trace_wants(t, slice_of("timing")))
		emit_close(t);
}

static void put_steps(struct trace *t, struct json_table *c)
{
	struct slice row[LISTS];
	int64_t dur, ttft;
	int known;

	for (int64_t n = 0; columns_row(c, row); n++) {
		known = row[STEPS].p && num_shifted(ev_bare(row[STEPS]), 9, &dur) == 0 && dur >= 0;
		if (row[STEPS].p && !known)
			account_lost(&t->tef.acc, "bad_dur", c->c[STEPS].b.off);
		emit_open(t, 'X', NULL, known ? &dur : NULL, slice_of("."), slice_of("."),
		          "timing_step", slice_of("iteration"));
		emit_tag_num(t, "n", n);
		if (row[TTFT].p && num_shifted(ev_bare(row[TTFT]), 9, &ttft) == 0)
			emit_tag_num(t, "ttft_ns", ttft);
		if (trace_wants(t, slice_of("timing_step")))
			emit_close(t);
		t->tef.events++;
	}
	if (!c->uneven)
		return;
	account_lost(&t->tef.acc, "uneven_lists", 0);
	t->conflict =
	    msg_data("%s: iteration_times_s has %llu elements, ttft_s %llu: the rest is left out",
	             t->file, (unsigned long long)columns_length(c, STEPS),
	             (unsigned long long)columns_length(c, TTFT));
}

static int read_timing(struct trace *t)
{
	struct json_table c;
	int status = trace_settle(t), e;
	int64_t rank;

	if (status)
		return status;
	t->timeless = 1;
	e = columns_read(&c, t, lists);
	if (num_i64(ev_bare(columns_plain(&c, "rank")), &rank) == 0 && rank >= 0) {
		num_put(&t->rank, rank);
		t->own_rank = 1;
	}
	if (trace_begin(t)) {
		if (e < 0)
			account_lost(&t->tef.acc, "cut", inbuf_at(&t->tef.b));
		put_summary(t, &c);
		put_steps(t, &c);
		if (e > 0 && inbuf_peek(&t->tef.b) >= 0)
			account_lost(&t->tef.acc, "garbage", inbuf_at(&t->tef.b));
	}
	columns_free(&c);
	return ST_OK;
}

const struct dialect dialect_timing = {
	.name = "timing", .is = is, .read = read_timing, .foreign = 1
};
