/* card_value: is a value of the card what the template wants there, and if not, how it must read? */
#ifndef CARD_VALUE_H
#define CARD_VALUE_H
#include "card/card_schema.h"

enum { VALUE_GOOD, VALUE_WARNING, VALUE_ERROR };
struct card_verdict {
	int level;
	char what[256];    /* what is wrong */
	int mends;         /* there is one way to repair it: */
	struct buf repair; /* the YAML text that must stand in place of the item's bytes */
};

/* Judges a scalar or a list (not its elements) against its row. An element is judged by its list's row.
 * v->repair is reused: zero it before the first call. */
void card_judge(const struct card *c, const struct card_item *it, const struct card_row *r,
                struct card_verdict *v);
/* What the row wants, in words: "a whole number of tokens". Good until the next call. */
const char *card_wants(const struct card_row *r);
/* TBD, N/A, TODO, <...> and their like. */
int card_is_placeholder(struct slice s);
/* A line that is no YAML for a URL without quotes and what follows it: "hf_url: https://x // TODO: y".
 * Where the line that begins at `at` is one, appends it repaired, with its line end, and returns 1. */
int card_mend_url_line(struct slice text, size_t at, struct buf *out);
#endif
