/* nsys_export: a database being read, between nsys_db.c and nsys_rows.c. */
#ifndef NSYS_EXPORT_H
#define NSYS_EXPORT_H
#include "dialect/nsys.h"

enum { NSYS_BEGIN = -1, NSYS_FACTS = -2 }; /* of nsys_sql */

struct nsys_export {
	struct trace *t;
	struct sqlite *db;
	struct nsys_schema schema;
	int n_tables, n_ranks, status;
	int unknown_kernels; /* their table has an unknown version */
	struct buf devices, unread, why; /* a line for each device; "\tNAME=COUNT" */
	char *told; /* by table: its damage was reported */
};

/* Reports what failed; table NULL: no single one. Several lines are several failures. */
void nsys_say(struct nsys_export *x, const char *table, const struct buf *why);
/* All tables' rows as records. */
void nsys_rows(struct nsys_export *x);
/* The complete script, and for each table the line at which it begins. */
void nsys_script(const struct nsys_export *x, struct buf *sql, int *line);
#endif
