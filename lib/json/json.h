/* json: values of JSON text, strictly or leniently, and their form in a record's column. */
#ifndef JSON_H
#define JSON_H
#include "base/buf.h"

/* What was bent while reading, as bits: each is accounted for in a ##mended line. */
enum json_bend {
	JB_QUOTE = 1,    /* unescaped quote inside a string */
	JB_ESCAPE = 2,   /* backslash before a character that is no escape */
	JB_CONTROL = 4,  /* raw control byte in a string */
	JB_UTF8 = 8,     /* not UTF-8 */
	JB_WORD = 16,    /* bare word: NaN, inf, N/A */
	JB_COMMA = 32,   /* comma too many */
	JB_DUP = 64,     /* key given twice: the last one counts */
	JB_RANGE = 128,  /* integer beyond 64 bits, kept as its digits */
};

static inline const char *json_ws(const char *p, const char *e)
{
	while (p < e && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* Can c stand behind a bare word? */
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

/* p at the opening quote. Returns the byte behind the closing quote, NULL where there is none.
 * lenient 1: a quote ends the string only where what follows can follow a string; lenient 2:
 * there a quote behind a backslash does so too, as in "C:\dir\". */
const char *json_string(const char *p, const char *e, int lenient, unsigned *bent);
/* p at the first byte of a value. Returns the byte behind it; NULL where it is malformed or
 * does not end before e. */
const char *json_value(const char *p, const char *e, int lenient, unsigned *bent);
/* Iterates over the members of an object. p behind '{' or behind a value. Returns the byte
 * behind the value with key (with its quotes) and value set; key.p is NULL at the '}' and the
 * byte behind that is returned. NULL: malformed or not ended. */
const char *json_member(const char *p, const char *e, int lenient, unsigned *bent,
                        struct slice *key, struct slice *val);
/* The same for arrays: val.p is NULL at the ']'. */
const char *json_element(const char *p, const char *e, int lenient, unsigned *bent,
                         struct slice *val);
/* The member of an object, or element i of a list, read leniently; .p NULL where there is none. */
struct slice json_get(struct slice object, const char *key);
struct slice json_at(struct slice list, int i);
/* Appends the string's bytes, escapes resolved. raw holds the quotes. */
void json_unquote(struct buf *b, struct slice raw, unsigned *bent);
/* Appends any value as a record's text: strings bare, numbers and words as in the source, null
 * as '.', lists and objects minified; control bytes and what is not UTF-8 escaped. */
void json_text(struct buf *b, struct slice raw, unsigned *bent);
/* The same for a column: an empty string is '.', a real '.' is \x2e. */
void json_column(struct buf *b, struct slice raw, unsigned *bent);
/* Whether text is one whole JSON number. */
int json_is_number(struct slice s);
/* Whether text is one whole, minified JSON list or object. */
int json_is_compact(struct slice s);
/* Appends the bytes as a JSON string with its quotes. */
void json_quote(struct buf *b, struct slice s);
#endif
