/* bench: results of load generators, one object or one per line: vLLM `bench serve` and SGLang
 * `bench_serving`, the plain summary or with the requests' detail; vLLM `bench latency`.
 * in:  {"duration":1.5,...,"input_lens":[8],"output_lens":[2],"ttfts":[0.02],"itls":[[0.01]]}
 * out: M . . . . . bench summary result=1 duration=1.5 mean_ttft_ms=20
 *      X . 30000000 . . . request request result=1 n=0 ... */
#include "base/msg.h"
#include "base/num.h"
#include "dialect/bench_result.h"
#include "dialect/json_table.h"
#include "json/json.h"
#include "json/object.h"
#include "trace/clock.h"
#include "trace/emit.h"
#include "trace/trace.h"

#include <stdlib.h>

enum list { INPUT, OUTPUT, TTFT, ITL, ERRORS, START, LATENCIES, LISTS };
static const char *const lists[] = { "input_lens", "output_lens", "ttfts",     "itls",
	                             "errors",     "start_times", "latencies", NULL };

struct bench {
	struct trace *t;
	struct json_table c;
	struct bench_result r;
	int64_t results, input, output; /* tokens of the requests that succeeded */
	int64_t blank_input;
	struct buf text;
	int placed; /* start times are on a known clock */
};

static int is(struct slice s)
{
	const char *e = s.p + s.n, *p = json_ws(s.p, e);

	if (p < e && *p == '[') /* of a sweep */
		p = json_ws(p + 1, e);
	if (p == e || *p != '{' || slice_has(s, "\"traceEvents\""))
		return 0;
	return slice_has(s, "\"request_throughput\"") ||
	       slice_has(s, "\"total_token_throughput\"") || slice_has(s, "\"ttfts\"") ||
	       (slice_has(s, "\"avg_latency\"") && slice_has(s, "\"latencies\"")) ||
	       (slice_has(s, "\"request_rate\"") && slice_has(s, "\"backend\""));
}

