/* words: the tokens of an expression: names, numbers with units, quoted texts, operators. One
 * reader for selections, values and conditions. */
#ifndef WORDS_H
#define WORDS_H
#include "base/num.h"

struct words {
	const char *text, *p; /* all of it; the reader's place */
	int depth;            /* of brackets */
};

/* Ends with a message that points at the character. */
_Noreturn void words_bad(const struct words *w, const char *at, const char *what);
/* Skips blanks; returns the next character, 0 at the end. */
char words_next(struct words *w);
/* Skips this operator, if it is next. */
int words_accept(struct words *w, const char *token);
/* The name that is next, which is not consumed; .n 0: none. */
struct slice words_name(struct words *w);
/* The field that is next: a name, or any text in `backquotes`. */
struct slice words_field(struct words *w);
/* The text that is next, which begins with a quote. */
struct slice words_quoted(struct words *w);
/* The number that is next: digits with or without a unit. */
struct dec words_number(struct words *w);
#endif
