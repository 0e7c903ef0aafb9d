/* card_edit: changes to a card's text by byte ranges, so that comments, order and blank lines stay
 * as they are; and the repairs that can be made in one way only. */
#ifndef CARD_EDIT_H
#define CARD_EDIT_H
#include "card/card_schema.h"

struct edit {
	size_t at, end;  /* these bytes go */
	struct buf text; /* and this comes in their place */
	size_t
	    line; /* of the card, from 1: where the text's first line comes from; 0: it is new */
	size_t order;    /* in which they were noted */
};
struct edits {
	struct edit *at;
	size_t n, cap;
	size_t *line_of; /* line of the file as it was read, by line of the text as it is now; from
	                    0 */
	size_t n_lines;
};

/* Takes note of an edit of c's text. */
void edit_add(struct edits *e, size_t at, size_t end, struct slice text, size_t line);
/* Applies them, which must not overlap, and parses the card anew: card_parse's status. */
int edit_apply(struct edits *e, struct card *c);
/* The line that it was in the file as it was read. */
size_t edit_line(const struct edits *e, size_t line);
/* The start of the line that holds byte at; the byte behind its line end. */
size_t edit_line_start(struct slice text, size_t at);
size_t edit_line_end(struct slice text, size_t at);
/* Puts `lines` (of a key of the template's path and its value, indented by `from` blanks) where
 * the template has it, with those mappings above it that are missing. Returns 0 where the card has
 * no block of lines for it. */
int edit_insert(struct edits *e, const struct card *c, struct slice path, struct slice lines,
                size_t from, size_t line);
/* Puts other lines (at the margin) in place of those of a key and its value; the same ones are no
 * edit. Returns 0 where it stands in no lines of its own. */
int edit_replace(struct edits *e, const struct card *c, const struct card_item *it,
                 struct slice lines);
/* Moves a key with all that it holds to the template's path. Returns 0 where it cannot be moved by
 * lines.
 */
int edit_move(struct edits *e, const struct card *c, const struct card_item *it,
              struct slice path);

/* Repairs c->text, which need not be YAML yet; says what on stderr, with the places that it had in
 * the file. Returns ST_DATA, after a message, where no card can be made of it: c->text is of no
 * use then. */
int card_fix(struct card *c);
#endif
