/* outcome: what the records named outcome (tr-record(5)) state about a benchmark's results in
 * total: how many requests failed, what a summary states if there is no detail, and why there is
 * nothing. */
#ifndef OUTCOME_H
#define OUTCOME_H
#include "base/num.h"
#include "record/rec.h"

enum { OUTCOME_STATS = 7 };

struct outcome {
	const char
	    *key; /* the metric's name in these records, ttft_ms; NULL: not needed */
	int64_t requests, failed; /* of the results that state both */
	int64_t stated;           /* results that have a value of the metric only in their
	                           * summary */
	struct {
		struct dec v;
		int64_t n;
	} stat[OUTCOME_STATS];
	struct buf why, note; /* distinct texts, "; " between */
};

/* Adds a record. Returns 1 if it is one of these. */
int outcome_take(struct outcome *o, const struct rec *r);
/* What the summary states as this statistic, in the metric's own unit. Of several results' only
 * the smallest and the largest are known. Returns 0 if there is none. */
int outcome_value(const struct outcome *o, const char *stat, struct dec *v);
/* Why there is no value: the results' own reason. Returns NULL if they have none. */
const char *outcome_why(struct outcome *o, const char *stat);
/* Appends what each note says, with "; " before it if b has more than `at` bytes. by_summary: the
 * value comes from a summary; known: the requests gave it. */
void outcome_note(const struct outcome *o, int by_summary, int known, struct buf *b, size_t at);
#endif
