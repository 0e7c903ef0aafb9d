/* outcome: what the records named outcome (tr-record(5)) say of a benchmark's results as a whole:
 * how many requests failed, what a summary states where there is no detail, why there is
 * nothing. */
#ifndef OUTCOME_H
#define OUTCOME_H
#include "base/num.h"
#include "record/rec.h"

enum { OUTCOME_STATS = 7 };

struct outcome {
	const char
	    *key; /* the metric's name in these records, ttft_ms; NULL: they are not looked for */
	int64_t requests, failed; /* of the results that tell both */
	int64_t stated;           /* results with a value of the metric in their summary alone */
	struct {
		struct dec v;
		int64_t n;
	} stat[OUTCOME_STATS];
	struct buf why, note; /* distinct texts, "; " between */
};

/* Takes in a record. Returns 1 where it is one of these. */
int outcome_take(struct outcome *o, const struct rec *r);
/* What the summary states as this statistic, in the metric's own unit. Of several results' only
 * the smallest and the largest are known. Returns 0 where there is none. */
int outcome_value(const struct outcome *o, const char *stat, struct dec *v);
/* Why there is no value: the results' own reason. Returns NULL where they have none. */
const char *outcome_why(struct outcome *o, const char *stat);
/* Appends what each note says, with "; " where something stands from `at` on. by_summary: the
 * value is a summary's; known: it is that of the requests. */
void outcome_note(const struct outcome *o, int by_summary, int known, struct buf *b, size_t at);
#endif
