#include "window/parts.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void parts_begin(struct parts *p)
{
	size_t n = p->n_tags > 0 ? (size_t)p->n_tags : 0;
	struct slice *need = mem_resize(NULL, n + 2, sizeof *need);

	rec_names(&p->kept, p->tags, (int)n);
	if (n)
		memcpy(need, p->tags, n * sizeof *need);
	need[n] = slice_of("correlation");
	need[n + 1] = p->share;
	rec_names(&p->needed, need, (int)n + 2);
	free(need);
}

/* The share of [s, e) in the number v of the record. Rounded down at both ends, so that the parts
 * of a span add up to it. */
static i128 part_of(const struct rec *r, int64_t v, int64_t s, int64_t e)
{
	i128 from = (i128)s - r->ts, to = (i128)e - r->ts;

	return (i128)v * to / r->dur - (i128)v * from / r->dur;
}

/* Appends the record from there on, with the number in the shared tag reduced to the part's
 * share. */
static void put_shared(struct parts *p, const struct rec *r, const char *from, int64_t s,
                       int64_t e)
{
	struct slice v = p->share.n ? rec_tag(r, p->share) : (struct slice){ NULL, 0 };
	const char *end = r->line.p + r->line.n;
	int64_t n;

	if (v.p && num_i64(v, &n) == 0 && n >= 0) {
		buf_add(&p->line, from, (size_t)(v.p - from));
		num_put128(&p->line, part_of(r, n, s, e));
		from = v.p + v.n;
	} else if (v.p) { /* not an integer: it cannot be divided, and no part gets all of it */
		buf_add(&p->line, from, (size_t)(v.p - from) - p->share.n - 2);
		from = v.p + v.n;
	}
	buf_add(&p->line, from, (size_t)(end - from));
}

/* -a: the record with only the tags wanted, in *q and p->trimmed. */
static const struct rec *trim(struct parts *p, const struct rec *r, struct rec *q)
{
	int at;

	if (p->n_tags < 0)
		return r;
	p->trimmed.n = 0;
	rec_trim(&p->trimmed, r, &p->kept);
	rec_parse(q, buf_slice(&p->trimmed), &at);
	return q;
}

/* A record, unchanged. */
void parts_rest(struct parts *p, const struct rec *r)
{
	struct rec q;

	r = trim(p, r, &q);
	p->line.n = 0;
	buf_put(&p->line, r->line);
	rec_write(&p->line);
}

/* One part of a record, with its window. */
void parts_put(void *arg, const struct rec *r, int64_t win, int64_t s, int64_t e)
{
	struct parts *p = arg;
	struct buf *b = &p->line;
	int cut = r->has_dur && (s != r->ts || e - s != r->dur);
	int64_t part, lag;
	int lagged = assign_lag(p->a, r, &lag); /* the expression may need tags that are not
	                                         * kept */
	struct rec q;

	r = trim(p, r, &q);
	b->n = 0;
	if (cut) {
		part = e - s;
		buf_put(b, r->col[C_PH]);
		rec_put_time(b, &s);
		rec_put_time(b, &part);
		put_shared(p, r, r->col[C_DUR].p + r->col[C_DUR].n, s, e);
	} else {
		buf_put(b, r->line);
	}
	if (win != ASSIGN_NONE)
		assign_put_win(p->a, b, win);
	if (lagged)
		rec_put_num(b, "lag", lag);
	if (cut) {
		rec_put_num(b, "whole_ts", r->ts);
		rec_put_num(b, "whole_dur", r->dur);
	}
	rec_write(b);
}

struct slice parts_need(struct parts *p, const struct rec *r)
{
	if (p->n_tags < 0)
		return r->line;
	p->trimmed.n = 0;
	rec_trim(&p->trimmed, r, &p->needed);
	return buf_slice(&p->trimmed);
}
