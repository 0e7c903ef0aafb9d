#include "trace/tef.h"

#include "input/scan.h"
#include "json/json.h"
#include "json/longstr.h"
#include "json/object.h"

#include <string.h>

enum { CAREFUL_AT = 1 << 16 }; /* an object this long without an end is parsed with care */

/* Counts the object and passes it on. */
static void deliver(struct tef *t, const struct tef_sink *s, struct ev *v, uint64_t off)
{
	if (!v->ph.p && !v->name.p && !v->ts.p && !v->args.p && v->n_extra == 0) {
		account_mended(&t->acc, "empty_event", off);
		return;
	}
	t->events++;
	if (s->want && !s->want(s->arg, v->cat))
		return;
	if (v->flaws)
		account_flaws(&t->acc, v->flaws, off);
	if (v->dropped)
		account_lost(&t->acc, "event_members", off);
	v->off = off;
	s->event(s->arg, v);
}

/* Searches for what may be the next event's '{': one followed by a quoted member name of the
 * format. Leaves pos there; returns 0 at the end. */
static int resync(struct tef *t)
{
	static const char *const keys[] = { "\"ph\"", "\"name\"", "\"cat\"", "\"pid\"", "\"ts\"",
		                            "\"id\"" };
	struct inbuf *b = &t->b;

	if (b->pos < b->n)
		b->pos++;
	for (;;) {
		const char *q = memchr(b->p + b->pos, '{', b->n - b->pos), *k;

		if (!q) {
			b->pos = b->n;
			if (!inbuf_more(b))
				return 0;
			continue;
		}
		b->pos = (size_t)(q - b->p);
		while (b->n - b->pos < 64 && inbuf_more(b))
			;
		q = b->p + b->pos;
		k = json_ws(q + 1, b->p + b->n);
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			if ((size_t)(b->p + b->n - k) > strlen(keys[i]) &&
			    memcmp(k, keys[i], strlen(keys[i])) == 0)
				return 1;
		b->pos++;
	}
}

/* Reads the object at pos with the lenient parser. Returns 0 if it cannot be read. */
static int careful(struct tef *t, const struct tef_sink *s)
{
	struct inbuf *b = &t->b;

	for (size_t limit = CAREFUL_AT;; limit *= 2) {
		while (b->n - b->pos < limit && inbuf_more(b))
			;
		for (int lenient = 0; lenient <= 2; lenient++) {
			const char *p = b->p + b->pos,
				   *q = ev_parse(&t->ev, p, b->p + b->n, lenient);

			if (!q)
				continue;
			deliver(t, s, &t->ev, inbuf_at(b));
			b->pos = (size_t)(q - b->p);
			return 1;
		}
		if (b->eof || limit > CAREFUL_AT * 64)
			return 0;
	}
}

/* Cuts a string of the event at pos that is too long. Returns 0 if there is none. */
static int cut_string(struct tef *t)
{
	uint64_t at, n = longstr_cut(&t->b, &at);

	if (n)
		account_lost(&t->acc, "long_string", at);
	t->gone += n;
	return n > 0;
}

/* One event; pos at its '{'. */
static void one_event(struct tef *t, const struct tef_sink *s)
{
	struct inbuf *b = &t->b;
	const char *p, *q;
	int clean;
	size_t looked = CAREFUL_AT;
	uint64_t off;

	for (;;) {
		p = b->p + b->pos;
		q = scan_object(p, b->p + b->n, &clean);
		if ((q ? q : b->p + b->n) - p > LONGSTR_MOST && cut_string(t))
			continue;
		if (q || !clean)
			break;
		if (b->n - b->pos >= looked) {
			/* Long, or an odd quote swallowed what follows: the lenient parser
			 * decides. */
			if (ev_parse(&t->ev, p, b->p + b->n, 1)) {
				clean = 0;
				break;
			}
			looked *= 2;
		}
		if (b->n - b->pos > LONGSTR_EVENT) {
			clean = 0;
			break;
		}
		if (!inbuf_double(b)) {
			clean = 0;
			break;
		}
	}
	if (q) {
		if (s->want && !s->want(s->arg, ev_peek_cat(p, q))) {
			b->pos = (size_t)(q - b->p);
			t->events++;
			return;
		}
		if (ev_parse(&t->ev, p, q, 0)) {
			deliver(t, s, &t->ev, inbuf_at(b));
			b->pos = (size_t)(q - b->p);
			return;
		}
	}
	if (careful(t, s))
		return;
	off = inbuf_at(b);
	account_lost(&t->acc, resync(t) ? "broken_event" : "cut", off);
}

