/* wire: the protobuf wire format, read from a sliding window: varints, and messages within
 * messages. */
#ifndef WIRE_H
#define WIRE_H
#include "base/buf.h"
#include "input/inbuf.h"

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_LEN = 2, WIRE_FIXED32 = 5 };

struct wire_field {
	uint32_t number;
	uint64_t value;    /* varint and fixed; the length of WIRE_LEN */
	int type; /* not next to `number`: a compiler then reads both as one word, before they are
	           * stored */
	struct slice text; /* WIRE_LEN read from memory: the bytes */
};

/* Inlined, a field stays in registers; through memory its halves would be read back before they
 * are stored. */
#define WIRE_INLINE __attribute__((always_inline))

/* The varint at p, of any length. Returns the byte after it, NULL if it runs past e. */
const char *wire_long_varint(const char *p, const char *e, uint64_t *v);

static inline WIRE_INLINE const char *wire_varint(const char *p, const char *e, uint64_t *v)
{
	const unsigned char *u = (const unsigned char *)p;
	uint64_t slow = 0; /* not *v itself: a variable whose address is passed on cannot stay in a
	                    * register */

	if (p < e && u[0] < 0x80) {
		*v = u[0];
		return p + 1;
	}
	if (e - p > 1 && u[1] < 0x80) {
		*v = (uint64_t)(u[0] & 0x7f) | (uint64_t)u[1] << 7;
		return p + 2;
	}
	p = wire_long_varint(p, e, &slow);
	*v = slow;
	return p;
}

static inline WIRE_INLINE const char *wire_fixed(const char *p, const char *e, int n, uint64_t *v)
{
	if (e - p < n)
		return NULL;
	*v = 0;
	for (int i = 0; i < n; i++)
		*v |= (uint64_t)(unsigned char)p[i] << (8 * i);
	return p + n;
}

/* Tag and value, or length. */
static inline WIRE_INLINE const char *wire_head(const char *p, const char *e, struct wire_field *f)
{
	uint64_t tag;

	p = wire_varint(p, e, &tag);
	if (!p || tag >> 3 == 0 || tag >> 35)
		return NULL;
	f->number = (uint32_t)(tag >> 3);
	f->type = (int)(tag & 7);
	switch (f->type) {
	case WIRE_VARINT:
	case WIRE_LEN:
		return wire_varint(p, e, &f->value);
	case WIRE_FIXED64:
		return wire_fixed(p, e, 8, &f->value);
	case WIRE_FIXED32:
		return wire_fixed(p, e, 4, &f->value);
	default:
		return NULL;
	}
}

/* In memory: the next field of a message. Returns the byte after it, NULL if it is malformed or
 * runs past e. */
static inline WIRE_INLINE const char *wire_next(const char *p, const char *e, struct wire_field *f)
{
	f->text = (struct slice){ NULL, 0 };
	p = wire_head(p, e, f);
	if (!p || f->type != WIRE_LEN)
		return p;
	if (f->value > (uint64_t)(e - p))
		return NULL;
	f->text = (struct slice){ p, (size_t)f->value };
	return p + f->value;
}

/* In a window: the tag at its position, and the value or length; the bytes of WIRE_LEN come next.
 * end: offset at which the enclosing message ends. Returns 1; 0 at that end or the input's, with
 * *bad set if a field is cut or malformed. */
int wire_field(struct inbuf *b, uint64_t end, struct wire_field *f, int *bad);
/* The n bytes at the position, in the window; moves past them. NULL if the input ends before. */
const char *wire_bytes(struct inbuf *b, uint64_t n);
/* Skips n bytes. Returns 0 if the input ends before. */
int wire_skip(struct inbuf *b, uint64_t n);
#endif
