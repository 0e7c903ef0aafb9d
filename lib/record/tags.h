/* tags: the tags of a record while it is being built: "\tkey=value" after "\tkey=value". */
#ifndef TAGS_H
#define TAGS_H
#include "base/buf.h"

/* A member's name as a tag's key: blanks become '_', '=' is escaped. */
void tags_key(struct buf *b, struct slice raw, unsigned *flaws);
/* Makes the keys of the tags unique. Of those before `own` (begins, members, derived tags), and of
 * those from there on, the later one counts; between the two parts, the first. */
void tags_unique(struct buf *b, size_t own, unsigned *flaws);
#endif
