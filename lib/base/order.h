/* order: the fixed output order of groups: numbers by value before text by bytes. */
#ifndef ORDER_H
#define ORDER_H
#include "base/buf.h"

#include <stdint.h>

int order_cell(struct slice a, struct slice b);
/* Tab-separated cells, one after the other. */
int order_row(struct slice a, struct slice b);
/* The rows' indices in their order; the caller frees them. */
uint32_t *order_rows(const struct slice *row, size_t n);
/* Of n elements of this size, in ascending order, each of which begins with its key, a uint64_t:
 * the index of the first whose key is not below `key`. */
static inline size_t order_from(const void *p, size_t n, size_t size, uint64_t key)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		uint64_t k;

		memcpy(&k, (const char *)p + mid * size, sizeof k);
		if (k < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
#endif
