#include "input/inbuf.h"

#include "base/mem.h"
#include "base/msg.h"
#include "input/scan.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 1 << 18 };

void inbuf_init(struct inbuf *b, struct in *in)
{
	char *p = b->p;
	size_t cap = b->cap;

	if (!p) {
		cap = FIRST;
		p = mem_resize(NULL, cap + SCAN_SLACK, 1);
	}
	*b = (struct inbuf){ .in = in, .p = p, .cap = cap };
	memset(b->p, ' ', SCAN_SLACK);
}

void inbuf_free(struct inbuf *b)
{
	free(b->p);
	b->p = NULL;
}

int inbuf_more(struct inbuf *b)
{
	size_t got;

	if (b->eof)
		return 0;
	if (b->pos) {
		memmove(b->p, b->p + b->pos, b->n - b->pos);
		b->off += b->pos;
		b->n -= b->pos;
		b->pos = 0;
	}
	if (b->n == b->cap) {
		b->cap *= 2;
		b->p = mem_resize(b->p, b->cap + SCAN_SLACK, 1);
	}
	got = in_read(b->in, (unsigned char *)b->p + b->n, b->cap - b->n);
	b->n += got;
	memset(b->p + b->n, ' ', SCAN_SLACK);
	b->eof = got == 0;
	return !b->eof;
}

int inbuf_double(struct inbuf *b)
{
	size_t want = 2 * (b->n - b->pos), got = 0;

	while (b->n - b->pos <= want && inbuf_more(b))
		got = 1;
	return (int)got;
}

int inbuf_peek(struct inbuf *b)
{
	for (;;) {
		for (; b->pos < b->n; b->pos++) {
			char c = b->p[b->pos];

			if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
				return (unsigned char)c;
		}
		if (!inbuf_more(b))
			return -1;
	}
}

/* The rest of a line that was too long. */
static void skip_line(struct inbuf *b)
{
	const char *nl = NULL;

	do {
		nl = memchr(b->p + b->pos, '\n', b->n - b->pos);
		b->pos = nl ? (size_t)(nl - b->p) + 1 : b->n;
	} while (!nl && inbuf_more(b));
	b->long_line = 0;
}

int inbuf_line(struct inbuf *b, struct slice *s, int *cut)
{
	size_t from = 0;

	*cut = 0;
	if (b->long_line)
		skip_line(b);
	for (;;) {
		const char *p = b->p + b->pos, *nl = memchr(p + from, '\n', b->n - b->pos - from);

		if (nl) {
			*s = (struct slice){ p, (size_t)(nl - p) };
			b->pos += s->n + 1;
			return 1;
		}
		from = b->n - b->pos;
		if (from > INBUF_LINE) {
			b->long_line = *cut = 1;
			*s = (struct slice){ p, INBUF_LINE };
			b->pos += INBUF_LINE;
			return 1;
		}
		if (inbuf_more(b))
			continue;
		*cut = from > 0;
		*s = (struct slice){ b->p + b->pos, from };
		b->pos = b->n;
		return from > 0;
	}
}
