/* rates: turns cumulative counters into spans: from a sample to the next, with the bytes counted
 * in between.
 * in:  C 0 . . 0 nvlink3.tx counter nvlink_tx_bytes value=1024
 *      C 9 . . 0 nvlink3.tx counter nvlink_tx_bytes value=4096
 * out: X 0 9 . 0 nvlink3.tx counter nvlink_tx_bytes bytes=3072 */
#ifndef RATES_H
#define RATES_H
#include "base/intern.h"
#include "record/rec.h"

struct rates {
	struct intern keys; /* rank .. name */
	struct rates_series *s;
	size_t cap;
	uint64_t unordered, bad, too_long; /* samples, values and spans left out */
	struct buf line;
	int (*span)(void *arg, const struct rec *r); /* takes each span; not 0: it failed */
	void *arg;
};

/* Adds a counter's sample. One without an integer `value` (a void one) is skipped: its bytes are
 * in the next. The span has its other tags. A counter that went back was reset: the span in
 * between has reset=1 and no bytes. Samples of the same time are combined. Keeps about 60 bytes
 * and the key for each counter. */
void rates_add(struct rates *t, const struct rec *r);
/* Writes what is left: bytes counted at a counter's very last time, as a span of length 0. Returns
 * ST_DATA, after a message, if samples were not in order of time; they were left out, and their
 * bytes are in the next sample. */
int rates_end(struct rates *t);
#endif
