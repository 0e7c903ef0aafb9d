#include "trace/trace_json.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/order.h"
#include "base/out.h"
#include "json/json.h"
#include "trace/event.h"
#include "trace/event_cols.h"
#include "trace/own.h"
#include "trace/sizes.h"

#include <stdlib.h>

/* A fact about the file, from a top-level member. */
static void learn(struct trace *t, struct slice key, struct slice val)
{
	struct slice k = ev_bare(key), rank;
	struct ev v = { .args = val };
	int64_t n;

	if (slice_is(k, "traceEvents") && *val.p == '{') {
		t->foreign = "traceEvents is an object, not a list: take the trace out of it"
		             " (jq .traceEvents FILE | tr-events)";
	} else if (slice_is(k, "baseTimeNanoseconds")) {
		if (num_shifted(ev_bare(val), 0, &n) == 0) {
			t->has_base = 1;
			t->base_ns = n;
		} else {
			account_lost(&t->tef.acc, "bad_base", 0);
		}
	} else if (slice_is(k, "distributedInfo")) {
		rank = ev_bare(ev_arg(&v, "rank"));
		if (num_i64(rank, &n) == 0 && n >= 0 && (!t->own->begun || t->probing)) {
			t->rank.n = 0;
			num_put(&t->rank, n);
			t->own_rank = 1;
		} else if (num_i64(rank, &n) == 0 && n >= 0 &&
		           order_cell(rank, buf_slice(&t->rank)) != 0) {
			t->conflict =
			    msg_data("%s: distributedInfo.rank %.*s comes after events that were"
			             " written as rank %.*s",
			             t->file, (int)rank.n, rank.p, (int)t->rank.n, t->rank.p);
		}
		if (num_i64(ev_bare(ev_arg(&v, "world_size")), &n) == 0 && n > 0)
			t->world = n;
		free(v.arg);
	}
}

static void late_base(struct trace *t, int64_t had)
{
	if (t->own->base_written && t->base_ns != had)
		t->conflict =
		    msg_data("%s: baseTimeNanoseconds %lld comes after events with another base",
		             t->file, (long long)t->base_ns);
	else if (!t->o->has_base) {
		t->o->has_base = 1;
		t->o->base_ns = t->base_ns;
	}
}

static void on_head(void *arg, struct slice key, struct slice val)
{
	struct trace *t = arg;
	int had_base = t->has_base;
	int64_t base = t->base_ns;

	learn(t, key, val);
	if (t->own->begun) {
		if (!t->probing && t->has_base && !had_base)
			late_base(t, base);
		if (!t->probing && t->own->d->foreign)
			event_member(t, key, val);
		return;
	}
	for (const struct dialect *const *d = t->o->dialects; *d && !t->own->d; d++)
		if ((*d)->head && (*d)->head(key, val))
			t->own->d = *d;
	mem_reserve((void **)&t->own->heads, &t->own->cap_heads, t->own->n_heads + 1,
	            sizeof *t->own->heads);
	t->own->heads[t->own->n_heads++] = (struct trace_head){
		.key = { mem_copy(key.p, key.n), key.n },
		.val = { mem_copy(val.p, val.n), val.n },
	};
}

static void look_ahead(struct trace *t);

static const struct dialect *last(const struct dialect *const *d)
{
	while (d[1])
		d++;
	return *d;
}

static void on_begin(void *arg)
{
	struct trace *t = arg;

	if (t->own->begun)
		return;
	if (!t->own->d)
		t->own->d = trace_by_events(t);
	if (!t->own->d) {
		t->own->d = last(t->o->dialects);
		t->own->eventless = trace_no_events(t);
	}
	if (t->own->eventless) {
		t->tef.stop = 1;
		return;
	}
	t->tef.lists = t->own->d->rows;
	if (!t->probing)
		look_ahead(t);
	t->tef.stop = t->probing &&
	              (t->o->shallow || (t->has_base && (t->own_rank || !t->own->d->late_facts)));
	if (trace_begin(t) && t->own->d->foreign)
		for (size_t i = 0; i < t->own->n_heads; i++)
			event_member(t, t->own->heads[i].key, t->own->heads[i].val);
	t->own->begun = 1;
	trace_drop_heads(t);
}

static int on_want(void *arg, struct slice cat)
{
	struct trace *t = arg;

	if (t->probing)
		return !t->own->absolute; /* the first time shows whether times are absolute */
	for (int i = 0; i < t->o->n_drop; i++)
		if (cat.p && slice_is(ev_bare(cat), t->o->drop[i]))
			return 0;
	if (!t->o->cats || !cat.p || (!t->own->d->foreign && slice_is(cat, "\"tr\"")))
		return 1;
	for (int i = 0; i < t->o->n_cats; i++)
		if (t->own->d->may_be(cat, t->o->cats[i]))
			return 1;
	return census_needs(cat);
}

static void on_event(void *arg, struct ev *v)
{
	struct trace *t = arg;

	if (t->probing)
		event_probe(t, v);
	else
		event_put(t, v);
}

static int explain(struct trace *t, enum tef_end end)
{
	if (end == TEF_OK && !t->own->eventless)
		return ST_OK;
	if (t->foreign)
		return msg_data("%s: %s", t->file, t->foreign);
	if (end == TEF_NOT_JSON)
		return msg_data("%s: byte %llu: not JSON", t->file,
		                (unsigned long long)inbuf_at(&t->tef.b));
	return msg_data("%s: JSON without %s", t->file,
	                t->own->eventless ? "trace events" : "traceEvents");
}

int trace_json_probe(struct trace *p, int loud)
{
	struct tef_sink sink = { p, NULL, on_head, on_begin, on_want, on_event };
	enum tef_end end = tef_read(&p->tef, &sink);

	if (p->own->eventless)
		p->own->d = NULL;
	return loud ? explain(p, end) : end == TEF_OK && !p->own->eventless ? ST_OK : ST_DATA;
}

/* Facts needed before the events may come after them: then the file is read twice. */
static void look_ahead(struct trace *t)
{
	struct trace p = { .probing = 1 };
	int rank_open = !t->own_rank && !t->tef.bare;
	int base_open = !t->has_base && t->o->has_base && !t->tef.bare;
	struct in *in;

	if ((!rank_open && !base_open) || !t->own->d->late_facts || t->is_stdin ||
	    !in_seekable(t->tef.b.in))
		return;
	in = in_open(t->path);
	if (!in)
		return;
	trace_open(&p, t->o, t->path, in);
	trace_json_probe(&p, 0);
	in_quiet(in);
	if (p.own_rank && !t->own_rank) {
		t->own_rank = 1;
		buf_put(&t->rank, buf_slice(&p.rank));
	}
	if (p.has_base && p.own->absolute != 1 && !t->has_base) {
		t->has_base = 1;
		t->base_ns = p.base_ns;
	}
	trace_free(&p);
	in_close(in);
}

int trace_json(struct trace *t)
{
	struct tef_sink sink = { t, NULL, on_head, on_begin, on_want, on_event };
	enum tef_end end;
	int status = t->o->sizes ? trace_settle(t) : ST_OK;

	if (status)
		return status;
	end = tef_read(&t->tef, &sink);
	status = explain(t, end);
	if (t->own->sizes)
		sizes_close(t->own->sizes);
	if (status)
		account_lost(&t->tef.acc, "no_events", inbuf_at(&t->tef.b));
	else
		event_end(t);
	if (!status && t->own->d->end)
		status = t->own->d->end(t);
	return status;
}
