#include "input/scan.h"

#include <stdint.h>
#include <string.h>
#if defined(__SSE2__) && !defined(TR_SCALAR)
#include <emmintrin.h>
#endif

/* One bit per byte of a 64-byte block. edge: blanks and , : [ ] { } */
struct masks {
	uint64_t quote, backslash, open, close, edge;
};

#if defined(__SSE2__) && !defined(TR_SCALAR)
static void classify(const char *p, struct masks *m)
{
	memset(m, 0, sizeof *m);
	for (int i = 0; i < 4; i++) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
		__m128i low = _mm_or_si128(v, _mm_set1_epi8(0x20));
		__m128i open = _mm_cmpeq_epi8(v, _mm_set1_epi8('{'));
		__m128i close = _mm_cmpeq_epi8(v, _mm_set1_epi8('}'));
		/* '[' and ']' are '{' and '}' without the bit 0x20 */
		__m128i edge = _mm_or_si128(_mm_cmpeq_epi8(low, _mm_set1_epi8('{')),
		                            _mm_cmpeq_epi8(low, _mm_set1_epi8('}')));
		edge = _mm_or_si128(edge, _mm_cmpeq_epi8(v, _mm_set1_epi8(',')));
		edge = _mm_or_si128(edge, _mm_cmpeq_epi8(v, _mm_set1_epi8(':')));
		edge = _mm_or_si128(edge, _mm_cmpeq_epi8(_mm_max_epu8(v, _mm_set1_epi8(0x20)),
		                                         _mm_set1_epi8(0x20)));
#define BITS(x) ((uint64_t)(uint16_t)_mm_movemask_epi8(x) << (16 * i))
		m->quote |= BITS(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')));
		m->backslash |= BITS(_mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
		m->open |= BITS(open);
		m->close |= BITS(close);
		m->edge |= BITS(edge);
#undef BITS
	}
}
#else
static void classify(const char *p, struct masks *m)
{
	memset(m, 0, sizeof *m);
	for (int i = 0; i < 64; i++) {
		unsigned char c = (unsigned char)p[i];
		uint64_t bit = UINT64_C(1) << i;

		m->quote |= c == '"' ? bit : 0;
		m->backslash |= c == '\\' ? bit : 0;
		m->open |= c == '{' ? bit : 0;
		m->close |= c == '}' ? bit : 0;
		m->edge |=
		    c <= ' ' || c == ',' || c == ':' || (c | 0x20) == '{' || (c | 0x20) == '}'
			? bit
			: 0;
	}
}
#endif

/* Bits of the bytes that a backslash escapes. *carry: the first byte of the next block is one. */
static uint64_t escaped_bits(uint64_t backslash, uint64_t *carry)
{
	uint64_t esc = *carry;

	backslash &= ~*carry;
	*carry = 0;
	while (backslash) {
		uint64_t low = backslash & (0 - backslash);

		backslash ^= low;
		if (low >> 63)
			*carry = 1;
		esc |= low << 1;
		backslash &= ~(low << 1);
	}
	return esc;
}

/* Bit i becomes the xor of the bits 0..i: ones from an opening quote up to its closing one. */
static uint64_t prefix_xor(uint64_t x)
{
	for (int s = 1; s < 64; s *= 2)
		x ^= x << s;
	return x;
}

/* Inside an object a '{' follows ':' or '['. After ',' it may be the next element of a list, or
 * the next event if a '}' is missing: the parser decides. p is not the object's first byte. */
static int may_open(const char *p)
{
	do
		p--;
	while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r');
	return *p == ':' || *p == '[';
}

const char *scan_object(const char *p, const char *e, int *clean)
{
	uint64_t in_string = 0, carry = 0, was_edge = 1, was_close = 0;
	unsigned depth = 0;

	*clean = 1;
	for (; p < e; p += 64) {
		struct masks m;
		uint64_t inside, braces, ends;

		classify(p, &m);
		if (m.backslash | carry)
			m.quote &= ~escaped_bits(m.backslash, &carry);
		inside = prefix_xor(m.quote) ^ in_string;
		in_string = 0 - (inside >> 63);
		braces = (m.open | m.close) & ~inside;
		ends = m.quote & ~inside;
		if ((m.quote & inside & ~(m.edge << 1 | was_edge)) |
		    ((ends << 1 | was_close) & ~m.edge)) {
			*clean = 0;
			return NULL;
		}
		was_edge = m.edge >> 63;
		was_close = ends >> 63;
		while (braces) {
			unsigned i = (unsigned)__builtin_ctzll(braces);

			if (depth && (m.open >> i & 1) && !may_open(p + i)) {
				*clean = 0;
				return NULL;
			}
			depth += (m.open >> i & 1) ? 1U : -1U;
			if (depth == 0)
				return p + i + 1 <= e ? p + i + 1 : NULL;
			braces &= braces - 1;
		}
	}
	return NULL;
}
