/* assign: to which windows does an event belong? By time (cut at their edges), by launch (whole,
 * where its runtime call is), by the number that it has already, or fixed buckets of time. */
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
	int strict; /* by launch: a device's event without a call is in no window, where its rank
	               has calls */
	int keep;              /* keep: what is in no window comes too, as window ASSIGN_NONE */
	struct launch *launch; /* used by launch */
	struct call_times *times; /* by launch, of each call; NULL: not asked for */
	struct launchers launchers; /* which processes make calls, and on which devices */
	int named_none;        /* by number: the last event named a window that there is not */
	uint64_t
	    unowned; /* events of devices whose process is not known, where several have windows */
	struct { size_t win; } *hits;
	size_t n_hits, cap_hits;
};
#define ASSIGN_NONE (INT64_MIN + 1) /* no bucket and no window has this number */

/* Is this a device's event: kernel, gpu_*, cuda_graph, xla_*? */
int assign_is_device(const struct rec *r);
/* The process of a host's span; .n 0 where the record is no process's. */
struct slice assign_process(const struct rec *r);
/* Whose windows apply to the event: its rank's, its device's, its process's. */
struct owner assign_owner(const struct assign *a, const struct rec *r);
/* The groups of windows that apply to a device's events, with those of the process that launches
 * on it; returns how many. */
int assign_groups(const struct assign *a, struct slice rank, struct slice dev,
                  size_t group[WINS_GROUPS]);
/* The event's correlation id; 0 where it has none. */
int assign_correlation(const struct rec *r, uint64_t *id);
/* Calls back for each part of the event: its window (index in wins; number of the bucket;
 * ASSIGN_NONE) and its stretch. The record must have a time. */
typedef void assign_fn(void *arg, const struct rec *r, int64_t win, int64_t s, int64_t e);
void assign_event(struct assign *a, const struct rec *r, assign_fn *part, void *arg);
/* Appends the window's name and ordinal as the tags win and win_n, and its phase where it has
 * one. */
void assign_put_win(const struct assign *a, struct buf *b, int64_t win);
/* Appends the window's other tags. */
void assign_put_tags(const struct assign *a, struct buf *b, int64_t win);
/* By launch: how long after the start of its runtime call the device's event began. Returns 0
 * where that is not known. */
int assign_lag(struct assign *a, const struct rec *r, int64_t *ns);
/* Bucket that holds ts. */
/* Is the record of more buckets than anybody wants? Its length is damaged, or the width a mistake:
 * its parts would fill the disk. */
int assign_too_long(const struct assign *a, const struct rec *r);
int64_t assign_bucket(int64_t ts, int64_t width);
#endif
