/* wire: the protobuf wire format, read from a sliding window: varints, and messages within messages. */
#ifndef WIRE_H
#define WIRE_H
#include "jbuf.h"
#include "buf.h"

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_LEN = 2, WIRE_FIXED32 = 5 };

struct wire_field {
	uint32_t number;
	int type;
	uint64_t value;    /* varint and fixed; the length of WIRE_LEN */
	struct slice text; /* WIRE_LEN read from memory: the bytes */
};

/* In memory: the next field of a message. Returns the byte behind it, NULL where it is malformed or
 * runs past e. */
const char *wire_next(const char *p, const char *e, struct wire_field *f);

/* In a window: the tag at its position, and the value or length; the bytes of WIRE_LEN are next. end:
 * offset at which the enclosing message ends. Returns 1; 0 at that end or the input's, with *bad set
 * where a field is cut or malformed. */
int wire_field(struct jbuf *b, uint64_t end, struct wire_field *f, int *bad);
/* The n bytes at the position, in the window; position behind them. NULL where the input ends before. */
const char *wire_bytes(struct jbuf *b, uint64_t n);
/* Passes over n bytes. Returns 0 where the input ends before. */
int wire_skip(struct jbuf *b, uint64_t n);
#endif
