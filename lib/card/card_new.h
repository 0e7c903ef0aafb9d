/* card_new: creates a card from an experiment's configuration and from the records of its run. */
#ifndef CARD_NEW_H
#define CARD_NEW_H
#include "card/card.h"
#include "trace/facts.h"

/* Makes c the new card, parsed. config: parsed, or NULL. Reports on stderr which parts of the
 * configuration are not used, and which values neither source gives. Returns ST_DATA after a
 * message if the configuration has two values for one key (the first one is used). */
int card_new(struct card *c, const struct card *config, const struct facts *facts);
/* The value of the template's path that the records give: appended to b, as text. Returns 0: they
 * give none. */
int card_fact(const struct facts *f, const char *path, struct buf *b);
#endif
