/* parts: writes a record, or the part of it that is in a window.
 * in:  X 0 100 0 0 7 kernel k
 * out: X 0 60 0 0 7 kernel k win=step 1 win_n=0 whole_ts=0 whole_dur=100 */
#ifndef PARTS_H
#define PARTS_H
#include "window/assign.h"

struct parts {
	struct assign *a;   /* the windows */
	struct slice share; /* the tag that is divided among the parts, by time; .n 0: none */
	struct slice *tags; /* which are written */
	int n_tags;         /* -1: all */
	struct rec_names kept, needed; /* those; those that a second pass needs */
	struct buf line, trimmed;
};

/* The windows, tags and share are set: before the first record. */
void parts_begin(struct parts *p);
/* Writes the part [s, e) of the record, with its window; arg: the parts. An assign_fn. */
void parts_put(void *arg, const struct rec *r, int64_t win, int64_t s, int64_t e);
/* Writes a record unchanged. */
void parts_rest(struct parts *p, const struct rec *r);
/* The record with only what is needed to write it later. Good until the next call. */
struct slice parts_need(struct parts *p, const struct rec *r);
#endif
