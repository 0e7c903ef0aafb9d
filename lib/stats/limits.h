/* limits: what a stream states about itself that limits the numbers computed from it (##device,
 * ##source none, ##note lines, tr-record(5)): work that it does not show in detail, kernels
 * without a length, lengths that overlap, sources left out. */
#ifndef LIMITS_H
#define LIMITS_H
#include "base/intern.h"
#include "base/num.h"

enum limits_kind { /* what a metric is made of, tr-stats -d */
	           LIMITS_NONE,
	           LIMITS_CALLS, /* the number of communication kernels, or their bytes: work that
	                          * is not seen can only add to it */
	           LIMITS_COMM, /* their time, likewise */
	           LIMITS_KERNELS, /* the time of all kernels, likewise */
	           LIMITS_SHARE, /* a share of one in another: work that is not seen may change it
	                          * either way */
	           LIMITS_LENGTHS /* single kernels' lengths */
};
enum limits_verdict { LIMITS_KNOWN, LIMITS_AT_LEAST, LIMITS_UNKNOWN };

struct limits {
	struct intern devices; /* "rank\tdevice"; "rank\t", the rank's sum; "\t", that of all */
	struct limits_device *dev;
	size_t cap_dev, n_dev; /* n_dev: devices alone */
	struct intern left_out, notes;
	int64_t ranks; /* of the run: with only one rank, a copy between devices is not
	                * communication */
};

/* -1 if there is no such kind. */
int limits_kind(const char *name);
/* Adds a description line; returns whether it was one of these. */
int limits_header(struct limits *l, struct slice line);
/* Is a value of this kind, of a rank and a device (.p NULL: of all), exact, a bound or unknown?
 * zero: the value is 0. Appends the reason to b. */
enum limits_verdict limits_judge(const struct limits *l, enum limits_kind kind, struct slice rank,
                                 struct slice dev, int zero, struct buf *b);
/* Appends the remarks about a value, each with "; " before it if b has more than `at` bytes. */
void limits_put(const struct limits *l, enum limits_kind kind, struct slice rank, struct slice dev,
                struct buf *b, size_t at);
#endif
