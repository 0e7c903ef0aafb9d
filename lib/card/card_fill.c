#include "card/card_fill.h"

#include "base/escape.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "card/card_edit.h"
#include "card/card_yaml.h"
#include "record/lines.h"

#include <ctype.h>
#include <stdlib.h>

enum { TRACE, METRIC, SCOPE, STAT, VALUE, UNIT, N, NOTE, COLUMNS };

struct filling {
	struct card *c;
	struct intern metrics; /* names, in the order of the records */
	struct buf *values;    /* by id: lines "- {...}" */
	size_t cap_values;
	struct intern seen; /* metric, scope and stat */
	struct buf trace;   /* the run's name */
	struct intern docs; /* names of the definitions */
	struct doc {
		struct buf definition, counts;
	} * doc;
	size_t cap_doc;
};

/* The columns of a line. Returns how many there are, COLUMNS + 1 if there are more. */
static int split(struct slice line, struct slice *col)
{
	int n = 0;

	for (;;) {
		const char *tab = memchr(line.p, '\t', line.n);
		size_t len = tab ? (size_t)(tab - line.p) : line.n;

		if (n == COLUMNS)
			return COLUMNS + 1;
		col[n++] = (struct slice){ line.p, len };
		if (!tab)
			return n;
		line = (struct slice){ tab + 1, line.n - len - 1 };
	}
}

static int is_name(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '_')
			return 0;
	return s.n > 0;
}

static void put_text(struct buf *b, const char *key, struct slice escaped)
{
	struct buf plain = { 0 };

	buf_str(b, key);
	escape_undo(&plain, escaped);
	yaml_put(b, buf_slice(&plain));
	free(plain.p);
}

/* Adds one record. Returns NULL, or what is wrong with it. */
static const char *take(struct filling *f, struct slice line)
{
	struct slice col[COLUMNS];
	struct buf key = { 0 }, *b;
	struct dec d;
	size_t had = f->seen.n;
	uint32_t id;

	if (split(line, col) != COLUMNS)
		return "not a metric record (eight columns)";
	if (!is_name(col[METRIC]))
		return "not a metric name";
	if (!slice_is(col[VALUE], ".") && num_dec(col[VALUE], &d) != 0)
		return "value: not a number";
	if (!slice_is(col[N], ".") && num_dec(col[N], &d) != 0)
		return "n: not a number";
	if (f->trace.n && !slice_eq(buf_slice(&f->trace), col[TRACE]))
		return "from another run than the records before it";
	if (!f->trace.n)
		buf_put(&f->trace, col[TRACE]);
	buf_add(&key, col[METRIC].p, (size_t)(col[STAT].p + col[STAT].n - col[METRIC].p));
	intern_id(&f->seen, buf_slice(&key));
	free(key.p);
	if (f->seen.n == had)
		return "given twice";
	id = intern_id(&f->metrics, col[METRIC]);
	mem_reserve_zero((void **)&f->values, &f->cap_values, id + 1, sizeof *f->values);
	b = &f->values[id];
	put_text(b, "    - {scope: ", col[SCOPE]);
	put_text(b, ", stat: ", col[STAT]);
	buf_str(b, ", value: ");
	buf_put(b, slice_is(col[VALUE], ".") ? slice_of("null") : col[VALUE]);
	put_text(b, ", unit: ", col[UNIT]);
	buf_str(b, ", n: ");
	buf_put(b, slice_is(col[N], ".") ? slice_of("null") : col[N]);
	if (!slice_is(col[NOTE], "."))
		put_text(b, ", coverage: ", col[NOTE]);
	else /* no value and no reason: not known */
		buf_str(b,
		        slice_is(col[VALUE], ".") ? ", coverage: null" : ", coverage: complete");
	buf_str(b, "}\n");
	return NULL;
}

/* The next cell of a Markdown row, where "\|" is a bar; moves *p past the cell's bar. Returns 0 at
 * the end. */
static int cell(struct slice line, size_t *p, struct buf *b)
{
	b->n = 0;
	while (*p < line.n && line.p[*p] == ' ')
		++*p;
	for (; *p < line.n && line.p[*p] != '|'; ++*p) {
		if (line.p[*p] == '\\' && *p + 1 < line.n && line.p[*p + 1] == '|')
			++*p;
		buf_ch(b, line.p[*p]);
	}
	while (b->n && b->p[b->n - 1] == ' ')
		b->n--;
	return *p < line.n && (*p)++ < line.n;
}

