/* trjson: the JSON that tr-events -j wrote: records again, byte for byte. */
#include "trace.h"

#include "json.h"
#include "out.h"

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
			return e - p == 6 && p[5] == '.' ? slice_of("\\x2e")
			                                 : (struct slice){ p + 5, (size_t)(e - p) - 5 };
	return s;
}

static void take_rank(struct trace *t, struct ev *v)
{
	for (int i = 0; i < v->n_extra; i++) {
		if (!slice_is(ev_bare(v->xkey[i]), "rank"))
			continue;
		t->rank.n = 0;
		json_column(&t->rank, v->xval[i], &v->bent);
		v->n_extra--;
		for (; i < v->n_extra; i++) {
			v->xkey[i] = v->xkey[i + 1];
			v->xval[i] = v->xval[i + 1];
		}
		return;
	}
}

static int event(struct trace *t, struct ev *v)
{
	v->o_cat = trace_text(t, 0, v->cat, &v->bent);
	if (slice_is(v->o_cat, "tr") && slice_is(ev_bare(v->name), "#")) {
		struct slice line = ev_arg(v, "line");

		if (line.p && line.p[0] == '"') {
			t->line.n = 0;
			json_unquote(&t->line, line, &v->bent);
			out_slice(buf_slice(&t->line));
			out_ch('\n');
		}
		return 0;
	}
	v->o_pid = own_pid(trace_text(t, 1, v->pid, &v->bent));
	v->o_tid = trace_text(t, 2, v->tid, &v->bent);
	take_rank(t, v);
	return 1;
}

const struct dialect dialect_records = {
	.name = "records", .head = head, .may_be = may_be, .event = event,
};
