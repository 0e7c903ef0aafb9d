#include "dialect/ascend.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "trace/facts.h"
#include "trace/trace.h"

struct seen {
	uint64_t ops, tasks; /* of communication: operators, and tasks on the device's streams */
	struct buf tid;
};

enum what { NONE, TASK, COMM_OP, COMM_TASK };

/* By its arguments; the spelling of some changed over the years. */
static enum what what_is(struct ev *v)
{
	if (v->cat.p || !v->args.p || v->args.n < 3)
		return NONE;
	if (ev_arg(v, "Task Type").p && ev_arg(v, "Task Id").p)
		return TASK;
	if (ev_arg(v, "data_type").p && ev_arg(v, "count").p)
		return COMM_OP;
	if (ev_arg(v, "notify_id").p || ev_arg(v, "transport type").p)
		return COMM_TASK;
	return NONE;
}

int ascend_event(struct ev *v)
{
	struct slice name;

	if (v->cat.p || !v->ph.p)
		return 0;
	if (slice_is(ev_bare(v->ph), "M") && slice_is(ev_bare(v->name), "process_name")) {
		name = ev_bare(ev_arg(v, "name"));
		return slice_is(name, "Ascend Hardware") || slice_is(name, "CANN");
	}
	return slice_is(ev_bare(v->ph), "X") && what_is(v) != NONE;
}

static int looks(struct slice s)
{
	return ev_any(s, ascend_event);
}

static int may_be(struct slice raw, const char *cat)
{
	return slice_is(ev_bare(raw), cat) ||
	       (slice_is(ev_bare(raw), "cpu_op") && strcmp(cat, "user_annotation") == 0);
}

static int is_comm(struct slice name)
{
	return facts_has_word(name, "hcom_") || facts_has_word(name, "hccl");
}

/* A task on a device's stream: AI_CORE, AI_VECTOR_CORE, AI_CPU, MIX_AIC, KERNEL_AIVEC, ...
 * compute; others wait, record, notify, or move data for a communication operator. */
static const char *task_cat(struct seen *seen, struct slice name, struct slice type)
{
	static const char *const compute[] = { "ai_", "aic", "aiv", "mix_" };

	if (is_comm(name)) { /* its operator is in the process Communication */
		seen->tasks++;
		return "ascend_task";
	}
	if (facts_has_word(name, "memcpy") || facts_has_word(type, "memcpy"))
		return "gpu_memcpy";
	for (size_t i = 0; i < sizeof compute / sizeof *compute; i++)
		if (facts_has_word(type, compute[i]))
			return "kernel";
	return "ascend_task";
}

/* A process id is pid << 10 | layer << 5 | device (torch_npu, _trace_event_manager.py
 * get_pid_format); other files have one device. */
static struct slice device(struct slice pid)
{
	static char text[8];
	int64_t n;

	if (num_i64(pid, &n) || n < 1 << 10)
		n = 0;
	text[0] = (char)('0' + (n & 31) / 10);
	text[1] = (char)('0' + (n & 31) % 10);
	return text[0] == '0' ? (struct slice){ text + 1, 1 } : (struct slice){ text, 2 };
}

static int event(struct trace *t, struct ev *v)
{
	struct seen *seen = t->private;

	if (!seen) {
		seen = t->private = mem_resize(NULL, 1, sizeof *seen);
		*seen = (struct seen){ 0 };
	}
	v->o_cat = trace_text(t, 0, v->cat, &v->flaws);
	v->o_pid = trace_text(t, 1, v->pid, &v->flaws);
	v->o_tid = trace_text(t, 2, v->tid, &v->flaws);
	if (!v->ph.p || !slice_is(ev_bare(v->ph), "X"))
		return 1;
	switch (what_is(v)) {
	case TASK:
		v->o_pid = device(v->o_pid);
		v->o_cat =
		    slice_of(task_cat(seen, ev_bare(v->name), ev_bare(ev_arg(v, "Task Type"))));
		break;
	case COMM_OP:
	case COMM_TASK:
		seen->ops += what_is(v) == COMM_OP;
		v->o_cat = slice_of(what_is(v) == COMM_OP ? "kernel" : "ascend_comm_task");
		v->o_pid = device(v->o_pid);
		seen->tid.n = 0; /* a group is not a stream, and has its own number */
		buf_str(&seen->tid, "hccl:");
		buf_put(&seen->tid, v->o_tid);
		v->o_tid = buf_slice(&seen->tid);
		break;
	case NONE:
		if ((!v->cat.p || slice_is(v->o_cat, "cpu_op")) &&
		    rules_is_step(t->o->rules, ev_bare(v->name)))
			v->o_cat = slice_of("user_annotation");
	}
	return 1;
}

static int end(struct trace *t)
{
	const struct seen *seen = t->private;

	if (!seen || !seen->tasks || seen->ops)
		return ST_OK;
	return msg_data("%s: %llu tasks of collectives, but no collective (process Communication):"
	                " their durations are unknown",
	                t->file, (unsigned long long)seen->tasks);
}

const struct dialect dialect_ascend = {
	.name = "ascend",
	.looks = looks,
	.may_be = may_be,
	.event = event,
	.end = end,
	.foreign = 1,
};
