/* in: bytes of a file, whatever its compression: gzip (many members), zlib or plain,
 * recognised by the first bytes. Of a damaged file, everything that can be recovered is
 * delivered, then the end. */
#ifndef IN_H
#define IN_H
#include <stddef.h>
#include <stdint.h>

struct in;

/* Opens path ("-" is standard input). NULL after a message (msg_trouble) if that fails. */
struct in *in_open(const char *path);
/* Reads up to n > 0 bytes; 0 at the end. Damage and read errors end the data: see in_close. A read
 * error is reported at once (msg_trouble). */
size_t in_read(struct in *in, unsigned char *p, size_t n);
/* From now on a thread reads and inflates ahead, if the input is compressed. */
void in_ahead(struct in *in);
/* Seeks to this byte if that takes no reading: a plain regular file of which nothing was read.
 * Returns 1 then. */
int in_seek(struct in *in, uint64_t at);
int in_seekable(const struct in *in); /* a regular file? */
void in_quiet(struct in *in);         /* somebody else reports the damage of its data */
const char *in_name(const struct in *in); /* the path, for messages */
/* What ended the data early: 0 nothing, else ST_DATA or ST_TROUBLE; the message is printed only
 * once. */
int in_status(struct in *in);
int in_close(struct in *in); /* returns in_status */
#endif
