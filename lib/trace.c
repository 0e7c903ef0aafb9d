#include "trace.h"

#include "emit.h"
#include "json.h"
#include "num.h"
#include "order.h"
#include "out.h"
#include "rec.h"

#include <stdio.h>
#include <stdlib.h>

struct slice trace_text(struct trace *t, int i, struct slice raw, unsigned *bent)
{
	struct buf *b = &t->scratch[i];

	b->n = 0;
	if (raw.p)
		json_column(b, raw, bent);
	else
		buf_ch(b, '.');
	return buf_slice(b);
}

static const char *base_name(const char *path)
{
	const char *p = strrchr(path, '/');

	return p && p[1] ? p + 1 : path;
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The rank that a file name tells: rank0, rank-0, rank_0; kineto_trace_0.json, torch_et_0.json,
 * nsys_0.sqlite, timing_stats_0.json. Returns its digits, .n 0 where it tells none. */
static struct slice rank_in_name(const char *path)
{
	static const char *const stems[] = { "kineto_trace_", "torch_et_", "nsys_", "timing_stats_" };
	const char *name = base_name(path), *p;
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
	while (s.n > 1 && s.p[0] == '0') {
		s.p++;
		s.n--;
	}
	return s;
}

/* A fact about the file that a top-level member states. */
static void learn(struct trace *t, struct slice key, struct slice val)
{
	struct slice k = ev_bare(key), rank;
	struct ev v = { .args = val };
	int64_t n;

	if (slice_is(k, "baseTimeNanoseconds")) {
		if (num_shifted(ev_bare(val), 0, &n) == 0) {
			t->has_base = 1;
			t->base_ns = n;
		} else {
			account_lost(&t->tef.acc, "bad_base", 0);
		}
	} else if (slice_is(k, "distributedInfo")) {
		rank = ev_bare(ev_arg(&v, "rank"));
		if (num_i64(rank, &n) == 0 && n >= 0 && (!t->begun || t->probing)) {
			t->rank.n = 0;
			num_put(&t->rank, n);
			t->own_rank = 1;
		} else if (num_i64(rank, &n) == 0 && n >= 0 &&
		           order_cell(rank, buf_slice(&t->rank)) != 0) {
			t->conflict = msg_data("%s: distributedInfo.rank %.*s comes after events that were"
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
	if (t->base_written && t->base_ns != had)
		t->conflict = msg_data("%s: baseTimeNanoseconds %lld comes after events with another base",
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
	if (t->begun) {
		if (!t->probing && t->has_base && !had_base)
			late_base(t, base);
		if (!t->probing && t->d->foreign)
			emit_head(t, key, val);
		return;
	}
	for (int i = 0; !t->d && dialects[i]; i++)
		if (dialects[i]->head && dialects[i]->head(key, val))
			t->d = dialects[i];
	mem_reserve((void **)&t->heads, &t->cap_heads, t->n_heads + 1, sizeof *t->heads);
	t->heads[t->n_heads++] = (struct trace_head){
		.key = { mem_copy(key.p, key.n), key.n },
		.val = { mem_copy(val.p, val.n), val.n },
	};
}

static void look_ahead(struct trace *t);

static void settle_rank(struct trace *t)
{
	struct slice named = rank_in_name(t->file);

	if (t->own_rank) {
		if (named.n && !slice_eq(named, buf_slice(&t->rank)))
			t->conflict = msg_data("%s: distributedInfo says rank %.*s, the file name %.*s;"
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
	out_str("##rank ");
	out_slice(buf_slice(&t->rank));
	if (t->world)
		out_fmt("\n##world %lld", (long long)t->world);
	out_str("\n##source ");
	out_str(t->d->name);
	out_ch(' ');
	t->line.n = 0;
	rec_escape(&t->line, slice_of(base_name(t->file)));
	out_slice(buf_slice(&t->line));
	out_str("\n" REC_LEGEND);
}

static void drop_heads(struct trace *t)
{
	for (size_t i = 0; i < t->n_heads; i++) {
		free((char *)(uintptr_t)t->heads[i].key.p);
		free((char *)(uintptr_t)t->heads[i].val.p);
	}
	t->n_heads = 0;
}

static void trace_free(struct trace *t)
{
	drop_heads(t);
	free(t->heads);
	pair_clear(&t->pairs);
	for (int i = 0; i < 3; i++)
		free(t->scratch[i].p);
	free(t->rank.p);
	free(t->tef.ev.arg);
	free(t->line.p);
	free(t->tags.p);
}

static void on_begin(void *arg)
{
	struct trace *t = arg;

	if (t->begun)
		return;
	if (!t->d)
		t->d = dialect_find("chrome");
	if (!t->probing)
		look_ahead(t);
	settle_rank(t);
	t->begun = 1;
	t->tef.stop = t->probing && t->has_base && (t->own_rank || !t->d->late_facts);
	if (!t->probing && t->d->foreign) {
		write_header(t);
		for (size_t i = 0; i < t->n_heads; i++)
			emit_head(t, t->heads[i].key, t->heads[i].val);
	}
	drop_heads(t);
}

static int on_want(void *arg, struct slice cat)
{
	struct trace *t = arg;

	if (t->probing)
		return !t->absolute; /* the first time tells whether times are absolute */
	for (int i = 0; i < t->o->n_drop; i++)
		if (cat.p && slice_is(ev_bare(cat), t->o->drop[i]))
			return 0;
	if (!t->o->cats || !cat.p || (!t->d->foreign && slice_is(cat, "\"tr\"")))
		return 1;
	for (int i = 0; i < t->o->n_cats; i++)
		if (t->d->may_be(cat, t->o->cats[i]))
			return 1;
	return 0;
}

static void on_event(void *arg, struct ev *v)
{
	struct trace *t = arg;

	if (t->probing)
		emit_probe(t, v);
	else
		emit_event(t, v);
}

/* Names what a file is that is no Trace Event JSON, by its first bytes. */
static const char *what_is(const struct jbuf *b)
{
	static const struct {
		const char *magic, *is;
	} known[] = {
		{ "PK\003\004", "a zip archive: unpack it first (unzip -p FILE | tr-events)" },
		{ "\x28\xb5\x2f\xfd", "zstd data: unpack it first (zstd -dc FILE | tr-events)" },
		{ "\xfd" "7zXZ", "xz data: unpack it first (xz -dc FILE | tr-events)" },
		{ "BZh", "bzip2 data: unpack it first (bzip2 -dc FILE | tr-events)" },
		{ "SQLite format 3", "an SQLite database, not JSON" },
		{ "NVF1", "NVLink counters (NVF1), not JSON" },
		{ "## tr", "a record stream already, not JSON" },
		{ "<", "HTML or XML, not JSON" },
		{ "\n", "not JSON" },
	};

	if (b->n == 0)
		return "empty";
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (b->n >= strlen(known[i].magic) &&
		    memcmp(b->p, known[i].magic, strlen(known[i].magic)) == 0)
			return known[i].is;
	return "not JSON";
}

static int explain(struct trace *t, enum tef_end end)
{
	if (end == TEF_NOT_JSON)
		return msg_data("%s: byte %llu: %s", t->file, (unsigned long long)jbuf_at(&t->tef.b),
		                what_is(&t->tef.b));
	if (end == TEF_NO_EVENTS)
		return msg_data("%s: JSON without traceEvents", t->file);
	return ST_OK;
}

static void setup(struct trace *t, struct trace_opts *o, const char *file, struct in *in)
{
	t->o = o;
	t->is_stdin = strcmp(file, "-") == 0;
	t->file = in_name(in);
	t->d = o->dialect ? dialect_find(o->dialect) : NULL;
	jbuf_init(&t->tef.b, in);
}

/* Reads as much of the file as it takes to know what stands outside its events. Returns ST_OK, or
 * ST_DATA where it has none; loud: after a message. */
static int probe(struct trace *p, struct trace_opts *o, const char *file, struct in *in, int loud)
{
	struct tef_sink sink = { p, on_head, on_begin, on_want, on_event };
	enum tef_end end;
	int status;

	p->probing = 1;
	setup(p, o, file, in);
	end = tef_read(&p->tef, &sink);
	status = loud ? explain(p, end) : end == TEF_OK ? ST_OK : ST_DATA;
	jbuf_free(&p->tef.b);
	return status;
}

/* Facts needed before the events may stand behind them: then the file is read twice. */
static void look_ahead(struct trace *t)
{
	struct trace p = { 0 };
	int rank_open = !t->own_rank && !t->tef.bare;
	int base_open = !t->has_base && t->o->has_base && !t->tef.bare;
	struct in *in;

	if ((!rank_open && !base_open) || !t->d->late_facts || t->is_stdin ||
	    !in_seekable(t->tef.b.in))
		return;
	in = in_open(t->file);
	if (!in)
		return;
	probe(&p, t->o, t->file, in, 0);
	in_quiet(in);
	in_close(in);
	if (p.own_rank && !t->own_rank) {
		t->own_rank = 1;
		buf_put(&t->rank, buf_slice(&p.rank));
	}
	if (p.has_base && p.absolute != 1 && !t->has_base) {
		t->has_base = 1;
		t->base_ns = p.base_ns;
	}
	trace_free(&p);
}

int trace_probe(struct trace_opts *o, const char *file, struct trace_facts *f)
{
	struct trace p = { 0 };
	struct in *in = in_open(file);
	int status = ST_OK, s;

	if (!in)
		return ST_TROUBLE;
	status = probe(&p, o, file, in, 1);
	*f = (struct trace_facts){ .dialect = p.d ? p.d->name : "." };
	buf_put(&f->rank, p.rank.n ? buf_slice(&p.rank) : slice_of("."));
	f->has_base = p.has_base;
	f->base_ns = p.base_ns;
	trace_free(&p);
	s = in_close(in);
	return msg_worse(status, s);
}

static void finish(struct trace *t)
{
	emit_unclosed(t);
	if (t->no_base && !t->has_base)
		t->conflict = msg_data("%s: its times have no known base, the stream's is %lld: taken as"
		                       " they are", t->file, (long long)t->o->base_ns);
	/* What the records' own JSON has odd, the records had. */
	t->tef.acc.only_lost = !t->d->foreign;
	if (!t->d->foreign)
		return;
	if (!t->base_written) {
		if (t->o->has_base)
			out_fmt("##base_ns %lld\n", (long long)t->o->base_ns);
		else
			out_str("##base_ns .\n");
	}
	out_fmt("##events %llu ", (unsigned long long)t->tef.events);
	t->line.n = 0;
	rec_escape(&t->line, slice_of(base_name(t->file)));
	out_slice(buf_slice(&t->line));
	out_ch('\n');
}

int trace_read(struct trace_opts *o, const char *file)
{
	struct trace t = { 0 };
	struct tef_sink sink = { &t, on_head, on_begin, on_want, on_event };
	struct in *in = in_open(file);
	int status, s;
	enum tef_end end;

	if (!in)
		return ST_TROUBLE;
	in_ahead(in);
	setup(&t, o, file, in);
	end = tef_read(&t.tef, &sink);
	status = explain(&t, end);
	/* Whoever reads the stream must see the damage too. */
	if (status)
		account_lost(&t.tef.acc, "no_events", jbuf_at(&t.tef.b));
	if (in_status(in))
		account_lost(&t.tef.acc, "input", jbuf_at(&t.tef.b));
	if (end == TEF_OK)
		finish(&t);
	s = account_close(&t.tef.acc, t.file);
	status = msg_worse(status, s);
	status = msg_worse(status, t.conflict);
	s = in_close(in);
	jbuf_free(&t.tef.b);
	trace_free(&t);
	return msg_worse(status, s);
}
