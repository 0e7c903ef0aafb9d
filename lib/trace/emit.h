/* emit: an event as one record on standard output: times, tags, pairs. */
#ifndef EMIT_H
#define EMIT_H
#include "trace/trace.h"

void emit_event(struct trace *t, struct ev *v);
/* Appends a column with the time or length, '.' where it is not known. */
void emit_time(struct buf *b, int known, int64_t ns);
/* Counts the record of a device's event, without its LF, in the census. */
void emit_count(struct trace *t, struct slice line);
/* A top-level member as records of category `trace`: objects give a tag a member, lists a
 * record an element. */
void emit_head(struct trace *t, struct slice key, struct slice val);
/* Behind the last event: what was held back, and begins that nothing ended: spans without a duration, each
 * accounted for. */
void emit_end(struct trace *t);
/* While probing: the base that absolute times imply. */
void emit_probe(struct trace *t, struct ev *v);
/* A record of a reader's own making: begin, tags, end. Times: NULL where unknown, and on the stream's
 * clock (trace_time). Texts are record text. */
void emit_open(struct trace *t, char ph, const int64_t *ts, const int64_t *dur, struct slice pid,
               struct slice tid, const char *cat, struct slice name);
/* A line that names a process or a thread, see meta.h. */
void emit_meta(struct trace *t, const char *event, struct slice pid, struct slice tid, struct slice text);
void emit_tag(struct trace *t, const char *key, struct slice text); /* unless -a leaves it out */
void emit_tag_num(struct trace *t, const char *key, int64_t v);
void emit_close(struct trace *t);
#endif
