/* sweep: interval algebra over two sets, A and B, for each (device, window): pieces of a union,
 * intersection, difference or complement, and their lengths. */
#ifndef SWEEP_H
#define SWEEP_H
#include "base/num.h"
#include "base/sorter.h"

enum sweep_op {
	SWEEP_UNION,
	SWEEP_INTERSECTION,
	SWEEP_DIFFERENCE,
	SWEEP_COMPLEMENT,
	SWEEP_MEASURE,
	SWEEP_OPS
};
extern const char *const sweep_op_name[SWEEP_OPS];
enum { SIDE_A = 1, SIDE_B = 2 };

/* Lengths in ns of one (device, window). */
struct sweep_sum {
	uint64_t n_a, n_b, n_any;       /* events; any: in A or in B */
	i128 sum_a, sum_b, sum_any;     /* of their durations */
	i128 a, b, both;       /* lengths of the unions and of their intersection */
	int64_t first, last;   /* of A and B together: start and end */
};

struct sweep {
	enum sweep_op op;
	struct sorter *runs;
	/* Bounds of the complement; NULL: from the first start to the last end. */
	void (*bounds)(void *arg, int64_t win, int64_t *s, int64_t *e);
	/* A piece of the result; n: events of A in it (union only, else 0). */
	void (*piece)(void *arg, uint32_t dev, int64_t win, int64_t s, int64_t e, uint64_t n);
	/* After the last piece of a (device, window). */
	void (*sum)(void *arg, uint32_t dev, int64_t win, const struct sweep_sum *sum);
	void *arg;
};

void sweep_run(struct sweep *w);
#endif
