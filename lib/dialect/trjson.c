/* trjson: the JSON that tr-events -j wrote, back to the same records, byte for byte. */
#include "base/escape.h"
#include "base/out.h"
#include "json/json.h"
#include "trace/trace.h"

static int head(struct slice key, struct slice val)
{
	(void)val;
	return slice_is(ev_bare(key), "trVersion");
}

static int may_be(struct slice raw, const char *cat)
{
	return slice_is(ev_bare(raw), cat);
}

/* "rank 0 pid 1130" -> "1130" */
static struct slice own_pid(struct slice s)
{
	const char *p = s.p, *e = s.p + s.n;

	if (!slice_starts(s, "rank "))
		return s;
	for (p += 5; p + 5 <= e; p++)
		if (memcmp(p, " pid ", 5) == 0)
			return e - p == 6 && p[5] == '.'
			           ? slice_of("\\x2e")
			           : (struct slice){ p + 5, (size_t)(e - p) - 5 };
	return s;
}

static void drop_extra(struct ev *v, int i)
{
	v->n_extra--;
	for (; i < v->n_extra; i++) {
		v->xkey[i] = v->xkey[i + 1];
		v->xval[i] = v->xval[i + 1];
	}
}

/* Returns 0 if it has none. */
static int take_rank(struct trace *t, struct ev *v)
{
	for (int i = 0; i < v->n_extra; i++) {
		if (!slice_is(ev_bare(v->xkey[i]), "rank"))
			continue;
		t->rank.n = 0;
		json_column(&t->rank, v->xval[i], &v->flaws);
		drop_extra(v, i);
		return 1;
	}
	return 0;
}

/* "id":"0x20000000007","tr_id":7 -> "id":7 */
static void own_ids(struct ev *v)
{
	for (int i = 1; i < v->n_extra; i++) {
		struct slice own = ev_bare(v->xkey[i]), id = ev_bare(v->xkey[i - 1]);

		if (!slice_starts(own, "tr_") || own.n != id.n + 3 ||
		    memcmp(own.p + 3, id.p, id.n) != 0)
			continue;
		v->xval[i - 1] = v->xval[i];
		drop_extra(v, i--);
	}
}

/* The name of a process without its rank: "rank 0 python" -> "python". */
static void own_name(struct trace *t, struct ev *v)
{
	static struct buf name, raw, rank;

	rank.n = 0;
	escape_undo(&rank, buf_slice(&t->rank));
	if (slice_is(buf_slice(&t->rank), ".") || !slice_is(ev_bare(v->name), "process_name"))
		return;
	ev_args(v);
	for (size_t i = 0; i < v->n_arg; i++) {
		if (!slice_is(ev_bare(v->arg[i].key), "name") || v->arg[i].val.p[0] != '"')
			continue;
		name.n = raw.n = 0;
		json_unquote(&name, v->arg[i].val, &v->flaws);
		if (name.n < rank.n + 6 || memcmp(name.p, "rank ", 5) != 0 ||
		    memcmp(name.p + 5, rank.p, rank.n) != 0)
			return;
		json_quote(&raw, (struct slice){ name.p + rank.n + 6, name.n - rank.n - 6 });
		v->arg[i].val = buf_slice(&raw);
		return;
	}
}

/* A description line again; nothing for what only viewers need. */
static void description(struct trace *t, struct ev *v)
{
	struct slice line = ev_arg(v, "line");

	if (!slice_is(ev_bare(v->name), "#") || !line.p || line.p[0] != '"')
		return;
	t->line.n = 0;
	json_unquote(&t->line, line, &v->flaws);
	out_slice(buf_slice(&t->line));
	out_ch('\n');
}

static int event(struct trace *t, struct ev *v)
{
	v->o_cat = trace_text(t, 0, v->cat, &v->flaws);
	if (!take_rank(t, v) && slice_is(v->o_cat, "tr")) { /* all records have a rank, even if
	                                                     * null */
		description(t, v);
		return 0;
	}
	v->o_pid = own_pid(trace_text(t, 1, v->pid, &v->flaws));
	v->o_tid = trace_text(t, 2, v->tid, &v->flaws);
	own_ids(v);
	if (slice_is(ev_bare(v->ph), "M"))
		own_name(t, v);
	return 1;
}

const struct dialect dialect_records = {
	.name = "records", .head = head, .may_be = may_be, .event = event,
};
