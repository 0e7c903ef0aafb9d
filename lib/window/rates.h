/* rates: cumulative counters to spans: from a sample to the next, with the bytes that were counted
 * between. in:  C	0	.	.	0	nvlink3.tx	counter	nvlink_tx_bytes
 * value=1024 C	9	.	.	0	nvlink3.tx	counter	nvlink_tx_bytes	value=4096
 *   out: X	0	9	.	0	nvlink3.tx	counter	nvlink_tx_bytes	bytes=3072
 */
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
	int (*span)(void *arg, const struct rec *r); /* takes each span; not 0: it cannot */
	void *arg;
};

/* Takes in a counter's sample. One without an integer `value` (a void one) is passed over: its
 * bytes are in the next. The span has its other tags. A counter that went back was reset: the span
 * between has reset=1 and no bytes. Samples of one time are taken together. About 60 bytes and the
 * key for each counter are kept. */
void rates_add(struct rates *t, const struct rec *r);
/* What is left: bytes counted at a counter's very last time, as a span of length 0. Returns
 * ST_DATA, after a message, where samples came in no order of time; they were left out, and their
 * bytes are in the next. */
int rates_end(struct rates *t);
#endif
