/* nsys_rows: the tables of an export, each in the order of its rows. With the library, several
 * threads read ranges of rows and write in turn; the shell reads everything with one script. */
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"
#include "dialect/nsys_export.h"
#include "trace/emit.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { PART_ROWS = 1 << 14, MOST_PARTS = 1 << 16, MOST_THREADS = 4, FLUSH_AT = 1 << 22 };

void nsys_say(struct nsys_export *x, const char *table, const struct buf *why)
{
	const char *p = buf_slice(why).p, *e = p + why->n;
	struct slice last = { "", 0 };

	while (p < e) {
		const char *end = memchr(p, '\n', (size_t)(e - p)),
			   *text = memchr(p, ':', (size_t)(e - p));
		struct slice s = { text + 1, (size_t)(end - text - 1) };
		int status = sqlite_is_trouble(s) ? ST_TROUBLE : ST_DATA;

		if (!slice_eq(s, last))
			msg_note("%s: %s%s%.*s", x->t->file, table ? table : "", table ? ": " : "",
			         (int)s.n, s.p);
		last = s;
		x->status = msg_worse(x->status, status);
		p = end + 1;
	}
}

struct part {
	int table;
	int64_t from, to; /* rowids */
};
struct job { /* what is to be read, and whose turn it is to write */
	struct part *part;
	size_t n, cap, next, turn;
	pthread_mutex_t lock;
	pthread_cond_t turns;
};
struct worker {
	struct nsys_export *x;
	struct job *job;
	struct sqlite *db;
	struct sql_query **query; /* of each table */
	struct nsys_sink sink;
	struct account acc;
	size_t mine;
};

/* Adds one cause of a part, whose rows are counted from 0, to the account of all. */
static void merge(struct account *to, const struct account *from, uint64_t base)
{
	for (int i = 0; i < from->n; i++) {
		int k = 0;

		if (from->row[i].lost)
			account_lost(to, from->row[i].cause, base + from->row[i].first);
		else
			account_mended(to, from->row[i].cause, base + from->row[i].first);
		while (k < to->n && strcmp(to->row[k].cause, from->row[i].cause) != 0)
			k++;
		if (k < to->n)
			to->row[k].count += from->row[i].count - 1;
	}
}

/* Writes the records, and counts those of devices. */
static void flush(struct trace *t, struct nsys_sink *w)
{
	const char *p = w->out.p, *e = p ? p + w->out.n : p, *q;

	for (; p < e; p = q + 1) {
		q = memchr(p, '\n', (size_t)(e - p));
		emit_count(t, (struct slice){ p, (size_t)(q - p) });
	}
	out_slice(buf_slice(&w->out));
	w->out.n = 0;
}

static void damaged(struct nsys_export *x, int table, const struct buf *why)
{
	account_lost(&x->t->tef.acc, "damaged_table", 0); /* the shell does not report where */
	if (!x->told[table])
		nsys_say(x, nsys_name_of(&x->schema, table), why);
	x->told[table] = 1;
}

/* Until it is the part's turn to write. */
static void wait_for_turn(struct worker *w)
{
	pthread_mutex_lock(&w->job->lock);
	while (w->job->turn != w->mine)
		pthread_cond_wait(&w->job->turns, &w->job->lock);
	pthread_mutex_unlock(&w->job->lock);
}

static void on_row(void *arg, const struct sql_row *row)
{
	struct worker *w = arg;

	nsys_put(&w->sink, row);
	w->sink.row++;
	if (w->sink.out.n >= FLUSH_AT) {
		wait_for_turn(w);
		flush(w->x->t, &w->sink);
	}
}

/* The next part that no thread has taken; 0 if there is none. */
static int take(struct worker *w)
{
	struct job *j = w->job;

	pthread_mutex_lock(&j->lock);
	w->mine = j->next;
	if (j->next < j->n)
		j->next++;
	pthread_mutex_unlock(&j->lock);
	return w->mine < j->n;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct nsys_export *x = w->x;
	struct job *j = w->job;
	struct buf why = { 0 }, sql = { 0 };

	while (take(w)) {
		const struct part *p = &j->part[w->mine];
		struct sql_query **q = &w->query[p->table];

		w->acc = (struct account){ 0 };
		w->sink.row = 0;
		why.n = sql.n = 0;
		if (!*q) {
			nsys_sql(&x->schema, p->table, x->schema.keyed, &sql);
			buf_ch(&sql, 0);
			*q = sqlite_prepare(w->db, sql.p, &why);
		}
		if (*q)
			sqlite_rows(*q, p->from, p->to, on_row, w, &why);
		wait_for_turn(w);
		flush(x->t, &w->sink);
		merge(&x->t->tef.acc, &w->acc, x->t->tef.events);
		x->t->tef.events += w->sink.row;
		if (why.n)
			damaged(x, p->table, &why);
		pthread_mutex_lock(&j->lock);
		j->turn++;
		pthread_cond_broadcast(&j->turns);
		pthread_mutex_unlock(&j->lock);
	}
	free(why.p);
	free(sql.p);
	return NULL;
}

static void worker_open(struct worker *w, struct nsys_export *x, struct job *j, struct sqlite *db)
{
	*w = (struct worker){ .x = x, .job = j, .db = db };
	w->query = mem_resize(NULL, (size_t)x->n_tables, sizeof *w->query);
	memset(w->query, 0, (size_t)x->n_tables * sizeof *w->query);
	nsys_sink_open(&w->sink, x->t, &w->acc, buf_slice(&x->t->rank));
}

