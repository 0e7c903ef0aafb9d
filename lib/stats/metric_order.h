/* metric_order: the order in which metric records are written, and which series have which groups.
 * Takes time in proportion to the existing cells, not to ranks x ranks or ranks x groups. */
#ifndef METRIC_ORDER_H
#define METRIC_ORDER_H
#include "stats/metric.h"

struct metric_pair {
	uint32_t series, group;
};

struct metric_order {
	uint32_t *series, *groups; /* ids, in output order */
	struct metric_pair *pair;  /* series that have records of a group, in output order */
	size_t n_pairs;
	char *several; /* by series: its rank has further devices */
	char *seen;    /* by rank that the stream names: it has a series */
};

/* by_series: the pairs are by id of series, then of group; else by group, then by series. */
void metric_order(struct metric_order *o, const struct metric *m, int by_series);
void metric_order_free(struct metric_order *o);
#endif
