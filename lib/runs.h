/* runs: sorts any number of intervals with a few MiB of memory: sorted runs go to an unlinked
 * temporary file (in TMPDIR, else /tmp) and are merged at the end. */
#ifndef RUNS_H
#define RUNS_H
#include <stddef.h>
#include <stdint.h>

struct run_item {
	int64_t s, e, win;
	uint32_t dev, side;
};
struct runs;

struct runs *runs_new(void);
void runs_free(struct runs *r);
void runs_add(struct runs *r, struct run_item it);
/* After the last runs_add: the items by dev, win, s, e, side. Returns 0 at the end. */
int runs_next(struct runs *r, struct run_item *it);
#endif
