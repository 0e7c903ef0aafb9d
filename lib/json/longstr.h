/* longstr: cuts a JSON string that is unreasonably long, so that memory stays flat. */
#ifndef LONGSTR_H
#define LONGSTR_H
#include "input/inbuf.h"

enum {
	LONGSTR_MOST = 64 << 20, /* a string of more bytes is cut */
	LONGSTR_KEPT =
	    1 << 20, /* to about this many: no more than these, and only complete characters */
	LONGSTR_EVENT =
	    256
	    << 20 /* an event that does not end within so many bytes, long strings cut, is
	           * broken */
};

/* Cuts the first string after pos that is too long, up to its closing quote, and reads on to find
 * that. Returns the number of bytes removed, and the string's offset in *at; 0 if there is none.
 * The caller adds the number to b->off once pos is after the string. */
uint64_t longstr_cut(struct inbuf *b, uint64_t *at);
#endif
