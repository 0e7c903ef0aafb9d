/* metric_out: what metric.c gathers, as metric_out.c writes it. */
#ifndef METRIC_OUT_H
#define METRIC_OUT_H
#include "metric.h"

struct metric_cell {
	struct agg num, den;
	int64_t events;
};
/* Windows of a cell: a step's ordinal, or records of the whole trace (win=*), records without
 * regard to windows, records in any step. */
enum { WIN_STAR = -1, WIN_ALL = -2, WIN_STEPS = -3 };

struct metric_cell *metric_cell(struct metric *m, uint32_t series, uint32_t group, int64_t win,
                                int value, int make);
#endif
