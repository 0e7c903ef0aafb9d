/* bench_check: a benchmark result's own summary held against its detail: means, medians, deviations and
 * percentiles (numpy's: linear between order statistics) of latencies, and totals. Values are sorted
 * outside of memory. */
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H
#include "buf.h"

#include <stdint.h>

enum bench_kind { BENCH_TTFT, BENCH_TPOT, BENCH_ITL, BENCH_E2E, BENCH_BATCH, BENCH_KINDS };

struct bench_check;

struct bench_check *bench_check_new(void);
/* A latency in ps. */
void bench_check_add(struct bench_check *c, enum bench_kind kind, int64_t ps);
/* A member of the summary and its number's text: mean_ttft_ms, 20.2. What is no statistic of a kind is
 * passed over. */
void bench_check_claim(struct bench_check *c, struct slice key, struct slice val);
/* The claim that percentile `q` of BENCH_BATCH, or its mean (q ".": mean), is val seconds. */
void bench_check_batch(struct bench_check *c, struct slice q, struct slice val);
/* A total that the detail gives, for the member of this name. */
void bench_check_total(struct bench_check *c, const char *file, const char *key, struct slice claimed,
                       int64_t detail);
/* Reports each claim that the detail does not bear out: on stderr, and as ##disagrees lines. Claims
 * without any detail stand. Returns ST_DATA where there was one. Frees c. */
int bench_check_close(struct bench_check *c, const char *file);
#endif
