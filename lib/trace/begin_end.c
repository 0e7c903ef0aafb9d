#include "trace/begin_end.h"

#include "json/json.h"
#include "record/rec.h"
#include "record/tags.h"
#include "trace/event_cols.h"
#include "trace/own.h"

/* Writes a span from its begin to `end`; its length is unknown if it was not closed, or ends
 * before it begins. more: the end's tags. */
static void write_pair(struct trace *t, struct open *o, int closed, int64_t end, struct slice more)
{
	struct buf *b = &t->line;
	int64_t dur = 0;
	unsigned flaws = 0;
	int known = closed && !__builtin_sub_overflow(end, o->ts, &dur) && dur >= 0;

	if (closed && !known)
		account_lost(&t->tef.acc, "negative_dur", o->off);
	rec_begin(b, 'X', &o->ts, known ? &dur : NULL);
	buf_put(b, buf_slice(&o->head));
	buf_put(&o->tags, more);
	tags_unique(&o->tags, 0, &flaws);
	buf_put(b, buf_slice(&o->tags));
	rec_write(b);
	pair_free(o);
}

void begin_end_close(struct trace *t)
{
	struct open *o;

	while ((o = pair_oldest(&t->own->pairs))) {
		account_lost(&t->tef.acc, "unclosed_begin", o->off);
		write_pair(t, o, 0, 0, (struct slice){ "", 0 });
	}
}

/* What a begin and its end have in common: the thread, or category and id (and the process if it
 * is local). */
static struct slice pair_key(const struct ev *v, char kind)
{
	static struct buf key;
	unsigned ignored = 0;

	key.n = 0;
	buf_ch(&key, kind);
	if (kind == 'B') {
		rec_put(&key, v->o_pid);
		rec_put(&key, v->o_tid);
		return buf_slice(&key);
	}
	rec_put(&key, v->o_cat);
	for (int i = 0; i < v->n_extra; i++) {
		struct slice k = ev_bare(v->xkey[i]);

		if (!slice_is(k, "id") && !slice_is(k, "id2") && !slice_is(k, "scope"))
			continue;
		buf_ch(&key, '\t');
		json_text(&key, v->xval[i], &ignored);
		if (slice_is(k, "id2") && v->xval[i].n > 8 && memcmp(v->xval[i].p, "{", 1) == 0)
			rec_put(&key, v->o_pid);
	}
	return buf_slice(&key);
}

void begin_end(struct trace *t, struct ev *v, char ph, int64_t ns)
{
	char kind = ph == 'B' || ph == 'E' ? 'B' : ph == 'b' || ph == 'e' ? 'b' : 'S';
	struct slice key = pair_key(v, kind);
	struct open *o;
	int renamed;

	t->tags.n = 0;
	event_tags(t, v, ph == 'B' || ph == 'b' || ph == 'S');
	if (ph == 'B' || ph == 'b' || ph == 'S') {
		t->line.n = 0;
		event_head(t, v, &t->line);
		if (trace_wants(t, v->o_cat))
			pair_begin(&t->own->pairs, key, ev_bare(v->name), ns, v->off,
			           buf_slice(&t->line), buf_slice(&t->tags));
		return;
	}
	o = pair_end(&t->own->pairs, key, ev_bare(v->name), &renamed);
	if (!o) {
		/* With a selection (-c), the begin may have been left out. */
		if (!t->o->cats || (v->cat.p && trace_wants(t, v->o_cat)))
			account_lost(&t->tef.acc, "end_without_begin", v->off);
		return;
	}
	if (renamed)
		account_mended(&t->tef.acc, "end_of_other_name", v->off);
	if (kind != 'B')
		t->tags.n = 0; /* an async end repeats the begin's id */
	write_pair(t, o, 1, ns, buf_slice(&t->tags));
}
