#include "dialect/bench_result.h"

#include "trace/emit.h"

#include <stdlib.h>

static const struct dec NOT_STATED = { 0, -1 };

struct bench_result bench_result_new(int64_t number)
{
	struct bench_result r = { .check = bench_check_new(number), .number = number };

	r.stated = (struct bench_stated){
		NOT_STATED, NOT_STATED, NOT_STATED, NOT_STATED,
		NOT_STATED, NOT_STATED, { NOT_STATED, NOT_STATED, NOT_STATED },
	};
	return r;
}

void bench_result_say(struct bench_result *r, struct slice key, struct slice val)
{
	const struct {
		const char *key;
		struct dec *to;
	} plain[] = {
		{ "completed", &r->stated.completed },
		{ "failed", &r->stated.failed },
		{ "num_prompts", &r->stated.prompts },
		{ "duration", &r->stated.duration },
		{ "total_input_tokens", &r->stated.input },
		{ "total_output_tokens", &r->stated.output },
		{ "request_throughput", &r->stated.rate[0] },
		{ "output_throughput", &r->stated.rate[1] },
		{ "total_token_throughput", &r->stated.rate[2] },
		{ "total_throughput", &r->stated.rate[2] },
	};
	struct dec v;

	bench_check_claim(r->check, key, val);
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (slice_is(key, plain[i].key) && num_dec(val, &v) == 0 && v.m >= 0)
			*plain[i].to = v;
}

static int is_zero(struct dec v)
{
	return v.scale >= 0 && v.m == 0;
}

/* An integer; -1 if it is not stated. */
static int64_t count(struct dec v)
{
	i128 n;

	if (v.scale < 0)
		return -1;
	for (; v.scale; v.scale--) {
		if (v.m % 10)
			return -1;
		v.m /= 10;
	}
	n = v.m;
	return n > INT64_MAX ? -1 : (int64_t)n;
}

/* Requests sent and failed: by the detail, else by the summary. Returns 0 if not known. */
static int outcome(const struct bench_result *r, int64_t *requests, int64_t *failed)
{
	int64_t completed = count(r->stated.completed), prompts = count(r->stated.prompts);

	*requests = r->rows;
	*failed = r->failed;
	if (r->rows)
		return 1;
	*failed = count(r->stated.failed);
	if (completed < 0)
		return 0;
	if (*failed < 0 && prompts >= completed)
		*failed = prompts - completed;
	return *failed >= 0 && !__builtin_add_overflow(completed, *failed, requests);
}

static void put_all_failed(struct buf *b, int64_t n)
{
	if (n == 1) {
		buf_str(b, "the only request failed");
		return;
	}
	buf_str(b, "all ");
	num_put(b, n);
	buf_str(b, " requests failed");
}

/* Why the result has no latency of this kind; nothing if r->why already gives a reason for all. */
static void put_why(const struct bench_result *r, enum bench_kind kind, struct buf *b)
{
	int64_t n, failed;

	if (outcome(r, &n, &failed) && n && failed == n)
		put_all_failed(b, n);
	else if ((kind == BENCH_TPOT || kind == BENCH_ITL) && r->rows &&
	         r->one_token == r->rows - r->failed)
		buf_str(b, "one output token per request: no time per further token");
	else if (!r->why && !r->rows)
		buf_str(b, "no details of requests, and no value in the summary");
	else if (!r->why && kind == BENCH_TTFT)
		buf_str(b, "no time to the first token was measured (0 means not measured)");
	else if (!r->why && kind == BENCH_ITL)
		buf_str(b, "no time between tokens was measured");
	else if (!r->why)
		buf_str(b, "no latency was measured (it needs a time to the first token and those"
		           " between tokens)");
}

static void tag(struct trace *t, const char *prefix, const char *key, struct slice text)
{
	char name[64];
	size_t n = strlen(prefix), k = strlen(key);

	memcpy(name, prefix, n);
	memcpy(name + n, key, k + 1);
	if (text.n)
		emit_tag(t, name, text);
}

