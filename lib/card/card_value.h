/* card_value: is a value of the card what the template needs there, and if not, what should it
 * be? */
#ifndef CARD_VALUE_H
#define CARD_VALUE_H
#include "card/card_number.h"

/* Checks a scalar or a list (not its elements) against its row. An element is checked against its
 * list's row. v->repair is reused: zero it before the first call. */
void card_judge(const struct card *c, const struct card_item *it, const struct card_row *r,
                struct card_verdict *v);
/* TBD, N/A, TODO, <...> and the like. */
int card_is_placeholder(struct slice s);
/* A line that is not YAML because of a URL without quotes and the text after it: "hf_url:
 * https://x // TODO: y". If the line that begins at `at` is one, appends it repaired, with its
 * line end, and returns 1. */
int card_mend_url_line(struct slice text, size_t at, struct buf *out);
#endif
