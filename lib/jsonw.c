#include "jsonw.h"

#include "json.h"
#include "lines.h"
#include "num.h"
#include "out.h"

#include <stdlib.h>

static int events; /* written so far */
static int opened;
static struct buf waiting; /* description read before the head is written */

/* The bytes that a record's text stands for, as a JSON string. */
static void put_string(struct buf *b, struct slice text)
{
	static struct buf t;

	t.n = 0;
	rec_unescape(&t, text);
	json_quote(b, buf_slice(&t));
}

static int missing(struct slice s)
{
	return s.n == 1 && s.p[0] == '.';
}

/* A tag's value: numbers and minified JSON as they are, the rest as strings. */
static void put_value(struct buf *b, struct slice v)
{
	static struct buf t;

	t.n = 0;
	rec_unescape(&t, v);
	if (missing(v))
		buf_str(b, "null");
	else if (json_is_number(buf_slice(&t)) || json_is_compact(buf_slice(&t)))
		buf_put(b, buf_slice(&t));
	else
		json_quote(b, buf_slice(&t));
}

static void put_member(struct buf *b, const char *key, struct slice text)
{
	if (missing(text))
		return;
	buf_str(b, ",\"");
	buf_str(b, key);
	buf_str(b, "\":");
	put_string(b, text);
}

/* ns as microseconds with three decimals. */
static void put_time(struct buf *b, const char *key, int64_t ns)
{
	buf_str(b, ",\"");
	buf_str(b, key);
	buf_str(b, "\":");
	num_put_fixed(b, ns, 3);
}

/* Tags that the format has beside args, not in them. */
static int is_outer(struct slice key)
{
	static const char *const keys[] = { "id", "id2", "bp", "s", "scope", "bind_id",
		                            "flow_in", "flow_out", "cname", "tts", "tdur" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (slice_is(key, keys[i]))
			return 1;
	return 0;
}

static void put_tags(struct buf *b, const struct rec *r)
{
	struct slice key, val;
	size_t pos = 0;
	int inside = 0, outer = 1;
	const char *seen[16];
	int n = 0;

	while (rec_next_tag(r, &pos, &key, &val)) {
		int again = 0;

		for (int i = 0; i < n; i++)
			again |= strncmp(seen[i], key.p, key.n) == 0 && seen[i][key.n] == '=';
		outer = outer && is_outer(key) && !again && n < 16;
		if (outer)
			seen[n++] = key.p;
		else if (!inside++)
			buf_str(b, ",\"args\":{");
		if (outer || inside > 1)
			buf_ch(b, ',');
		put_string(b, key);
		buf_ch(b, ':');
		put_value(b, val);
	}
	if (inside)
		buf_ch(b, '}');
}

/* The head of the document waits for the base, and what describes the stream for the head. */
static void open_document(struct lines *l)
{
	if (opened)
		return;
	opened = 1;
	out_str("{\"trVersion\":1,\"displayTimeUnit\":\"ns\",");
	if (l->has_base)
		out_fmt("\"baseTimeNanoseconds\":%lld,", (long long)l->base_ns);
	out_str("\"traceEvents\":[");
	out_slice(buf_slice(&waiting));
}

static const char *separator(void)
{
	return events++ ? ",\n" : "\n";
}

static void description(void *arg, struct slice line)
{
	(void)arg;
	waiting.n = opened ? 0 : waiting.n;
	buf_str(&waiting, separator());
	buf_str(&waiting, "{\"ph\":\"M\",\"cat\":\"tr\",\"name\":\"#\",\"args\":{\"line\":");
	json_quote(&waiting, line);
	buf_str(&waiting, "}}");
	if (opened)
		out_slice(buf_slice(&waiting));
}

static void put_record(struct buf *b, const struct rec *r)
{
	static struct buf pid;

	b->n = 0;
	buf_str(b, "{\"ph\":");
	put_string(b, r->col[C_PH]);
	put_member(b, "cat", r->col[C_CAT]);
	put_member(b, "name", r->col[C_NAME]);
	buf_str(b, ",\"rank\":");
	put_value(b, r->col[C_RANK]);
	if (!missing(r->col[C_PID])) {
		/* Ranks may share process ids: viewers must not mix them. */
		pid.n = 0;
		buf_str(&pid, "rank ");
		buf_put(&pid, r->col[C_RANK]);
		buf_str(&pid, " pid ");
		buf_put(&pid, r->col[C_PID]);
		put_member(b, "pid", buf_slice(&pid));
	}
	if (!missing(r->col[C_TID])) {
		buf_str(b, ",\"tid\":");
		put_value(b, r->col[C_TID]);
	}
	if (r->has_ts)
		put_time(b, "ts", r->ts);
	if (r->has_dur)
		put_time(b, "dur", r->dur);
	put_tags(b, r);
	buf_ch(b, '}');
}

int jsonw(char *const *files)
{
	struct lines l;
	struct rec r;
	struct buf b = { 0 };

	lines_open(&l, files, 0);
	l.on_header = description;
	while (lines_next(&l, &r)) {
		open_document(&l);
		put_record(&b, &r);
		out_str(separator());
		out_slice(buf_slice(&b));
	}
	open_document(&l);
	out_str("\n]}\n");
	free(b.p);
	return lines_close(&l);
}
