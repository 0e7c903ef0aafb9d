/* group_metric: metric records of groups of records, whatever their rank: values worked out from
 * aggregations.
 *
 *   VALUE = [STAT[?]=]TERM{(*|/)TERM}[@UNIT] | dist:FIELD
 *   TERM  = an aggregation (agg.h) | a number with a unit
 *
 * STAT? is left out where no record of a group fulfils the condition of its first term. The unit
 * "name" is of a text, first:FIELD. dist:FIELD is the six of a distribution: mean p50 p99 min max
 * std. */
#ifndef GROUP_METRIC_H
#define GROUP_METRIC_H
#include "stats/metric.h"

struct group_metric {
	struct agg_op *op; /* of all terms, in order: what is to be aggregated for each group */
	size_t n_ops, cap_ops;
	struct group_metric_value *value;
	size_t n_values, cap_values;
	struct slice *scope; /* names of the groups' keys: "dev" of "dev=pid" */
	long why;            /* the op that gives a group's reason (-w), -1: none */
	int rank, dev;       /* which of the keys are the columns rank and pid; -1: none */
	int written;         /* some group was */
	struct intern seen;  /* ranks that have a group */
};

/* Splits "NAME=FIELD" keys: keys[] become the fields. */
void group_metric_keys(struct group_metric *p, char **keys, int n);
void group_metric_add(struct group_metric *p, const char *text);
/* The reason of a group without a value is its first value of this field. Behind the last
 * group_metric_add. */
void group_metric_why(struct group_metric *p, const char *field);
/* Writes the records of one group: key texts (tab-separated) and its cells, one for each op. */
void group_metric_write(struct group_metric *p, struct metric *m, struct slice group,
                        const struct agg *cells);
/* After the last group: ranks that the stream names and that have none. */
void group_metric_missing(struct group_metric *p, struct metric *m);
/* Where there was no group at all: one record that says so. */
void group_metric_none(struct group_metric *p, struct metric *m);
#endif
