#include "json/json.h"

static int starts_word(const char *p, const char *e, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(e - p) > n && memcmp(p, word, n) == 0 && json_is_delim(p[n]);
}

/* Can `p` follow the end of a string? */
static int ends_string(const char *p, const char *e)
{
	p = json_ws(p, e);
	if (p == e || *p == '}' || *p == ']' || *p == ':')
		return 1;
	if (*p != ',')
		return 0;
	p = json_ws(p + 1, e);
	return p == e || *p == '"' || *p == '{' || *p == '[' || *p == '}' || *p == ']' ||
	       *p == '-' || (*p >= '0' && *p <= '9') || starts_word(p, e, "null") ||
	       starts_word(p, e, "true") || starts_word(p, e, "false");
}

/* Text that a repaired string must not contain: it would be two events joined. */
static int holds_event(const char *p, const char *e)
{
	if (memchr(p, '\n', (size_t)(e - p)))
		return 1;
	while ((p = memchr(p, '{', (size_t)(e - p)))) {
		const char *q = json_ws(++p, e);

		if (q < e && *q == '"')
			return 1;
	}
	return 0;
}

const char *json_string(const char *p, const char *e, int lenient, unsigned *flaws)
{
	const char *q = p + 1;
	int bad = 0;

	for (;;) {
		const char *b;

		q = memchr(q, '"', (size_t)(e - q));
		if (!q)
			return NULL;
		for (b = q; b > p + 1 && b[-1] == '\\'; b--)
			;
		q++;
		if ((q - 1 - b) & 1) {
			/* "C:\dir\": the backslash may belong to the path */
			if (lenient < 2 || !ends_string(q, e))
				continue;
			*flaws |= JF_ESCAPE;
			return q;
		}
		if (!lenient)
			return q;
		if (ends_string(q, e))
			return bad && holds_event(p + 1, q - 1) ? NULL : q;
		*flaws |= JF_QUOTE;
		bad = 1;
	}
}

static int is_word_start(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A list or object: brackets are matched by kind, to a depth of MAX_DEPTH. */
static const char *nested(const char *p, const char *e, int lenient, unsigned *flaws)
{
	enum { MAX_DEPTH = 4096 };
	unsigned char kind[MAX_DEPTH / 8];
	unsigned depth = 0;

	do {
		p = json_ws(p, e);
		if (p == e)
			return NULL;
		if (*p == '{' || *p == '[') {
			unsigned bit = 1U << (depth & 7);

			if (depth == MAX_DEPTH)
				return NULL;
			kind[depth / 8] = (unsigned char)(*p == '{' ? kind[depth / 8] | bit
			                                            : kind[depth / 8] & ~bit);
			depth++;
			p++;
		} else if (*p == '}' || *p == ']') {
			depth--;
			if ((kind[depth / 8] >> (depth & 7) & 1) != (*p == '}'))
				return NULL;
			p++;
		} else if (*p == '"') {
			p = json_string(p, e, lenient, flaws);
			if (!p)
				return NULL;
		} else if (*p == ',' || *p == ':') {
			p++;
		} else if (is_word_start(*p)) {
			while (p < e && !json_is_delim(*p) && *p != ':')
				p++;
		} else {
			return NULL;
		}
	} while (depth);
	return p;
}

const char *json_value(const char *p, const char *e, int lenient, unsigned *flaws)
{
	if (p == e)
		return NULL;
	if (*p == '"')
		return json_string(p, e, lenient, flaws);
	if (*p == '{' || *p == '[')
		return nested(p, e, lenient, flaws);
	if (!is_word_start(*p))
		return NULL;
	while (p < e && !json_is_delim(*p))
		p++;
	return p == e ? NULL : p;
}

/* Skips blanks and the comma between members; a second comma, or one before the end, is a flaw. */
static const char *separator(const char *p, const char *e, char end, unsigned *flaws)
{
	int commas = 0;

	for (;;) {
		p = json_ws(p, e);
		if (p == e)
			return NULL;
		if (*p != ',')
			break;
		commas++;
		p++;
	}
	if (commas > 1 || (commas && *p == end))
		*flaws |= JF_COMMA;
	return p;
}

const char *json_member(const char *p, const char *e, int lenient, unsigned *flaws,
                        struct slice *key, struct slice *val)
{
	const char *q;

	key->p = NULL;
	p = separator(p, e, '}', flaws);
	if (!p)
		return NULL;
	if (*p == '}')
		return p + 1;
	if (*p != '"' || !(q = json_string(p, e, lenient, flaws)))
		return NULL;
	*key = (struct slice){ p, (size_t)(q - p) };
	p = json_ws(q, e);
	if (p == e || *p != ':')
		return NULL;
	p = json_ws(p + 1, e);
	q = json_value(p, e, lenient, flaws);
	if (!q)
		return NULL;
	*val = (struct slice){ p, (size_t)(q - p) };
	return q;
}

const char *json_element(const char *p, const char *e, int lenient, unsigned *flaws,
                         struct slice *val)
{
	const char *q;

	val->p = NULL;
	p = separator(p, e, ']', flaws);
	if (!p)
		return NULL;
	if (*p == ']')
		return p + 1;
	q = json_value(p, e, lenient, flaws);
	if (q)
		*val = (struct slice){ p, (size_t)(q - p) };
	return q;
}

struct slice json_get(struct slice object, const char *key)
{
	const char *p = slice_inside(object), *end = slice_end(object);
	struct slice k, v;
	unsigned flaws = 0;

	if (!object.p || object.p[0] != '{')
		return (struct slice){ NULL, 0 };
	while ((p = json_member(p, end, 1, &flaws, &k, &v)) && k.p)
		if (slice_is((struct slice){ k.p + 1, k.n - 2 }, key))
			return v;
	return (struct slice){ NULL, 0 };
}

struct slice json_at(struct slice list, int i)
{
	const char *p = slice_inside(list), *end = slice_end(list);
	struct slice v = { NULL, 0 };
	unsigned flaws = 0;

	if (!list.p || list.p[0] != '[')
		return v;
	while ((p = json_element(p, end, 1, &flaws, &v)) && v.p && i-- > 0)
		;
	return p && v.p ? v : (struct slice){ NULL, 0 };
}
