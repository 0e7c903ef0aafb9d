#include "trace/sizes.h"

#include "base/intern.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"
#include "json/json.h"
#include "record/lines.h"
#include "trace/own.h"

#include <stdlib.h>

enum how { HOW_NONE, HOW_RF, HOW_CORRELATION, HOW_ORDER };
static const char *const how_name[] = { "none", "rf_id", "correlation", "order" };

struct size { /* a collective of the execution trace */
	struct slice coll, bytes, nranks, pg;
	int64_t id;
	int used;
};
struct want { /* a kernel without a size */
	struct slice coll, pg;
	uint64_t correlation;
	int64_t ts;
	size_t n; /* in the order of the file */
	int64_t size;
	enum how how;
};
struct ids { /* number to number */
	struct intern keys;
	uint64_t *val;
	size_t cap;
};

struct sizes {
	struct size *s;
	size_t n_s, cap_s;
	struct want *w;
	size_t n_w, cap_w, filled[4];
	/* rf id: size; external id: rf id; correlation: external id; offset in the file: kernel */
	struct ids by_rf, rf_of, call_of, at;
	struct trace *t;                  /* what is being looked for */
	int calls;                        /* second pass: for runtime calls */
};

static void put(struct ids *m, uint64_t key, uint64_t val)
{
	uint32_t id = intern_id(&m->keys, (struct slice){ (char *)&key, sizeof key });

	mem_reserve((void **)&m->val, &m->cap, (size_t)id + 1, sizeof *m->val);
	m->val[id] = val;
}

static int get(const struct ids *m, uint64_t key, uint64_t *val)
{
	int64_t id = intern_find(&m->keys, (struct slice){ (char *)&key, sizeof key });

	if (id < 0)
		return 0;
	*val = m->val[id];
	return 1;
}

static void drop(struct ids *m)
{
	intern_free(&m->keys);
	free(m->val);
}

static struct slice keep(struct slice s)
{
	return s.p ? (struct slice){ mem_copy(s.p, s.n), s.n } : s;
}

static int number(struct slice s, uint64_t *n)
{
	int64_t v;

	if (!s.p || num_i64(ev_bare(s), &v) || v < 0)
		return 0;
	*n = (uint64_t)v;
	return 1;
}

/* The execution trace's collectives of this rank. */
static void read_sizes(struct sizes *l, struct trace *t, const char *sizes, int *status)
{
	char *files[] = { (char *)(uintptr_t)sizes, NULL };
	struct lines lines;
	struct rec r;
	uint64_t rf, id;
	int64_t size;

	lines_open(&lines, files, 0);
	while (lines_next(&lines, &r)) {
		struct slice coll = rec_tag(&r, slice_of("coll")),
			     bytes = rec_tag(&r, slice_of("bytes"));
		struct slice rank = r.col[C_RANK];

		if (!slice_is(r.col[C_CAT], "et_node") || !coll.p || !bytes.p ||
		    num_i64(bytes, &size) || size < 0)
			continue;
		if (!slice_is(rank, ".") && !slice_is(buf_slice(&t->rank), ".") &&
		    !slice_eq(rank, buf_slice(&t->rank)))
			continue;
		mem_reserve((void **)&l->s, &l->cap_s, l->n_s + 1, sizeof *l->s);
		l->s[l->n_s] =
		    (struct size){ .coll = keep(coll),
			           .bytes = keep(bytes),
			           .nranks = keep(rec_tag(&r, slice_of("nranks"))),
			           .pg = keep(rec_tag(&r, slice_of("pg"))),
			           .id = number(rec_tag(&r, slice_of("id")), &id) ? (int64_t)id
			                                                          : 0 };
		if (number(rec_tag(&r, slice_of("rf_id")), &rf) && rf)
			put(&l->by_rf, rf, l->n_s);
		l->n_s++;
	}
	*status = msg_worse(*status, lines_close(&lines));
}

static struct slice tag_of(struct slice tags, const char *key)
{
	return rec_tag_in(tags, slice_of(key));
}

static int on_want(void *arg, struct slice cat)
{
	static const char *const looked_at[] = { "kernel", "cpu_op", "cuda_runtime",
		                                 "cuda_driver" };
	struct sizes *l = arg;

	for (int i = l->calls ? 2 : 0; i < (l->calls ? 4 : 2); i++)
		if (!cat.p || l->t->own->d->may_be(cat, looked_at[i]))
			return 1;
	return 0;
}

