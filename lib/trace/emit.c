#include "trace/emit.h"

#include "base/out.h"
#include "record/meta.h"
#include "record/rec.h"
#include "trace/own.h"

void emit_meta(struct trace *t, const char *event, struct slice pid, struct slice tid,
               struct slice text)
{
	static struct buf b;
	struct meta_line m = { slice_of(event), buf_slice(&t->rank), pid, tid, text };

	b.n = 0;
	meta_put(&b, &m);
	out_slice(buf_slice(&b));
}

void emit_count(struct trace *t, struct slice line)
{
	struct rec r;
	int at;

	if (!rec_parse(&r, line, &at) && census_is(r.col[C_CAT]))
		census_see(&t->own->census, &r);
}

void emit_open(struct trace *t, char ph, const int64_t *ts, const int64_t *dur, struct slice pid,
               struct slice tid, const char *cat, struct slice name)
{
	struct buf *b = &t->line;

	t->own->counted = ph == 'X' && census_is(slice_of(cat));
	rec_begin(b, ph, ts, dur);
	rec_put(b, buf_slice(&t->rank));
	rec_put(b, pid);
	rec_put(b, tid);
	rec_put(b, slice_of(cat));
	rec_put(b, name);
}

void emit_tag(struct trace *t, const char *key, struct slice text)
{
	if (trace_keeps(t, slice_of(key)))
		rec_put_tag(&t->line, key, text);
}

void emit_tag_num(struct trace *t, const char *key, int64_t v)
{
	if (trace_keeps(t, slice_of(key)))
		rec_put_num(&t->line, key, v);
}

void emit_close(struct trace *t)
{
	if (t->own->d->foreign && t->own->counted)
		emit_count(t, buf_slice(&t->line));
	rec_write(&t->line);
}
