/* tef: walks a Trace Event Format document, an object with traceEvents or a bare array, in one
 * pass with memory for one event. It survives damage: every complete event is delivered. */
#ifndef TEF_H
#define TEF_H
#include "input/in.h"
#include "input/inbuf.h"
#include "json/ev.h"
#include "record/account.h"

struct tef_sink {
	void *arg;
	const char *list; /* the member that lists the events, with quotes; NULL: "traceEvents" */
	/* A top-level member before or after the events. Values over TEF_HEAD_MAX are skipped. */
	void (*head)(void *arg, struct slice key, struct slice val);
	/* Before the first event. */
	void (*begin)(void *arg);
	/* Is an event with this "cat" (a JSON value, .p NULL if absent) wanted? NULL: all are. */
	int (*want)(void *arg, struct slice cat);
	void (*event)(void *arg, struct ev *v);
};
enum { TEF_HEAD_MAX = 1 << 22 };

struct tef {
	struct inbuf b;
	struct account acc;
	struct ev ev;
	uint64_t events; /* objects in traceEvents, wanted or not; empty ones not counted */
	uint64_t gone;   /* bytes of the event that were cut out of the window */
	int bare;        /* the document is a bare array */
	int lists;       /* several lists may follow one another */
	int stop;        /* set by the sink: stop */
};

enum tef_end { TEF_OK, TEF_NOT_JSON, TEF_NO_EVENTS };

/* Reads the whole input. t->b and t->acc must have been set up (inbuf_init, zero). */
enum tef_end tef_read(struct tef *t, const struct tef_sink *s);
#endif
