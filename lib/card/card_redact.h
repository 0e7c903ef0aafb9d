/* card_redact: a card, and an event stream, as they can be given to others. */
#ifndef CARD_REDACT_H
#define CARD_REDACT_H
#include "card/card.h"
#include "card/redact.h"

/* Appends the card as new YAML: the template's keys; other keys and the values as redact_text has
 * them, texts that are somebody's own as one hash. No comment is taken over. */
void card_redact(const struct card *c, struct redact *r, struct buf *out);
/* Standard input, records, to standard output; keep: names of kernels, operators, counters,
 * annotations and Python functions stay, but for paths, addresses and credentials in them. Bad
 * lines are reported and left out: ST_DATA. */
int stream_redact(struct redact *r, int keep);
#endif
