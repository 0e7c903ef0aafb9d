#include "wire.h"

static const char *long_varint(const char *p, const char *e, uint64_t *v)
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

static inline const char *varint(const char *p, const char *e, uint64_t *v)
{
	const unsigned char *u = (const unsigned char *)p;

	if (e - p < 3)
		return long_varint(p, e, v);
	if (u[0] < 0x80) {
		*v = u[0];
		return p + 1;
	}
	if (u[1] < 0x80) {
		*v = (uint64_t)(u[0] & 0x7f) | (uint64_t)u[1] << 7;
		return p + 2;
	}
	return long_varint(p, e, v);
}

static const char *fixed(const char *p, const char *e, int n, uint64_t *v)
{
	if (e - p < n)
		return NULL;
	*v = 0;
	for (int i = 0; i < n; i++)
		*v |= (uint64_t)(unsigned char)p[i] << (8 * i);
	return p + n;
}

/* Tag and value, or length. */
static inline const char *head(const char *p, const char *e, struct wire_field *f)
{
	uint64_t tag;

	p = varint(p, e, &tag);
	if (!p || tag >> 3 == 0 || tag >> 35)
		return NULL;
	f->number = (uint32_t)(tag >> 3);
	f->type = (int)(tag & 7);
	switch (f->type) {
	case WIRE_VARINT:
	case WIRE_LEN:
		return varint(p, e, &f->value);
	case WIRE_FIXED64:
		return fixed(p, e, 8, &f->value);
	case WIRE_FIXED32:
		return fixed(p, e, 4, &f->value);
	default:
		return NULL;
	}
}

const char *wire_next(const char *p, const char *e, struct wire_field *f)
{
	p = head(p, e, f);
	if (!p || f->type != WIRE_LEN)
		return p;
	if (f->value > (uint64_t)(e - p))
		return NULL;
	f->text = (struct slice){ p, (size_t)f->value };
	return p + f->value;
}

int wire_field(struct jbuf *b, uint64_t end, struct wire_field *f, int *bad)
{
	const char *p, *e;
	size_t most = 20; /* a tag and a varint */

	if (jbuf_at(b) >= end)
		return 0;
	while (b->n - b->pos < most && jbuf_more(b))
		;
	p = b->p + b->pos;
	e = b->p + b->n;
	if (p == e) {
		*bad = end != UINT64_MAX;
		return 0;
	}
	if ((uint64_t)(e - p) > end - jbuf_at(b))
		e = p + (end - jbuf_at(b));
	p = head(p, e, f);
	if (!p) {
		*bad = 1;
		return 0;
	}
	b->pos = (size_t)(p - b->p);
	if (f->type == WIRE_LEN && f->value > end - jbuf_at(b)) {
		*bad = 1;
		return 0;
	}
	return 1;
}

const char *wire_bytes(struct jbuf *b, uint64_t n)
{
	while (b->n - b->pos < n)
		if (!jbuf_more(b))
			return NULL;
	b->pos += (size_t)n;
	return b->p + b->pos - n;
}

int wire_skip(struct jbuf *b, uint64_t n)
{
	while (n > b->n - b->pos) {
		n -= b->n - b->pos;
		b->pos = b->n;
		if (!jbuf_more(b))
			return 0;
	}
	b->pos += (size_t)n;
	return 1;
}
