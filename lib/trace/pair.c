#include "trace/pair.h"

#include "base/intern.h"
#include "base/mem.h"

#include <stdlib.h>

static struct pair_slot *find(struct pair_slot *slot, size_t cap, struct slice key)
{
	size_t i = intern_hash(key) & (cap - 1);

	while (slot[i].key.p && !slice_eq(buf_slice(&slot[i].key), key))
		i = (i + 1) & (cap - 1);
	return &slot[i];
}

/* Rebuilds the table without its empty slots, at twice the size if it is full. */
static void grow(struct pair_table *t)
{
	size_t live = 0, cap = 64;
	struct pair_slot *old = t->slot;

	for (size_t i = 0; i < t->cap; i++)
		live += old[i].top != NULL;
	while (cap < live * 4)
		cap *= 2;
	t->slot = mem_resize(NULL, cap, sizeof *t->slot);
	memset(t->slot, 0, cap * sizeof *t->slot);
	t->n = live;
	for (size_t i = 0; i < t->cap; i++)
		if (old[i].top)
			*find(t->slot, cap, buf_slice(&old[i].key)) = old[i];
		else
			free(old[i].key.p);
	t->cap = cap;
	free(old);
}

void pair_begin(struct pair_table *t, struct slice key, struct slice name, int64_t ts,
                uint64_t off, struct slice head, struct slice tags)
{
	struct open *o = mem_resize(NULL, 1, sizeof *o);
	struct pair_slot *s;

	if ((t->n + 1) * 2 > t->cap)
		grow(t);
	s = find(t->slot, t->cap, key);
	if (!s->key.p) {
		buf_put(&s->key, key);
		t->n++;
	}
	*o = (struct open){ .below = s->top, .older = t->last, .ts = ts, .off = off };
	buf_put(&o->name, name);
	buf_put(&o->head, head);
	buf_put(&o->tags, tags);
	s->top = o;
	if (t->last)
		t->last->newer = o;
	else
		t->first = o;
	t->last = o;
}

static void unlist(struct pair_table *t, struct open *o)
{
	if (o->older)
		o->older->newer = o->newer;
	else
		t->first = o->newer;
	if (o->newer)
		o->newer->older = o->older;
	else
		t->last = o->older;
}

struct open *pair_end(struct pair_table *t, struct slice key, struct slice name, int *renamed)
{
	struct pair_slot *s;
	struct open **at, *o;

	*renamed = 0;
	if (!t->cap)
		return NULL;
	s = find(t->slot, t->cap, key);
	if (!s->key.p || !s->top)
		return NULL;
	for (at = &s->top; name.n && *at; at = &(*at)->below)
		if (slice_eq(buf_slice(&(*at)->name), name))
			break;
	if (name.n && !*at)
		*renamed = 1;
	if (!name.n || !*at)
		at = &s->top;
	o = *at;
	*at = o->below;
	unlist(t, o);
	return o;
}

struct open *pair_oldest(struct pair_table *t)
{
	struct open *o = t->first;

	if (o)
		unlist(t, o);
	return o;
}

void pair_free(struct open *o)
{
	free(o->name.p);
	free(o->head.p);
	free(o->tags.p);
	free(o);
}

void pair_clear(struct pair_table *t)
{
	for (size_t i = 0; i < t->cap; i++)
		free(t->slot[i].key.p);
	free(t->slot);
	*t = (struct pair_table){ 0 };
}
