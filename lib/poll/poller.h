/* poller: one GPU's NVLink counters into a file: a thread that asks NVML and one that writes, with
 * a bounded queue between them, so that a slow disk does not hold up the asking. What finds no
 * place in the queue is lost. In its stead the file gets, once there is room, a void sample for
 * each series, with the time of the first one lost, the return code POLLER_LOST and, as value, how
 * many of this series were lost. Counters are sums: the bytes in between are in the next
 * sample. */
#ifndef POLLER_H
#define POLLER_H
#include "base/newfile.h"
#include "base/ring.h"
#include "poll/nvml.h"

#include <pthread.h>

enum { POLLER_LOST = 1000, POLLER_CODES = NVML_UNKNOWN_ERROR + 1 };

struct poller {
	/* Set by the caller, before poller_start: */
	const struct nvml *nvml;
	unsigned gpu;
	int per_link;        /* else the sum of all links */
	int64_t interval_ns;
	int stop_fd;         /* at its end (end of file): stop */
	int wake_fd;         /* gets a byte when this poller's file cannot be written any more */
	const char *folder;

	void *device;
	char *path, *clock_path;
	struct newfile out;
	struct ring ring;
	pthread_t poll, write;
	struct nvml_field field[2 * NVML_MOST_LINKS];
	unsigned fields;
	unsigned char piece[2 * NVML_MOST_LINKS * 48]; /* the records of a poll */
	unsigned char
	    said[POLLER_CODES]; /* return codes that a message has told of; 0: of lost samples */
	int64_t gap_polls,
	    gap_ns; /* polls lost since the last that found room; time of the first */

	/* To read after poller_stop: */
	int64_t polls, written; /* of the polls, in the file */
	int64_t void_samples, void_polls, late;
	int64_t timed, first_ns, last_ns,
	    longest_ns; /* polls with a value that were not lost, and their times */
	int failed;                                    /* a write */
};

/* Finds the GPU and its fields. Ends the program where NVML knows no such GPU. */
void poller_find(struct poller *p);
/* Are the names of the files free? Returns 0; -1 after a message. */
int poller_free(const struct poller *p);
/* Makes the clock's file and begins the other. Returns 0; -1 after a message. */
int poller_open(struct poller *p);
/* Starts both threads; ends the program where that fails. */
void poller_start(struct poller *p);
/* Waits for both, after the end of stop_fd, and closes the file. */
void poller_stop(struct poller *p);
/* One line on standard error. Returns the status: ST_DATA where samples were lost or a poll had no
 * value. */
int poller_report(const struct poller *p);
#endif
