/* steps: finds the windows of a stream in the stream itself: expressions in order of preference;
 * the first one that any complete span matches is used. Also remembers runtime calls, for windows
 * by launch. */
#ifndef STEPS_H
#define STEPS_H
#include "base/spool.h"
#include "expr/expr.h"
#include "window/assign.h"

enum { STEPS_MAX = 16 };

struct steps {
	struct expr *expr[STEPS_MAX];
	const char *text[STEPS_MAX];
	struct wins found[STEPS_MAX];
	int n;
	int closed;             /* the windows are known: only calls are still needed */
	int any_process; /* a window applies to all processes of its rank: windows from a file */
	int has_base;           /* of the file that the windows came from */
	int64_t base_ns;
	uint64_t partial; /* windows left out: without an end, or cut by the recording's start or
	                   * end */
	struct wins recording;  /* spans of category Trace: what the profiler recorded, by rank */
	struct spool *calls;    /* runtime calls seen, as struct call */
	uint64_t n_calls;
};

/* Whose window a span is, and the tags that a window keeps: step, phase, numbers of tokens; good
 * until the next call. */
struct owner steps_owner(const struct rec *r);
struct slice steps_tags(const struct rec *r);
/* Adds the span as a window, with its ordinal if it is a window record. */
void steps_add(struct wins *t, struct owner of, const struct rec *r);

/* All windows of a stream were added: sorts them. Returns ST_OK, or ST_DATA if a record with a
 * window's number would be in two windows; it reports the name. */
int steps_numbered(struct wins *w);
/* Looks at one record of the first pass. by_launch: remember runtime calls. */
void steps_see(struct steps *s, struct assign *a, const struct rec *r);
/* Uses the spans of a file as windows; by launch, also its runtime calls, which are then not
 * windows. Returns the status. */
int steps_from_file(struct steps *s, struct assign *a, const char *file);
/* Adds the one window of -t FROM,TO; ends with a message if arg is not that. */
void steps_range(struct wins *t, const char *arg);
/* After the first pass: a->wins and a->launch are set up. records: a file of the devices' records,
 * which is read if a rank has several processes. Returns the index of the expression used, -1 if
 * none matched. */
int steps_settle(struct steps *s, struct assign *a, const char *records);
/* Does the stream have the same base as the file that its windows came from (NULL: none)? Returns
 * a status, ST_DATA after a message. */
int steps_same_base(const struct steps *s, const char *file, int has_base, int64_t base);
#endif
