/* arith: sets a tag to a value: NAME=VALUE or NAME=VALUE[EXPR] (value.h, expr.h). */
#ifndef ARITH_H
#define ARITH_H
#include "record/rec.h"

struct arith;

/* Compiles. Ends with a message that points at the character, and ST_TROUBLE, if it is not
 * valid. */
struct arith *arith_parse(const char *text);
/* Writes the record's line with the tag set into b (NUL-terminated): unchanged if [EXPR] is not
 * true; without the tag if its value is unknown. */
void arith_set(const struct arith *a, const struct rec *r, struct buf *b);
#endif
