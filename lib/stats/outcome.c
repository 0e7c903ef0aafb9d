#include "stats/outcome.h"

#include "base/msg.h"

static const char *const stats[OUTCOME_STATS] = { "mean", "p50", "p99",  "min",
	                                          "max",  "std", "total" };

/* The tag PREFIX_KEY; "total": KEY alone. .p NULL if it is absent. */
static struct slice tag_of(const struct outcome *o, const struct rec *r, const char *prefix)
{
	static struct buf b;

	b.n = 0;
	if (strcmp(prefix, "total") != 0) {
		buf_str(&b, prefix);
		buf_ch(&b, '_');
	}
	buf_str(&b, o->key);
	return rec_field(r, buf_slice(&b));
}

/* Adds the text if it is not in the list yet. */
static void add_text(struct buf *b, struct slice s)
{
	if (!s.p || !s.n)
		return;
	for (const char *p = b->p; p && p + s.n <= b->p + b->n; p++)
		if (memcmp(p, s.p, s.n) == 0)
			return;
	buf_str(b, b->n ? "; " : "");
	buf_put(b, s);
}

static void take_stated(struct outcome *o, const struct rec *r)
{
	int some = 0;

	for (int i = 0; i < OUTCOME_STATS; i++) {
		struct slice s = tag_of(o, r, stats[i]);
		struct dec v;

		if (!s.p || num_dec(s, &v))
			continue;
		some = 1;
		if (!o->stat[i].n++ || (stats[i][1] == 'i' && num_cmp(v, o->stat[i].v) < 0) ||
		    (stats[i][1] == 'a' && num_cmp(v, o->stat[i].v) > 0))
			o->stat[i].v = v;
	}
	o->stated += some;
}

int outcome_take(struct outcome *o, const struct rec *r)
{
	struct slice failed, requests;
	int64_t f, n;

	if (!o->key || !slice_is(r->col[C_NAME], "outcome") || !slice_is(r->col[C_CAT], "bench"))
		return 0;
	failed = rec_tag(r, slice_of("failed"));
	requests = rec_tag(r, slice_of("requests"));
	if (failed.p && requests.p && num_i64(failed, &f) == 0 && num_i64(requests, &n) == 0 &&
	    (__builtin_add_overflow(o->failed, f, &o->failed) ||
	     __builtin_add_overflow(o->requests, n, &o->requests)))
		msg_die("more requests than 64 bits hold");
	take_stated(o, r);
	add_text(&o->why, tag_of(o, r, "why"));
	add_text(&o->why, rec_field(r, slice_of("why")));
	add_text(&o->note, tag_of(o, r, "note"));
	add_text(&o->note, rec_field(r, slice_of("note")));
	return 1;
}

int outcome_value(const struct outcome *o, const char *stat, struct dec *v)
{
	for (int i = 0; i < OUTCOME_STATS; i++) {
		int extreme = i == 3 || i == 4;

		if (strcmp(stats[i], stat) != 0 || !o->stat[i].n || (o->stat[i].n > 1 && !extreme))
			continue;
		*v = o->stat[i].v;
		return 1;
	}
	return 0;
}

const char *outcome_why(struct outcome *o, const char *stat)
{
	static struct buf b;

	b.n = 0;
	for (int i = 0; i < OUTCOME_STATS; i++)
		if (strcmp(stats[i], stat) == 0 && o->stat[i].n > 1) {
			num_put(&b, o->stat[i].n);
			buf_str(&b,
			        " results have only a summary: their values cannot be combined");
		}
	if (!b.n && o->stated)
		buf_str(&b, "the summary does not give it");
	if (!b.n)
		buf_put(&b, buf_slice(&o->why));
	buf_ch(&b, 0);
	return b.n > 1 ? b.p : NULL;
}

static void put(struct buf *b, size_t at, const char *text, int64_t n, const char *rest)
{
	buf_str(b, b->n > at ? "; " : "");
	buf_str(b, text);
	if (n >= 0)
		num_put(b, n);
	buf_str(b, rest);
}

void outcome_note(const struct outcome *o, int by_summary, int known, struct buf *b, size_t at)
{
	if (!o->key)
		return;
	if (by_summary)
		put(b, at, "from the summary", -1, "");
	else if (known && o->stated)
		put(b, at, "without ", o->stated,
		    o->stated == 1 ? " result that has only a summary"
		                   : " results that have only a summary");
	if (o->failed > 0 && (known || by_summary || o->failed < o->requests)) {
		put(b, at, "", o->failed, " of ");
		num_put(b, o->requests);
		buf_str(b, " requests failed");
	}
	if (o->note.n) {
		put(b, at, "", -1, "");
		buf_put(b, buf_slice(&o->note));
	}
}
