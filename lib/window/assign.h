/* assign: to which windows does an event belong? By time (cut at their edges), by launch
 * (uncut, in the window of its runtime call), by the number that it already has, or fixed
 * buckets of time. */
#ifndef ASSIGN_H
#define ASSIGN_H
#include "window/call_times.h"
#include "window/launch.h"
#include "window/launchers.h"
#include "window/wins.h"

struct assign {
	struct wins wins;
	int64_t width;         /* of buckets, 0: windows */
	int by_launch, by_number;
	int strict; /* by launch: a device's event without a call is in no window if its rank has
	             * calls */
	int keep;              /* keep: events in no window are passed on too, as window
	                        * ASSIGN_NONE */
	struct launch *launch; /* used by launch */
	struct call_times *times; /* by launch, of each call; NULL: not needed */
	struct launchers launchers; /* which processes make calls, and on which devices */
	int named_none;        /* by number: the last event named a window that does not exist */
	uint64_t
	    unowned; /* device events of unknown process, while several processes have windows */
	struct { size_t win; } *hits;
	size_t n_hits, cap_hits;
};
#define ASSIGN_NONE (INT64_MIN + 1) /* no bucket and no window has this number */

/* Is this a device's event: kernel, gpu_*, cuda_graph, xla_*? */
int assign_is_device(const struct rec *r);
/* The process of a host's span; .n 0 if the record belongs to no process. */
struct slice assign_process(const struct rec *r);
/* Whose windows apply to the event: its rank's, its device's, its process's. */
struct owner assign_owner(const struct assign *a, const struct rec *r);
/* The groups of windows that apply to a device's events, including those of the process that
 * launches on it; returns how many. */
int assign_groups(const struct assign *a, struct slice rank, struct slice dev,
                  size_t group[WINS_GROUPS]);
/* The event's correlation id; 0 if it has none. */
int assign_correlation(const struct rec *r, uint64_t *id);
/* Calls back for each part of the event: its window (index in wins; number of the bucket;
 * ASSIGN_NONE) and its time range. The record must have a time. */
typedef void assign_fn(void *arg, const struct rec *r, int64_t win, int64_t s, int64_t e);
void assign_event(struct assign *a, const struct rec *r, assign_fn *part, void *arg);
/* Appends the window's name and ordinal as the tags win and win_n, and its phase if it has one. */
void assign_put_win(const struct assign *a, struct buf *b, int64_t win);
/* Appends the window's other tags. */
void assign_put_tags(const struct assign *a, struct buf *b, int64_t win);
/* By launch: the time from the start of its runtime call to the start of the device's event.
 * Returns 0 if it is unknown. */
int assign_lag(struct assign *a, const struct rec *r, int64_t *ns);
/* Bucket that holds ts. */
/* Would the record be cut into an absurd number of buckets? Then its length is damaged, or the
 * width a mistake, and its parts would fill the disk. */
int assign_too_long(const struct assign *a, const struct rec *r);
int64_t assign_bucket(int64_t ts, int64_t width);
#endif
