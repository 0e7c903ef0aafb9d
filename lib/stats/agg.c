#include "stats/agg.h"

#include "base/mem.h"
#include "base/msg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEAN_DIGITS = 9 }; /* decimals of a mean in addition to those of its values */

static const struct {
	const char *name;
	enum agg_kind kind;
} kinds[] = {
	{ "count", AGG_COUNT }, { "sum", AGG_SUM }, { "mean", AGG_MEAN }, { "wmean", AGG_WMEAN },
	{ "std", AGG_STD },     { "min", AGG_MIN }, { "max", AGG_MAX },   { "first", AGG_FIRST },
	{ "last", AGG_LAST },   { "span", AGG_SPAN }, { "slope", AGG_SLOPE },
	{ "intercept", AGG_INTERCEPT }, { "residual", AGG_RESIDUAL },
};

static int find_kind(struct slice w, struct agg_op *op)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (slice_is(w, kinds[i].name)) {
			op->kind = kinds[i].kind;
			return 1;
		}
	op->kind = AGG_QUANTILE;
	if (slice_is(w, "median")) {
		op->q = (struct dec){ 50, 0 };
		return 1;
	}
	if (w.n < 2 || w.p[0] != 'p' || num_dec((struct slice){ w.p + 1, w.n - 1 }, &op->q))
		return 0;
	return op->q.scale <= 6 && op->q.m >= 0 && num_cmp(op->q, (struct dec){ 100, 0 }) <= 0;
}

static struct slice part(const char **p, const char *e)
{
	const char *q = memchr(*p, ':', (size_t)(e - *p));
	struct slice s = { *p, (size_t)((q ? q : e) - *p) };

	*p = q ? q + 1 : e;
	return s;
}

static int is_fit(enum agg_kind kind)
{
	return kind == AGG_SLOPE || kind == AGG_INTERCEPT || kind == AGG_RESIDUAL;
}

struct agg_op agg_parse(const char *text)
{
	struct agg_op op = { .text = text };
	const char *p = text, *e = strchr(text, '[');
	size_t n = strlen(text);
	struct slice w;

	if (e) {
		char *cond;

		if (text[n - 1] != ']')
			msg_usage("a condition without a closing ']': '%s'", text);
		cond = mem_copy(e + 1, n - (size_t)(e + 1 - text) - 1);
		op.cond = expr_parse(cond);
	} else {
		e = text + n;
	}
	w = part(&p, e);
	if (!find_kind(w, &op))
		msg_usage("unknown operation: '%.*s'", (int)w.n, w.p);
	op.field = part(&p, e);
	op.weight = part(&p, e);
	if (p != e || (op.weight.n && op.kind != AGG_WMEAN && !is_fit(op.kind)))
		msg_usage("too many fields: '%s'", text);
	if (!op.field.n && op.kind != AGG_COUNT && op.kind != AGG_SPAN)
		msg_usage("this operation needs a field: '%s'", text);
	if (!op.weight.n && op.kind == AGG_WMEAN)
		msg_usage("no weight (wmean:FIELD:WEIGHT): '%s'", text);
	if (!op.weight.n && is_fit(op.kind))
		msg_usage("a fit needs two fields (Y:X): '%s'", text);
	return op;
}

void agg_weigh(struct agg *a, uint64_t n, uint64_t missing, int64_t events)
{
	a->events += (a->n - n) * (uint64_t)events;
	a->lacking += (a->missing - missing) * (uint64_t)events;
}

int agg_sum(struct dec *a, struct dec b)
{
	struct dec s = *a;

	if (num_rescale(&s, b.scale) || num_rescale(&b, s.scale) ||
	    __builtin_add_overflow(s.m, b.m, &s.m))
		return -1;
	*a = s;
	return 0;
}

static double to_double(struct dec d)
{
	return (double)d.m / pow(10, d.scale);
}

static void set_text(struct slice *to, struct slice s)
{
	free((char *)(uintptr_t)to->p);
	*to = (struct slice){ mem_copy(s.p, s.n), s.n };
}

/* A value as a sort key: v x 10^18 as two words whose order is the value's. */
static int sort_key(struct dec v, struct sorter_item *it)
{
	u128 u;

	if (num_rescale(&v, DEC_SCALE))
		return -1;
	u = (u128)v.m;
	it->s = (int64_t)(uint64_t)(u >> 64);
	it->e = (int64_t)((uint64_t)u ^ UINT64_C(0x8000000000000000));
	return 0;
}

static struct dec from_key(const struct sorter_item *it)
{
	u128 u = (u128)(uint64_t)it->s << 64 | ((uint64_t)it->e ^ UINT64_C(0x8000000000000000));

	struct dec v = { (i128)u, DEC_SCALE };

	/* Without trailing zeros, so that there is room to interpolate. */
	while (v.scale && v.m % 10 == 0) {
		v.m /= 10;
		v.scale--;
	}
	return v;
}

