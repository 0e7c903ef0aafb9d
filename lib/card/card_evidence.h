/* card_evidence: compares a card with the records of its run. A value that the records do not show
 * is not checked. */
#ifndef CARD_EVIDENCE_H
#define CARD_EVIDENCE_H
#include "card/card_check.h"
#include "trace/facts.h"

/* Adds each value of the card that the records contradict. */
void card_evidence(const struct card *c, const struct facts *facts, struct findings *f);
#endif
