/* newfile: files that are made and never overwritten, and that hold whole pieces even where a
 * write fails. */
#ifndef NEWFILE_H
#define NEWFILE_H
#include <stddef.h>
#include <stdint.h>

struct newfile {
	int fd, regular;
	const char *path; /* not owned */
	int64_t whole;    /* bytes written that are whole pieces */
};

/* Is there nothing at this path, or a pipe or device to write to? Returns 0; -1 after a
 * message. */
int newfile_free(const char *path);
/* Makes the file; a pipe or device is opened. Returns 0; -1 after a message. */
int newfile_open(struct newfile *f, const char *path);
/* Writes n pieces of `piece` bytes. Returns how many are in the file whole; fewer than n after a
 * message, and then nothing of the next one is left in a regular file. */
size_t newfile_put(struct newfile *f, const void *p, size_t n, size_t piece);
/* Returns 0; -1 after a message. */
int newfile_close(struct newfile *f);
#endif
