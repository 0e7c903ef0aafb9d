/* own: what trace/ keeps while it reads a source; dialects do not use it. */
#ifndef OWN_H
#define OWN_H
#include "record/census.h"
#include "trace/pair.h"
#include "trace/trace.h"

struct trace_head {
	struct slice key, val;
};

struct trace_own {
	const struct dialect *d;
	/* The header. */
	int begun, base_written, no_base; /* base_written: ##base_ns was written */
	int64_t shift_ns;                 /* added to every time */
	int absolute; /* 1 times are since the epoch, 2 they are not, 0 none seen */
	/* Trace Event JSON. */
	struct trace_head *heads;         /* the members, kept until the dialect is known */
	size_t n_heads, cap_heads;
	int eventless; /* its list of events is empty, or holds something else */
	struct pair_table pairs;
	int64_t first_ns; /* its first time that is not 0, as the source has it; 0: none yet */
	struct buf held, zero; /* records with a time of 0 before that; a work buffer */
	/* What is written. */
	struct census *census;            /* of its device's events */
	int counted;                      /* the record that emit_open began goes to the census */
	struct sizes *sizes;              /* for kernels without a size; NULL: none */
	/* A copy of a pipe's input, to be read again. */
	struct spool *kept;
	struct in *kept_in;
};

/* t must be zero, except for the members that a probe sets. */
void trace_open(struct trace *t, struct trace_opts *o, const char *file, struct in *in);
/* Opens t for the same bytes as `of`, from their beginning, as a probe. NULL after a message;
 * otherwise the caller closes it, after trace_free. */
struct in *trace_open_again(struct trace *t, const struct trace *of);
void trace_free(struct trace *t);
void trace_drop_heads(struct trace *t);
/* The dialect whose events the next bytes look like, or NULL. */
const struct dialect *trace_by_events(struct trace *t);
/* Is there no trace event among the next bytes? */
int trace_no_events(struct trace *t);
#endif
