/* xla_names: what the names of XLA's lines and ops mean, the same in its JSON and in its
 * XSpace. */
#ifndef XLA_NAMES_H
#define XLA_NAMES_H
#include "base/buf.h"

/* "/device:TPU:0" -> "0" (a suffix stays with the number, except for a SparseCore, which is a part
 * of the device); .p NULL if it is not a device. */
struct slice xla_device(struct slice process);
/* "/device:TPU:0 SparseCore 1" -> " SparseCore 1"; .n 0 if the process is not a part of a
 * device. */
struct slice xla_core(struct slice process);
/* Category of the events on a device's line: its ops are kernels; modules, steps and scopes repeat
 * their time, and on a GPU so does "XLA Ops", which is derived from the streams. */
const char *xla_line_cat(struct slice line, struct slice process);
/* Category of an event on a line of kernels: kernel, gpu_memcpy or gpu_memset. hlo_category: .n 0
 * unknown. */
const char *xla_op_cat(struct slice name, struct slice hlo_category);
/* all-reduce-start.3 -> "start", -done -> "done", else NULL. */
const char *xla_async_half(struct slice name);
#endif
