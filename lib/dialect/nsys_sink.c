/* nsys_sink: a record of a row. */
#include "dialect/nsys.h"

#include "base/escape.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/out.h"
#include "record/rec.h"
#include "record/tags.h"

#include <pthread.h>
#include <stdlib.h>

enum { PH, CAT, TS, DUR, PID, TID, NAME, RANK, BYTES, TAG, OVER, LIST, MORE };
static const char *const role_name[] = { "ph",  "cat",  "ts",   "dur",          "pid",
	                                 "tid", "name", "rank", "message bytes" };

void nsys_sink_open(struct nsys_sink *w, const struct trace *t, struct account *acc,
                    struct slice rank)
{
	*w = (struct nsys_sink){ .t = t, .acc = acc, .rank = rank };
	w->names = mem_resize(NULL, NSYS_NAMES + 1, sizeof *w->names);
	memset(w->names, 0, (NSYS_NAMES + 1) * sizeof *w->names);
}

void nsys_sink_close(struct nsys_sink *w)
{
	for (int i = 0; i <= NSYS_NAMES; i++) {
		free(w->names[i].raw.p);
		free(w->names[i].text.p);
		free(w->names[i].cat.p);
		free(w->names[i].tags.p);
	}
	for (int i = 0; i < SQL_COLUMNS; i++) {
		free(w->col[i].name.p);
		free(w->col[i].key.p);
	}
	free(w->names);
	free(w->out.p);
}

/* What a column is, by its name; for a tag, the text before its value. */
static void column(struct nsys_sink *w, int i, struct slice name)
{
	struct nsys_column *c = &w->col[i];
	const char *list = memchr(name.p, '[', name.n);
	unsigned ignored = 0;
	struct buf raw = { 0 };

	c->name.n = c->key.n = 0;
	buf_put(&c->name, name);
	for (int k = 0; k < TAG; k++)
		if (slice_is(name, role_name[k])) {
			c->role = k;
			w->at[k] = i;
			return;
		}
	c->role = TAG;
	if (slice_starts(name, "/ ")) {
		c->role = OVER;
		name = (struct slice){ name.p + 2, name.n - 2 };
	} else if (list && name.p[name.n - 1] == ']') {
		c->role = list[1] == '0' ? LIST : MORE;
		name.n = (size_t)(list - name.p);
	}
	buf_ch(&raw, '"');
	buf_put(&raw, name);
	buf_ch(&raw, '"');
	buf_ch(&c->key, '\t');
	tags_key(&c->key, buf_slice(&raw), &ignored);
	if (!trace_keeps(w->t, (struct slice){ c->key.p + 1, c->key.n - 1 }))
		c->key.n = 0; /* not wanted */
	else
		buf_ch(&c->key, '=');
	free(raw.p);
}

/* Looks at the columns, unless they are the same as in the previous row. */
static void shape(struct nsys_sink *w, const struct sql_row *row)
{
	int i = 0;

	if (row->same)
		return;
	if (row->n == w->n)
		while (i < row->n && slice_eq(row->name[i], buf_slice(&w->col[i].name)))
			i++;
	if (i == row->n && i == w->n)
		return;
	w->n = row->n;
	for (int k = 0; k < TAG; k++)
		w->at[k] = -1;
	for (i = 0; i < row->n; i++)
		column(w, i, row->name[i]);
}

static const struct sql_cell *cell(const struct nsys_sink *w, const struct sql_row *row, int role)
{
	static const struct sql_cell none = { .kind = SQL_NULL };

	return w->at[role] < 0 ? &none : &row->cell[w->at[role]];
}

/* Appends a value's text; nothing if it is empty. */
static void put_text(struct nsys_sink *w, struct buf *b, const struct sql_cell *c)
{
	if (c->kind == SQL_INT)
		num_put(b, c->i);
	else if (c->kind == SQL_TEXT && slice_is(c->s, "."))
		buf_str(b, "\\x2e");
	else if (c->kind != SQL_NULL && escape_put(b, c->s))
		account_mended(w->acc, "invalid_utf8", w->row);
}

