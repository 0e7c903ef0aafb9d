#include "trace/event_cols.h"

#include "base/num.h"
#include "json/json.h"
#include "record/rec.h"
#include "record/tags.h"
#include "trace/own.h"
#include "trace/sizes.h"

#include <stdlib.h>

/* Appends "\tkey=value" unless the key is not wanted. */
static void put_tag(struct trace *t, struct ev *v, struct slice key, struct slice val)
{
	struct buf *b = &t->tags;
	size_t at = b->n;

	buf_ch(b, '\t');
	tags_key(b, key, &v->flaws);
	if (!trace_keeps(t, (struct slice){ b->p + at + 1, b->n - at - 1 })) {
		b->n = at;
		return;
	}
	buf_ch(b, '=');
	json_text(b, val, &v->flaws);
}

/* Adds what the rules derive from a device's event, and what its execution trace fills in. */
static void derived_tags(struct trace *t, struct ev *v)
{
	size_t at = t->tags.n;

	rules_tags(t->o->rules, v, &t->tags);
	if (!t->o->sizes || t->tags.n == at || !slice_is(v->o_cat, "kernel"))
		return;
	if (rec_tag_in((struct slice){ t->tags.p + at, t->tags.n - at }, slice_of("bytes")).p)
		return;
	if (!t->own->sizes) /* the first one that lacks a size: look up the sizes now */
		t->own->sizes = sizes_new(t, t->o->sizes, &t->conflict);
	sizes_tags(t->own->sizes, v->off, &t->tags, at);
}

/* begins: a span, or the begin of one */
void event_tags(struct trace *t, struct ev *v, int begins)
{
	size_t from;

	for (int i = 0; i < v->n_extra; i++)
		put_tag(t, v, v->xkey[i], v->xval[i]);
	if (begins && t->own->d->foreign &&
	    (slice_is(v->o_cat, "kernel") || slice_is(v->o_cat, "xla_async")))
		derived_tags(t, v);
	else if (begins && t->own->d->foreign)
		stepname_tags(rules_steps(t->o->rules), v->o_cat, v, &t->tags);
	if (!v->args.p)
		return;
	if (v->args.p[0] != '{') {
		put_tag(t, v, slice_of("\"args\""), v->args);
		return;
	}
	from = t->tags.n;
	ev_args(v);
	for (size_t i = 0; i < v->n_arg; i++)
		put_tag(t, v, v->arg[i].key, v->arg[i].val);
	if (v->broken_args)
		account_lost(&t->tef.acc, "broken_args", v->off);
	tags_unique(&t->tags, from, &v->flaws);
}

/* "\trank\tpid\ttid\tcat\tname" */
void event_head(struct trace *t, struct ev *v, struct buf *b)
{
	rec_put(b, buf_slice(&t->rank));
	rec_put(b, v->o_pid);
	rec_put(b, v->o_tid);
	rec_put(b, v->o_cat);
	buf_ch(b, '\t');
	if (v->name.p)
		json_column(b, v->name, &v->flaws);
	else
		buf_ch(b, '.');
}

/* One record of category `trace`. */
static void head_record(struct trace *t, struct slice key, struct slice val)
{
	struct buf *b = &t->line;
	struct ev v = { .args = val };
	unsigned flaws = 0;

	t->tags.n = 0;
	rec_begin(b, 'M', NULL, NULL);
	rec_put(b, buf_slice(&t->rank));
	rec_put(b, slice_of("."));
	rec_put(b, slice_of("."));
	rec_put(b, slice_of("trace"));
	buf_ch(b, '\t');
	json_column(b, key, &flaws);
	if (val.p[0] == '{') {
		event_tags(t, &v, 0);
	} else {
		rec_put_tag(&t->tags, "value", (struct slice){ "", 0 });
		json_text(&t->tags, val, &flaws);
	}
	buf_put(b, buf_slice(&t->tags));
	rec_write(b);
	free(v.arg);
}

void event_member(struct trace *t, struct slice key, struct slice val)
{
	const char *p = slice_inside(val), *e = slice_end(val);
	int all = t->o->all_args;
	unsigned flaws = 0;
	struct slice x;

	if (!trace_wants(t, slice_of("trace")))
		return;
	t->o->all_args = 1; /* -a applies to events only */
	if (val.p[0] == '[' && (p = json_element(p, e, 0, &flaws, &x)) && x.p && x.p[0] == '{')
		for (; p && x.p; p = json_element(p, e, 0, &flaws, &x))
			head_record(t, key, x);
	else
		head_record(t, key, val);
	t->o->all_args = all;
}
