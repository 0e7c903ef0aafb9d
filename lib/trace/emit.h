/* emit: records that a dialect makes itself, on standard output. */
#ifndef EMIT_H
#define EMIT_H
#include "trace/trace.h"

/* A record that a reader makes itself: begin, tags, end. Times are on the stream's clock
 * (trace_time); NULL: unknown. Texts are record text. */
void emit_open(struct trace *t, char ph, const int64_t *ts, const int64_t *dur, struct slice pid,
               struct slice tid, const char *cat, struct slice name);
/* A line that names a process or a thread, see meta.h. */
void emit_meta(struct trace *t, const char *event, struct slice pid, struct slice tid,
               struct slice text);
void emit_tag(struct trace *t, const char *key, struct slice text); /* unless -a leaves it out */
void emit_tag_num(struct trace *t, const char *key, int64_t v);
void emit_close(struct trace *t);
/* Counts the record of a device's event (without its LF) in the census. */
void emit_count(struct trace *t, struct slice line);
#endif
