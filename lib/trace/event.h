/* event: an event of Trace Event JSON as a record. */
#ifndef EVENT_H
#define EVENT_H
#include "trace/trace.h"

void event_put(struct trace *t, struct ev *v);
/* While probing: the base that absolute times imply. */
void event_probe(struct trace *t, struct ev *v);
/* After the last event: what was kept, and begins that nothing ended. */
void event_end(struct trace *t);
#endif