static void see_kernel(struct sizes *l, struct ev *v)
{
	struct buf *b = &l->t->tags;
	struct slice coll;
	struct want *w;
	uint64_t ext, rf;
	int64_t ts;

	b->n = 0;
	rules_tags(l->t->o->rules, v, b);
	coll = tag_of(buf_slice(b), "coll");
	/* An event without a time is not written to the stream. */
	if (!coll.p || tag_of(buf_slice(b), "bytes").p ||
	    num_shifted(ev_bare(v->ts), l->t->own->d->rows ? 0 : 3, &ts))
		return;
	mem_reserve((void **)&l->w, &l->cap_w, l->n_w + 1, sizeof *l->w);
	w = &l->w[l->n_w];
	*w = (struct want){
		.coll = keep(coll), .pg = keep(tag_of(buf_slice(b), "pg")), .n = l->n_w, .size = -1
	};
	l->n_w++;
	number(ev_arg(v, "correlation"), &w->correlation);
	w->ts = ts;
	put(&l->at, v->off, w->n);
	/* The operator may come after its kernels: for now, keep its external id. */
	if (number(ev_arg(v, "Record function id"), &rf) && rf)
		put(&l->rf_of, UINT64_MAX - w->n, rf);
	else if (number(ev_arg(v, "External id"), &ext) && ext)
		put(&l->call_of, UINT64_MAX - w->n, ext);
}

static void on_event(void *arg, struct ev *v)
{
	struct sizes *l = arg;
	uint64_t ext, rf, corr, unused;

	if (!l->t->own->d->event(l->t, v) || !slice_is(ev_bare(v->ph), "X"))
		return;
	if (l->calls) {
		if (number(ev_arg(v, "correlation"), &corr) && get(&l->call_of, corr, &unused) &&
		    number(ev_arg(v, "External id"), &ext))
			put(&l->call_of, corr, ext);
	} else if (slice_is(v->o_cat, "kernel")) {
		see_kernel(l, v);
	} else if (slice_is(ev_bare(v->name), "record_param_comms") &&
	           number(ev_arg(v, "External id"), &ext) &&
	           number(ev_arg(v, "Record function id"), &rf)) {
		put(&l->rf_of, ext, rf);
	}
}

static void on_head(void *arg, struct slice key, struct slice val)
{
	(void)arg;
	(void)key;
	(void)val;
}

static void on_begin(void *arg)
{
	(void)arg;
}

/* Reads the trace's events beforehand. */
static void look(struct sizes *l, struct trace *t)
{
	struct trace p;
	struct tef_sink sink = { l, NULL, on_head, on_begin, on_want, on_event };
	struct in *in = trace_open_again(&p, t);

	if (!in)
		return;
	l->t = &p;
	tef_read(&p.tef, &sink);
	trace_free(&p);
	in_close(in);
}

static void give(struct sizes *l, struct want *w, uint64_t size, enum how how)
{
	struct size *s = &l->s[size];

	if (s->used || (!slice_eq(w->coll, s->coll) && !slice_is(w->coll, "other")))
		return;
	s->used = 1;
	w->size = (int64_t)size;
	w->how = how;
	l->filled[how]++;
}

static void by_rf(struct sizes *l)
{
	for (size_t i = 0; i < l->n_w; i++) {
		uint64_t ext, rf, size;
		int known = get(&l->rf_of, UINT64_MAX - l->w[i].n, &rf);

		if (!known && get(&l->call_of, UINT64_MAX - l->w[i].n, &ext))
			known = get(&l->rf_of, ext, &rf);
		if (known && get(&l->by_rf, rf, &size))
			give(l, &l->w[i], size, HOW_RF);
	}
}

static void by_correlation(struct sizes *l, struct trace *t)
{
	uint64_t ext, rf, size;
	size_t open = 0;

	for (size_t i = 0; i < l->n_w; i++)
		if (l->w[i].size < 0 && l->w[i].correlation) {
			put(&l->call_of, l->w[i].correlation, 0);
			open++;
		}
	if (!open || !l->rf_of.keys.n)
		return;
	l->calls = 1;
	look(l, t);
	for (size_t i = 0; i < l->n_w; i++)
		if (l->w[i].size < 0 && get(&l->call_of, l->w[i].correlation, &ext) &&
		    get(&l->rf_of, ext, &rf) && get(&l->by_rf, rf, &size))
			give(l, &l->w[i], size, HOW_CORRELATION);
}

static int by_start(const void *a, const void *b)
{
	const struct want *x = a, *y = b;

	return x->ts != y->ts ? (x->ts < y->ts ? -1 : 1) : x->n < y->n ? -1 : x->n > y->n;
}

static int by_n(const void *a, const void *b)
{
	const struct want *x = a, *y = b;

	return x->n < y->n ? -1 : x->n > y->n;
}

/* Do kernel and collective belong to one sequence? If some kernel lacks its group or its kind, all
 * kernels are one sequence. */
static int alike(const struct want *w, const struct size *s, int has_pg, int has_kind)
{
	return (!has_pg || slice_eq(w->pg, s->pg)) && (!has_kind || slice_eq(w->coll, s->coll));
}

