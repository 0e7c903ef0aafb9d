#include "trace/own.h"

#include "base/escape.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"
#include "base/spool.h"
#include "json/json.h"
#include "record/foreign.h"
#include "record/rec.h"
#include "trace/rankname.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Kineto's baseTimeNanoseconds are multiples of this many seconds (a quarter of 365.24 days,
 * libkineto); traces with absolute times get the base that Kineto would have given them. */
static const int64_t QUARTER_NS = INT64_C(7889238) * 1000000000;

const char *trace_base_name(const char *path)
{
	const char *p = strrchr(path, '/');

	return p && p[1] ? p + 1 : path;
}

static void settle_rank(struct trace *t)
{
	struct slice named = rankname(trace_base_name(t->file));

	if (t->own_rank) {
		if (named.n && !slice_eq(named, buf_slice(&t->rank)))
			t->conflict =
			    msg_data("%s: the file says rank %.*s, its name %.*s;"
			             " using the file's",
			             t->file, (int)t->rank.n, t->rank.p, (int)named.n, named.p);
		return;
	}
	t->rank.n = 0;
	if (named.n)
		buf_put(&t->rank, named);
	else
		buf_str(&t->rank, t->o->rank ? t->o->rank : ".");
}

static void write_header(struct trace *t)
{
	out_str(REC_VERSION);
	if (t->has_base && !t->o->has_base) {
		t->o->has_base = 1;
		t->o->base_ns = t->base_ns;
	} else if (!t->has_base && t->o->has_base && !t->o->base_given) {
		t->own->no_base = 1; /* unless its times turn out to be absolute */
	}
	if (t->has_base && __builtin_sub_overflow(t->base_ns, t->o->base_ns, &t->own->shift_ns))
		msg_die("%s: base out of range", t->file);
	if (t->o->has_base) {
		out_fmt("##base_ns %lld\n", (long long)t->o->base_ns);
		t->own->base_written = 1;
	}
	if (!t->rankless) {
		out_str("##rank ");
		out_slice(buf_slice(&t->rank));
		out_ch('\n');
	}
	if (t->world)
		out_fmt("##world %lld\n", (long long)t->world);
	out_str("##source ");
	out_str(t->own->d->name);
	out_ch(' ');
	t->line.n = 0;
	escape_put(&t->line, slice_of(trace_base_name(t->file)));
	out_slice(buf_slice(&t->line));
	out_str("\n" REC_LEGEND);
}

int trace_begin(struct trace *t)
{
	if (!t->rankless)
		settle_rank(t);
	else if (!t->rank.n)
		buf_ch(&t->rank, '.');
	if (t->probing)
		return 0;
	t->own->begun = 1;
	if (t->own->d->foreign)
		write_header(t);
	return 1;
}

void trace_absolute(struct trace *t, int64_t ns)
{
	int64_t quarter = ns / QUARTER_NS * QUARTER_NS;

	t->own->absolute = 1;
	t->has_base = 1;
	if (t->probing) {
		t->base_ns = quarter;
		return;
	}
	if (!t->o->has_base) {
		t->o->has_base = 1;
		t->o->base_ns = quarter;
	}
	t->base_ns = 0;
	if (__builtin_sub_overflow((int64_t)0, t->o->base_ns, &t->own->shift_ns))
		msg_die("%s: base out of range", t->file);
	if (t->own->begun && !t->own->base_written) {
		out_fmt("##base_ns %lld\n", (long long)t->o->base_ns);
		t->own->base_written = 1;
	}
}

void trace_monotonic(struct trace *t, int64_t first, int64_t offset_ns)
{
	int64_t abs;

	trace_absolute(t, __builtin_add_overflow(first, offset_ns, &abs) ? offset_ns : abs);
	if (!t->probing)
		t->base_ns = offset_ns; /* the base of its own times */
}

int trace_time(const struct trace *t, int64_t ns, int64_t *ts)
{
	return __builtin_add_overflow(ns, t->own->shift_ns, ts) ? -1 : 0;
}

int trace_turn(struct trace *t, const struct dialect *d, struct ev *v)
{
	t->own->d = d;
	return d->event(t, v);
}

struct slice trace_text(struct trace *t, int i, struct slice raw, unsigned *flaws)
{
	struct buf *b = &t->scratch[i];

	b->n = 0;
	if (raw.p)
		json_column(b, raw, flaws);
	else
		buf_ch(b, '.');
	return buf_slice(b);
}

int trace_wants(const struct trace *t, struct slice cat)
{
	for (int i = 0; i < t->o->n_drop; i++)
		if (slice_is(cat, t->o->drop[i]))
			return 0;
	if (!t->o->cats)
		return 1;
	for (int i = 0; i < t->o->n_cats; i++)
		if (slice_is(cat, t->o->cats[i]))
			return 1;
	return 0;
}

