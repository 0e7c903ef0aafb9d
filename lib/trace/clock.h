/* clock: where a monotonic clock stands on the wall clock: one pair of readings, from a file,
 * given or taken. */
#ifndef CLOCK_H
#define CLOCK_H
#include "base/buf.h"

#include <stdint.h>

struct clock {
	int known;
	int64_t offset_ns; /* wall - monotonic */
	int64_t gpu;       /* whose counters it was taken beside; -1 unknown */
};

/* "MONOTONIC,REALTIME" in ns, or the path of a JSON file with the members monotonic_ns and
 * realtime_ns or wall_clock_ns (and gpu). Returns 0; -1 after a message. */
int clock_read(struct clock *c, const char *arg);
/* The same for the file that stands beside the source: DIR/NAME.clock.json for DIR/NAME.bin[.gz].
 * Returns 0 and c->known 0 where there is none. */
int clock_beside(struct clock *c, const char *source);

/* A moment on both clocks. */
struct clock_pair {
	int64_t monotonic_ns, realtime_ns;
	int64_t bracket_ns; /* how long the two readings of the monotonic clock around the other
	                       were apart */
};
int64_t clock_now(void); /* CLOCK_MONOTONIC, ns */
/* The best of many tries: the pair with the smallest bracket. */
struct clock_pair clock_pair(void);
#endif
