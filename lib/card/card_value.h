/* card_value: is a value of the card what the template wants there, and if not, how it must read?
 */
#ifndef CARD_VALUE_H
#define CARD_VALUE_H
#include "card/card_number.h"

/* Judges a scalar or a list (not its elements) against its row. An element is judged by its list's
 * row. v->repair is reused: zero it before the first call. */
void card_judge(const struct card *c, const struct card_item *it, const struct card_row *r,
                struct card_verdict *v);
/* TBD, N/A, TODO, <...> and their like. */
int card_is_placeholder(struct slice s);
/* A line that is no YAML for a URL without quotes and what follows it: "hf_url: https://x // TODO:
 * y". Where the line that begins at `at` is one, appends it repaired, with its line end, and
 * returns 1. */
int card_mend_url_line(struct slice text, size_t at, struct buf *out);
#endif
