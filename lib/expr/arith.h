/* arith: numbers worked out from a record's columns and tags, in exact decimals: NAME=ARITH or
 * NAME=ARITH[EXPR].
 *   ARITH  = term { ("+" | "-") term }        term = factor { ("*" | "/") factor }
 *   factor = number with a unit | field | "(" ARITH ")" | "-" factor | card("path") | FUNCTION(ARITH, ...)
 * FUNCTION is min, max, floor or pow2 (the largest power of two that is not larger). card("path") is a
 * fact of the workload card that stood earlier in the stream. What needs a field that is not there is
 * unknown; so is a division by 0. Quotients are rounded to 15 decimals. */
#ifndef ARITH_H
#define ARITH_H
#include "base/num.h"
#include "record/rec.h"

struct arith;

/* Compiles. Ends with a message that points at the character, and ST_TROUBLE, where it cannot. */
struct arith *arith_parse(const char *text);
/* Remembers the record if it is a fact of the card. */
void arith_see(const struct rec *r);
/* Writes the record's line with the tag set into b (followed by a NUL): as it was where [EXPR] is not
 * true; without the tag where its value is unknown. */
void arith_set(const struct arith *a, const struct rec *r, struct buf *b);
#endif
