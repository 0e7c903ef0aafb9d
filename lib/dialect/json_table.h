/* json_table: JSON objects that hold a table column by column, {"a":1,"xs":[1,2],"ys":[3,4]}: the
 * plain members, and the rows across the lists. Each list has its own reader: memory is one window
 * per list. */
#ifndef JSON_TABLE_H
#define JSON_TABLE_H
#include "trace/trace.h"

enum { JSON_TABLE_MOST = 16 };

struct json_table {
	struct trace *t;
	const char *const *names;    /* of the lists wanted, NULL at the end */
	struct column {
		int there;
		uint64_t at, n;          /* offset after its bracket; rows read */
		struct in *in;
		struct inbuf b;
	} c[JSON_TABLE_MOST];
	struct member *plain;        /* members that are not lists, copied */
	size_t n_plain, cap_plain;
	int uneven;                  /* a list ended before the others */
};

/* Reads one object at the position of the trace's window, including its brace; the trace must have
 * been settled. Returns 1; 0 at the end of the input; -1 if the object is cut or malformed: what
 * precedes the damage is available. */
int columns_read(struct json_table *c, struct trace *t, const char *const *names);
/* The plain member of this name; .p NULL if it is absent. */
struct slice columns_plain(const struct json_table *c, const char *name);
/* The i-th plain member as a tag of the record being made; returns its text, good until the next
 * call. */
struct slice columns_tag(struct json_table *c, size_t i, unsigned *flaws);
/* The next row: a JSON value for each of the names, .p NULL if that list is missing. Good until
 * the next call. Returns 0 after the last row, which is that of the shortest list; c->uneven is
 * then set if others are longer. */
int columns_row(struct json_table *c, struct slice *row);
/* Number of elements of list i, as far as it was read. */
uint64_t columns_length(struct json_table *c, int i);
void columns_free(struct json_table *c);
#endif
