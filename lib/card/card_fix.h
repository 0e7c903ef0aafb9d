/* card_fix: the repairs of a card that can be made in one way only. */
#ifndef CARD_FIX_H
#define CARD_FIX_H
#include "card/card.h"

/* Repairs c->text, which need not be YAML yet; says what on stderr, with the places that it had in the
 * file. Returns ST_DATA, after a message, where no card can be made of it: c->text is of no use then. */
int card_fix(struct card *c);
#endif
