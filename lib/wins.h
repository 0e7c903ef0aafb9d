/* wins: named stretches of time, half-open, by rank and, where they come from a device, by
 * device. About 56 bytes and its name for each window. */
#ifndef WINS_H
#define WINS_H
#include "intern.h"
#include "rec.h"

struct win {
	int64_t s, e;      /* ns */
	uint32_t group;
	uint32_t n;        /* ordinal in its group, by start */
	struct slice name; /* record text */
	int64_t max_e;     /* largest end up to here in the group */
};

struct wins {
	struct win *w; /* by group, start, end once wins_sort was called */
	size_t n, cap;
	struct intern groups; /* "rank\tdevice", the device empty for all of the rank's */
	size_t *first;        /* index of each group's first window, and one more */
};

/* A window for one rank ("." : all ranks) and device (.n 0: all of them). */
void wins_add(struct wins *t, struct slice rank, struct slice dev, struct slice name, int64_t s,
              int64_t e);
void wins_sort(struct wins *t);
/* Windows of a group less than gap (ns) apart become one, with the first one's name, that begins gap/2 before
 * the first and ends gap/2 behind the last. They must be sorted, and are. */
void wins_join(struct wins *t, int64_t gap);
/* A window with a twin of the same name and number that applies to the same events: one is for a device or a
 * rank, the other for all. -1: there are none. */
int64_t wins_twin(const struct wins *t);
/* The groups that apply to a rank's device: up to 3, returns how many. */
int wins_groups(const struct wins *t, struct slice rank, struct slice dev, size_t group[3]);
/* The windows of a group that share time with [s, e), or hold s where s == e: calls back with
 * their indices, latest start first. */
void wins_over(const struct wins *t, size_t group, int64_t s, int64_t e,
               void (*found)(void *arg, size_t win), void *arg);
/* The window of the latest start that holds time ts, -1 where none does. */
int64_t wins_at(const struct wins *t, struct slice rank, struct slice dev, int64_t ts);
#endif
