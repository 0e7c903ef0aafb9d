#include "base/ring.h"

#include "base/mem.h"
#include "base/msg.h"

#include <string.h>

void ring_init(struct ring *r, size_t piece, size_t bytes)
{
	*r = (struct ring){ .piece = piece, .cap = bytes / piece };
	r->p = mem_resize(NULL, r->cap, piece);
	if (pthread_mutex_init(&r->lock, NULL) || pthread_cond_init(&r->some, NULL))
		msg_die("out of memory: a lock");
}

size_t ring_room(struct ring *r)
{
	size_t room;

	pthread_mutex_lock(&r->lock);
	room = r->cap - r->n;
	pthread_mutex_unlock(&r->lock);
	return room;
}

void ring_put(struct ring *r, const void *piece)
{
	pthread_mutex_lock(&r->lock);
	memcpy(r->p + (r->head + r->n) % r->cap * r->piece, piece, r->piece);
	r->n++;
	pthread_cond_signal(&r->some);
	pthread_mutex_unlock(&r->lock);
}

void ring_close(struct ring *r)
{
	pthread_mutex_lock(&r->lock);
	r->closed = 1;
	pthread_cond_signal(&r->some);
	pthread_mutex_unlock(&r->lock);
}

size_t ring_take(struct ring *r, const unsigned char **at)
{
	size_t n;

	pthread_mutex_lock(&r->lock);
	while (!r->n && !r->closed)
		pthread_cond_wait(&r->some, &r->lock);
	*at = r->p + r->head * r->piece;
	n = r->n < r->cap - r->head ? r->n : r->cap - r->head;
	pthread_mutex_unlock(&r->lock);
	return n;
}

void ring_drop(struct ring *r, size_t n)
{
	pthread_mutex_lock(&r->lock);
	r->head = (r->head + n) % r->cap;
	r->n -= n;
	pthread_mutex_unlock(&r->lock);
}

void ring_break(struct ring *r)
{
	pthread_mutex_lock(&r->lock);
	r->broken = 1;
	pthread_mutex_unlock(&r->lock);
}

int ring_broken(struct ring *r)
{
	int broken;

	pthread_mutex_lock(&r->lock);
	broken = r->broken;
	pthread_mutex_unlock(&r->lock);
	return broken;
}
