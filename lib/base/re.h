/* re: does a regular expression match? Where regexec fails for want of memory there is no answer.
 */
#ifndef RE_H
#define RE_H
#include <regex.h>
#include <stddef.h>

struct re;

/* 1 or 0; as regexec, the n groups into m. Ends with a message and ST_TROUBLE where it cannot be
 * found out. */
int re_match(const regex_t *re, const char *text, size_t n, regmatch_t *m);
/* Compiles an extended expression that is only asked whether it matches; flags: REG_ICASE or 0.
 * NULL where it is none, and why is in `why`. */
struct re *re_new(const char *pattern, int flags, char *why, size_t room);
/* 1 or 0, in time by the text's length. Ends as re_match does. */
int re_found(struct re *re, const char *text);
#endif
