/* card_fill: puts metric records into a card, below its key `metrics`: value, unit, definition,
 * coverage. */
#ifndef CARD_FILL_H
#define CARD_FILL_H
#include "card/card.h"

/* Reads metric records (tr-record(5)) from standard input and puts them into c, which must have
 * been parsed. docs: the output of pipelines/metrics-doc, or NULL. A metric that the card already
 * has is replaced, the others stay. Returns the status: ST_DATA after messages about bad lines, or
 * if there was no record. */
int card_fill(struct card *c, const char *docs);
#endif
