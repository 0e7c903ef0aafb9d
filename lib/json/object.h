/* object: the members of a JSON object in a window, one by one, whatever their size. */
#ifndef OBJECT_H
#define OBJECT_H
#include "base/buf.h"
#include "input/inbuf.h"

enum { OBJECT_MOST = 1 << 22 }; /* most bytes of a key, or of a value that is needed in one
                                 * piece */

/* The key at the position, with its quotes, copied into k; moves past it and its colon. Returns 0
 * if there is none or the input ends. */
int member_key(struct inbuf *b, struct buf *k);
/* Skips the value at the position: looks at strings and brackets only. Returns 0 if the input ends
 * in it. */
int member_skip(struct inbuf *b);
/* The value at the position, all of it in the window; moves past it. .p NULL if it is cut,
 * malformed or too long. */
struct slice member_value(struct inbuf *b, unsigned *flaws);
/* The member of this name in the JSON object, which is complete in memory; .p NULL if it is not an
 * object or has no such member. */
struct slice member_of(struct slice object, const char *name, size_t n);
/* The unit that an object {"value":1,"unit":"ms"} names, as the power of ten that converts it to
 * ms. */
int member_to_ms(struct slice object);
/* After an object that could not be read: skips to the next line that begins with one. Returns 0
 * at the end. */
int member_next_line(struct inbuf *b);
#endif
