/* foreign: what an input is that no dialect reads, and what would help. */
#ifndef FOREIGN_H
#define FOREIGN_H
#include "base/buf.h"

/* By its first bytes, unpacked (64 KiB at most), and its name; a text for a message, or NULL where
 * the table does not know it. Of JSON only the members tell: ask where it has no trace events. */
const char *foreign_is(struct slice start, const char *name);
/* Is there no trace event, one with a phase, among these first bytes? */
int foreign_no_events(struct slice start);
#endif
