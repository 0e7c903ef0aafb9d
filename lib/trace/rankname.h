/* rankname: the rank that a file name tells.
 * in:  kineto_trace_3.json.gz
 * out: 3 */
#ifndef RANKNAME_H
#define RANKNAME_H
#include "base/buf.h"

/* rank0, rank-0, rank_0; kineto_trace_0.json, torch_et_0.json, nsys_0.sqlite, timing_stats_0.json;
 * PARAM's dlrm_eg_0.json, resnet_et_0.json. name: without its folder. Returns its digits without
 * leading zeros, .n 0 where it tells none. */
struct slice rankname(const char *name);
#endif
