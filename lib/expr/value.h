/* value: numbers worked out from a record's columns and tags, in exact decimals.
 *   value  = term { ("+" | "-") term }        term = factor { ("*" | "/") factor }
 *   factor = number with a unit | field | "(" value ")" | "-" factor | card("path") |
 * FUNCTION(value, ...) FUNCTION is min, max, floor or pow2 (the largest power of two that is not
 * larger). card("path") is a fact of the workload card that stood earlier in the stream. What
 * needs a field that is not there is unknown; so is a division by 0. Quotients are rounded to 15
 * decimals. */
#ifndef VALUE_H
#define VALUE_H
#include "expr/words.h"
#include "record/rec.h"

struct value;

/* Reads as much as is a value. Ends with a message that points at the character where there is
 * none. */
struct value *value_parse(struct words *w);
struct value *value_field(struct slice name);
/* Remembers the record if it is a fact of the card. */
void value_see(const struct rec *r);
/* Returns 0 where the value is unknown. */
int value_eval(const struct value *n, const struct rec *r, struct dec *v);
/* Is it no more than a number? a field? */
int value_is_number(const struct value *n, struct dec *d);
int value_is_field(const struct value *n);
/* The text of a field; .p NULL where the record has none. */
struct slice value_text(const struct value *n, const struct rec *r);
/* Does it take something from the card? */
int value_has_card(const struct value *n);
/* Calls back for each field that was looked for and that no record had. */
void value_unseen(const struct value *n, void (*found)(struct slice field));
#endif
