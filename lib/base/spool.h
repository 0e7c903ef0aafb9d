/* spool: bytes kept in an unlinked temporary file, in TMPDIR or /tmp, to be read again. */
#ifndef SPOOL_H
#define SPOOL_H
#include <stddef.h>
#include <stdint.h>

struct spool;

/* Each ends with a message and ST_TROUBLE where the file cannot be made, written or read. */
struct spool *spool_new(void);
void spool_write(struct spool *s, const void *p, size_t n);
/* At any place; not to be mixed with spool_write. */
void spool_write_at(struct spool *s, uint64_t at, const void *p, size_t n);
void spool_read_at(struct spool *s, uint64_t at, void *p, size_t n);
/* A path under which the whole can be opened for reading, while s lives. */
const char *spool_path(struct spool *s);
void spool_free(struct spool *s);
#endif
