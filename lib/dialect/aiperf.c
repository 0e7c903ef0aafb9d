/* aiperf: the requests that AIPerf writes, one object per line (profile_export.jsonl).
 * in:  {"metadata":{"request_start_ns":1},"metrics":{"request_latency":{"value":9,"unit":"ms"}}}
 * out: X 1 9000000 . . . request request result=1 n=0 ... */
#include "base/msg.h"
#include "dialect/bench_result.h"
#include "dialect/json_table.h"
#include "json/json.h"
#include "json/object.h"
#include "trace/emit.h"
#include "trace/trace.h"

#include <stdlib.h>

static int is(struct slice s)
{
	const char *p = json_ws(s.p, s.p + s.n);

	return p < s.p + s.n && *p == '{' && slice_has(s, "\"metadata\"") &&
	       slice_has(s, "\"metrics\"") && slice_has(s, "\"request_start_ns\"") &&
	       !slice_has(s, "\"traceEvents\"");
}

struct file {
	struct trace *t;
	struct json_table c;
	struct bench_result r;
	struct buf list;
};

static struct slice metric(const struct file *f, const char *name)
{
	return member_of(columns_plain(&f->c, "metrics"), name, strlen(name));
}

/* A latency above 0, in ps; nothing takes no time. */
static int latency(const struct file *f, const char *name, int64_t *ps)
{
	struct slice m = metric(f, name), v = member_of(m, "value", 5);

	return v.p && num_shifted(ev_bare(v), 9 + member_to_ms(m), ps) == 0 && *ps > 0;
}

/* The times between chunks as ns: into f->list, and into what is counted. Returns 0 if there are
 * none. */
static int chunks(struct file *f, int failed)
{
	struct slice m = metric(f, "inter_chunk_latency"), all = member_of(m, "value", 5), x;
	const char *p = all.p, *e;
	unsigned flaws = 0;
	int64_t ps;

	f->list.n = 0;
	if (!p || *p++ != '[')
		return 0;
	e = all.p + all.n;
	buf_ch(&f->list, '[');
	while ((p = json_element(p, e, 1, &flaws, &x)) && x.p) {
		if (num_shifted(ev_bare(x), 9 + member_to_ms(m), &ps) || ps < 0)
			return 0;
		buf_str(&f->list, f->list.n > 1 ? "," : "");
		num_put(&f->list, ps / 1000 + (ps % 1000 >= 500));
		if (!failed)
			bench_check_add(f->r.check, BENCH_ITL, ps);
	}
	buf_ch(&f->list, ']');
	return f->list.n > 2;
}

static void tag_count(struct file *f, const char *key, const char *name)
{
	struct slice v = member_of(metric(f, name), "value", 5);

	if (v.p)
		emit_tag(f->t, key, ev_bare(v));
}

/* Why the request failed; .p NULL if it did not. */
static struct slice error_of(const struct file *f)
{
	struct slice e = columns_plain(&f->c, "error"), m = columns_plain(&f->c, "metadata");

	if (e.p && !slice_is(e, "null"))
		return member_of(e, "message", 7).p ? member_of(e, "message", 7) : e;
	return slice_is(member_of(m, "was_cancelled", 13), "true") ? slice_of("\"cancelled\"")
	                                                            : (struct slice){ NULL, 0 };
}

static void tag_ns(struct file *f, enum bench_kind kind, const char *key, int64_t ps)
{
	struct buf *b = &f->t->tags;

	bench_check_add(f->r.check, kind, ps);
	if (!key)
		return;
	b->n = 0;
	if (kind == BENCH_TPOT)
		num_put_fixed(b, ps, 3);
	else
		num_put(b, ps / 1000 + (ps % 1000 >= 500));
	emit_tag(f->t, key, buf_slice(b));
}

static void put_request(struct file *f, int64_t n)
{
	struct trace *t = f->t;
	struct slice start = member_of(columns_plain(&f->c, "metadata"), "request_start_ns", 16);
	struct slice error = error_of(f);
	int64_t ts = 0, ps = 0, ns, out = 0;
	int failed = error.p != NULL;
	int placed = start.p && num_i64(start, &ts) == 0 && trace_time(t, ts, &ts) == 0;
	int known = !failed && latency(f, "request_latency", &ps);
	unsigned flaws = 0;

	ns = ps / 1000 + (ps % 1000 >= 500);
	emit_open(t, 'X', placed ? &ts : NULL, known ? &ns : NULL, slice_of("."), slice_of("."),
	          "request", slice_of("request"));
	emit_tag_num(t, "result", 1);
	emit_tag_num(t, "n", n);
	tag_count(f, "prompt_tokens", "input_sequence_length");
	tag_count(f, "output_tokens", "output_sequence_length");
	if (known)
		tag_ns(f, BENCH_E2E, NULL, ps);
	if (!failed && latency(f, "time_to_first_token", &ps))
		tag_ns(f, BENCH_TTFT, "ttft_ns", ps);
	if (!failed && latency(f, "inter_token_latency", &ps))
		tag_ns(f, BENCH_TPOT, "tpot_ns", ps);
	if (chunks(f, failed))
		emit_tag(t, "itls_ns", buf_slice(&f->list));
	if (failed) {
		t->tags.n = 0;
		json_text(&t->tags, error, &flaws);
		emit_tag_num(t, "failed", 1);
		emit_tag(t, "error", buf_slice(&t->tags));
	}
	start = member_of(metric(f, "output_sequence_length"), "value", 5);
	f->r.rows++;
	f->r.failed += failed;
	f->r.one_token += !failed && start.p && num_i64(start, &out) == 0 && out == 1;
	if (trace_wants(t, slice_of("request")))
		emit_close(t);
}

/* Requests that warm up the server are not measured. */
static int is_warmup(const struct file *f)
{
	struct slice m = columns_plain(&f->c, "metadata");

	return slice_is(ev_bare(member_of(m, "benchmark_phase", 15)), "warmup");
}

static int read_aiperf(struct trace *t)
{
	static const char *const none[] = { NULL };
	struct file f = { .t = t };
	int e = columns_read(&f.c, t, none), status;
	struct slice start = member_of(columns_plain(&f.c, "metadata"), "request_start_ns", 16);
	int64_t n = 0, ns;

	t->rankless = !t->o->rank;
	if (start.p && num_i64(start, &ns) == 0)
		trace_absolute(t, ns);
	if (!trace_begin(t)) {
		columns_free(&f.c);
		return ST_OK;
	}
	f.r = bench_result_new(1);
	f.r.no_rate =
	    "requests without the benchmark's duration (it is in profile_export_aiperf.json)";
	for (; e; e = columns_read(&f.c, t, none)) {
		uint64_t at = inbuf_at(&t->tef.b);

		if (e < 0)
			account_lost(&t->tef.acc, member_next_line(&t->tef.b) ? "garbage" : "cut",
			             at);
		else if (!is_warmup(&f))
			put_request(&f, n++);
		t->tef.events += e > 0;
		columns_free(&f.c);
	}
	status = bench_result_close(&f.r, t);
	t->conflict = msg_worse(t->conflict, status);
	free(f.list.p);
	return ST_OK;
}

const struct dialect dialect_aiperf = {
	.name = "aiperf", .is = is, .read = read_aiperf, .foreign = 1
};
