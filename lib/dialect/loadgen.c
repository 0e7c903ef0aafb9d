/* loadgen: summaries of other load generators, under vLLM's names: AIPerf and genai-perf,
 * guidellm, inference-perf, trtllm-bench, vLLM `bench throughput`, SGLang's
 * bench_offline_throughput and bench_one_batch. Texts and lists in them are ignored.
 * in:  {"request_throughput":{"unit":"req/s","avg":2.5},
 *       "time_to_first_token":{"unit":"ms","avg":50}}
 * out: M . . . . . bench summary result=1 tool=aiperf request_throughput=2.5 mean_ttft_ms=50 */
#include "base/msg.h"
#include "dialect/bench_result.h"
#include "dialect/json_table.h"
#include "json/json.h"
#include "json/object.h"
#include "trace/emit.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>

/* Where a number is, and its vLLM name; shift: 10^shift of it are vLLM's number. For a
 * distribution the path leads to an object, and the name lacks its statistic: mean_NAME. */
struct place {
	const char *path, *name;
	int shift, spread;
};

struct tool {
	const char *name;
	const char *has[3]; /* members, with their quotes, by which a file is recognised */
	const char
	    *list; /* the member with a list of results; NULL: the file is one result, or
	            * several */
	const char *why; /* why there are no latencies and rates of requests; NULL: there may be
	                  * some */
	struct place place[14];
};

/* AIPerf's and genai-perf's inter-token latency is per request: its time per token after the
 * first. guidellm's time per output token includes the first token's time, and its inter-token
 * latency is weighted: neither is the same as ours. */
static const struct tool tools[] = {
	{ "aiperf",
	  { "\"time_to_first_token\"", "\"unit\"", "\"avg\"" },
	  NULL,
	  NULL,
	  { { "time_to_first_token", "ttft_ms", 0, 1 },
	    { "inter_token_latency", "tpot_ms", 0, 1 },
	    { "request_latency", "e2el_ms", 0, 1 },
	    { "request_count.avg", "completed", 0, 0 },
	    { "error_request_count.avg", "failed", 0, 0 },
	    { "benchmark_duration", "duration", -3, 2 },
	    { "total_isl.avg", "total_input_tokens", 0, 0 },
	    { "total_osl.avg", "total_output_tokens", 0, 0 },
	    { "request_throughput.avg", "request_throughput", 0, 0 },
	    { "output_token_throughput.avg", "output_throughput", 0, 0 },
	    { "total_token_throughput.avg", "total_token_throughput", 0, 0 } } },
	{ "aiperf",
	  { "\"request_throughput\"", "\"unit\"", "\"avg\"" },
	  NULL,
	  NULL,
	  { { "request_latency", "e2el_ms", 0, 1 },
	    { "request_count.avg", "completed", 0, 0 },
	    { "error_request_count.avg", "failed", 0, 0 },
	    { "benchmark_duration", "duration", -3, 2 },
	    { "request_throughput.avg", "request_throughput", 0, 0 },
	    { "output_token_throughput.avg", "output_throughput", 0, 0 } } },
	{ "guidellm",
	  { "\"benchmarks\"", "\"requests_per_second\"" },
	  "benchmarks",
	  NULL,
	  { { "metrics.time_to_first_token_ms.successful", "ttft_ms", 0, 1 },
	    { "metrics.request_latency.successful", "e2el_ms", 3, 1 },
	    { "metrics.request_totals.successful", "completed", 0, 0 },
	    { "metrics.request_totals.errored", "failed", 0, 0 },
	    { "run_stats.requests_made.successful", "completed", 0, 0 },
	    { "run_stats.requests_made.errored", "failed", 0, 0 },
	    { "metrics.requests_per_second.successful.mean", "request_throughput", 0, 0 },
	    { "metrics.output_tokens_per_second.successful.mean", "output_throughput", 0, 0 },
	    { "metrics.tokens_per_second.successful.mean", "total_token_throughput", 0, 0 } } },
	{ "inference-perf",
	  { "\"load_summary\"", "\"successes\"" },
	  NULL,
	  NULL,
	  { { "successes.latency.time_to_first_token", "ttft_ms", 3, 1 },
	    { "successes.latency.time_per_output_token", "tpot_ms", 3, 1 },
	    { "successes.latency.inter_token_latency", "itl_ms", 3, 1 },
	    { "successes.latency.request_latency", "e2el_ms", 3, 1 },
	    { "successes.count", "completed", 0, 0 },
	    { "failures.count", "failed", 0, 0 },
	    { "successes.throughput.requests_per_sec", "request_throughput", 0, 0 },
	    { "successes.throughput.output_tokens_per_sec", "output_throughput", 0, 0 },
	    { "successes.throughput.total_tokens_per_sec", "total_token_throughput", 0, 0 } } },
	{ "trtllm-bench",
	  { "\"performance\"", "\"request_throughput_req_s\"" },
	  NULL,
	  NULL,
	  { { "streaming_metrics.ttft_percentiles", "ttft_ms", 0, 1 },
	    { "streaming_metrics.tpot_percentiles", "tpot_ms", 0, 1 },
	    { "performance.request_latency_percentiles_ms", "e2el_ms", 0, 1 },
	    { "streaming_metrics.avg_ttft_ms", "mean_ttft_ms", 0, 0 },
	    { "streaming_metrics.avg_tpot_ms", "mean_tpot_ms", 0, 0 },
	    { "performance.avg_request_latency_ms", "mean_e2el_ms", 0, 0 },
	    { "request_info.num_requests", "completed", 0, 0 },
	    { "performance.total_latency_ms", "duration", -3, 0 },
	    { "performance.request_throughput_req_s", "request_throughput", 0, 0 },
	    { "performance.system_output_throughput_tok_s", "output_throughput", 0, 0 },
	    { "performance.system_total_throughput_tok_s", "total_token_throughput", 0, 0 } } },
	{ "vllm-throughput",
	  { "\"elapsed_time\"", "\"requests_per_second\"", "\"total_num_tokens\"" },
	  NULL,
	  NULL,
	  { { "elapsed_time", "duration", 0, 0 },
	    { "num_requests", "completed", 0, 0 },
	    { "tokens_per_second", "total_token_throughput", 0, 0 } } },
	{ "sglang-offline",
	  { "\"last_gen_throughput\"", "\"successful_requests\"" },
	  NULL,
	  NULL,
	  { { "total_latency", "duration", 0, 0 },
	    { "successful_requests", "completed", 0, 0 },
	    { "total_input_tokens", "total_input_tokens", 0, 0 },
	    { "total_output_tokens", "total_output_tokens", 0, 0 } } },
	{ "sglang-one-batch",
	  { "\"prefill_latency\"", "\"overall_throughput\"" },
	  NULL,
	  "one batch was timed, not requests (SGLang's bench_one_batch)",
	  { { "batch_size", "batch_size", 0, 0 },
	    { "input_len", "input_len", 0, 0 },
	    { "output_len", "output_len", 0, 0 },
	    { "prefill_latency", "prefill_latency", 0, 0 },
	    { "median_decode_latency", "median_decode_latency", 0, 0 },
	    { "total_latency", "total_latency", 0, 0 } } },
};

