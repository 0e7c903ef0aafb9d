/* jbuf: a sliding window over the bytes of an input, with SCAN_SLACK blanks behind its end. */
#ifndef JBUF_H
#define JBUF_H
#include "buf.h"
#include "in.h"

#include <stddef.h>
#include <stdint.h>

struct jbuf {
	struct in *in;
	char *p;             /* the window */
	size_t pos, n, cap;  /* read position, bytes held, room */
	uint64_t off;        /* uncompressed offset of p[0] */
	int eof;
	int long_line;       /* pos is inside a line that was too long */
};

void jbuf_init(struct jbuf *b, struct in *in);
void jbuf_free(struct jbuf *b);
/* Drops what is before pos and reads more behind it, doubling the window where it is full.
 * Returns 0 at the end of the input. Pointers into the window become invalid. */
int jbuf_more(struct jbuf *b);
/* Reads until twice as much is unread, so that looking again each time costs linear time. */
int jbuf_double(struct jbuf *b);
/* The next byte that is no blank, -1 at the end; pos is left at it. */
int jbuf_peek(struct jbuf *b);
enum { JBUF_LINE = 64 << 20 }; /* a longer line is cut */
/* The next line, without its end; passes over it. Returns 0 at the end of the input; *cut is set where
 * the line has no end, or is longer than JBUF_LINE: then these first bytes are it. */
int jbuf_line(struct jbuf *b, struct slice *s, int *cut);
static inline uint64_t jbuf_at(const struct jbuf *b)
{
	return b->off + b->pos;
}
#endif
