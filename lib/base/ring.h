/* ring: a bounded queue of pieces of one size between one thread that puts and one that takes. */
#ifndef RING_H
#define RING_H
#include <pthread.h>
#include <stddef.h>

struct ring {
	pthread_mutex_t lock;
	pthread_cond_t some; /* there is a piece, or there will be no more */
	unsigned char *p;
	size_t piece, cap, head, n;
	int closed, broken;
};

/* Room for as many pieces of `piece` bytes as fit in `bytes`. Ends the program if there is not
 * enough memory. */
void ring_init(struct ring *r, size_t piece, size_t bytes);
/* How many pieces can be put; this number stays valid until the next put. */
size_t ring_room(struct ring *r);
/* Puts one piece, for which there must be room. */
void ring_put(struct ring *r, const void *piece);
/* No more will be put. */
void ring_close(struct ring *r);
/* Waits for pieces; *at is the oldest, and the pieces returned are contiguous. They stay until
 * they are dropped. 0: the ring is closed and empty. */
size_t ring_take(struct ring *r, const unsigned char **at);
void ring_drop(struct ring *r, size_t n);
/* The taker signals that it takes no more; the putter checks. */
void ring_break(struct ring *r);
int ring_broken(struct ring *r);
#endif
