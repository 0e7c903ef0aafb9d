#include "dialect/sqlite.h"

#include "base/mem.h"
#include "base/num.h"

#include <dlfcn.h>
#include <float.h>
#include <pthread.h>
#include <stdlib.h>

/* The few functions that are needed for reading, looked up at run time, so that building needs
 * nothing of SQLite's. Names and numbers are those of its header sqlite3.h, which never change
 * (https://sqlite.org/capi3ref.html). */
enum { OK = 0, ROW = 100, DONE = 101 };
enum { OPEN_READONLY = 1, OPEN_NOMUTEX = 0x8000 };
enum { CONFIG_MEMSTATUS = 9, DB_DEFENSIVE = 1010, DB_TRUSTED_SCHEMA = 1017, LIMIT_LENGTH = 0 };
enum { TYPE_INTEGER = 1, TYPE_FLOAT = 2, TYPE_TEXT = 3, TYPE_BLOB = 4 };
enum { MOST_BYTES = 1 << 26 }; /* of one value */

static struct {
	int (*config)(int, ...);
	int (*threadsafe)(void);
	int (*open_v2)(const char *, void **, int, const char *);
	int (*close_v2)(void *);
	int (*db_config)(void *, int, ...);
	int (*limit)(void *, int, int);
	const char *(*errmsg)(void *);
	int (*prepare_v2)(void *, const char *, int, void **, const char **);
	int (*step)(void *);
	int (*reset)(void *);
	int (*finalize)(void *);
	int (*bind_int64)(void *, int, int64_t);
	int (*column_count)(void *);
	const char *(*column_name)(void *, int);
	void *(*column_value)(void *, int);
	int (*value_type)(void *);
	int64_t (*value_int64)(void *);
	double (*value_double)(void *);
	const void *(*value_blob)(void *);
	const unsigned char *(*value_text)(void *);
	int (*value_bytes)(void *);
	char *(*snprintf)(int, char *, const char *, ...);
	void *(*backup_init)(void *, const char *, void *, const char *);
	int (*backup_step)(void *, int);
	int (*backup_finish)(void *);
} lib;

static int found;

static void find_all(void)
{
	static const struct {
		const char *name;
		void *to;
	} all[] = {
		{ "config", &lib.config },
		{ "threadsafe", &lib.threadsafe },
		{ "open_v2", &lib.open_v2 },
		{ "close_v2", &lib.close_v2 },
		{ "db_config", &lib.db_config },
		{ "limit", &lib.limit },
		{ "errmsg", &lib.errmsg },
		{ "prepare_v2", &lib.prepare_v2 },
		{ "step", &lib.step },
		{ "reset", &lib.reset },
		{ "finalize", &lib.finalize },
		{ "bind_int64", &lib.bind_int64 },
		{ "column_count", &lib.column_count },
		{ "backup_init", &lib.backup_init },
		{ "backup_step", &lib.backup_step },
		{ "backup_finish", &lib.backup_finish },
		{ "column_name", &lib.column_name },
		{ "column_value", &lib.column_value },
		{ "value_type", &lib.value_type },
		{ "value_int64", &lib.value_int64 },
		{ "value_double", &lib.value_double },
		{ "value_blob", &lib.value_blob },
		{ "value_text", &lib.value_text },
		{ "value_bytes", &lib.value_bytes },
		{ "snprintf", &lib.snprintf },
	};
	const char *path = getenv("TR_SQLITE"); /* a library's file; "shell": none */
	void *so;

	if (!path || !*path)
		path = "libsqlite3.so.0";
	if (strcmp(path, "shell") == 0 || !(so = dlopen(path, RTLD_NOW | RTLD_LOCAL)))
		return;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char name[40] = "sqlite3_";
		void *p = dlsym(so, strcat(name, all[i].name));

		if (!p)
			return;
		memcpy(all[i].to, &p, sizeof p);
	}
	if (!lib.threadsafe())
		return;
	lib.config(CONFIG_MEMSTATUS, 0); /* saves a lock for each allocation */
	found = 1;
}

struct sqlite {
	char *path;
	void *db; /* NULL: the shell */
};
struct sql_query {
	struct sqlite *db;
	void *stmt;
	int fresh;
	struct sql_row row;
	char digits[SQL_COLUMNS][40];
};

static void failed(struct sqlite *db, struct buf *why)
{
	sqlite_failed(why, 0, db->db ? lib.errmsg(db->db) : "out of memory");
}

/* Neither an option nor a URI, whatever the file's name. */
static char *plain_path(const char *path)
{
	struct buf b = { 0 };

	if (path[0] != '/')
		buf_str(&b, "./");
	buf_add(&b, path, strlen(path) + 1);
	return b.p;
}

/* Opens with the library. Returns 0 if it is too old for untrusted schemas. */
static int open_by_library(struct sqlite *db, struct buf *why)
{
	int set = 0;

	if (lib.open_v2(db->path, &db->db, OPEN_READONLY | OPEN_NOMUTEX, NULL) != OK) {
		failed(db, why);
		return 1;
	}
	lib.limit(db->db, LIMIT_LENGTH, MOST_BYTES);
	if (lib.db_config(db->db, DB_DEFENSIVE, 1, &set) == OK && set == 1 &&
	    lib.db_config(db->db, DB_TRUSTED_SCHEMA, 0, &set) == OK && set == 0)
		return 1;
	lib.close_v2(db->db);
	db->db = NULL;
	return 0;
}

