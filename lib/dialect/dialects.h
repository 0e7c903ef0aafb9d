/* dialects: the table of all dialects. */
#ifndef DIALECTS_H
#define DIALECTS_H
#include "trace/dialect.h"

/* NULL at the end. A file belongs to the first dialect that recognises its first bytes or, for
 * JSON, a member before the events; the last one recognises none, and reads any trace events. */
extern const struct dialect *const dialects[];
const struct dialect *dialects_find(const char *name); /* NULL: there is none of this name */
#endif
