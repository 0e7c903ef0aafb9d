#include "card/card_edit.h"

#include "base/mem.h"
#include "base/msg.h"
#include "card/card_check.h"
#include "card/card_value.h"

#include <stdlib.h>

void edit_add(struct edits *e, size_t at, size_t end, struct slice text, size_t line)
{
	mem_reserve_zero((void **)&e->at, &e->cap, e->n + 1, sizeof *e->at);
	e->at[e->n] = (struct edit){ .at = at, .end = end, .line = line, .order = e->n };
	buf_put(&e->at[e->n++].text, text);
}

size_t edit_line(const struct edits *e, size_t line)
{
	return e->n_lines && line && line <= e->n_lines ? e->line_of[line - 1] : line;
}

size_t edit_line_start(struct slice text, size_t at)
{
	while (at && text.p[at - 1] != '\n')
		at--;
	return at;
}

size_t edit_line_end(struct slice text, size_t at)
{
	const char *lf = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;

	return lf ? (size_t)(lf - text.p) + 1 : text.n;
}

static int by_place(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	/* Pure insertions come before replacements; otherwise the order in which the edits were
	 * added. */
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* The lines of the new text, as they are made. */
struct making {
	struct buf out;
	size_t *line_of, n, cap;
};

/* Appends bytes; each line end in them begins a line that comes from the next source line. */
static void make(struct making *m, struct slice s, size_t *source, int moves)
{
	buf_put(&m->out, s);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\n')
			continue;
		*source += moves != 0;
		mem_reserve((void **)&m->line_of, &m->cap, m->n + 1, sizeof *m->line_of);
		m->line_of[m->n++] = *source;
	}
}

int edit_apply(struct edits *e, struct card *c)
{
	struct making m = { 0 };
	size_t at = 0, source = 1, text_source;

	if (e->n)
		qsort(e->at, e->n, sizeof *e->at, by_place);
	mem_reserve((void **)&m.line_of, &m.cap, 1, sizeof *m.line_of);
	m.line_of[m.n++] = 1;
	for (size_t i = 0; i < e->n; i++) {
		make(&m, (struct slice){ c->text.p + at, e->at[i].at - at }, &source, 1);
		text_source = e->at[i].line ? e->at[i].line : source;
		if (e->at[i].text.n)
			m.line_of[m.n - 1] = text_source;
		make(&m, buf_slice(&e->at[i].text), &text_source, e->at[i].line != 0);
		for (at = e->at[i].at; at < e->at[i].end; at++)
			source += c->text.p[at] == '\n';
		/* If the text does not end the line, the line continues as the original one. */
		if (!e->at[i].text.n || e->at[i].text.p[e->at[i].text.n - 1] == '\n')
			m.line_of[m.n - 1] = source;
		free(e->at[i].text.p);
	}
	make(&m, (struct slice){ c->text.p + at, c->text.n - at }, &source, 1);
	for (size_t i = 0; i < m.n; i++)
		m.line_of[i] = edit_line(e, m.line_of[i]);
	free(e->line_of);
	e->line_of = m.line_of;
	e->n_lines = m.n;
	if (e->n)
		memset(e->at, 0, e->n * sizeof *e->at);
	e->n = 0;
	return card_retext(c, &m.out);
}

/* Where below a mapping (NULL: the card) a path of the template goes: after the keys that precede
 * it in the template. */
static size_t place_below(const struct card *c, const struct card_item *up, struct slice path)
{
	struct slice text = buf_slice(&c->text), parent = up ? up->path : (struct slice){ "", 0 };
	const struct card_item *last = NULL, *it;
	size_t at;

	for (size_t i = 0; i < card_n_rows; i++) {
		struct slice s = slice_of(card_rows[i].path);

		if (s.n >= path.n && memcmp(s.p, path.p, path.n) == 0 &&
		    (s.n == path.n || s.p[path.n] == '.'))
			break;
		for (; s.n; s = card_parent(s)) {
			if (!slice_eq(card_parent(s), parent))
				continue;
			it = card_find_slice(c, s);
			last = it ? it : last;
		}
	}
	/* Below a mapping of any keys: at the end. */
	if (!last && up && up->children && card_row(up->path))
		last = up;
	if (last)
		at = last->end;
	else if (up)
		at = up->children ? edit_line_start(text, c->item[up - c->item + 1].key_at)
		                  : up->end;
	else
		at = c->n ? edit_line_start(text, c->item[0].key_at) : text.n;
	return at == edit_line_start(text, at) && !last && (!up || up->children)
	           ? at
	           : edit_line_end(text, at);
}

