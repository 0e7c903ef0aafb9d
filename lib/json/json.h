/* json: values of JSON text, strictly or leniently, and their form in a record's column. */
#ifndef JSON_H
#define JSON_H
#include "base/buf.h"

/* Flaws that were read in spite of, as bits: each is accounted for in a ##mended line. */
enum json_flaw {
	JF_QUOTE = 1,    /* unescaped quote inside a string */
	JF_ESCAPE = 2,   /* backslash before a character that cannot be escaped */
	JF_CONTROL = 4,  /* raw control byte in a string */
	JF_UTF8 = 8,     /* not UTF-8 */
	JF_WORD = 16,    /* bare word: NaN, inf, N/A */
	JF_COMMA = 32,   /* one comma too many */
	JF_DUP = 64,     /* key given twice: the last one counts */
	JF_RANGE = 128,  /* integer beyond 64 bits, kept as its digits */
};

static inline const char *json_ws(const char *p, const char *e)
{
	while (p < e && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* Can c follow a bare word? */
static inline int json_is_delim(char c)
{
	return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline int json_has_control(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20)
			return 1;
	return 0;
}

/* p at the opening quote. Returns the byte after the closing quote, NULL if there is none. lenient
 * 1: a quote ends the string only if what follows can follow a string; lenient 2: so does a quote
 * after a backslash, as in "C:\dir\". */
const char *json_string(const char *p, const char *e, int lenient, unsigned *flaws);
/* p at the first byte of a value. Returns the byte after it; NULL if it is malformed or does not
 * end before e. */
const char *json_value(const char *p, const char *e, int lenient, unsigned *flaws);
/* Iterates over the members of an object. p after '{' or after a value. Returns the byte after the
 * value, with key (and its quotes) and val set. At the '}', key.p is NULL and the byte after it is
 * returned. NULL: malformed or not ended. */
const char *json_member(const char *p, const char *e, int lenient, unsigned *flaws,
                        struct slice *key, struct slice *val);
/* The same for arrays: val.p is NULL at the ']'. */
const char *json_element(const char *p, const char *e, int lenient, unsigned *flaws,
                         struct slice *val);
/* The member of an object, or element i of a list, read leniently; .p NULL if there is none. */
struct slice json_get(struct slice object, const char *key);
struct slice json_at(struct slice list, int i);
/* Appends the string's bytes, escapes resolved. raw includes the quotes. */
void json_unquote(struct buf *b, struct slice raw, unsigned *flaws);
/* Appends any value as a record's text: strings without quotes, numbers and words as in the
 * source, null as '.', lists and objects minified; control bytes and non-UTF-8 escaped. */
void json_text(struct buf *b, struct slice raw, unsigned *flaws);
/* The same for a column: an empty string is '.', a real '.' is \x2e. */
void json_column(struct buf *b, struct slice raw, unsigned *flaws);
/* Is the text exactly one JSON number? */
int json_is_number(struct slice s);
/* Is the text exactly one minified JSON list or object? */
int json_is_compact(struct slice s);
/* Appends the bytes as a JSON string with its quotes. */
void json_quote(struct buf *b, struct slice s);
#endif
