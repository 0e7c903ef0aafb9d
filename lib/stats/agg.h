/* agg: aggregations of a field over records: exact sums in 128 bits, exact quantiles. */
#ifndef AGG_H
#define AGG_H
#include "base/num.h"
#include "base/sorter.h"
#include "expr/expr.h"

enum agg_kind {
	AGG_COUNT, AGG_SUM, AGG_MEAN, AGG_WMEAN, AGG_STD, AGG_MIN, AGG_MAX, AGG_QUANTILE,
	AGG_FIRST, AGG_LAST,
	AGG_SPAN, AGG_SLOPE, AGG_INTERCEPT, AGG_RESIDUAL
};

struct agg_op {
	enum agg_kind kind;
	const char *text;           /* as given, for the legend */
	struct slice field, weight; /* .n 0: none (count alone) */
	struct expr *cond;          /* only records for which this is true; NULL: all */
	struct dec q;               /* of a quantile, 0..100 */
};

/* What one operation knows of one group. Kept small: there may be as many groups as records. */
struct agg {
	uint64_t n, missing; /* values; records without one */
	uint64_t events,
	    lacking; /* the same, if records stand for several events each (agg_weigh) */
	int overflow; /* a value did not fit: there is no result */
	union {
		struct dec sum;      /* of sum, mean, wmean; of std the first value */
		struct dec min;      /* of min, span */
		struct dec quantile; /* set by agg_quantiles */
		struct slice first;  /* or last */
	};
	union {
		struct dec max;  /* of max, span */
		struct dec wsum; /* of wmean */
		struct {
			double mean, m2;  /* Welford, for std and a fit's y */
			double x, xx, xy; /* of a fit: mean of x, sums about the means */
		};
	};
};

/* OP[:FIELD[:WEIGHT]]['['EXPR']'], OP one of count sum mean wmean std min max median pN first
 * last; span (from the earliest start to the latest end, no field); slope, intercept, residual
 * (Y:X, the line of least squares and the root of the mean square distance from it). Ends with a
 * message if it is not one of these. */
struct agg_op agg_parse(const char *text);
/* Adds a record. `group` and `column` name the cell if values must be sorted later (sorter.h).
 * Returns NULL, or what is wrong with the value, which *off then is. */
const char *agg_add(const struct agg_op *op, struct agg *a, const struct rec *r,
                    struct sorter *runs, uint32_t group, uint32_t column, struct slice *off);
/* The record just added stands for `events`; n and missing are the counts from before it. */
void agg_weigh(struct agg *a, uint64_t n, uint64_t missing, int64_t events);
/* Reads the sorted values; cell(arg, group, column) gives each cell and its operation. */
void agg_quantiles(struct sorter *runs,
                   struct agg *(*cell)(void *arg, uint32_t group, uint32_t column,
                                       const struct agg_op **op),
                   void *arg);
/* Appends the result as text; '.' if there is none. Returns -1 on overflow. */
int agg_result(const struct agg_op *op, const struct agg *a, struct buf *b);
/* a += b; -1 on overflow. */
int agg_sum(struct dec *a, struct dec b);
#endif
