/* scan: the end of an object at every offset against a walk byte by byte; rec: escapes there and back. */
#include "input/scan.h"

#include "base/escape.h"
#include "json/json.h"
#include "record/rec.h"
#include "unit.h"

#include <stdlib.h>

/* The slow way: one byte after the other. */
static const char *walk(const char *p, const char *e)
{
	int depth = 0, str = 0, esc = 0;

	for (; p < e; p++) {
		if (str) {
			if (esc)
				esc = 0;
			else if (*p == '\\')
				esc = 1;
			else if (*p == '"')
				str = 0;
		} else if (*p == '"') {
			str = 1;
		} else if (*p == '{') {
			depth++;
		} else if (*p == '}' && --depth == 0) {
			return p + 1;
		}
	}
	return NULL;
}

static unsigned seed = 1;

static unsigned rnd(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static void value(struct buf *b, int depth)
{
	static const char *const texts[] = { "\"\"", "\"a{b\"", "\"q\\\"}\"", "\"\\\\\"", "\"\\\\\\\"{\"", "12.5", "true" };
	unsigned k = rnd(depth > 4 ? 7 : 9);

	if (k < 7) {
		buf_str(b, texts[k]);
	} else if (k == 7) {
		buf_ch(b, '[');
		for (unsigned i = 0, n = rnd(4); i < n; i++) {
			buf_str(b, i ? "," : "");
			buf_str(b, "\"e\"");
		}
		buf_ch(b, ']');
	} else {
		buf_ch(b, '{');
		for (unsigned i = 0, n = rnd(5); i < n; i++) {
			buf_str(b, i ? ",\n \"key\": " : "\"k\":");
			value(b, depth + 1);
		}
		buf_ch(b, '}');
	}
}

static int agree(void)
{
	for (int k = 0; k < 20000; k++) {
		struct buf b = { 0 };
		size_t n, cut;
		int clean;

		buf_str(&b, "{\"a\":");
		value(&b, 0);
		for (unsigned i = rnd(100); i; i--)
			buf_ch(&b, ' ');
		buf_str(&b, "}tail");
		n = b.n;
		for (int i = 0; i < SCAN_SLACK; i++)
			buf_ch(&b, ' ');
		cut = rnd(2) ? n : rnd((unsigned)n + 1);
		for (size_t i = cut; i < n; i++)
			b.p[i] = ' ';
		if (scan_object(b.p, b.p + cut, &clean) != walk(b.p, b.p + cut) || !clean)
			return 0;
		free(b.p);
	}
	return 1;
}

static int dirty(const char *s)
{
	char t[512];
	int clean;

	memset(t, ' ', sizeof t);
	memcpy(t, s, strlen(s));
	return scan_object(t, t + strlen(s), &clean) == NULL && !clean;
}

static int round_trip(void)
{
	for (int k = 0; k < 20000; k++) {
		struct buf raw = { 0 }, esc = { 0 }, back = { 0 };
		int good;

		for (unsigned i = rnd(20); i; i--)
			buf_ch(&raw, (char)rnd(256));
		escape_put(&esc, buf_slice(&raw));
		escape_undo(&back, buf_slice(&esc));
		good = slice_eq(buf_slice(&raw), buf_slice(&back));
		for (size_t i = 0; i < esc.n; i++)
			good &= (unsigned char)esc.p[i] >= 0x20 && esc.p[i] != 0x7f;
		good &= escape_is_utf8(buf_slice(&esc));
		free(raw.p);
		free(esc.p);
		free(back.p);
		if (!good)
			return 0;
	}
	return 1;
}

static int compact(const char *s)
{
	return json_is_compact(slice_of(s));
}

int main(void)
{
	ok(agree(), "20,000 random objects, cut anywhere: as the walk byte by byte");
	ok(dirty("{\"a\":\"foo \"bar\" baz\"}") && dirty("{\"a\":1,\"b\":2,{\"ph\":1}}") && dirty("{\"a\"x:1}"), "damage is seen");
	ok(round_trip(), "20,000 random strings: escaped and back, always UTF-8 without control bytes");
	ok(compact("[1,2]") && compact("{\"a\":[true,null,\"x y\"]}") && compact("[]"), "minified JSON");
	ok(!compact("[1, 2]") && !compact("[1") && !compact("[1]]") && !compact("[NaN]") && !compact("{a:1}") && !compact("[1,]") && !compact("12"), "texts that are not minified JSON");
	return done();
}
