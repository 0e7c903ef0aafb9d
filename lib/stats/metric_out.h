/* metric_out: writes what metric.c collects. */
#ifndef METRIC_OUT_H
#define METRIC_OUT_H
#include "stats/metric.h"

struct metric_cell {
	struct agg num;
	int64_t events, filled; /* filled: values from another trace (tag filled) */
	size_t den;           /* of a ratio: its place in m->den, from 1 */
};
/* Windows of a cell: a step's ordinal, or records of the complete trace (win=*), records whatever
 * their window, records in any step. */
enum { METRIC_STEPS = 10000000 }; /* more are a mistake, not steps */
enum { WIN_STAR = -1, WIN_ALL = -2, WIN_STEPS = -3 };

/* What a cell is for. */
struct metric_key {
	int64_t win;
	uint32_t series, group, value; /* group: 0, or its id + 1 */
};
struct metric_key metric_key(const struct metric *m, size_t cell);
struct metric_cell *metric_cell_at(const struct metric *m, size_t cell);
/* The cell's value; whole: that of the series, for shares. Returns 0 if there is none. */
int metric_cell_value(const struct metric *m, const struct metric_value *mv,
                      const struct metric_cell *c, const struct metric_cell *whole, struct dec *v);
/* Appends v / den in the metric's unit. */
void metric_put_value(const struct metric *m, struct dec v, int64_t den, struct buf *b);
/* Appends v, which is already in the metric's unit. */
void metric_put_plain(const struct metric *m, struct dec v, struct buf *b);
/* Writes one metric record. value: .n 0 if there is none; c: the cell whose gaps the note reports,
 * or NULL. */
void metric_record(struct metric *m, struct slice scope, const char *stat, struct slice value,
                   int64_t n, const struct metric_cell *c, const char *note);
/* Is a value of m->of_rank and m->of_dev unknown because of work that the stream does not show in
 * detail? */
int metric_hidden(struct metric *m, int zero);
/* The note, and "3 of 4 ranks" if some are missing; NULL: neither. Good until the next call. */
const char *metric_coverage(const struct metric *m);
/* Is the metric's unit a percentage? */
int metric_percent(const struct metric *m);
/* Is the value a text: the name of a rank, a cause? */
int metric_named(const struct metric *m);
/* Ends the program: a sum does not fit. */
void metric_overflow(const struct metric *m);

/* The cell of (series, group, window, value); make: create it if missing. Else NULL. */
struct metric_cell *metric_cell(struct metric *m, uint32_t series, uint32_t group, int64_t win,
                                int value, int make);
#endif
