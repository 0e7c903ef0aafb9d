/* longstr: cuts a JSON string that is too long to be one, so that memory stays flat. */
#ifndef LONGSTR_H
#define LONGSTR_H
#include "input/inbuf.h"

enum {
	LONGSTR_MOST = 64 << 20, /* a string of more bytes is cut */
	LONGSTR_KEPT =
	    1 << 20, /* to about so many: no more than these, and only complete characters */
	LONGSTR_EVENT =
	    256
	    << 20 /* an event without an end after so many bytes, long strings cut, is broken */
};

/* Cuts the first string behind pos that is too long, up to its closing quote, and reads on to find
 * that. Returns the bytes that are gone, and the string's offset in *at; 0 where there is none.
 * The caller adds the bytes to b->off when pos is behind the string. */
uint64_t longstr_cut(struct inbuf *b, uint64_t *at);
#endif
