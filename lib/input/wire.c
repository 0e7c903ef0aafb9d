#include "input/wire.h"

const char *wire_long_varint(const char *p, const char *e, uint64_t *v)
{
	uint64_t u = 0;

	for (unsigned shift = 0; p < e && shift < 64; shift += 7) {
		unsigned char c = (unsigned char)*p++;

		u |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80) {
			*v = u;
			return p;
		}
	}
	return NULL;
}

int wire_field(struct inbuf *b, uint64_t end, struct wire_field *f, int *bad)
{
	const char *p, *e;
	size_t most = 20; /* a tag and a varint */

	if (inbuf_at(b) >= end)
		return 0;
	while (b->n - b->pos < most && inbuf_more(b))
		;
	p = b->p + b->pos;
	e = b->p + b->n;
	if (p == e) {
		*bad = end != UINT64_MAX;
		return 0;
	}
	if ((uint64_t)(e - p) > end - inbuf_at(b))
		e = p + (end - inbuf_at(b));
	p = wire_head(p, e, f);
	if (!p) {
		*bad = 1;
		return 0;
	}
	b->pos = (size_t)(p - b->p);
	if (f->type == WIRE_LEN && f->value > end - inbuf_at(b)) {
		*bad = 1;
		return 0;
	}
	return 1;
}

const char *wire_bytes(struct inbuf *b, uint64_t n)
{
	while (b->n - b->pos < n)
		if (!inbuf_more(b))
			return NULL;
	b->pos += (size_t)n;
	return b->p + b->pos - n;
}

int wire_skip(struct inbuf *b, uint64_t n)
{
	while (n > b->n - b->pos) {
		n -= b->n - b->pos;
		b->pos = b->n;
		if (!inbuf_more(b))
			return 0;
	}
	b->pos += (size_t)n;
	return 1;
}