static const char *weigh(const struct agg_op *op, struct agg *a, struct dec v, const struct rec *r,
                         struct slice *off)
{
	struct slice s = rec_field(r, op->weight);
	struct dec w, p;

	if (!s.p) {
		a->missing++;
		return NULL;
	}
	*off = s;
	if (num_dec(s, &w))
		return "weight: not a number";
	if (num_times(v, w, DEC_SCALE, &p) || agg_sum(&a->sum, p) || agg_sum(&a->wsum, w)) {
		a->overflow = 1;
		return "sum beyond 128 bits";
	}
	a->n++;
	return NULL;
}

static const char *add_number(const struct agg_op *op, struct agg *a, struct dec v,
                              struct sorter *runs, struct sorter_item it)
{
	double x;
	struct dec d;

	if (op->kind == AGG_MIN && (a->n == 0 || num_cmp(v, a->min) < 0))
		a->min = v;
	if (op->kind == AGG_MAX && (a->n == 0 || num_cmp(v, a->max) > 0))
		a->max = v;
	if ((op->kind == AGG_SUM || op->kind == AGG_MEAN) && agg_sum(&a->sum, v)) {
		a->overflow = 1;
		return "sum beyond 128 bits";
	}
	if (op->kind == AGG_QUANTILE) {
		if (sort_key(v, &it)) {
			a->overflow = 1;
			return "number out of range";
		}
		sorter_add(runs, it);
	}
	a->n++;
	if (op->kind == AGG_STD) {
		/* Computed from the differences from the first value, which are exact. */
		if (a->n == 1)
			a->sum = v;
		d = (struct dec){ -a->sum.m, a->sum.scale };
		if (agg_sum(&d, v))
			return "number out of range";
		x = to_double(d) - a->mean;
		a->mean += x / (double)a->n;
		a->m2 += x * (to_double(d) - a->mean);
	}
	return NULL;
}

/* Sums about the means (Welford), so that large numbers lose no digits. */
static const char *fit(const struct agg_op *op, struct agg *a, struct dec v, const struct rec *r,
                       struct slice *off)
{
	struct slice s = rec_field(r, op->weight);
	struct dec w;
	double x, y, dx, dy;

	if (!s.p) {
		a->missing++;
		return NULL;
	}
	*off = s;
	if (num_dec(s, &w))
		return "x: not a number";
	a->n++;
	x = to_double(w);
	y = to_double(v);
	dx = x - a->x;
	dy = y - a->mean;
	a->x += dx / (double)a->n;
	a->mean += dy / (double)a->n;
	a->xx += dx * (x - a->x);
	a->m2 += dy * (y - a->mean);
	a->xy += dx * (y - a->mean);
	return NULL;
}

static const char *span(struct agg *a, const struct rec *r)
{
	struct dec s = { r->ts, 0 }, e = { (i128)r->ts + (r->has_dur ? r->dur : 0), 0 };

	if (!r->has_ts) {
		a->missing++;
		return NULL;
	}
	if (!a->n || s.m < a->min.m)
		a->min = s;
	if (!a->n || e.m > a->max.m)
		a->max = e;
	a->n++;
	return NULL;
}

const char *agg_add(const struct agg_op *op, struct agg *a, const struct rec *r,
                    struct sorter *runs, uint32_t group, uint32_t column, struct slice *off)
{
	struct slice s;
	struct dec v;

	if (op->cond && !expr_true(op->cond, r))
		return NULL;
	if (op->kind == AGG_SPAN)
		return span(a, r);
	if (!op->field.n) {
		a->n++;
		return NULL;
	}
	s = rec_field(r, op->field);
	if (!s.p) {
		a->missing++;
		return NULL;
	}
	if (op->kind == AGG_COUNT) {
		a->n++;
		return NULL;
	}
	if (op->kind == AGG_FIRST || op->kind == AGG_LAST) {
		if (op->kind == AGG_LAST || !a->n)
			set_text(&a->first, s);
		a->n++;
		return NULL;
	}
	*off = s;
	switch (num_dec(s, &v)) {
	case 0:
		break;
	case -2:
		return "number out of range";
	default:
		return "not a number";
	}
	if (op->kind == AGG_WMEAN)
		return weigh(op, a, v, r, off);
	if (is_fit(op->kind))
		return fit(op, a, v, r, off);
	return add_number(op, a, v, runs, (struct sorter_item){ .win = group, .dev = column });
}

