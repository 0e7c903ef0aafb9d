/* bench: results of load generators, an object or one a line: vLLM `bench serve` and SGLang
 * `bench_serving`, the plain summary or with the requests' detail; vLLM `bench latency`.
 * in:  {"duration":1.5,...,"input_lens":[8],"output_lens":[2],"ttfts":[0.02],"itls":[[0.01]]}
 * out: M	.	.	.	.	.	bench	summary	result=1	duration=1.5	mean_ttft_ms=20
 *      X	.	30000000	.	.	.	request	request	result=1	n=0	... */
#include "trace.h"

#include "bench_check.h"
#include "clock.h"
#include "columns.h"
#include "emit.h"
#include "json.h"
#include "num.h"

#include <stdlib.h>

enum list { INPUT, OUTPUT, TTFT, ITL, ERRORS, START, LATENCIES, LISTS };
static const char *const lists[] = { "input_lens", "output_lens", "ttfts",     "itls",
	                             "errors",     "start_times", "latencies", NULL };

struct bench {
	struct trace *t;
	struct columns c;
	struct bench_check *check;
	int64_t result, completed, input, output; /* tokens of the requests that succeeded */
	struct buf text;
	int placed; /* start times are on a known clock */
};

static int is(struct slice s)
{
	const char *p = json_ws(s.p, s.p + s.n);

	if (p == s.p + s.n || *p != '{' || slice_has(s, "\"traceEvents\""))
		return 0;
	return slice_has(s, "\"request_throughput\"") || slice_has(s, "\"total_token_throughput\"") ||
	       slice_has(s, "\"ttfts\"") ||
	       (slice_has(s, "\"avg_latency\"") && slice_has(s, "\"latencies\"")) ||
	       (slice_has(s, "\"request_rate\"") && slice_has(s, "\"backend\""));
}

/* The summary: all plain members, as tags of one record. */
static void put_summary(struct bench *b)
{
	struct trace *t = b->t;
	struct columns *c = &b->c;
	unsigned bent = 0;

	emit_open(t, 'M', NULL, NULL, slice_of("."), slice_of("."), "bench", slice_of("summary"));
	emit_tag_num(t, "result", b->result);
	for (size_t i = 0; i < c->n_plain; i++)
		bench_check_claim(b->check, ev_bare(c->plain[i].key), columns_tag(c, i, &bent));
	if (bent)
		account_bent(&t->tef.acc, bent, jbuf_at(&t->tef.b));
	if (trace_wants(t, slice_of("bench")))
		emit_close(t);
}

/* Seconds as written to ps. */
static int seconds(struct slice s, int64_t *ps)
{
	return s.p && num_shifted(ev_bare(s), 12, ps) == 0 && *ps >= 0;
}

static int64_t to_ns(int64_t ps)
{
	return ps / 1000 + (ps % 1000 >= 500) - (ps % 1000 <= -500);
}

/* The list of inter-token latencies, as ns, into b->text; their sum. Returns 0 where one is no number. */
static int token_times(struct bench *b, struct slice list, int failed, int64_t *sum)
{
	const char *p = list.p + 1, *e = list.p + list.n;
	struct slice x;
	unsigned bent = 0;
	int64_t ps;

	*sum = 0;
	b->text.n = 0;
	buf_ch(&b->text, '[');
	if (!list.p || *list.p != '[')
		return 0;
	while ((p = json_element(p, e, 1, &bent, &x)) && x.p) {
		if (!seconds(x, &ps) || __builtin_add_overflow(*sum, ps, sum))
			return 0;
		if (b->text.n > 1)
			buf_ch(&b->text, ',');
		num_put(&b->text, to_ns(ps));
		if (!failed)
			bench_check_add(b->check, BENCH_ITL, ps);
	}
	buf_ch(&b->text, ']');
	return 1;
}

static void tag_text(struct bench *b, const char *key, struct slice raw)
{
	unsigned bent = 0;
	struct buf *q = &b->t->tags;

	if (!raw.p)
		return;
	q->n = 0;
	json_text(q, raw, &bent);
	emit_tag(b->t, key, buf_slice(q));
}

