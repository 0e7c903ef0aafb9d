/* card_edit: changes a card's text by byte ranges, so that comments, order and blank lines stay;
 * and makes the repairs that have only one possible result. */
#ifndef CARD_EDIT_H
#define CARD_EDIT_H
#include "card/card_schema.h"

struct edit {
	size_t at, end;  /* remove these bytes */
	struct buf text; /* and put this in their place */
	size_t
	    line; /* line of the card, from 1, that the text's first line comes from; 0: it is
	           * new */
	size_t order;    /* the order in which they were added */
};
struct edits {
	struct edit *at;
	size_t n, cap;
	size_t *line_of; /* line of the file as it was read, by line of the current text; from 0 */
	size_t n_lines;
};

/* Adds an edit of c's text. */
void edit_add(struct edits *e, size_t at, size_t end, struct slice text, size_t line);
/* Applies the edits, which must not overlap, and parses the card again: card_parse's status. */
int edit_apply(struct edits *e, struct card *c);
/* Its line in the file as it was read. */
size_t edit_line(const struct edits *e, size_t line);
/* The start of the line that contains byte at; the byte after its line end. */
size_t edit_line_start(struct slice text, size_t at);
size_t edit_line_end(struct slice text, size_t at);
/* Puts `lines` (a key of the template's path and its value, indented by `from` blanks) where the
 * template has it, with the missing mappings above it. Returns 0 if the card has no block of lines
 * for it. */
int edit_insert(struct edits *e, const struct card *c, struct slice path, struct slice lines,
                size_t from, size_t line);
/* Replaces the lines of a key and its value by other lines (at the margin); if they are the same,
 * no edit is made. Returns 0 if the key is not on lines of its own. */
int edit_replace(struct edits *e, const struct card *c, const struct card_item *it,
                 struct slice lines);
/* Moves a key with everything in it to the template's path. Returns 0 if it cannot be moved by
 * lines. */
int edit_move(struct edits *e, const struct card *c, const struct card_item *it,
              struct slice path);

/* Repairs c->text, which need not be YAML yet; reports on stderr what it did, with lines and
 * columns of the file as it was read. Returns ST_DATA, after a message, if the text cannot be made
 * a card: do not use c->text then. */
int card_fix(struct card *c);
#endif
