/* object: the members of a JSON object in a window, one by one, whatever their size. */
#ifndef OBJECT_H
#define OBJECT_H
#include "base/buf.h"
#include "input/inbuf.h"

enum { OBJECT_MOST = 1 << 22 }; /* bytes of a key, or of a value that is wanted whole */

/* The key at the position, with its quotes, copied into k; passes over it and its colon. Returns 0
 * where there is none or the input ends. */
int member_key(struct inbuf *b, struct buf *k);
/* Passes over the value at the position: strings and brackets only are looked at. Returns 0 where
 * the input ends in it. */
int member_skip(struct inbuf *b);
/* The value at the position, whole, in the window; passes over it. .p NULL where it is cut,
 * malformed or too long. */
struct slice member_value(struct inbuf *b, unsigned *bent);
/* The member of this name in the JSON object, whole in memory; .p NULL where it is no object or
 * has none. */
struct slice member_of(struct slice object, const char *name, size_t n);
/* The unit that an object {"value":1,"unit":"ms"} names, as the power of ten that makes it ms. */
int member_to_ms(struct slice object);
/* After an object that could not be read: to the next line that begins with one. Returns 0 at the
 * end. */
int member_next_line(struct inbuf *b);
#endif
