/* nsys_db: a database that Nsight Systems exported: its facts; nsys_rows.c then reads its
 * tables. */
#include "base/escape.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"
#include "dialect/nsys_export.h"
#include "trace/emit.h"

#include <stdlib.h>

static struct slice named(const struct sql_row *row, const char *name)
{
	for (int i = 0; i < row->n; i++)
		if (slice_is(row->name[i], name) && row->cell[i].kind == SQL_TEXT)
			return row->cell[i].s;
	return (struct slice){ NULL, 0 };
}

static const char schema_sql[] =
    "SELECT name AS 'table', NULL AS 'column' FROM sqlite_master"
    " WHERE type = 'table' AND rootpage > 0;\n"
    "SELECT m.name AS 'table', p.name AS 'column', CASE WHEN p.pk THEN 'key' END AS pk"
    " FROM sqlite_master m, pragma_table_info(m.name) p"
    " WHERE m.type = 'table' AND m.rootpage > 0;\n";

static void on_schema(void *arg, const struct sql_row *row)
{
	struct nsys_export *x = arg;
	struct slice table = named(row, "table"), column = named(row, "column");

	if (!table.p)
		return;
	nsys_schema_add(&x->schema, table, column);
	if (slice_is(table, "StringIds") && column.p && slice_is(column, "id") &&
	    named(row, "pk").p)
		x->schema.keyed = 1;
}

/* "\tKEY=VALUE" of a fact. */
static void fact_tag(struct buf *b, struct slice key, const struct sql_cell *c)
{
	if (c->kind == SQL_NULL)
		return;
	buf_ch(b, '\t');
	buf_put(b, key);
	buf_ch(b, '=');
	if (c->kind == SQL_INT)
		num_put(b, c->i);
	else if (slice_is(c->s, "."))
		buf_str(b, "\\x2e");
	else
		escape_put(b, c->s);
}

static void take_base(struct trace *t, const struct sql_cell *c)
{
	int64_t ns = c->i;

	if (c->kind == SQL_NULL)
		return;
	if (c->kind != SQL_INT && num_i64(c->s, &ns)) {
		if (!t->probing)
			account_lost(&t->tef.acc, "bad_base", 0);
		msg_data("%s: TARGET_INFO_SESSION_START_TIME.utcEpochNs is not an integer",
		         t->file);
		return;
	}
	t->has_base = 1;
	t->base_ns = ns;
}

/* Rows of facts.sql: the name of the first column says what a row is. */
static void on_fact(void *arg, const struct sql_row *row)
{
	struct nsys_export *x = arg;
	const struct sql_cell *c = row->cell;
	int64_t rank;

	if (slice_is(row->name[0], "base")) {
		take_base(x->t, c);
	} else if (slice_is(row->name[0], "rank")) {
		x->t->rank.n = 0;
		if (x->n_ranks++ == 0 &&
		    (c->kind == SQL_INT ? (rank = c->i, 1)
		                        : c->kind == SQL_TEXT && num_i64(c->s, &rank) == 0) &&
		    rank >= 0)
			num_put(&x->t->rank, rank);
		x->t->own_rank = x->t->rank.n > 0;
	} else if (slice_is(row->name[0], "graphs") && c->kind == SQL_INT && c->i > 0) {
		if (!x->t->probing)
			msg_note("%s: %lld graphs were recorded without their kernels"
			         " (--cuda-graph-trace=node records them)",
			         x->t->file, (long long)c->i);
	} else if (slice_is(row->name[0], "unread") && row->n > 1 &&
	           row->cell[1].kind == SQL_INT) {
		if (row->cell[1].i > 0)
			fact_tag(&x->unread, c->s, &row->cell[1]);
	} else if (slice_is(row->name[0], "id")) {
		for (int i = 0; i < row->n; i++)
			fact_tag(&x->devices, row->name[i], &c[i]);
		buf_ch(&x->devices, '\n');
	}
}

/* Appends a name as a tag's key. */
static void put_key(struct buf *b, struct slice name)
{
	struct buf text = { 0 };

	escape_put(&text, name);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '=')
			buf_str(b, "\\x3d");
		else
			buf_ch(b, text.p[i] == ' ' ? '_' : text.p[i]);
	free(text.p);
}

/* Tables that are not read: known ones are counted, others are named. */
static void look_at_tables(struct nsys_export *x, struct buf *count)
{
	for (size_t k = 0; k < x->schema.n; k++) {
		struct slice name = slice_of(x->schema.have[k]);
		const char *own = NULL;
		struct buf text = { 0 };
		enum nsys_fate fate =
		    memchr(name.p, ':', name.n) ? NSYS_READ : nsys_fate(&x->schema, name, &own);

		if (fate == NSYS_COUNTED) {
			buf_str(count, "SELECT '");
			buf_str(count, own);
			buf_str(count, "' AS unread, count(*) AS n FROM ");
			buf_str(count, own);
			buf_str(count, ";\n");
		} else if (fate != NSYS_READ) {
			buf_ch(&x->unread, '\t');
			put_key(&x->unread, name);
			buf_str(&x->unread, "=.");
		}
		if (fate == NSYS_OTHER_VERSION && !x->t->probing) {
			escape_put(&text, name);
			msg_note(
			    "%s: %.*s: an unknown version of this table (known: %s, _V2, _V3): not read",
			    x->t->file, (int)text.n, text.p, own);
			x->status = msg_worse(x->status, ST_DATA);
			account_lost(&x->t->tef.acc, "unknown_table_version", 0);
			if (strcmp(own, "CUPTI_ACTIVITY_KIND_KERNEL") == 0)
				x->unknown_kernels = 1;
		}
		free(text.p);
	}
}

