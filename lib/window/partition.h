/* partition: divides the time of each device among classes: an instant belongs to the first class
 * that has an open span. If none is open, the next event decides: launched after the gap began
 * (host), before it (queued), or not known (idle).
 *
 *   compute     ====      ==
 *   copy          =====
 *   partition   |compute|copy|host|compute|
 *
 * Memory: 8 bytes per class, device and window; the spans are sorted on disk. */
#ifndef PARTITION_H
#define PARTITION_H
#include "base/sorter.h"
#include "expr/expr.h"
#include "window/assign.h"

enum { PARTITION_CLASSES = 12, PARTITION_GAPS = 3 };

struct partition {
	struct assign *a; /* its windows; they are used when everything is written */
	struct expr *expr[PARTITION_CLASSES];
	const char *name[PARTITION_CLASSES];
	int n;
	struct intern devices; /* "rank\tpid" */
	struct partition_device *dev;
	size_t cap_dev;
	struct sorter *spans;
	struct buf line;
	struct intern taken; /* names of the classes */
};

/* "NAME=EXPR"; ends with a message if it is not. */
void partition_class(struct partition *p, char *text);
/* A span of work. */
void partition_add(struct partition *p, const struct rec *r);
/* Writes a record for each device and window, and one for the time outside of the windows. */
void partition_write(struct partition *p);
#endif