static void worker_close(struct worker *w)
{
	for (int i = 0; i < w->x->n_tables; i++)
		if (w->query[i])
			sqlite_finish(w->query[i]);
	nsys_sink_close(&w->sink);
	free(w->query);
	if (w->db != w->x->db)
		sqlite_close(w->db);
}

static void on_range(void *arg, const struct sql_row *row)
{
	struct part *p = arg;

	if (row->n == 2 && row->cell[0].kind == SQL_INT && row->cell[1].kind == SQL_INT) {
		p->from = row->cell[0].i;
		p->to = row->cell[1].i;
	}
}

/* Divides table i into ranges of rows. */
static void divide(struct nsys_export *x, struct job *j, int i)
{
	struct part all = { i, INT64_MIN, INT64_MAX };
	struct buf sql = { 0 };
	uint64_t step, left;

	if (x->schema.keyed) {
		buf_str(&sql, "SELECT (SELECT min(rowid) FROM ");
		buf_str(&sql, nsys_name_of(&x->schema, i));
		buf_str(&sql, "), (SELECT max(rowid) FROM ");
		buf_str(&sql, nsys_name_of(&x->schema, i));
		buf_add(&sql, ");", 3);
		sqlite_run(x->db, sql.p, on_range, &all,
		           &x->why); /* if it fails, so does reading */
		free(sql.p);
	}
	left = (uint64_t)all.to - (uint64_t)all.from;
	step = left / MOST_PARTS + 1 > PART_ROWS ? left / MOST_PARTS + 1 : PART_ROWS;
	for (int last = 0; !last; all.from = (int64_t)((uint64_t)all.from + step), left -= step) {
		struct part p = all;

		last = left < step ||
		       left == UINT64_MAX; /* all possible ones: the range is unknown */
		if (!last)
			p.to = (int64_t)((uint64_t)all.from + step - 1);
		mem_reserve((void **)&j->part, &j->cap, j->n + 1, sizeof *j->part);
		j->part[j->n++] = p;
	}
}

static void read_by_library(struct nsys_export *x)
{
	struct job j = { .lock = PTHREAD_MUTEX_INITIALIZER, .turns = PTHREAD_COND_INITIALIZER };
	struct worker w[MOST_THREADS];
	pthread_t thread[MOST_THREADS];
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int n = 1, started = 1;
	struct buf sql = { 0 };

	nsys_sql(&x->schema, NSYS_BEGIN, 0, &sql);
	buf_ch(&sql, 0);
	if (sqlite_run(x->db, sql.p, NULL, NULL, &x->why))
		nsys_say(x, NULL, &x->why);
	free(sql.p);
	for (int i = 0; i < x->n_tables; i++)
		if (nsys_reads(&x->schema, i))
			divide(x, &j, i);
	worker_open(&w[0], x, &j, x->db);
	for (; n < MOST_THREADS && n < cores && (size_t)n < j.n; n++) {
		struct sqlite *db = sqlite_again(x->db, &x->why);

		if (!db)
			break; /* the other threads do it */
		worker_open(&w[n], x, &j, db);
	}
	while (started < n && pthread_create(&thread[started], NULL, work, &w[started]) == 0)
		started++;
	work(&w[0]);
	for (int i = 1; i < started; i++)
		pthread_join(thread[i], NULL);
	while (n-- > 0)
		worker_close(&w[n]);
	free(j.part);
}

static void on_shell_row(void *arg, const struct sql_row *row)
{
	struct worker *w = arg;

	w->sink.row = w->x->t->tef.events++;
	nsys_put(&w->sink, row);
	if (w->sink.out.n >= 1 << 16)
		flush(w->x->t, &w->sink);
}

void nsys_script(const struct nsys_export *x, struct buf *sql, int *line)
{
	nsys_sql(&x->schema, NSYS_BEGIN, 0, sql);
	for (int i = 0, n = 1; i < x->n_tables; i++) {
		n = 1;
		for (size_t k = 0; k < sql->n; k++)
			n += sql->p[k] == '\n';
		line[i] = n;
		if (nsys_reads(&x->schema, i))
			nsys_sql(&x->schema, i, 0, sql);
	}
	buf_ch(sql, 0);
}

static void read_by_shell(struct nsys_export *x)
{
	struct worker w;
	struct buf sql = { 0 }, one = { 0 };
	int *line = mem_resize(NULL, (size_t)x->n_tables, sizeof *line);

	worker_open(&w, x, NULL, x->db);
	w.sink.acc = &x->t->tef.acc;
	nsys_script(x, &sql, line);
	sqlite_run(x->db, sql.p, on_shell_row, &w, &x->why);
	flush(x->t, &w.sink);
	for (const char *p = buf_slice(&x->why).p, *e = p + x->why.n; p < e;) {
		const char *end = (const char *)memchr(p, '\n', (size_t)(e - p)) + 1;
		int64_t at = 0;
		int i = x->n_tables - 1;

		num_i64((struct slice){ p, strcspn(p, ":") }, &at);
		while (i >= 0 && line[i] > at)
			i--;
		one.n = 0;
		buf_add(&one, p, (size_t)(end - p));
		if (i >= 0)
			damaged(x, i, &one);
		else
			nsys_say(x, NULL, &one);
		p = end;
	}
	worker_close(&w);
	free(line);
	free(sql.p);
	free(one.p);
}

void nsys_rows(struct nsys_export *x)
{
	if (sqlite_is_shell(x->db))
		read_by_shell(x);
	else
		read_by_library(x);
}
