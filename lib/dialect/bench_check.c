#include "dialect/bench_check.h"

#include "base/escape.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"
#include "base/sorter.h"
#include "input/csv.h"

#include <math.h>
#include <stdlib.h>

enum stat { MEAN, STD, QUANTILE };
struct claim {
	char *key;
	enum bench_kind kind;
	enum stat stat;
	struct dec q;     /* of QUANTILE, 0..100 */
	char *text;       /* as in the file */
	int64_t ps;
	i128 lo, hi;      /* the order statistics on both sides of it */
};
struct values {
	uint64_t n, unknown; /* unknown: requests without it */
	i128 sum;
	double mean, m2; /* Welford */
};

struct bench_check {
	struct sorter *runs;
	struct values v[BENCH_KINDS];
	struct claim *c;
	size_t n, cap;
	int64_t result, fewest;             /* fewest: output tokens of a request with a tpot */
	struct buf wrong, sound;            /* ##disagrees lines; those that can be explained */
	struct buf note[BENCH_KINDS + 1];   /* for the metrics' notes; the last one: of all of
	                                     * them */
};

enum { CLOCKS_PS = 100000000 }; /* two readings of a clock around a token: 0.1 ms */
static const double TAIL_PS = 1e10; /* a chunk after the last token: at most 10 ms, and 1 % */

struct bench_check *bench_check_new(int64_t result)
{
	struct bench_check *c = mem_resize(NULL, 1, sizeof *c);

	*c = (struct bench_check){ .runs = sorter_new(), .result = result };
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
	sorter_add(c->runs, (struct sorter_item){ ps, 0, 0, (uint32_t)kind, 0 });
}

void bench_check_unknown(struct bench_check *c, enum bench_kind kind)
{
	c->v[kind].unknown++;
}

uint64_t bench_check_n(const struct bench_check *c, enum bench_kind kind)
{
	return c->v[kind].n;
}

void bench_check_tokens(struct bench_check *c, int64_t tokens)
{
	if (!c->fewest || tokens < c->fewest)
		c->fewest = tokens;
}

static struct claim *add(struct bench_check *c, struct slice key, struct slice val, int shift)
{
	struct claim *x;
	int64_t ps;

	if (num_shifted(val, shift, &ps))
		return NULL;
	mem_reserve((void **)&c->c, &c->cap, c->n + 1, sizeof *c->c);
	x = &c->c[c->n++];
	*x = (struct claim){ .key = mem_copy(key.p, key.n),
		             .text = mem_copy(val.p, val.n),
		             .ps = ps };
	return x;
}

/* A number from 0 to 100; -1 if it is not one. */
static int percent(struct slice s, struct dec *q)
{
	if (s.n > 12 || num_dec(s, q) || q->scale > 6 || q->m < 0 ||
	    num_cmp(*q, (struct dec){ 100, 0 }) > 0)
		return -1;
	return 0;
}

/* "p99" -> 99, "median" -> 50; -1 if it is not a quantile */
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
		enum stat s = slice_is(stat, "mean")  ? MEAN
		              : slice_is(stat, "std") ? STD
		                                      : QUANTILE;

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

/* "result 2's summary", and what it states. */
static void put_claim(const struct bench_check *c, struct buf *b, const char *what,
                      const char *key, struct slice claimed)
{
	buf_str(b, b->n ? "; result " : "result ");
	num_put(b, c->result);
	buf_str(b, what);
	buf_str(b, key);
	buf_ch(b, ' ');
	buf_put(b, claimed);
}

static void disagree(struct bench_check *c, const char *file, int kind, const char *key,
                     struct slice claimed, struct slice detail)
{
	struct buf k = { 0 };

	escape_put_key(&k, slice_of(key)); /* it may be anything */
	msg_note("%s: result %lld: %.*s: the summary says %.*s, the detail gives %.*s", file,
	         (long long)c->result, (int)k.n, k.p, (int)claimed.n, claimed.p, (int)detail.n,
	         detail.p);
	buf_str(&c->wrong, "##disagrees ");
	buf_put(&c->wrong, buf_slice(&k));
	buf_ch(&c->wrong, ' ');
	buf_put(&c->wrong, claimed);
	buf_ch(&c->wrong, ' ');
	buf_put(&c->wrong, detail);
	buf_ch(&c->wrong, ' ');
	num_put(&c->wrong, c->result);
	buf_ch(&c->wrong, '\n');
	buf_ch(&k, 0);
	if (!c->note[kind].n || kind == BENCH_KINDS)
		put_claim(c, &c->note[kind], "'s summary disagrees: ", k.p, claimed);
	free(k.p);
}

void bench_check_total(struct bench_check *c, const char *file, const char *key,
                       struct slice claimed, int64_t detail)
{
	struct buf b = { 0 };
	int64_t n;