/* The time per output token behind the first, in ns with its ps. */
static void tag_tpot(struct bench *b, int64_t decode_ps, int64_t tokens)
{
	struct buf *q = &b->t->tags;
	int64_t ps;

	if (tokens < 2)
		return;
	ps = decode_ps / (tokens - 1) + ((i128)(decode_ps % (tokens - 1)) * 2 >= tokens - 1);
	bench_check_add(b->check, BENCH_TPOT, ps);
	q->n = 0;
	num_put_fixed(q, ps, 3);
	emit_tag(b->t, "tpot_ns", buf_slice(q));
}

static void put_request(struct bench *b, const struct slice *row, int64_t n)
{
	struct trace *t = b->t;
	int failed = ev_bare(row[ERRORS]).n > 0 && !slice_is(row[ERRORS], "null");
	int64_t ttft = 0, decode = 0, latency = 0, ns, ts = 0, out = 0, in = 0;
	int has_ttft = seconds(row[TTFT], &ttft) && !failed, has_itls = token_times(b, row[ITL], failed, &decode);
	int known = has_ttft && has_itls && !__builtin_add_overflow(ttft, decode, &latency);
	int placed = b->placed && seconds(row[START], &ts) && trace_time(t, to_ns(ts), &ts) == 0;

	ns = to_ns(latency);
	if ((row[TTFT].p && !seconds(row[TTFT], &ttft)) || (row[ITL].p && !has_itls))
		account_lost(&t->tef.acc, "bad_latency", jbuf_at(&t->tef.b));
	emit_open(t, 'X', placed ? &ts : NULL, known ? &ns : NULL, slice_of("."), slice_of("."), "request",
	          slice_of("request"));
	emit_tag_num(t, "result", b->result);
	emit_tag_num(t, "n", n);
	tag_text(b, "prompt_tokens", row[INPUT]);
	tag_text(b, "output_tokens", row[OUTPUT]);
	if (num_i64(ev_bare(row[OUTPUT]), &out))
		out = 0;
	if (num_i64(ev_bare(row[INPUT]), &in))
		in = 0;
	if (has_ttft) {
		emit_tag_num(t, "ttft_ns", to_ns(ttft));
		bench_check_add(b->check, BENCH_TTFT, ttft);
	}
	if (known) {
		bench_check_add(b->check, BENCH_E2E, latency);
		tag_tpot(b, decode, out);
	}
	if (has_itls)
		emit_tag(t, "itls_ns", buf_slice(&b->text));
	if (!b->placed)
		tag_text(b, "start_time", row[START]);
	if (failed) {
		tag_text(b, "error", row[ERRORS]);
	} else {
		b->completed++;
		if (__builtin_add_overflow(b->input, in, &b->input) ||
		    __builtin_add_overflow(b->output, out, &b->output))
			account_lost(&t->tef.acc, "beyond_int64", jbuf_at(&t->tef.b));
	}
	if (trace_wants(t, slice_of("request")))
		emit_close(t);
	t->tef.events++;
}

/* vLLM bench latency: a batch an iteration. */
static void put_batch(struct bench *b, struct slice s, int64_t n)
{
	int64_t ps = 0, ns;
	int known = seconds(s, &ps);

	ns = to_ns(ps);
	emit_open(b->t, 'X', NULL, known ? &ns : NULL, slice_of("."), slice_of("."), "bench_iteration",
	          slice_of("batch"));
	emit_tag_num(b->t, "result", b->result);
	emit_tag_num(b->t, "n", n);
	if (trace_wants(b->t, slice_of("bench_iteration")))
		emit_close(b->t);
	if (known)
		bench_check_add(b->check, BENCH_BATCH, ps);
	else
		account_lost(&b->t->tef.acc, "bad_latency", jbuf_at(&b->t->tef.b));
	b->t->tef.events++;
}

