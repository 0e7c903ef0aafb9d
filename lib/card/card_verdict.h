/* card_verdict: the words of a verdict; shared by card_value.c and card_number.c. */
#ifndef CARD_VERDICT_H
#define CARD_VERDICT_H
#include "card/card_value.h"

#define SHOW(s) (int)((s).n > 60 ? 60 : (s).n), (s).p

void card_say_value(struct card_verdict *v, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The value's bytes must be these. */
void card_mend(struct card_verdict *v, struct slice s);
/* Are they the same but for capitals? word is in small letters. */
int card_same(struct slice s, const char *word);
struct slice card_trim(struct slice s); /* without blanks and line ends around it */
/* A whole number of the row's unit; a rate in Gbit/s. */
void card_judge_int(const struct card_item *it, const struct card_row *r, struct card_verdict *v);
void card_judge_rate(const struct card_item *it, struct card_verdict *v);
#endif