/* Appends the lines, with `to` blanks of indentation instead of `from`. */
static void indent(struct buf *b, struct slice lines, size_t from, size_t to)
{
	for (size_t at = 0, end; at < lines.n; at = end) {
		size_t blanks = 0;

		end = edit_line_end(lines, at);
		while (at + blanks < end && blanks < from && lines.p[at + blanks] == ' ')
			blanks++;
		if (at + blanks < end && lines.p[at + blanks] != '\n' &&
		    lines.p[at + blanks] != '\r')
			for (size_t i = 0; i < to; i++)
				buf_ch(b, ' ');
		buf_add(b, lines.p + at + blanks, end - at - blanks);
	}
}

int edit_insert(struct edits *e, const struct card *c, struct slice path, struct slice lines,
                size_t from, size_t line)
{
	struct slice up_path = card_parent(path), text = buf_slice(&c->text), above, top = path;
	const struct card_item *up = NULL;
	struct buf b = { 0 };
	size_t to, at;

	/* The innermost mapping that exists. */
	while (up_path.n && !(up = card_find_slice(c, up_path))) {
		top = up_path;
		up_path = card_parent(up_path);
	}
	if (up && (up->flow || up->in_flow || (up->kind != CARD_MAP && card_given(up)) ||
	           up->kind == CARD_LIST))
		return 0;
	if (!up && c->n && c->item[0].in_flow) /* all of the card is inside braces */
		return 0;
	if (up && up->children)
		to = c->item[up - c->item + 1].key_col - 1;
	else
		to = up ? up->key_col + 1 : c->n ? c->item[0].key_col - 1 : 0;
	at = place_below(c, up, top);
	if (!at && slice_starts(text, "\xef\xbb\xbf")) /* after a byte order mark */
		at = 3;
	if (at && text.p[at - 1] != '\n' && text.p[at - 1] != '\xbf')
		buf_ch(&b, '\n');
	/* The mappings between it and the path. */
	for (above = top; above.n < path.n; to += 2) {
		indent(&b, card_leaf(above), 0, to);
		buf_str(&b, ":\n");
		for (above.n++; above.n < path.n && above.p[above.n] != '.'; above.n++)
			;
	}
	if (b.n) /* new lines, not moved ones */
		edit_add(e, at, at, buf_slice(&b), 0);
	b.n = 0;
	indent(&b, lines, from, to);
	if (b.n && b.p[b.n - 1] != '\n')
		buf_ch(&b, '\n');
	edit_add(e, at, at, buf_slice(&b), line);
	free(b.p);
	return 1;
}

/* The lines of a key and its value; .p NULL if they share lines with others. */
static struct slice lines_of(const struct card *c, const struct card_item *it)
{
	struct slice text = buf_slice(&c->text);
	size_t start = edit_line_start(text, it->key_at);

	if (it->in_flow || it->key_at - start != it->key_col - 1)
		return (struct slice){ NULL, 0 };
	for (size_t i = start; i < it->key_at; i++)
		if (text.p[i] != ' ')
			return (struct slice){ NULL, 0 };
	return (struct slice){ text.p + start, edit_line_end(text, it->end) - start };
}

int edit_replace(struct edits *e, const struct card *c, const struct card_item *it,
                 struct slice lines)
{
	struct slice old = lines_of(c, it);
	size_t start = (size_t)(old.p - c->text.p);
	struct buf b = { 0 };

	if (!old.p)
		return 0;
	indent(&b, lines, 0, it->key_col - 1);
	if (old.n && old.p[old.n - 1] != '\n')
		b.n--;
	if (!slice_eq(buf_slice(&b), old))
		edit_add(e, start, start + old.n, buf_slice(&b), 0);
	free(b.p);
	return 1;
}

int edit_move(struct edits *e, const struct card *c, const struct card_item *it, struct slice path)
{
	struct slice lines = lines_of(c, it);
	size_t start = (size_t)(lines.p - c->text.p);

	if (!lines.p)
		return 0;
	if (!edit_insert(e, c, path, lines, it->key_col - 1, it->key_line))
		return 0;
	edit_add(e, start, start + lines.n, (struct slice){ "", 0 }, 0);
	return 1;
}

