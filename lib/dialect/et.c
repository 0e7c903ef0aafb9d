/* et: PyTorch execution traces, schemas 1.0.1 to 1.1.1: nodes as instants without a time, in the order
 * of their ids. record_param_comms is classified as kernels are, by its attrs or, before 1.1, by its
 * inputs.
 * in:  {"id":62,"name":"record_param_comms","ctrl_deps":61,...,"attrs":[{"name":"rf_id","value":28},...]}
 * out: i	.	.	0	1130	1	et_node	record_param_comms	id=62	parent=61	coll=allgather	...	rf_id=28 */
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"
#include "base/sorter.h"
#include "base/spool.h"
#include "input/csv.h"
#include "json/json.h"
#include "trace/emit.h"
#include "trace/trace.h"

#include <stdlib.h>

struct et {
	struct trace *t;
	struct buf pid, text, elems[2], size;
	struct sorter *order;
	struct spool *lines;
	uint64_t at;
	int64_t start, stride; /* of the group's global ranks */
	int rank_seen; /* the trace's own word on its rank was held against the name's */
};

static int is(struct slice s)
{
	const char *p = json_ws(s.p, s.p + s.n);
	struct slice rest = { p, (size_t)(s.p + s.n - p) };

	return slice_starts(rest, "{") && slice_has(rest, "\"schema\"") && slice_has(rest, "\"nodes\"") &&
	       !slice_has(rest, "\"traceEvents\"");
}

static void on_head(void *arg, struct slice key, struct slice val)
{
	struct et *e = arg;
	unsigned bent = 0;

	if (slice_is(ev_bare(key), "pid")) {
		e->pid.n = 0;
		json_column(&e->pid, val, &bent);
	}
}

static void on_begin(void *arg)
{
	struct et *e = arg;

	if (!trace_begin(e->t))
		e->t->tef.stop = 1;
}

/* A tag of a JSON value; nothing for what is empty. */
static void tag(struct et *e, const char *key, struct slice raw)
{
	unsigned bent = 0;

	if (!raw.p || slice_is(raw, "null") || slice_is(raw, "\"\"") || slice_is(raw, "[]"))
		return;
	e->text.n = 0;
	json_text(&e->text, raw, &bent);
	emit_tag(e->t, key, buf_slice(&e->text));
}

static struct slice extra(const struct ev *v, const char *key)
{
	for (int i = 0; i < v->n_extra; i++)
		if (slice_is(ev_bare(v->xkey[i]), key))
			return v->xval[i];
	return (struct slice){ NULL, 0 };
}

/* The member of an object, or .p NULL. */
static struct slice member(struct slice object, const char *key)
{
	const char *p = slice_inside(object), *end = slice_end(object);
	struct slice k, v;
	unsigned bent = 0;

	if (!object.p || object.p[0] != '{')
		return (struct slice){ NULL, 0 };
	while ((p = json_member(p, end, 1, &bent, &k, &v)) && k.p)
		if (slice_is(ev_bare(k), key))
			return v;
	return (struct slice){ NULL, 0 };
}

/* Element i of a list, or .p NULL. */
static struct slice element(struct slice list, int i)
{
	const char *p = slice_inside(list), *end = slice_end(list);
	struct slice v = { NULL, 0 };
	unsigned bent = 0;

	if (!list.p || list.p[0] != '[')
		return v;
	while ((p = json_element(p, end, 1, &bent, &v)) && v.p && i-- > 0)
		;
	return p && v.p ? v : (struct slice){ NULL, 0 };
}

/* Tags of {"values":...,"shapes":...,"types":...,"strides":...} under 1.0.1's names. */
static void values(struct et *e, struct slice object, const char *const keys[4])
{
	static const char *const members[] = { "values", "shapes", "types", "strides" };

	for (int i = 0; i < 4; i++)
		tag(e, keys[i], member(object, members[i]));
}

static void add_arg(struct ev *v, const char *key, struct slice val)
{
	mem_reserve((void **)&v->arg, &v->cap_arg, v->n_arg + 1, sizeof *v->arg);
	v->arg[v->n_arg++] = (struct member){ slice_of(key), val };
}

