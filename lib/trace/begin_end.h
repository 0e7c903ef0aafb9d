/* begin_end: joins a begin and its end (B and E, b and e, S and F) into one span.
 * in:  {"ph":"B","name":"f","ts":1,...} {"ph":"E","ts":3,...}
 * out: X	1000	2000	...	f */
#ifndef BEGIN_END_H
#define BEGIN_END_H
#include "trace/trace.h"

/* Takes a begin or an end; ns: its time on the stream's clock. An end writes the span. */
void begin_end(struct trace *t, struct ev *v, char ph, int64_t ns);
/* After the last event: begins without an end become spans without a duration, each accounted
 * for. */
void begin_end_close(struct trace *t);
#endif
