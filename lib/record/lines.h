/* lines: the lines of record streams, file after file; description passed on, records parsed. */
#ifndef LINES_H
#define LINES_H
#include "input/in.h"
#include "record/rec.h"

struct lines {
	char *const *files; /* NULL at the end */
	const char *name;   /* of the file being read, for messages */
	struct in *in;
	char *p;
	size_t pos, n, cap;
	uint64_t line;      /* number of the line last returned */
	int status;         /* worst so far */
	int pass; /* description lines go to standard output, and ##pg after them, before the first
	           * record */
	uint64_t bad, first_bad; /* bad lines: how many, and the first one's number */
	int again;          /* the file is our own: no message if it is empty */
	int pg_done, has_base, damaged; /* damaged: a compressed file was */
	int64_t base_ns;
	struct buf trace;   /* the value of ##trace, if any */
	void (*on_header)(void *arg, struct slice line); /* may be NULL */
	void *arg;
};

/* files: operands up to NULL; none means standard input. pass: see above. */
void lines_open(struct lines *l, char *const *files, int pass);
/* The next record. Returns 0 at the end. Bad lines are reported and skipped (l->status).
 * The slices are good until the next call. */
int lines_next(struct lines *l, struct rec *r);
/* The next line of any kind, without its LF; 0 at the end. */
int lines_raw(struct lines *l, struct slice *s);
/* Reports "prog: file:line: text: 'offender'" and folds ST_DATA into l->status. */
void lines_bad(struct lines *l, const char *text, struct slice offender);
/* Writes what is still due at the end (##pg in a stream without records); returns the status. */
int lines_close(struct lines *l);
#endif
