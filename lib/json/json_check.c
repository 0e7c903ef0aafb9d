#include "json/json.h"

int json_is_number(struct slice s)
{
	size_t i = 0, d;

	if (i < s.n && s.p[i] == '-')
		i++;
	for (d = i; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		;
	if (i == d || (s.p[d] == '0' && i > d + 1))
		return 0;
	if (i < s.n && s.p[i] == '.') {
		for (d = ++i; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			;
		if (i == d)
			return 0;
	}
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
			i++;
		for (d = i; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			;
		if (i == d)
			return 0;
	}
	return i == s.n;
}

static int strict_value(const char **p, const char *e, int depth);

/* One list or object without blanks; *p is after the bracket on success. */
static int strict_items(const char **p, const char *e, int depth)
{
	int object = **p == '{';
	char end = object ? '}' : ']';
	unsigned flaws = 0;

	if (depth == 64)
		return 0;
	(*p)++;
	if (*p < e && **p == end)
		return (*p)++, 1;
	for (;;) {
		if (object) {
			if (*p == e || **p != '"' || !(*p = json_string(*p, e, 0, &flaws)))
				return 0;
			if (*p == e || *(*p)++ != ':')
				return 0;
		}
		if (!strict_value(p, e, depth) || *p == e)
			return 0;
		if (**p == end)
			return (*p)++, 1;
		if (*(*p)++ != ',')
			return 0;
	}
}

static int strict_value(const char **p, const char *e, int depth)
{
	const char *q = *p;
	struct slice w;
	unsigned flaws = 0;

	if (q == e)
		return 0;
	if (*q == '{' || *q == '[')
		return strict_items(p, e, depth + 1);
	if (*q == '"') {
		*p = json_string(q, e, 0, &flaws);
		return *p && !json_has_control((struct slice){ q, (size_t)(*p - q) });
	}
	while (q < e && !json_is_delim(*q))
		q++;
	w = (struct slice){ *p, (size_t)(q - *p) };
	*p = q;
	return json_is_number(w) || slice_is(w, "true") || slice_is(w, "false") ||
	       slice_is(w, "null");
}

int json_is_compact(struct slice s)
{
	const char *p = s.p;

	return s.n && (*p == '[' || *p == '{') && strict_value(&p, s.p + s.n, 0) && p == s.p + s.n;
}

void json_quote(struct buf *b, struct slice s)
{
	static const char hex[] = "0123456789abcdef";

	buf_ch(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\') {
			buf_ch(b, '\\');
			buf_ch(b, (char)c);
		} else if (c == '\n' || c == '\t') {
			buf_str(b, c == '\n' ? "\\n" : "\\t");
		} else if (c < 0x20 || c == 0x7f) {
			buf_str(b, "\\u00");
			buf_ch(b, hex[c >> 4]);
			buf_ch(b, hex[c & 15]);
		} else {
			buf_ch(b, (char)c);
		}
	}
	buf_ch(b, '"');
}
