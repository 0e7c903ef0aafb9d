/* xla: JAX and TensorFlow profiles in the trace viewer's layout. Events have no category: the
 * names of their process and thread tell what they are. Only a device's ops line is work. */
#include "trace.h"

struct line {
	struct slice pid, tid; /* record text, copied; tid.n 0 for the process itself */
	struct slice device;   /* index, of a process that is a device */
	const char *cat;
};
struct names {
	struct line *p;
	size_t n, cap;
};

static int head(struct slice key, struct slice val)
{
	const char *p = val.p;

	if (!slice_is(ev_bare(key), "metadata"))
		return 0;
	for (size_t i = 0; i + 14 <= val.n; i++)
		if (memcmp(p + i, "highres-ticks\"", 14) == 0)
			return 1;
	return 0;
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

static const char *line_cat(struct slice name)
{
	static const struct {
		const char *name, *cat;
	} rows[] = {
		{ "XLA Ops", "kernel" },          { "Async XLA Ops", "xla_async" },
		{ "XLA Modules", "xla_module" },  { "Steps", "xla_step" },
		{ "XLA TraceMe", "xla_traceme" }, { "Framework Ops", "xla_framework_op" },
		{ "Framework Name Scope", "xla_name_scope" }, { "TensorFlow Ops", "xla_framework_op" },
		{ "TensorFlow Name Scope", "xla_name_scope" }, { "Source code", "xla_source" },
		{ "Source Code", "xla_source" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (slice_is(name, rows[i].name))
			return rows[i].cat;
	return slice_starts(name, "Stream #") ? "kernel" : "xla_other";
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
	*l = (struct line){ .pid = keep(v->o_pid), .cat = line_cat(name) };
	if (process) {
		size_t k = name.n;

		/* /device:TPU:0 -> 0; what stands behind the number stays with it */
		while (k && name.p[k - 1] != ':')
			k--;
		l->device = k < name.n ? keep((struct slice){ name.p + k, name.n - k }) : keep(v->o_pid);
	} else {
		l->tid = keep(v->o_tid);
	}
}

/* all-reduce-start.3 -> "start" */
static const char *async_half(struct slice name)
{
	size_t n = name.n;

	while (n && ((name.p[n - 1] >= '0' && name.p[n - 1] <= '9') || name.p[n - 1] == '.'))
		n--;
	if (n > 6 && memcmp(name.p + n - 6, "-start", 6) == 0)
		return "start";
	return n > 5 && memcmp(name.p + n - 5, "-done", 5) == 0 ? "done" : NULL;
}

static int is_copy(struct ev *v)
{
	struct slice name = ev_bare(v->name), hlo = ev_bare(ev_arg(v, "hlo_category"));

	if (hlo.n)
		return slice_is(hlo, "copy") || slice_is(hlo, "copy-start") || slice_is(hlo, "copy-done");
	return slice_is(name, "copy") || slice_starts(name, "copy.") ||
	       slice_starts(name, "copy-start") || slice_starts(name, "copy-done") ||
	       slice_starts(name, "Memcpy");
}

static int event(struct trace *t, struct ev *v)
{
	struct names *names = t->private;
	struct line *dev, *l;

	if (!names) {
		names = t->private = mem_resize(NULL, 1, sizeof *names);
		*names = (struct names){ 0 };
	}
	v->o_cat = trace_text(t, 0, v->cat, &v->bent);
	v->o_pid = trace_text(t, 1, v->pid, &v->bent);
	v->o_tid = trace_text(t, 2, v->tid, &v->bent);
	if (slice_is(ev_bare(v->ph), "M"))
		learn(names, v);
	dev = find(names, v->o_pid, (struct slice){ "", 0 });
	l = dev ? find(names, v->o_pid, v->o_tid) : NULL;
	if (dev)
		v->o_pid = dev->device;
	if (slice_is(ev_bare(v->ph), "M"))
		return 1;
	if (!dev) {
		if (!v->cat.p)
			v->o_cat = slice_of(ev_arg(v, "step_num").p ? "user_annotation" : "cpu_op");
		return 1;
	}
	v->o_cat = slice_of(l ? l->cat : "xla_other");
	if (slice_is(v->o_cat, "kernel")) {
		if (is_copy(v))
			v->o_cat = slice_of("gpu_memcpy");
		else if (slice_starts(ev_bare(v->name), "Memset"))
			v->o_cat = slice_of("gpu_memset");
	}
	if (async_half(ev_bare(v->name)) && v->n_extra < EV_EXTRA) {
		v->xkey[v->n_extra] = slice_of("\"async\"");
		v->xval[v->n_extra++] = slice_of(async_half(ev_bare(v->name))[0] == 's' ? "\"start\""
		                                                                        : "\"done\"");
	}
	return 1;
}

const struct dialect dialect_xla = {
	.name = "xla", .head = head, .may_be = may_be, .event = event, .foreign = 1,
};
