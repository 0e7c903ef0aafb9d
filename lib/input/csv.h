/* csv: rows of comma-separated values (RFC 4180) from a window. */
#ifndef CSV_H
#define CSV_H
#include "base/buf.h"
#include "base/escape.h"
#include "input/inbuf.h"

struct csv {
	struct inbuf *b;
	struct slice *field; /* good until the next row */
	size_t n, cap;
	struct buf unquoted;
	uint64_t at;         /* offset of the row */
	int plain; /* no quotes, no byte to escape; 16 bytes from the start of a field are
	            * readable */
	int cut;             /* the input ended inside quotes */
	int unterminated; /* the last line has no line end: it may be cut, so its last field is
	                   * left empty */
};

/* The next row that is not empty; if the row may be cut, its last field is empty. Returns 0 at the
 * end. */
int csv_row(struct csv *c);
void csv_free(struct csv *c);
/* The same, ignoring case. */
void csv_small_key(struct buf *b, struct slice field);
#endif
