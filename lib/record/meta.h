/* meta: names of processes and threads as lines of description, which pass every filter:
 * ##meta NAME<TAB>RANK<TAB>PID<TAB>TID<TAB>TEXT. */
#ifndef META_H
#define META_H
#include "base/buf.h"

struct meta_line {
	struct slice name, rank, pid, tid, text; /* as in a record's columns */
};

/* The arg of a metadata event that holds its text: "name" of process_name, thread_name, "labels",
 * "sort_index"; NULL for other events. */
const char *meta_arg(struct slice event);
/* Appends the line, with its line end. */
void meta_put(struct buf *b, const struct meta_line *m);
/* Parses a description line. Returns 0 if it is not one of these. */
int meta_parse(struct slice line, struct meta_line *m);
#endif
