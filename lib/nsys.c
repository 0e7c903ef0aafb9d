/* nsys: rows that the sqlite3 shell wrote (-json) of an export of Nsight Systems, by the SQL of
 * pipelines/nsys-sql: the columns ph, cat, ts and dur (ns), pid, tid, name and rank are an event's, the
 * others its tags.
 * in:  {"ph":"X","cat":"kernel","ts":7,"dur":5,"pid":0,"tid":7,"name":"k","rank":null,"correlation":9}
 * out: X	7	5	.	0	7	kernel	k	correlation=9 */
#include "trace.h"

#include "json.h"
#include "num.h"

static int head(struct slice key, struct slice val)
{
	(void)val;
	return slice_is(ev_bare(key), "nsysExport");
}

static int may_be(struct slice raw, const char *cat)
{
	return slice_is(ev_bare(raw), cat);
}

/* The row's own rank, where its process is known to be one; the file's else. */
static void take_rank(struct trace *t, struct slice val)
{
	int64_t n;

	if (slice_is(val, "null")) {
		t->rank.n = 0;
		buf_put(&t->rank, buf_slice(&t->scratch[2]));
		return;
	}
	t->rank.n = 0;
	if (num_i64(ev_bare(val), &n) == 0 && n >= 0)
		num_put(&t->rank, n);
	else
		buf_ch(&t->rank, '.');
}

static int event(struct trace *t, struct ev *v)
{
	static struct buf tid;
	unsigned bent = 0;
	int n = 0;

	if (t->scratch[2].n == 0)
		buf_put(&t->scratch[2], buf_slice(&t->rank));
	for (int i = 0; i < v->n_extra; i++) {
		if (slice_is(ev_bare(v->xkey[i]), "rank")) {
			take_rank(t, v->xval[i]);
		} else if (!slice_is(v->xval[i], "null")) {
			v->xkey[n] = v->xkey[i];
			v->xval[n++] = v->xval[i];
		}
	}
	v->n_extra = n;
	v->o_cat = trace_text(t, 0, v->cat, &v->bent);
	v->o_pid = trace_text(t, 1, v->pid, &v->bent);
	tid.n = 0;
	if (v->tid.p)
		json_column(&tid, v->tid, &bent);
	else
		buf_ch(&tid, '.');
	v->o_tid = buf_slice(&tid);
	return 1;
}

const struct dialect dialect_nsys = {
	.name = "nsys", .head = head, .may_be = may_be, .event = event, .foreign = 1, .rows = 1,
};
