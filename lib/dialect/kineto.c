#include "dialect/kineto.h"

#include "dialect/ascend.h"
#include "trace/trace.h"

static int head(struct slice key, struct slice val)
{
	static const char *const keys[] = { "schemaVersion", "deviceProperties", "distributedInfo",
		                            "baseTimeNanoseconds", "trace_id" };

	(void)val;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (slice_is(ev_bare(key), keys[i]))
			return 1;
	return 0;
}

static const struct {
	const char *old, *now;
} names[] = {
	{ "Kernel", "kernel" },        { "Memcpy", "gpu_memcpy" }, { "Memset", "gpu_memset" },
	{ "Runtime", "cuda_runtime" }, { "Operator", "cpu_op" },
};

static struct slice modern(struct slice cat)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(cat, names[i].old))
			return slice_of(names[i].now);
	return cat;
}

static int may_be(struct slice raw, const char *cat)
{
	struct slice bare = ev_bare(raw);

	return slice_is(modern(bare), cat) ||
	       (slice_is(modern(bare), "cpu_op") && strcmp(cat, "user_annotation") == 0);
}

int kineto_event(struct ev *v)
{
	static const struct {
		const char *cat, *arg[3]; /* any of these arguments */
	} rows[] = {
		{ "kernel", { "correlation", "External id", "external id" } },
		{ "gpu_memcpy", { "correlation", "External id", "external id" } },
		{ "gpu_memset", { "correlation", "External id", "external id" } },
		{ "cuda_runtime", { "correlation", "cbid", NULL } },
		{ "cpu_op", { "External id", "Ev Idx", "Trace name" } },
		{ "user_annotation", { "External id", "Ev Idx", NULL } },
		{ "python_function", { "Python id", "Ev Idx", NULL } },
	};
	struct slice cat = modern(ev_bare(v->cat));

	for (size_t i = 0; v->cat.p && i < sizeof rows / sizeof *rows; i++)
		for (int k = 0; slice_is(cat, rows[i].cat) && k < 3 && rows[i].arg[k]; k++)
			if (ev_arg(v, rows[i].arg[k]).p)
				return 1;
	return 0;
}

/* Files whose first member is the events, and bare arrays: from 2020 and 2021, and from other
 * tools. */
static int looks(struct slice s)
{
	return ev_any(s, kineto_event);
}

static int event(struct trace *t, struct ev *v)
{
	if (!t->o->dialect && ascend_event(v)) /* its operators look alike */
		return trace_turn(t, &dialect_ascend, v);
	v->o_cat = modern(trace_text(t, 0, v->cat, &v->flaws));
	v->o_pid = trace_text(t, 1, v->pid, &v->flaws);
	v->o_tid = trace_text(t, 2, v->tid, &v->flaws);
	/* Before 2022 a program's own ranges were operators, ProfilerStep#N among them; the names
	 * of steps tell them apart. */
	if (slice_is(v->o_cat, "cpu_op") && (slice_starts(ev_bare(v->name), "ProfilerStep#") ||
	                                     (slice_is(ev_bare(v->cat), "Operator") &&
	                                      rules_is_step(t->o->rules, ev_bare(v->name)))))
		v->o_cat = slice_of("user_annotation");
	if (slice_starts(v->o_tid, "stream ") && v->o_tid.n > 7) {
		v->o_tid.p += 7;
		v->o_tid.n -= 7;
	}
	return 1;
}

const struct dialect dialect_kineto = {
	.name = "kineto", .head = head, .looks = looks, .may_be = may_be, .event = event,
	.foreign = 1, .late_facts = 1,
};
