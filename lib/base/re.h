/* re: does a regular expression match? If regexec runs out of memory, the program ends: there is
 * no answer. */
#ifndef RE_H
#define RE_H
#include <regex.h>
#include <stddef.h>

struct re;

/* 1 or 0; fills the n groups of m as regexec does. Ends with a message and ST_TROUBLE if regexec
 * fails. */
int re_match(const regex_t *re, const char *text, size_t n, regmatch_t *m);
/* Compiles an extended expression for "does it match?" only; flags: REG_ICASE or 0. NULL if it is
 * not valid: `why` then says why. */
struct re *re_new(const char *pattern, int flags, char *why, size_t room);
/* 1 or 0, in time linear in the text's length. Ends as re_match does. */
int re_found(struct re *re, const char *text);
#endif
