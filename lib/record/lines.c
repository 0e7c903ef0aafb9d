#include "record/lines.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opt.h"
#include "base/out.h"
#include "json/json.h"
#include "record/foreign.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	SAID = 10,   /* messages about bad lines; the rest are only counted */
	FIRST = 4096 /* bytes that show whether these are records */
};

static char *const standard_input[] = { (char *)(uintptr_t)"-", NULL };

void lines_open(struct lines *l, char *const *files, int pass)
{
	*l = (struct lines){ .files = *files ? files : standard_input, .pass = pass };
}

static void fold(struct lines *l, int status)
{
	l->status = msg_worse(l->status, status);
}

/* Reads more after the unread bytes. Returns 0 at the end of the file. */
static int fill(struct lines *l)
{
	size_t got;

	if (l->pos) {
		memmove(l->p, l->p + l->pos, l->n - l->pos);
		l->n -= l->pos;
		l->pos = 0;
	}
	mem_reserve((void **)&l->p, &l->cap, l->n + (1 << 16), 1);
	got = in_read(l->in, (unsigned char *)l->p + l->n, l->cap - l->n);
	l->n += got;
	return got > 0;
}

/* What is not a record's in the first bytes of a file; NULL: it may be a record. */
static const char *not_records(const struct lines *l)
{
	struct slice start = { l->p, l->n };
	const char *p = json_ws(start.p, start.p + start.n), *e = start.p + start.n, *nl, *what;

	if (p == e || *p == '#')
		return NULL;
	nl = memchr(p, '\n', (size_t)(e - p));
	if (memchr(p, '\t', (size_t)((nl ? nl : e) - p)))
		return NULL; /* it has columns */
	what = foreign_is(start, l->name);
	if (what)
		return what;
	if (memchr(start.p, 0, start.n))
		return "binary data, not event records";
	return *p == '{' || *p == '[' ? "JSON, not event records" : NULL;
}

/* Reads the first line of a file, or what there is of it: it may not be records at all. Returns 0
 * then. */
static int begin(struct lines *l)
{
	const char *what;

	while (l->n < FIRST && !memchr(l->p ? l->p : "", '\n', l->n) && fill(l))
		;
	if (l->n == 0 && !l->again && !in_status(l->in))
		msg_note("%s: empty input (did the previous command fail?)", l->name);
	what = not_records(l);
	if (!what)
		return 1;
	msg_note("%s: %s (tr-events makes event records of traces: tr-events FILE | ...)", l->name,
	         what);
	in_quiet(l->in);
	in_close(l->in);
	l->in = NULL;
	l->damaged = 1;
	fold(l, ST_TROUBLE);
	return 0;
}

static int open_next(struct lines *l)
{
	while (*l->files) {
		l->name = strcmp(*l->files, "-") == 0 ? "(standard input)" : *l->files;
		l->in = in_open(*l->files++);
		l->line = 0;
		l->pos = l->n = 0;
		if (!l->in)
			fold(l, ST_TROUBLE);
		else if (begin(l))
			return 1;
	}
	return 0;
}

int lines_raw(struct lines *l, struct slice *s)
{
	size_t seen = 0;

	for (;;) {
		char *q;

		if (!l->in && !open_next(l))
			return 0;
		q = l->n - l->pos > seen ? memchr(l->p + l->pos + seen, '\n', l->n - l->pos - seen)
		                         : NULL;
		if (q) {
			*s = (struct slice){ l->p + l->pos, (size_t)(q - (l->p + l->pos)) };
			l->pos = (size_t)(q - l->p) + 1;
			l->line++;
			return 1;
		}
		seen = l->n - l->pos;
		if (fill(l))
			continue;
		if (l->n > l->pos) {
			l->line++;
			lines_bad(
			    l,
			    "unterminated last line: input truncated (did the previous command fail?)",
			    (struct slice){ NULL, 0 });
		}
		l->damaged |= in_status(l->in) != ST_OK;
		fold(l, in_close(l->in));
		l->in = NULL;
		seen = 0;
	}
}

void lines_bad(struct lines *l, const char *text, struct slice off)
{
	int n = off.n > 60 ? 60 : (int)off.n;

	fold(l, ST_DATA);
	if (!l->bad++)
		l->first_bad = l->line;
	if (l->bad > SAID)
		return; /* lines_close reports how many more */
	if (off.p)
		msg_note("%s:%llu: %s: '%.*s'", l->name, (unsigned long long)l->line, text, n,
		         off.p);
	else
		msg_note("%s:%llu: %s", l->name, (unsigned long long)l->line, text);
}

static void header(struct lines *l, struct slice s)
{
	struct slice v;
	int64_t base;

	if (slice_starts(s, "##base_ns ")) {
		v = (struct slice){ s.p + 10, s.n - 10 };
		if (num_i64(v, &base) == 0) {
			if (l->has_base && base != l->base_ns)
				lines_bad(l, "two bases in one stream", v);
			l->has_base = 1;
			l->base_ns = base;
		} else if (!slice_is(v, ".")) {
			lines_bad(l, "##base_ns: not an integer", v);
		}
	} else if (slice_starts(s, "## tr ") && !slice_is(s, "## tr 1")) {
		lines_bad(l, "unknown version of the record format", s);
	} else if (slice_starts(s, "##trace ")) {
		l->trace.n = 0;
		buf_add(&l->trace, s.p + 8, s.n - 8);
	}
	if (l->on_header)
		l->on_header(l->arg, s);
	if (l->pass) {
		out_slice(s);
		out_ch('\n');
	}
}

static void pg(struct lines *l)
{
	if (l->pass && !l->pg_done)
		opt_pg();
	l->pg_done = 1;
}

int lines_next(struct lines *l, struct rec *r)
{
	struct slice s;

	while (lines_raw(l, &s)) {
		const char *why;
		char text[64];
		int at;

		if (s.n && s.p[0] == '#') {
			header(l, s);
			continue;
		}
		pg(l);
		why = rec_parse(r, s, &at);
		if (!why)
			return 1;
		if ((at == C_TS + 1 || at == C_DUR + 1) && strcmp(why, "empty column") != 0 &&
		    strcmp(why, "too few columns") != 0) {
			snprintf(text, sizeof text, "%s: %s", rec_col_name[at - 1], why);
			lines_bad(l, text, r->col[at - 1]);
		} else {
			snprintf(text, sizeof text, "column %d: %s", at, why);
			lines_bad(l, text, s);
		}
	}
	return 0;
}

int lines_close(struct lines *l)
{
	pg(l);
	if (l->bad > SAID)
		msg_note("%llu more bad lines", (unsigned long long)(l->bad - SAID));
	if (l->pass && l->bad)
		out_fmt("##lost lines %llu %llu\n", (unsigned long long)l->bad,
		        (unsigned long long)l->first_bad);
	if (l->pass && l->damaged)
		out_fmt("##lost input 1 %llu\n", (unsigned long long)l->line);
	free(l->p);
	free(l->trace.p);
	return l->status;
}
