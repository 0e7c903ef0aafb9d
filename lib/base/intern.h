/* intern: texts to small numbers, 0 upwards in order of first appearance. */
#ifndef INTERN_H
#define INTERN_H
#include "base/buf.h"

#include <stdint.h>

struct intern {
	struct slice *text; /* by id; copies */
	size_t n, cap;
	struct intern_slot {
		uint32_t id1; /* id + 1, 0 is free */
		uint32_t hash;
	} *slot;
	size_t slots;
	uint32_t last; /* the id last given */
	char *block; /* copies of the texts, one after the other; a block begins with a link to the
	              * previous one */
	size_t at, room;
};

uint32_t intern_id(struct intern *t, struct slice s);      /* adds it if it is new */
int64_t intern_find(const struct intern *t, struct slice s); /* -1 if unknown */
void intern_free(struct intern *t);
/* "a<TAB>b", the key of two texts that hold no tab; good until the next call. */
struct slice intern_pair(struct slice a, struct slice b);
/* The text before the first tab of such a key; *rest: the text after it (may be the key
 * itself). */
struct slice intern_first(struct slice key, struct slice *rest);
/* For other kinds of tables. Good for long texts. */
uint32_t intern_hash(struct slice s);
#endif
