/* launch: in which window was each device event launched? Runtime calls are remembered by (rank,
 * correlation id), with one bit each and one entry per change of window along the ids, which grow
 * with time: memory is a bit per call and a few entries per window. */
#ifndef LAUNCH_H
#define LAUNCH_H
#include "base/intern.h"

struct launch;
enum {
	LAUNCH_UNKNOWN = -2
}; /* no such call was seen, or several in different windows; -1: it was in no window */

struct launch *launch_new(void);
/* The call with this correlation id was in window win (-1: none). Several in one window count as
 * one. */
void launch_add(struct launch *l, uint32_t rank, uint64_t correlation, int64_t win);
int64_t launch_find(const struct launch *l, uint32_t rank, uint64_t correlation);
#endif
