/* intern: texts to small numbers, 0 upwards in order of first appearance. */
#ifndef INTERN_H
#define INTERN_H
#include "buf.h"

#include <stdint.h>

struct intern {
	struct slice *text; /* by id; copies */
	size_t n, cap;
	uint32_t *slot; /* id + 1, 0 is free */
	size_t slots;
};

uint32_t intern_id(struct intern *t, struct slice s);      /* adds it where new */
int64_t intern_find(const struct intern *t, struct slice s); /* -1 where unknown */
/* "a<TAB>b", the key of two texts that hold no tab; good until the next call. */
struct slice intern_pair(struct slice a, struct slice b);
#endif
