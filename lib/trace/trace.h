/* trace: one source file on its way to records, as its dialect sees it: what it reads, what is
 * known about the file, what it writes. */
#ifndef TRACE_H
#define TRACE_H
#include "trace/dialect.h"
#include "trace/rules.h"
#include "trace/tef.h"

struct trace_own;

/* The options of tr-events. */
struct trace_opts {
	const struct dialect *const
	    *dialects; /* all, NULL at the end; the last one reads any trace events */
	const struct dialect *dialect;         /* NULL: recognise it */
	const char *rank;        /* default; NULL: none */
	const char *name;        /* the input's name in messages; NULL: its path */
	const char *gpu;         /* default for counters; NULL: none */
	const char *clock; /* MONOTONIC,REALTIME or a file; NULL: the one next to the source */
	const char *sizes; /* records of an execution trace, to fill in sizes from; NULL: none */
	int shallow;             /* a probe ends at the first event */
	int has_base;            /* the stream's base is known: given, or the first file's */
	int base_given;
	int64_t base_ns;
	char **cats;             /* categories to keep; NULL: all */
	int n_cats;
	char **drop;             /* categories to leave out; "flow" is any of phase s, t, f */
	int n_drop;
	int show_sql;            /* of a database: print the SQL that reads it, nothing else */
	int all_args;            /* else those in args */
	char **args;
	int n_args;
	struct rules *rules;
};

/* One source. A dialect may use what is here; what only trace/ uses is in own.h. */
struct trace {
	/* What it reads. */
	struct tef tef;
	struct trace_opts *o;
	const char *file, *path; /* its name; its path */
	int probing, is_stdin;
	void *private;           /* the dialect's own data */
	/* What is known about it. */
	struct buf rank;         /* record text; empty while unknown */
	int own_rank;            /* rank comes from the file itself (distributedInfo) */
	int rankless;            /* it belongs to no rank: no ##rank */
	int64_t world;           /* world_size, 0 unknown */
	int has_base;            /* the source's own base is known */
	int64_t base_ns;
	int timeless;            /* it has no times: needs no base */
	int conflict;            /* the status if facts contradict each other */
	const char *foreign;     /* what the file may be if it is not a trace; NULL: not known */
	/* What it writes. */
	struct buf line, tags;   /* the record being made */
	struct buf scratch[3];   /* for the dialects' o_* texts */
	struct trace_own *own;
};

/* The file's times are ns since the epoch, and ns is the first one: settles the base. */
void trace_absolute(struct trace *t, int64_t ns);
/* The file's times are ns of a monotonic clock, offset_ns behind the wall clock; first is the
 * first one. */
void trace_monotonic(struct trace *t, int64_t first, int64_t offset_ns);
/* The facts are known: settles the rank and writes the header. Returns 0 if that was all that was
 * asked for (a probe). */
int trace_begin(struct trace *t);
/* ns on the stream's clock; -1 if out of range. */
int trace_time(const struct trace *t, int64_t ns, int64_t *ts);
/* The file is not of this dialect: message, status and account of a source without events. */
int trace_refuse(struct trace *t, uint64_t off, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* From here on the input can be read again with trace_again: a pipe is kept in a temporary file.
 * Nothing may have been consumed of t->tef.b. Returns the status. */
int trace_settle(struct trace *t);
/* The same bytes from their beginning; the caller closes it. NULL after a message. */
struct in *trace_again(const struct trace *t);
const char *trace_base_name(const char *path);
/* It turns out to be of another dialect: v and all later events go there. Returns what that
 * dialect's event() does. */
int trace_turn(struct trace *t, const struct dialect *d, struct ev *v);
/* Appends the record text of a JSON value, as a column, to scratch i; returns it. */
struct slice trace_text(struct trace *t, int i, struct slice raw, unsigned *flaws);
/* Is the category wanted (-c, -x)? */
int trace_wants(const struct trace *t, struct slice cat);

/* Is a tag of this key wanted (-a)? */
int trace_keeps(const struct trace *t, struct slice key);
#endif
