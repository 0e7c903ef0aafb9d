#include "json/json.h"

#include "base/escape.h"
#include "base/num.h"

static int hex4(const char *p, const char *e, unsigned *u)
{
	*u = 0;
	if (e - p < 4)
		return 0;
	for (int i = 0; i < 4; i++) {
		int d = escape_hex(p[i]);

		if (d < 0)
			return 0;
		*u = *u * 16 + (unsigned)d;
	}
	return 1;
}

/* UTF-8 of u; a lone surrogate becomes the three bytes that it would take. */
static void put_utf8(struct buf *b, unsigned u)
{
	if (u < 0x80) {
		buf_ch(b, (char)u);
	} else if (u < 0x800) {
		buf_ch(b, (char)(0xc0 | u >> 6));
		buf_ch(b, (char)(0x80 | (u & 63)));
	} else if (u < 0x10000) {
		buf_ch(b, (char)(0xe0 | u >> 12));
		buf_ch(b, (char)(0x80 | (u >> 6 & 63)));
		buf_ch(b, (char)(0x80 | (u & 63)));
	} else {
		buf_ch(b, (char)(0xf0 | u >> 18));
		buf_ch(b, (char)(0x80 | (u >> 12 & 63)));
		buf_ch(b, (char)(0x80 | (u >> 6 & 63)));
		buf_ch(b, (char)(0x80 | (u & 63)));
	}
}

/* p after the backslash of \uXXXX. */
static const char *put_unicode(struct buf *b, const char *p, const char *e, unsigned *flaws)
{
	unsigned u, lo;

	if (!hex4(p + 1, e, &u)) {
		*flaws |= JF_ESCAPE;
		buf_str(b, "\\u");
		return p + 1;
	}
	p += 5;
	if (u >= 0xd800 && u < 0xdc00 && e - p >= 6 && p[0] == '\\' && p[1] == 'u' &&
	    hex4(p + 2, e, &lo) && lo >= 0xdc00 && lo < 0xe000) {
		u = 0x10000 + ((u - 0xd800) << 10) + (lo - 0xdc00);
		p += 6;
	}
	put_utf8(b, u);
	return p;
}

void json_unquote(struct buf *b, struct slice raw, unsigned *flaws)
{
	static const char from[] = "bfnrt\"\\/", to[] = "\b\f\n\r\t\"\\/";
	const char *p = raw.p + 1, *e = raw.p + raw.n - 1;

	while (p < e) {
		const char *q = memchr(p, '\\', (size_t)(e - p)), *f;

		if (!q)
			q = e;
		buf_add(b, p, (size_t)(q - p));
		p = q + 1;
		if (q == e)
			break;
		if (p < e && *p == 'u') {
			p = put_unicode(b, p, e, flaws);
		} else if (p < e && (f = strchr(from, *p)) && *f) {
			buf_ch(b, to[f - from]);
			p++;
		} else {
			*flaws |= JF_ESCAPE;
			buf_ch(b, '\\');
		}
	}
}

static void minify(struct buf *b, struct slice raw, unsigned *flaws)
{
	static struct buf t;
	const char *p = raw.p, *e = raw.p + raw.n;
	unsigned ignored = 0;

	size_t at = b->n;
	char *to;

	/* Numbers and brackets: only the blanks are removed. */
	buf_room(b, raw.n);
	for (to = b->p + at; p < e; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\' || c >= 0x7f ||
		    (c < ' ' && c != '\n' && c != '\t' && c != '\r'))
			break;
		*to = (char)c;
		to += c > ' ';
	}
	if (p == e) {
		b->n = (size_t)(to - b->p);
		return;
	}
	p = raw.p;
	t.n = 0;
	while (p < e) {
		const char *q;

		p = json_ws(p, e);
		if (p == e)
			break;
		q = *p == '"' ? json_string(p, e, 0, &ignored) : p + 1;
		if (!q)
			q = e;
		buf_add(&t, p, (size_t)(q - p));
		p = q;
	}
	if (escape_put(b, buf_slice(&t)))
		*flaws |= JF_UTF8;
}

static const char *const words[] = { "true", "false" };

static void put_word(struct buf *b, struct slice raw, unsigned *flaws)
{
	int64_t unused;
	size_t i = 0;

	while (i < raw.n && ((raw.p[i] >= '0' && raw.p[i] <= '9') || raw.p[i] == '.'))
		i++;
	if (i == raw.n && i <= 18 && raw.p[0] != '.' && raw.p[i - 1] != '.') {
		buf_add(b, raw.p, raw.n); /* as in nearly all events */
		return;
	}
	if (json_is_number(raw)) {
		if (raw.n > 18 && !memchr(raw.p, '.', raw.n) && !memchr(raw.p, 'e', raw.n) &&
		    !memchr(raw.p, 'E', raw.n) && num_i64(raw, &unused))
			*flaws |= JF_RANGE;
	} else if (!slice_is(raw, words[0]) && !slice_is(raw, words[1])) {
		*flaws |= JF_WORD;
	}
	if (escape_put(b, raw))
		*flaws |= JF_UTF8;
}

void json_text(struct buf *b, struct slice raw, unsigned *flaws)
{
	static struct buf t;

	if (raw.p[0] == '"' && escape_is_plain((struct slice){ raw.p + 1, raw.n - 2 })) {
		if (raw.n == 3 && raw.p[1] == '.')
			buf_str(b, "\\x2e");
		else
			buf_add(b, raw.p + 1, raw.n - 2);
	} else if (raw.p[0] == '"') {
		t.n = 0;
		if (json_has_control(raw))
			*flaws |= JF_CONTROL;
		json_unquote(&t, raw, flaws);
		if (slice_is(buf_slice(&t), "."))
			buf_str(b, "\\x2e");
		else if (escape_put(b, buf_slice(&t)))
			*flaws |= JF_UTF8;
	} else if (raw.p[0] == '{' || raw.p[0] == '[') {
		minify(b, raw, flaws);
	} else if (slice_is(raw, "null")) {
		buf_ch(b, '.');
	} else {
		put_word(b, raw, flaws);
	}
}

void json_column(struct buf *b, struct slice raw, unsigned *flaws)
{
	size_t at = b->n;

	json_text(b, raw, flaws);
	if (b->n == at)
		buf_ch(b, '.');
}
