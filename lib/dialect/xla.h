/* xla: JAX and TensorFlow profiles in the trace viewer's layout. Events have no category: the
 * names of their process and thread show what they are. Only a device's ops line is work. */
#ifndef XLA_H
#define XLA_H
#include "trace/dialect.h"

extern const struct dialect dialect_xla;
#endif
