#include "json/object.h"

#include "json/ev.h"
#include "json/json.h"

int member_skip(struct inbuf *b)
{
	int in_string = 0, esc = 0;
	long depth = 0;

	for (;; b->pos++) {
		char c;

		if (b->pos == b->n && !inbuf_more(b))
			return 0;
		c = b->p[b->pos];
		if (in_string) {
			if (esc)
				esc = 0;
			else if (c == '\\')
				esc = 1;
			else if (c == '"')
				in_string = 0;
		} else if (c == '"') {
			in_string = 1;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth == 0)
				return 1;
			depth--;
		} else if (c == ',' && depth == 0) {
			return 1;
		}
	}
}

int member_key(struct inbuf *b, struct buf *k)
{
	for (;;) {
		unsigned flaws = 0;
		const char *p = b->p + b->pos, *q;

		if (b->pos < b->n && *p != '"')
			return 0;
		q = b->pos < b->n ? json_string(p, b->p + b->n, 0, &flaws) : NULL;
		if (q) {
			k->n = 0;
			buf_add(k, p, (size_t)(q - p));
			b->pos = (size_t)(q - b->p);
			if (inbuf_peek(b) != ':')
				return 0;
			b->pos++;
			return inbuf_peek(b) >= 0;
		}
		if (b->n - b->pos > OBJECT_MOST || !inbuf_double(b))
			return 0;
	}
}

struct slice member_value(struct inbuf *b, unsigned *flaws)
{
	for (;;) {
		const char *p = b->p + b->pos, *q = json_value(p, b->p + b->n, 1, flaws);

		if (q) {
			b->pos = (size_t)(q - b->p);
			return (struct slice){ p, (size_t)(q - p) };
		}
		if (b->n - b->pos > OBJECT_MOST || !inbuf_double(b))
			return (struct slice){ NULL, 0 };
	}
}

struct slice member_of(struct slice object, const char *name, size_t n)
{
	struct slice k, v;
	unsigned flaws = 0;
	const char *p, *e;

	if (!object.p || *object.p != '{')
		return (struct slice){ NULL, 0 };
	p = object.p + 1;
	e = object.p + object.n;
	while ((p = json_member(p, e, 1, &flaws, &k, &v)) && k.p) {
		k = ev_bare(k);
		if (k.n == n && memcmp(k.p, name, n) == 0)
			return v;
	}
	return (struct slice){ NULL, 0 };
}

int member_to_ms(struct slice object)
{
	static const struct {
		const char *unit;
		int shift;
	} units[] = { { "s", 3 }, { "sec", 3 }, { "seconds", 3 }, { "us", -3 }, { "ns", -6 } };
	struct slice unit = member_of(object, "unit", 4);

	for (size_t i = 0; unit.p && i < sizeof units / sizeof *units; i++)
		if (slice_is(ev_bare(unit), units[i].unit))
			return units[i].shift;
	return 0;
}

int member_next_line(struct inbuf *b)
{
	int nl = b->pos > 0 && b->p[b->pos - 1] == '\n';

	for (;;) {
		if (b->pos == b->n && !inbuf_more(b))
			return 0;
		if (nl && b->p[b->pos] == '{')
			return 1;
		nl = b->p[b->pos++] == '\n';
	}
}
