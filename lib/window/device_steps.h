/* device_steps: what a device did for each host step, computed from the device's events and the
 * step that launched each. Device steps cover the device's time without gaps; extents go from the
 * earliest start to the latest end.
 *
 *   host steps      |s0      |s1      |
 *   launched in         s0s0   s0 s1s1   s1   (on the device, later)
 *   device steps        |s0      |s1       |  from a step's first event to the next step's
 *   extents             |s0     |  |s1     |  from a step's first event to the end of its last
 *
 * Memory: 56 bytes per device, stream and step; the events themselves are sorted on disk. */
#ifndef DEVICE_STEPS_H
#define DEVICE_STEPS_H
#include "base/sorter.h"
#include "window/assign.h"

struct device_steps {
	struct assign *a;
	int extents; /* else device steps */
	struct intern devices, cells, streams, stream_cells;
	struct device_row *dev;      /* by device */
	struct device_cell *cell;    /* by (device, window) */
	struct device_stream *stream; /* by (device, stream) */
	int64_t *stream_first;       /* by (device, stream, window): earliest start */
	size_t cap_dev, cap_cell, cap_stream, cap_first;
	struct sorter *runs;
	struct buf line;
};

/* An event of a device that was launched in window win, or in none (ASSIGN_NONE); arg: the
 * device_steps. An assign_fn. */
void device_steps_add(void *arg, const struct rec *r, int64_t win, int64_t from, int64_t to);
/* Is this a span of work on a device? Annotations and lines that repeat the time of others are
 * not. */
int device_steps_is_work(const struct rec *r);
/* Writes the windows of every device, and ##device lines for the time outside of them. */
void device_steps_write(struct device_steps *d);
#endif
