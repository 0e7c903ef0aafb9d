/* dialect: what a reader of one format declares: one file in dialect/, one row in
 * dialect/dialects.c. */
#ifndef DIALECT_H
#define DIALECT_H
#include "json/ev.h"

struct trace;

struct dialect {
	const char *name;
	/* Do the first bytes of the file, uncompressed (64 KiB at most), show this format? NULL:
	 * never. */
	int (*is)(struct slice start);
	/* For a format of its own: reads all of it, t->tef.b being at its start, and returns the
	 * status. NULL: Trace Event JSON, and the members below apply. */
	int (*read)(struct trace *t);
	/* Does a top-level member before the events show this dialect? NULL: never. */
	int (*head)(struct slice key, struct slice val);
	/* If no member did: do the first events (64 KiB at most) show it? NULL: never. */
	int (*looks)(struct slice events);
	/* Could an event with this "cat" have category `cat` in the records? */
	int (*may_be)(struct slice raw_cat, const char *cat);
	/* Sets v->o_cat, o_pid and o_tid. Returns 0 where the event is for the dialect alone. */
	int (*event)(struct trace *t, struct ev *v);
	/* Called after the last event: returns the status. NULL: nothing to do. */
	int (*end)(struct trace *t);
	int foreign;    /* another program's format: header, classification, account; 0: our own
	                 * JSON */
	int late_facts; /* rank or base may come after the events */
	int rows;       /* rows of tables: times in ns, several lists one after another */
};
#endif
