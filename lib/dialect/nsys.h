/* nsys: exports of Nsight Systems, whose tables SQL turns into rows. The parts: nsys_sink.c makes
 * a record of a row, nsys_sql.c chooses the SQL for the tables that exist, nsys_db.c reads a
 * database. */
#ifndef NSYS_H
#define NSYS_H
#include "dialect/sqlite.h"
#include "trace/trace.h"

enum { NSYS_NAMES = 4096, NSYS_LISTS = 8 };

/* Writes rows as records. The columns ph, cat, ts, dur (ns), pid, tid, name and rank are an
 * event's; "message bytes" is the size of a communication kernel's message. The others are tags,
 * absent if NULL: a column "/ KEY" and the one after it give a quotient with six decimals,
 * "KEY[0]", "KEY[1]"... one list. */
struct nsys_sink {
	const struct trace *t;
	struct account *acc;
	struct buf out;     /* records; the caller empties it */
	struct slice rank;  /* for a row without a rank; record text */
	uint64_t row;       /* number of the row, for the account */
	/* The shape of the rows. */
	int n;
	struct nsys_column {
		int role;
		struct buf name, key; /* as it is spelled; "\tkey=" */
	} col[SQL_COLUMNS];
	int at[9];
	struct nsys_name { /* names repeat: their text and classification are kept */
		struct buf raw, cat, text, tags;
		int span;
	} *names;
};

void nsys_sink_open(struct nsys_sink *w, const struct trace *t, struct account *acc,
                    struct slice rank);
void nsys_sink_close(struct nsys_sink *w);
void nsys_put(struct nsys_sink *w, const struct sql_row *row);

/* What the database has: tables and "TABLE:COLUMN". */
struct nsys_schema {
	char **have;
	size_t n, cap;
	char *
	    *version; /* by table of nsys_sql: the name that it has here, NULL: its own or none */
	int keyed;      /* StringIds.id is the key */
};
void nsys_schema_add(struct nsys_schema *s, struct slice table, struct slice column);
void nsys_schema_settle(
    struct nsys_schema *s); /* once all tables were added: decides which versions are read */
void nsys_schema_free(struct nsys_schema *s);
int nsys_has(const struct nsys_schema *s, const char *what);

/* The tables that there is SQL for; NULL at the end. */
const char *nsys_table(int i);
/* Is table i there, in a known version? */
int nsys_reads(const struct nsys_schema *s, int i);
/* The name that it has in the database. */
const char *nsys_name_of(const struct nsys_schema *s, int i);
/* Appends the SQL of table i, -1 the beginning of the script, -2 the facts; parts: for a range of
 * rows only. */
void nsys_sql(const struct nsys_schema *s, int i, int parts, struct buf *b);
/* What happens to a table of this name. *own: how it, or the table that it is a version of, is
 * spelled here. */
enum nsys_fate { NSYS_READ, NSYS_COUNTED, NSYS_UNKNOWN, NSYS_OTHER_VERSION };
enum nsys_fate nsys_fate(const struct nsys_schema *s, struct slice name, const char **own);

/* nsys_db.c: reads all of a database. */
int nsys_db(struct trace *t);
#endif
