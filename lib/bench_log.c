/* bench_log: the table that vLLM's and SGLang's benchmarks print, as found in a log; under the names of
 * their JSON.
 * in:  ============ Serving Benchmark Result ============
 *      Mean TTFT (ms):                          20.22
 * out: M	.	.	.	.	.	bench	summary	result=1	mean_ttft_ms=20.22 */
#include "trace.h"

#include "emit.h"
#include "rec.h"

#include <stdio.h>

static int is_title(struct slice line)
{
	return slice_has(line, "Serving Benchmark Result =");
}

static int is(struct slice s)
{
	return s.n && !strchr("{[#", s.p[0]) && is_title(s);
}

/* "Mean TTFT (ms)" -> mean_ttft_ms; labels that are not made so stand in the table. Returns 0 for no
 * label. */
static int key_of(struct slice label, char key[64])
{
	static const struct {
		const char *label, *key;
	} names[] = {
		{ "Successful requests", "completed" }, { "Failed requests", "failed" },
		{ "Benchmark duration (s)", "duration" }, { "Total input tokens", "total_input_tokens" },
		{ "Total generated tokens", "total_output_tokens" }, { "Request throughput (req/s)", "request_throughput" },
		{ "Output token throughput (tok/s)", "output_throughput" },
		{ "Total Token throughput (tok/s)", "total_token_throughput" },
		{ "Total token throughput (tok/s)", "total_token_throughput" },
		{ "Maximum request concurrency", "max_concurrency" }, { "Max request concurrency", "max_concurrency" },
		{ "Request rate configured (RPS)", "request_rate" }, { "Traffic request rate", "request_rate" },
		{ "Backend", "backend" }, { "Input token throughput (tok/s)", "input_throughput" },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(label, names[i].label)) {
			snprintf(key, 64, "%s", names[i].key);
			return 1;
		}
	for (size_t i = 0; i < label.n && n < 63; i++) {
		char c = label.p[i];

		if (c == '(' || c == ')')
			continue;
		key[n++] = (char)(c == ' ' || c == '-' || c == '/' ? '_' : c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	key[n] = 0;
	return n > 0;
}

static struct slice trim(struct slice s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

/* One line of a log. in_table: between the title and its closing line. */
static void take(struct trace *t, struct slice s, int *in_table)
{
	static struct buf k;
	const char *colon = memchr(s.p, ':', s.n);
	struct slice val;
	char key[64];

	if (is_title(s)) {
		if (*in_table)
			emit_close(t);
		*in_table = 1;
		emit_open(t, 'M', NULL, NULL, slice_of("."), slice_of("."), "bench", slice_of("summary"));
		emit_tag_num(t, "result", (int64_t)++t->tef.events);
		return;
	}
	if (!*in_table)
		return;
	if (slice_starts(s, "=====")) {
		emit_close(t);
		*in_table = 0;
		return;
	}
	if (!colon || !key_of(trim((struct slice){ s.p, (size_t)(colon - s.p) }), key))
		return;
	val = trim((struct slice){ colon + 1, s.n - (size_t)(colon - s.p) - 1 });
	t->tags.n = 0;
	rec_escape(&t->tags, val);
	k.n = 0;
	rec_escape(&k, slice_of(key));
	rec_key(&k, 0);
	buf_ch(&k, 0);
	if (val.n)
		emit_tag(t, k.p, buf_slice(&t->tags));
}

static int read_log(struct trace *t)
{
	struct jbuf *b = &t->tef.b;
	struct slice s;
	int in_table = 0, cut = 0;

	t->rankless = !t->o->rank;
	t->timeless = 1;
	if (!trace_begin(t))
		return ST_OK;
	while (jbuf_line(b, &s, &cut))
		take(t, s, &in_table);
	if (in_table) {
		emit_close(t);
		account_lost(&t->tef.acc, "cut", jbuf_at(b));
	}
	if (!t->tef.events)
		return trace_refuse(t, 0, "no table of a benchmark's result in this log");
	return ST_OK;
}

const struct dialect dialect_bench_log = { .name = "bench_log", .is = is, .read = read_log, .foreign = 1 };
