#include "trace/trace.h"

#include "base/escape.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"
#include "base/spool.h"
#include "record/foreign.h"
#include "record/rec.h"

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

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The rank that a file name tells: rank0, rank-0, rank_0; kineto_trace_0.json, torch_et_0.json,
 * nsys_0.sqlite, timing_stats_0.json; PARAM's dlrm_eg_0.json, resnet_et_0.json. Returns its digits, .n
 * 0 where it tells none. */
static struct slice rank_in_name(const char *path)
{
	static const char *const stems[] = { "kineto_trace_", "torch_et_", "nsys_", "timing_stats_" };
	static const char *const infixes[] = { "_eg_", "_et_" };
	const char *name = trace_base_name(path), *p;
	struct slice s = { "", 0 };

	for (p = name; (p = strstr(p, "rank")) && !s.n; p += 4) {
		const char *q = p + 4 + (p[4] == '-' || p[4] == '_');
		size_t n = 0;

		while (is_digit(q[n]))
			n++;
		if (n && (p == name || !((p[-1] | 0x20) >= 'a' && (p[-1] | 0x20) <= 'z')))
			s = (struct slice){ q, n };
	}
	for (size_t i = 0; i < sizeof stems / sizeof *stems && !s.n; i++)
		if (strncmp(name, stems[i], strlen(stems[i])) == 0) {
			p = name + strlen(stems[i]);
			while (is_digit(p[s.n]))
				s.n++;
			s.p = p;
			if (p[s.n] && p[s.n] != '.')
				s.n = 0;
		}
	for (size_t i = 0; i < sizeof infixes / sizeof *infixes && !s.n; i++) {
		p = strstr(name, infixes[i]);
		if (!p)
			continue;
		p += strlen(infixes[i]);
		while (is_digit(p[s.n]))
			s.n++;
		s.p = p;
		if (p[s.n] && p[s.n] != '.')
			s.n = 0;
	}
	while (s.n > 1 && s.p[0] == '0') {
		s.p++;
		s.n--;
	}
	return s;
}

static void settle_rank(struct trace *t)
{
	struct slice named = rank_in_name(t->file);

	if (t->own_rank) {
		if (named.n && !slice_eq(named, buf_slice(&t->rank)))
			t->conflict = msg_data("%s: the file itself says rank %.*s, its name %.*s;"
			                       " the former counts", t->file, (int)t->rank.n, t->rank.p,
			                       (int)named.n, named.p);
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
		t->no_base = 1; /* unless its times turn out to be absolute */
	}
	if (t->has_base && __builtin_sub_overflow(t->base_ns, t->o->base_ns, &t->shift_ns))
		msg_die("%s: base out of range", t->file);
	if (t->o->has_base) {
		out_fmt("##base_ns %lld\n", (long long)t->o->base_ns);
		t->base_written = 1;
	}
	if (!t->rankless) {
		out_str("##rank ");
		out_slice(buf_slice(&t->rank));
		out_ch('\n');
	}
	if (t->world)
		out_fmt("##world %lld\n", (long long)t->world);
	out_str("##source ");
	out_str(t->d->name);
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
	t->begun = 1;
	if (t->d->foreign)
		write_header(t);
	return 1;
}

void trace_absolute(struct trace *t, int64_t ns)
{
	int64_t quarter = ns / QUARTER_NS * QUARTER_NS;

	t->absolute = 1;
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
	if (__builtin_sub_overflow((int64_t)0, t->o->base_ns, &t->shift_ns))
		msg_die("%s: base out of range", t->file);
	if (t->begun && !t->base_written) {
		out_fmt("##base_ns %lld\n", (long long)t->o->base_ns);
		t->base_written = 1;
	}
}

void trace_monotonic(struct trace *t, int64_t first, int64_t offset_ns)
{
	int64_t abs;

	trace_absolute(t, __builtin_add_overflow(first, offset_ns, &abs) ? offset_ns : abs);
	if (!t->probing)
		t->base_ns = offset_ns; /* what its own times count from */
}

int trace_time(const struct trace *t, int64_t ns, int64_t *ts)
{
	return __builtin_add_overflow(ns, t->shift_ns, ts) ? -1 : 0;
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
	t->kept = s;
	t->kept_in = in_open(spool_path(s));
	if (!t->kept_in)
		return ST_TROUBLE;
	in_ahead(t->kept_in);
	inbuf_free(b);
	inbuf_init(b, t->kept_in);
	return ST_OK;
}

struct in *trace_again(struct trace *t)
{
	struct in *in = in_open(t->kept ? spool_path(t->kept) : t->path);

	if (in) {
		in_quiet(in);
		in_ahead(in);
	}
	return in;
}

