#include "record/to_json.h"

#include "base/escape.h"
#include "base/num.h"
#include "base/out.h"
#include "json/json.h"
#include "record/lines.h"
#include "record/meta.h"

#include <stdio.h>
#include <stdlib.h>

static int events; /* written so far */
static int opened;
static struct buf waiting; /* description read before the head is written */

/* The bytes that a record's text represents, as a JSON string. */
static void put_string(struct buf *b, struct slice text)
{
	static struct buf t;

	t.n = 0;
	escape_undo(&t, text);
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
	escape_undo(&t, v);
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

/* Tags that the format has next to args, not in them. */
static int is_outer(struct slice key)
{
	static const char *const keys[] = { "id", "id2", "bp", "s", "scope", "bind_id",
		                            "flow_in", "flow_out", "cname", "tts", "tdur" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (slice_is(key, keys[i]))
			return 1;
	return 0;
}

/* An id that is unique across ranks, for viewers: they join events by their ids, and all ranks
 * count from the same numbers. Numbers below 2^40 get the rank above them; other ids are hashed,
 * with the highest bit set. */
static uint64_t own_id(struct slice rank, struct slice id)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	int64_t r = -1, n;

	if ((missing(rank) || (num_i64(rank, &r) == 0 && r >= 0 && r < 1 << 22)) &&
	    num_i64(id, &n) == 0 && n >= 0 && n >> 40 == 0)
		return (uint64_t)(r + 1) << 40 | (uint64_t)n;
	for (size_t i = 0; i < rank.n + 1 + id.n; i++) {
		unsigned char c = i < rank.n ? (unsigned char)rank.p[i]
		                  : i == rank.n ? 0 : (unsigned char)id.p[i - rank.n - 1];

		h = (h ^ c) * UINT64_C(0x100000001b3);
		h ^= h >> 31;
	}
	return h | UINT64_C(1) << 63;
}

/* "id":"0x20000000007","tr_id":7: the second is what is read back. */
static void put_id(struct buf *b, const struct rec *r, struct slice key, struct slice val)
{
	char s[48];
	int two = slice_is(key, "id2");

	snprintf(s, sizeof s, two ? "{\"global\":\"0x%llx\"}" : "\"0x%llx\"",
	         (unsigned long long)own_id(r->col[C_RANK], val));
	put_string(b, key);
	buf_ch(b, ':');
	buf_str(b, s);
	buf_str(b, ",\"tr_");
	buf_put(b, key);
	buf_str(b, "\":");
	put_value(b, val);
}

/* Ids that viewers compare across processes. */
static int is_id(struct slice key, struct slice val)
{
	return slice_is(key, "id") || slice_is(key, "bind_id") ||
	       (slice_is(key, "id2") && slice_starts(val, "{\"global\":"));
}

/* A process's name, with its rank before it. */
static void put_process(struct buf *b, struct slice rank, struct slice name)
{
	static struct buf t;

	t.n = 0;
	if (!missing(rank)) {
		buf_str(&t, "rank ");
		buf_put(&t, rank);
		buf_ch(&t, ' ');
	}
	buf_put(&t, name);
	put_string(b, buf_slice(&t));
}

static void put_tags(struct buf *b, const struct rec *r)
{
	int process = slice_is(r->col[C_PH], "M") && slice_is(r->col[C_NAME], "process_name");
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
		if (outer && is_id(key, val)) {
			put_id(b, r, key, val);
			continue;
		}
		put_string(b, key);
		buf_ch(b, ':');
		if (process && !outer && slice_is(key, "name") && !missing(r->col[C_RANK]) &&
		    !missing(val))
			put_process(b, r->col[C_RANK], val);
		else
			put_value(b, val);
	}
	if (inside)
		buf_ch(b, '}');
}

/* The head of the document needs the base; the lines that describe the stream are held until the
 * head is written. */
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

/* Process and thread. Ranks may share process ids: viewers must not mix them. */
static void put_thread(struct buf *b, struct slice rank, struct slice own, struct slice tid)
{
	static struct buf pid;

	if (!missing(own)) {
		pid.n = 0;
		buf_str(&pid, "rank ");
		buf_put(&pid, rank);
		buf_str(&pid, " pid ");
		buf_put(&pid, own);
		put_member(b, "pid", buf_slice(&pid));
	}
	if (!missing(tid)) {
		buf_str(b, ",\"tid\":");
		put_value(b, tid);
	}
}

/* What names a process or thread, for viewers; the record itself may have been left out. Category
 * tr and a name other than "#": ignored when it is read back. */
static void put_meta(struct buf *b, const struct meta_line *m)
{
	buf_str(b, separator());
	buf_str(b, "{\"ph\":\"M\",\"cat\":\"tr\"");
	put_member(b, "name", m->name);
	put_thread(b, m->rank, m->pid, m->tid);
	buf_str(b, ",\"args\":{\"");
	buf_str(b, meta_arg(m->name));
	buf_str(b, "\":");
	if (slice_is(m->name, "process_name"))
		put_process(b, m->rank, m->text);
	else
		put_value(b, m->text);
	buf_str(b, "}}");
}

static void description(void *arg, struct slice line)
{
	struct meta_line m;

	(void)arg;
	waiting.n = opened ? 0 : waiting.n;
	buf_str(&waiting, separator());
	buf_str(&waiting, "{\"ph\":\"M\",\"cat\":\"tr\",\"name\":\"#\",\"args\":{\"line\":");
	json_quote(&waiting, line);
	buf_str(&waiting, "}}");
	if (meta_parse(line, &m))
		put_meta(&waiting, &m);
	if (opened)
		out_slice(buf_slice(&waiting));
}

static void put_record(struct buf *b, const struct rec *r)
{
	b->n = 0;
	buf_str(b, "{\"ph\":");
	put_string(b, r->col[C_PH]);
	put_member(b, "cat", r->col[C_CAT]);
	put_member(b, "name", r->col[C_NAME]);
	buf_str(b, ",\"rank\":");
	put_value(b, r->col[C_RANK]);
	put_thread(b, r->col[C_RANK], r->col[C_PID], r->col[C_TID]);
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
