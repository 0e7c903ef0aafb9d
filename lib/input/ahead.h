/* ahead: a thread that reads ahead into a ring of blocks, so that inflating and parsing run on two
 * cores. */
#ifndef AHEAD_H
#define AHEAD_H
#include <stddef.h>

struct ahead;
typedef size_t ahead_fn(void *arg, unsigned char *p, size_t n); /* 0 at the end */

/* NULL if no thread can be started: the caller then reads by itself. */
struct ahead *ahead_start(ahead_fn *read, void *arg);
size_t ahead_read(struct ahead *a, unsigned char *p, size_t n); /* 0 at the end */
/* Ends the thread (after the block it is filling) and frees a. */
void ahead_stop(struct ahead *a);
#endif
