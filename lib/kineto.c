/* kineto: PyTorch's profiler. 2021 files have categories and streams of their own spelling. */
#include "trace.h"

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

	/* 2021: ProfilerStep#N is an Operator */
	return slice_is(modern(bare), cat) ||
	       (slice_is(bare, "Operator") && strcmp(cat, "user_annotation") == 0);
}

static int event(struct trace *t, struct ev *v)
{
	v->o_cat = modern(trace_text(t, 0, v->cat, &v->bent));
	v->o_pid = trace_text(t, 1, v->pid, &v->bent);
	v->o_tid = trace_text(t, 2, v->tid, &v->bent);
	if (slice_is(ev_bare(v->cat), "Operator") && slice_starts(ev_bare(v->name), "ProfilerStep#"))
		v->o_cat = slice_of("user_annotation");
	if (slice_starts(v->o_tid, "stream ") && v->o_tid.n > 7) {
		v->o_tid.p += 7;
		v->o_tid.n -= 7;
	}
	return 1;
}

const struct dialect dialect_kineto = {
	.name = "kineto", .head = head, .may_be = may_be, .event = event, .foreign = 1, .late_facts = 1,
};