static int read_docs(struct filling *f, const char *file)
{
	char *files[] = { (char *)(uintptr_t)file, NULL };
	struct buf name = { 0 }, unit = { 0 };
	struct lines l;
	struct slice s;

	lines_open(&l, files, 0);
	while (lines_raw(&l, &s)) {
		size_t p = 1;
		struct doc *d;
		uint32_t id;

		if (!slice_starts(s, "| `") || !cell(s, &p, &name) || name.n < 3)
			continue;
		id = intern_id(&f->docs, (struct slice){ name.p + 1, name.n - 2 });
		mem_reserve_zero((void **)&f->doc, &f->cap_doc, id + 1, sizeof *f->doc);
		d = &f->doc[id];
		if (cell(s, &p, &d->definition) && cell(s, &p, &unit))
			cell(s, &p, &d->counts);
	}
	free(name.p);
	free(unit.p);
	if (!f->docs.n && l.status == ST_OK)
		l.status = msg_data("%s: no table of metrics in it", file);
	return lines_close(&l);
}

/* The lines of a metric, without indentation. */
static void put_metric(const struct filling *f, uint32_t id, struct buf *b)
{
	struct slice name = f->metrics.text[id];
	int64_t doc = intern_find(&f->docs, name);
	const struct card_item *old;
	struct buf path = { 0 };

	buf_put(b, name);
	buf_str(b, ":\n  definition: ");
	if (doc >= 0) {
		yaml_put(b, buf_slice(&f->doc[doc].definition));
		buf_str(b, "\n  n_counts: ");
		yaml_put(b, buf_slice(&f->doc[doc].counts));
	} else { /* those that the card has already */
		buf_str(&path, "metrics.");
		buf_put(&path, name);
		buf_str(&path, ".definition");
		old = card_find_slice(f->c, buf_slice(&path));
		if (card_given(old))
			yaml_put(b, old->value);
		else
			b->n--;
		path.n -= strlen("definition");
		buf_str(&path, "n_counts");
		old = card_find_slice(f->c, buf_slice(&path));
		if (card_given(old)) {
			buf_str(b, "\n  n_counts: ");
			yaml_put(b, old->value);
		}
	}
	buf_str(b, "\n  values:\n");
	buf_put(b, buf_slice(&f->values[id]));
	free(path.p);
}

static int put_in(struct filling *f, uint32_t id)
{
	struct card *c = f->c;
	struct edits e = { 0 };
	struct buf b = { 0 }, path = { 0 };
	const struct card_item *old;
	int status = ST_OK;

	put_metric(f, id, &b);
	buf_str(&path, "metrics.");
	buf_put(&path, f->metrics.text[id]);
	old = card_find_slice(c, buf_slice(&path));
	if (old ? edit_replace(&e, c, old, buf_slice(&b))
	        : edit_insert(&e, c, buf_slice(&path), buf_slice(&b), 0, 0))
		status = edit_apply(&e, c);
	else
		status = msg_data(
		    "%s: metrics: not a block mapping (one key per line): cannot add %.*s",
		    c->name, (int)path.n, path.p);
	if (status != ST_OK && c->fault.what[0])
		card_say_fault(c);
	free(b.p);
	free(path.p);
	free(e.at);
	free(e.line_of);
	return status;
}

int card_fill(struct card *c, const char *docs)
{
	static char *const standard_input[] = { NULL };
	struct filling f = { .c = c };
	int status = docs ? read_docs(&f, docs) : ST_OK, s;
	struct slice line;
	struct lines l;

	if (status == ST_TROUBLE)
		return status;
	lines_open(&l, standard_input, 0);
	while (lines_raw(&l, &line)) {
		const char *why = line.n && line.p[0] == '#' ? NULL : take(&f, line);

		if (why)
			lines_bad(&l, why, line);
	}
	status = msg_worse(status, lines_close(&l));
	if (!f.metrics.n)
		return msg_worse(status, msg_data("(standard input): no metric records"));
	for (uint32_t id = 0; id < f.metrics.n; id++) {
		s = put_in(&f, id);
		status = msg_worse(status, s);
		if (s != ST_OK)
			break;
	}
	return status;
}
