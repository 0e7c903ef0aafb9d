/* settle: shared by match.c, which collects, and settle.c, which decides. */
#ifndef SETTLE_H
#define SETTLE_H
#include "match/match.h"

enum { KIND_TOGETHER, KIND_ROOTED, KIND_PAIR, KIND_OTHER };
enum { NO_LANE = UINT32_MAX, KEYED = UINT32_MAX - 1, NO_STEP = UINT32_MAX };
/* The id of a pair of ids. */
uint32_t match_pair_id(struct intern *t, uint32_t a, uint32_t b);
#endif
