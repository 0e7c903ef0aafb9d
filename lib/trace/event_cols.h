/* event_cols: the columns and tags of an event of Trace Event JSON. */
#ifndef EVENT_COLS_H
#define EVENT_COLS_H
#include "trace/trace.h"

/* Appends "\trank\tpid\ttid\tcat\tname". */
void event_head(struct trace *t, struct ev *v, struct buf *b);
/* Appends its tags, and those derived from it, to t->tags. begins: a span, or the begin of one. */
void event_tags(struct trace *t, struct ev *v, int begins);
/* A top-level member as records of category `trace`: an object gives one tag per member, a list
 * one record per element. */
void event_member(struct trace *t, struct slice key, struct slice val);
#endif