/* lo + (hi - lo) * frac/den, with up to MEAN_DIGITS decimals more than theirs; -1 on overflow. */
static int between(struct dec lo, struct dec hi, int64_t frac, int64_t den, struct dec *v)
{
	i128 m, d;

	if (num_rescale(&lo, hi.scale) || num_rescale(&hi, lo.scale))
		return -1;
	if (frac == 0 || lo.m == hi.m) {
		*v = lo;
		return 0;
	}
	d = hi.m - lo.m;
	if (__builtin_mul_overflow(d, frac, &m) || __builtin_mul_overflow(lo.m, den, &d) ||
	    __builtin_add_overflow(m, d, &m))
		return -1;
	/* As many decimals as there is room for, up to MEAN_DIGITS more. */
	for (v->scale = lo.scale + MEAN_DIGITS; v->scale >= lo.scale; v->scale--)
		if (v->scale <= DEC_SCALE + MEAN_DIGITS &&
		    num_div(m, den, v->scale - lo.scale, &v->m) == 0)
			return 0;
	return -1;
}

/* Position of the quantile among n values: index and fraction frac/den. */
static uint64_t position(struct dec q, uint64_t n, int64_t *frac, int64_t *den)
{
	i128 d = 100, x;

	num_mul10(&d, q.scale);
	x = q.m * (i128)(n - 1);
	*frac = (int64_t)(x % d);
	*den = (int64_t)d;
	return (uint64_t)(x / d);
}

void agg_quantiles(struct sorter *runs,
                   struct agg *(*cell)(void *arg, uint32_t group, uint32_t column,
                                       const struct agg_op **op),
                   void *arg)
{
	struct sorter_item it;
	struct agg *a = NULL;
	const struct agg_op *op = NULL;
	uint64_t i = 0, at = 0;
	int64_t frac = 0, den = 1, win = -1;
	uint32_t dev = 0;
	struct dec lo = { 0, 0 };

	while (sorter_next(runs, &it)) {
		if (!a || it.win != win || it.dev != dev) {
			win = it.win;
			dev = it.dev;
			a = cell(arg, (uint32_t)win, dev, &op);
			at = position(op->q, a->n, &frac, &den);
			i = 0;
		}
		if (i == at)
			a->quantile = lo = from_key(&it);
		if (i == at + 1 && frac && between(lo, from_key(&it), frac, den, &a->quantile))
			a->quantile.scale = -1; /* overflow */
		i++;
	}
}

static int put_mean(struct dec sum, struct dec weight, struct buf *b)
{
	struct dec v;
	i128 d = weight.m;

	if (d == 0) {
		buf_ch(b, '.');
		return 0;
	}
	if (d < 0) {
		d = -d;
		sum.m = -sum.m;
	}
	if (num_mul10(&sum.m, weight.scale))
		return -1;
	for (int digits = MEAN_DIGITS; digits >= 0; digits--)
		if (num_div(sum.m, d, digits, &v.m) == 0) {
			v.scale = sum.scale + digits;
			num_put_dec(b, v);
			return 0;
		}
	return -1;
}

/* Of the line through the values. Returns 0 if all x are equal. */
static int put_fit(enum agg_kind kind, const struct agg *a, struct buf *b)
{
	double slope = a->xy / a->xx, rest = (a->m2 - slope * a->xy) / (double)a->n, v;
	char t[64];

	if (!(a->xx > 0) || a->n < 2) {
		buf_ch(b, '.');
		return 0;
	}
	v = kind == AGG_SLOPE       ? slope
	    : kind == AGG_INTERCEPT ? a->mean - slope * a->x
	                            : sqrt(rest > 0 ? rest : 0);
	snprintf(t, sizeof t, "%.12f", v);
	buf_str(b, t);
	return 0;
}

int agg_result(const struct agg_op *op, const struct agg *a, struct buf *b)
{
	char t[40];

	if (op->kind == AGG_COUNT) {
		num_put(b, (int64_t)a->n);
		return 0;
	}
	if (a->n == 0 || a->overflow) {
		buf_ch(b, '.');
		return 0;
	}
	switch (op->kind) {
	case AGG_SUM:
		num_put_dec(b, a->sum);
		break;
	case AGG_MEAN:
		return put_mean(a->sum, (struct dec){ (i128)a->n, 0 }, b);
	case AGG_WMEAN:
		return put_mean(a->sum, a->wsum, b);
	case AGG_STD: /* of the population, as numpy's default */
		snprintf(t, sizeof t, "%.9g", sqrt(a->m2 / (double)a->n));
		buf_str(b, t);
		break;
	case AGG_MIN:
		num_put_dec(b, a->min);
		break;
	case AGG_MAX:
		num_put_dec(b, a->max);
		break;
	case AGG_QUANTILE:
		if (a->quantile.scale < 0)
			return -1;
		num_put_dec(b, a->quantile);
		break;
	case AGG_SPAN:
		num_put128(b, a->max.m - a->min.m);
		break;
	case AGG_SLOPE:
	case AGG_INTERCEPT:
	case AGG_RESIDUAL:
		return put_fit(op->kind, a, b);
	case AGG_FIRST:
	case AGG_LAST:
	case AGG_COUNT:
		buf_put(b, a->first);
		break;
	}
	return 0;
}