/* One sequence: the one that kernel `first` belongs to. */
static void pair_up(struct sizes *l, const struct want *first, int has_pg, int has_kind)
{
	struct size key = { .coll = first->coll, .pg = first->pg };
	size_t kernels = 0, sizes = 0, k;
	int fits = 1;

	for (size_t i = 0; i < l->n_w; i++)
		kernels += l->w[i].size < 0 && alike(&l->w[i], &key, has_pg, has_kind);
	for (size_t i = 0; i < l->n_s; i++)
		sizes += !l->s[i].used && alike(first, &l->s[i], has_pg, has_kind);
	if (kernels != sizes)
		return;
	for (int giving = 0; giving < 2 && fits; giving++) {
		k = 0;
		for (size_t i = 0; i < l->n_w; i++) {
			struct want *w = &l->w[i];

			if (w->size >= 0 || !alike(w, &key, has_pg, has_kind))
				continue;
			while (l->s[k].used || !alike(first, &l->s[k], has_pg, has_kind))
				k++;
			if (giving)
				give(l, w, k, HOW_ORDER);
			else
				fits &=
				    slice_eq(w->coll, l->s[k].coll) || slice_is(w->coll, "other");
			k += !giving;
		}
	}
}

static void by_order(struct sizes *l)
{
	int has_pg = 1, has_kind = 1;

	qsort(l->w, l->n_w, sizeof *l->w, by_start);
	for (size_t i = 0; i < l->n_w; i++) {
		has_pg &= l->w[i].size >= 0 || l->w[i].pg.p != NULL;
		has_kind &= l->w[i].size >= 0 || !slice_is(l->w[i].coll, "other");
	}
	for (size_t i = 0; i < l->n_w; i++) {
		int tried = l->w[i].size >= 0;

		for (size_t k = 0; k < i && !tried; k++) {
			struct size key = { .coll = l->w[k].coll, .pg = l->w[k].pg };

			tried = alike(&l->w[i], &key, has_pg, has_kind);
		}
		if (!tried)
			pair_up(l, &l->w[i], has_pg, has_kind);
	}
	qsort(l->w, l->n_w, sizeof *l->w, by_n);
}

struct sizes *sizes_new(struct trace *t, const char *sizes, int *status)
{
	struct sizes *l = mem_resize(NULL, 1, sizeof *l);

	*l = (struct sizes){ 0 };
	read_sizes(l, t, sizes, status);
	look(l, t);
	if (l->n_s && l->n_w) {
		by_rf(l);
		by_correlation(l, t);
		by_order(l);
	}
	return l;
}

static void put_tag(struct buf *b, const char *key, struct slice own, struct slice filled)
{
	struct slice s = own.p ? own : filled;

	if (s.p)
		rec_put_tag(b, key, s);
}

void sizes_tags(struct sizes *l, uint64_t off, struct buf *tags, size_t at)
{
	static struct buf own;
	const struct want *w;
	const struct size *s;
	struct slice none = { NULL, 0 };
	uint64_t i;

	if (!get(&l->at, off, &i))
		return;
	w = &l->w[i];
	if (w->size < 0)
		return;
	s = &l->s[w->size];
	own.n = 0;
	buf_add(&own, tags->p + at, tags->n - at);
	tags->n = at;
	put_tag(tags, "coll", s->coll, none);
	put_tag(tags, "bytes", s->bytes, none);
	put_tag(tags, "nranks", tag_of(buf_slice(&own), "nranks"), s->nranks);
	put_tag(tags, "pg", tag_of(buf_slice(&own), "pg"), s->pg);
	put_tag(tags, "seq", tag_of(buf_slice(&own), "seq"), none);
	put_tag(tags, "filled", slice_of(how_name[w->how]), none);
}

void sizes_close(struct sizes *l)
{
	size_t filled = 0;

	for (int how = HOW_RF; how <= HOW_ORDER; how++)
		if (l->filled[how]) {
			out_fmt("##filled %s %zu\n", how_name[how], l->filled[how]);
			filled += l->filled[how];
		}
	if (l->n_w > filled)
		out_fmt("##filled none %zu\n", l->n_w - filled);
	for (size_t i = 0; i < l->n_s; i++) {
		free((char *)(uintptr_t)l->s[i].coll.p);
		free((char *)(uintptr_t)l->s[i].bytes.p);
		free((char *)(uintptr_t)l->s[i].nranks.p);
		free((char *)(uintptr_t)l->s[i].pg.p);
	}
	for (size_t i = 0; i < l->n_w; i++) {
		free((char *)(uintptr_t)l->w[i].coll.p);
		free((char *)(uintptr_t)l->w[i].pg.p);
	}
	drop(&l->by_rf);
	drop(&l->rf_of);
	drop(&l->call_of);
	drop(&l->at);
	free(l->s);
	free(l->w);
	free(l);
}
