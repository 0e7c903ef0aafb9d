#include "window/launchers.h"

#include "base/mem.h"

uint32_t launchers_add(struct launchers *t, struct slice rank, struct slice proc)
{
	size_t known = t->callers.n;
	uint32_t id = intern_id(&t->callers, intern_pair(rank, proc)), r;

	if (id < known)
		return id;
	r = intern_id(&t->ranks, rank);
	mem_reserve_zero((void **)&t->of_rank, &t->cap_ranks, (size_t)r + 1, sizeof *t->of_rank);
	t->of_rank[r].n++;
	t->of_rank[r].only = id;
	return id;
}

int64_t launchers_id(const struct launchers *t, struct slice rank, struct slice proc)
{
	int64_t r;

	if (proc.n)
		return intern_find(&t->callers, intern_pair(rank, proc));
	r = intern_find(&t->ranks, rank);
	return r >= 0 && t->of_rank[r].n == 1 ? (int64_t)t->of_rank[r].only : -1;
}

int launchers_any(const struct launchers *t, struct slice rank)
{
	return t->ranks.n && intern_find(&t->ranks, rank) >= 0;
}

int launchers_several(const struct launchers *t)
{
	for (size_t i = 0; i < t->ranks.n; i++)
		if (t->of_rank[i].n > 1)
			return 1;
	return 0;
}

void launchers_learn(struct launchers *t, struct slice rank, struct slice dev, struct slice proc)
{
	uint32_t d;

	if (!proc.n)
		return;
	d = intern_id(&t->devices, intern_pair(rank, dev));
	mem_reserve_zero((void **)&t->of_device, &t->cap_devices, (size_t)d + 1,
	                 sizeof *t->of_device);
	if (!t->of_device[d].n)
		t->of_device[d] = (struct slice){ mem_copy(proc.p, proc.n), proc.n };
}

struct slice launchers_of(const struct launchers *t, struct slice rank, struct slice dev)
{
	struct slice none = { "", 0 };
	int64_t d = t->devices.n ? intern_find(&t->devices, intern_pair(rank, dev)) : -1;

	if (d >= 0)
		return t->of_device[d];
	d = t->ranks.n ? intern_find(&t->ranks, rank) : -1;
	if (d < 0 || t->of_rank[d].n != 1)
		return none;
	intern_first(t->callers.text[t->of_rank[d].only], &dev);
	return dev;
}
