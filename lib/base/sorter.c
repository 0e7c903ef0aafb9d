#include "base/sorter.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/spool.h"

#include <stdlib.h>

enum { HELD = 1 << 14, READ = 256 };

struct run { /* where a sorted run is in the file, and what is read of it */
	uint64_t at, left; /* bytes offset, items */
	struct sorter_item *buf;
	size_t pos, n;
};
struct sorter {
	struct sorter_item *held;
	size_t n, cap, pos;
	struct spool *file;
	uint64_t written;
	struct run *run;
	size_t n_runs, cap_runs;
	size_t *heap, n_heap; /* runs that have items, the one with the smallest at the top */
	int reading;
};

struct sorter *sorter_new(void)
{
	struct sorter *r = mem_resize(NULL, 1, sizeof *r);

	*r = (struct sorter){ 0 };
	return r;
}

void sorter_free(struct sorter *r)
{
	for (size_t i = 0; i < r->n_runs; i++)
		free(r->run[i].buf);
	free(r->run);
	free(r->heap);
	free(r->held);
	if (r->file)
		spool_free(r->file);
	free(r);
}

static int cmp(const void *pa, const void *pb)
{
	const struct sorter_item *a = pa, *b = pb;

	if (a->dev != b->dev)
		return a->dev < b->dev ? -1 : 1;
	if (a->win != b->win)
		return a->win < b->win ? -1 : 1;
	if (a->s != b->s)
		return a->s < b->s ? -1 : 1;
	if (a->e != b->e)
		return a->e < b->e ? -1 : 1;
	return a->side < b->side ? -1 : a->side > b->side;
}

static void sort_held(struct sorter *r)
{
	if (r->n)
		qsort(r->held, r->n, sizeof *r->held, cmp);
}

static void spill(struct sorter *r)
{
	sort_held(r);
	if (!r->file)
		r->file = spool_new();
	mem_reserve((void **)&r->run, &r->cap_runs, r->n_runs + 1, sizeof *r->run);
	r->run[r->n_runs++] = (struct run){ .at = r->written, .left = r->n };
	spool_write(r->file, r->held, r->n * sizeof *r->held);
	r->written += r->n * sizeof *r->held;
	r->n = 0;
}

void sorter_add(struct sorter *r, struct sorter_item it)
{
	if (r->n == HELD)
		spill(r);
	mem_reserve((void **)&r->held, &r->cap, r->n + 1, sizeof *r->held);
	r->held[r->n++] = it;
}

static void load(struct sorter *r, struct run *u)
{
	u->n = u->left < READ ? (size_t)u->left : READ;
	u->pos = 0;
	u->left -= u->n;
	spool_read_at(r->file, u->at, u->buf, u->n * sizeof *u->buf);
	u->at += u->n * sizeof *u->buf;
}

/* Does run a come before run b? */
static int before(const struct sorter *r, size_t a, size_t b)
{
	int c = cmp(&r->run[a].buf[r->run[a].pos], &r->run[b].buf[r->run[b].pos]);

	return c ? c < 0 : a < b;
}

/* Moves the element at i down to its place. */
static void sink(struct sorter *r, size_t i)
{
	size_t moved = r->heap[i];

	for (size_t k; (k = 2 * i + 1) < r->n_heap; i = k) {
		if (k + 1 < r->n_heap && before(r, r->heap[k + 1], r->heap[k]))
			k++;
		if (!before(r, r->heap[k], moved))
			break;
		r->heap[i] = r->heap[k];
	}
	r->heap[i] = moved;
}

static void begin(struct sorter *r)
{
	r->reading = 1;
	if (!r->n_runs) {
		sort_held(r);
		return;
	}
	if (r->n)
		spill(r);
	free(r->held);
	r->held = NULL;
	for (size_t i = 0; i < r->n_runs; i++) {
		r->run[i].buf = mem_resize(NULL, READ, sizeof(struct sorter_item));
		load(r, &r->run[i]);
	}
	r->heap = mem_resize(NULL, r->n_runs, sizeof *r->heap);
	for (size_t i = 0; i < r->n_runs; i++)
		r->heap[r->n_heap++] = i;
	for (size_t i = r->n_heap / 2; i-- > 0;)
		sink(r, i);
}

int sorter_next(struct sorter *r, struct sorter_item *it)
{
	struct run *u;

	if (!r->reading)
		begin(r);
	if (!r->n_runs) {
		if (r->pos == r->n)
			return 0;
		*it = r->held[r->pos++];
		return 1;
	}
	if (!r->n_heap)
		return 0;
	u = &r->run[r->heap[0]];
	*it = u->buf[u->pos++];
	if (u->pos == u->n && u->left)
		load(r, u);
	if (u->pos == u->n)
		r->heap[0] = r->heap[--r->n_heap];
	if (r->n_heap)
		sink(r, 0);
	return 1;
}
