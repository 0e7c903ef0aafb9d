#include "window/call_times.h"

#include "base/intern.h"
#include "base/spool.h"

enum { IDS = 512, HELD = 64 };

struct page {
	uint32_t number1; /* + 1; 0: empty */
	int changed;
	uint64_t ts[IDS]; /* plus 2^63; 0: no call */
};
struct call_times {
	struct intern pages; /* (caller, id / IDS) */
	struct spool *file;
	uint32_t written; /* pages in the file */
	struct page held[HELD];
};

struct call_times *call_times_new(void)
{
	struct call_times *t = mem_zero(1, sizeof *t);

	t->file = spool_new();
	return t;
}

static struct slice page_key(uint32_t caller, uint64_t id)
{
	static char key[12];
	uint64_t page = id / IDS;

	memcpy(key, &page, 8);
	memcpy(key + 8, &caller, 4);
	return (struct slice){ key, sizeof key };
}

static void put_away(struct call_times *t, struct page *p)
{
	uint32_t number = p->number1 - 1;

	if (!p->number1 || !p->changed)
		return;
	spool_write_at(t->file, (uint64_t)number * sizeof p->ts, p->ts, sizeof p->ts);
	t->written = number >= t->written ? number + 1 : t->written;
	p->changed = 0;
}

static struct page *page_of(struct call_times *t, uint32_t number, int fresh)
{
	struct page *p = &t->held[number % HELD];

	if (p->number1 == number + 1)
		return p;
	put_away(t, p);
	p->number1 = number + 1;
	if (fresh)
		memset(p->ts, 0, sizeof p->ts);
	else
		spool_read_at(t->file, (uint64_t)number * sizeof p->ts, p->ts, sizeof p->ts);
	return p;
}

void call_times_put(struct call_times *t, uint32_t caller, uint64_t id, int64_t ts)
{
	size_t had = t->pages.n;
	uint32_t number = intern_id(&t->pages, page_key(caller, id));
	struct page *p = page_of(t, number, number == had);
	uint64_t v = (uint64_t)ts + (UINT64_C(1) << 63);

	if (!p->ts[id % IDS] || v < p->ts[id % IDS])
		p->ts[id % IDS] = v;
	p->changed = 1;
}

int call_times_get(struct call_times *t, uint32_t caller, uint64_t id, int64_t *ts)
{
	int64_t number = intern_find(&t->pages, page_key(caller, id));
	const struct page *p = number < 0 ? NULL : page_of(t, (uint32_t)number, 0);

	if (!p || !p->ts[id % IDS])
		return 0;
	*ts = (int64_t)(p->ts[id % IDS] - (UINT64_C(1) << 63));
	return 1;
}