int trace_keeps(const struct trace *t, struct slice key)
{
	if (t->o->all_args)
		return 1;
	for (int i = 0; i < t->o->n_args; i++)
		if (slice_is(key, t->o->args[i]))
			return 1;
	return 0;
}

int trace_refuse(struct trace *t, uint64_t off, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (!t->probing)
		account_lost(&t->tef.acc, "no_events", off);
	return msg_data("%s: %s", t->file, text);
}

int trace_settle(struct trace *t)
{
	struct inbuf *b = &t->tef.b;
	struct spool *s;

	if (in_seekable(b->in) && !t->is_stdin)
		return ST_OK;
	s = spool_new();
	do
		spool_write(s, b->p + b->pos, b->n - b->pos);
	while ((b->pos = b->n, inbuf_more(b)));
	t->own->kept = s;
	t->own->kept_in = in_open(spool_path(s));
	if (!t->own->kept_in)
		return ST_TROUBLE;
	in_ahead(t->own->kept_in);
	inbuf_free(b);
	inbuf_init(b, t->own->kept_in);
	return ST_OK;
}

struct in *trace_again(const struct trace *t)
{
	struct in *in = in_open(t->own->kept ? spool_path(t->own->kept) : t->path);

	if (in) {
		in_quiet(in);
		in_ahead(in);
	}
	return in;
}

enum { LOOKED_AT = 1 << 16 }; /* bytes in which a dialect is recognised */

/* However the input arrives, always looks at the same number of bytes. */
static struct slice look(struct inbuf *b)
{
	size_t n;

	while (b->n - b->pos < LOOKED_AT && inbuf_more(b))
		;
	n = b->n - b->pos;
	return (struct slice){ b->p + b->pos, n < LOOKED_AT ? n : LOOKED_AT };
}

int trace_no_events(struct trace *t)
{
	return foreign_no_events(look(&t->tef.b));
}

const struct dialect *trace_by_events(struct trace *t)
{
	struct slice start = look(&t->tef.b);

	for (const struct dialect *const *d = t->o->dialects; *d; d++)
		if ((*d)->looks && (*d)->looks(start))
			return *d;
	return NULL;
}

/* Recognises the dialect by the first bytes. */
static void recognise(struct trace *t)
{
	struct inbuf *b = &t->tef.b;
	struct slice start = look(b);

	t->own->d = t->o->dialect;
	if (b->n >= 3 && memcmp(b->p, "\xef\xbb\xbf", 3) == 0)
		b->pos = 3; /* byte order mark */
	start = (struct slice){ start.p + b->pos, start.n - b->pos };
	for (const struct dialect *const *d = t->o->dialects; *d && !t->own->d; d++)
		if ((*d)->is && (*d)->is(start))
			t->own->d = *d;
	if (!t->own->d)
		t->foreign = foreign_is(start, t->file);
}

void trace_open(struct trace *t, struct trace_opts *o, const char *file, struct in *in)
{
	t->own = mem_resize(NULL, 1, sizeof *t->own);
	*t->own = (struct trace_own){ 0 };
	t->o = o;
	t->is_stdin = strcmp(file, "-") == 0;
	t->file = o->name ? o->name : in_name(in);
	t->path = file;
	inbuf_init(&t->tef.b, in);
	recognise(t);
}

struct in *trace_open_again(struct trace *t, const struct trace *of)
{
	struct in *in = trace_again(of);

	if (!in)
		return NULL;
	*t = (struct trace){ .probing = 1, .o = of->o, .file = of->file, .path = of->path };
	t->own = mem_resize(NULL, 1, sizeof *t->own);
	*t->own = (struct trace_own){ .d = of->own->d };
	inbuf_init(&t->tef.b, in);
	t->tef.lists = t->own->d->rows;
	return in;
}

void trace_drop_heads(struct trace *t)
{
	for (size_t i = 0; i < t->own->n_heads; i++) {
		free((char *)(uintptr_t)t->own->heads[i].key.p);
		free((char *)(uintptr_t)t->own->heads[i].val.p);
	}
	t->own->n_heads = 0;
}

void trace_free(struct trace *t)
{
	trace_drop_heads(t);
	free(t->own->heads);
	pair_clear(&t->own->pairs);
	for (int i = 0; i < 3; i++)
		free(t->scratch[i].p);
	free(t->rank.p);
	free(t->tef.ev.arg);
	free(t->line.p);
	free(t->tags.p);
	free(t->own->held.p);
	free(t->own->zero.p);
	inbuf_free(&t->tef.b);
	if (t->own->kept_in)
		in_close(t->own->kept_in);
	if (t->own->kept)
		spool_free(t->own->kept);
	free(t->own);
}
