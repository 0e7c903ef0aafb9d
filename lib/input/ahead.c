#include "input/ahead.h"

#include "base/mem.h"
#include "base/msg.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 4, BLOCK = 1 << 18 }; /* smaller blocks cost one wake-up each: measured */

struct ahead {
	ahead_fn *read;
	void *arg;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled, emptied;
	unsigned char data[BLOCKS][BLOCK];
	size_t len[BLOCKS];
	unsigned long head, tail; /* blocks filled, blocks consumed */
	size_t pos;               /* read position in block `tail` */
	int done, quit;
};

static void *run(void *arg)
{
	struct ahead *a = arg;

	for (;;) {
		unsigned long k;
		size_t n = 0, r;

		pthread_mutex_lock(&a->lock);
		while (a->head - a->tail == BLOCKS && !a->quit)
			pthread_cond_wait(&a->emptied, &a->lock);
		k = a->head % BLOCKS;
		r = !a->quit;
		pthread_mutex_unlock(&a->lock);
		while (r && n < BLOCK) {
			r = a->read(a->arg, a->data[k] + n, BLOCK - n);
			n += r;
		}
		pthread_mutex_lock(&a->lock);
		a->len[k] = n;
		a->head += n > 0;
		a->done = r == 0;
		pthread_cond_signal(&a->filled);
		pthread_mutex_unlock(&a->lock);
		if (r == 0)
			return NULL;
	}
}

static void release(struct ahead *a)
{
	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->filled);
	pthread_cond_destroy(&a->emptied);
	free(a);
}

struct ahead *ahead_start(ahead_fn *read, void *arg)
{
	struct ahead *a = mem_resize(NULL, 1, sizeof *a);

	a->read = read;
	a->arg = arg;
	a->head = a->tail = 0;
	a->pos = 0;
	a->done = a->quit = 0;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->filled, NULL);
	pthread_cond_init(&a->emptied, NULL);
	if (pthread_create(&a->thread, NULL, run, a)) {
		release(a);
		return NULL;
	}
	return a;
}

size_t ahead_read(struct ahead *a, unsigned char *p, size_t n)
{
	unsigned long k = a->tail % BLOCKS;

	if (a->pos == 0) {
		int have;

		pthread_mutex_lock(&a->lock);
		while (a->head == a->tail && !a->done)
			pthread_cond_wait(&a->filled, &a->lock);
		have = a->head != a->tail;
		pthread_mutex_unlock(&a->lock);
		if (!have)
			return 0;
	}
	if (n > a->len[k] - a->pos)
		n = a->len[k] - a->pos;
	memcpy(p, a->data[k] + a->pos, n);
	a->pos += n;
	if (a->pos == a->len[k]) {
		pthread_mutex_lock(&a->lock);
		a->tail++;
		a->pos = 0;
		pthread_cond_signal(&a->emptied);
		pthread_mutex_unlock(&a->lock);
	}
	return n;
}

void ahead_stop(struct ahead *a)
{
	pthread_mutex_lock(&a->lock);
	a->quit = 1;
	pthread_cond_signal(&a->emptied);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	release(a);
}
