/* buf: growing byte strings, and slices of bytes that somebody else owns. */
#ifndef BUF_H
#define BUF_H
#include "base/mem.h"

#include <string.h>

struct slice {
	const char *p;
	size_t n;
};

struct buf {
	char *p;
	size_t n, cap;
};

static inline struct slice slice_of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/* One past the last byte, and one past the first (an opening bracket). NULL where there is no
 * text. */
static inline const char *slice_end(struct slice s)
{
	return s.p ? s.p + s.n : NULL;
}

static inline const char *slice_inside(struct slice s)
{
	return s.p ? s.p + 1 : NULL;
}

static inline int slice_is(struct slice s, const char *t)
{
	size_t n = strlen(t);

	return s.n == n && memcmp(s.p, t, n) == 0;
}

static inline int slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline int slice_starts(struct slice s, const char *t)
{
	size_t n = strlen(t);

	return s.n >= n && memcmp(s.p, t, n) == 0;
}

/* Does s contain the text? */
static inline int slice_has(struct slice s, const char *t)
{
	size_t n = strlen(t);
	const char *p = s.p, *e = slice_end(s);

	while ((size_t)(e - p) >= n && (p = memchr(p, t[0], (size_t)(e - p) - n + 1))) {
		if (memcmp(p, t, n) == 0)
			return 1;
		p++;
	}
	return 0;
}

static inline struct slice buf_slice(const struct buf *b)
{
	return (struct slice){ b->p ? b->p : "", b->n };
}

static inline void buf_room(struct buf *b, size_t more)
{
	if (b->cap - b->n < more)
		mem_reserve((void **)&b->p, &b->cap, b->n + more, 1);
}

static inline void buf_add(struct buf *b, const char *s, size_t n)
{
	buf_room(b, n);
	if (n)
		memcpy(b->p + b->n, s, n);
	b->n += n;
}

/* The same, faster for texts of mostly 16 bytes or fewer. Reads at least 16 bytes of s: they must
 * be readable. */
static inline void buf_add_short(struct buf *b, struct slice s)
{
	if (s.n > 16) {
		buf_add(b, s.p, s.n);
		return;
	}
	buf_room(b, 16);
	memcpy(b->p + b->n, s.p, 16); /* of a fixed size: no call */
	b->n += s.n;
}

static inline void buf_ch(struct buf *b, char c)
{
	buf_room(b, 1);
	b->p[b->n++] = c;
}

static inline void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static inline void buf_put(struct buf *b, struct slice s)
{
	buf_add(b, s.p, s.n);
}
#endif
