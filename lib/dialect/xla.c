#include "dialect/xla.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "dialect/xla_names.h"
#include "trace/trace.h"

struct line {
	struct slice pid, tid; /* record text, copied; tid.n 0 for the process itself */
	struct slice device;   /* index, of a process that is a device */
	struct slice core;     /* of a process that is a part of a device: " SparseCore 1" */
	int64_t first, end;    /* total of its events, ns */
	int any;
	struct slice name;
};
struct names {
	struct line *p;
	size_t n, cap;
	uint64_t spans;
};

static int head(struct slice key, struct slice val)
{
	return slice_is(ev_bare(key), "metadata") && slice_has(val, "highres-ticks\"");
}

static int may_be(struct slice raw, const char *cat)
{
	(void)raw;
	(void)cat;
	return 1;
}

static struct line *find(struct names *t, struct slice pid, struct slice tid)
{
	for (size_t i = 0; i < t->n; i++)
		if (slice_eq(t->p[i].tid, tid) && slice_eq(t->p[i].pid, pid))
			return &t->p[i];
	return NULL;
}

static struct slice keep(struct slice s)
{
	return (struct slice){ mem_copy(s.p, s.n), s.n };
}

static void learn(struct names *t, struct ev *v)
{
	struct slice what = ev_bare(v->name), name = ev_bare(ev_arg(v, "name"));
	int process = slice_is(what, "process_name");
	struct line *l;

	if (!process && !slice_is(what, "thread_name"))
		return;
	if (process && !slice_starts(name, "/device:"))
		return;
	mem_reserve((void **)&t->p, &t->cap, t->n + 1, sizeof *t->p);
	l = &t->p[t->n++];
	*l = (struct line){ .pid = keep(v->o_pid), .name = keep(name) };
	if (process) {
		l->device = keep(xla_device(name));
		l->core = keep(xla_core(name));
	} else {
		l->tid = keep(v->o_tid);
	}
}

/* xprof keeps the first 1,000,000 events of a trace. */
enum { XPROF_MOST = 1000000 };

static void count_span(struct names *t, struct line *dev, const struct ev *v)
{
	int64_t s, d, e;

	if (!slice_is(ev_bare(v->ph), "X"))
		return;
	t->spans++;
	if (num_shifted(ev_bare(v->ts), 3, &s) || num_shifted(ev_bare(v->dur), 3, &d) ||
	    __builtin_add_overflow(s, d, &e))
		return;
	dev->first = dev->any && dev->first < s ? dev->first : s;
	dev->end = dev->any && dev->end > e ? dev->end : e;
	dev->any = 1;
}

/* Was the trace cut when it was written? */
static int end(struct trace *t)
{
	struct names *names = t->private;
	int64_t lo = 0, hi = 0, first = 0;
	int any = 0;

	if (!names)
		return ST_OK;
	for (size_t i = 0; i < names->n; i++) {
		const struct line *d = &names->p[i];

		if (!d->any)
			continue;
		first = any && first < d->first ? first : d->first;
		lo = any && lo < d->end ? lo : d->end;
		hi = any && hi > d->end ? hi : d->end;
		any = 1;
	}
	if (names->spans == XPROF_MOST) {
		account_lost(&t->tef.acc, "xprof_cap", t->tef.ev.off);
		return msg_data(
		    "%s: exactly 1000000 events: xprof keeps no more of a trace, the rest is missing"
		    " (the .xplane.pb has them all)",
		    t->file);
	}
	if (any && hi / 10 - lo / 10 > hi / 100 - first / 100)
		msg_note("%s: its devices end at times %.3f s apart: it may be truncated", t->file,
		         ((double)hi - (double)lo) / 1e9);
	return ST_OK;
}

/* A line's id is unique in its process; a part of a device is not a process of its own. */
static struct slice line_id(const struct line *dev, struct slice tid)
{
	static struct buf b;

	if (!dev->core.n || slice_is(tid, "."))
		return tid;
	b.n = 0;
	buf_put(&b, tid);
	buf_put(&b, dev->core);
	return buf_slice(&b);
}

static int event(struct trace *t, struct ev *v)
{
	struct names *names = t->private;
	struct line *dev, *l;
	const char *half;

	if (!names) {
		names = t->private = mem_resize(NULL, 1, sizeof *names);
		*names = (struct names){ 0 };
	}
	v->o_cat = trace_text(t, 0, v->cat, &v->flaws);
	v->o_pid = trace_text(t, 1, v->pid, &v->flaws);
	v->o_tid = trace_text(t, 2, v->tid, &v->flaws);
	if (slice_is(ev_bare(v->ph), "M"))
		learn(names, v);
	dev = find(names, v->o_pid, (struct slice){ "", 0 });
	l = dev ? find(names, v->o_pid, v->o_tid) : NULL;
	if (dev) {
		v->o_pid = dev->device;
		v->o_tid = line_id(dev, v->o_tid);
	}
	if (slice_is(ev_bare(v->ph), "M"))
		return 1;
	if (!dev) {
		names->spans += (uint64_t)slice_is(ev_bare(v->ph), "X");
		if (!v->cat.p)
			v->o_cat =
			    slice_of(ev_arg(v, "step_num").p ? "user_annotation" : "cpu_op");
		return 1;
	}
	v->o_cat = slice_of(l ? xla_line_cat(l->name, dev->name) : "xla_other");
	if (slice_is(v->o_cat, "kernel"))
		v->o_cat =
		    slice_of(xla_op_cat(ev_bare(v->name), ev_bare(ev_arg(v, "hlo_category"))));
	half = xla_async_half(ev_bare(v->name));
	if (half && v->n_extra < EV_EXTRA) {
		v->xkey[v->n_extra] = slice_of("\"async\"");
		v->xval[v->n_extra++] = slice_of(*half == 's' ? "\"start\"" : "\"done\"");
	}
	count_span(names, dev, v);
	return 1;
}

const struct dialect dialect_xla = {
	.name = "xla", .head = head, .may_be = may_be, .event = event, .end = end, .foreign = 1,
};
