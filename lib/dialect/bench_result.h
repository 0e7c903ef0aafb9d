/* bench_result: one result of a load generator, whichever wrote it: its counts and claims, under
 * vLLM's names, and the record named outcome (tr-record(5)), which tells the metrics what they
 * mean.
 * out: M . . . . . bench outcome result=1 requests=4 failed=3 mean_ttft_ms=20.2 */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H
#include "base/num.h"
#include "dialect/bench_check.h"
#include "trace/trace.h"

/* What a summary states; .scale -1 if it does not state it. */
struct bench_stated {
	struct dec completed, failed, prompts, duration, input, output;
	struct dec rate[3]; /* requests, output tokens, all tokens per second */
};

struct bench_result {
	struct bench_check *check;
	int64_t number;      /* number of the result in its file, from 1 */
	struct bench_stated stated;
	int64_t rows;        /* requests that the detail has */
	int64_t failed;      /* of them */
	int64_t blank;       /* of these, the ones without an error text */
	int64_t one_token;   /* of those served: with a single output token */
	const char *no_rate; /* why it has no rates; NULL: decided by what is missing */
	const char
	    *why; /* why it has no latencies or rates of requests at all; NULL: no general
	           * reason */
};

struct bench_result bench_result_new(int64_t number);
/* A member of the summary, under vLLM's name. */
void bench_result_say(struct bench_result *r, struct slice key, struct slice val);
/* Compares, writes the outcome, frees. Returns ST_DATA if the detail contradicts the summary. */
int bench_result_close(struct bench_result *r, struct trace *t);
#endif
