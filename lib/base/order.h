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
#endif
