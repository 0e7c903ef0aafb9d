/* bench_check: a benchmark result's own summary compared with its detail: means, medians,
 * deviations and percentiles (numpy's: linear between order statistics) of latencies, and totals.
 * Values are sorted outside of memory. */
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H
#include "base/buf.h"

#include <stdint.h>

enum bench_kind { BENCH_TTFT, BENCH_TPOT, BENCH_ITL, BENCH_E2E, BENCH_BATCH, BENCH_KINDS };

struct bench_check;

struct bench_check *bench_check_new(int64_t result);
/* A latency in ps. */
void bench_check_add(struct bench_check *c, enum bench_kind kind, int64_t ps);
/* A request that was served lacks this latency: the detail cannot confirm a claim about all. */
void bench_check_unknown(struct bench_check *c, enum bench_kind kind);
/* How many values there are. */
uint64_t bench_check_n(const struct bench_check *c, enum bench_kind kind);
/* The output tokens of a request that has a time per output token. */
void bench_check_tokens(struct bench_check *c, int64_t tokens);
/* A member of the summary and its number's text: mean_ttft_ms, 20.2. A member that is not a
 * statistic of a kind is ignored. */
void bench_check_claim(struct bench_check *c, struct slice key, struct slice val);
/* The claim that percentile `q` of BENCH_BATCH, or its mean (q ".": mean), is val seconds. */
void bench_check_batch(struct bench_check *c, struct slice q, struct slice val);
/* A total that the detail gives, for the member of this name. */
void bench_check_total(struct bench_check *c, const char *file, const char *key,
                       struct slice claimed, int64_t detail);
/* Compares each claim with the detail. A claim that the detail contradicts is reported on stderr
 * and as a ##disagrees line; a difference that two sound clocks, a chunk after the last token or
 * rounding explain, in one message. Returns ST_DATA if a claim is contradicted. */
int bench_check_close(struct bench_check *c, const char *file);
/* After bench_check_close: what the note of the kind's metric says about the summary; .n 0:
 * nothing. BENCH_KINDS: about all kinds. */
struct slice bench_check_note(const struct bench_check *c, int kind);
/* What the summary claims of this kind if the detail has none, in ps: stat is mean p50 p99 min max
 * std. A first token after 0 s was not measured. Returns 0 if there is nothing. */
int bench_check_stated(const struct bench_check *c, enum bench_kind kind, const char *stat,
                       int64_t *ps);
void bench_check_free(struct bench_check *c);
#endif
