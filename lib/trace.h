/* trace: one source file to records: base, rank, dialect, categories, args. */
#ifndef TRACE_H
#define TRACE_H
#include "pair.h"
#include "rules.h"
#include "tef.h"

struct trace;

/* What tr-events was asked for. */
struct trace_opts {
	const char *dialect;     /* NULL: recognise it */
	const char *rank;        /* fallback; NULL: none */
	int has_base;            /* the stream's base is known: given, or the first file's */
	int base_given;
	int64_t base_ns;
	char **cats;             /* categories to keep; NULL: all */
	int n_cats;
	char **drop;             /* categories to leave out; "flow" is any of phase s, t, f */
	int n_drop;
	int all_args;            /* else those in args */
	char **args;
	int n_args;
	struct rules *rules;
};

/* A producer's habits. One file each in lib/, one row in dialect.c. */
struct dialect {
	const char *name;
	/* Does a top-level member before the events tell this dialect? NULL: never. */
	int (*head)(struct slice key, struct slice val);
	/* Could an event with this "cat" have category `cat` in the records? */
	int (*may_be)(struct slice raw_cat, const char *cat);
	/* Sets v->o_cat, o_pid and o_tid. Returns 0 where the event is for the dialect alone. */
	int (*event)(struct trace *t, struct ev *v);
	int foreign;    /* somebody else's: header, classification, account; 0: our own JSON */
	int late_facts; /* rank or base may stand behind the events */
};
extern const struct dialect dialect_records, dialect_xla, dialect_kineto, dialect_chrome;
extern const struct dialect *const dialects[]; /* NULL at the end; the last one knows no head */
const struct dialect *dialect_find(const char *name);

struct trace_head {
	struct slice key, val;
};

struct trace {
	struct tef tef;
	struct trace_opts *o;
	const struct dialect *d;
	const char *file;
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
	void *private;               /* the dialect's own */
	int probing, begun, conflict, no_base, is_stdin;
	int absolute;                /* 1 times are since the epoch, 2 they are not, 0 none seen */
};

/* What a probe finds out without reading events. */
struct trace_facts {
	const char *dialect;
	struct buf rank; /* "." where unknown */
	int has_base;
	int64_t base_ns;
};

/* Reads the file and writes records. Returns the exit status. */
int trace_read(struct trace_opts *o, const char *file);
/* Reads what comes before the events (and all of the file where facts come later). */
int trace_probe(struct trace_opts *o, const char *file, struct trace_facts *f);
/* Appends the record text of a JSON value, as a column, to scratch i; returns it. */
struct slice trace_text(struct trace *t, int i, struct slice raw, unsigned *bent);
#endif
