/* poller: one GPU's NVLink counters into a file: one thread asks NVML and one writes, with a
 * bounded queue between them, so that a slow disk does not delay the polling. A poll that finds no
 * room in the queue is lost. Once there is room, the file gets a void sample for each series
 * instead, with the time of the first one lost, the return code POLLER_LOST and, as value, how
 * many of this series were lost. Counters are cumulative: the bytes in between are in the next
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
	int wake_fd;         /* gets a byte when this poller's file can no longer be written */
	const char *folder;

	void *device;
	char *path, *clock_path;
	struct newfile out;
	struct ring ring;
	pthread_t poll, write;
	struct nvml_field field[2 * NVML_MOST_LINKS];
	unsigned fields;
	unsigned char piece[2 * NVML_MOST_LINKS * 48]; /* the records of one poll */
	unsigned char
	    said[POLLER_CODES]; /* return codes that were reported; 0: lost samples */
	int64_t gap_polls,
	    gap_ns; /* polls lost since the last one that found room; time of the first */

	/* Valid after poller_stop: */
	int64_t polls, written; /* of the polls, in the file */
	int64_t void_samples, void_polls, late;
	int64_t timed, first_ns, last_ns,
	    longest_ns; /* polls with a value that were not lost, and their times */
	int failed;                                    /* a write */
};

/* Finds the GPU and its fields. Ends the program if NVML does not know this GPU. */
void poller_find(struct poller *p);
/* Are the names of the files free? Returns 0; -1 after a message. */
int poller_free(const struct poller *p);
/* Creates the clock's file and begins the other. Returns 0; -1 after a message. */
int poller_open(struct poller *p);
/* Starts both threads; ends the program where that fails. */
void poller_start(struct poller *p);
/* Waits for both threads, after the end of stop_fd, and closes the file. */
void poller_stop(struct poller *p);
/* One line on standard error. Returns the status: ST_DATA if samples were lost or a poll had no
 * value. */
int poller_report(const struct poller *p);
#endif
