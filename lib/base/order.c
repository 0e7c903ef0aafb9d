#include "base/order.h"

#include "base/mem.h"
#include "base/num.h"

#include <stdlib.h>

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

/* Most rows differ in their first cell already, if that is an integer. */
struct keyed {
	struct slice row;
	int64_t first;
	int is_int;
	uint32_t id;
};

static int by_row(const void *pa, const void *pb)
{
	const struct keyed *a = pa, *b = pb;

	if (a->is_int && b->is_int && a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return order_row(a->row, b->row);
}

static int in_order(const struct slice *row, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (order_row(row[i - 1], row[i]) > 0)
			return 0;
	return 1;
}

static void sort_rows(const struct slice *row, size_t n, uint32_t *id)
{
	struct keyed *k = mem_resize(NULL, n, sizeof *k);

	for (size_t i = 0; i < n; i++) {
		const char *tab = memchr(row[i].p, '\t', row[i].n);
		struct slice cell = { row[i].p, tab ? (size_t)(tab - row[i].p) : row[i].n };
		struct dec v;

		k[i] = (struct keyed){ .row = row[i], .id = (uint32_t)i };
		k[i].is_int = num_dec(cell, &v) == 0 && v.scale == 0 && v.m == (int64_t)v.m;
		if (k[i].is_int)
			k[i].first = (int64_t)v.m;
	}
	qsort(k, n, sizeof *k, by_row);
	for (size_t i = 0; i < n; i++)
		id[i] = k[i].id;
	free(k);
}

uint32_t *order_rows(const struct slice *row, size_t n)
{
	uint32_t *id = mem_resize(NULL, n, sizeof *id);

	for (size_t i = 0; i < n; i++)
		id[i] = (uint32_t)i;
	if (!in_order(row, n))
		sort_rows(row, n, id);
	return id;
}
