#include "stats/limits.h"

#include "base/mem.h"
#include "record/census.h"

#include <stdio.h>

struct count {
	int64_t n, ns;
};
struct limits_device {
	struct count count[WHATS];
};

int limits_kind(const char *name)
{
	static const char *const kinds[] = { "calls", "comm", "kernels", "share", "lengths" };

	for (int i = 0; i < 5; i++)
		if (strcmp(name, kinds[i]) == 0)
			return LIMITS_CALLS + i;
	return -1;
}

/* The word at *p; moves *p past it and its blank. */
static struct slice word(struct slice *p)
{
	const char *q = p->n ? memchr(p->p, ' ', p->n) : NULL;
	struct slice w = { p->p, q ? (size_t)(q - p->p) : p->n };

	p->p += w.n + (q != NULL);
	p->n -= w.n + (q != NULL);
	return w;
}

static void add(struct limits *l, struct slice rank, struct slice dev, enum census_what w,
                struct count c)
{
	size_t known = l->devices.n;
	uint32_t id = intern_id(&l->devices, intern_pair(rank, dev));
	struct count *sum;

	mem_reserve_zero((void **)&l->dev, &l->cap_dev, (size_t)id + 1, sizeof *l->dev);
	l->n_dev += id == known && dev.n;
	sum = &l->dev[id].count[w];
	if (__builtin_add_overflow(sum->n, c.n, &sum->n) ||
	    __builtin_add_overflow(sum->ns, c.ns, &sum->ns))
		*sum = (struct count){ INT64_MAX, INT64_MAX };
}

/* WHAT COUNT NS RANK DEVICE */
static void device_line(struct limits *l, struct slice s)
{
	struct slice what = word(&s), n = word(&s), ns = word(&s), rank = word(&s),
		     none = { "", 0 };
	struct count c;

	if (num_i64(n, &c.n) || num_i64(ns, &c.ns) || c.n < 0 || c.ns < 0 || !rank.n || !s.n)
		return;
	for (int w = 0; w < WHATS; w++)
		if (slice_is(what, census_names[w])) {
			add(l, rank, s, (enum census_what)w, c);
			add(l, rank, none, (enum census_what)w, c);
			add(l, none, none, (enum census_what)w, c);
		}
}

int limits_header(struct limits *l, struct slice s)
{
	if (slice_starts(s, "##device "))
		device_line(l, (struct slice){ s.p + 9, s.n - 9 });
	else if (slice_starts(s, "##source none "))
		intern_id(&l->left_out, (struct slice){ s.p + 14, s.n - 14 });
	else if (slice_starts(s, "##note "))
		intern_id(&l->notes, (struct slice){ s.p + 7, s.n - 7 });
	else
		return 0;
	return 1;
}

/* The counts of a rank's device, of a rank, or of all. */
static const struct count *counts(const struct limits *l, struct slice rank, struct slice dev)
{
	static const struct limits_device none;
	struct slice empty = { "", 0 };
	int64_t id =
	    intern_find(&l->devices, intern_pair(rank.p ? rank : empty, dev.p ? dev : empty));

	return id < 0 ? none.count : l->dev[id].count;
}

static void put_seconds(struct buf *b, int64_t ns)
{
	char text[32];

	buf_room(b, sizeof text);
	snprintf(text, sizeof text, "%lld.%09lld s", (long long)(ns / 1000000000),
	         (long long)(ns % 1000000000));
	buf_str(b, text);
}

static void join(struct buf *b, size_t at)
{
	buf_str(b, b->n > at ? "; " : "");
}

/* "3 CUDA graphs recorded without kernels ran 0.000570000 s" */
static void put_hidden(struct buf *b, size_t at, struct count c, const char *one, const char *many,
                       const char *then)
{
	if (!c.n)
		return;
	join(b, at);
	num_put(b, c.n);
	buf_str(b, c.n == 1 ? one : many);
	buf_str(b, then);
	put_seconds(b, c.ns);
}

static void put_of(struct buf *b, size_t at, int64_t n, int64_t all, const char *what)
{
	if (!n)
		return;
	join(b, at);
	num_put(b, n);
	buf_str(b, " of ");
	num_put(b, all);
	buf_str(b, what);
}

enum limits_verdict limits_judge(const struct limits *l, enum limits_kind kind, struct slice rank,
                                 struct slice dev, int zero, struct buf *b)
{
	const struct count *c = counts(l, rank, dev);
	int64_t lengths = 0;
	size_t at = b->n;
	int alone;

	if (kind == LIMITS_NONE || kind == LIMITS_LENGTHS)
		return LIMITS_KNOWN;
	alone = l->ranks <= 1 && l->n_dev == 1;
	if (kind == LIMITS_KERNELS || kind == LIMITS_SHARE)
		lengths = c[NO_LENGTH].n + c[COMM_NO_LENGTH].n;
	else if (kind == LIMITS_COMM)
		lengths = c[COMM_NO_LENGTH].n;
	put_hidden(b, at, c[GRAPHS], " CUDA graph", " CUDA graphs",
	           " recorded without kernels ran ");
	put_hidden(b, at, c[UNKNOWN_LINES], " event", " events",
	           " on unrecognised device lines ran ");
	put_of(b, at, lengths, c[KERNELS].n, " kernels without a length");
	if (zero && !alone && (kind == LIMITS_CALLS || kind == LIMITS_COMM))
		put_hidden(b, at, c[PEER_COPIES], " copy", " copies",
		           " between devices, which may be communication, ran ");
	if (b->n == at)
		return LIMITS_KNOWN;
	return zero || kind == LIMITS_SHARE ? LIMITS_UNKNOWN : LIMITS_AT_LEAST;
}

/* "2 kernels run past the next one's start on their stream, by 0.5 s in all (0.25 % of the
 * kernels' time)" */
static void put_overlaps(struct buf *b, size_t at, struct count o, int64_t all_ns)
{
	char text[32];

	/* report only more than 0.1 %: dependent launches overlap by less (up to 0.013 % on
	 * H100) */
	if (!o.n || (i128)o.ns * 1000 <= all_ns)
		return;
	join(b, at);
	num_put(b, o.n);
	buf_str(b, o.n == 1 ? " kernel runs" : " kernels run");
	buf_str(b, " past the next one's start on the stream, by ");
	put_seconds(b, o.ns);
	snprintf(text, sizeof text, "%.2f", (double)o.ns * 100 / (double)(all_ns ? all_ns : 1));
	buf_str(b, " in all (");
	buf_str(b, text);
	buf_str(b, " % of the kernels' time)");
}

static void put_texts(const struct intern *t, const char *before, struct buf *b, size_t at)
{
	enum { SHOWN = 2 };

	for (size_t i = 0; i < t->n && i < SHOWN; i++) {
		join(b, at);
		buf_str(b, before);
		buf_put(b, t->text[i]);
	}
	if (t->n > SHOWN) {
		join(b, at);
		num_put(b, (int64_t)(t->n - SHOWN));
		buf_str(b, " more like these");
	}
}

void limits_put(const struct limits *l, enum limits_kind kind, struct slice rank, struct slice dev,
                struct buf *b, size_t at)
{
	const struct count *c = counts(l, rank, dev);

	put_texts(&l->notes, "", b, at);
	if (kind != LIMITS_NONE) {
		if (kind != LIMITS_CALLS)
			put_overlaps(b, at, c[OVERLAPS], c[KERNELS].ns);
		put_of(b, at, c[NO_TIME].n, c[KERNELS].n, " kernels without a time");
	}
	put_texts(&l->left_out, "left out: ", b, at);
}
