#include "inflate.h"

#include "msg.h"

#include <stdlib.h>

#ifdef WITH_ISAL
#include <isa-l.h>
#else
#include <zlib.h>
#endif

#ifdef WITH_ISAL
struct inflate {
	struct inflate_state s;
};

const char *inflate_backend(void)
{
	return "isa-l";
}

struct inflate *inflate_new(void)
{
	struct inflate *z = mem_resize(NULL, 1, sizeof *z);

	isal_inflate_init(&z->s);
	return z;
}

void inflate_free(struct inflate *z)
{
	free(z);
}

void inflate_reset(struct inflate *z)
{
	isal_inflate_reset(&z->s);
	z->s.crc_flag = ISAL_DEFLATE;
}

enum inflate_result inflate_step(struct inflate *z, const unsigned char **in, size_t *n_in,
                                unsigned char *out, size_t *n_out)
{
	size_t room = *n_out, back;
	int r;

	z->s.next_in = (uint8_t *)(uintptr_t)*in;
	z->s.avail_in = (uint32_t)*n_in;
	z->s.next_out = out;
	z->s.avail_out = (uint32_t)room;
	r = isal_inflate(&z->s);
	*n_out = room - z->s.avail_out;
	/* ISA-L reads ahead by whole bytes: give back what it holds and did not use. */
	back = z->s.block_state == ISAL_BLOCK_FINISH || r < 0 ? (size_t)z->s.read_in_length / 8 : 0;
	*in = z->s.next_in - back;
	*n_in = z->s.avail_in + back;
	if (r < 0)
		return INFLATE_BAD;
	return z->s.block_state == ISAL_BLOCK_FINISH ? INFLATE_END : INFLATE_MORE;
}

uint32_t inflate_crc(uint32_t crc, const unsigned char *p, size_t n)
{
	return crc32_gzip_refl(crc, p, n);
}

uint32_t inflate_adler(uint32_t adler, const unsigned char *p, size_t n)
{
	return isal_adler32(adler, p, n);
}

#else
struct inflate {
	z_stream s;
};

const char *inflate_backend(void)
{
	return "zlib";
}

struct inflate *inflate_new(void)
{
	struct inflate *z = mem_resize(NULL, 1, sizeof *z);

	z->s = (z_stream){ 0 };
	if (inflateInit2(&z->s, -15) != Z_OK)
		msg_die("zlib: cannot start");
	return z;
}

void inflate_free(struct inflate *z)
{
	inflateEnd(&z->s);
	free(z);
}

void inflate_reset(struct inflate *z)
{
	inflateReset(&z->s);
}

enum inflate_result inflate_step(struct inflate *z, const unsigned char **in, size_t *n_in,
                                unsigned char *out, size_t *n_out)
{
	size_t room = *n_out;
	int r;

	z->s.next_in = (Bytef *)(uintptr_t)*in;
	z->s.avail_in = (uInt)*n_in;
	z->s.next_out = out;
	z->s.avail_out = (uInt)room;
	r = inflate(&z->s, Z_NO_FLUSH);
	*n_out = room - z->s.avail_out;
	*in = z->s.next_in;
	*n_in = z->s.avail_in;
	if (r == Z_MEM_ERROR)
		msg_die("zlib: out of memory");
	if (r == Z_STREAM_END)
		return INFLATE_END;
	return r == Z_OK || r == Z_BUF_ERROR ? INFLATE_MORE : INFLATE_BAD;
}

uint32_t inflate_crc(uint32_t crc, const unsigned char *p, size_t n)
{
	return (uint32_t)crc32_z(crc, p, n);
}

uint32_t inflate_adler(uint32_t adler, const unsigned char *p, size_t n)
{
	return (uint32_t)adler32_z(adler, p, n);
}
#endif
