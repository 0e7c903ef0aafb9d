/* card_check: compares a card with the template: what is missing, unknown or misplaced, and
 * values, units and sums that are wrong. */
#ifndef CARD_CHECK_H
#define CARD_CHECK_H
#include "card/card_schema.h"

struct finding {
	size_t line, col; /* from 1; 0: about all of the file */
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
/* Reports the same on standard error. */
int card_say_findings(const struct findings *f, const char *file);
/* Writes "FILE:LINE:COL: error: path: what" lines on standard output. Returns ST_DATA if one is an
 * error. */
int card_print_findings(const struct findings *f, const char *file);

enum card_key {
	KEY_KNOWN,     /* a value of the template */
	KEY_GROUP,     /* a mapping of it */
	KEY_INSIDE,    /* inside something that was already reported as unknown */
	KEY_MISSPELT,  /* *right: its correct name */
	KEY_MISPLACED, /* *right: its full path */
	KEY_UNKNOWN,
};
/* What the item's key means in the template. */
enum card_key card_judge_key(const struct card *c, const struct card_item *it,
                             struct slice *right);
/* Adds everything that is wrong with the card to f. */
void card_check(const struct card *c, struct findings *f);
/* For a card that is not YAML: adds what is wrong, and how to repair it if the line shows it. */
void card_check_fault(const struct card *c, struct findings *f);
#endif