static const struct tool *tool_of(struct slice s)
{
	const char *p = json_ws(s.p, s.p + s.n);

	if (p == s.p + s.n || *p != '{' || slice_has(s, "\"traceEvents\""))
		return NULL;
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
		int all = 1;

		for (int k = 0; k < 3 && tools[i].has[k]; k++)
			all &= slice_has(s, tools[i].has[k]);
		if (all)
			return &tools[i];
	}
	return NULL;
}

static int is(struct slice s)
{
	return tool_of(s) != NULL;
}

/* The value at the path a.b.c. */
static struct slice look(const struct json_table *c, const char *path)
{
	struct slice v = { NULL, 0 };
	char first[64];

	for (size_t n; *path; path += n + (path[n] == '.')) {
		n = strcspn(path, ".");
		if (!v.p) {
			memcpy(first, path, n);
			first[n] = 0;
			v = columns_plain(c, first);
		} else {
			v = member_of(v, path, n);
		}
		if (!v.p)
			break;
	}
	return v;
}

struct summary {
	struct trace *t;
	struct bench_result r;
	int64_t results;
};

/* Converts one of their numbers to ours. */
static void put(struct summary *s, const char *name, struct slice val, int shift)
{
	static struct buf b;
	struct dec v;

	if (!val.p || num_dec(ev_bare(val), &v))
		return;
	b.n = 0;
	buf_ch(&b, '\t');
	buf_str(&b, name);
	buf_ch(&b, '=');
	buf_ch(&b, 0);
	if (slice_has(buf_slice(&s->t->line), b.p)) /* the first place counts */
		return;
	for (; shift > 0 && v.scale; shift--)
		v.scale--;
	if (shift > 0 && num_mul10(&v.m, shift))
		return;
	for (; shift < 0; shift++)
		if (v.scale < DEC_SCALE)
			v.scale++;
		else
			num_div(v.m, 10, 0, &v.m);
	b.n = 0;
	num_put_dec(&b, v);
	emit_tag(s->t, name, buf_slice(&b));
	bench_result_say(&s->r, slice_of(name), buf_slice(&b));
}