struct sqlite *sqlite_open(const char *path, struct buf *why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct sqlite *db = mem_resize(NULL, 1, sizeof *db);

	pthread_once(&once, find_all);
	*db = (struct sqlite){ .path = plain_path(path) };
	why->n = 0;
	if (found)
		open_by_library(db, why);
	if (!why->n)
		return db;
	sqlite_close(db);
	return NULL;
}

void sqlite_close(struct sqlite *db)
{
	if (db->db)
		lib.close_v2(db->db);
	free(db->path);
	free(db);
}

int sqlite_is_shell(const struct sqlite *db)
{
	return db->db == NULL;
}

static struct sql_query *prepare(struct sqlite *db, const char *sql, const char **rest,
                                 struct buf *why)
{
	struct sql_query *q = mem_resize(NULL, 1, sizeof *q);
	const char *tail;

	*q = (struct sql_query){ .db = db, .fresh = 1 };
	if (lib.prepare_v2(db->db, sql, -1, &q->stmt, &tail) != OK) {
		failed(db, why);
		free(q);
		return NULL;
	}
	if (rest)
		*rest = tail;
	q->row.n = q->stmt ? lib.column_count(q->stmt) : 0;
	if (q->row.n > SQL_COLUMNS)
		q->row.n = SQL_COLUMNS;
	for (int i = 0; i < q->row.n; i++)
		q->row.name[i] = slice_of(lib.column_name(q->stmt, i));
	return q;
}

struct sql_query *sqlite_prepare(struct sqlite *db, const char *sql, struct buf *why)
{
	why->n = 0;
	return prepare(db, sql, NULL, why);
}

void sqlite_finish(struct sql_query *q)
{
	lib.finalize(q->stmt);
	free(q);
}

static void take_cell(struct sql_query *q, int i)
{
	void *v = lib.column_value(q->stmt, i);
	struct sql_cell *c = &q->row.cell[i];
	double d;

	switch (lib.value_type(v)) {
	case TYPE_INTEGER:
		c->kind = SQL_INT;
		c->i = lib.value_int64(v);
		break;
	case TYPE_TEXT: /* like the shell: what follows a NUL is not text */
		c->kind = SQL_TEXT;
		c->s.p = (const char *)lib.value_text(v);
		c->s.n = c->s.p ? strlen(c->s.p) : 0;
		break;
	case TYPE_BLOB:
		c->kind = SQL_TEXT;
		c->s.p = lib.value_blob(v);
		c->s.n = c->s.p ? (size_t)lib.value_bytes(v) : 0;
		break;
	case TYPE_FLOAT: /* spelled like the shell does */
		c->kind = SQL_NUMBER;
		d = lib.value_double(v);
		lib.snprintf(sizeof q->digits[i], q->digits[i],
		             d > DBL_MAX ? "1e999" : d < -DBL_MAX ? "-1e999" : "%!.20g", d);
		c->s = slice_of(q->digits[i]);
		break;
	default:
		c->kind = SQL_NULL;
	}
}

static int step_all(struct sql_query *q, sql_each *each, void *arg, struct buf *why)
{
	int rc;

	while ((rc = lib.step(q->stmt)) == ROW) {
		q->row.same = !q->fresh;
		q->fresh = 0;
		for (int i = 0; i < q->row.n; i++)
			take_cell(q, i);
		if (each)
			each(arg, &q->row);
	}
	if (rc != DONE)
		failed(q->db, why);
	lib.reset(q->stmt);
	return rc == DONE ? 0 : -1;
}

int sqlite_rows(struct sql_query *q, int64_t from, int64_t to, sql_each *each, void *arg,
                struct buf *why)
{
	lib.bind_int64(q->stmt, 1, from); /* if it has no ?1, nothing happens */
	lib.bind_int64(q->stmt, 2, to);
	q->fresh = 1;
	why->n = 0;
	return step_all(q, each, arg, why);
}

int sqlite_run(struct sqlite *db, const char *sql, sql_each *each, void *arg, struct buf *why)
{
	why->n = 0;
	if (!db->db)
		return sqlite_shell_run(db->path, sql, each, arg, why);
	while (*sql) {
		const char *rest = strstr(sql, ";\n");
		struct sql_query *q;

		rest = rest ? rest + 2 : sql + strlen(sql); /* if it cannot be prepared */
		q = prepare(db, sql, &rest, why);
		if (q && q->stmt)
			step_all(q, each, arg, why);
		if (q)
			sqlite_finish(q);
		sql = rest;
	}
	return why->n ? -1 : 0;
}

struct sqlite *sqlite_again(struct sqlite *db, struct buf *why)
{
	struct sqlite *d = sqlite_open(db->path, why);
	void *copy;

	if (!d)
		return NULL;
	copy = d->db ? lib.backup_init(d->db, "temp", db->db, "temp") : NULL;
	if (copy && lib.backup_step(copy, -1) == DONE && lib.backup_finish(copy) == OK)
		return d;
	failed(d, why);
	sqlite_close(d);
	return NULL;
}

int sqlite_is_trouble(struct slice why)
{
	static const char *const machine[] = {
		"out of memory",           "disk I/O error", "disk is full", "is locked",
		"unable to open database", "unknown option", "sqlite3: "
	};

	for (size_t i = 0; i < sizeof machine / sizeof *machine; i++)
		if (slice_has(why, machine[i]))
			return 1;
	return 0;
}
