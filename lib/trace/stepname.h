/* stepname: which ranges are steps of training or of a server, of which phase and with how many
 * tokens. One table in text (lib/trace/step.rules, compiled in, and the user's): the first rule
 * that matches wins.
 * in:  user_annotation	execute_context_2(512)_generation_0(0)
 * out: step=vllm	phase=prefill	prefill_tokens=512 */
#ifndef STEPNAME_H
#define STEPNAME_H
#include "json/ev.h"

struct stepname;

struct stepname *stepname_new(void);
/* Takes a rule of one of its kinds: "step", "step_frame", "step_arg", "step_cat"; rest is "PHASE
 * PATTERN". Returns 0 if kind is not one of them. Ends with a message and ST_TROUBLE if the rule
 * is malformed. file must last. */
int stepname_rule(struct stepname *s, const char *kind, const char *family, const char *rest,
                  const char *file, int line);
extern const char stepname_table[]; /* lib/trace/step.rules, compiled in */

/* Appends the tags step, phase, prefill_tokens and decode_tokens of a span of category cat (record
 * text), each only if known: "\  step=vllm\      phase=...". */
void stepname_tags(const struct stepname *s, struct slice cat, struct ev *v, struct buf *b);
/* The same for a span of which only a bare name and one argument's key (NULL: none) are known.
 * Returns whether a rule matched, and its place as "file:line" in at (may be NULL). */
int stepname_put(const struct stepname *s, struct slice cat, struct slice name, const char *key,
                 struct buf *b, struct buf *at);
#endif
