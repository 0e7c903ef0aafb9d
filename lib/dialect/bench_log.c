/* bench_log: the table that vLLM's and SGLang's benchmarks print, as found in a log; under the
 * names of their JSON.
 * in:  ============ Serving Benchmark Result ============
 *      Mean TTFT (ms):                          20.22
 * out: M . . . . . bench summary result=1 mean_ttft_ms=20.22 */
#include "base/escape.h"
#include "base/msg.h"
#include "dialect/bench_result.h"
#include "json/json.h"
#include "trace/emit.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>

static int is_title(struct slice line)
{
	return slice_has(line, "Serving Benchmark Result =");
}

static int is(struct slice s)
{
	const char *e = s.p + s.n, *p = json_ws(s.p, e);

	if (p < e && *p == '[') /* a list, or a log's [name] */
		p = json_ws(p + 1, e);
	return p < e && *p != '{' && !slice_starts(s, "## tr") && is_title(s);
}

/* "Mean TTFT (ms)" -> mean_ttft_ms; labels that do not follow this rule are in the table. Returns
 * 0 if it is not a label. */
static int key_of(struct slice label, char key[64])
{
	static const struct {
		const char *label, *key;
	} names[] = {
		{ "Successful requests", "completed" },
		{ "Failed requests", "failed" },
		{ "Benchmark duration (s)", "duration" },
		{ "Total input tokens", "total_input_tokens" },
		{ "Total generated tokens", "total_output_tokens" },
		{ "Request throughput (req/s)", "request_throughput" },
		{ "Output token throughput (tok/s)", "output_throughput" },
		{ "Total Token throughput (tok/s)", "total_token_throughput" },
		{ "Total token throughput (tok/s)", "total_token_throughput" },
		{ "Maximum request concurrency", "max_concurrency" },
		{ "Max request concurrency", "max_concurrency" },
		{ "Request rate configured (RPS)", "request_rate" },
		{ "Traffic request rate", "request_rate" },
		{ "Total throughput (tok/s)", "total_token_throughput" },
		{ "Backend", "backend" },
		{ "Input token throughput (tok/s)", "input_throughput" },
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
		key[n++] = (char)(c == ' ' || c == '-' || c == '/' ? '_'
		                  : c >= 'A' && c <= 'Z'           ? c | 0x20
		                                                   : c);
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

struct table {
	struct trace *t;
	struct bench_result r;
	struct buf prefix; /* what each line begins with, like its title: [client] */
	int open;          /* between the title and its closing line */
};

/* Removes what precedes the table on each line: the same as before the title, where any digit
 * matches a digit (of a time). Returns 0 if the line is somebody else's. */
static int strip(const struct table *k, struct slice *s)
{
	size_t n = k->prefix.n;

	if (n && s->n + 1 == n && k->prefix.p[n - 1] == ' ')
		n--;
	if (s->n < n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		char a = k->prefix.p[i], b = s->p[i];

		if (a != b && !(a >= '0' && a <= '9' && b >= '0' && b <= '9'))
			return 0;
	}
	*s = (struct slice){ s->p + n, s->n - n };
	return 1;
}

static void close_table(struct table *k)
{
	int status;

	if (!k->open)
		return;
	k->open = 0;
	if (trace_wants(k->t, slice_of("bench")))
		emit_close(k->t);
	status = bench_result_close(&k->r, k->t);
	k->t->conflict = msg_worse(k->t->conflict, status);
}

static void open_table(struct table *k, struct slice s)
{
	close_table(k);
	k->open = 1;
	k->prefix.n = 0;
	buf_add(&k->prefix, s.p, (size_t)((const char *)memchr(s.p, '=', s.n) - s.p));
	k->r = bench_result_new((int64_t)++k->t->tef.events);
	emit_open(k->t, 'M', NULL, NULL, slice_of("."), slice_of("."), "bench",
	          slice_of("summary"));
	emit_tag_num(k->t, "result", k->r.number);
}

/* One line of a log; cut: it has no line end, and its number may be cut. */
static void take(struct table *k, struct slice s, int cut)
{
	static struct buf name;
	struct trace *t = k->t;
	struct slice val;
	const char *colon;
	char key[64];

	if (is_title(s)) {
		open_table(k, s);
		return;
	}
	if (!k->open || !strip(k, &s))
		return;
	if (slice_starts(s, "=====")) {
		close_table(k);
		return;
	}
	colon = memchr(s.p, ':', s.n);
	if (cut || !colon || !key_of(trim((struct slice){ s.p, (size_t)(colon - s.p) }), key))
		return;
	val = trim((struct slice){ colon + 1, s.n - (size_t)(colon - s.p) - 1 });
	t->tags.n = 0;
	escape_put(&t->tags, val);
	if (!val.n)
		return;
	name.n = 0;
	escape_put(&name, slice_of(key));
	escape_key(&name, 0);
	buf_ch(&name, 0);
	emit_tag(t, name.p, buf_slice(&t->tags));
	bench_result_say(&k->r, slice_of(key), val);
}

static int read_log(struct trace *t)
{
	struct inbuf *b = &t->tef.b;
	struct table k = { .t = t };
	struct slice s;
	int cut = 0;

	t->rankless = !t->o->rank;
	t->timeless = 1;
	if (!trace_begin(t))
		return ST_OK;
	while (inbuf_line(b, &s, &cut))
		take(&k, s, cut);
	if (k.open) {
		close_table(&k);
		account_lost(&t->tef.acc, "cut", inbuf_at(b));
	}
	free(k.prefix.p);
	if (!t->tef.events)
		return trace_refuse(t, 0, "no table of a benchmark's result in this log");
	return ST_OK;
}

const struct dialect dialect_bench_log = {
	.name = "bench_log", .is = is, .read = read_log, .foreign = 1
};
