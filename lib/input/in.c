#include "input/in.h"

#include "base/mem.h"
#include "base/msg.h"
#include "input/ahead.h"
#include "input/inflate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEEP = 16, RAW = 1 << 16 }; /* ISA-L may give back up to 8 bytes of an earlier chunk */
enum wrap { W_START, W_PLAIN, W_GZIP, W_ZLIB, W_DONE };

struct in {
	const char *name;
	int fd, eof, said, regular;
	enum wrap wrap;
	struct inflate *z;
	unsigned char raw[KEEP + RAW];
	const unsigned char *p; /* unread compressed bytes */
	size_t n;
	uint64_t raw_end;            /* file offset of the byte after p + n */
	uint64_t total, member_from; /* uncompressed bytes: in total, and at the start of this
	                              * member */
	uint64_t member_raw;         /* file offset of the member's deflate data */
	uint64_t skip;               /* bytes of it that were delivered already */
	uint32_t check;              /* CRC or Adler of the member */
	int in_member;
	int status;
	char why[200];
	struct ahead *ahead;
};

/* A read failed: reported at once, whoever reads, because it is not a property of the data. */
static void broken(struct in *in)
{
	in->wrap = W_DONE;
	in->eof = 1;
	in->status = msg_trouble("%s: %s", in->name, strerror(errno));
}

static void damage(struct in *in, const char *what)
{
	if (in->status == ST_TROUBLE)
		return; /* the end of what could be read, not of the data */
	in->wrap = W_DONE;
	in->status = ST_DATA;
	snprintf(in->why, sizeof in->why, "byte %llu (uncompressed %llu): %s",
	         (unsigned long long)(in->raw_end - in->n), (unsigned long long)in->total, what);
}

/* Reads more of the file after the unread bytes. Returns 0 at its end. */
static int fill(struct in *in)
{
	unsigned char *base = in->raw + KEEP;
	size_t keep, room;
	ssize_t r;

	if (in->eof || in->n >= RAW)
		return 0;
	/* Moves the unread bytes and the KEEP bytes before them to the front. */
	keep = KEEP;
	if (in->p != base)
		memmove(base - keep, in->p - keep, in->n + keep);
	in->p = base;
	room = RAW - in->n;
	do
		r = read(in->fd, base + in->n, room);
	while (r < 0 && errno == EINTR);
	if (r < 0) {
		broken(in);
		return 0;
	}
	in->eof = r == 0;
	in->n += (size_t)r;
	in->raw_end += (uint64_t)r;
	return r > 0;
}

static int need(struct in *in, size_t n)
{
	while (in->n < n)
		if (!fill(in))
			return 0;
	return 1;
}

static int byte(struct in *in)
{
	if (!need(in, 1))
		return -1;
	in->n--;
	return *in->p++;
}

static int is_gzip(const struct in *in)
{
	return in->n >= 2 && in->p[0] == 0x1f && in->p[1] == 0x8b;
}

/* RFC 1950: deflate, 32 KiB window (0x78, as all writers use), header a multiple of 31. */
static int is_zlib(const struct in *in)
{
	return in->n >= 2 && in->p[0] == 0x78 && ((in->p[0] << 8) + in->p[1]) % 31 == 0 &&
	       !(in->p[1] & 0x20);
}

/* RFC 1952, 2.3: the member header. Returns -1 if it is cut or unknown. */
static int gzip_header(struct in *in)
{
	int flags, c;

	if (!need(in, 10))
		return -1;
	flags = in->p[3];
	if (in->p[2] != 8 || (flags & 0xe0))
		return -1;
	in->p += 10;
	in->n -= 10;
	if (flags & 4) {
		int lo = byte(in), hi = byte(in);

		if (lo < 0 || hi < 0)
			return -1;
		for (int k = lo | hi << 8; k > 0; k--)
			if (byte(in) < 0)
				return -1;
	}
	for (int f = 8; f <= 16; f *= 2)
		if (flags & f)
			do
				if ((c = byte(in)) < 0)
					return -1;
			while (c);
	if (flags & 2)
		return byte(in) < 0 || byte(in) < 0 ? -1 : 0;
	return 0;
}

static void member_begin(struct in *in)
{
	if (!in->z)
		in->z = inflate_new(in_seekable(in));
	inflate_reset(in->z);
	in->in_member = 1;
	in->member_from = in->total;
	in->check = in->wrap == W_ZLIB;
	if (in->wrap == W_ZLIB) {
		in->p += 2;
		in->n -= 2;
	} else if (gzip_header(in)) {
		damage(in, in->eof ? "truncated inside a gzip header" : "not a gzip header");
	}
	in->member_raw = in->raw_end - in->n;
}

/* The fast backend failed: the member is read again with zlib, which decides what can be
 * recovered. What was already delivered of it is skipped. */
static int redo(struct in *in)
{
	if (in->wrap == W_DONE || !inflate_is_fast(in->z))
		return 0;
	if (lseek(in->fd, (off_t)in->member_raw, SEEK_SET) < 0) {
		broken(in);
		return 0;
	}
	inflate_free(in->z);
	in->z = inflate_new(0);
	in->skip = in->total - in->member_from;
	in->total = in->member_from;
	in->check = in->wrap == W_ZLIB;
	in->p = in->raw + KEEP;
	in->n = 0;
	in->raw_end = in->member_raw;
	in->eof = 0;
	return 1;
}

/* Drops from p[0..got) what was already delivered. Returns what is left. */
static size_t fresh(struct in *in, unsigned char *p, size_t got)
{
	size_t drop = in->skip < got ? (size_t)in->skip : got;

	in->skip -= drop;
	memmove(p, p + drop, got - drop);
	return got - drop;
}

