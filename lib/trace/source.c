#include "trace/source.h"

#include "base/escape.h"
#include "base/msg.h"
#include "base/out.h"
#include "trace/own.h"
#include "trace/trace_json.h"

int source_probe(struct trace_opts *o, const char *file, struct source_facts *f)
{
	struct trace p = { .probing = 1 };
	struct in *in = in_open(file);
	int status, s;

	if (!in)
		return ST_TROUBLE;
	trace_open(&p, o, file, in);
	status = p.own->d && p.own->d->read ? p.own->d->read(&p) : trace_json_probe(&p, 1);
	*f = (struct source_facts){ .dialect = p.own->d ? p.own->d->name : "." };
	buf_put(&f->rank, p.rank.n ? buf_slice(&p.rank) : slice_of("."));
	f->has_base = p.has_base;
	f->base_ns = p.base_ns;
	f->timeless = p.timeless;
	trace_free(&p);
	s = in_close(in);
	return msg_worse(status, s);
}

/* Writes what is known only after the last event. */
static void finish(struct trace *t)
{
	if (t->own->no_base && !t->has_base && !t->timeless)
		t->conflict =
		    msg_data("%s: its times have no known base (the stream's is %lld): used"
		             " unchanged",
		             t->file, (long long)t->o->base_ns);
	/* Flaws in our own JSON were already in the records that it was made from. */
	t->tef.acc.only_lost = !t->own->d->foreign;
	if (!t->own->d->foreign)
		return;
	if (!t->own->base_written) {
		if (t->o->has_base)
			out_fmt("##base_ns %lld\n", (long long)t->o->base_ns);
		else if (!t->timeless)
			out_str("##base_ns .\n");
	}
	census_close(&t->own->census);
	out_fmt("##events %llu ", (unsigned long long)t->tef.events);
	t->line.n = 0;
	escape_put(&t->line, slice_of(trace_base_name(t->file)));
	out_slice(buf_slice(&t->line));
	out_ch('\n');
}

int source_read(struct trace_opts *o, const char *file)
{
	struct trace t = { 0 };
	int status, s, had = msg_troubles();
	struct in *in = in_open(file);

	if (!in)
		return ST_TROUBLE;
	in_ahead(in);
	trace_open(&t, o, file, in);
	status = t.own->d && t.own->d->read ? t.own->d->read(&t) : trace_json(&t);
	/* Whoever reads the stream must see the damage too. */
	if (in_status(in) || msg_troubles() > had)
		account_lost(&t.tef.acc, "input", inbuf_at(&t.tef.b));
	if (t.own->begun)
		finish(&t);
	s = account_close(&t.tef.acc, t.file);
	status = msg_worse(status, s);
	status = msg_worse(status, t.conflict);
	s = in_close(in);
	trace_free(&t);
	return msg_worse(status, s);
}
