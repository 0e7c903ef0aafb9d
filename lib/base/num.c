#include "base/num.h"

#include <limits.h>

static int digit(char c)
{
	return c >= '0' && c <= '9';
}

int num_i64(struct slice s, int64_t *v)
{
	uint64_t u = 0, max = INT64_MAX;
	size_t i = 0;

	if (s.n && s.p[0] == '-') {
		i = 1;
		max = (uint64_t)INT64_MAX + 1;
	}
	if (i == s.n)
		return -1;
	for (; i < s.n && i < 18; i++) { /* so many digits fit */
		unsigned d = (unsigned char)s.p[i] - (unsigned)'0';

		if (d > 9)
			return -1;
		u = u * 10 + d;
	}
	for (; i < s.n; i++) {
		unsigned d = (unsigned char)s.p[i] - (unsigned)'0';

		if (d > 9 || u > (max - d) / 10)
			return -1;
		u = u * 10 + d;
	}
	*v = s.p[0] == '-' ? (int64_t)(0 - u) : (int64_t)u;
	return 0;
}

int num_mul10(i128 *a, int k)
{
	i128 v = *a;

	while (k-- > 0)
		if (__builtin_mul_overflow(v, 10, &v))
			return -1;
	*a = v;
	return 0;
}

struct parts {
	int neg, has_dot;
	size_t int_at, int_n, frac_at, frac_n;
	int exp;
};

static int read_exp(struct slice s, size_t i, int *exp)
{
	int neg = 0, e = 0;

	if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
		neg = s.p[i++] == '-';
	if (i == s.n)
		return -1;
	for (; i < s.n; i++) {
		if (!digit(s.p[i]))
			return -1;
		if (e < 100000)
			e = e * 10 + (s.p[i] - '0');
	}
	*exp = neg ? -e : e;
	return 0;
}

static int split(struct slice s, struct parts *r)
{
	size_t i = 0;

	*r = (struct parts){ 0 };
	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		r->neg = s.p[i++] == '-';
	r->int_at = i;
	while (i < s.n && digit(s.p[i]))
		i++;
	r->int_n = i - r->int_at;
	if (i < s.n && s.p[i] == '.') {
		r->frac_at = ++i;
		while (i < s.n && digit(s.p[i]))
			i++;
		r->frac_n = i - r->frac_at;
	}
	if (r->int_n + r->frac_n == 0)
		return -1;
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E'))
		return read_exp(s, i + 1, &r->exp);
	return i == s.n ? 0 : -1;
}

/* The digits of r as an integer with `keep` of them left of the point; the others are rounded. */
static int collect(struct slice s, const struct parts *r, long keep, i128 *m)
{
	size_t n = r->int_n + r->frac_n;
	i128 v = 0;

	for (size_t k = 0; k < n && (long)k < keep; k++) {
		char c = k < r->int_n ? s.p[r->int_at + k] : s.p[r->frac_at + k - r->int_n];

		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, c - '0', &v))
			return -2;
	}
	for (long k = (long)n; v && k < keep; k++)
		if (__builtin_mul_overflow(v, 10, &v))
			return -2;
	if (keep >= 0 && (size_t)keep < n) {
		size_t k = (size_t)keep;
		char c = k < r->int_n ? s.p[r->int_at + k] : s.p[r->frac_at + k - r->int_n];

		v += c >= '5';
	}
	*m = r->neg ? -v : v;
	return 0;
}

int num_shifted(struct slice s, int shift, int64_t *v)
{
	struct parts r;
	i128 m;
	int e = split(s, &r);

	if (e)
		return e;
	e = collect(s, &r, (long)r.int_n + r.exp + shift, &m);
	if (e)
		return e;
	if (m > INT64_MAX || m < INT64_MIN)
		return -2;
	*v = (int64_t)m;
	return 0;
}

int num_dec(struct slice s, struct dec *v)
{
	struct parts r;
	int e;
	long scale;

	e = split(s, &r);
	if (e)
		return e;
	scale = (long)r.frac_n - r.exp;
	if (scale < 0)
		scale = 0;
	if (scale > DEC_SCALE)
		scale = DEC_SCALE;
	v->scale = (int)scale;
	return collect(s, &r, (long)r.int_n + r.exp + scale, &v->m);
}

int num_rescale(struct dec *v, int scale)
{
	if (scale <= v->scale)
		return 0;
	if (num_mul10(&v->m, scale - v->scale))
		return -1;
	v->scale = scale;
	return 0;
}

int num_cmp(struct dec a, struct dec b)
{
	int scale = a.scale > b.scale ? a.scale : b.scale;

	/* If scaling up overflows one of them, that one is larger in magnitude. */
	if (num_rescale(&a, scale))
		return a.m < 0 ? -1 : 1;
	if (num_rescale(&b, scale))
		return b.m < 0 ? 1 : -1;
	return a.m < b.m ? -1 : a.m > b.m;
}