enum { ROUNDS = 200 }; /* most keys of a card that are in the wrong place */

/* Lines that are not YAML because of a URL with a comment after it. Returns the last parse's
 * status. */
static int mend_lines(struct card *c, struct edits *e)
{
	int status = card_parse(c);

	for (int round = 0; status != ST_OK && round < ROUNDS; round++) {
		struct slice text = buf_slice(&c->text);
		struct buf b = { 0 };
		size_t at = 0, line = 1, n = c->fault.line;

		for (; line < n && at < text.n; at++)
			line += text.p[at] == '\n';
		if (!n || !card_mend_url_line(text, at, &b))
			return status;
		msg_note("%s:%zu:%zu: an unquoted URL with a comment: repaired", c->name, n,
		         c->fault.col);
		edit_add(e, at, edit_line_end(text, at), buf_slice(&b), n);
		free(b.p);
		status = edit_apply(e, c);
	}
	return status;
}

/* Moves the first key that is misspelt or misplaced to its place. Returns 1 if one was changed. */
static int mend_key(struct card *c, struct edits *e, int *status)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct card_item *it = &c->item[i];
		struct slice right, leaf = card_leaf(it->path);
		enum card_key k = card_judge_key(c, it, &right);
		size_t line = edit_line(e, it->key_line);

		if (k == KEY_MISSPELT && it->key_at + leaf.n <= c->text.n &&
		    memcmp(c->text.p + it->key_at, leaf.p, leaf.n) == 0)
			edit_add(e, it->key_at, it->key_at + leaf.n, right, it->key_line);
		else if (k != KEY_MISPLACED || !edit_move(e, c, it, right))
			continue;
		msg_note("%s:%zu:%zu: %.*s: %s %.*s", c->name, line, it->key_col, SHOW(it->path),
		         k == KEY_MISSPELT ? "renamed to" : "moved to", SHOW(right));
		*status = edit_apply(e, c);
		return 1;
	}
	return 0;
}

static int mend_values(struct card *c, struct edits *e)
{
	struct card_verdict v = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		const struct card_item *it = &c->item[i];
		const struct card_row *r = card_row(it->path);
		size_t at = it->at;

		if (!r)
			continue;
		card_judge(c, it, r, &v);
		if (!v.mends)
			continue;
		/* Replacing something by nothing: the blanks before it go, too. */
		while (!v.repair.n && at && c->text.p[at - 1] == ' ')
			at--;
		msg_note("%s:%zu:%zu: %.*s: %s: %s%.*s", c->name, edit_line(e, it->line), it->col,
		         SHOW(it->path), v.what, v.repair.n ? "now " : "now empty",
		         SHOW(v.repair));
		edit_add(e, at, it->end, buf_slice(&v.repair), it->line);
	}
	free(v.repair.p);
	return e->n ? edit_apply(e, c) : ST_OK;
}

/* Adds missing keys that may stay empty. */
static int add_keys(struct card *c, struct edits *e)
{
	int status = ST_OK;

	for (size_t i = 0; i < card_n_rows && status == ST_OK; i++) {
		const struct card_row *r = &card_rows[i];
		struct slice path = slice_of(r->path), up = card_parent(path);
		struct buf b = { 0 };

		if ((r->empty & KEY_OPTIONAL) || card_find_slice(c, path) ||
		    !card_may_be_empty(c, r) || (up.n && !card_find_slice(c, up)))
			continue;
		buf_put(&b, card_leaf(path));
		buf_ch(&b, ':');
		if (edit_insert(e, c, path, buf_slice(&b), 0, 0)) {
			msg_note("%s: %s: added, empty", c->name, r->path);
			status = edit_apply(e, c);
		}
		free(b.p);
	}
	return status;
}

int card_fix(struct card *c)
{
	struct edits e = { 0 };
	int status = mend_lines(c, &e);

	for (int round = 0; status == ST_OK && round < ROUNDS && mend_key(c, &e, &status); round++)
		;
	for (int round = 0; status == ST_OK && round < 2; round++)
		status = mend_values(c, &e);
	if (status == ST_OK)
		status = add_keys(c, &e);
	if (status != ST_OK)
		card_say_fault(c);
	free(e.at);
	free(e.line_of);
	return status;
}
