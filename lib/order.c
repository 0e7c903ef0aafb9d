#include "order.h"

#include "num.h"

int order_cell(struct slice a, struct slice b)
{
	struct dec x, y;
	int na = num_dec(a, &x) == 0, nb = num_dec(b, &y) == 0, c;
	size_t n = a.n < b.n ? a.n : b.n;

	if (na && nb && (c = num_cmp(x, y)) != 0)
		return c;
	if (na != nb)
		return na ? -1 : 1;
	c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : a.n < b.n ? -1 : a.n > b.n;
}

int order_row(struct slice a, struct slice b)
{
	for (;;) {
		const char *ta = memchr(a.p, '\t', a.n), *tb = memchr(b.p, '\t', b.n);
		struct slice ca = { a.p, ta ? (size_t)(ta - a.p) : a.n };
		struct slice cb = { b.p, tb ? (size_t)(tb - b.p) : b.n };
		int c = order_cell(ca, cb);

		if (c || !ta || !tb)
			return c ? c : (ta != NULL) - (tb != NULL);
		a.n -= ca.n + 1;
		a.p = ta + 1;
		b.n -= cb.n + 1;
		b.p = tb + 1;
	}
}
