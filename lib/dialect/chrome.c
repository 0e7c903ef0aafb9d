/* chrome: any other producer of the Trace Event Format, read as it is. */
#include "dialect/ascend.h"
#include "dialect/kineto.h"
#include "dialect/xla.h"
#include "trace/trace.h"

/* It may turn out to be Kineto's. */
static int may_be(struct slice raw, const char *cat)
{
	return dialect_kineto.may_be(raw, cat);
}

static int event(struct trace *t, struct ev *v)
{
	/* Events of Kineto, after 64 KiB of others. */
	if (v->cat.p && !t->o->dialect && kineto_event(v))
		return trace_turn(t, &dialect_kineto, v);
	if (!t->o->dialect && ascend_event(v))
		return trace_turn(t, &dialect_ascend, v);
	/* XLA's process names show an XLA trace if its head does not. */
	if (v->ph.p && slice_is(ev_bare(v->ph), "M") &&
	    slice_is(ev_bare(v->name), "process_name") &&
	    slice_starts(ev_bare(ev_arg(v, "name")), "/device:") && !t->o->dialect)
		return trace_turn(t, &dialect_xla, v);
	v->o_cat = trace_text(t, 0, v->cat, &v->flaws);
	v->o_pid = trace_text(t, 1, v->pid, &v->flaws);
	v->o_tid = trace_text(t, 2, v->tid, &v->flaws);
	/* torch_npu writes a program's ranges as operators, before anything shows that it is
	 * torch_npu. */
	if (slice_is(v->o_cat, "cpu_op") && rules_is_step(t->o->rules, ev_bare(v->name)))
		v->o_cat = slice_of("user_annotation");
	return 1;
}

const struct dialect dialect_chrome = {
	.name = "chrome", .may_be = may_be, .event = event, .foreign = 1, .late_facts = 1,
};
