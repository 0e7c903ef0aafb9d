/* card_new: a new card, of an experiment's configuration and of what the records of its run say.
 */
#ifndef CARD_NEW_H
#define CARD_NEW_H
#include "card/card.h"
#include "trace/facts.h"

/* Makes c the new card, parsed. config: was parsed, or NULL. What goes unused of the
 * configuration, and what neither gives, is said on stderr. Returns ST_DATA after a message where
 * the configuration has two values for one key (the first one is used). */
int card_new(struct card *c, const struct card *config, const struct facts *facts);
/* The value of the template's path that the records give: appended to b, as text. Returns 0: they
 * give none. */
int card_fact(const struct facts *f, const char *path, struct buf *b);
#endif
