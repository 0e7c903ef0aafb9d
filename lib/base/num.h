/* num: checked conversions between text and numbers. No floating point in here. */
#ifndef NUM_H
#define NUM_H
#include "base/buf.h"

#include <stdint.h>

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

/* A decimal number, exactly: m x 10^-scale, 0 <= scale <= DEC_SCALE. */
struct dec {
	i128 m;
	int scale;
};
#define DEC_SCALE 18

/* Optional '-' and digits, all of s. Returns 0, or -1 if s is not an integer or does not fit. */
int num_i64(struct slice s, int64_t *v);
/* Decimal text (sign, digits, fraction, exponent) times 10^shift, rounded to the nearest integer,
 * halves away from zero. shift 3 reads microseconds as nanoseconds. Returns 0; -1 if s is not a
 * decimal number; -2 if it does not fit in 63 bits. */
int num_shifted(struct slice s, int shift, int64_t *v);
/* Decimal text to a dec; digits beyond DEC_SCALE decimals are rounded. Errors as num_shifted. */
int num_dec(struct slice s, struct dec *v);
/* Three-way comparison of the values, exact. */
int num_cmp(struct dec a, struct dec b);
/* Brings v to `scale` >= v->scale. Returns -1 on overflow. */
int num_rescale(struct dec *v, int scale);
/* A number followed by an optional unit: ns us ms s min; B kB MB GB TB KiB MiB GiB TiB.
 * Times come out in ns, sizes in bytes. Returns as num_dec, and -3 for an unknown unit. */
int num_unit(struct slice s, struct dec *v);
void num_put(struct buf *b, int64_t v);
void num_put128(struct buf *b, i128 v);
/* v x 10^-scale with exactly `scale` decimals. */
void num_put_fixed(struct buf *b, i128 v, int scale);
/* v with trailing zeros of the fraction removed. */
void num_put_dec(struct buf *b, struct dec v);
/* round(a * 10^scale / d), halves away from zero; d > 0. Returns -1 on overflow. */
int num_div(i128 a, i128 d, int scale, i128 *out);
/* Product and quotient, rounded to at most `decimals` decimals. Return -1 on overflow or if b is
 * 0. */
int num_times(struct dec a, struct dec b, int decimals, struct dec *v);
int num_over(struct dec a, struct dec b, int decimals, struct dec *v);
/* a * 10^k; returns -1, and leaves a, on overflow. */
int num_mul10(i128 *a, int k);
#endif
