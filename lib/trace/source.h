/* source: reads one source file from its first byte to its last: recognises it, writes its records
 * and accounts for damage. */
#ifndef SOURCE_H
#define SOURCE_H
#include "trace/trace.h"

/* What a probe finds out without reading events. */
struct source_facts {
	const char *dialect;
	struct buf rank; /* "." if unknown */
	int has_base, timeless;
	int64_t base_ns;
};

/* Reads the file and writes records. Returns the exit status. */
int source_read(struct trace_opts *o, const char *file);
/* Reads what comes before the events (and all of the file if facts come later). */
int source_probe(struct trace_opts *o, const char *file, struct source_facts *f);
#endif
