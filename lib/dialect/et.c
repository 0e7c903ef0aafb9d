#include "dialect/et.h"

#include "base/escape.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"
#include "input/csv.h"
#include "json/json.h"
#include "trace/emit.h"

#include <stdlib.h>

static int is(struct slice s)
{
	const char *p = json_ws(s.p, s.p + s.n);
	struct slice rest = { p, (size_t)(s.p + s.n - p) };

	return slice_starts(rest, "{") && slice_has(rest, "\"schema\"") &&
	       slice_has(rest, "\"nodes\"") && !slice_has(rest, "\"traceEvents\"");
}

static void on_head(void *arg, struct slice key, struct slice val)
{
	struct et *e = arg;
	unsigned flaws = 0;

	if (slice_is(ev_bare(key), "pid")) {
		e->pid.n = 0;
		json_column(&e->pid, val, &flaws);
	}
}

static void on_begin(void *arg)
{
	struct et *e = arg;

	if (!trace_begin(e->t))
		e->t->tef.stop = 1;
}

/* A tag of a JSON value; nothing if it is empty. */
static void tag(struct et *e, const char *key, struct slice raw)
{
	unsigned flaws = 0;

	if (!raw.p || slice_is(raw, "null") || slice_is(raw, "\"\"") || slice_is(raw, "[]"))
		return;
	e->text.n = 0;
	json_text(&e->text, raw, &flaws);
	emit_tag(e->t, key, buf_slice(&e->text));
}

/* Tags of {"values":...,"shapes":...,"types":...,"strides":...} under 1.0.1's names. */
static void values(struct et *e, struct slice object, const char *const keys[4])
{
	static const char *const members[] = { "values", "shapes", "types", "strides" };

	for (int i = 0; i < 4; i++)
		tag(e, keys[i], json_get(object, members[i]));
}

static void attr_tag(struct et *e, struct ev *v, struct slice name, struct slice val)
{
	static const char *const ours[] = {
		"id", "parent", "coll", "bytes", "nranks", "pg", "seq"
	};
	struct buf *b = &e->t->scratch[1];
	size_t i;

	(void)v;
	if (slice_is(name, "tid"))
		return;
	b->n = 0;
	for (i = 0; i < sizeof ours / sizeof *ours && !slice_is(name, ours[i]); i++)
		;
	if (i < sizeof ours / sizeof *ours) /* a name that a derived tag has */
		buf_str(b, "et_");
	escape_put_key(b, name);
	buf_ch(b, 0);
	tag(e, b->p, val);
}

/* coll, bytes, nranks, pg */
static void classify(struct et *e, struct ev *v)
{
	struct trace *t = e->t;
	struct slice list = ev_extra(v, "attrs");

	v->args_done = 1;
	v->n_arg = 0;
	if (!slice_is(ev_bare(v->name), "record_param_comms"))
		return;
	et_coll(e, v, list);
	t->tags.n = 0;
	if (v->n_arg)
		rules_tags(t->o->rules, v, &t->tags);
	buf_put(&t->line, buf_slice(&t->tags));
}

static struct slice thread_of(struct et *e, struct ev *v)
{
	const char *p, *end;
	struct slice a, list = ev_extra(v, "attrs");
	unsigned flaws = 0;

	if (v->tid.p || !list.p || list.p[0] != '[')
		return trace_text(e->t, 2, v->tid, &flaws);
	p = list.p + 1;
	end = list.p + list.n;
	while ((p = json_element(p, end, 1, &flaws, &a)) && a.p)
		if (slice_is(ev_bare(json_get(a, "name")), "tid"))
			return trace_text(e->t, 2, json_get(a, "value"), &flaws);
	return slice_of(".");
}

static void put_node(struct et *e, struct ev *v, int64_t id)
{
	static const char *const in[] = { "inputs", "input_shapes", "input_types",
		                          "input_strides" };
	static const char *const out[] = { "outputs", "output_shapes", "output_types",
		                           "output_strides" };
	struct trace *t = e->t;
	struct slice parent = ev_extra(v, "ctrl_deps");
	unsigned flaws = 0;

	emit_open(t, 'i', NULL, NULL, buf_slice(&e->pid), thread_of(e, v), "et_node",
	          trace_text(t, 0, v->name, &flaws));
	emit_tag_num(t, "id", id);
	tag(e, "parent", parent.p ? parent : ev_extra(v, "parent"));
	classify(e, v);
	if (ev_extra(v, "attrs").p) {
		values(e, ev_extra(v, "inputs"), in);
		values(e, ev_extra(v, "outputs"), out);
		et_attrs(ev_extra(v, "attrs"), attr_tag, e, v);
	} else {
		for (int i = 0; i < v->n_extra; i++) {
			struct slice key = ev_bare(v->xkey[i]);

			if (!slice_is(key, "id") && !slice_is(key, "parent"))
				attr_tag(e, v, key, v->xval[i]);
		}
	}
	buf_ch(&t->line, '\n');
}

static int on_want(void *arg, struct slice cat)
{
	struct et *e = arg;

	(void)cat;
	return trace_wants(e->t, slice_of("et_node"));
}

static void on_node(void *arg, struct ev *v)
{
	struct et *e = arg;
	struct buf *b = &e->t->line;
	int64_t id;

	if (ev_extra(v, "value").p &&
	    !ev_extra(v, "id").p) { /* an attr of a broken node, which is accounted for */
		e->t->tef.events--;
		return;
	}
	if (num_i64(ev_bare(ev_extra(v, "id")), &id)) {
		account_lost(&e->t->tef.acc, "no_id", v->off);
		return;
	}
	put_node(e, v, id);
	/* Nodes are written when they end: a parent comes after its children. */
	sorter_add(e->order, (struct sorter_item){ id, (int64_t)e->at, 0, 0, (uint32_t)b->n });
	spool_write(e->lines, b->p, b->n);
	e->at += b->n;
}

static void write_nodes(struct et *e)
{
	struct sorter_item it;
	struct buf *b = &e->text;

	while (sorter_next(e->order, &it)) {
		b->n = 0;
		buf_room(b, it.side);
		spool_read_at(e->lines, (uint64_t)it.e, b->p, it.side);
		b->n = it.side;
		out_slice(buf_slice(b));
	}
}

static int read_et(struct trace *t)
{
	struct et e = { .t = t };
	struct tef_sink sink = { &e, "\"nodes\"", on_head, on_begin, on_want, on_node };
	enum tef_end end;
	int status = ST_OK;

	t->timeless = 1;
	buf_ch(&e.pid, '.');
	if (!t->probing) {
		e.order = sorter_new();
		e.lines = spool_new();
	}
	end = tef_read(&t->tef, &sink);
	if (end != TEF_OK)
		status = trace_refuse(t, inbuf_at(&t->tef.b), "an execution trace without nodes");
	if (!t->probing) {
		write_nodes(&e);
		spool_free(e.lines);
		sorter_free(e.order);
	}
	free(e.pid.p);
	free(e.text.p);
	free(e.elems[0].p);
	free(e.elems[1].p);
	free(e.size.p);
	return status;
}

const struct dialect dialect_et = { .name = "et", .is = is, .read = read_et, .foreign = 1 };
