/* rules: which device events are communication, of which kind and size. One table, in text
 * files (lib/coll.rules, which is built in, and the user's): the first rule that matches wins. */
#ifndef RULES_H
#define RULES_H
#include "json/ev.h"
#include "trace/stepname.h"

struct rules;

/* Reads the user's files (in this order), then that of TR_RULES, else the installed one where
 * there is one, then the table that is built in. Ends with a message and ST_TROUBLE where a file
 * cannot be read or a line is not a rule. */
struct rules *rules_load(const char *const *user_files, int n);
/* The names of steps in the same files, then those compiled in. */
const struct stepname *rules_steps(const struct rules *r);
/* Is a span of this bare name a step, if it is a program's own range? */
int rules_is_step(const struct rules *r, struct slice name);
/* Appends the tags coll, bytes, nranks, pg and seq of a device event, each only where known. */
void rules_tags(struct rules *r, struct ev *v, struct buf *b);
/* The same of a device event that is nothing but a name and, for XLA, its category (.n 0:
 * none). */
void rules_name_tags(struct rules *r, struct slice name, struct slice hlo_category, struct buf *b);
/* Classifies a bare name (record text) and says by which rule: "coll<TAB>file:line<TAB>pattern".
 * coll is "none" where it is not communication, and the rest '.' where no rule matched. */
void rules_explain(struct rules *r, struct slice name, struct buf *b);
#endif
