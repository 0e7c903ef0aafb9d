/* card_check: a card against the template: what is missing, unknown, misplaced, no value, no unit, no
 * sum. */
#ifndef CARD_CHECK_H
#define CARD_CHECK_H
#include "card/card_say.h"
#include "card/card_schema.h"

enum card_key {
	KEY_KNOWN,     /* a value of the template */
	KEY_GROUP,     /* a mapping of it */
	KEY_INSIDE,    /* stands in something that was already found unknown */
	KEY_MISSPELT,  /* *right: its name */
	KEY_MISPLACED, /* *right: its whole path */
	KEY_UNKNOWN,
};
/* What the item's key is to the template. */
enum card_key card_judge_key(const struct card *c, const struct card_item *it, struct slice *right);
/* Adds all that is wrong with the card to f. */
void card_check(const struct card *c, struct findings *f);
/* The products and divisions: devices, heads, nodes. Part of card_check. */
void card_check_sums(const struct card *c, struct findings *f);
/* Of a card that is no YAML: adds what is wrong, with the way out where the line shows it. */
void card_check_fault(const struct card *c, struct findings *f);
#endif
