#include "base/newfile.h"

#include "base/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fails(const char *path)
{
	msg_note("%s: %s", path, strerror(errno));
	return -1;
}

static int is_place(const struct stat *s)
{
	return S_ISFIFO(s->st_mode) || S_ISCHR(s->st_mode);
}

int newfile_free(const char *path)
{
	struct stat s;

	if (lstat(path, &s))
		return errno == ENOENT ? 0 : fails(path);
	if (stat(path, &s) == 0 && is_place(&s))
		return 0;
	msg_note("%s: already exists; not overwritten (use -o for another directory)", path);
	return -1;
}

int newfile_open(struct newfile *f, const char *path)
{
	struct stat s;

	*f = (struct newfile){ .path = path };
	f->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (f->fd < 0 && errno == EEXIST) {
		if (newfile_free(path))
			return -1;
		f->fd = open(path, O_WRONLY | O_CLOEXEC);
	}
	if (f->fd < 0)
		return fails(path);
	f->regular = fstat(f->fd, &s) == 0 && S_ISREG(s.st_mode);
	return 0;
}

size_t newfile_put(struct newfile *f, const void *p, size_t n, size_t piece)
{
	size_t done = 0, size = n * piece, whole;

	while (done < size) {
		ssize_t k = write(f->fd, (const char *)p + done, size - done);

		if (k < 0 && errno != EINTR) {
			fails(f->path);
			break;
		}
		if (k > 0)
			done += (size_t)k;
	}
	whole = done / piece;
	f->whole += (int64_t)(whole * piece);
	if (whole * piece < done && f->regular && ftruncate(f->fd, (off_t)f->whole))
		fails(f->path);
	return whole;
}

int newfile_close(struct newfile *f)
{
	return close(f->fd) ? fails(f->path) : 0;
}
