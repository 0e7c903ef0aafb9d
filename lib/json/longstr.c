#include "json/longstr.h"

#include "input/scan.h"

#include <string.h>

/* The closing quote of the string whose first byte is s, NULL if it is not before e. */
static const char *closing(const char *s, const char *e)
{
	for (const char *q = s; (q = memchr(q, '"', (size_t)(e - q))); q++) {
		const char *b = q;

		while (b > s && b[-1] == '\\')
			b--;
		if (!((q - b) & 1))
			return q;
	}
	return NULL;
}

/* How much of the string to keep: it must not end inside an escape, a pair of them, or a UTF-8
 * character. */
static size_t kept(const char *s)
{
	enum { UNICODE = 6 }; /* \ud83d, the first of a pair */
	size_t n = 0, len;

	for (;;) {
		const char *q = memchr(s + n, '\\', LONGSTR_KEPT - n);

		if (!q)
			break;
		len = q[1] != 'u' ? 2 : UNICODE;
		if (len == UNICODE && (q[2] | 0x20) == 'd' && strchr("89abAB", q[3]) &&
		    q[UNICODE] == '\\')
			len *= 2;
		n = (size_t)(q - s);
		if (n + len >= LONGSTR_KEPT)
			return n;
		n += len;
	}
	n = LONGSTR_KEPT;
	for (int i = 0; i < 3 && ((unsigned char)s[n] & 0xc0) == 0x80; i++)
		n--;
	return n;
}

/* Removes the bytes from window position `from` up to q. */
static uint64_t close_gap(struct inbuf *b, size_t from, const char *q)
{
	size_t to = (size_t)(q - b->p);

	memmove(b->p + from, q, b->n - to);
	b->n -= to - from;
	memset(b->p + b->n, ' ', SCAN_SLACK);
	return to - from;
}

/* The string at window position s, whose end is at q or beyond (NULL). */
static uint64_t cut(struct inbuf *b, size_t s, const char *q)
{
	size_t k = s - b->pos + kept(b->p + s); /* after pos: it moves */
	uint64_t gone = 0;

	while (!q) {
		const char *e = b->p + b->n, *w = e;

		while (w > b->p + s && w[-1] == '\\')
			w--;
		gone += close_gap(b, b->pos + k, e - ((e - w) & 1)); /* an escape continues */
		if (!inbuf_more(b))
			return gone;
		s = k; /* everything from here on is after the part that is kept */
		q = closing(b->p + k, b->p + b->n);
	}
	return gone + close_gap(b, b->pos + k, q);
}

uint64_t longstr_cut(struct inbuf *b, uint64_t *at)
{
	const char *p = b->p + b->pos, *e = b->p + b->n, *q;

	for (; (p = memchr(p, '"', (size_t)(e - p))); p = q + 1) {
		q = closing(p + 1, e);
		if ((q ? q : e) - (p + 1) > LONGSTR_MOST) {
			*at = b->off + (uint64_t)(p - b->p);
			return cut(b, (size_t)(p + 1 - b->p), q);
		}
		if (!q)
			break;
	}
	return 0;
}