static void put_column(struct nsys_sink *w, struct buf *b, const struct sql_cell *c)
{
	size_t at;

	buf_ch(b, '\t');
	at = b->n;
	put_text(w, b, c);
	if (b->n == at)
		buf_ch(b, '.');
}

/* A time in ns: 1 it is v, 0 there is none, -1 it is not a number, -2 out of range. */
static int time_of(const struct sql_cell *c, int64_t *v)
{
	int e;

	if (c->kind == SQL_NULL)
		return 0;
	*v = c->i;
	if (c->kind == SQL_INT)
		return 1;
	e = num_shifted(c->s, 0, v);
	return e == 0 ? 1 : e == -2 ? -2 : -1;
}

/* The length of a span. Returns whether it is known. */
static int span(struct nsys_sink *w, const struct sql_cell *c, int64_t ts, int64_t *dur)
{
	int e = time_of(c, dur);
	int64_t end;

	if (e == 0) {
		account_mended(w->acc, "no_dur", w->row);
		return 0;
	}
	if (e == 1 && *dur >= 0 && !__builtin_add_overflow(ts, *dur, &end))
		return 1;
	account_lost(w->acc,
	             e == -1              ? "bad_dur"
	             : e == 1 && *dur < 0 ? "negative_dur"
	                                  : "dur_range",
	             w->row);
	return 0;
}

/* The name's text, and what its classification adds to a span of this category. */
static struct nsys_name *name_of(struct nsys_sink *w, const struct sql_cell *c, struct slice cat,
                                 int span_too)
{
	static pthread_mutex_t lock =
	    PTHREAD_MUTEX_INITIALIZER; /* the rules keep their answers, too */
	int kept = c->s.n < 4096; /* the last slot is for all others */
	struct nsys_name *n =
	    &w->names[kept ? (intern_hash(c->s) + (unsigned)cat.n) % NSYS_NAMES : NSYS_NAMES];

	if (kept && n->text.n && n->span == span_too && slice_eq(buf_slice(&n->raw), c->s) &&
	    slice_eq(buf_slice(&n->cat), cat))
		return n;
	n->raw.n = n->text.n = n->cat.n = n->tags.n = 0;
	if (kept)
		buf_put(&n->raw, c->s);
	buf_put(&n->cat, cat);
	n->span = span_too;
	put_column(w, &n->text, c);
	if (!span_too)
		return n;
	pthread_mutex_lock(&lock);
	if (slice_is(cat, "kernel"))
		rules_name_tags(w->t->o->rules, c->s, (struct slice){ "", 0 }, &n->tags);
	else
		stepname_put(rules_steps(w->t->o->rules), cat, c->s, NULL, &n->tags, NULL);
	pthread_mutex_unlock(&lock);
	return n;
}

/* The row's own rank, if its process is known to be one; else the file's. */
static void put_rank(struct nsys_sink *w, struct buf *b, const struct sql_row *row)
{
	const struct sql_cell *c = cell(w, row, RANK);

	if (c->kind == SQL_INT && c->i >= 0)
		put_column(w, b, c);
	else {
		buf_ch(b, '\t');
		buf_put(b, c->kind == SQL_NULL ? w->rank : slice_of("."));
	}
}

/* "\      KEY=A/B", six decimals, if both are integers and B is positive. */
static void put_quotient(struct buf *b, struct slice key, const struct sql_cell *c,
                         const struct sql_cell *over)
{
	enum { MILLION = 1000000 };
	i128 q;

	if (c->kind != SQL_INT || over->kind != SQL_INT || over->i <= 0)
		return;
	if (c->i >= 0 && c->i < INT64_MAX / (4 * MILLION) && over->i < INT64_MAX / 4) /* quicker */
		q = (2 * MILLION * c->i + over->i) / (2 * over->i);
	else if (num_div(c->i, over->i, 6, &q))
		return;
	buf_put(b, key);
	num_put_fixed(b, q, 6);
}

