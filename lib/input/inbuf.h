/* inbuf: a sliding window over the bytes of an input, followed by SCAN_SLACK blanks. */
#ifndef INBUF_H
#define INBUF_H
#include "base/buf.h"
#include "input/in.h"

#include <stddef.h>
#include <stdint.h>

struct inbuf {
	struct in *in;
	char *p;             /* the window */
	size_t pos, n, cap;  /* read position, bytes held, room */
	uint64_t off;        /* uncompressed offset of p[0] */
	int eof;
	int long_line;       /* pos is inside a line that was too long */
};

void inbuf_init(struct inbuf *b, struct in *in);
void inbuf_free(struct inbuf *b);
/* Drops the bytes before pos and reads more, doubling the window if it is full. Returns 0 at the
 * end of the input. Pointers into the window become invalid. */
int inbuf_more(struct inbuf *b);
/* Reads until twice as much is unread: a caller that scans again each time takes linear time in
 * all. */
int inbuf_double(struct inbuf *b);
/* The next byte that is not a blank, -1 at the end; pos is left at it. */
int inbuf_peek(struct inbuf *b);
enum { INBUF_LINE = 64 << 20 }; /* a longer line is cut */
/* The next line, without its end; moves past it. Returns 0 at the end of the input. *cut is set if
 * the line has no end, or is longer than INBUF_LINE: then these are its first bytes. */
int inbuf_line(struct inbuf *b, struct slice *s, int *cut);
static inline uint64_t inbuf_at(const struct inbuf *b)
{
	return b->off + b->pos;
}
#endif
