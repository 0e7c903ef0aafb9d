/* newfile: creates files, never overwrites one, and leaves only complete pieces in them even if a
 * write fails. */
#ifndef NEWFILE_H
#define NEWFILE_H
#include <stddef.h>
#include <stdint.h>

struct newfile {
	int fd, regular;
	const char *path; /* not owned */
	int64_t whole;    /* bytes written, in complete pieces */
};

/* Is the path free, or a pipe or device to write to? Returns 0; -1 after a message. */
int newfile_free(const char *path);
/* Creates the file; a pipe or device is opened. Returns 0; -1 after a message. */
int newfile_open(struct newfile *f, const char *path);
/* Writes n pieces of `piece` bytes. Returns how many are completely in the file; if fewer than n,
 * a message was printed, and a regular file holds nothing of the next piece. */
size_t newfile_put(struct newfile *f, const void *p, size_t n, size_t piece);
/* Returns 0; -1 after a message. */
int newfile_close(struct newfile *f);
#endif
