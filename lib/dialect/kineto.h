/* kineto: PyTorch's profiler. Files of 2021 spell categories and streams differently. */
#ifndef KINETO_H
#define KINETO_H
#include "trace/dialect.h"

extern const struct dialect dialect_kineto;
/* Is it an event of PyTorch's profiler, by its category and arguments? */
int kineto_event(struct ev *v);
#endif
