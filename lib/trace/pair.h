/* pair: joins begin and end events into spans: B/E by thread, b/e and S/F by id. */
#ifndef PAIR_H
#define PAIR_H
#include "base/buf.h"

#include <stdint.h>

struct open {
	struct open *below, *older, *newer;
	int64_t ts;
	uint64_t off;
	struct buf name, head, tags; /* head: rank .. name columns; tags with leading tabs */
};

struct pair_table {
	struct pair_slot {
		struct buf key;
		struct open *top;
	} *slot;
	size_t n, cap;
	struct open *first, *last; /* in order of opening */
};

/* Opens a span; head and tags are copied. */
void pair_begin(struct pair_table *t, struct slice key, struct slice name, int64_t ts,
                uint64_t off, struct slice head, struct slice tags);
/* Takes the span that an end event closes: the innermost of that name, otherwise the innermost
 * (*renamed is then set). NULL if none is open. The caller passes it to pair_free. */
struct open *pair_end(struct pair_table *t, struct slice key, struct slice name, int *renamed);
/* Takes the one opened first, or NULL. */
struct open *pair_oldest(struct pair_table *t);
void pair_free(struct open *o);
void pair_clear(struct pair_table *t);
#endif
