/* why: why a participant came late to a call: since its previous call it was busy for longer than
 * the others (its device), or idle for longer (its host). */
#ifndef WHY_H
#define WHY_H
#include "match/match.h"

struct why;

struct why *why_new(void);
/* A span of computation or copying. */
void why_work(struct why *w, uint32_t participant, int64_t s, int64_t e);
/* The call that this entry of match.h is for. */
void why_call(struct why *w, uint32_t participant, size_t entry, int64_t s, int64_t e);
/* After match_settle: each call's why, busy and idle. Frees w. */
void why_settle(struct why *w, struct match *m);
#endif
