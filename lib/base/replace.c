#define _XOPEN_SOURCE 700 /* realpath */
#include "base/replace.h"

#include "base/msg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, struct slice s)
{
	while (s.n) {
		ssize_t w = write(fd, s.p, s.n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -1;
		s.p += w;
		s.n -= (size_t)w;
	}
	return fsync(fd);
}

void replace_file(const char *path, struct slice text)
{
	char *real = realpath(path, NULL);
	struct buf b = { 0 };
	struct stat st;
	int fd, bad;

	if (!real || stat(real, &st) < 0)
		msg_die("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		msg_die("%s: not a regular file: not changed in place", path);
	buf_str(&b, real);
	buf_str(&b, ".XXXXXX");
	buf_ch(&b, 0);
	fd = mkstemp(b.p);
	if (fd < 0)
		msg_die("%s: %s", b.p, strerror(errno));
	bad = fchmod(fd, st.st_mode & 07777) < 0 || write_all(fd, text) < 0;
	bad |= close(fd) < 0;
	if (bad || rename(b.p, real) < 0) {
		int why = errno;

		unlink(b.p);
		msg_die("%s: %s", path, strerror(why));
	}
	free(real);
	free(b.p);
}
