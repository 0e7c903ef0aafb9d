#include "bench_check.h"

#include "csv.h"
#include "num.h"
#include "out.h"
#include "runs.h"

#include <math.h>
#include <stdlib.h>

enum stat { MEAN, STD, QUANTILE };
struct claim {
	char *key;
	enum bench_kind kind;
	enum stat stat;
	struct dec q;     /* of QUANTILE, 0..100 */
	char *text;       /* as the file has it */
	int64_t ps;
	i128 lo, hi;      /* the order statistics beside it */
};
struct values {
	uint64_t n;
	i128 sum;
	double mean, m2; /* Welford */
};

struct bench_check {
	struct runs *runs;
	struct values v[BENCH_KINDS];
	struct claim *c;
	size_t n, cap;
	struct buf wrong; /* ##disagrees lines */
};

struct bench_check *bench_check_new(void)
{
	struct bench_check *c = mem_resize(NULL, 1, sizeof *c);

	*c = (struct bench_check){ .runs = runs_new() };
	return c;
}

void bench_check_add(struct bench_check *c, enum bench_kind kind, int64_t ps)
{
	struct values *v = &c->v[kind];
	double d = (double)ps - v->mean;

	v->n++;
	v->sum += ps;
	v->mean += d / (double)v->n;
	v->m2 += d * ((double)ps - v->mean);
	runs_add(c->runs, (struct run_item){ ps, 0, 0, (uint32_t)kind, 0 });
}

static struct claim *add(struct bench_check *c, struct slice key, struct slice val, int shift)
{
	struct claim *x;
	int64_t ps;

	if (num_shifted(val, shift, &ps))
		return NULL;
	mem_reserve((void **)&c->c, &c->cap, c->n + 1, sizeof *c->c);
	x = &c->c[c->n++];
	*x = (struct claim){ .key = mem_copy(key.p, key.n), .text = mem_copy(val.p, val.n), .ps = ps };
	return x;
}

/* A number from 0 to 100; -1 where it is none. */
static int percent(struct slice s, struct dec *q)
{
	if (s.n > 12 || num_dec(s, q) || q->scale > 6 || q->m < 0 || num_cmp(*q, (struct dec){ 100, 0 }) > 0)
		return -1;
	return 0;
}

/* "p99" -> 99, "median" -> 50; -1 where it is no quantile */
static int quantile(struct slice s, struct dec *q)
{
	if (slice_is(s, "median")) {
		*q = (struct dec){ 50, 0 };
		return 0;
	}
	if (slice_is(s, "min") || slice_is(s, "max")) {
		*q = (struct dec){ s.p[1] == 'i' ? 0 : 100, 0 };
		return 0;
	}
	return s.n > 1 && s.p[0] == 'p' ? percent((struct slice){ s.p + 1, s.n - 1 }, q) : -1;
}

void bench_check_claim(struct bench_check *c, struct slice key, struct slice val)
{
	static const struct {
		const char *name;
		enum bench_kind kind;
	} kinds[] = {
		{ "ttft_ms", BENCH_TTFT }, { "tpot_ms", BENCH_TPOT }, { "itl_ms", BENCH_ITL },
		{ "e2el_ms", BENCH_E2E }, { "e2e_latency_ms", BENCH_E2E },
	};
	const char *bar = memchr(key.p, '_', key.n);
	struct slice stat, what;
	struct dec q = { 0, 0 };
	struct claim *x;

	if (!bar)
		return;
	stat = (struct slice){ key.p, (size_t)(bar - key.p) };
	what = (struct slice){ bar + 1, key.n - stat.n - 1 };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		enum stat s = slice_is(stat, "mean") ? MEAN : slice_is(stat, "std") ? STD : QUANTILE;

		if (!slice_is(what, kinds[i].name) || (s == QUANTILE && quantile(stat, &q)) ||
		    !(x = add(c, key, val, 9)))
			continue;
		x->kind = kinds[i].kind;
		x->stat = s;
		x->q = q;
	}
}