	if (!claimed.p || num_i64(claimed, &n) || n == detail)
		return;
	num_put(&b, detail);
	disagree(c, file, BENCH_KINDS, key, claimed, buf_slice(&b));
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

/* The claim's value according to the detail, in ps. */
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

/* By how much the summary's mean latency exceeds the detail's, in ps; -1 if it claims none. */
static double mean_tail(const struct bench_check *c)
{
	for (size_t k = 0; k < c->n; k++)
		if (c->c[k].kind == BENCH_E2E && c->c[k].stat == MEAN)
			return (double)c->c[k].ps - detail_of(c, &c->c[k]);
	return -1;
}

/* What explains that the claim is `off` ps more than the detail gives; NULL: nothing does. The
 * generator's latency runs to the last chunk, which may hold no token, and uses another reading of
 * the clock than the tokens' times, whose sum is the detail's latency. */
static const char *explained(const struct bench_check *c, const struct claim *x, double ps,
                             double off)
{
	const struct values *v = &c->v[BENCH_E2E];
	double most, least = -CLOCKS_PS, tail;

	if (x->kind != BENCH_BATCH && x->stat != MEAN && fabs(off) <= 1e-4 * fabs(ps))
		return "rounding";
	if ((x->kind != BENCH_E2E && x->kind != BENCH_TPOT) || !v->n)
		return NULL;
	most = fmin(TAIL_PS, 0.01 * (double)v->sum / (double)v->n);
	most = fmax(most, CLOCKS_PS);
	if (x->kind == BENCH_TPOT) {
		tail = mean_tail(c);
		if (x->stat == MEAN && tail >= 0)
			most = fmin(most,
			            tail * (double)v->n / (double)c->v[BENCH_TPOT].n + CLOCKS_PS);
		most /= (double)(c->fewest - 1);
		least /= (double)(c->fewest - 1);
	}
	if (x->stat == STD)
		least = -most;
	return off >= least && off <= most ? "a chunk after the last token, or a second clock"
	                                   : NULL;
}

/* One claim: confirmed, explained or wrong. */
static void settle(struct bench_check *c, const char *file, const struct claim *x)
{
	double ps = detail_of(c, x), off = (double)x->ps - ps;
	struct buf b = { 0 };
	const char *how;

	/* Sums of doubles differ in the last digits; the detail is rounded to a ns. */
	if (fabs(off) <= 2000 || fabs(off) <= 1e-6 * fabs(ps))
		return;
	num_put_fixed(&b, (i128)llround(ps), x->kind == BENCH_BATCH ? 12 : 9);
	how = explained(c, x, ps, off);
	if (!how) {
		disagree(c, file, (int)x->kind, x->key, slice_of(x->text), buf_slice(&b));
	} else if (!c->note[x->kind].n) { /* the first of a kind is reported for all */
		put_claim(c, &c->note[x->kind], "'s summary says ", x->key, slice_of(x->text));
		buf_str(&c->note[x->kind], " (");
		buf_str(&c->note[x->kind], how);
		buf_ch(&c->note[x->kind], ')');
		buf_str(&c->sound, c->sound.n ? ", " : "");
		buf_str(&c->sound, x->key);
		buf_ch(&c->sound, ' ');
		buf_str(&c->sound, x->text);
		buf_str(&c->sound, " (the detail: ");
		buf_put(&c->sound, buf_slice(&b));
		buf_str(&c->sound, "; ");
		buf_str(&c->sound, how);
		buf_ch(&c->sound, ')');
	}
	free(b.p);
}

int bench_check_close(struct bench_check *c, const char *file)
{
	struct sorter_item it;
	uint64_t i = 0;
	uint32_t kind = BENCH_KINDS;

	while (sorter_next(c->runs, &it)) {
		i = it.dev == kind ? i + 1 : 0;
		kind = it.dev;
		see(c, (enum bench_kind)kind, i, it.s);
	}
	for (size_t k = 0; k < c->n; k++)
		if (c->v[c->c[k].kind].n && !c->v[c->c[k].kind].unknown)
			settle(c, file, &c->c[k]);
	if (c->sound.n)
		msg_note("%s: result %lld: the summary says %.*s", file, (long long)c->result,
		         (int)c->sound.n, c->sound.p);
	out_slice(buf_slice(&c->wrong));
	return c->wrong.n ? ST_DATA : ST_OK;
}

struct slice bench_check_note(const struct bench_check *c, int kind)
{
	return buf_slice(&c->note[kind]);
}

/* Does the summary claim a latency above 0 of this kind? */
static int measured(const struct bench_check *c, enum bench_kind kind)
{
	int some = 0;

	for (size_t k = 0; k < c->n; k++) {
		const struct claim *x = &c->c[k];

		if (x->kind != kind || x->stat == STD)
			continue;
		if (x->stat == MEAN)
			return x->ps > 0;
		some |= x->ps > 0;
	}
	return some;
}

int bench_check_stated(const struct bench_check *c, enum bench_kind kind, const char *stat,
                       int64_t *ps)
{
	enum stat s = strcmp(stat, "mean") == 0 ? MEAN : strcmp(stat, "std") == 0 ? STD : QUANTILE;
	struct dec q = { 0, 0 };

	if (c->v[kind].n || !measured(c, kind) || (s == QUANTILE && quantile(slice_of(stat), &q)))
		return 0;
	for (size_t k = 0; k < c->n; k++) {
		const struct claim *x = &c->c[k];

		if (x->kind != kind || x->stat != s || (s == QUANTILE && num_cmp(x->q, q) != 0) ||
		    x->ps < (s != STD))
			continue;
		*ps = x->ps;
		return 1;
	}
	return 0;
}

void bench_check_free(struct bench_check *c)
{
	for (size_t k = 0; k < c->n; k++) {
		free(c->c[k].key);
		free(c->c[k].text);
	}
	for (int i = 0; i <= BENCH_KINDS; i++)
		free(c->note[i].p);
	sorter_free(c->runs);
	free(c->wrong.p);
	free(c->sound.p);
	free(c->c);
	free(c);
}