static void put_latency(struct bench_result *r, struct trace *t, enum bench_kind kind,
                        const char *key)
{
	static const char *const stats[] = { "mean", "p50", "p99", "min", "max", "std" };
	static const char *const prefixes[] = { "mean_", "p50_", "p99_", "min_", "max_", "std_" };
	struct buf b = { 0 };
	int some = 0;
	int64_t ps;

	for (size_t i = 0; i < sizeof stats / sizeof *stats; i++) {
		if (!bench_check_stated(r->check, kind, stats[i], &ps))
			continue;
		some = 1;
		b.n = 0;
		num_put_dec(&b, (struct dec){ ps, 9 });
		tag(t, prefixes[i], key, buf_slice(&b));
	}
	b.n = 0;
	if (!some && !bench_check_n(r->check, kind)) {
		put_why(r, kind, &b);
		tag(t, "why_", key, buf_slice(&b));
	}
	tag(t, "note_", key, bench_check_note(r->check, (int)kind));
	free(b.p);
}

/* A rate: the counts and the duration, from which the metric is computed; else as it is stated. */
static void put_rate(const struct bench_result *r, struct trace *t, int which, const char *key)
{
	const struct bench_stated *s = &r->stated;
	int counted = which == 0   ? s->completed.scale >= 0
	              : which == 1 ? s->output.scale >= 0
	                           : s->output.scale >= 0 && s->input.scale >= 0;
	struct buf b = { 0 };

	if (counted && s->duration.scale >= 0 && s->duration.m > 0)
		return;
	if (s->rate[which].scale >= 0 && s->rate[which].m > 0 && !is_zero(s->duration)) {
		num_put_dec(&b, s->rate[which]);
		tag(t, "", key, buf_slice(&b));
	} else if (!r->why) {
		buf_str(&b, is_zero(s->duration) ? "the benchmark's duration is 0"
		            : r->no_rate         ? r->no_rate
		            : counted            ? "the result has no duration"
		                                 : "the result lacks counts and duration");
		tag(t, "why_", key, buf_slice(&b));
	}
	free(b.p);
}

/* `completed`, compared with the detail. Some generators count requests without a result: then
 * their latencies of 0 are in the summary's means too. Returns 1 if that is so. */
static int check_completed(struct bench_result *r, const char *file)
{
	int64_t stated = count(r->stated.completed), failed = count(r->stated.failed);
	int64_t served = r->rows - r->failed;
	struct buf b = { 0 };
	int counted = r->blank && stated == served + r->blank;

	if (stated >= 0 && !counted) {
		num_put(&b, stated);
		bench_check_total(r->check, file, "completed", buf_slice(&b), served);
	}
	if (failed >= 0 && !(counted && failed == r->failed - r->blank)) {
		b.n = 0;
		num_put(&b, failed);
		bench_check_total(r->check, file, "failed", buf_slice(&b), r->failed);
	}
	free(b.p);
	for (int k = 0; k < BENCH_KINDS && counted; k++)
		bench_check_unknown(r->check, (enum bench_kind)k);
	return counted;
}

/* What the note of every metric says about the result. */
static void put_note(const struct bench_result *r, struct trace *t, int counted)
{
	struct buf b = { 0 };

	buf_put(&b, bench_check_note(r->check, BENCH_KINDS));
	if (counted) {
		buf_str(&b, b.n ? "; result " : "result ");
		num_put(&b, r->number);
		buf_str(&b, "'s summary counts ");
		num_put(&b, r->blank);
		buf_str(&b, " of the failed requests as completed");
	}
	tag(t, "", "note", buf_slice(&b));
	free(b.p);
}

int bench_result_close(struct bench_result *r, struct trace *t)
{
	static const char *const kinds[] = { "ttft_ms", "tpot_ms", "itl_ms", "e2e_ms" };
	static const char *const rates[] = { "request_throughput", "output_throughput",
		                             "total_token_throughput" };
	int64_t requests, failed;
	int status, counted = r->rows && check_completed(r, t->file);

	status = bench_check_close(r->check, t->file);
	emit_open(t, 'M', NULL, NULL, slice_of("."), slice_of("."), "bench", slice_of("outcome"));
	emit_tag_num(t, "result", r->number);
	if (outcome(r, &requests, &failed)) {
		emit_tag_num(t, "requests", requests);
		emit_tag_num(t, "failed", failed);
	}
	for (int i = 0; i < 4; i++)
		put_latency(r, t, (enum bench_kind)i, kinds[i]);
	for (int i = 0; i < 3; i++)
		put_rate(r, t, i, rates[i]);
	put_note(r, t, counted);
	if (r->why)
		tag(t, "", "why", slice_of(r->why));
	if (trace_wants(t, slice_of("bench")))
		emit_close(t);
	bench_check_free(r->check);
	return status;
}
