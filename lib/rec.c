#include "rec.h"

#include "num.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

const char *const rec_col_name[C_COLS] = { "ph", "ts", "dur", "rank", "pid", "tid", "cat", "name" };

/* Which of the 64 bytes are tabs; 0 where that cannot be told at once. */
static uint64_t tabs(const char *p)
{
	uint64_t mask = 0;
#ifdef __SSE2__
	for (int i = 0; i < 4; i++) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
		unsigned m = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('\t')));

		mask |= (uint64_t)m << 16 * i;
	}
#else
	(void)p;
#endif
	return mask;
}

const char *rec_parse(struct rec *r, struct slice line, int *at)
{
	const char *p = line.p, *e = p + line.n;
	uint64_t mask = line.n >= 64 ? tabs(p) : 0;
	int64_t end;

	r->line = line;
	for (int i = 0; i < C_COLS; i++) {
		const char *q = mask ? line.p + __builtin_ctzll(mask) : memchr(p, '\t', (size_t)(e - p));

		mask &= mask - 1;
		*at = i + 1;
		if (!q && i < C_COLS - 1)
			return "too few columns";
		if (!q)
			q = e;
		if (q == p)
			return "empty column";
		r->col[i] = (struct slice){ p, (size_t)(q - p) };
		p = q < e ? q + 1 : e;
	}
	r->tags = (struct slice){ r->col[C_NAME].p + r->col[C_NAME].n, 0 };
	r->tags.n = (size_t)(e - r->tags.p);
	r->has_ts = !slice_is(r->col[C_TS], ".");
	r->has_dur = !slice_is(r->col[C_DUR], ".");
	*at = C_TS + 1;
	if (r->has_ts && num_i64(r->col[C_TS], &r->ts))
		return "not an integer";
	*at = C_DUR + 1;
	if (r->has_dur && num_i64(r->col[C_DUR], &r->dur))
		return "not an integer";
	if (r->has_dur && r->dur < 0)
		return "negative";
	if (r->has_ts && r->has_dur && __builtin_add_overflow(r->ts, r->dur, &end))
		return "the end is out of range";
	*at = C_COLS + 1;
	return r->tags.n && e[-1] == '\t' ? "empty column" : NULL;
}

int rec_next_tag(const struct rec *r, size_t *pos, struct slice *key, struct slice *val)
{
	const char *p = r->tags.p + *pos, *e = r->tags.p + r->tags.n, *q, *eq;

	if (p >= e)
		return 0;
	p++;
	q = memchr(p, '\t', (size_t)(e - p));
	if (!q)
		q = e;
	*pos = (size_t)(q - r->tags.p);
	eq = memchr(p, '=', (size_t)(q - p));
	if (!eq)
		eq = q;
	*key = (struct slice){ p, (size_t)(eq - p) };
	*val = (struct slice){ eq < q ? eq + 1 : q, 0 };
	val->n = (size_t)(q - val->p);
	return 1;
}

void rec_trim(struct buf *b, const struct rec *r, const struct slice *tags, int n)
{
	struct slice key, val;
	size_t pos = 0, from = 0;

	buf_add(b, r->line.p, (size_t)(r->tags.p - r->line.p));
	for (; rec_next_tag(r, &pos, &key, &val); from = pos)
		for (int i = 0; i < n; i++)
			if (slice_eq(key, tags[i])) {
				buf_add(b, r->tags.p + from, pos - from);
				break;
			}
}

struct slice rec_tag(const struct rec *r, struct slice key)
{
	const char *p = r->tags.p, *e = p + r->tags.n;

	while (p < e) {
		const char *q = memchr(p + 1, '\t', (size_t)(e - p - 1));

		if (!q)
			q = e;
		p++;
		if ((size_t)(q - p) > key.n && p[key.n] == '=' && memcmp(p, key.p, key.n) == 0)
			return (struct slice){ p + key.n + 1, (size_t)(q - p) - key.n - 1 };
		p = q;
	}
	return (struct slice){ NULL, 0 };
}

int rec_col(struct slice key)
{
	static const unsigned char len[C_COLS] = { 2, 2, 3, 4, 3, 3, 3, 4 }; /* of rec_col_name */

	for (int i = 0; i < C_COLS; i++)
		if (key.n == len[i] && memcmp(key.p, rec_col_name[i], len[i]) == 0)
			return i;
	return -1;
}

struct slice rec_field(const struct rec *r, struct slice key)
{
	int c = rec_col(key);
	struct slice s = c >= 0 ? r->col[c] : rec_tag(r, key);

	if (s.p && s.n == 1 && s.p[0] == '.')
		s.p = NULL;
	return s;
}

/* Length of the UTF-8 sequence at p, 0 where it is none (RFC 3629: no surrogates, no overlongs). */
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

void rec_key(struct buf *b, size_t at)
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

int rec_is_plain(struct slice s)
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

int rec_escape(struct buf *b, struct slice s)
{
	const unsigned char *u = (const unsigned char *)s.p;
	size_t i = 0, from = 0;
	int bad = 0;

	if (rec_is_plain(s)) {
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

int rec_is_utf8(struct slice s)
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

int rec_hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	                              : -1;
}

void rec_unescape(struct buf *b, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], d = i + 1 < s.n ? s.p[i + 1] : 0;

		if (c == '\\' && d == 'x' && i + 3 < s.n && rec_hex(s.p[i + 2]) >= 0 &&
		    rec_hex(s.p[i + 3]) >= 0) {
			c = (char)(rec_hex(s.p[i + 2]) * 16 + rec_hex(s.p[i + 3]));
			i += 3;
		} else if (c == '\\' && (d == 't' || d == 'n' || d == 'r' || d == '\\')) {
			c = d == 't' ? '\t' : d == 'n' ? '\n' : d == 'r' ? '\r' : '\\';
			i++;
		}
		buf_ch(b, c);
	}
}
