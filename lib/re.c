#include "re.h"

#include "msg.h"

#include <errno.h>

int re_match(const regex_t *re, const char *text, size_t n, regmatch_t *m)
{
	int e, had = errno;

	errno = 0;
	e = regexec(re, text, n, m, 0);
	/* glibc's says "no match" of whatever went wrong. */
	if (e != 0 && (e != REG_NOMATCH || errno == ENOMEM))
		msg_die("out of memory: a regular expression against '%.60s'", text);
	errno = had;
	return e == 0;
}
