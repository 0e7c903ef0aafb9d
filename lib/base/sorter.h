/* sorter: sorts any number of intervals with a few MiB of memory: sorted runs go to an unlinked
 * temporary file (in TMPDIR, else /tmp) and are merged at the end. */
#ifndef SORTER_H
#define SORTER_H
#include <stddef.h>
#include <stdint.h>

struct sorter_item {
	int64_t s, e, win;
	uint32_t dev, side;
};
struct sorter;

struct sorter *sorter_new(void);
void sorter_free(struct sorter *r);
void sorter_add(struct sorter *r, struct sorter_item it);
/* After the last sorter_add: the items by dev, win, s, e, side. Returns 0 at the end. */
int sorter_next(struct sorter *r, struct sorter_item *it);
#endif