/* After a ']': is there another event, so that this bracket did not end the list? */
static int goes_on(struct inbuf *b)
{
	const char *p;

	if (inbuf_peek(b) < 0)
		return 0;
	while (b->n - b->pos < 4096 && inbuf_more(b))
		;
	p = b->p + b->pos;
	if (*p == ',')
		p = json_ws(p + 1, b->p + b->n);
	return p < b->p + b->n && *p == '{';
}

/* The events up to the closing bracket; pos after the opening one. Returns 0 if the document ended
 * before it. */
static int events(struct tef *t, const struct tef_sink *s)
{
	struct inbuf *b = &t->b;
	int commas = 1, c, skipping = 0;
	uint64_t at;

	for (;;) {
		if (t->stop)
			return 1;
		c = inbuf_peek(b);
		if (c < 0)
			return 0;
		if (c == '{') {
			skipping = 0;
			one_event(t, s);
			b->off += t->gone;
			t->gone = 0;
			commas = 0;
			continue;
		}
		if (c == ']') {
			if (commas && t->events)
				account_mended(&t->acc, "extra_comma", inbuf_at(b));
			at = inbuf_at(b);
			b->pos++;
			if (t->lists && inbuf_peek(b) == '[') {
				b->pos++;
				commas = 1;
				continue;
			}
			if (!goes_on(b))
				return 1;
			account_lost(&t->acc, "garbage", at);
			continue;
		}
		if (c == ',') {
			if (commas++ && t->events)
				account_mended(&t->acc, "extra_comma", inbuf_at(b));
			b->pos++;
			continue;
		}
		if (!skipping)
			account_lost(&t->acc, c == 0 ? "nul_bytes" : "garbage", inbuf_at(b));
		skipping = 1;
		commas = 0;
		b->pos++;
	}
}

/* A top-level member's value at pos that is not the event list. Returns 0 if it is cut. */
static int head_value(struct tef *t, const struct tef_sink *s, const char *key, size_t n_key)
{
	struct inbuf *b = &t->b;
	uint64_t at = inbuf_at(b);

	for (;;) {
		unsigned flaws = 0;
		const char *p = b->p + b->pos, *q = json_value(p, b->p + b->n, 1, &flaws);

		if (q) {
			if (flaws)
				account_flaws(&t->acc, flaws, at);
			s->head(s->arg, (struct slice){ key, n_key },
			        (struct slice){ p, (size_t)(q - p) });
			b->pos = (size_t)(q - b->p);
			return 1;
		}
		if (b->n - b->pos > TEF_HEAD_MAX) {
			account_mended(&t->acc, "long_member", at);
			return member_skip(b);
		}
		if (!inbuf_double(b))
			return 0;
	}
}

static enum tef_end object(struct tef *t, const struct tef_sink *s)
{
	static struct buf key;
	struct inbuf *b = &t->b;
	int seen = 0, c;

	b->pos++;
	for (;;) {
		uint64_t at;

		c = inbuf_peek(b);
		at = inbuf_at(b);
		if (c == ',') {
			b->pos++;
			continue;
		}
		if (c == '}') {
			b->pos++;
			if (inbuf_peek(b) >= 0)
				account_lost(&t->acc, "garbage", inbuf_at(b));
			break;
		}
		if (c < 0 || !member_key(b, &key)) {
			account_lost(&t->acc, b->eof ? "cut" : "garbage", at);
			break;
		}
		if (slice_is(buf_slice(&key), s->list ? s->list : "\"traceEvents\"") &&
		    inbuf_peek(b) == '[') {
			b->pos++;
			if (!seen++)
				s->begin(s->arg);
			if (!events(t, s)) {
				if (!account_has(&t->acc, "cut"))
					account_lost(&t->acc, "cut", inbuf_at(b));
				break;
			}
			if (t->stop)
				break;
		} else if (!head_value(t, s, key.p, key.n)) {
			account_lost(&t->acc, "cut", at);
			break;
		}
	}
	return seen ? TEF_OK : TEF_NO_EVENTS;
}

enum tef_end tef_read(struct tef *t, const struct tef_sink *s)
{
	struct inbuf *b = &t->b;
	int c;

	while (b->n < 3 && inbuf_more(b))
		;
	if (b->n >= 3 && memcmp(b->p, "\xef\xbb\xbf", 3) == 0)
		b->pos = 3; /* byte order mark */
	c = inbuf_peek(b);
	if (c == '{')
		return object(t, s);
	if (c != '[')
		return TEF_NOT_JSON;
	b->pos++;
	t->bare = 1;
	s->begin(s->arg);
	/* The format allows a bare array to end without its bracket: that alone is not a loss. */
	if (!events(t, s)) {
		if (!account_has(&t->acc, "cut"))
			account_mended(&t->acc, "unclosed_array", inbuf_at(b));
	} else if (!t->stop && inbuf_peek(b) >= 0) {
		account_lost(&t->acc, "garbage", inbuf_at(b));
	}
	return TEF_OK;
}
