/* card_evidence: a card compared with the records of its run. Where the records say nothing of a
 * fact, nothing is said of it. */
#ifndef CARD_EVIDENCE_H
#define CARD_EVIDENCE_H
#include "card/card_check.h"
#include "trace/facts.h"

/* Adds what the card says and the records contradict. */
void card_evidence(const struct card *c, const struct facts *facts, struct findings *f);
#endif
