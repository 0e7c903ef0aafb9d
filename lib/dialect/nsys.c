/* nsys: rows of an export of Nsight Systems, made by the SQL of pipelines/nsys-sql: from the
 * database itself, or as the sqlite3 shell writes them (-json).
 * in:  {"ph":"X","cat":"kernel","ts":7,"dur":5,"pid":0,"tid":7,"name":"k","rank":null,
 *       "correlation":9}
 * out: X	7	5	.	0	7	kernel	k	correlation=9 */
#include "dialect/nsys.h"

#include "base/out.h"
#include "json/ev.h"
#include "record/foreign.h"
#include "trace/trace_json.h"

static int head(struct slice key, struct slice val)
{
	(void)val;
	return slice_is(ev_bare(key), "nsysExport");
}

static int may_be(struct slice raw, const char *cat)
{
	return slice_is(ev_bare(raw), cat);
}

/* A row that came as JSON. */
static int event(struct trace *t, struct ev *v)
{
	static struct nsys_sink w;
	static struct buf text;
	static const char *const names[] = { "ph", "cat", "ts", "dur", "pid", "tid", "name" };
	const struct slice fixed[] = { v->ph, v->cat, v->ts, v->dur, v->pid, v->tid, v->name };
	struct sql_row row = { 0 };
	size_t room = 0;

	if (!w.t)
		nsys_sink_open(&w, t, &t->tef.acc, (struct slice){ NULL, 0 });
	w.t = t;
	w.acc = &t->tef.acc;
	w.rank = buf_slice(&t->rank);
	w.row = v->off;
	text.n = 0;
	for (int i = 0; i < 7; i++)
		room += fixed[i].p ? fixed[i].n : 0;
	for (int i = 0; i < v->n_extra; i++)
		room += v->xval[i].n;
	buf_room(&text, room + 16);
	for (int i = 0; i < 7; i++) {
		row.name[row.n] = slice_of(names[i]);
		row.cell[row.n++] = sqlite_json_cell(fixed[i], &text);
	}
	for (int i = 0; i < v->n_extra; i++) {
		row.name[row.n] = ev_bare(v->xkey[i]);
		row.cell[row.n++] = sqlite_json_cell(v->xval[i], &text);
	}
	nsys_put(&w, &row);
	out_slice(buf_slice(&w.out));
	w.out.n = 0;
	return 0;
}

static int is(struct slice start)
{
	return slice_starts(start, "SQLite format 3") && start.n > 15 && start.p[15] == 0;
}

/* A database; with -f nsys it may also be rows as JSON. */
static int read_nsys(struct trace *t)
{
	const struct inbuf *b = &t->tef.b;
	const char *p = b->p + b->pos, *e = b->p + b->n;

	if (is((struct slice){ p, (size_t)(e - p) }))
		return nsys_db(t);
	while (p < e && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	t->foreign = foreign_is((struct slice){ b->p + b->pos, b->n - b->pos }, t->file);
	if (p == e || (*p != '{' && *p != '['))
		return trace_refuse(t, 0, "%s",
		                    t->foreign ? t->foreign : "file is not a database");
	return t->probing ? trace_json_probe(t, 1) : trace_json(t);
}

const struct dialect dialect_nsys = {
	.name = "nsys",
	.is = is,
	.read = read_nsys,
	.head = head,
	.may_be = may_be,
	.event = event,
	.foreign = 1,
	.rows = 1,
};
