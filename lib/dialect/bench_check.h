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
/* A request that was served lacks this latency: the detail cannot bear out what is claimed of
 * all. */
void bench_check_unknown(struct bench_check *c, enum bench_kind kind);
/* How many values there are. */
uint64_t bench_check_n(const struct bench_check *c, enum bench_kind kind);
/* The output tokens of a request that has a time per output token. */
void bench_check_tokens(struct bench_check *c, int64_t tokens);
/* A member of the summary and its number's text: mean_ttft_ms, 20.2. What is no statistic of a
 * kind is passed over. */
void bench_check_claim(struct bench_check *c, struct slice key, struct slice val);
/* The claim that percentile `q` of BENCH_BATCH, or its mean (q ".": mean), is val seconds. */
void bench_check_batch(struct bench_check *c, struct slice q, struct slice val);
/* A total that the detail gives, for the member of this name. */
void bench_check_total(struct bench_check *c, const char *file, const char *key,
                       struct slice claimed, int64_t detail);
/* Compares each claim with the detail. What the detail does not bear out is reported on stderr and
 * as
 * ##disagrees lines; what two sound clocks, a chunk after the last token or rounding explain, in
 * one message. Returns ST_DATA where a claim is not borne out. */
int bench_check_close(struct bench_check *c, const char *file);
/* After that: what the note of the kind's metric says of the summary; .n 0: nothing. BENCH_KINDS:
 * of all. */
struct slice bench_check_note(const struct bench_check *c, int kind);
/* What the summary claims of this kind where the detail has none, in ps: stat is mean p50 p99 min
 * max std.
 * A first token after 0 s was not measured. Returns 0 where there is nothing. */
int bench_check_stated(const struct bench_check *c, enum bench_kind kind, const char *stat,
                       int64_t *ps);
void bench_check_free(struct bench_check *c);
#endif
