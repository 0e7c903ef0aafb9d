#include "card/card_edit.h"

#include "base/mem.h"

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
	/* What only comes stands before what goes, and in the order in which it was noted. */
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* The lines of the text to come, as they are made. */
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
		/* A line that the text does not end goes on with what it was. */
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

/* Where below a mapping (NULL: the card) a path of the template goes: behind what stands before it there.
 */
static size_t place_below(const struct card *c, const struct card_item *up, struct slice path)
{
	struct slice text = buf_slice(&c->text), parent = up ? up->path : (struct slice){ "", 0 };
	const struct card_item *last = NULL, *it;
	size_t at;

	for (size_t i = 0; i < card_n_rows; i++) {
		struct slice s = slice_of(card_rows[i].path);

		if (s.n >= path.n && memcmp(s.p, path.p, path.n) == 0 && (s.n == path.n || s.p[path.n] == '.'))
			break;
		for (; s.n; s = card_parent(s)) {
			if (!slice_eq(card_parent(s), parent))
				continue;
			it = card_find_slice(c, s);
			last = it ? it : last;
		}
	}
	/* Below a mapping of any keys: behind all. */
	if (!last && up && up->children && card_row(up->path))
		last = up;
	if (last)
		at = last->end;
	else if (up)
		at = up->children ? edit_line_start(text, c->item[up - c->item + 1].key_at) : up->end;
	else
		at = c->n ? edit_line_start(text, c->item[0].key_at) : text.n;
	return at == edit_line_start(text, at) && !last && (!up || up->children) ? at
	                                                                         : edit_line_end(text, at);
}

/* Appends the lines with `to` blanks where they had `from`. */
static void indent(struct buf *b, struct slice lines, size_t from, size_t to)
{
	for (size_t at = 0, end; at < lines.n; at = end) {
		size_t blanks = 0;

		end = edit_line_end(lines, at);
		while (at + blanks < end && blanks < from && lines.p[at + blanks] == ' ')
			blanks++;
		if (at + blanks < end && lines.p[at + blanks] != '\n' && lines.p[at + blanks] != '\r')
			for (size_t i = 0; i < to; i++)
				buf_ch(b, ' ');
		buf_add(b, lines.p + at + blanks, end - at - blanks);
	}
}

int edit_insert(struct edits *e, const struct card *c, struct slice path, struct slice lines, size_t from,
                size_t line)
{
	struct slice up_path = card_parent(path), text = buf_slice(&c->text), above, top = path;
	const struct card_item *up = NULL;
	struct buf b = { 0 };
	size_t to, at;

	/* The innermost mapping that is there. */
	while (up_path.n && !(up = card_find_slice(c, up_path))) {
		top = up_path;
		up_path = card_parent(up_path);
	}
	if (up &&
	    (up->flow || up->in_flow || (up->kind != CARD_MAP && card_given(up)) || up->kind == CARD_LIST))
		return 0;
	if (!up && c->n && c->item[0].in_flow) /* the whole card in braces */
		return 0;
	if (up && up->children)
		to = c->item[up - c->item + 1].key_col - 1;
	else
		to = up ? up->key_col + 1 : c->n ? c->item[0].key_col - 1 : 0;
	at = place_below(c, up, top);
	if (!at && slice_starts(text, "\xef\xbb\xbf")) /* behind a byte order mark */
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
	if (b.n) /* new lines, not those that are moved */
		edit_add(e, at, at, buf_slice(&b), 0);
	b.n = 0;
	indent(&b, lines, from, to);
	if (b.n && b.p[b.n - 1] != '\n')
		buf_ch(&b, '\n');
	edit_add(e, at, at, buf_slice(&b), line);
	free(b.p);
	return 1;
}

/* The lines of a key and its value; .p NULL where others share them. */
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

int edit_replace(struct edits *e, const struct card *c, const struct card_item *it, struct slice lines)
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
