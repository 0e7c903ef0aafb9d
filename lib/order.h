/* order: the fixed output order of groups: numbers by value before text by bytes. */
#ifndef ORDER_H
#define ORDER_H
#include "buf.h"

int order_cell(struct slice a, struct slice b);
/* Tab-separated cells, one after the other. */
int order_row(struct slice a, struct slice b);
#endif
