/* zero: spans whose time is 0. If the file's other times are far from it, the profiler lost
 * theirs: they are written without a time. They are held until another time was seen. */
#ifndef ZERO_H
#define ZERO_H
#include "trace/trace.h"

/* Takes note of a time of the source that is not 0. */
void zero_time(struct trace *t, int64_t raw);
/* Writes a record (without its LF) whose time is 0, now or later. */
void zero_put(struct trace *t, struct slice line);
/* Writes what was kept. */
void zero_end(struct trace *t);
#endif