static void claim_batches(struct bench *b)
{
	struct slice avg = columns_plain(&b->c, "avg_latency"), all = columns_plain(&b->c, "percentiles"), k, v;
	const char *p = all.p ? all.p + 1 : NULL, *e = all.p + all.n;
	unsigned bent = 0;

	if (avg.p)
		bench_check_batch(b->check, slice_of("."), avg);
	while (p && all.p[0] == '{' && (p = json_member(p, e, 1, &bent, &k, &v)) && k.p)
		bench_check_batch(b->check, ev_bare(k), v);
}

/* Says which lists are shorter than others. */
static void tell_uneven(struct bench *b)
{
	uint64_t len[LISTS], most = 0;

	for (int i = 0; i < LISTS; i++) {
		len[i] = columns_length(&b->c, i);
		most = len[i] > most ? len[i] : most;
	}
	for (int i = 0; i < LISTS; i++)
		if (b->c.c[i].there && len[i] < most)
			b->t->conflict = msg_data("%s: %s has %llu elements, others %llu: requests from there on are left"
			                          " out", b->t->file, lists[i], (unsigned long long)len[i],
			                          (unsigned long long)most);
	account_lost(&b->t->tef.acc, "uneven_lists", jbuf_at(&b->t->tef.b));
}

static void totals(struct bench *b)
{
	const char *file = b->t->file;

	bench_check_total(b->check, file, "completed", columns_plain(&b->c, "completed"), b->completed);
	if (b->c.c[INPUT].there)
		bench_check_total(b->check, file, "total_input_tokens", columns_plain(&b->c, "total_input_tokens"),
		                  b->input);
	if (b->c.c[OUTPUT].there)
		bench_check_total(b->check, file, "total_output_tokens", columns_plain(&b->c, "total_output_tokens"),
		                  b->output);
}

static void put_result(struct bench *b)
{
	struct slice row[LISTS];
	int64_t n = 0;
	int s;

	b->result++;
	b->completed = b->input = b->output = 0;
	b->check = bench_check_new();
	put_summary(b);
	if (b->c.c[LATENCIES].there)
		claim_batches(b);
	for (; columns_row(&b->c, row); n++)
		if (b->c.c[LATENCIES].there)
			put_batch(b, row[LATENCIES], n);
		else
			put_request(b, row, n);
	if (b->c.uneven)
		tell_uneven(b);
	else if (n && !b->c.c[LATENCIES].there)
		totals(b);
	s = bench_check_close(b->check, b->t->file);
	b->t->conflict = msg_worse(b->t->conflict, s);
	b->t->tef.events += n == 0;
}

/* Behind an object that could not be read: to the next line that begins with one. */
static int next_line(struct jbuf *b)
{
	for (int nl = 0;;) {
		if (b->pos == b->n && !jbuf_more(b))
			return 0;
		if (nl && b->p[b->pos] == '{')
			return 1;
		nl = b->p[b->pos++] == '\n';
	}
}

/* Start times are of a monotonic clock (time.perf_counter): only -k places them. */
static int place(struct bench *b)
{
	struct trace *t = b->t;
	struct clock c;

	t->timeless = 1;
	if (!t->o->clock || strcmp(t->o->clock, "none") == 0)
		return ST_OK;
	if (clock_read(&c, t->o->clock))
		return ST_TROUBLE;
	t->timeless = 0;
	b->placed = 1;
	trace_absolute(t, c.offset_ns);
	if (!t->probing)
		t->base_ns = c.offset_ns;
	return ST_OK;
}

static int read_bench(struct trace *t)
{
	struct bench b = { .t = t };
	int status = trace_settle(t), e;

	t->rankless = !t->o->rank;
	if (!status)
		status = place(&b);
	if (status || !trace_begin(t))
		return status;
	while ((e = columns_read(&b.c, t, lists))) {
		if (e < 0) {
			uint64_t at = jbuf_at(&t->tef.b);
			int more = next_line(&t->tef.b);

			account_lost(&t->tef.acc, more ? "garbage" : "cut", at);
			if (!b.c.n_plain && !more && at == 0)
				status = ST_DATA;
		}
		if (e > 0 || b.c.n_plain)
			put_result(&b);
		columns_free(&b.c);
	}
	free(b.text.p);
	return status;
}

const struct dialect dialect_bench = { .name = "bench", .is = is, .read = read_bench, .foreign = 1 };
