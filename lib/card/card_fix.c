#include "card/card_fix.h"

#include "base/msg.h"
#include "card/card_check.h"
#include "card/card_edit.h"
#include "card/card_value.h"

#include <stdlib.h>

enum { ROUNDS = 200 }; /* more keys than a card has, that stand in the wrong place */

#define SHOW(s) (int)((s).n > 80 ? 80 : (s).n), (s).p

/* Lines that are no YAML for a URL and a comment behind it. Returns the last parse's status. */
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
		msg_note("%s:%zu:%zu: a URL without quotes and a comment: repaired", c->name, n, c->fault.col);
		edit_add(e, at, edit_line_end(text, at), buf_slice(&b), n);
		free(b.p);
		status = edit_apply(e, c);
	}
	return status;
}

/* Gives the first key that is spelt or placed wrongly its place. Returns 1 where one was changed. */
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
		/* Nothing in place of something: the blanks before it go, too. */
		while (!v.repair.n && at && c->text.p[at - 1] == ' ')
			at--;
		msg_note("%s:%zu:%zu: %.*s: %s: %s%.*s", c->name, edit_line(e, it->line), it->col, SHOW(it->path),
		         v.what, v.repair.n ? "now " : "now empty", SHOW(v.repair));
		edit_add(e, at, it->end, buf_slice(&v.repair), it->line);
	}
	free(v.repair.p);
	return e->n ? edit_apply(e, c) : ST_OK;
}

/* Keys that are missing and may stay empty. */
static int add_keys(struct card *c, struct edits *e)
{
	int status = ST_OK;

	for (size_t i = 0; i < card_n_rows && status == ST_OK; i++) {
		const struct card_row *r = &card_rows[i];
		struct slice path = slice_of(r->path), up = card_parent(path);
		struct buf b = { 0 };

		if ((r->empty & KEY_OPTIONAL) || card_find_slice(c, path) || !card_may_be_empty(c, r) ||
		    (up.n && !card_find_slice(c, up)))
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
