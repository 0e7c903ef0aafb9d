/* card_redact: makes a card, or an event stream, safe to give to others. */
#ifndef CARD_REDACT_H
#define CARD_REDACT_H
#include "card/card.h"
#include "card/redact.h"

/* Appends the card as new YAML: the template's keys are kept, other keys and the values are
 * treated by redact_text, private texts become one hash. Comments are dropped. */
void card_redact(const struct card *c, struct redact *r, struct buf *out);
/* Reads records from standard input, writes them to standard output; keep: names of kernels,
 * operators, counters, annotations and Python functions are kept, except for paths, addresses and
 * credentials in them. Bad lines are reported and left out: ST_DATA. */
int stream_redact(struct redact *r, int keep);
#endif
