/* foreign: what an input is that no dialect reads, and what the user can do about it. */
#ifndef FOREIGN_H
#define FOREIGN_H
#include "base/buf.h"

/* Decides by the file's first bytes, uncompressed (64 KiB at most), and its name. Returns a text
 * for a message, or NULL if the table does not know it. JSON is recognised by its members alone:
 * call this only if it has no trace events. */
const char *foreign_is(struct slice start, const char *name);
/* Is there no trace event, one with a phase, among these first bytes? */
int foreign_no_events(struct slice start);
#endif
