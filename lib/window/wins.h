/* wins: named ranges of time, half-open, by rank; by device if they come from a device; by process
 * if a process opened them. About 100 bytes and its texts per window. */
#ifndef WINS_H
#define WINS_H
#include "base/intern.h"
#include "record/rec.h"

/* Whose windows: of a rank ("." : all ranks), of one of its devices or one of its processes. dev
 * and proc are .n 0 if the windows are for all of them. gpu: a counter of the GPU dev, whose rank
 * need not be known. */
struct owner {
	struct slice rank, dev, proc;
	int gpu;
};

struct win {
	int64_t s, e;           /* ns */
	uint32_t set, group;    /* (rank, device); (rank, device, process) */
	uint32_t n;             /* ordinal in its set, by process and start; or as it was given */
	struct slice name;      /* record text */
	struct slice tags; /* tags of the span that it comes from, each with its tab; .n 0: none */
	struct slice phase;     /* the tag phase among them, with its tab */
	int64_t nth; /* number among the windows of its group and name, from 0; -1: the only one,
	              * or its tags show it. Set by wins_name_twins */
	int64_t max_e;          /* largest end up to here in the group */
};

struct wins {
	int given;     /* the ordinals come from records: they must not be renumbered */
	struct win *w; /* by set, group, start, end once wins_sort was called */
	size_t n, cap;
	struct intern sets, groups; /* "rank\tdevice", "rank\tdevice\tprocess" */
	uint32_t *set_of;           /* a group's set */
	size_t cap_set_of;
	/* Once sorted: index of a set's first window, and one past the last; of a group's first
	 * window and after its last one; how many processes have windows in a set, and the group
	 * of the last one. */
	size_t *set_first, *first, *end;
	struct { uint32_t processes, group; } *only;
	struct intern devs;  /* devices that have windows */
	int64_t *dev_group;  /* the group of the one rank whose device it is; -1: of several */
	size_t cap_dev_group, n_devs;
};

/* Adds a window; wins_sort then numbers them. */
void wins_add(struct wins *t, struct owner of, struct slice name, struct slice tags, int64_t s,
              int64_t e);
/* The window added last has this ordinal, from a record. Then all of them must have one. */
void wins_given(struct wins *t, int64_t n);
void wins_sort(struct wins *t);
/* Numbers the windows of a group that share a name. */
void wins_name_twins(struct wins *t);
/* Overlapping windows of one group and name become one: threads of a process that are in the same
 * step. */
void wins_merge(struct wins *t);
/* Windows of a group less than gap (ns) apart become one, with the first one's name, which begins
 * gap/2 before the first and ends gap/2 after the last. They must be sorted, and stay so. */
void wins_join(struct wins *t, int64_t gap);
/* A window with a twin of the same name and number that applies to the same events: one is for a
 * device or a rank, the other for all. -1: there are none. */
int64_t wins_twin(const struct wins *t);
/* Whose windows these are; the slices point into t. */
struct owner wins_owner(const struct wins *t, const struct win *w);
/* The groups that apply to an event of this owner: up to WINS_GROUPS, returns how many. If its
 * process is unknown and a set has the windows of several processes, none of these apply. */
enum { WINS_GROUPS = 6 };
int wins_groups(const struct wins *t, struct owner of, size_t group[WINS_GROUPS]);
/* Does the owner's rank have windows of several processes, and it is unknown which apply? */
int wins_several(const struct wins *t, struct owner of);
/* The windows of a group that overlap [s, e), or contain s if s == e: calls back with their
 * indices, latest start first. */
void wins_over(const struct wins *t, size_t group, int64_t s, int64_t e,
               void (*found)(void *arg, size_t win), void *arg);
/* The window with the latest start that contains time ts, -1 if there is none. */
int64_t wins_at(const struct wins *t, struct owner of, int64_t ts);
/* Do several processes have windows in this one's set? */
int wins_shared(const struct wins *t, const struct win *w);
/* The k-th window of the owner's sets that has this name, -1 if there is none. */
int64_t wins_numbered(const struct wins *t, struct owner of, struct slice name, int64_t k);
#endif
