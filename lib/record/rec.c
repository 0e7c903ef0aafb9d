#include "record/rec.h"

#include "base/mem.h"
#include "base/out.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

const char *const rec_col_name[C_COLS] = {
	"ph", "ts", "dur", "rank", "pid", "tid", "cat", "name"
};

/* Which of the 64 bytes are tabs; 0 if this machine cannot do that in one step. */
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
	static uint64_t serial;
	const char *p = line.p, *e = p + line.n;
	uint64_t mask = line.n >= 64 ? tabs(p) : 0;
	int64_t end;

	r->line = line;
	r->serial = ++serial;
	for (int i = 0; i < C_COLS; i++) {
		const char *q =
		    mask ? line.p + __builtin_ctzll(mask) : memchr(p, '\t', (size_t)(e - p));

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

void rec_names(struct rec_names *t, const struct slice *name, int n)
{
	t->name = mem_resize(NULL, (size_t)n + 1, sizeof *t->name);
	t->n = 0;
	for (int c = 0; c < 256; c++) {
		t->first[c] = t->n;
		for (int i = 0; i < n; i++)
			if (name[i].n && (unsigned char)*name[i].p == c)
				t->name[t->n++] = name[i];
	}
	t->first[256] = t->n;
}

/* Does the tag [p, e) have one of the names? */
static int is_named(const struct rec_names *t, const char *p, const char *e)
{
	unsigned char c = p < e ? (unsigned char)*p : 0;

	for (int i = t->first[c]; i < t->first[c + 1]; i++) {
		struct slice k = t->name[i];

		if ((size_t)(e - p) >= k.n && (p + k.n == e || p[k.n] == '=') &&
		    memcmp(p, k.p, k.n) == 0)
			return 1;
	}
	return 0;
}

void rec_trim(struct buf *b, const struct rec *r, const struct rec_names *t)
{
	const char *p = r->tags.p, *e = p + r->tags.n, *q;

	buf_add(b, r->line.p, (size_t)(p - r->line.p));
	for (; p < e; p = q) {
		q = memchr(p + 1, '\t', (size_t)(e - p - 1));
		if (!q)
			q = e;
		if (is_named(t, p + 1, q))
			buf_add(b, p, (size_t)(q - p));
	}
}

struct slice rec_tag(const struct rec *r, struct slice key)
{
	return rec_tag_in(r->tags, key);
}

#ifdef __SSE2__
/* Of the 16 bytes from p on, those that are a tab before this byte: a bit each. */
static unsigned begins(const char *p, __m128i first)
{
	__m128i tab = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i next = _mm_loadu_si128((const __m128i *)(const void *)(p + 1));

	return (unsigned)_mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(tab, _mm_set1_epi8('\t')),
	                                                 _mm_cmpeq_epi8(next, first)));
}
#endif

/* The first tab in [p, e) after which comes the key's first byte, perhaps; e if there is none. */
static const char *candidate(const char *p, const char *e, char first)
{
#ifdef __SSE2__
	for (__m128i f = _mm_set1_epi8(first); e - p > 16; p += 16) {
		unsigned m = begins(p, f);

		if (m)
			return p + __builtin_ctz(m);
	}
#else
	(void)first;
#endif
	p = memchr(p, '\t', (size_t)(e - p));
	return p ? p : e;
}

struct slice rec_tag_in(struct slice tags, struct slice key)
{
	const char *p = tags.p, *e = p + tags.n, *q;

	if (!key.n)
		return (struct slice){ NULL, 0 };
	while (p < e && (p = candidate(p, e, *key.p)) < e) {
		p++;
		if ((size_t)(e - p) <= key.n || p[key.n] != '=' || memcmp(p, key.p, key.n) != 0)
			continue;
		p += key.n + 1;
		q = memchr(p, '\t', (size_t)(e - p));
		return (struct slice){ p, (size_t)((q ? q : e) - p) };
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

void rec_put_time(struct buf *b, const int64_t *ns)
{
	buf_ch(b, '\t');
	if (ns)
		num_put(b, *ns);
	else
		buf_ch(b, '.');
}

void rec_begin(struct buf *b, char ph, const int64_t *ts, const int64_t *dur)
{
	b->n = 0;
	buf_ch(b, ph);
	rec_put_time(b, ts);
	rec_put_time(b, dur);
}

void rec_begin_span(struct buf *b, int64_t from, int64_t to)
{
	b->n = 0;
	buf_ch(b, 'X');
	rec_put_time(b, &from);
	buf_ch(b, '\t');
	num_put128(b, (i128)to - from);
}

void rec_put(struct buf *b, struct slice column)
{
	buf_ch(b, '\t');
	buf_put(b, column);
}

static void put_key(struct buf *b, const char *key)
{
	buf_ch(b, '\t');
	buf_str(b, key);
	buf_ch(b, '=');
}

void rec_put_tag(struct buf *b, const char *key, struct slice text)
{
	put_key(b, key);
	buf_put(b, text);
}

void rec_put_num(struct buf *b, const char *key, i128 v)
{
	put_key(b, key);
	num_put128(b, v);
}

void rec_write(struct buf *b)
{
	buf_ch(b, '\n');
	out_slice(buf_slice(b));
	b->n = 0;
}
