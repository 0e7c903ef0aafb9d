/* dialect: what a reader of one format tells about itself: one file of dialect/, one row in
 * dialect/dialects.c. */
#ifndef DIALECT_H
#define DIALECT_H
#include "json/ev.h"

struct trace;

struct dialect {
	const char *name;
	/* Do the first bytes of the file, unpacked (64 KiB at most), give it away? NULL: never. */
	int (*is)(struct slice start);
	/* A format of its own: reads it all, t->tef.b being at its start. Returns the status,
	 * NULL: it is Trace Event JSON, and what follows is said of it. */
	int (*read)(struct trace *t);
	/* Does a top-level member before the events tell this dialect? NULL: never. */
	int (*head)(struct slice key, struct slice val);
	/* Do the first events (64 KiB at most) give it away, where no head did? NULL: never. */
	int (*looks)(struct slice events);
	/* Could an event with this "cat" have category `cat` in the records? */
	int (*may_be)(struct slice raw_cat, const char *cat);
	/* Sets v->o_cat, o_pid and o_tid. Returns 0 where the event is for the dialect alone. */
	int (*event)(struct trace *t, struct ev *v);
	/* Behind the last event: returns the status. NULL: nothing to say. */
	int (*end)(struct trace *t);
	int foreign;    /* somebody else's: header, classification, account; 0: our own JSON */
	int late_facts; /* rank or base may stand behind the events */
	int rows;       /* rows of tables: times in ns, several lists one behind another */
};
#endif
