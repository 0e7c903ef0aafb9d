/* expr: the selection language of tr-select and tr-window: a typed expression over a record's
 * columns and tags, with three values: true, false and unknown (a field that is absent).
 *
 *   or    = and { "||" and }            and = not { "&&" not }
 *   not   = "!" not | "(" or ")" | "defined" "(" field ")" | test
 *   test  = operand [ op operand | "~" ERE | "!~" ERE | "in" item { "," item } ]
 *   op    = "==" "!=" "<" "<=" ">" ">="
 *   item  = text | number [ "-" number ]
 *
 * An operand is a "text" or 'text', or a value (value.h): a field, a number with a unit (ns us ms
 * s min, B kB MB GB TB KiB MiB GiB TiB), or a computation with them. A field alone is true if it
 * is present. */
#ifndef EXPR_H
#define EXPR_H
#include "expr/words.h"
#include "record/rec.h"

struct expr;

/* Compiles. Ends with a message that points at the character, and ST_TROUBLE, if it is not
 * valid. */
struct expr *expr_parse(const char *text);
/* The same for "[EXPR]" at the reader's place, which moves to the byte after it. */
struct expr *expr_parse_inside(struct words *w);
/* 1 true, 0 false, -1 unknown. The record's line must be writable memory. */
int expr_eval(const struct expr *e, const struct rec *r);
/* Is it true? Looks no further than it must. */
int expr_true(const struct expr *e, const struct rec *r);
/* Calls back for each compared field that no evaluated record had: perhaps a typing error. */
void expr_unseen(const struct expr *e, void (*found)(struct slice field));
#endif
