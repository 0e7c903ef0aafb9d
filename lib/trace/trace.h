/* trace: one source file to records: which dialect, rank, base, account; who reads the rest. */
#ifndef TRACE_H
#define TRACE_H
#include "record/census.h"
#include "trace/pair.h"
#include "trace/rules.h"
#include "trace/tef.h"

struct trace;

/* What tr-events was asked for. */
struct trace_opts {
	const char *dialect;     /* NULL: recognise it */
	const char *rank;        /* fallback; NULL: none */
	const char *name;        /* what the input is called; NULL: by its path */
	const char *gpu;         /* fallback for counters; NULL: none */
	const char *clock;       /* MONOTONIC,REALTIME or a file; NULL: the one beside the source */
	const char *sizes;       /* records of an execution trace, to lend sizes from; NULL: none */
	int shallow;             /* a probe ends where the first event begins */
	int has_base;            /* the stream's base is known: given, or the first file's */
	int base_given;
	int64_t base_ns;
	char **cats;             /* categories to keep; NULL: all */
	int n_cats;
	char **drop;             /* categories to leave out; "flow" is any of phase s, t, f */
	int n_drop;
	int show_sql;            /* of a database: the SQL that reads it, and nothing else */
	int all_args;            /* else those in args */
	char **args;
	int n_args;
	struct rules *rules;
};

/* A producer's habits. One file each in lib/, one row in dialect.c. */
struct dialect {
	const char *name;
	/* Do the first bytes of the file, unpacked (64 KiB at most), give it away? NULL: never. */
	int (*is)(struct slice start);
	/* A format of its own: reads it all, t->tef.b being at its start. Returns the status, NULL:
	 * it is Trace Event JSON, and what follows is said of it. */
	int (*read)(struct trace *t);
	/* Does a top-level member before the events tell this dialect? NULL: never. */
	int (*head)(struct slice key, struct slice val);
	/* Do the first events (64 KiB at most) give it away, where no head did? NULL: never. */
	int (*looks)(struct slice events);
	/* Could an event with this "cat" have category `cat` in the records? */
	int (*may_be)(struct slice raw_cat, const char *cat);
	/* Sets v->o_cat, o_pid and o_tid. Returns 0 where the event is for the dialect alone. */
	int (*event)(struct trace *t, struct ev *v);
	/* Behind the last event: returns the status. NULL: nothing to say. */
	int (*end)(struct trace *t);
	int foreign;    /* somebody else's: header, classification, account; 0: our own JSON */
	int late_facts; /* rank or base may stand behind the events */
	int rows;       /* rows of tables: times in ns, several lists one behind another */
};
extern const struct dialect *const dialects[]; /* NULL at the end; the last one knows no head */
extern const struct dialect dialect_xla, dialect_kineto, dialect_ascend; /* which others may turn out to be */
const struct dialect *dialect_find(const char *name);
/* The dialect whose first bytes these are, or NULL. */
const struct dialect *dialect_of(struct slice start);

struct trace_head {
	struct slice key, val;
};

struct trace {
	struct tef tef;
	struct trace_opts *o;
	const struct dialect *d;
	const char *file, *path; /* what it is called; where it is */
	const char *foreign;     /* what it may be, where it is no trace; NULL: not known */
	struct pair_table pairs;
	struct buf scratch[3];       /* for the dialects' o_* texts */
	struct buf rank;             /* record text; empty while unknown */
	int own_rank;                /* rank is the file's own, from distributedInfo */
	int64_t world;               /* world_size, 0 unknown */
	int has_base, base_written;  /* the source's own base is known; ##base_ns is out */
	int64_t base_ns, shift_ns;   /* shift: added to every time */
	struct trace_head *heads;
	size_t n_heads, cap_heads;
	struct buf line, tags;
	struct census *census;       /* of its device's events */
	int counted;                 /* the record that emit_open began goes to the census */
	int64_t first_ns;            /* its first time that is not 0, as the source has it; 0: none yet */
	struct buf held, zero;       /* records with a time of 0 before that; a line of work */
	void *private;               /* the dialect's own */
	struct sizes *lend;           /* sizes for kernels without, NULL: none */
	struct spool *kept;          /* a pipe's input, to be read again */
	struct in *kept_in;
	int eventless;               /* its list of events has none, or is of something else */
	int probing, begun, conflict, no_base, is_stdin;
	int absolute;                /* 1 times are since the epoch, 2 they are not, 0 none seen */
	int timeless;                /* it has no times: needs no base */
	int rankless;                /* it is no rank's: no ##rank */
};

/* What a probe finds out without reading events. */
struct trace_facts {
	const char *dialect;
	struct buf rank; /* "." where unknown */
	int has_base, timeless;
	int64_t base_ns;
};

/* Reads the file and writes records. Returns the exit status. */
int trace_read(struct trace_opts *o, const char *file);
/* Reads what comes before the events (and all of the file where facts come later). */
int trace_probe(struct trace_opts *o, const char *file, struct trace_facts *f);

/* For readers. */
/* The file's times are ns since the epoch, this one being the first: settles the base. */
void trace_absolute(struct trace *t, int64_t ns);
/* The file's times are ns of a monotonic clock, offset_ns behind the wall's, this one being the first. */
void trace_monotonic(struct trace *t, int64_t first, int64_t offset_ns);
/* Facts are known: settles the rank and writes the header. Returns 0 where that was all that was
 * asked for (a probe). */
int trace_begin(struct trace *t);
/* ns on the stream's clock; -1 where it is out of range. */
int trace_time(const struct trace *t, int64_t ns, int64_t *ts);
/* The file was none of this dialect: message, status and account of a source without events. */
int trace_refuse(struct trace *t, uint64_t off, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* From here the input can be read again with trace_again: a pipe is kept in a temporary file.
 * Nothing may have been consumed of t->tef.b. Returns the status. */
int trace_settle(struct trace *t);
/* The same bytes from their beginning; the caller closes it. NULL after a message. */
struct in *trace_again(struct trace *t);
const char *trace_base_name(const char *path);
/* Is it an event of PyTorch's profiler, by its category and arguments? */
int kineto_event(struct ev *v);
/* Does it tell that the file is of Huawei's NPUs? */
int ascend_event(struct ev *v);
/* Is an operator of this name a step, that is a program's own range? */
int kineto_step(struct trace *t, struct slice name);
/* The dialect that the next bytes look like, events, or NULL. */
const struct dialect *trace_by_events(struct trace *t);
/* Is there no trace event among the next bytes? */
int trace_no_events(struct trace *t);
/* Is the category wanted (-c, -x)? */
int trace_wants(const struct trace *t, struct slice cat);

/* Is a tag of this key wanted (-a)? */
int trace_keeps(const struct trace *t, struct slice key);

/* trace_json.c: Trace Event JSON. */
int trace_json(struct trace *t);
int trace_json_probe(struct trace *t, int loud);
void trace_drop_heads(struct trace *t); /* the members kept until the dialect was known */
void trace_free(struct trace *t);
void trace_open(struct trace *t, struct trace_opts *o, const char *file, struct in *in);
/* Appends the record text of a JSON value, as a column, to scratch i; returns it. */
struct slice trace_text(struct trace *t, int i, struct slice raw, unsigned *bent);
#endif
