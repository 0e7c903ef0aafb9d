/* card: a YAML workload card as a flat list of paths and values. */
#ifndef CARD_H
#define CARD_H
#include "buf.h"

struct card_item {
	struct slice path;  /* workload.model.phase, metric_source.traces[0] */
	struct slice value; /* the scalar's bytes; .p NULL where it is empty or null */
	size_t line, col;   /* from 1 */
};
struct card {
	struct card_item *item; /* in the file's order */
	size_t n, cap;
};

/* Reads the file ("-": standard input). Returns ST_OK; ST_DATA after a message with line and
 * column where it is no YAML, or YAML that no card has (aliases, tags, duplicate keys, more than
 * 64 levels, no mapping); ST_TROUBLE where it cannot be read. What was read is in c. */
int card_read(struct card *c, const char *file);
#endif
