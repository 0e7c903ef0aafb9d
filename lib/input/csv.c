#include "input/csv.h"

#include "base/escape.h"
#include "base/mem.h"

#include <stdlib.h>

/* The length of the row at the position, without its line end; all of the row is in the window.
 * quoted: it has quotes. Returns -1 if there is none. */
static long row_length(struct csv *c, int *quoted)
{
	struct inbuf *b = c->b;
	size_t i = 0;
	int inside = 0;

	*quoted = 0;
	for (;;) {
		const char *p = b->p + b->pos, *nl = memchr(p + i, '\n', b->n - b->pos - i);
		const char *q = memchr(p + i, '"', (nl ? (size_t)(nl - p) : b->n - b->pos) - i);

		if (!q && !inside && nl)
			return nl - p;
		if (q || inside) { /* quotes: byte by byte */
			*quoted = 1;
			for (; i < b->n - b->pos; i++) {
				inside ^= p[i] == '"';
				if (p[i] == '\n' && !inside)
					return (long)i;
			}
		} else {
			i = b->n - b->pos;
		}
		if (!inbuf_more(b)) {
			c->cut |= inside;
			c->unterminated |= b->n > b->pos;
			return b->n > b->pos ? (long)(b->n - b->pos) : -1;
		}
	}
}

static void add(struct csv *c, struct slice s)
{
	if (c->n == c->cap)
		mem_reserve((void **)&c->field, &c->cap, c->n + 1, sizeof *c->field);
	c->field[c->n++] = s;
}

static void split(struct csv *c, const char *p, const char *e)
{
	for (;;) {
		const char *q = p;

		while (q < e && *q != ',')
			q++;
		add(c, (struct slice){ p, (size_t)(q - p) });
		if (q == e)
			return;
		p = q + 1;
	}
}

static void split_quoted(struct csv *c, const char *p, const char *e)
{
	struct buf *b = &c->unquoted;
	size_t from;

	b->n = 0;
	buf_room(b, (size_t)(e - p) + 1); /* fields point into it: it must not move */
	for (;;) {
		int inside = 0;

		from = b->n;
		for (; p < e && (inside || *p != ','); p++)
			if (*p != '"')
				b->p[b->n++] = *p;
			else if (inside && p + 1 < e && p[1] == '"')
				b->p[b->n++] = *p++;
			else
				inside = !inside;
		add(c, (struct slice){ b->p + from, b->n - from });
		if (p == e)
			return;
		p++;
	}
}

int csv_row(struct csv *c)
{
	struct inbuf *b = c->b;
	int quoted;
	long n;

	do {
		const char *p, *e;
		uint64_t at;

		at = inbuf_at(b);
		n = row_length(c, &quoted);
		if (n < 0)
			return 0;
		c->at = at;
		p = b->p + b->pos;
		e = p + n;
		b->pos += (size_t)n + (b->pos + (size_t)n < b->n);
		if (e > p && e[-1] == '\r')
			e--;
		c->n = 0;
		c->plain = !quoted && escape_is_plain((struct slice){ p, (size_t)(e - p) });
		if (e == p)
			continue;
		if (quoted)
			split_quoted(c, p, e);
		else
			split(c, p, e);
		if (c->unterminated) /* it looks complete but may be cut: 18 of 184 */
			c->field[c->n - 1] = (struct slice){ "                ", 0 };
	} while (c->n == 0);
	return 1;
}

void csv_free(struct csv *c)
{
	free(c->field);
	free(c->unquoted.p);
}

void csv_small_key(struct buf *b, struct slice field)
{
	size_t at = b->n;

	escape_put_key(b, field);
	for (size_t i = at; i < b->n; i++)
		if (b->p[i] >= 'A' && b->p[i] <= 'Z')
			b->p[i] = (char)(b->p[i] | 0x20);
}
