#include "window/launch.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/order.h"

#include <stdlib.h>
#include <string.h>

struct seg { /* all ids lo..hi seen so far are in window win */
	uint64_t hi, lo; /* hi must be first, for order_from */
	int64_t win;
};
struct rank {
	struct seg *seg;
	size_t n, cap;
};
struct chunk { /* which of the 512 ids were seen */
	uint64_t key;
	uint32_t rank;
	int used;
	uint64_t bits[8];
	uint64_t twice[8]; /* calls of the id in several windows */
};
struct launch {
	struct rank *rank;
	size_t n_ranks, cap_ranks;
	struct chunk *chunk;
	size_t n, slots;
};

struct launch *launch_new(void)
{
	struct launch *l = mem_resize(NULL, 1, sizeof *l);

	memset(l, 0, sizeof *l);
	return l;
}

static struct chunk *place(const struct launch *l, uint32_t rank, uint64_t key)
{
	uint64_t h = (key + rank) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(h >> 20) & (l->slots - 1);

	while (l->chunk[i].used && (l->chunk[i].key != key || l->chunk[i].rank != rank))
		i = (i + 1) & (l->slots - 1);
	return &l->chunk[i];
}

static void grow(struct launch *l)
{
	struct chunk *old = l->chunk;
	size_t slots = l->slots;

	l->slots = slots ? slots * 2 : 64;
	l->chunk = mem_resize(NULL, l->slots, sizeof *l->chunk);
	memset(l->chunk, 0, l->slots * sizeof *l->chunk);
	for (size_t i = 0; i < slots; i++)
		if (old[i].used)
			*place(l, old[i].rank, old[i].key) = old[i];
	free(old);
}

static struct chunk *was_seen(const struct launch *l, uint32_t rank, uint64_t id)
{
	struct chunk *c;

	if (!l->slots)
		return NULL;
	c = place(l, rank, id >> 9);
	return c->used && (c->bits[id >> 6 & 7] >> (id & 63) & 1) ? c : NULL;
}

static void mark(struct launch *l, uint32_t rank, uint64_t id)
{
	struct chunk *c;

	if ((l->n + 1) * 2 > l->slots)
		grow(l);
	c = place(l, rank, id >> 9);
	if (!c->used) {
		*c = (struct chunk){ .key = id >> 9, .rank = rank, .used = 1 };
		l->n++;
	}
	c->bits[id >> 6 & 7] |= UINT64_C(1) << (id & 63);
}

/* Index of the first segment that ends at id or later. */
static size_t find(const struct rank *r, uint64_t id)
{
	return order_from(r->seg, r->n, sizeof *r->seg, id);
}

static void insert(struct rank *r, size_t at, struct seg s)
{
	mem_reserve((void **)&r->seg, &r->cap, r->n + 1, sizeof *r->seg);
	memmove(r->seg + at + 1, r->seg + at, (r->n - at) * sizeof *r->seg);
	r->seg[at] = s;
	r->n++;
}

static void drop(struct rank *r, size_t at)
{
	r->n--;
	memmove(r->seg + at, r->seg + at + 1, (r->n - at) * sizeof *r->seg);
}

void launch_add(struct launch *l, uint32_t rank, uint64_t id, int64_t win)
{
	struct chunk *seen = was_seen(l, rank, id);
	struct rank *r;
	size_t i;

	if (seen) {
		r = &l->rank[rank];
		if (r->seg[find(r, id)].win != win)
			seen->twice[id >> 6 & 7] |= UINT64_C(1) << (id & 63);
		return;
	}
	mark(l, rank, id);
	while (l->n_ranks <= rank) {
		mem_reserve((void **)&l->rank, &l->cap_ranks, l->n_ranks + 1, sizeof *l->rank);
		l->rank[l->n_ranks++] = (struct rank){ 0 };
	}
	r = &l->rank[rank];
	i = find(r, id);
	if (i < r->n && r->seg[i].lo <= id) {
		struct seg s = r->seg[i];

		if (s.win == win)
			return;
		/* An id of another window inside a segment: the segment is split around it. */
		r->seg[i].hi = id - 1;
		insert(r, i + 1, (struct seg){ id, id, win });
		insert(r, i + 2, (struct seg){ s.hi, id + 1, s.win });
	} else if (i > 0 && r->seg[i - 1].win == win) {
		r->seg[i - 1].hi = id;
		if (i < r->n && r->seg[i].win == win) {
			r->seg[i - 1].hi = r->seg[i].hi;
			drop(r, i);
		}
	} else if (i < r->n && r->seg[i].win == win) {
		r->seg[i].lo = id;
	} else {
		insert(r, i, (struct seg){ id, id, win });
	}
}

int64_t launch_find(const struct launch *l, uint32_t rank, uint64_t id)
{
	const struct chunk *c = rank >= l->n_ranks ? NULL : was_seen(l, rank, id);
	const struct rank *r;

	if (!c || (c->twice[id >> 6 & 7] >> (id & 63) & 1))
		return LAUNCH_UNKNOWN;
	r = &l->rank[rank];
	return r->seg[find(r, id)].win;
}