static const struct unit {
	const char *name;
	int64_t factor;
} units[] = {
	{ "", 1 }, { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
	{ "min", 60000000000 }, { "B", 1 }, { "kB", 1000 }, { "MB", 1000000 },
	{ "GB", 1000000000 }, { "TB", 1000000000000 }, { "KiB", 1 << 10 }, { "MiB", 1 << 20 },
	{ "GiB", 1 << 30 }, { "TiB", (int64_t)1 << 40 },
};

int num_unit(struct slice s, struct dec *v)
{
	size_t k = s.n;
	struct slice u;
	int e;

	while (k && !digit(s.p[k - 1]) && s.p[k - 1] != '.')
		k--;
	u = (struct slice){ s.p + k, s.n - k };
	e = num_dec((struct slice){ s.p, k }, v);
	if (e)
		return e;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (slice_is(u, units[i].name))
			return __builtin_mul_overflow(v->m, units[i].factor, &v->m) ? -2 : 0;
	return -3;
}

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

/* Exactly eight digits. */
static void eight(char *t, uint32_t u)
{
	uint32_t hi = u / 10000, lo = u % 10000;

	memcpy(t, pairs + hi / 100 * 2, 2);
	memcpy(t + 2, pairs + hi % 100 * 2, 2);
	memcpy(t + 4, pairs + lo / 100 * 2, 2);
	memcpy(t + 6, pairs + lo % 100 * 2, 2);
}

/* The hottest loop when counters are written: eight digits per division, and the divisions do not
 * depend on each other. */
static const uint64_t powers[] = {
	/* of ten */
	1,
	10,
	100,
	1000,
	10000,
	100000,
	1000000,
	10000000,
	100000000,
	1000000000,
	10000000000,
	100000000000,
	1000000000000,
	10000000000000,
	100000000000000,
	1000000000000000,
	10000000000000000,
	100000000000000000,
	1000000000000000000,
	10000000000000000000u,
};

/* The number of digits of u, 0 of 0. */
static unsigned digits(uint64_t u)
{
	unsigned bits = 64 - (unsigned)__builtin_clzll(u | 1),
		 n = bits * 1233 >> 12; /* log10(2), nearly */

	return n + (u >= powers[n]);
}

/* Straight into the buffer: a copy would read its bytes before they are stored. */
void num_put(struct buf *b, int64_t v)
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	unsigned n = digits(u);
	uint32_t w;
	char *t;

	buf_room(b, 20);
	if (v < 0)
		b->p[b->n++] = '-';
	n += n == 0;
	b->n += n;
	t = b->p + b->n;
	for (; u >= 100000000; u /= 100000000)
		eight(t -= 8, (uint32_t)(u % 100000000));
	for (w = (uint32_t)u; w >= 100; w /= 100)
		memcpy(t -= 2, pairs + w % 100 * 2, 2);
	if (w >= 10)
		memcpy(t - 2, pairs + w * 2, 2);
	else
		t[-1] = (char)('0' + (int)w);
}

void num_put128(struct buf *b, i128 v)
{
	char t[48];
	size_t i = sizeof t;
	u128 u;

	if (v >= INT64_MIN && v <= INT64_MAX) { /* nearly always, and many times faster */
		num_put(b, (int64_t)v);
		return;
	}
	u = v < 0 ? 0 - (u128)v : (u128)v;
	do
		t[--i] = (char)('0' + (int)(u % 10));
	while (u /= 10);
	if (v < 0)
		t[--i] = '-';
	buf_add(b, t + i, sizeof t - i);
}

void num_put_fixed(struct buf *b, i128 v, int scale)
{
	i128 p = 1;
	u128 u, f;
	size_t at;

	num_mul10(&p, scale);
	u = v < 0 ? 0 - (u128)v : (u128)v;
	if (v < 0)
		buf_ch(b, '-');
	num_put128(b, (i128)(u / (u128)p));
	if (scale == 0)
		return;
	buf_ch(b, '.');
	f = u % (u128)p;
	at = b->n;
	buf_room(b, (size_t)scale);
	b->n += (size_t)scale;
	for (; scale > 18; f /= 10)
		b->p[at + (size_t)--scale] = (char)('0' + (int)(f % 10));
	for (uint64_t w = (uint64_t)f; scale-- > 0;
	     w /= 10) /* nearly always all of it, and faster */
		b->p[at + (size_t)scale] = (char)('0' + (int)(w % 10));
}

void num_put_dec(struct buf *b, struct dec v)
{
	while (v.scale > 0 && v.m % 10 == 0) {
		v.m /= 10;
		v.scale--;
	}
	num_put_fixed(b, v.m, v.scale);
}

int num_div(i128 a, i128 d, int scale, i128 *out)
{
	int neg = a < 0;
	u128 u, q, r;

	if (num_mul10(&a, scale))
		return -1;
	u = neg ? 0 - (u128)a : (u128)a;
	q = u / (u128)d;
	r = u % (u128)d;
	if (r >= (u128)d - r)
		q++;
	if (q > (u128)(~(u128)0 >> 1))
		return -1;
	*out = neg ? -(i128)q : (i128)q;
	return 0;
}

int num_times(struct dec a, struct dec b, int decimals, struct dec *v)
{
	i128 unit = 1;

	if (__builtin_mul_overflow(a.m, b.m, &v->m))
		return -1;
	v->scale = a.scale + b.scale;
	if (v->scale <= decimals)
		return 0;
	if (num_mul10(&unit, v->scale - decimals) || num_div(v->m, unit, 0, &v->m))
		return -1;
	v->scale = decimals;
	return 0;
}

int num_over(struct dec a, struct dec b, int decimals, struct dec *v)
{
	if (b.m == 0 || num_rescale(&a, b.scale) || num_rescale(&b, a.scale))
		return -1;
	if (b.m < 0) {
		a.m = -a.m;
		b.m = -b.m;
	}
	for (v->scale = decimals; v->scale >= 0; v->scale--)
		if (num_div(a.m, b.m, v->scale, &v->m) == 0)
			return 0;
	return -1;
}
