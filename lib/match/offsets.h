/* offsets: how far the clock of each participant is ahead, from calls that all leave together: the
 * median over the calls of its end minus the median end; and the median distance from that. */
#ifndef OFFSETS_H
#define OFFSETS_H
#include "match/match.h"

struct offsets;

struct offsets *offsets_new(void);
/* The end of a call on a participant. */
void offsets_end(struct offsets *o, uint32_t call, uint32_t participant, int64_t end);
/* Writes a record for each participant, in order of their ids; frees o. */
void offsets_write(struct offsets *o, const struct match *m);
#endif
