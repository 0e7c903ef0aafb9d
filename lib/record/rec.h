/* rec: the columns of a record (tr-record(5)), read and written. The only file that knows them. */
#ifndef REC_H
#define REC_H
#include "base/num.h"

enum rec_col { C_PH, C_TS, C_DUR, C_RANK, C_PID, C_TID, C_CAT, C_NAME, C_COLS };

#define REC_VERSION "## tr 1\n"
#define REC_LEGEND "#ph\tts\tdur\trank\tpid\ttid\tcat\tname\n"
extern const char *const rec_col_name[C_COLS];

/* A parsed line. Slices point into the line; times are valid where has_ts / has_dur. */
struct rec {
	struct slice line; /* without the LF */
	struct slice col[C_COLS];
	struct slice tags; /* with the leading tab; empty if there are none */
	int64_t ts, dur;
	int has_ts, has_dur;
	uint64_t serial; /* another one for each line that is parsed; 0: made by hand */
};

/* Parses a line. Returns NULL, or what is wrong with it (and *at its column, from 1). */
const char *rec_parse(struct rec *r, struct slice line, int *at);
/* The value of a tag; .p is NULL if it is absent. The first one counts. */
struct slice rec_tag(const struct rec *r, struct slice key);
/* Column or tag by name; .p is NULL if it is absent or '.', which mean the same. */
struct slice rec_field(const struct rec *r, struct slice key);
/* Which column a name is, or -1 for a tag. */
int rec_col(struct slice key);
/* Iterates over tags: *pos starts at 0; returns 0 at the end. */
int rec_next_tag(const struct rec *r, size_t *pos, struct slice *key, struct slice *val);
/* The value of a tag in "\tkey=value\tkey=value". */
struct slice rec_tag_in(struct slice tags, struct slice key);
/* Names of tags, for rec_trim. */
struct rec_names {
	struct slice *name; /* those with the same first byte together */
	int n;
	int first[257]; /* by first byte: its names are from here up to that of the next byte */
};
void rec_names(struct rec_names *t, const struct slice *name, int n);
/* Appends the record with only those of its tags that are named. */
void rec_trim(struct buf *b, const struct rec *r, const struct rec_names *t);

/* Writing a record, column after column. Empties b and begins: phase, time, length (NULL: unknown,
 * '.'). */
void rec_begin(struct buf *b, char ph, const int64_t *ts, const int64_t *dur);
void rec_begin_span(struct buf *b, int64_t from, int64_t to);
void rec_put_time(struct buf *b, const int64_t *ns);
void rec_put(struct buf *b, struct slice column); /* record text */
void rec_put_tag(struct buf *b, const char *key, struct slice text);
void rec_put_num(struct buf *b, const char *key, i128 v);
/* Ends the line, writes it to standard output, and empties b. */
void rec_write(struct buf *b);
#endif
