/* ev: one event of the Trace Event Format, split into slices of its JSON text. */
#ifndef EV_H
#define EV_H
#include "base/buf.h"

#include <stdint.h>

enum { EV_EXTRA = 24 };

struct member {
	struct slice key, val; /* JSON, the key with its quotes */
};

struct ev {
	struct slice ph, cat, name, pid, tid, ts, dur,
	    args; /* JSON values; .p NULL where absent */
	struct slice xkey[EV_EXTRA], xval[EV_EXTRA];         /* other members, in source order */
	int n_extra, lenient, dropped; /* dropped: members beyond EV_EXTRA */
	struct member
	    *arg; /* the members of args once ev_args was called; reused from event to event */
	size_t n_arg, cap_arg;
	int args_done, broken_args; /* broken: the rest of args could not be read */
	unsigned flaws; /* json_flaw bits */
	uint64_t off;  /* offset of its '{', uncompressed */
	/* Set by the dialect, as record text. */
	struct slice o_cat, o_pid, o_tid;
};

/* Parses the object at p. Returns the byte after it, NULL if it is malformed or not ended. lenient
 * 0: SCAN_SLACK bytes after e must be readable. */
const char *ev_parse(struct ev *v, const char *p, const char *e, int lenient);
/* The value of "cat" without parsing the event; .p NULL if there is none. [p, e) is an object that
 * scan_object found clean. */
struct slice ev_peek_cat(const char *p, const char *e);
/* Parses args into v->arg, if it is an object and that was not done yet. */
void ev_args(struct ev *v);
/* The value of args[key]; .p NULL if absent. The last one counts. */
struct slice ev_arg(struct ev *v, const char *key);
/* The value, by its key, of a member that struct ev does not name; .p NULL if absent. */
struct slice ev_extra(const struct ev *v, const char *key);
/* Is `is` true of one of the events in the text, which may begin and end anywhere? */
int ev_any(struct slice text, int (*is)(struct ev *v));
/* Text of a JSON value that is a plain string or a bare word, without the quotes. */
static inline struct slice ev_bare(struct slice raw)
{
	if (raw.p && raw.n >= 2 && raw.p[0] == '"')
		return (struct slice){ raw.p + 1, raw.n - 2 };
	return raw.p ? raw : (struct slice){ "", 0 };
}
#endif
