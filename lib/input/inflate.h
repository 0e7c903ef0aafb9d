/* inflate: raw DEFLATE data to bytes. The only file that knows zlib and ISA-L. ISA-L is faster,
 * but may hold back the last bytes of cut data: if it fails, read the data again with zlib. */
#ifndef INFLATE_H
#define INFLATE_H
#include <stddef.h>
#include <stdint.h>

struct inflate;
enum inflate_result { INFLATE_MORE, INFLATE_END, INFLATE_BAD };

/* fast: with ISA-L, if the program was built with it. */
struct inflate *inflate_new(int fast);
int inflate_is_fast(const struct inflate *z);
void inflate_free(struct inflate *z);
void inflate_reset(struct inflate *z); /* before each member */
/* Consumes from *in (*n_in bytes), writes to out[0..*n_out); both counts are updated to what is
 * left of the input and what was written. INFLATE_END: the last block ended. */
enum inflate_result inflate_step(struct inflate *z, const unsigned char **in, size_t *n_in,
                                unsigned char *out, size_t *n_out);
uint32_t inflate_crc(uint32_t crc, const unsigned char *p, size_t n);      /* CRC-32, gzip */
uint32_t inflate_adler(uint32_t adler, const unsigned char *p, size_t n); /* Adler-32, zlib */
#endif
