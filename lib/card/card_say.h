/* card_say: what is wrong with a card: gathered, brought into the order of the lines, printed. */
#ifndef CARD_SAY_H
#define CARD_SAY_H
#include "card/card.h"

struct finding {
	size_t line, col; /* from 1; 0: the file as a whole */
	int error;        /* 0: a warning */
	char *text;       /* "path: what" */
};
struct findings {
	struct finding *at;
	size_t n, cap;
	size_t errors;
};

/* Adds "path: what"; an empty path: "what" alone. */
void card_found(struct findings *f, size_t line, size_t col, int error, struct slice path,
                const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* Says the same on standard error. */
int card_say_findings(const struct findings *f, const char *file);
/* Writes "FILE:LINE:COL: error: path: what" lines on standard output. Returns ST_DATA where one is an
 * error. */
int card_print_findings(const struct findings *f, const char *file);
#endif
