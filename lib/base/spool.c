#include "base/spool.h"

#include "base/mem.h"
#include "base/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct spool {
	int fd;
	size_t n;
	char path[32];
	char buf[1 << 16];
};

struct spool *spool_new(void)
{
	const char *dir = getenv("TMPDIR");
	struct spool *s = mem_resize(NULL, 1, sizeof *s);
	char name[4096];

	snprintf(name, sizeof name, "%s/tr.XXXXXX", dir && *dir ? dir : "/tmp");
	s->n = 0;
	s->fd = mkstemp(name);
	if (s->fd < 0)
		msg_die("%s: %s", name, strerror(errno));
	unlink(name);
	snprintf(s->path, sizeof s->path, "/dev/fd/%d", s->fd);
	return s;
}

static void put(struct spool *s, const char *p, size_t n)
{
	while (n) {
		ssize_t w = write(s->fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			msg_die("temporary file: %s", strerror(errno));
		p += w;
		n -= (size_t)w;
	}
}

static void flush(struct spool *s)
{
	put(s, s->buf, s->n);
	s->n = 0;
}

void spool_write(struct spool *s, const void *p, size_t n)
{
	if (n > sizeof s->buf - s->n)
		flush(s);
	if (n > sizeof s->buf) {
		put(s, p, n);
		return;
	}
	memcpy(s->buf + s->n, p, n);
	s->n += n;
}

void spool_write_at(struct spool *s, uint64_t at, const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		ssize_t w = pwrite(s->fd, from, n, (off_t)at);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			msg_die("temporary file: %s", strerror(errno));
		from += w;
		at += (uint64_t)w;
		n -= (size_t)w;
	}
}

void spool_read_at(struct spool *s, uint64_t at, void *p, size_t n)
{
	char *to = p;

	flush(s);
	while (n) {
		ssize_t r = pread(s->fd, to, n, (off_t)at);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			msg_die("temporary file: %s",
			        r ? strerror(errno) : "shorter than written");
		to += r;
		at += (uint64_t)r;
		n -= (size_t)r;
	}
}

const char *spool_path(struct spool *s)
{
	flush(s);
	/* On Linux /dev/fd/N opens anew, at the start; elsewhere it is a copy of the
	 * descriptor. */
	if (lseek(s->fd, 0, SEEK_SET) < 0)
		msg_die("temporary file: %s", strerror(errno));
	return s->path;
}

void spool_free(struct spool *s)
{
	close(s->fd);
	free(s);
}
