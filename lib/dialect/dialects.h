/* dialects: the table of all dialects. */
#ifndef DIALECTS_H
#define DIALECTS_H
#include "trace/dialect.h"

/* NULL at the end. A file is that of the first dialect that knows its first bytes, else, in JSON,
 * of the first that knows a member in front of the events; the last knows none, and reads any
 * trace events. */
extern const struct dialect *const dialects[];
const struct dialect *dialects_find(const char *name); /* NULL: there is none of this name */
#endif