/* The statistics of a distribution. */
static void put_spread(struct summary *s, struct slice object, const char *name, int shift)
{
	static const struct {
		const char *theirs, *ours;
	} stats[] = {
		{ "mean", "mean" },   { "avg", "mean" },    { "average", "mean" },
		{ "median", "p50" },  { "p50", "p50" },     { "p99", "p99" },
		{ "min", "min" },     { "minimum", "min" }, { "max", "max" },
		{ "maximum", "max" }, { "std", "std" },     { "std_dev", "std" },
	};
	struct slice percentiles = member_of(object, "percentiles", 11), v;
	const char *done = "";
	char key[64];

	shift += member_to_ms(object);
	for (size_t i = 0; i < sizeof stats / sizeof *stats; i++) {
		v = member_of(object, stats[i].theirs, strlen(stats[i].theirs));
		if (!v.p)
			v = member_of(percentiles, stats[i].theirs, strlen(stats[i].theirs));
		if (!v.p || strcmp(done, stats[i].ours) == 0)
			continue;
		done = stats[i].ours;
		snprintf(key, sizeof key, "%s_%s", done, name);
		put(s, key, v, shift);
	}
}

static void put_result(struct summary *s, const struct json_table *c, const struct tool *tool)
{
	struct trace *t = s->t;
	struct slice v;
	int status;

	s->r = bench_result_new(++s->results);
	s->r.why = tool->why;
	emit_open(t, 'M', NULL, NULL, slice_of("."), slice_of("."), "bench", slice_of("summary"));
	emit_tag_num(t, "result", s->results);
	emit_tag(t, "tool", slice_of(tool->name));
	for (const struct place *p = tool->place; p->path; p++) {
		v = look(c, p->path);
		if (v.p && p->spread == 1)
			put_spread(s, v, p->name, p->shift);
		else if (v.p && p->spread)
			put(s, p->name, member_of(v, "avg", 3), p->shift + member_to_ms(v));
		else
			put(s, p->name, v, p->shift);
	}
	if (trace_wants(t, slice_of("bench")))
		emit_close(t);
	t->tef.events++;
	status = bench_result_close(&s->r, t);
	t->conflict = msg_worse(t->conflict, status);
}

/* To the list with the results, past its bracket. Returns 0 if there is none. */
static int enter(struct inbuf *b, const char *list)
{
	static struct buf key;
	int ch;

	if (inbuf_peek(b) != '{')
		return 0;
	for (b->pos++; (ch = inbuf_peek(b)) >= 0 && ch != '}';) {
		if (ch == ',') {
			b->pos++;
			continue;
		}
		if (!member_key(b, &key))
			return 0;
		if (slice_is(ev_bare(buf_slice(&key)), list))
			return inbuf_peek(b) == '[' && b->pos++ < b->n;
		if (!member_skip(b))
			return 0;
	}
	return 0;
}

static int read_loadgen(struct trace *t)
{
	static const char *const none[] = { NULL };
	struct inbuf *b = &t->tef.b;
	struct summary s = { .t = t };
	struct json_table c;
	const struct tool *tool = tool_of((struct slice){ b->p + b->pos, b->n - b->pos });
	int e;

	if (!tool)
		return trace_refuse(t, 0, "no summary of a known load generator");
	t->rankless = !t->o->rank;
	t->timeless = 1;
	if (!trace_begin(t))
		return ST_OK;
	if (tool->list && !enter(b, tool->list)) {
		account_lost(&t->tef.acc, "cut", inbuf_at(b));
		return ST_OK;
	}
	while ((e = columns_read(&c, t, none))) {
		uint64_t at = inbuf_at(b);

		if (e > 0)
			put_result(&s, &c, tool);
		else if (!tool->list || inbuf_peek(b) != ']')
			account_lost(&t->tef.acc, member_next_line(b) ? "garbage" : "cut", at);
		columns_free(&c);
		if (e < 0 && tool->list)
			break;
		while (inbuf_peek(b) == ',')
			b->pos++;
	}
	if (tool->list && e == 0)
		account_lost(&t->tef.acc, "cut", inbuf_at(b));
	return ST_OK;
}

const struct dialect dialect_loadgen = {
	.name = "loadgen", .is = is, .read = read_loadgen, .foreign = 1
};
