#include "record/census.h"

#include "base/intern.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/order.h"
#include "base/out.h"
#include "base/sorter.h"

#include <stdlib.h>

const char *const census_names[WHATS] = { "kernels", "overlaps", "no_length",     "comm_no_length",
	                                  "no_time", "graphs",   "unknown_lines", "peer_copies" };

struct count {
	uint64_t n;
	i128 ns;
};
struct device {
	struct count count[WHATS];
};
struct census {
	struct intern devices, streams; /* "rank\tdevice", "rank\tdevice\tstream" */
	struct device *dev;
	uint32_t *dev_of; /* a stream's device */
	size_t cap_dev, cap_dev_of;
	struct sorter *runs;
};

int census_is(struct slice cat)
{
	return slice_is(cat, "kernel") || slice_is(cat, "cuda_graph") ||
	       slice_is(cat, "xla_other") || slice_is(cat, "gpu_memcpy");
}

int census_needs(struct slice raw)
{
	return slice_is(raw, "\"cuda_graph\"") || slice_is(raw, "\"gpu_memcpy\"") ||
	       slice_is(raw, "\"Memcpy\"");
}

static void add(struct census *c, uint32_t dev, enum census_what w, i128 ns)
{
	c->dev[dev].count[w].n++;
	c->dev[dev].count[w].ns += ns;
}

static void see_kernel(struct census *c, const struct rec *r, uint32_t dev)
{
	/* In a line, rank, pid and tid are adjacent. */
	struct slice key = { r->col[C_RANK].p,
		             (size_t)(r->col[C_TID].p + r->col[C_TID].n - r->col[C_RANK].p) };
	uint32_t stream;

	add(c, dev, KERNELS, r->has_dur ? r->dur : 0);
	if (!r->has_ts || !r->has_dur) {
		add(c, dev,
		    !r->has_ts                       ? NO_TIME
		    : rec_tag(r, slice_of("coll")).p ? COMM_NO_LENGTH
		                                     : NO_LENGTH,
		    0);
		return;
	}
	stream = intern_id(&c->streams, key);
	mem_reserve((void **)&c->dev_of, &c->cap_dev_of, (size_t)stream + 1, sizeof *c->dev_of);
	c->dev_of[stream] = dev;
	if (!c->runs)
		c->runs = sorter_new();
	sorter_add(c->runs, (struct sorter_item){ r->ts, r->ts + r->dur, 0, stream, 0 });
}

/* A copy from one device to another. */
static int is_peer_copy(struct slice name)
{
	return slice_has(name, "PtoP") || slice_has(name, "P2P") ||
	       slice_has(name, "Peer-to-Peer");
}

void census_see(struct census **pc, const struct rec *r)
{
	struct slice cat = r->col[C_CAT];
	struct census *c = *pc;
	uint32_t dev;

	if (slice_is(cat, "gpu_memcpy") && !is_peer_copy(r->col[C_NAME]))
		return;
	if (!c) {
		c = *pc = mem_resize(NULL, 1, sizeof *c);
		*c = (struct census){ 0 };
	}
	dev = intern_id(&c->devices, intern_pair(r->col[C_RANK], r->col[C_PID]));
	mem_reserve_zero((void **)&c->dev, &c->cap_dev, (size_t)dev + 1, sizeof *c->dev);
	if (slice_is(cat, "kernel"))
		see_kernel(c, r, dev);
	else
		add(c, dev,
		    slice_is(cat, "cuda_graph")  ? GRAPHS
		    : slice_is(cat, "xla_other") ? UNKNOWN_LINES
		                                 : PEER_COPIES,
		    r->has_dur ? r->dur : 0);
}

/* A kernel that ends after the next one on its stream starts. */
static void count_overlaps(struct census *c)
{
	struct sorter_item last, it;

	if (!c->runs || !sorter_next(c->runs, &last))
		return;
	for (; sorter_next(c->runs, &it); last = it)
		if (it.dev == last.dev && last.e > it.s)
			add(c, c->dev_of[it.dev], OVERLAPS, (i128)last.e - it.s);
	sorter_free(c->runs);
}

void census_line(struct buf *b, const char *what, uint64_t n, i128 ns, struct slice rank,
                 struct slice dev)
{
	buf_str(b, "##device ");
	buf_str(b, what);
	buf_ch(b, ' ');
	num_put(b, (int64_t)n);
	buf_ch(b, ' ');
	num_put128(b, ns);
	buf_ch(b, ' ');
	buf_put(b, rank);
	buf_ch(b, ' ');
	buf_put(b, dev);
	buf_ch(b, '\n');
}

static const struct intern *sorting;

static int by_text(const void *a, const void *b)
{
	return order_row(sorting->text[*(const uint32_t *)a], sorting->text[*(const uint32_t *)b]);
}

static void put_device(const struct census *c, uint32_t dev)
{
	struct slice device, rank = intern_first(c->devices.text[dev], &device);
	struct buf b = { 0 };

	for (int w = 0; w < WHATS; w++) {
		const struct count *n = &c->dev[dev].count[w];

		if (!n->n)
			continue;
		census_line(&b, census_names[w], n->n, n->ns, rank, device);
	}
	out_slice(buf_slice(&b));
	free(b.p);
}

void census_close(struct census **pc)
{
	struct census *c = *pc;
	uint32_t *id;

	if (!c)
		return;
	count_overlaps(c);
	id = mem_resize(NULL, c->devices.n, sizeof *id);
	for (uint32_t i = 0; i < c->devices.n; i++)
		id[i] = i;
	sorting = &c->devices;
	qsort(id, c->devices.n, sizeof *id, by_text);
	for (size_t i = 0; i < c->devices.n; i++)
		put_device(c, id[i]);
	free(id);
	free(c->dev);
	free(c->dev_of);
	free(c);
	*pc = NULL;
}
