#include "base/msg.h"
#include "stats/metric_out.h"

static const struct unit {
	const char *name;
	int div10;    /* values come in 10^-div10 of the unit: ns for s */
	int decimals;
	int trim;     /* trailing zeros are removed */
	int percent;
} units[] = {
	{ "s", 9, 9, 0, 0 },
	{ "ms", 6, 6, 0, 0 },
	{ "%", 0, 6, 0, 1 },
	{ "count", 0, 6, 1, 0 },
	{ "bytes", 0, 6, 1, 0 },
	{ "ratio", 0, 6, 0, 0 },
	/* of bytes; of bytes per ns; of numbers per ns */
	{ "GB", 9, 9, 0, 0 },
	{ "GB/s", 0, 6, 0, 0 },
	{ "1/s", -9, 6, 0, 0 },
	{ "tok/s", -9, 6, 0, 0 },
	{ "FLOP/s", -9, 0, 0, 0 },
	{ "s/B", 9, 18, 0, 0 },
	{ "name", 0, 0, 0, 0 }, /* text: first:FIELD */
};

static const struct unit *unit_of(const char *name)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

void metric_unit_check(const char *unit)
{
	if (!unit_of(unit))
		msg_usage(
		    "unknown unit: '%s' (s ms %% count bytes ratio GB GB/s 1/s tok/s FLOP/s s/B name)",
		    unit);
}

void metric_unit(struct metric *m, const char *unit)
{
	metric_unit_check(unit);
	m->unit = unit;
}

int metric_percent(const struct metric *m)
{
	return unit_of(m->unit)->percent;
}

int metric_named(const struct metric *m)
{
	return strcmp(m->unit, "name") == 0;
}

void metric_overflow(const struct metric *m)
{
	msg_die("%s: sum beyond 128 bits", m->name);
}

void metric_put_value(const struct metric *m, struct dec v, int64_t den, struct buf *b)
{
	const struct unit *u = unit_of(m->unit);
	i128 d = den, out;

	if ((u->div10 < 0 && num_mul10(&v.m, -u->div10)) ||
	    num_mul10(&d, v.scale + (u->div10 > 0 ? u->div10 : 0)) ||
	    num_div(v.m, d, u->decimals, &out))
		metric_overflow(m);
	if (u->trim)
		num_put_dec(b, (struct dec){ out, u->decimals });
	else
		num_put_fixed(b, out, u->decimals);
}

void metric_put_plain(const struct metric *m, struct dec v, struct buf *b)
{
	const struct unit *u = unit_of(m->unit);
	i128 d = 1, out;

	if (num_mul10(&d, v.scale) || num_div(v.m, d, u->decimals, &out))
		metric_overflow(m);
	if (u->trim)
		num_put_dec(b, (struct dec){ out, u->decimals });
	else
		num_put_fixed(b, out, u->decimals);
}

/* The result of the aggregation. Returns 0 if it has no value. */
static int aggregate(const struct agg_op *op, const struct agg *a, struct dec *v)
{
	switch (op->kind) {
	case AGG_COUNT:
		*v = (struct dec){ (i128)a->n, 0 };
		return 1;
	case AGG_SUM:
		*v = a->sum;
		return a->n || !a->missing;
	case AGG_MIN:
		*v = a->min;
		return a->n > 0;
	case AGG_MAX:
		*v = a->max;
		return a->n > 0;
	default:
		*v = a->sum;
		return a->n > 0;
	}
}

static int divide(const struct metric *m, struct dec a, struct dec b, struct dec *v)
{
	int percent = unit_of(m->unit)->percent;

	if (num_rescale(&a, b.scale) || num_rescale(&b, a.scale) ||
	    (percent && num_mul10(&a.m, 2)))
		metric_overflow(m);
	if (b.m == 0)
		return 0;
	if (b.m < 0) {
		a.m = -a.m;
		b.m = -b.m;
	}
	for (v->scale = 15; v->scale >= 6; v->scale--)
		if (num_div(a.m, b.m, v->scale, &v->m) == 0)
			return 1;
	metric_overflow(m);
	return 0;
}

int metric_cell_value(const struct metric *m, const struct metric_value *mv,
                      const struct metric_cell *c, const struct metric_cell *whole, struct dec *v)
{
	static const struct metric_cell zero;
	static const struct agg none;
	struct dec den;

	c = c ? c : &zero;
	if (!aggregate(&mv->num, &c->num, v))
		return 0;
	if (mv->num.kind == AGG_MEAN)
		return divide(m, c->num.sum, (struct dec){ (i128)c->num.n, 0 }, v);
	if (mv->num.kind == AGG_WMEAN)
		return divide(m, c->num.sum, c->num.wsum, v);
	if (!mv->ratio)
		return 1;
	if (mv->share ? !whole || !aggregate(&mv->num, &whole->num, &den)
	              : !aggregate(&mv->den, c->den ? &m->den[c->den] : &none, &den))
		return 0;
	return divide(m, *v, den, v);
}
