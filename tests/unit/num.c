/* num: exact conversions, their limits and their errors. Expected values by hand. */
#include "base/num.h"
#include "unit.h"

static int i64(const char *s, int64_t want)
{
	int64_t v = 77;

	return num_i64(slice_of(s), &v) == 0 && v == want;
}

static int shifted(const char *s, int shift, int64_t want)
{
	int64_t v = 77;

	return num_shifted(slice_of(s), shift, &v) == 0 && v == want;
}

static int error(const char *s, int shift, int want)
{
	int64_t v;

	return num_shifted(slice_of(s), shift, &v) == want;
}

static int fixed(i128 v, int scale, const char *want)
{
	struct buf b = { 0 };

	num_put_fixed(&b, v, scale);
	return slice_is(buf_slice(&b), want);
}

static int divides(int64_t a, int64_t d, int scale, int64_t want)
{
	i128 q;

	return num_div(a, d, scale, &q) == 0 && q == want;
}

static int cmp(const char *a, const char *b)
{
	struct dec x, y;

	return num_dec(slice_of(a), &x) || num_dec(slice_of(b), &y) ? 99 : num_cmp(x, y);
}

static int unit(const char *s, int64_t want)
{
	struct dec d;

	if (num_unit(slice_of(s), &d))
		return 0;
	for (; d.scale; d.scale--)
		d.m /= 10;
	return d.m == want;
}

int main(void)
{
	int64_t v;
	struct dec d;

	ok(i64("0", 0) && i64("-7", -7) && i64("9223372036854775807", INT64_MAX) &&
	   i64("-9223372036854775808", INT64_MIN), "integers to both ends");
	ok(num_i64(slice_of("9223372036854775808"), &v) && num_i64(slice_of("-9223372036854775809"), &v) &&
	   num_i64(slice_of(""), &v) && num_i64(slice_of("-"), &v) && num_i64(slice_of("1x"), &v) &&
	   num_i64(slice_of(" 1"), &v) && num_i64(slice_of("+1"), &v), "no integers");
	ok(shifted("4473365920490.169", 3, INT64_C(4473365920490169)), "us to ns");
	ok(shifted("0.0005", 3, 1) && shifted("0.0004", 3, 0) && shifted("-0.0005", 3, -1), "halves away from zero");
	ok(shifted("1e3", 3, 1000000) && shifted("1.5E-3", 3, 2) && shifted("1e-9", 3, 0), "exponents");
	ok(shifted(".5", 3, 500) && shifted("5.", 3, 5000) && shifted("000012", 0, 12), "odd spellings");
	ok(error("", 3, -1) && error(".", 3, -1) && error("1e", 3, -1) && error("1a", 3, -1) &&
	   error("NaN", 3, -1) && error("--1", 3, -1), "no numbers");
	ok(error("1e30", 3, -2) && error("9223372036854776", 3, -2) && error("1e99999999999", 3, -2), "out of range");
	ok(shifted("0e99999999999", 3, 0), "zero whatever its exponent");
	ok(fixed(1, 9, "0.000000001") && fixed(-1500, 3, "-1.500") && fixed(0, 2, "0.00") && fixed(12, 0, "12"), "fixed decimals");
	ok(divides(1, 3, 3, 333) && divides(2, 3, 3, 667) && divides(-1, 2, 0, -1) && divides(1, 2, 0, 1), "division rounds");
	ok(cmp("1.50", "1.5") == 0 && cmp("-2", "1") < 0 && cmp("1e2", "99.999") > 0 &&
	   cmp("99999999999999999999999999999999999999", "0.000000000000000001") > 0 &&
	   cmp("-99999999999999999999999999999999999999", "0.5") < 0, "comparison across scales");
	ok(unit("10us", 10000) && unit("1.5ms", 1500000) && unit("2min", INT64_C(120000000000)) && unit("3KiB", 3072) &&
	   unit("3kB", 3000) && unit("7", 7) && unit("0.02 ", 0) == 0, "units");
	ok(num_unit(slice_of("1parsec"), &d) == -3 && num_unit(slice_of("us"), &d) == -1, "no units");
	return done();
}