static uint32_t word(const unsigned char *p, int big)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++)
		v |= (uint32_t)p[i] << (big ? 24 - 8 * i : 8 * i);
	return v;
}

static void member_end(struct in *in)
{
	size_t n = in->wrap == W_GZIP ? 8 : 4;

	in->in_member = 0;
	if (!need(in, n)) {
		damage(in, "truncated before the end of the checksum");
		return;
	}
	if (word(in->p, in->wrap == W_ZLIB) != in->check) {
		damage(in, in->wrap == W_GZIP ? "CRC mismatch" : "Adler-32 mismatch");
		return;
	}
	if (in->wrap == W_GZIP && word(in->p + 4, 0) != (uint32_t)(in->total - in->member_from)) {
		damage(in, "length mismatch");
		return;
	}
	in->p += n;
	in->n -= n;
	need(in, 2);
	if (in->n == 0) {
		in->wrap = W_DONE;
	} else if (in->wrap == W_ZLIB || !is_gzip(in)) {
		damage(in, "trailing garbage ignored");
		in->status = ST_OK;
	}
}

static size_t read_member(struct in *in, unsigned char *p, size_t n)
{
	for (;;) {
		size_t got = n;
		enum inflate_result s;

		if (in->n == 0 && !fill(in) && in->wrap == W_DONE)
			return 0;
		s = inflate_step(in->z, &in->p, &in->n, p, &got);
		if (s == INFLATE_BAD && redo(in))
			continue; /* the end of what this step returned may be wrong */
		in->total += got;
		in->check = in->wrap == W_GZIP ? inflate_crc(in->check, p, got)
		                               : inflate_adler(in->check, p, got);
		if (in->skip)
			got = fresh(in, p, got);
		if (s == INFLATE_END)
			member_end(in);
		else if (s == INFLATE_BAD)
			damage(in, "corrupt deflate data");
		else if (s == INFLATE_MORE && got == 0 && in->n == 0 && in->eof && !redo(in))
			damage(in, "cut");
		if (got || in->wrap == W_DONE || s == INFLATE_END)
			return got;
	}
}

static size_t read_plain(struct in *in, unsigned char *p, size_t n)
{
	ssize_t r;

	if (in->n) {
		n = n < in->n ? n : in->n;
		memcpy(p, in->p, n);
		in->p += n;
		in->n -= n;
		return n;
	}
	do
		r = read(in->fd, p, n);
	while (r < 0 && errno == EINTR);
	if (r < 0) {
		broken(in);
		return 0;
	}
	in->raw_end += (uint64_t)r;
	in->total += (uint64_t)r;
	return (size_t)r;
}

static void start(struct in *in)
{
	need(in, 2);
	if (in->wrap == W_DONE)
		return;
	in->wrap = is_gzip(in) ? W_GZIP : is_zlib(in) ? W_ZLIB : W_PLAIN;
}

static size_t read_now(void *arg, unsigned char *p, size_t n)
{
	struct in *in = arg;
	size_t got;

	for (;;) {
		if (in->wrap == W_START)
			start(in);
		if (in->wrap == W_DONE)
			return 0;
		if (in->wrap == W_PLAIN)
			return read_plain(in, p, n);
		if (!in->in_member)
			member_begin(in);
		if (in->wrap == W_DONE)
			return 0;
		got = read_member(in, p, n);
		if (got)
			return got;
	}
}

size_t in_read(struct in *in, unsigned char *p, size_t n)
{
	return in->ahead ? ahead_read(in->ahead, p, n) : read_now(in, p, n);
}

void in_ahead(struct in *in)
{
	if (in->wrap == W_START)
		start(in);
	if ((in->wrap == W_GZIP || in->wrap == W_ZLIB) && !in->ahead)
		in->ahead = ahead_start(read_now, in);
}

static int open_file(const char *path)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return STDIN_FILENO;
	do
		fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	return fd;
}

struct in *in_open(const char *path)
{
	int fd = open_file(path);
	struct stat st;
	struct in *in;

	if (fd < 0 || fstat(fd, &st) < 0) {
		msg_trouble("%s: %s", path, strerror(errno));
		if (fd > STDIN_FILENO)
			close(fd);
		return NULL;
	}
	if (S_ISDIR(st.st_mode)) {
		msg_trouble("%s: is a directory", path);
		close(fd);
		return NULL;
	}
	in = mem_resize(NULL, 1, sizeof *in);
	memset(in, 0, sizeof *in);
	in->regular = S_ISREG(st.st_mode);
	in->name = strcmp(path, "-") == 0 ? "(standard input)" : path;
	in->fd = fd;
	in->p = in->raw + KEEP;
	return in;
}

int in_seek(struct in *in, uint64_t at)
{
	if (in->wrap == W_START && in_seekable(in))
		start(in);
	if (in->wrap != W_PLAIN || !in_seekable(in) || lseek(in->fd, (off_t)at, SEEK_SET) < 0)
		return 0;
	in->n = 0;
	in->raw_end = in->total = at;
	return 1;
}

int in_seekable(const struct in *in)
{
	return in->regular;
}

void in_quiet(struct in *in)
{
	in->said = 1;
}

const char *in_name(const struct in *in)
{
	return in->name;
}

int in_status(struct in *in)
{
	if (in->why[0] && !in->said) {
		msg_note("%s: %s", in->name, in->why);
		in->said = 1;
	}
	return in->status;
}

int in_close(struct in *in)
{
	int status;

	if (in->ahead)
		ahead_stop(in->ahead);
	status = in_status(in);
	if (in->fd != STDIN_FILENO)
		close(in->fd);
	if (in->z)
		inflate_free(in->z);
	free(in);
	return status;
}
