/* card_fill: metric records into a card, below its key `metrics`: value, unit, definition,
 * coverage. */
#ifndef CARD_FILL_H
#define CARD_FILL_H
#include "card/card.h"

/* Reads metric records (tr-record(5)) from standard input and puts them into c, which was parsed.
 * docs: what pipelines/metrics-doc prints, or NULL. A metric that the card has is replaced, the
 * others stay. Returns the status: ST_DATA after messages about bad lines, or where there was no
 * record. */
int card_fill(struct card *c, const char *docs);
#endif
