/* group_metric: metric records of groups of records, whatever their rank: values computed from
 * aggregations.
 *
 *   VALUE = [STAT[?]=]TERM{(*|/)TERM}[@UNIT] | dist:FIELD
 *   TERM  = an aggregation (agg.h) | a number with a unit
 *
 * STAT? is left out if no record of a group meets the condition of its first term. The unit "name"
 * is for a text, first:FIELD. dist:FIELD stands for the six statistics of a distribution: mean p50
 * p99 min max std. */
#ifndef GROUP_METRIC_H
#define GROUP_METRIC_H
#include "stats/metric.h"

struct group_metric {
	struct agg_op *op; /* all terms, in order: what is to be aggregated for each group */
	size_t n_ops, cap_ops;
	struct group_metric_value *value;
	size_t n_values, cap_values;
	struct slice *scope; /* names of the groups' keys: "dev" of "dev=pid" */
	long why;            /* the op that gives the reason of a group without a value (-w), -1:
	                      * none */
	int rank, dev;       /* which of the keys are the columns rank and pid; -1: none */
	int written;         /* there was a group */
	struct intern seen;  /* ranks that have a group */
};

/* Splits "NAME=FIELD" keys: keys[] become the fields. */
void group_metric_keys(struct group_metric *p, char **keys, int n);
void group_metric_add(struct group_metric *p, const char *text);
/* The reason of a group without a value is its first value of this field. Call this after the last
 * group_metric_add. */
void group_metric_why(struct group_metric *p, const char *field);
/* Writes the records of one group: key texts (tab-separated) and its cells, one per op. */
void group_metric_write(struct group_metric *p, struct metric *m, struct slice group,
                        const struct agg *cells);
/* After the last group: records for ranks that the stream names and that have no group. */
void group_metric_missing(struct group_metric *p, struct metric *m);
/* If there was no group at all: one record that states it. */
void group_metric_none(struct group_metric *p, struct metric *m);
#endif
