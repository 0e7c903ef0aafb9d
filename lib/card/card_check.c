#include "card/card_check.h"

#include "base/intern.h"
#include "card/card_value.h"

#include <stdio.h>
#include <stdlib.h>

#define SHOW(s) (int)((s).n > 80 ? 80 : (s).n), (s).p

static const struct slice nothing = { "", 0 };

static const struct card_item *parent(const struct card *c, const struct card_item *it)
{
	return it->parent < 0 ? NULL : &c->item[it->parent];
}

/* Does the key below `above` exist in its right spelling, too? */
static int given_twice(const struct card *c, struct slice above, struct slice key)
{
	for (size_t i = 0; i < c->n; i++)
		if (slice_eq(card_leaf(c->item[i].path), key) && slice_eq(card_parent(c->item[i].path), above))
			return 1;
	return 0;
}

enum card_key card_judge_key(const struct card *c, const struct card_item *it, struct slice *right)
{
	const struct card_item *up = parent(c, it);
	struct slice leaf = card_leaf(it->path), above = up ? up->path : nothing;

	*right = nothing;
	if (card_row(it->path))
		return KEY_KNOWN;
	if (card_is_group(it->path))
		return KEY_GROUP;
	if (up && !card_is_group(up->path))
		return KEY_INSIDE;
	if (it->path.n && it->path.p[it->path.n - 1] == ']')
		return KEY_UNKNOWN;
	*right = card_spelt(above, leaf);
	if (right->p)
		return given_twice(c, above, *right) ? KEY_UNKNOWN : KEY_MISSPELT;
	*right = card_place_of(leaf);
	if (right->p && !card_find_slice(c, *right))
		return KEY_MISPLACED;
	return KEY_UNKNOWN;
}

static void judge_value(const struct card *c, const struct card_item *it, struct card_verdict *v,
                        struct findings *f)
{
	card_judge(c, it, card_row(it->path), v);
	if (v->level == VALUE_GOOD)
		return;
	if (v->mends && v->repair.n)
		card_found(f, it->line, it->col, v->level == VALUE_ERROR, it->path, "%s; fix: %.*s", v->what,
		           SHOW(v->repair));
	else
		card_found(f, it->line, it->col, v->level == VALUE_ERROR, it->path, "%s%s", v->what,
		           v->mends ? "; fix: leave it empty" : "");
}

static void judge_item(const struct card *c, const struct card_item *it, struct card_verdict *v,
                       struct findings *f)
{
	struct slice right;

	switch (card_judge_key(c, it, &right)) {
	case KEY_KNOWN:
		judge_value(c, it, v, f);
		break;
	case KEY_GROUP:
		if (it->kind == CARD_LIST || card_given(it))
			card_found(f, it->line, it->col, 1, it->path, "wants keys of its own");
		break;
	case KEY_MISSPELT:
		card_found(f, it->key_line, it->key_col, 1, it->path, "unknown key; fix: %.*s", SHOW(right));
		break;
	case KEY_MISPLACED:
		card_found(f, it->key_line, it->key_col, 1, it->path, "in the wrong place; fix: move it to %.*s",
		           SHOW(right));
		break;
	case KEY_UNKNOWN:
		card_found(f, it->key_line, it->key_col, 1, it->path, "unknown key: not in the template");
		break;
	case KEY_INSIDE:
		break;
	}
}

/* The paths at which something should stand that stands elsewhere in the card. */
static void find_elsewhere(const struct card *c, struct intern *paths)
{
	struct slice right;
	struct buf b = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		enum card_key k = card_judge_key(c, &c->item[i], &right);
		struct slice up = card_parent(c->item[i].path);

		if (k == KEY_MISPLACED)
			intern_id(paths, right);
		if (k != KEY_MISSPELT)
			continue;
		b.n = 0;
		buf_put(&b, up);
		if (up.n)
			buf_ch(&b, '.');
		buf_put(&b, right);
		intern_id(paths, buf_slice(&b));
	}
	free(b.p);
}

/* Is what should stand here, or what it should stand in, elsewhere: it is not missing, then. */
static int elsewhere(const struct intern *paths, struct slice path)
{
	for (; path.n; path = card_parent(path))
		if (intern_find(paths, path) >= 0)
			return 1;
	return 0;
}

/* The line of the mapping that a path should stand in. */
static void place(const struct card *c, struct slice path, size_t *line, size_t *col)
{
	*line = *col = 1;
	for (path = card_parent(path); path.n; path = card_parent(path)) {
		const struct card_item *it = card_find_slice(c, path);

		if (it) {
			*line = it->key_line;
			*col = it->key_col;
			return;
		}
	}
}

static void missing(const struct card *c, struct findings *f)
{
	struct slice said = nothing;
	struct intern moved = { 0 };

	find_elsewhere(c, &moved);
	for (size_t i = 0; i < card_n_rows; i++) {
		const struct card_row *r = &card_rows[i];
		struct slice path = slice_of(r->path), top = path, up;
		int hollow = 0;
		size_t line, col;

		if ((r->empty & KEY_OPTIONAL) || card_find_slice(c, path) || elsewhere(&moved, path))
			continue;
		/* The outermost mapping that is missing stands for all in it. */
		for (up = card_parent(path); up.n; up = card_parent(up)) {
			const struct card_item *it = card_find_slice(c, up);

			hollow |= it && it->kind != CARD_MAP && (it->kind == CARD_LIST || card_given(it));
			if (!it && !elsewhere(&moved, up))
				top = up;
		}
		if (hollow || (said.n && slice_eq(said, top)))
			continue;
		said = top;
		place(c, top, &line, &col);
		if (top.n != path.n)
			card_found(f, line, col, 1, top, "missing, with all its keys");
		else if (card_may_be_empty(c, r))
			card_found(f, line, col, 0, path, "missing; fix: add the key, it may stay empty");
		else
			card_found(f, line, col, 1, path, "missing: wants %s", card_wants(r));
	}
}

void card_check(const struct card *c, struct findings *f)
{
	struct card_verdict v = { 0 };

	for (size_t i = 0; i < c->n; i++)
		judge_item(c, &c->item[i], &v, f);
	missing(c, f);
	card_check_sums(c, f);
	free(v.repair.p);
}

void card_check_fault(const struct card *c, struct findings *f)
{
	struct buf b = { 0 };
	size_t at = 0, line = 1;

	while (line < c->fault.line && at < c->text.n)
		line += c->text.p[at++] == '\n';
	if (c->fault.line && card_mend_url_line(buf_slice(&c->text), at, &b)) {
		while (b.n && b.p[b.n - 1] == '\n')
			b.n--;
		card_found(f, c->fault.line, c->fault.col, 1, nothing,
		           "not YAML: a URL without quotes and a comment: %s; fix: %.*s", c->fault.what, SHOW(b));
	} else {
		card_found(f, c->fault.line, c->fault.col, 1, nothing, "%s", c->fault.what);
	}
	free(b.p);
}
