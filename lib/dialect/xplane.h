/* xplane: a plane of an XSpace: its metadata by id, and how an event becomes a record. */
#ifndef XPLANE_H
#define XPLANE_H
#include "input/wire.h"
#include "trace/trace.h"

/* Field numbers of xplane.proto (tsl/profiler/protobuf). */
enum { SPACE_PLANE = 1 };
enum { PLANE_ID = 1, PLANE_NAME, PLANE_LINES, PLANE_EVENT_META, PLANE_STAT_META, PLANE_STATS };
enum { LINE_ID = 1, LINE_NAME, LINE_TIME, LINE_EVENTS, LINE_DISPLAY_NAME = 11 };
enum { EVENT_META = 1, EVENT_OFFSET, EVENT_DURATION, EVENT_STATS, EVENT_OCCURRENCES };
enum { STAT_META = 1, STAT_DOUBLE, STAT_UINT, STAT_INT, STAT_STR, STAT_BYTES, STAT_REF };
enum { META_ID = 1, META_NAME, META_METADATA, META_DISPLAY_NAME, META_STATS };

struct meta { /* of events or of stats */
	uint64_t id;
	size_t at, n;       /* its message, in the plane's arena */
	struct buf text; /* events: the text after ts, dur and the line's columns; stats: "\
	                  * key=" */
	struct buf value;   /* stats: the name as a value, once it was one */
	int line, kept;     /* line: kind of line that text is for, -1 none; kept: by -a, by -c */
	uint64_t last;      /* stats: number of the last event that had it */
};
struct metas {
	struct meta *p;
	size_t n, cap;
	uint32_t *slot; /* index + 1 by id */
	size_t slots;
};
struct line {
	uint64_t id, end; /* end: of its message, in the surveying pass */
	int64_t time_ns;
	struct buf name, display;
};
struct plane {
	uint64_t id;
	struct buf name, arena;
	struct metas event, stat;
	struct line *line;
	size_t n_lines, cap_lines;
};

struct xspace {
	struct trace *t;
	struct plane p;
	struct buf head, text; /* head: "\trank\tpid\ttid" of the line being written */
	struct slice *stats; /* of the event being written */
	size_t cap_stats;
	uint64_t events, off; /* off: of the event being written */
	int64_t start_ns; /* profile_start_time */
	int has_start, broken, keep_start, keep_duration;
};

/* The metadata of this id; NULL if there is none. */
struct meta *meta_find(struct metas *m, uint64_t id);
/* The same, created if missing. May move the others. */
struct meta *meta_add(struct metas *m, uint64_t id);
void metas_clear(struct metas *m);
/* A field of a message in memory; .p NULL if it is absent. */
struct slice xplane_text(struct slice msg, uint32_t number);
/* Adds an entry of a map of metadata (key 1, value 2); its message is copied into the plane's
 * arena. */
void xplane_add(struct plane *p, struct metas *m, struct slice entry);
struct slice xplane_message(const struct plane *p, const struct meta *m);
void xplane_clear(struct plane *p);

/* Writes an event of line l as a record. cat: of the line's events; kind: a number for it, 0 on
 * the host. */
void xplane_event(struct xspace *x, const struct line *l, const char *cat, int kind,
                  struct slice msg, uint64_t off);
#endif
