/* rankname: the rank in a file name.
 * in:  kineto_trace_3.json.gz
 * out: 3 */
#ifndef RANKNAME_H
#define RANKNAME_H
#include "base/buf.h"

/* rank0, rank-0, rank_0; kineto_trace_0.json, torch_et_0.json, nsys_0.sqlite, timing_stats_0.json;
 * PARAM's dlrm_eg_0.json, resnet_et_0.json. name: without its directory. Returns the digits
 * without leading zeros, .n 0 if there is no rank. */
struct slice rankname(const char *name);
#endif
