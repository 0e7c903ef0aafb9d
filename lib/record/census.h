/* census: what a reader of a device's numbers must know about its events, counted while a source
 * is read and written after its records as ##device lines (tr-record(5)): kernels, kernels that
 * overlap on their stream, kernels without a length or a time, and work that the source does not
 * show in detail. */
#ifndef CENSUS_H
#define CENSUS_H
#include "base/num.h"
#include "record/rec.h"

struct census;

/* What is counted; census_names are the words in the lines, in this order. */
enum census_what {
	KERNELS,
	OVERLAPS,
	NO_LENGTH,
	COMM_NO_LENGTH,
	NO_TIME,
	GRAPHS,
	UNKNOWN_LINES,
	PEER_COPIES,
	WHATS
};
extern const char *const census_names[WHATS];

/* Is an event of this category counted? */
int census_is(struct slice cat);
/* Must an event of this category, as the source has it, be read although it is not selected
 * (-c)? */
int census_needs(struct slice raw_cat);
/* Counts the record of an event; *c is created when needed. Memory: 32 bytes per kernel, sorted on
 * disk beyond 16384, and about 100 per stream. */
void census_see(struct census **c, const struct rec *r);
/* Writes the lines, sorted by rank and device; frees it. *c may be NULL. */
void census_close(struct census **c);
/* Appends the line "##device WHAT COUNT NS RANK DEVICE". */
void census_line(struct buf *b, const char *what, uint64_t n, i128 ns, struct slice rank,
                 struct slice dev);
#endif
