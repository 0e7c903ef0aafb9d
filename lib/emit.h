/* emit: an event as one record on standard output: times, tags, pairs. */
#ifndef EMIT_H
#define EMIT_H
#include "trace.h"

void emit_event(struct trace *t, struct ev *v);
/* A top-level member as records of category `trace`: objects give a tag a member, lists a
 * record an element. */
void emit_head(struct trace *t, struct slice key, struct slice val);
/* Begins that nothing ended: spans without a duration, each accounted for. */
void emit_unclosed(struct trace *t);
/* While probing: the base that absolute times imply. */
void emit_probe(struct trace *t, struct ev *v);
#endif
