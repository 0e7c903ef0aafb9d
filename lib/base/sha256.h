/* sha256: SHA-256 (FIPS 180-4) and HMAC with it (RFC 2104). */
#ifndef SHA256_H
#define SHA256_H
#include "base/buf.h"

#include <stdint.h>

enum { SHA256_BLOCK = 64, SHA256_SIZE = 32 };
struct sha256 {
	uint32_t h[8];
	uint64_t n; /* bytes so far */
	unsigned char block[SHA256_BLOCK];
};
void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *p, size_t n);
void sha256_end(struct sha256 *s, unsigned char out[SHA256_SIZE]);

/* A key made ready, so that each text costs its own blocks and one more. */
struct hmac {
	struct sha256 inner, outer;
};
void hmac_key(struct hmac *k, struct slice key);
void hmac(const struct hmac *k, struct slice text, unsigned char out[SHA256_SIZE]);
#endif
