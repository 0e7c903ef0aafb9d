/* value: numbers computed from a record's columns and tags, in exact decimals.
 *
 *   value  = term { ("+" | "-") term }        term = factor { ("*" | "/") factor }
 *   factor = number with a unit | field | "(" value ")" | "-" factor | card("path")
 *            | FUNCTION(value, ...)
 *
 * FUNCTION is min, max, floor or pow2 (the largest power of two that is not larger). card("path")
 * is a fact of the workload card, from earlier in the stream. A value that needs an absent field
 * is unknown; so is a division by 0. Quotients are rounded to 15 decimals. */
#ifndef VALUE_H
#define VALUE_H
#include "expr/words.h"
#include "record/rec.h"

struct value;

/* Reads the longest value. Ends with a message that points at the character if there is none. */
struct value *value_parse(struct words *w);
struct value *value_field(struct slice name);
/* Remembers the record if it is a fact of the card. */
void value_see(const struct rec *r);
/* Returns 0 if the value is unknown. */
int value_eval(const struct value *n, const struct rec *r, struct dec *v);
/* Is it only a number? only a field? */
int value_is_number(const struct value *n, struct dec *d);
int value_is_field(const struct value *n);
/* The text of a field; .p NULL if the record has none. */
struct slice value_text(const struct value *n, const struct rec *r);
/* Does it use the card? */
int value_has_card(const struct value *n);
/* Calls back for each field that was looked up and that no record had. */
void value_unseen(const struct value *n, void (*found)(struct slice field));
#endif
