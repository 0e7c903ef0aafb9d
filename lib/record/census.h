/* census: what a number over a device's events must know of them, counted while a source is read
 * and written behind its records as ##device lines (tr-record(5)): kernels, those that overlap on
 * their stream, those without a length or a time, and work that the source does not see into. */
#ifndef CENSUS_H
#define CENSUS_H
#include "base/num.h"
#include "record/rec.h"

struct census;

/* What is counted; the words of the lines, in this order, are census_names. */
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
/* Must an event of this category, as the source has it, be read although it is not wanted (-c)? */
int census_needs(struct slice raw_cat);
/* Counts the record of an event; *c is made when needed. Memory: 32 bytes a kernel, sorted on disk
 * beyond 16384, and about 100 for each stream. */
void census_see(struct census **c, const struct rec *r);
/* Writes the lines, sorted by rank and device; frees it. *c may be NULL. */
void census_close(struct census **c);
/* Appends the line "##device WHAT COUNT NS RANK DEVICE". */
void census_line(struct buf *b, const char *what, uint64_t n, i128 ns, struct slice rank,
                 struct slice dev);
#endif
