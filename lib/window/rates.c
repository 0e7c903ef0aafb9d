#include "window/rates.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"

struct rates_series {
	int has;
	int64_t ts, value, last; /* first sample of the last time, and the last sample of that
	                          * time */
};

/* The sample's tags without its value, and the window that the sample was in. */
static void put_tags(struct buf *b, const struct rec *r)
{
	struct slice key, val;
	size_t pos = 0;

	while (rec_next_tag(r, &pos, &key, &val)) {
		if (slice_is(key, "value") || slice_is(key, "win") || slice_is(key, "win_n") ||
		    slice_is(key, "reset") || slice_is(key, "void"))
			continue;
		buf_ch(b, '\t');
		buf_add(b, key.p, (size_t)(val.p + val.n - key.p));
	}
}

static void put(struct rates *t, uint32_t id, int64_t ts, int64_t end, int64_t bytes, int reset,
                const struct rec *sample)
{
	struct buf *b = &t->line;
	struct rec r;
	int at;

	rec_begin_span(b, ts, end);
	rec_put(b, t->keys.text[id]);
	if (reset)
		rec_put_tag(b, "reset", slice_of("1"));
	else
		rec_put_num(b, "bytes", bytes);
	if (sample)
		put_tags(b, sample);
	if (rec_parse(&r, buf_slice(b), &at) || t->span(t->arg, &r))
		t->too_long++;
}

static struct rates_series *series(struct rates *t, const struct rec *r, uint32_t *id)
{
	struct slice key = { r->col[C_RANK].p,
		             (size_t)(r->col[C_NAME].p + r->col[C_NAME].n - r->col[C_RANK].p) };

	*id = intern_id(&t->keys, key);
	mem_reserve_zero((void **)&t->s, &t->cap, (size_t)*id + 1, sizeof *t->s);
	return &t->s[*id];
}

/* Bytes that were counted at the very last time of the series. */
static void flush(struct rates *t, struct rates_series *s, uint32_t id)
{
	if (s->last != s->value)
		put(t, id, s->ts, s->ts, s->last - s->value, 0, NULL);
	s->value = s->last;
}

void rates_add(struct rates *t, const struct rec *r)
{
	struct slice text = rec_tag(r, slice_of("value"));
	struct rates_series *s;
	uint32_t id;
	int64_t v, d;

	if (!r->has_ts || !text.p)
		return;
	if (num_i64(text, &v)) {
		t->bad++;
		return;
	}
	s = series(t, r, &id);
	if (s->has && r->ts < s->ts) {
		t->unordered++;
		return;
	}
	if (s->has && (v < s->last || __builtin_sub_overflow(v, s->value, &d))) {
		flush(t, s, id);
		put(t, id, s->ts, r->ts, 0, 1, r);
	} else if (s->has && r->ts == s->ts) {
		s->last = v;
		return;
	} else if (s->has) {
		put(t, id, s->ts, r->ts, v - s->value, 0, r);
	}
	*s = (struct rates_series){ 1, r->ts, v, v };
}

static int report(uint64_t n, const char *cause, const char *what)
{
	if (!n)
		return ST_OK;
	out_fmt("##lost %s %llu 0\n", cause, (unsigned long long)n);
	return msg_data("%llu %s", (unsigned long long)n, what);
}

int rates_end(struct rates *t)
{
	for (uint32_t i = 0; i < t->keys.n; i++)
		flush(t, &t->s[i], i);
	return report(t->unordered, "unordered_samples",
	              "samples are older than the one before them: left out") |
	       report(t->bad, "bad_value",
	              "samples have a value that is not an integer: left out") |
	       report(t->too_long, "ts_range",
	              "spans between samples are too long for these buckets: left out");
}