/* "\      KEY=[A,B,C]", if all are integers. Returns the column after it. */
static int put_list(struct nsys_sink *w, struct buf *b, const struct sql_row *row, int i)
{
	size_t at = b->n;
	int first = i, whole = 1;

	buf_put(b, buf_slice(&w->col[i].key));
	do {
		buf_ch(b, i == first ? '[' : ',');
		whole = whole && row->cell[i].kind == SQL_INT;
		put_text(w, b, &row->cell[i]);
	} while (++i < row->n && w->col[i].role == MORE);
	buf_ch(b, ']');
	if (!whole || !w->col[first].key.n)
		b->n = at;
	return i;
}

static void put_tags(struct nsys_sink *w, struct buf *b, const struct sql_row *row)
{
	for (int i = 0; i < row->n; i++) {
		struct nsys_column *c = &w->col[i];

		if (c->role == LIST) {
			i = put_list(w, b, row, i) - 1;
		} else if (c->role == OVER && i + 1 < row->n) {
			if (c->key.n)
				put_quotient(b, buf_slice(&c->key), &row->cell[i],
				             &row->cell[i + 1]);
			i++;
		} else if (c->role == TAG && c->key.n && row->cell[i].kind != SQL_NULL) {
			buf_put(b, buf_slice(&c->key));
			put_text(w, b, &row->cell[i]);
		}
	}
}

/* What the rules derive from a kernel's name, and the size that its call gave. */
static void put_derived(struct nsys_sink *w, struct buf *b, const struct sql_row *row,
                        const struct nsys_name *n)
{
	const struct sql_cell *c = cell(w, row, BYTES);

	buf_put(b, buf_slice(&n->tags));
	if (c->kind == SQL_INT && c->i >= 0 && slice_starts(buf_slice(&n->tags), "\tcoll=") &&
	    !slice_has(buf_slice(&n->tags), "\tbytes=")) {
		buf_str(b, "\tbytes=");
		num_put(b, c->i);
	}
}

void nsys_put(struct nsys_sink *w, const struct sql_row *row)
{
	static const char *const causes[] = { "no_ts", "bad_ts", "ts_range" };
	struct buf *b = &w->out;
	const struct sql_cell *ph, *cat, *name;
	int64_t ts = 0, dur = 0;
	size_t from = b->n, at;
	int e, known;
	char p;

	shape(w, row);
	ph = cell(w, row, PH);
	cat = cell(w, row, CAT);
	name = cell(w, row, NAME);
	p = ph->kind == SQL_TEXT && ph->s.n ? ph->s.p[0] : '.';
	e = time_of(cell(w, row, TS), &ts);
	if (e == 1 && trace_time(w->t, ts, &ts))
		e = -2;
	if (e != 1 && p != 'M') {
		account_lost(w->acc, causes[-e], w->row);
		return;
	}
	buf_ch(b, p);
	rec_put_time(b, e == 1 ? &ts : NULL);
	known = p == 'X' && span(w, cell(w, row, DUR), ts, &dur);
	rec_put_time(b, known ? &dur : NULL);
	put_rank(w, b, row);
	put_column(w, b, cell(w, row, PID));
	put_column(w, b, cell(w, row, TID));
	at = b->n + 1;
	put_column(w, b, cat);
	if (!trace_wants(w->t, (struct slice){ b->p + at, b->n - at })) {
		b->n = from;
		return;
	}
	if (name->kind == SQL_TEXT) {
		struct nsys_name *n =
		    name_of(w, name, (struct slice){ b->p + at, b->n - at }, p == 'X');

		buf_put(b, buf_slice(&n->text));
		put_tags(w, b, row);
		put_derived(w, b, row, n);
	} else {
		put_column(w, b, name);
		put_tags(w, b, row);
	}
	buf_ch(b, '\n');
}
