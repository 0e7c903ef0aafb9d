/* escape: bytes of a source as text of a record, and back (tr-record(5), rule 2). */
#ifndef ESCAPE_H
#define ESCAPE_H
#include "base/buf.h"

/* Appends bytes with control bytes, backslashes and non-UTF-8 escaped. Returns 1 if some bytes
 * were not UTF-8. */
int escape_put(struct buf *b, struct slice s);
/* Makes the (escaped) text from b->p[at] on a tag's key, by the same rule for every source and
 * tool: a blank becomes '_', '=' becomes \x3d, an empty text '_'. */
void escape_key(struct buf *b, size_t at);
/* Printable ASCII without a backslash: needs no escaping. */
int escape_is_plain(struct slice s);
/* Appends the bytes that an escaped text represents. */
void escape_undo(struct buf *b, struct slice s);
int escape_is_utf8(struct slice s);
int escape_hex(char c); /* value of a hexadecimal digit, or -1 */
/* Appends bytes as a tag's key. */
void escape_put_key(struct buf *b, struct slice s);
#endif
