/* nsys_csv: what `nsys stats --report cuda_gpu_trace --format csv` prints: kernels, copies and
 * fills of the devices. in:  Start (ns),Duration (ns),CorrId,...,Device,Ctx,Strm,Name
 *      100,50,9,...,NVIDIA H100 (0),1,7,gemm
 * out: X	100	50	.	0	7	kernel	gemm	corrid=9	... */
#include "base/escape.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "input/csv.h"
#include "trace/emit.h"
#include "trace/trace.h"

#include <stdlib.h>

struct table {
	struct buf *key; /* of the columns */
	size_t n;
	long start, dur, device, stream, name, correlation; /* their indices; -1: not there */
};

static int is(struct slice s)
{
	return slice_starts(s, "Start (ns),Duration (ns)") ||
	       slice_starts(s, "\"Start (ns)\",\"Duration (ns)\"");
}

static void header(struct table *t, const struct csv *c)
{
	const struct {
		const char *name;
		long *at;
	} known[] = {
		{ "Start (ns)", &t->start }, { "Duration (ns)", &t->dur },
		{ "Device", &t->device },    { "Strm", &t->stream },
		{ "Name", &t->name },        { "CorrId", &t->correlation },
	};

	t->n = c->n;
	t->key = mem_resize(NULL, c->n, sizeof *t->key);
	for (size_t k = 0; k < sizeof known / sizeof *known; k++)
		*known[k].at = -1;
	for (size_t i = 0; i < c->n; i++) {
		t->key[i] = (struct buf){ 0 };
		csv_small_key(&t->key[i], c->field[i]);
		buf_ch(&t->key[i], 0);
		for (size_t k = 0; k < sizeof known / sizeof *known; k++)
			if (slice_is(c->field[i], known[k].name))
				*known[k].at = (long)i;
	}
}

static struct slice column(const struct csv *c, long i)
{
	return i < 0 || (size_t)i >= c->n ? (struct slice){ "", 0 } : c->field[i];
}

/* "NVIDIA H100 (3)" -> "3" */
static struct slice device(struct slice s)
{
	const char *e = s.p + s.n, *p = e;

	if (!s.n || *--e != ')')
		return s.n ? s : slice_of(".");
	for (p = e; p > s.p && p[-1] >= '0' && p[-1] <= '9';)
		p--;
	return p < e && p > s.p && p[-1] == '(' ? (struct slice){ p, (size_t)(e - p) } : s;
}

static struct slice text(struct trace *t, int i, struct slice s)
{
	struct buf *b = &t->scratch[i];

	b->n = 0;
	if (s.n)
		escape_put(b, s);
	else
		buf_ch(b, '.');
	return buf_slice(b);
}

static void put_row(struct trace *t, const struct csv *c, const struct table *k)
{
	struct slice name = column(c, k->name);
	const char *cat =
	    slice_starts(name, "[CUDA memcpy") || slice_starts(name, "[CUDA Unified Memory memcpy")
		? "gpu_memcpy"
	    : slice_starts(name, "[CUDA memset") ? "gpu_memset"
						 : "kernel";
	int64_t ts, dur, end;

	t->tef.events++;
	if (c->n != k->n || num_i64(column(c, k->start), &ts) ||
	    num_i64(column(c, k->dur), &dur) || dur < 0 || trace_time(t, ts, &ts) ||
	    __builtin_add_overflow(ts, dur, &end)) {
		account_lost(&t->tef.acc, "broken_row", c->at);
		return;
	}
	if (!trace_wants(t, slice_of(cat)))
		return;
	emit_open(t, 'X', &ts, &dur, text(t, 0, device(column(c, k->device))),
	          text(t, 1, column(c, k->stream)), cat, text(t, 2, name));
	if (strcmp(cat, "kernel") == 0)
		rules_name_tags(t->o->rules, name, (struct slice){ "", 0 }, &t->line);
	for (size_t i = 0; i < c->n; i++) {
		long at = (long)i;

		if (c->field[i].n && at != k->start && at != k->dur && at != k->name)
			emit_tag(t, at == k->correlation ? "correlation" : k->key[i].p,
			         text(t, 0, c->field[i]));
	}
	emit_close(t);
}

static int read_csv(struct trace *t)
{
	struct csv c = { .b = &t->tef.b };
	struct table k;

	if (!csv_row(&c))
		return trace_refuse(t, 0, "no header of a GPU trace");
	header(&k, &c);
	if (trace_begin(t)) {
		while (csv_row(&c))
			if (!c.unterminated) /* the last field is the name, which shows what kind
			                      * of event it is */
				put_row(t, &c, &k);
		if (c.cut || c.unterminated)
			account_lost(&t->tef.acc, "cut", c.at);
	}
	for (size_t i = 0; i < k.n; i++)
		free(k.key[i].p);
	free(k.key);
	csv_free(&c);
	return ST_OK;
}

const struct dialect dialect_nsys_csv = {
	.name = "nsys_csv", .is = is, .read = read_csv, .foreign = 1
};
