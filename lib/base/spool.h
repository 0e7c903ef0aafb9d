/* spool: bytes kept in an unlinked temporary file, in TMPDIR or /tmp, to be read again. */
#ifndef SPOOL_H
#define SPOOL_H
#include <stddef.h>
#include <stdint.h>

struct spool;

/* Each ends with a message and ST_TROUBLE if the file cannot be created, written or read. */
struct spool *spool_new(void);
void spool_write(struct spool *s, const void *p, size_t n);
/* At any offset; do not mix with spool_write. */
void spool_write_at(struct spool *s, uint64_t at, const void *p, size_t n);
void spool_read_at(struct spool *s, uint64_t at, void *p, size_t n);
/* A path under which the file can be opened for reading, as long as s is open. */
const char *spool_path(struct spool *s);
void spool_free(struct spool *s);
#endif
