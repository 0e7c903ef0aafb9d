/* algebra: interval algebra over a stream: takes spans, by rank and device (pid) and window;
 * writes intervals, or records of lengths. */
#ifndef ALGEBRA_H
#define ALGEBRA_H
#include "window/assign.h"
#include "window/sweep.h"

struct device { /* the keys of a separate result */
	struct slice rank, pid;
	int64_t lo, hi; /* buckets seen */
	int any;
};

struct algebra {
	struct assign *a; /* the windows */
	int windowed;
	struct sweep sweep;
	struct intern dev_keys, sum_keys; /* "rank\tpid"; device and window */
	struct device *dev;
	size_t n_dev, cap_dev;
	struct sweep_sum *sum; /* by id in sum_keys */
	size_t cap_sum;
	struct slice tag; /* measure: a tag to be summed over A; .n 0: none */
	i128 *tag_sum;    /* by id in sum_keys */
	size_t cap_tag;
	struct buf line;
	uint32_t cur_dev, cur_side;
};

/* windowed: a has windows or buckets. */
void algebra_begin(struct algebra *g, struct assign *a, enum sweep_op op, int windowed);
/* Adds a span that belongs to the sets in `side`. */
void algebra_add(struct algebra *g, const struct rec *r, uint32_t side);
/* Writes the results; no spans may be added afterwards. */
void algebra_write(struct algebra *g);
/* Writes the windows themselves, by rank and time, as spans of category window. */
void algebra_windows(struct algebra *g);
#endif
