/* sqlite: rows of an SQLite database, by SQL: through libsqlite3 if the machine has it, else
 * through the sqlite3 shell. The file is opened for reading only, and its schema is not
 * trusted. */
#ifndef SQLITE_H
#define SQLITE_H
#include "base/buf.h"

#include <stdint.h>

enum sql_kind { SQL_NULL, SQL_INT, SQL_NUMBER, SQL_TEXT };
enum { SQL_COLUMNS = 64 };

struct sql_cell {
	enum sql_kind kind;
	int64_t i;      /* of SQL_INT */
	struct slice s; /* of SQL_NUMBER its digits, of SQL_TEXT its bytes */
};
struct sql_row { /* slices are good until the next row */
	int n, same; /* same: the same names as in the previous row */
	struct slice name[SQL_COLUMNS];
	struct sql_cell cell[SQL_COLUMNS];
};
typedef void sql_each(void *arg, const struct sql_row *row);

struct sqlite;
struct sql_query;

/* NULL after why was set. why, here and below: lines of what is wrong, "LINE:text": the line of
 * the script where the statement begins (0: unknown), and SQLite's message. */
struct sqlite *sqlite_open(const char *path, struct buf *why);
void sqlite_close(struct sqlite *db);
/* Is it the shell? Then only sqlite_run is available, and each call starts it again. */
int sqlite_is_shell(const struct sqlite *db);
/* All statements of the script, one after another; `each` may be NULL. A statement that
 * fails does not stop the others. Returns -1 if one failed. */
int sqlite_run(struct sqlite *db, const char *sql, sql_each *each, void *arg, struct buf *why);

/* With the library only. One statement, to be run several times; NULL after why was set. */
struct sql_query *sqlite_prepare(struct sqlite *db, const char *sql, struct buf *why);
/* Its rows, with ?1 and ?2 set to these. Returns -1 if it failed on the way. */
int sqlite_rows(struct sql_query *q, int64_t from, int64_t to, sql_each *each, void *arg,
                struct buf *why);
void sqlite_finish(struct sql_query *q);
/* A second connection to the same file, with a copy of the first one's temporary tables. */
struct sqlite *sqlite_again(struct sqlite *db, struct buf *why);

/* Was the failure the machine's (no memory, disk full, I/O), not the file's? */
int sqlite_is_trouble(struct slice why);
/* A row that the shell wrote as JSON: [p, e) is an object. Returns 0 if it is malformed. */
int sqlite_json_row(struct sql_row *row, struct buf *text, const char *p, const char *e);
/* A JSON value as a cell; text bytes go to *text, which must have room for raw.n more. */
struct sql_cell sqlite_json_cell(struct slice raw, struct buf *text);

/* sqlite_shell.c */
void sqlite_failed(struct buf *why, int line, const char *text); /* adds a line to why */
int sqlite_shell_run(const char *path, const char *sql, sql_each *each, void *arg,
                     struct buf *why);
#endif