/* What Kineto calls the attrs of record_param_comms. */
static const char *kineto_name(struct slice attr)
{
	static const struct {
		const char *et, *kineto;
	} names[] = {
		{ "collective_name", "\"Collective name\"" },
		{ "dtype", "\"dtype\"" },
		{ "in_msg_nelems", "\"In msg nelems\"" },
		{ "out_msg_nelems", "\"Out msg nelems\"" },
		{ "pg_size", "\"Group size\"" },
		{ "pg_name", "\"Process Group Name\"" },
		{ "pg_desc", "\"Process Group Description\"" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(attr, names[i].et))
			return names[i].kineto;
	return NULL;
}

/* Calls back with each attr of schema 1.1. */
typedef void attr_fn(struct et *e, struct ev *v, struct slice name, struct slice val);
static void attrs(struct slice list, attr_fn *each, struct et *e, struct ev *v)
{
	const char *p = slice_inside(list), *end = slice_end(list);
	struct slice a;
	unsigned bent = 0;

	if (!list.p || list.p[0] != '[')
		return;
	while ((p = json_element(p, end, 1, &bent, &a)) && a.p)
		each(e, v, ev_bare(member(a, "name")), member(a, "value"));
}

static void attr_arg(struct et *e, struct ev *v, struct slice name, struct slice val)
{
	const char *key = kineto_name(name);

	(void)e;
	if (key && val.p)
		add_arg(v, key, val);
}

static void attr_tag(struct et *e, struct ev *v, struct slice name, struct slice val)
{
	static const char *const ours[] = { "id", "parent", "coll", "bytes", "nranks", "pg", "seq" };
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
	csv_key(b, name);
	buf_ch(b, 0);
	tag(e, b->p, val);
}

/* Elements of a tensor [id, storage, offset, elements, width, device], or of a list of them. */
static int64_t elements(struct slice s)
{
	int64_t sum = 0, n;
	unsigned bent = 0;
	struct slice first = element(s, 0), x;

	if (first.p && first.p[0] != '[')
		return num_i64(element(s, 3), &n) == 0 ? n : 0;
	if (!s.p || s.p[0] != '[')
		return 0;
	for (const char *p = s.p + 1; (p = json_element(p, s.p + s.n, 1, &bent, &x)) && x.p;)
		if (__builtin_add_overflow(sum, x.p[0] == '[' ? elements(x) : 0, &sum))
			return 0;
	return sum;
}

/* "GenericList[Tensor(c10::BFloat16)]" -> "BFloat16", as c10 writes its scalar types. */
static struct slice dtype_of(struct slice type)
{
	static const struct {
		const char *cpp, *c10;
	} names[] = {
		{ "float", "\"Float\"" }, { "double", "\"Double\"" }, { "int", "\"Int\"" }, { "long", "\"Long\"" },
		{ "long int", "\"Long\"" }, { "short", "\"Short\"" }, { "short int", "\"Short\"" },
		{ "bool", "\"Bool\"" }, { "signed char", "\"Char\"" }, { "unsigned char", "\"Byte\"" },
		{ "c10::Half", "\"Half\"" }, { "c10::BFloat16", "\"BFloat16\"" },
	};
	const char *e = slice_end(type);

	for (const char *p = type.p; p && p + 7 < e; p++) {
		const char *close = memcmp(p, "Tensor(", 7) == 0 ? memchr(p, ')', (size_t)(e - p)) : NULL;

		for (size_t i = 0; close && i < sizeof names / sizeof *names; i++)
			if (slice_is((struct slice){ p + 7, (size_t)(close - p) - 7 }, names[i].cpp))
				return slice_of(names[i].c10);
	}
	return (struct slice){ NULL, 0 };
}

static void add_count(struct et *e, struct ev *v, const char *key, struct slice tensors, int which)
{
	struct buf *b = &e->elems[which];

	b->n = 0;
	num_put(b, elements(tensors));
	add_arg(v, key, buf_slice(b));
}

/* Where a collective's name stands among the inputs: the first text. */
struct place {
	struct slice name, before, behind; /* .p NULL where there is none */
	int index;
};

static struct place find_name(struct slice list)
{
	struct place k = { .index = -1 };
	struct slice x;
	unsigned bent = 0;

	if (!list.p || list.p[0] != '[')
		return k;
	for (const char *p = list.p + 1; (p = json_element(p, list.p + list.n, 1, &bent, &x)) && x.p;) {
		if (k.name.p) {
			k.behind = x;
			return k;
		}
		k.index++;
		if (x.p[0] == '"')
			k.name = x;
		else
			k.before = x;
	}
	return k;
}

static int64_t length(struct slice list)
{
	struct slice x;
	unsigned bent = 0;
	int64_t n = 0;

	if (!list.p || list.p[0] != '[')
		return 0;
	for (const char *p = list.p + 1; (p = json_element(p, list.p + list.n, 1, &bent, &x)) && x.p;)
		n++;
	return n;
}

/* Before schema 1.1: [tensors, sequence, group, rank, "name", in splits, out splits]; without tensors
 * [sequence, ...] */
static void from_inputs(struct et *e, struct ev *v)
{
	struct slice inputs = extra(v, "inputs"), dtype;
	struct place k = find_name(inputs);
	int64_t n;

	if (!k.name.p)
		return;
	add_arg(v, "\"Collective name\"", k.name);
	if (k.index < 4)
		return;
	dtype = dtype_of(ev_bare(element(extra(v, "input_types"), 0)));
	if (!dtype.p)
		return;
	add_arg(v, "\"dtype\"", dtype);
	add_count(e, v, "\"In msg nelems\"", element(inputs, 0), 0);
	add_count(e, v, "\"Out msg nelems\"", element(extra(v, "outputs"), 0), 1);
	n = length(k.behind);
	e->size.n = 0;
	num_put(&e->size, n);
	if (n)
		add_arg(v, "\"Group size\"", buf_slice(&e->size));
}

static void attr_rank(struct et *e, struct ev *v, struct slice name, struct slice val)
{
	int64_t n;

	(void)v;
	if (slice_is(name, "global_rank_start") && num_i64(val, &n) == 0)
		e->start = n;
	else if (slice_is(name, "global_rank_stride") && num_i64(val, &n) == 0)
		e->stride = n;
}

/* Since 1.1 a collective tells the rank: its own in the group (in front of the name), and the group's
 * ranks. */
static void check_rank(struct et *e, struct ev *v, struct slice list)
{
	struct trace *t = e->t;
	struct place k = find_name(member(extra(v, "inputs"), "values"));
	int64_t own, rank, said;

	if (e->rank_seen || slice_is(buf_slice(&t->rank), ".") || num_i64(buf_slice(&t->rank), &rank))
		return;
	e->start = e->stride = -1;
	attrs(list, attr_rank, e, v);
	if (!k.name.p || !k.before.p || num_i64(k.before, &own) || e->start < 0 || e->stride < 0 ||
	    __builtin_mul_overflow(own, e->stride, &said) || __builtin_add_overflow(said, e->start, &said))
		return;
	e->rank_seen = 1;
	if (said != rank)
		t->conflict = msg_data("%s: its collectives belong to rank %lld, but it is read as rank %lld", t->file,
		                       (long long)said, (long long)rank);
}

/* coll, bytes, nranks, pg */
static void classify(struct et *e, struct ev *v)
{
	struct trace *t = e->t;
	struct slice list = extra(v, "attrs");

	v->args_done = 1;
	v->n_arg = 0;
	if (!slice_is(ev_bare(v->name), "record_param_comms"))
		return;
	if (list.p) {
		attrs(list, attr_arg, e, v);
		check_rank(e, v, list);
	} else {
		from_inputs(e, v);
	}
	t->tags.n = 0;
	if (v->n_arg)
		rules_tags(t->o->rules, v, &t->tags);
	buf_put(&t->line, buf_slice(&t->tags));
}

static struct slice thread_of(struct et *e, struct ev *v)
{
	const char *p, *end;
	struct slice a, list = extra(v, "attrs");
	unsigned bent = 0;

	if (v->tid.p || !list.p || list.p[0] != '[')
		return trace_text(e->t, 2, v->tid, &bent);
	p = list.p + 1;
	end = list.p + list.n;
	while ((p = json_element(p, end, 1, &bent, &a)) && a.p)
		if (slice_is(ev_bare(member(a, "name")), "tid"))
			return trace_text(e->t, 2, member(a, "value"), &bent);
	return slice_of(".");
}

static void put_node(struct et *e, struct ev *v, int64_t id)
{
	static const char *const in[] = { "inputs", "input_shapes", "input_types", "input_strides" };
	static const char *const out[] = { "outputs", "output_shapes", "output_types", "output_strides" };
	struct trace *t = e->t;
	struct slice parent = extra(v, "ctrl_deps");
	unsigned bent = 0;

	emit_open(t, 'i', NULL, NULL, buf_slice(&e->pid), thread_of(e, v), "et_node",
	          trace_text(t, 0, v->name, &bent));
	emit_tag_num(t, "id", id);
	tag(e, "parent", parent.p ? parent : extra(v, "parent"));
	classify(e, v);
	if (extra(v, "attrs").p) {
		values(e, extra(v, "inputs"), in);
		values(e, extra(v, "outputs"), out);
		attrs(extra(v, "attrs"), attr_tag, e, v);
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

	if (extra(v, "value").p && !extra(v, "id").p) { /* an attr of a broken node, which is accounted for */
		e->t->tef.events--;
		return;
	}
	if (num_i64(ev_bare(extra(v, "id")), &id)) {
		account_lost(&e->t->tef.acc, "no_id", v->off);
		return;
	}
	put_node(e, v, id);
	/* Nodes are written when they end: a parent stands behind its children. */
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
