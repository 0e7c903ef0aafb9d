/* arith: a tag set to a value: NAME=VALUE or NAME=VALUE[EXPR] (value.h, expr.h). */
#ifndef ARITH_H
#define ARITH_H
#include "record/rec.h"

struct arith;

/* Compiles. Ends with a message that points at the character, and ST_TROUBLE, where it cannot. */
struct arith *arith_parse(const char *text);
/* Writes the record's line with the tag set into b (followed by a NUL): as it was where [EXPR] is
 * not true; without the tag where its value is unknown. */
void arith_set(const struct arith *a, const struct rec *r, struct buf *b);
#endif