/* Reads the facts of the database. Returns 0 if it is not an export. */
static int look(struct nsys_export *x)
{
	struct trace *t = x->t;
	struct buf sql = { 0 };

	if (sqlite_run(x->db, schema_sql, on_schema, x, &x->why))
		nsys_say(x, NULL, &x->why);
	if (x->status && !x->schema.n) {
		account_lost(&t->tef.acc, "no_events", 0);
		return 0;
	}
	nsys_schema_settle(&x->schema);
	if (!nsys_has(&x->schema, "META_DATA_EXPORT") &&
	    !nsys_has(&x->schema, "EXPORT_META_DATA") &&
	    !nsys_has(&x->schema, "TARGET_INFO_SESSION_START_TIME")) {
		trace_refuse(t, 0, "%s: not an export of Nsight Systems",
		             x->schema.n ? "neither META_DATA_EXPORT nor EXPORT_META_DATA"
		                         : "no tables");
		x->status = msg_worse(x->status, ST_DATA);
		return 0;
	}
	look_at_tables(x, &sql);
	nsys_sql(&x->schema, NSYS_FACTS, 0, &sql);
	buf_ch(&sql, 0);
	if (sqlite_run(x->db, sql.p, on_fact, x, &x->why))
		nsys_say(x, NULL, &x->why);
	if (!t->probing && !x->unknown_kernels &&
	    !nsys_has(&x->schema, "CUPTI_ACTIVITY_KIND_KERNEL")) {
		msg_note("%s: no table CUPTI_ACTIVITY_KIND_KERNEL: no kernel was recorded",
		         t->file);
		x->status = msg_worse(x->status, ST_DATA);
	}
	free(sql.p);
	return 1;
}

/* A record of category trace: "\tKEY=VALUE..." of a fact. */
static void put_fact(struct trace *t, const char *name, struct slice tags)
{
	struct slice none = slice_of(".");

	emit_open(t, 'M', NULL, NULL, none, none, "trace", slice_of(name));
	buf_put(&t->line, tags);
	emit_close(t);
}

static void put_facts(struct nsys_export *x)
{
	struct trace *t = x->t;
	struct buf b = { 0 };

	if (x->unread.n) {
		for (size_t i = 1; i < x->unread.n; i++) /* "NAME:COUNT, NAME:." */
			if (x->unread.p[i] == '\t')
				buf_str(&b, ", ");
			else
				buf_ch(&b, x->unread.p[i] == '=' ? ':' : x->unread.p[i]);
		msg_note("%s: not read: %.*s", t->file, (int)b.n, b.p);
	}
	if (!trace_wants(t, slice_of("trace"))) {
		free(b.p);
		return;
	}
	b.n = 0;
	buf_str(&b, "\tvalue=");
	escape_put(&b, slice_of(trace_base_name(t->file)));
	put_fact(t, "nsysExport", buf_slice(&b));
	if (t->has_base) {
		b.n = 0;
		buf_str(&b, "\tvalue=");
		num_put(&b, t->base_ns);
		put_fact(t, "baseTimeNanoseconds", buf_slice(&b));
	}
	if (t->own_rank) {
		b.n = 0;
		buf_str(&b, "\trank=");
		buf_put(&b, buf_slice(&t->rank));
		put_fact(t, "distributedInfo", buf_slice(&b));
	}
	for (const char *p = buf_slice(&x->devices).p, *e = p + x->devices.n; p < e;) {
		const char *end = memchr(p, '\n', (size_t)(e - p));

		put_fact(t, "deviceProperties", (struct slice){ p, (size_t)(end - p) });
		p = end + 1;
	}
	if (x->unread.n)
		put_fact(t, "nsysUnread", buf_slice(&x->unread));
	free(b.p);
}

static void show(struct nsys_export *x)
{
	int line[64];
	struct buf sql = { 0 };

	nsys_script(x, &sql, line);
	out_add(sql.p, sql.n - 1);
	free(sql.p);
}

static void read_export(struct nsys_export *x)
{
	if (!look(x))
		return;
	if (x->t->o->show_sql) {
		show(x);
		return;
	}
	if (!trace_begin(x->t))
		return;
	put_facts(x);
	nsys_rows(x);
}

int nsys_db(struct trace *t)
{
	struct nsys_export x = { .t = t };

	if (t->is_stdin || !in_seek(t->tef.b.in, 0))
		return trace_refuse(t, 0, "an SQLite database that is not a plain file:"
		                          " write it to one (tr-decompress), and name that");
	while (nsys_table(x.n_tables))
		x.n_tables++;
	x.told = mem_resize(NULL, (size_t)x.n_tables, 1);
	memset(x.told, 0, (size_t)x.n_tables);
	x.db = sqlite_open(t->path, &x.why);
	if (x.db) {
		read_export(&x);
		sqlite_close(x.db);
	} else {
		nsys_say(&x, NULL, &x.why);
		account_lost(&t->tef.acc, "no_events", 0);
	}
	nsys_schema_free(&x.schema);
	free(x.told);
	free(x.devices.p);
	free(x.unread.p);
	free(x.why.p);
	return x.status;
}
