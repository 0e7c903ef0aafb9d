/* kineto: PyTorch's profiler. 2021 files have categories and streams of their own spelling. */
#ifndef KINETO_H
#define KINETO_H
#include "trace/dialect.h"

extern const struct dialect dialect_kineto;
/* Is it an event of PyTorch's profiler, by its category and arguments? */
int kineto_event(struct ev *v);
#endif
