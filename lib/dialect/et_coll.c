/* et_coll: a collective in an execution trace. */
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "dialect/et.h"
#include "json/json.h"

void et_attrs(struct slice list, et_attr_fn *each, struct et *e, struct ev *v)
{
	const char *p = slice_inside(list), *end = slice_end(list);
	struct slice a;
	unsigned flaws = 0;

	if (!list.p || list.p[0] != '[')
		return;
	while ((p = json_element(p, end, 1, &flaws, &a)) && a.p)
		each(e, v, ev_bare(json_get(a, "name")), json_get(a, "value"));
}

static void add_arg(struct ev *v, const char *key, struct slice val)
{
	mem_reserve((void **)&v->arg, &v->cap_arg, v->n_arg + 1, sizeof *v->arg);
	v->arg[v->n_arg++] = (struct member){ slice_of(key), val };
}

/* Kineto's names for the attrs of record_param_comms. */
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

static void attr_arg(struct et *e, struct ev *v, struct slice name, struct slice val)
{
	const char *key = kineto_name(name);

	(void)e;
	if (key && val.p)
		add_arg(v, key, val);
}

/* Elements of a tensor [id, storage, offset, elements, width, device], or of a list of them. */
static int64_t elements(struct slice s)
{
	int64_t sum = 0, n;
	unsigned flaws = 0;
	struct slice first = json_at(s, 0), x;

	if (first.p && first.p[0] != '[')
		return num_i64(json_at(s, 3), &n) == 0 ? n : 0;
	if (!s.p || s.p[0] != '[')
		return 0;
	for (const char *p = s.p + 1; (p = json_element(p, s.p + s.n, 1, &flaws, &x)) && x.p;)
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
		{ "float", "\"Float\"" },      { "double", "\"Double\"" },
		{ "int", "\"Int\"" },          { "long", "\"Long\"" },
		{ "long int", "\"Long\"" },    { "short", "\"Short\"" },
		{ "short int", "\"Short\"" },  { "bool", "\"Bool\"" },
		{ "signed char", "\"Char\"" }, { "unsigned char", "\"Byte\"" },
		{ "c10::Half", "\"Half\"" },   { "c10::BFloat16", "\"BFloat16\"" },
	};
	const char *e = slice_end(type);

	for (const char *p = type.p; p && p + 7 < e; p++) {
		const char *close =
		    memcmp(p, "Tensor(", 7) == 0 ? memchr(p, ')', (size_t)(e - p)) : NULL;

		for (size_t i = 0; close && i < sizeof names / sizeof *names; i++)
			if (slice_is((struct slice){ p + 7, (size_t)(close - p) - 7 },
			             names[i].cpp))
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

/* Where a collective's name is among the inputs: the first text. */
struct place {
	struct slice name, before, after; /* .p NULL if there is none */
	int index;
};

static struct place find_name(struct slice list)
{
	struct place k = { .index = -1 };
	struct slice x;
	unsigned flaws = 0;

	if (!list.p || list.p[0] != '[')
		return k;
	for (const char *p = list.p + 1;
	     (p = json_element(p, list.p + list.n, 1, &flaws, &x)) && x.p;) {
		if (k.name.p) {
			k.after = x;
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
	unsigned flaws = 0;
	int64_t n = 0;

	if (!list.p || list.p[0] != '[')
		return 0;
	for (const char *p = list.p + 1;
	     (p = json_element(p, list.p + list.n, 1, &flaws, &x)) && x.p;)
		n++;
	return n;
}

/* Before schema 1.1: [tensors, sequence, group, rank, "name", in splits, out splits]; without
 * tensors [sequence, ...] */
static void from_inputs(struct et *e, struct ev *v)
{
	struct slice inputs = ev_extra(v, "inputs"), dtype;
	struct place k = find_name(inputs);
	int64_t n;

	if (!k.name.p)
		return;
	add_arg(v, "\"Collective name\"", k.name);
	if (k.index < 4)
		return;
	dtype = dtype_of(ev_bare(json_at(ev_extra(v, "input_types"), 0)));
	if (!dtype.p)
		return;
	add_arg(v, "\"dtype\"", dtype);
	add_count(e, v, "\"In msg nelems\"", json_at(inputs, 0), 0);
	add_count(e, v, "\"Out msg nelems\"", json_at(ev_extra(v, "outputs"), 0), 1);
	n = length(k.after);
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

/* Since 1.1 a collective contains the rank: its own rank in the group (before the name), and the
 * group's ranks. */
static void check_rank(struct et *e, struct ev *v, struct slice list)
{
	struct trace *t = e->t;
	struct place k = find_name(json_get(ev_extra(v, "inputs"), "values"));
	int64_t own, rank, said;

	if (e->rank_seen || slice_is(buf_slice(&t->rank), ".") ||
	    num_i64(buf_slice(&t->rank), &rank))
		return;
	e->start = e->stride = -1;
	et_attrs(list, attr_rank, e, v);
	if (!k.name.p || !k.before.p || num_i64(k.before, &own) || e->start < 0 || e->stride < 0 ||
	    __builtin_mul_overflow(own, e->stride, &said) ||
	    __builtin_add_overflow(said, e->start, &said))
		return;
	e->rank_seen = 1;
	if (said != rank)
		t->conflict = msg_data(
		    "%s: its collectives belong to rank %lld, but it is read as rank %lld",
		    t->file, (long long)said, (long long)rank);
}

void et_coll(struct et *e, struct ev *v, struct slice attrs)
{
	if (!attrs.p) {
		from_inputs(e, v);
		return;
	}
	et_attrs(attrs, attr_arg, e, v);
	check_rank(e, v, attrs);
}