/* The summary: all plain members, as tags of one record. */
static void put_summary(struct bench *b)
{
	struct trace *t = b->t;
	struct json_table *c = &b->c;
	unsigned flaws = 0;

	emit_open(t, 'M', NULL, NULL, slice_of("."), slice_of("."), "bench", slice_of("summary"));
	emit_tag_num(t, "result", b->r.number);
	for (size_t i = 0; i < c->n_plain; i++)
		bench_result_say(&b->r, ev_bare(c->plain[i].key), columns_tag(c, i, &flaws));
	if (flaws)
		account_flaws(&t->tef.acc, flaws, inbuf_at(&t->tef.b));
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

/* The list of inter-token latencies, as ns, into b->text; their number and sum. Returns 0 if one
 * is not a number. */
static int token_times(struct bench *b, struct slice list, int64_t *n, int64_t *sum)
{
	const char *p = slice_inside(list), *e = slice_end(list);
	struct slice x;
	unsigned flaws = 0;
	int64_t ps;

	*n = *sum = 0;
	b->text.n = 0;
	buf_ch(&b->text, '[');
	if (!list.p || *list.p != '[')
		return 0;
	while ((p = json_element(p, e, 1, &flaws, &x)) && x.p) {
		if (!seconds(x, &ps) || __builtin_add_overflow(*sum, ps, sum))
			return 0;
		if ((*n)++)
			buf_ch(&b->text, ',');
		num_put(&b->text, to_ns(ps));
	}
	buf_ch(&b->text, ']');
	return 1;
}

/* The same list, for the comparison with the summary. */
static void check_tokens(struct bench *b, struct slice list)
{
	const char *p = slice_inside(list), *e = slice_end(list);
	struct slice x;
	unsigned flaws = 0;
	int64_t ps;

	while ((p = json_element(p, e, 1, &flaws, &x)) && x.p && seconds(x, &ps))
		bench_check_add(b->r.check, BENCH_ITL, ps);
}

static void tag_text(struct bench *b, const char *key, struct slice raw)
{
	unsigned flaws = 0;
	struct buf *q = &b->t->tags;

	if (!raw.p)
		return;
	q->n = 0;
	json_text(q, raw, &flaws);
	emit_tag(b->t, key, buf_slice(q));
}

/* One request. Nothing arrives after 0 s, and no token takes no time: a generator writes 0 for
 * what it did not measure. Times in ps. */
struct request {
	int failed, blank; /* blank: no error is given, but no token came */
	int has_ttft, has_tokens, known, has_tpot; /* known: its latency */
	int64_t in, out, n, ttft, decode, latency,
	    tpot; /* out: -1 unknown; n: of times between tokens */
};

static struct request understand(struct bench *b, const struct slice *row)
{
	struct request q = { .out = -1 };
	int error = ev_bare(row[ERRORS]).n > 0 && !slice_is(row[ERRORS], "null");

	if (!row[OUTPUT].p || num_i64(ev_bare(row[OUTPUT]), &q.out))
		q.out = -1;
	if (!row[INPUT].p || num_i64(ev_bare(row[INPUT]), &q.in))
		q.in = 0;
	q.has_ttft = seconds(row[TTFT], &q.ttft) && q.ttft > 0;
	q.has_tokens = token_times(b, row[ITL], &q.n, &q.decode) && (q.decode > 0 || !q.n);
	q.blank = !error && q.out == 0 && !q.has_ttft && !q.n;
	q.failed = error || q.blank;
	q.has_ttft &= !q.failed;
	q.known =
	    q.has_ttft && q.has_tokens && !__builtin_add_overflow(q.ttft, q.decode, &q.latency);
	q.has_tpot = q.known && q.out > 1 && q.decode > 0;
	if (q.has_tpot)
		q.tpot =
		    q.decode / (q.out - 1) + ((i128)(q.decode % (q.out - 1)) * 2 >= q.out - 1);
	return q;
}

/* What the request adds to the result: served or failed, and its latencies. */
static void tally(struct bench *b, const struct request *q, const struct slice *row)
{
	struct bench_check *c = b->r.check;

	b->r.rows++;
	b->r.failed += q->failed;
	b->r.blank += q->blank;
	if (q->failed) {
		b->blank_input += q->blank ? q->in : 0;
		return;
	}
	b->r.one_token += q->out == 1;
	if (__builtin_add_overflow(b->input, q->in, &b->input) ||
	    __builtin_add_overflow(b->output, q->out > 0 ? q->out : 0, &b->output))
		account_lost(&b->t->tef.acc, "beyond_int64", inbuf_at(&b->t->tef.b));
	q->has_ttft ? bench_check_add(c, BENCH_TTFT, q->ttft) : bench_check_unknown(c, BENCH_TTFT);
	q->known ? bench_check_add(c, BENCH_E2E, q->latency) : bench_check_unknown(c, BENCH_E2E);
	if (q->has_tpot) {
		bench_check_add(c, BENCH_TPOT, q->tpot);
		bench_check_tokens(c, q->out);
	} else if (q->out != 1) {
		bench_check_unknown(c, BENCH_TPOT);
	}
	q->has_tokens ? check_tokens(b, row[ITL]) : bench_check_unknown(c, BENCH_ITL);
}

static void put_request(struct bench *b, const struct slice *row, int64_t n)
{
	struct trace *t = b->t;
	struct request q = understand(b, row);
	int64_t ts = 0, ns = to_ns(q.latency), ps;
	int placed = b->placed && seconds(row[START], &ts) && trace_time(t, to_ns(ts), &ts) == 0;
	struct buf *text = &t->tags;

	if ((row[TTFT].p && !seconds(row[TTFT], &ps)) ||
	    (row[ITL].p && b->text.p[b->text.n - 1] != ']'))
		account_lost(&t->tef.acc, "bad_latency", inbuf_at(&t->tef.b));
	emit_open(t, 'X', placed ? &ts : NULL, q.known ? &ns : NULL, slice_of("."), slice_of("."),
	          "request", slice_of("request"));
	emit_tag_num(t, "result", b->r.number);
	emit_tag_num(t, "n", n);
	tag_text(b, "prompt_tokens", row[INPUT]);
	tag_text(b, "output_tokens", row[OUTPUT]);
	if (q.has_ttft)
		emit_tag_num(t, "ttft_ns", to_ns(q.ttft));
	if (q.has_tpot) {
		text->n = 0;
		num_put_fixed(text, q.tpot, 3);
		emit_tag(t, "tpot_ns", buf_slice(text));
	}
	if (q.has_tokens)
		emit_tag(t, "itls_ns", buf_slice(&b->text));
	if (!b->placed)
		tag_text(b, "start_time", row[START]);
	if (q.failed)
		emit_tag_num(t, "failed", 1);
	if (q.failed && !q.blank)
		tag_text(b, "error", row[ERRORS]);
	tally(b, &q, row);
	if (trace_wants(t, slice_of("request")))
		emit_close(t);
	t->tef.events++;
}

/* vLLM bench latency: one batch per iteration. */
static void put_batch(struct bench *b, struct slice s, int64_t n)
{
	int64_t ps = 0, ns;
	int known = seconds(s, &ps);

	ns = to_ns(ps);
	emit_open(b->t, 'X', NULL, known ? &ns : NULL, slice_of("."), slice_of("."),
	          "bench_iteration", slice_of("batch"));
	emit_tag_num(b->t, "result", b->r.number);
	emit_tag_num(b->t, "n", n);
	if (trace_wants(b->t, slice_of("bench_iteration")))
		emit_close(b->t);
	if (known)
		bench_check_add(b->r.check, BENCH_BATCH, ps);
	else
		account_lost(&b->t->tef.acc, "bad_latency", inbuf_at(&b->t->tef.b));
	b->t->tef.events++;
}

static void claim_batches(struct bench *b)
{
	struct slice avg = columns_plain(&b->c, "avg_latency"),
		     all = columns_plain(&b->c, "percentiles"), k, v;
	const char *p = slice_inside(all), *e = slice_end(all);
	unsigned flaws = 0;

	if (avg.p)
		bench_check_batch(b->r.check, slice_of("."), avg);
	while (p && all.p[0] == '{' && (p = json_member(p, e, 1, &flaws, &k, &v)) && k.p)
		bench_check_batch(b->r.check, ev_bare(k), v);
}

/* Reports which lists are shorter than others. */
static void tell_uneven(struct bench *b)
{
	uint64_t len[LISTS], most = 0;

	for (int i = 0; i < LISTS; i++) {
		len[i] = columns_length(&b->c, i);
		most = len[i] > most ? len[i] : most;
	}
	for (int i = 0; i < LISTS; i++)
		if (b->c.c[i].there && len[i] < most)
			b->t->conflict = msg_data(
			    "%s: %s has %llu elements, others %llu: requests from there on are left"
			    " out",
			    b->t->file, lists[i], (unsigned long long)len[i],
			    (unsigned long long)most);
	account_lost(&b->t->tef.acc, "uneven_lists", inbuf_at(&b->t->tef.b));
}

/* The sum of a column, for the member of this name; a summary may count the tokens of requests
 * without a result. */
static void check_sum(struct bench *b, const char *name, int column, int64_t sum, int64_t blank)
{
	struct slice stated = columns_plain(&b->c, name);
	int64_t n;

	if (b->c.c[column].there &&
	    !(blank && stated.p && num_i64(stated, &n) == 0 && n == sum + blank))
		bench_check_total(b->r.check, b->t->file, name, stated, sum);
}

static void put_result(struct bench *b)
{
	struct slice row[LISTS];
	int64_t n = 0;
	int s, batches = b->c.c[LATENCIES].there;

	b->input = b->output = b->blank_input = 0;
	b->r = bench_result_new(++b->results);
	put_summary(b);
	if (batches) {
		claim_batches(b);
		b->r.why = "batches were timed, not requests (vllm bench latency)";
	}
	for (; columns_row(&b->c, row); n++)
		if (batches)
			put_batch(b, row[LATENCIES], n);
		else
			put_request(b, row, n);
	if (b->c.uneven) {
		tell_uneven(b);
		b->r.stated.completed.scale = b->r.stated.failed.scale =
		    -1; /* not all of them are there */
	} else if (n && !batches) {
		check_sum(b, "total_input_tokens", INPUT, b->input, b->blank_input);
		check_sum(b, "total_output_tokens", OUTPUT, b->output, 0);
	}
	s = bench_result_close(&b->r, b->t);
	b->t->conflict = msg_worse(b->t->conflict, s);
	b->t->tef.events += n == 0;
}

/* To the next result: past the brackets and commas of a list of them. */
static void next_result(struct inbuf *b)
{
	for (int c; (c = inbuf_peek(b)) == '[' || c == ',' || c == ']';)
		b->pos++;
}

/* Start times are of a monotonic clock (time.perf_counter): only -k can align them. */
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
	while (next_result(&t->tef.b), (e = columns_read(&b.c, t, lists))) {
		if (e < 0) {
			uint64_t at = inbuf_at(&t->tef.b);
			int more = member_next_line(&t->tef.b);

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

const struct dialect dialect_bench = {
	.name = "bench", .is = is, .read = read_bench, .foreign = 1
};
