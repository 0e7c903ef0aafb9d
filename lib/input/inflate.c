#include "input/inflate.h"

#include "base/mem.h"
#include "base/msg.h"

#include <stdlib.h>
#include <zlib.h>
#ifdef WITH_ISAL
#include <isa-l.h>
#endif

struct inflate {
	z_stream z;
#ifdef WITH_ISAL
	struct inflate_state *isal; /* NULL: zlib is used */
#endif
};

int inflate_is_fast(const struct inflate *z)
{
#ifdef WITH_ISAL
	return z->isal != NULL;
#else
	(void)z;
	return 0;
#endif
}

struct inflate *inflate_new(int fast)
{
	struct inflate *z = mem_resize(NULL, 1, sizeof *z);

	*z = (struct inflate){ 0 };
#ifdef WITH_ISAL
	if (fast) {
		z->isal = mem_resize(NULL, 1, sizeof *z->isal);
		isal_inflate_init(z->isal);
		return z;
	}
#else
	(void)fast;
#endif
	if (inflateInit2(&z->z, -15) != Z_OK)
		msg_die("zlib: out of memory");
	return z;
}

void inflate_free(struct inflate *z)
{
#ifdef WITH_ISAL
	free(z->isal);
	if (!z->isal)
#endif
		inflateEnd(&z->z);
	free(z);
}

void inflate_reset(struct inflate *z)
{
#ifdef WITH_ISAL
	if (z->isal) {
		isal_inflate_reset(z->isal);
		z->isal->crc_flag = ISAL_DEFLATE;
		return;
	}
#endif
	inflateReset(&z->z);
}

#ifdef WITH_ISAL
static enum inflate_result isal_step(struct inflate_state *s, const unsigned char **in,
                                     size_t *n_in, unsigned char *out, size_t *n_out)
{
	size_t room = *n_out, back;
	int r, done;

	s->next_in = (uint8_t *)(uintptr_t)*in;
	s->avail_in = (uint32_t)*n_in;
	s->next_out = out;
	s->avail_out = (uint32_t)room;
	r = isal_inflate(s);
	*n_out = room - s->avail_out;
	done = s->block_state == ISAL_BLOCK_FINISH;
	/* It reads ahead by complete bytes: give back those that it holds and did not use. */
	back = done || r < 0 ? (size_t)s->read_in_length / 8 : 0;
	*in = s->next_in - back;
	*n_in = s->avail_in + back;
	return r < 0 ? INFLATE_BAD : done ? INFLATE_END : INFLATE_MORE;
}
#endif

enum inflate_result inflate_step(struct inflate *z, const unsigned char **in, size_t *n_in,
                                 unsigned char *out, size_t *n_out)
{
	size_t room = *n_out;
	int r;

#ifdef WITH_ISAL
	if (z->isal)
		return isal_step(z->isal, in, n_in, out, n_out);
#endif
	z->z.next_in = (Bytef *)(uintptr_t)*in;
	z->z.avail_in = (uInt)*n_in;
	z->z.next_out = out;
	z->z.avail_out = (uInt)room;
	r = inflate(&z->z, Z_NO_FLUSH);
	*n_out = room - z->z.avail_out;
	*in = z->z.next_in;
	*n_in = z->z.avail_in;
	if (r == Z_MEM_ERROR)
		msg_die("zlib: out of memory");
	if (r == Z_STREAM_END)
		return INFLATE_END;
	return r == Z_OK || r == Z_BUF_ERROR ? INFLATE_MORE : INFLATE_BAD;
}

uint32_t inflate_crc(uint32_t crc, const unsigned char *p, size_t n)
{
#ifdef WITH_ISAL
	return crc32_gzip_refl(crc, p, n);
#else
	return (uint32_t)crc32_z(crc, p, n);
#endif
}

uint32_t inflate_adler(uint32_t adler, const unsigned char *p, size_t n)
{
	return (uint32_t)adler32_z(adler, p, n);
}
