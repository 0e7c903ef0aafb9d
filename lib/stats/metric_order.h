/* metric_order: in which order metric records are written, and which series have which groups.
 * Takes time by the cells that there are, not by ranks x ranks or ranks x groups. */
#ifndef METRIC_ORDER_H
#define METRIC_ORDER_H
#include "stats/metric.h"

struct metric_pair {
	uint32_t series, group;
};

struct metric_order {
	uint32_t *series, *groups; /* ids, as they are written */
	struct metric_pair *pair;  /* series that have records of a group, as they are written */
	size_t n_pairs;
	char *several; /* by series: its rank has further devices */
	char *seen;    /* by rank that the stream names: it has a series */
};

/* by_series: the pairs are by id of series, then of group; else by group, then by series. */
void metric_order(struct metric_order *o, const struct metric *m, int by_series);
void metric_order_free(struct metric_order *o);
#endif
