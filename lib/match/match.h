/* match: finds the same call of a collective on the ranks that took part in it, by its group and
 * its order in a step, or by a key; and who waited for whom, from durations alone.
 *
 *   rank 0   |=====wait=====|=transfer=|     ranks leave such a call together: the one with the
 *   rank 1                  |=transfer=|     shortest time came last
 *
 * Memory: 24 bytes per call and participant, 64 per matched call, and some for each participant
 * and group in a step. */
#ifndef MATCH_H
#define MATCH_H
#include "base/intern.h"
#include "base/num.h"
#include "record/rec.h"

enum { MATCH_KEYS = 8 };
/* What identifies the call that a record belongs to. */
struct match_spec {
	const struct slice *group, *key, *same; /* tags of its group; of the call in it (0: seq, or
	                                         * the order in the step); tags that must agree */
	int n_group, n_key, n_same; /* with a key, any record will do */
	int64_t size; /* participants, if the tag nranks is missing; 0: unknown */
	int uneven;   /* the bytes of an all-to-all need not agree */
};

/* Why a call is not matched. */
enum match_why {
	MATCH_PARTIAL, /* fewer participants in the stream than the group has */
	MATCH_COUNTS, /* they differ in the number of their calls in the step */
	MATCH_DISAGREE, /* they differ in kind, type or size; later calls in the step are then not
	                 * matched either */
	MATCH_ROOTED, /* broadcast, reduce, gather, scatter: the root need not wait */
	MATCH_KIND, /* another kind, or point to point without its peers */
	MATCH_SIZE, /* the number of participants is unknown */
	MATCH_AMBIGUOUS, /* more participants use the group's name than it has, or one is not a
	                  * member */
	MATCH_NO_STEP, /* launched in no step */
	MATCH_NO_LENGTH, /* some participant's call has no length */
	MATCH_WHYS
};
extern const char *const match_why_name[MATCH_WHYS];

enum { MATCH_NOBODY = UINT32_MAX };

struct match_call {
	int64_t transfer, waits; /* ns; the sum of the waits */
	int64_t busy, idle;      /* the late one's excess before it (why.h) */
	uint32_t group, number;  /* which call of the group, from 0 */
	uint32_t late;           /* participant; MATCH_NOBODY */
	uint32_t step;           /* id in steps */
	uint32_t size;           /* participants */
	uint32_t first;          /* entry of the late one, or of the first one */
	char why;                /* 'd' device, 'h' host, '.' not known */
};

struct match_entry { /* until match_settle: the order, the length, the call's properties, the
                      * lane's next entry */
	int64_t wait;    /* ns; below 0: -1 - the reason why it is not matched */
	int64_t dur;     /* -1: no length */
	uint32_t call, next;
};

struct match {
	struct match_spec spec;
	struct intern participants; /* "rank\tpid" */
	struct intern groups, instances, lanes, members, what, same, steps, keys, windows;
	struct match_group {
		int64_t size;
		uint32_t participants, calls;
		int pair, stranger;
	} * group;
	struct match_instance { uint32_t group, step, lane, lanes; } *instance;
	struct match_lane {
		int64_t last;
		uint32_t participant, head, tail, n, next;
		int disorder;
	} * lane;
	struct match_what { uint32_t same, step; int8_t kind, side; } *what_of;
	struct match_step { uint32_t name; int64_t nth; } *step_of; /* by id in steps */
	uint32_t *step_of_window;   /* by id in windows: not the first ones of their names */
	struct intern stepped;      /* ranks that have windows */
	struct intern names;
	int64_t *most;  /* by name: the largest nth */
	size_t cap_group, cap_instance, cap_lane, cap_what, cap_step, cap_window, cap_most,
	    cap_chunk;
	struct match_entry **chunk;
	size_t n; /* entries */
	struct match_call *call;
	size_t n_calls, cap_calls;
	struct { uint64_t calls; i128 ns; } unmatched[MATCH_WHYS];
	uint64_t by_order; /* calls matched by order */
	struct match_tally *tally; /* by id in tallies: (participant, step) */
	struct intern tallies;
	struct match_sum { uint64_t calls, matched, unmatched; i128 waits; } *sum_of; /* by step */
	size_t cap_tally, cap_sum;
	char *several; /* by participant: its rank has others */
};

/* What a participant did in a step. */
struct match_tally {
	uint32_t participant, step;
	uint64_t calls, late; /* matched; in which it was late */
	i128 waited, caused;  /* ns; caused: the others' waits for it */
	i128 busy, idle;      /* its excess before the calls in which it was late (why.h) */
};

/* A record of category window: the steps of a stream, which must come before its calls. */
void match_window(struct match *m, const struct rec *r);
/* The participant's id; added where new. */
uint32_t match_participant(struct match *m, const struct rec *r);
/* A call. Its number, from 0, is the order in which it was added. */
void match_add(struct match *m, const struct rec *r);
/* After the last one: matches, and counts. */
void match_settle(struct match *m);
/* Counts what the late participants caused, by participant and step; after why_settle. */
void match_count_late(struct match *m);
struct match_entry *match_entry(const struct match *m, size_t i);
/* Appends the participant's name: its rank; "dev=D" if it has no rank of its own, "R.D" if its
 * rank has several devices; "none" for MATCH_NOBODY. */
void match_put_name(const struct match *m, struct buf *b, uint32_t participant);
/* Appends the step's name, with #K if names repeat; "." if there is none. */
void match_put_step(const struct match *m, struct buf *b, uint32_t step);
#endif
