/* card_number: the report on a value that does not fit the template; and the check of numbers and
 * rates. */
#ifndef CARD_NUMBER_H
#define CARD_NUMBER_H
#include "card/card_schema.h"

enum { VALUE_GOOD, VALUE_WARNING, VALUE_ERROR };
struct card_verdict {
	int level;
	char what[256];    /* what is wrong */
	int mends;         /* if there is exactly one way to repair it: */
	struct buf repair; /* the YAML text that must replace the item's bytes */
};

void card_say_value(struct card_verdict *v, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The value's bytes must be these. */
void card_mend(struct card_verdict *v, struct slice s);
/* Are they equal, ignoring case? word is in small letters. */
int card_same(struct slice s, const char *word);
struct slice card_trim(struct slice s); /* without blanks and line ends around it */
/* What the row needs, in words: "a whole number of tokens". Good until the next call. */
const char *card_wants(const struct card_row *r);
/* Checks a whole number of the row's unit; a rate in Gbit/s. */
void card_judge_int(const struct card_item *it, const struct card_row *r, struct card_verdict *v);
void card_judge_rate(const struct card_item *it, struct card_verdict *v);
#endif
