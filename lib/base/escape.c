#include "base/escape.h"

#include <stdint.h>

/* Length of the UTF-8 sequence at p, 0 if it is not one (RFC 3629: no surrogates, no
 * overlongs). */
static size_t utf8_len(const unsigned char *p, size_t n)
{
	unsigned lo = 0x80, hi = 0xbf;
	size_t len;

	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		lo = 0xa0;
	if (p[0] == 0xed)
		hi = 0x9f;
	if (p[0] == 0xf0)
		lo = 0x90;
	if (p[0] == 0xf4)
		hi = 0x8f;
	if (len > n || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static void put_escape(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char t[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };
	const char *two = c == '\t' ? "\\t" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\\\";

	if (c == '\t' || c == '\n' || c == '\r' || c == '\\')
		buf_add(b, two, 2);
	else
		buf_add(b, t, 4);
}

/* Each '=' from b->p[at] on becomes \x3d, from the end so that each byte moves once. */
static void spell_equals(struct buf *b, size_t at, size_t equals)
{
	size_t from = b->n;
	char *to;

	buf_room(b, 3 * equals);
	b->n += 3 * equals;
	to = b->p + b->n;
	while (from-- > at)
		if (b->p[from] == '=')
			memcpy(to -= 4, "\\x3d", 4);
		else
			*--to = b->p[from];
}

void escape_key(struct buf *b, size_t at)
{
	size_t equals = 0;

	if (b->n == at)
		buf_ch(b, '_');
	for (size_t i = at; i < b->n; i++) {
		if (b->p[i] == ' ')
			b->p[i] = '_';
		equals += b->p[i] == '=';
	}
	if (equals)
		spell_equals(b, at, equals);
}

int escape_is_plain(struct slice s)
{
	const char *p = s.p;
	size_t i = 0, n = s.n;

	for (; i + 8 <= n; i += 8) {
		uint64_t w, lo = UINT64_C(0x0101010101010101), hi = lo << 7, x;

		memcpy(&w, p + i, 8);
		x = w ^ lo * '\\';
		if ((w | (x - lo) | (w - lo * 0x20) | ((w ^ lo * 0x7f) - lo)) & hi)
			return 0;
	}
	for (; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x20 || c >= 0x7f || c == '\\')
			return 0;
	}
	return 1;
}

int escape_put(struct buf *b, struct slice s)
{
	const unsigned char *u = (const unsigned char *)s.p;
	size_t i = 0, from = 0;
	int bad = 0;

	if (escape_is_plain(s)) {
		buf_add(b, s.p, s.n);
		return 0;
	}

	while (i < s.n) {
		size_t len = u[i] < 0x80 ? 1 : utf8_len(u + i, s.n - i);

		if (len && !(u[i] < 0x20 || u[i] == 0x7f || u[i] == '\\')) {
			i += len;
			continue;
		}
		bad |= len == 0;
		buf_add(b, s.p + from, i - from);
		put_escape(b, u[i]);
		from = ++i;
	}
	buf_add(b, s.p + from, s.n - from);
	return bad;
}

int escape_is_utf8(struct slice s)
{
	const unsigned char *u = (const unsigned char *)s.p;
	size_t len;

	for (size_t i = 0; i < s.n; i += len) {
		len = u[i] < 0x80 ? 1 : utf8_len(u + i, s.n - i);
		if (len == 0)
			return 0;
	}
	return 1;
}

int escape_hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	                              : -1;
}

void escape_undo(struct buf *b, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], d = i + 1 < s.n ? s.p[i + 1] : 0;

		if (c == '\\' && d == 'x' && i + 3 < s.n && escape_hex(s.p[i + 2]) >= 0 &&
		    escape_hex(s.p[i + 3]) >= 0) {
			c = (char)(escape_hex(s.p[i + 2]) * 16 + escape_hex(s.p[i + 3]));
			i += 3;
		} else if (c == '\\' && (d == 't' || d == 'n' || d == 'r' || d == '\\')) {
			c = d == 't' ? '\t' : d == 'n' ? '\n' : d == 'r' ? '\r' : '\\';
			i++;
		}
		buf_ch(b, c);
	}
}

void escape_put_key(struct buf *b, struct slice s)
{
	size_t at = b->n;

	escape_put(b, s);
	escape_key(b, at);
}
