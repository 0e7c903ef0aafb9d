/* rules: which device events are communication, of which kind and size. One table, in text
 * files (lib/trace/coll.rules, which is compiled in, and the user's): the first rule that
 * matches wins. */
#ifndef RULES_H
#define RULES_H
#include "json/ev.h"
#include "trace/stepname.h"

struct rules;

/* Reads the user's files (in this order), then the one in TR_RULES, else the installed one if
 * there is one, then the compiled-in table. Ends with a message and ST_TROUBLE if a file cannot be
 * read or a line is not a rule. */
struct rules *rules_load(const char *const *user_files, int n);
/* The names of steps in the same files, then the compiled-in ones. */
const struct stepname *rules_steps(const struct rules *r);
/* Is a span of this bare name a step, if it is a program's own range? */
int rules_is_step(const struct rules *r, struct slice name);
/* Appends the tags coll, bytes, nranks, pg and seq of a device event, each only if known. */
void rules_tags(struct rules *r, struct ev *v, struct buf *b);
/* The same for a device event that has only a name and, for XLA, its category (.n 0: none). */
void rules_name_tags(struct rules *r, struct slice name, struct slice hlo_category, struct buf *b);
/* Classifies a bare name (record text) and names the rule: "coll<TAB>file:line<TAB>pattern". coll
 * is "none" if it is not communication; the rest is '.' if no rule matched. */
void rules_explain(struct rules *r, struct slice name, struct buf *b);
#endif