enum { LOOKED_AT = 1 << 16 }; /* bytes that tell a dialect */

/* However the input arrives, the same bytes from here on are looked at. */
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

	for (int i = 0; dialects[i]; i++)
		if (dialects[i]->looks && dialects[i]->looks(start))
			return dialects[i];
	return NULL;
}

/* Looks at the first bytes: whose file is it? */
static void recognise(struct trace *t)
{
	struct inbuf *b = &t->tef.b;
	struct slice start = look(b);

	t->d = t->o->dialect ? dialect_find(t->o->dialect) : NULL;
	if (b->n >= 3 && memcmp(b->p, "\xef\xbb\xbf", 3) == 0)
		b->pos = 3; /* byte order mark */
	start = (struct slice){ start.p + b->pos, start.n - b->pos };
	if (!t->d)
		t->d = dialect_of(start);
	if (!t->d)
		t->foreign = foreign_is(start, t->file);
}

void trace_open(struct trace *t, struct trace_opts *o, const char *file, struct in *in)
{
	t->o = o;
	t->is_stdin = strcmp(file, "-") == 0;
	t->file = o->name ? o->name : in_name(in);
	t->path = file;
	inbuf_init(&t->tef.b, in);
	recognise(t);
}

void trace_drop_heads(struct trace *t)
{
	for (size_t i = 0; i < t->n_heads; i++) {
		free((char *)(uintptr_t)t->heads[i].key.p);
		free((char *)(uintptr_t)t->heads[i].val.p);
	}
	t->n_heads = 0;
}

void trace_free(struct trace *t)
{
	trace_drop_heads(t);
	free(t->heads);
	pair_clear(&t->pairs);
	for (int i = 0; i < 3; i++)
		free(t->scratch[i].p);
	free(t->rank.p);
	free(t->tef.ev.arg);
	free(t->line.p);
	free(t->tags.p);
	free(t->held.p);
	free(t->zero.p);
	inbuf_free(&t->tef.b);
	if (t->kept_in)
		in_close(t->kept_in);
	if (t->kept)
		spool_free(t->kept);
}

int trace_probe(struct trace_opts *o, const char *file, struct trace_facts *f)
{
	struct trace p = { .probing = 1 };
	struct in *in = in_open(file);
	int status, s;

	if (!in)
		return ST_TROUBLE;
	trace_open(&p, o, file, in);
	status = p.d && p.d->read ? p.d->read(&p) : trace_json_probe(&p, 1);
	*f = (struct trace_facts){ .dialect = p.d ? p.d->name : "." };
	buf_put(&f->rank, p.rank.n ? buf_slice(&p.rank) : slice_of("."));
	f->has_base = p.has_base;
	f->base_ns = p.base_ns;
	f->timeless = p.timeless;
	trace_free(&p);
	s = in_close(in);
	return msg_worse(status, s);
}

/* What is told behind the events. */
static void finish(struct trace *t)
{
	if (t->no_base && !t->has_base && !t->timeless)
		t->conflict = msg_data("%s: its times have no known base, the stream's is %lld: taken as"
		                       " they are", t->file, (long long)t->o->base_ns);
	/* What the records' own JSON has odd, the records had. */
	t->tef.acc.only_lost = !t->d->foreign;
	if (!t->d->foreign)
		return;
	if (!t->base_written) {
		if (t->o->has_base)
			out_fmt("##base_ns %lld\n", (long long)t->o->base_ns);
		else if (!t->timeless)
			out_str("##base_ns .\n");
	}
	census_close(&t->census);
	out_fmt("##events %llu ", (unsigned long long)t->tef.events);
	t->line.n = 0;
	escape_put(&t->line, slice_of(trace_base_name(t->file)));
	out_slice(buf_slice(&t->line));
	out_ch('\n');
}

int trace_read(struct trace_opts *o, const char *file)
{
	struct trace t = { 0 };
	int status, s, had = msg_troubles();
	struct in *in = in_open(file);

	if (!in)
		return ST_TROUBLE;
	in_ahead(in);
	trace_open(&t, o, file, in);
	status = t.d && t.d->read ? t.d->read(&t) : trace_json(&t);
	/* Whoever reads the stream must see the damage too. */
	if (in_status(in) || msg_troubles() > had)
		account_lost(&t.tef.acc, "input", inbuf_at(&t.tef.b));
	if (t.begun)
		finish(&t);
	s = account_close(&t.tef.acc, t.file);
	status = msg_worse(status, s);
	status = msg_worse(status, t.conflict);
	s = in_close(in);
	trace_free(&t);
	return msg_worse(status, s);
}
