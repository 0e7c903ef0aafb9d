#include "window/vote.h"

#include "base/mem.h"
#include "base/num.h"
#include "base/order.h"

#include <stdlib.h>

enum { SAMPLE = 4096 };

struct sample {
	uint64_t id; /* first, for order_from */
	int64_t ts;
	uint32_t dev;
};
struct tally { /* events of a device after their call, and before it; the time from call to event
	        */
	uint64_t after, before;
	i128 delay;
};
struct vote {
	struct intern devices, pairs; /* "rank\tdevice"; "device id\tcaller" */
	uint32_t *taken;
	size_t cap_taken;
	struct sample *sample;
	size_t n, cap;
	int sorted;
	struct tally *tally; /* by pair */
	size_t cap_tally;
};

struct vote *vote_new(void)
{
	struct vote *v = mem_resize(NULL, 1, sizeof *v);

	*v = (struct vote){ 0 };
	return v;
}

void vote_event(struct vote *v, const struct rec *r, uint64_t id)
{
	struct slice key = intern_pair(r->col[C_RANK], r->col[C_PID]);
	uint32_t dev = intern_id(&v->devices, key);

	mem_reserve_zero((void **)&v->taken, &v->cap_taken, (size_t)dev + 1, sizeof *v->taken);
	if (v->taken[dev]++ >= SAMPLE)
		return;
	mem_reserve((void **)&v->sample, &v->cap, v->n + 1, sizeof *v->sample);
	v->sample[v->n++] = (struct sample){ id, r->ts, dev };
}

static int by_id(const void *pa, const void *pb)
{
	const struct sample *a = pa, *b = pb;

	return a->id < b->id ? -1 : a->id > b->id;
}

static struct slice pair_key(uint32_t dev, uint32_t caller)
{
	static char key[8];

	memcpy(key, &dev, 4);
	memcpy(key + 4, &caller, 4);
	return (struct slice){ key, sizeof key };
}

void vote_call(struct vote *v, const struct launchers *t, uint32_t caller, uint64_t id, int64_t ts)
{
	size_t lo;
	struct slice of = t->callers.text[caller];

	if (!v->sorted && v->n)
		qsort(v->sample, v->n, sizeof *v->sample, by_id);
	v->sorted = 1;
	for (lo = order_from(v->sample, v->n, sizeof *v->sample, id);
	     lo < v->n && v->sample[lo].id == id; lo++) {
		uint32_t dev = v->sample[lo].dev, k;
		struct slice unused, rank = intern_first(v->devices.text[dev], &unused);

		if (!slice_eq(intern_first(of, &unused), rank))
			continue;
		k = intern_id(&v->pairs, pair_key(dev, caller));
		mem_reserve_zero((void **)&v->tally, &v->cap_tally, (size_t)k + 1,
		                 sizeof *v->tally);
		v->tally[k].after += v->sample[lo].ts >= ts;
		v->tally[k].before += v->sample[lo].ts < ts;
		v->tally[k].delay += (i128)v->sample[lo].ts - ts;
	}
}

/* Is x's delay clearly shorter? Processes that work at the same time differ by less than this. */
static int nearer(const struct tally *x, const struct tally *y)
{
	return x->delay * 10 * (i128)y->after < y->delay * (i128)x->after;
}

/* The caller whose calls all come before the device's events; of several, the one that is clearly
 * closer. -1: it cannot be decided. */
static int64_t winner(const struct vote *v, const struct launchers *t, uint32_t dev)
{
	const struct tally *best = NULL;
	int64_t caller = -1;

	for (uint32_t c = 0; c < t->callers.n; c++) {
		int64_t k = intern_find(&v->pairs, pair_key(dev, c));
		const struct tally *x = k < 0 ? NULL : &v->tally[k];

		if (!x || x->before)
			continue;
		if (!best || nearer(x, best)) {
			caller = (int64_t)c;
			best = x;
		} else if (!nearer(best, x)) {
			caller = -1;
		}
	}
	return caller;
}

void vote_settle(struct vote *v, struct launchers *t)
{
	for (uint32_t d = 0; d < v->devices.n; d++) {
		struct slice dev, proc, rank = intern_first(v->devices.text[d], &dev);
		int64_t c = winner(v, t, d);

		if (c < 0)
			continue;
		intern_first(t->callers.text[c], &proc);
		launchers_learn(t, rank, dev, proc);
	}
	free(v->sample);
	free(v->tally);
	free(v->taken);
	free(v);
}
