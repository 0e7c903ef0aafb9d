#include "record/rec.h"

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
	const char *p = line.p, *e = p + line.n;
	uint64_t mask = line.n >= 64 ? tabs(p) : 0;
	int64_t end;

	r->line = line;
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
	return rec_tag_in(r->tags, key);
}

struct slice rec_tag_in(struct slice tags, struct slice key)
{
	const char *p = tags.p, *e = p + tags.n;

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
