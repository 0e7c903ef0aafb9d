/* launchers: which processes make runtime calls, and which of them launches on a device. A rank
 * normally has one process; a stream combined from several hosts, or from ranks without a number,
 * has more. */
#ifndef LAUNCHERS_H
#define LAUNCHERS_H
#include "base/intern.h"

struct launchers {
	struct intern callers; /* "rank\tprocess" of calls: the ids that launch.h knows */
	struct intern ranks, devices; /* of callers; "rank\tdevice" */
	struct rank_callers { uint32_t n, only; } *of_rank;
	struct slice *of_device; /* the process; .n 0: not known */
	size_t cap_ranks, cap_devices;
};

/* The caller's id; added where new. */
uint32_t launchers_add(struct launchers *t, struct slice rank, struct slice proc);
/* The id of the rank's process or, if none is named, of the only one; -1 if there is none. */
int64_t launchers_id(const struct launchers *t, struct slice rank, struct slice proc);
/* Does some rank have several processes that make calls? */
int launchers_several(const struct launchers *t);
/* Did the rank make calls? */
int launchers_any(const struct launchers *t, struct slice rank);
/* The device's work is launched by this process; an empty process is ignored. */
void launchers_learn(struct launchers *t, struct slice rank, struct slice dev, struct slice proc);
/* The process that launches on the device; .n 0 if it is unknown, or the rank has only one. */
struct slice launchers_of(const struct launchers *t, struct slice rank, struct slice dev);
#endif
