/* sizes: fills in the sizes of communication kernels that have none, from the execution trace of
 * the same rank: by the record function's id, else through the runtime call of the kernel's
 * correlation id, else by order within (group, collective) if both sides have the same number. */
#ifndef SIZES_H
#define SIZES_H
#include "trace/trace.h"

struct sizes;

/* Reads the execution trace's records, then the trace itself once (twice if correlation ids are
 * needed). The trace must be one that can be read again (trace_settle). NULL: nothing to fill in,
 * or nothing lacks a size. Keeps about 150 bytes per collective. Raises *status if the records are
 * damaged. */
struct sizes *sizes_new(struct trace *t, const char *sizes, int *status);
/* For each communication kernel without a size, in the order of the file: completes its tags,
 * those from `at` on. */
void sizes_tags(struct sizes *l, uint64_t off, struct buf *tags, size_t at);
/* Writes the ##filled lines, and frees l. */
void sizes_close(struct sizes *l);
#endif
