/* expr: the selection language of tr-select and tr-window: a typed expression over a record's
 * columns and tags, with three values: true, false and unknown (a field that is not there).
 *
 *   or    = and { "||" and }            and = not { "&&" not }
 *   not   = "!" not | "(" or ")" | "defined" "(" field ")" | test
 *   test  = operand [ op operand | "~" ERE | "!~" ERE | "in" item { "," item } ]
 *   op    = "==" "!=" "<" "<=" ">" ">="
 *   item  = text | number [ "-" number ]
 * An operand is a "text" or 'text', or a value (value.h): a field, a number with a unit (ns us ms
 * s min, B kB MB GB TB KiB MiB GiB TiB), or what is worked out from them. A field alone is true
 * where it is there. */
#ifndef EXPR_H
#define EXPR_H
#include "expr/words.h"
#include "record/rec.h"

struct expr;

/* Compiles. Ends with a message that points at the character, and ST_TROUBLE, where it cannot. */
struct expr *expr_parse(const char *text);
/* The same of "[EXPR]" at the reader's place, which goes to the byte after it. */
struct expr *expr_parse_inside(struct words *w);
/* 1 true, 0 false, -1 unknown. The record's line must be writable memory. */
int expr_eval(const struct expr *e, const struct rec *r);
/* Calls back for each compared field that no evaluated record had: a slip of the pen, perhaps. */
void expr_unseen(const struct expr *e, void (*found)(struct slice field));
#endif
