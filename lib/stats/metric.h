/* metric: metric records (tr-record(5)): a value for each rank and device, over the complete trace
 * and over its steps, then over the ranks. */
#ifndef METRIC_H
#define METRIC_H
#include "base/intern.h"
#include "stats/agg.h"
#include "stats/limits.h"
#include "stats/outcome.h"

struct metric_value { /* AGG, AGG/AGG, or AGG/total: the share of the rank's total */
	const char *stat; /* "total", or a name of its own */
	struct agg_op num, den;
	int ratio, share;
};

struct metric {
	const char *name, *unit, *trace, *note;
	const char *missing_more; /* pooled: the same for the terms after the first one */
	const char *missing;   /* what a record without the value lacks: "message sizes" */
	const char *why_field; /* pooled: the field with a group's own reason */
	const char *why;       /* note if there are no records: "no kernels" */
	struct slice n_field;  /* counts the events that a record stands for; .n 0: each record is
	                        * one */
	char **keys;           /* further scopes: by these columns and tags */
	int n_keys, top;       /* top: only the N largest of them, and nothing else */
	int steps_only;        /* no totals; over the ranks a step is its slowest */
	enum limits_kind
	    kind; /* what its values are made of: decides which limits of the stream apply */
	int over_ranks;        /* pooled: the note says if ranks are missing */
	int over_steps;        /* if there are steps, the total is over them */
	struct metric_value value[4];
	int n_values;
	/* filled while reading */
	struct intern series, groups, cells, steps_of, ranks;
	struct metric_cell **cell; /* by id in cells, in blocks */
	size_t n_blocks, cap_blocks;
	uint32_t *whole; /* by series and value: the number in cells of the complete trace's cell,
	                  * + 1; 0: none */
	size_t cap_whole;
	struct agg *den; /* denominators; the first is of cells without one */
	size_t n_den, cap_den;
	struct metric_steps { int64_t first, end; } *steps; /* by id in steps_of: ordinals */
	size_t cap_steps;
	int64_t world;  /* ranks of the run, 0 unknown */
	struct buf filled; /* how values were filled in: "rf_id" */
	struct outcome outcome; /* pooled: of load generators' results */
	int by_summary;         /* the value being written is a summary's */
	int damaged, computed;
	struct limits limits;
	struct slice of_rank,
	    of_dev; /* whose value metric_record writes; .p NULL: all ranks', all devices' */
	int starred; /* a record had win=* */
};

void metric_unit(struct metric *m, const char *unit); /* checks the unit */
void metric_unit_check(const char *unit);             /* ends with a message if it is not one */
/* VALUE, or STAT=VALUE for all but the first. */
void metric_add_value(struct metric *m, const char *text);
/* How many events the record stands for (n_field). */
int64_t metric_events(const struct metric *m, const struct rec *r);
/* Adds a record; returns NULL or what is wrong with *off. */
const char *metric_add(struct metric *m, const struct rec *r, struct slice *off);
void metric_header(struct metric *m, struct slice line);
/* Writes the records. Returns ST_OK, or ST_NONE if nothing could be computed. */
int metric_write(struct metric *m);
#endif