void bench_check_batch(struct bench_check *c, struct slice q, struct slice val)
{
	int mean = slice_is(q, ".");
	struct dec number = { 0, 0 };
	struct claim *x;

	if (!mean && percent(q, &number))
		return;
	x = add(c, mean ? slice_of("avg_latency") : q, val, 12);
	if (!x)
		return;
	x->kind = BENCH_BATCH;
	x->stat = mean ? MEAN : QUANTILE;
	x->q = number;
}

static void disagree(struct bench_check *c, const char *file, const char *key, struct slice claimed,
                     struct slice detail)
{
	struct buf k = { 0 };

	csv_key(&k, slice_of(key)); /* it may be anything */
	msg_note("%s: %.*s: the summary says %.*s, the detail gives %.*s", file, (int)k.n, k.p, (int)claimed.n,
	         claimed.p, (int)detail.n, detail.p);
	buf_str(&c->wrong, "##disagrees ");
	buf_put(&c->wrong, buf_slice(&k));
	buf_ch(&c->wrong, ' ');
	buf_put(&c->wrong, claimed);
	buf_ch(&c->wrong, ' ');
	buf_put(&c->wrong, detail);
	buf_ch(&c->wrong, '\n');
	free(k.p);
}

void bench_check_total(struct bench_check *c, const char *file, const char *key, struct slice claimed,
                       int64_t detail)
{
	struct buf b = { 0 };
	int64_t n;

	if (!claimed.p || num_i64(claimed, &n) || n == detail)
		return;
	num_put(&b, detail);
	disagree(c, file, key, claimed, buf_slice(&b));
	free(b.p);
}

/* i-th value of its kind, in order. */
static void see(struct bench_check *c, enum bench_kind kind, uint64_t i, int64_t ps)
{
	for (size_t k = 0; k < c->n; k++) {
		struct claim *x = &c->c[k];
		i128 unit = 100, at;

		if (x->kind != kind || x->stat != QUANTILE)
			continue;
		num_mul10(&unit, x->q.scale);
		at = x->q.m * (i128)(c->v[kind].n - 1) / unit;
		if (at == (i128)i)
			x->lo = x->hi = ps;
		if (at + 1 == (i128)i)
			x->hi = ps;
	}
}

/* The claim's value by the detail, in ps. */
static double detail_of(const struct bench_check *c, const struct claim *x)
{
	const struct values *v = &c->v[x->kind];
	i128 unit = 100, rank;

	if (x->stat == MEAN)
		return (double)v->sum / (double)v->n;
	if (x->stat == STD)
		return sqrt(v->m2 / (double)v->n);
	num_mul10(&unit, x->q.scale);
	rank = x->q.m * (i128)(v->n - 1) % unit;
	return (double)x->lo + (double)(x->hi - x->lo) * (double)rank / (double)unit;
}

int bench_check_close(struct bench_check *c, const char *file)
{
	struct run_item it;
	uint64_t i = 0;
	uint32_t kind = BENCH_KINDS;
	int status;

	while (runs_next(c->runs, &it)) {
		i = it.dev == kind ? i + 1 : 0;
		kind = it.dev;
		see(c, (enum bench_kind)kind, i, it.s);
	}
	for (size_t k = 0; k < c->n; k++) {
		struct claim *x = &c->c[k];
		double ps = c->v[x->kind].n ? detail_of(c, x) : 0, off = fabs(ps - (double)x->ps);
		struct buf b = { 0 };

		/* What is summed up in doubles differs in the last digits; a ns of rounding in the detail. */
		if (c->v[x->kind].n && off > 2000 && off > 1e-6 * fabs(ps)) {
			num_put_fixed(&b, (i128)llround(ps), x->kind == BENCH_BATCH ? 12 : 9);
			disagree(c, file, x->key, slice_of(x->text), buf_slice(&b));
			free(b.p);
		}
		free(x->key);
		free(x->text);
	}
	status = c->wrong.n ? ST_DATA : ST_OK;
	out_slice(buf_slice(&c->wrong));
	runs_free(c->runs);
	free(c->wrong.p);
	free(c->c);
	free(c);
	return status;
}
