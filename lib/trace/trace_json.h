/* trace_json: Trace Event JSON of any dialect: the events, and what surrounds them. */
#ifndef TRACE_JSON_H
#define TRACE_JSON_H
#include "trace/trace.h"

/* Reads all of it, and writes records. Returns the status. */
int trace_json(struct trace *t);
/* Reads as much of the file as is needed for what is outside its events. Returns ST_OK, or ST_DATA
 * if it has no events; loud: after a message. */
int trace_json_probe(struct trace *t, int loud);
#endif
