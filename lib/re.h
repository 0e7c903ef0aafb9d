/* re: does a regular expression match? Where regexec fails for want of memory there is no answer. */
#ifndef RE_H
#define RE_H
#include <regex.h>

/* 1 or 0; as regexec, the n groups into m. Ends with a message and ST_TROUBLE where it cannot be found out. */
int re_match(const regex_t *re, const char *text, size_t n, regmatch_t *m);
#endif
