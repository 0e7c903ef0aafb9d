/* clock_pair: readings of this machine's clocks. Separate from clock.c, which reads files of
 * them. */
#include "trace/clock.h"

#include <time.h>

enum { TRIES = 100 };

static int64_t now(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_now(void)
{
	return now(CLOCK_MONOTONIC);
}

struct clock_pair clock_pair(void)
{
	struct clock_pair best = { .bracket_ns = INT64_MAX };

	for (int i = 0; i < TRIES; i++) {
		int64_t before = clock_now(), wall = now(CLOCK_REALTIME),
			bracket = clock_now() - before;

		if (bracket < best.bracket_ns)
			best = (struct clock_pair){ before + bracket / 2, wall, bracket };
	}
	return best;
}
