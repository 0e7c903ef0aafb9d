/* arrivals: when requests arrived, and with how many tokens: BurstGPT (seconds from its own start)
 * and the Azure LLM inference traces (UTC) as CSV; Mooncake's traces (ms), one object per line.
 * in:  Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
 *      5.5,ChatGPT,472,18,490,Conversation log
 * out: i 5500000000 . . . . request arrival model=ChatGPT prompt_tokens=472 ... */
#include "base/date.h"
#include "base/escape.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"
#include "dialect/json_table.h"
#include "input/csv.h"
#include "json/object.h"
#include "record/rec.h"
#include "trace/emit.h"
#include "trace/trace.h"

#include <stdlib.h>

static int is(struct slice s)
{
	const char *nl = memchr(s.p, '\n', s.n);
	struct slice header = { s.p, nl ? (size_t)(nl - s.p) : s.n };

	if (s.n && *s.p == '{')
		return slice_has(header, "\"timestamp\"") &&
		       slice_has(header, "\"input_length\"") &&
		       slice_has(header, "\"output_length\"");
	return slice_starts(header, "TIMESTAMP,ContextTokens,GeneratedTokens") ||
	       (slice_starts(header, "Timestamp,") && slice_has(header, "Request tokens"));
}

/* "\      key=" of a column; NULL: the time, or left out. */
static void name_column(struct trace *t, struct slice field, struct buf *b)
{
	static const struct {
		const char *csv, *tag;
	} names[] = {
		{ "Request tokens", "prompt_tokens" },   { "ContextTokens", "prompt_tokens" },
		{ "Response tokens", "output_tokens" },  { "GeneratedTokens", "output_tokens" },
	};
	size_t i;

	b->n = 0;
	buf_ch(b, '\t');
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(field, names[i].csv))
			break;
	if (i < sizeof names / sizeof *names)
		buf_str(b, names[i].tag);
	else
		csv_small_key(b, field);
	if (!trace_keeps(t, (struct slice){ b->p + 1, b->n - 1 }))
		b->n = 0;
	else
		buf_ch(b, '=');
	buf_room(b, 16); /* for buf_add_short */
}

/* Seconds, or a date, to ns. */
static int moment(struct slice s, int64_t *ns)
{
	int64_t u = 0, unit = 1000000000;
	size_t i = 0;

	for (; i < s.n && i < 9 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		u = u * 10 + (s.p[i] - '0');
	u *= 1000000000;
	if (i && i < s.n && s.p[i] == '.')
		for (i++; i < s.n && unit > 1 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			u += (unit /= 10) * (s.p[i] - '0');
	if (i && i == s.n) {
		*ns = u;
		return 1;
	}
	return date_ns(s, ns) || num_shifted(s, 9, ns) == 0;
}

static void put_row(struct trace *t, const struct csv *c, const struct buf *name, size_t n_names,
                    int64_t ts)
{
	struct buf *b = &t->line;

	rec_begin(b, 'i', &ts, NULL);
	buf_put(b, buf_slice(&t->tags)); /* the part that is the same for all */
	for (size_t i = 0; i < c->n && i < n_names; i++) {
		if (!name[i].n)
			continue;
		buf_add_short(b, buf_slice(&name[i]));
		if (!c->field[i].n)
			buf_ch(b, '.');
		else if (c->plain)
			buf_add_short(b, c->field[i]);
		else
			escape_put(b, c->field[i]);
	}
	rec_write(b);
}

static void rows(struct trace *t, struct csv *c, const struct buf *name, size_t n_names)
{
	int wanted = trace_wants(t, slice_of("request"));
	int64_t ns, ts;

	t->tags.n = 0;
	rec_put(&t->tags, buf_slice(&t->rank));
	buf_str(&t->tags, "\t.\t.\trequest\tarrival");
	do {
		t->tef.events++;
		if (c->n > n_names || (c->n < n_names && !c->unterminated))
			account_lost(&t->tef.acc, "broken_row", c->at);
		else if (!moment(c->field[0], &ns) || trace_time(t, ns, &ts))
			account_lost(&t->tef.acc, "bad_ts", c->at);
		else if (wanted)
			put_row(t, c, name, n_names, ts);
	} while (csv_row(c));
}

/* One object per line, as in Mooncake's traces:
 * {"timestamp":3000,"input_length":10,"output_length":5}; the time is in ms. */
static void put_object(struct trace *t, const struct json_table *c)
{
	static const char *const names[][2] = {
		{ "input_length", "prompt_tokens" }, { "output_length", "output_tokens" },
	};
	struct slice v = columns_plain(c, "timestamp");
	int64_t ns, ts;

	t->tef.events++;
	if (!v.p || num_shifted(ev_bare(v), 6, &ns) || trace_time(t, ns, &ts)) {
		account_lost(&t->tef.acc, v.p ? "bad_ts" : "no_ts", inbuf_at(&t->tef.b));
		return;
	}
	emit_open(t, 'i', &ts, NULL, slice_of("."), slice_of("."), "request", slice_of("arrival"));
	for (int i = 0; i < 2; i++) {
		v = columns_plain(c, names[i][0]);
		if (v.p && num_i64(ev_bare(v), &ns) == 0)
			emit_tag_num(t, names[i][1], ns);
	}
	if (trace_wants(t, slice_of("request")))
		emit_close(t);
}

static int read_objects(struct trace *t)
{
	static const char *const none[] = { NULL };
	struct json_table c;
	int e;

	if (!trace_begin(t))
		return ST_OK;
	while ((e = columns_read(&c, t, none))) {
		uint64_t at = inbuf_at(&t->tef.b);

		if (e > 0)
			put_object(t, &c);
		else
			account_lost(&t->tef.acc, member_next_line(&t->tef.b) ? "garbage" : "cut",
			             at);
		columns_free(&c);
	}
	return ST_OK;
}

static int read_arrivals(struct trace *t)
{
	struct csv c = { .b = &t->tef.b };
	struct buf *name = NULL;
	size_t n = 0;
	int64_t first;

	t->rankless = !t->o->rank;
	if (inbuf_peek(c.b) == '{')
		return read_objects(t);
	if (!csv_row(&c))
		return trace_refuse(t, 0, "no header of an arrivals file");
	n = c.n;
	name = mem_resize(NULL, n, sizeof *name);
	memset(name, 0, n * sizeof *name);
	for (size_t i = 1; i < n; i++)
		name_column(t, c.field[i], &name[i]);
	if (csv_row(&c)) {
		if (date_ns(c.field[0], &first))
			trace_absolute(t, first);
		if (trace_begin(t))
			rows(t, &c, name, n);
	} else {
		trace_begin(t);
	}
	if (c.cut || c.unterminated)
		account_lost(&t->tef.acc, "cut", c.at);
	for (size_t i = 0; i < n; i++)
		free(name[i].p);
	free(name);
	csv_free(&c);
	return ST_OK;
}

const struct dialect dialect_arrivals = {
	.name = "arrivals", .is = is, .read = read_arrivals, .foreign = 1
};
