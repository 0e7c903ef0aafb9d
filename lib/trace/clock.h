/* clock: the offset of a monotonic clock from the wall clock: one pair of readings, from a file,
 * given or taken. */
#ifndef CLOCK_H
#define CLOCK_H
#include "base/buf.h"

#include <stdint.h>

struct clock {
	int known;
	int64_t offset_ns; /* wall - monotonic */
	int64_t gpu;       /* the GPU whose counters it was taken with; -1 unknown */
};

/* "MONOTONIC,REALTIME" in ns, or the path of a JSON file with the members monotonic_ns and
 * realtime_ns or wall_clock_ns (and gpu). Returns 0; -1 after a message. */
int clock_read(struct clock *c, const char *arg);
/* The same from the file next to the source: DIR/NAME.clock.json for DIR/NAME.bin[.gz]. Returns 0
 * and c->known 0 if there is none. */
int clock_beside(struct clock *c, const char *source);

/* A moment on both clocks. */
struct clock_pair {
	int64_t monotonic_ns, realtime_ns;
	int64_t bracket_ns; /* time between the two readings of the monotonic clock around the
	                     * other one */
};
int64_t clock_now(void); /* CLOCK_MONOTONIC, ns */
/* The best of many tries: the pair whose two monotonic readings are closest. */
struct clock_pair clock_pair(void);
#endif
