#include "base/re.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/msg.h"

#include <errno.h>
#include <stdlib.h>

/* regexec tries a match at each byte in turn: a pattern such as nccl[a-z]*kernel on a text such as
 * ncclncclnccl... takes time quadratic in the text's length. With "^.*" before the pattern it
 * tries once, which takes two or three times as long on a short text. */
enum { SHORT = 256 };

struct re {
	regex_t re, once;
	char *pattern;
	int flags;
	enum { UNKNOWN, ONCE, NEVER } way; /* for long texts */
};

int re_match(const regex_t *re, const char *text, size_t n, regmatch_t *m)
{
	int e, had = errno;

	errno = 0;
	e = regexec(re, text, n, m, 0);
	/* glibc's regexec returns "no match" whatever went wrong. */
	if (e != 0 && (e != REG_NOMATCH || errno == ENOMEM))
		msg_die("out of memory: a regular expression against '%.60s'", text);
	errno = had;
	return e == 0;
}

struct re *re_new(const char *pattern, int flags, char *why, size_t room)
{
	struct re *r = mem_zero(1, sizeof *r);
	int e;

	r->flags = REG_EXTENDED | REG_NOSUB | flags;
	r->pattern = mem_copy(pattern, strlen(pattern));
	e = regcomp(&r->re, pattern, r->flags);
	if (!e)
		return r;
	regerror(e, &r->re, why, room);
	free(r->pattern);
	free(r);
	return NULL;
}

/* The ']' that ends a bracket expression; p is at its '['. */
static const char *bracket_end(const char *p)
{
	p += 1 + (p[1] == '^');
	p += *p == ']'; /* not the end */
	for (; *p && *p != ']'; p++)
		if (*p == '[' && p[1] && strchr(".:=", p[1])) {
			char end[3] = { p[1], ']', 0 };
			const char *q = strstr(p + 2, end);

			p = q ? q + 1 : p;
		}
	return p;
}

/* Does "(PATTERN)" match the same? Not if the pattern refers to its own groups or closes one that
 * is not open. */
static int can_be_grouped(const char *p)
{
	int depth = 0;

	for (; *p && depth >= 0; p++)
		switch (*p) {
		case '\\':
			p++;
			if (*p >= '1' && *p <= '9')
				return 0;
			break;
		case '[':
			p = bracket_end(p);
			break;
		case '(':
			depth++;
			break;
		case ')':
			depth--;
			break;
		}
	return depth == 0;
}

static void compile_once(struct re *r)
{
	struct buf b = { 0 };

	r->way = NEVER;
	if (!can_be_grouped(r->pattern))
		return;
	buf_str(&b, "^.*(");
	buf_str(&b, r->pattern);
	buf_str(&b, ")");
	buf_ch(&b, 0);
	if (regcomp(&r->once, b.p, r->flags) == 0)
		r->way = ONCE;
	free(b.p);
}

int re_found(struct re *r, const char *text)
{
	int is_long = strnlen(text, SHORT) == SHORT;

	if (is_long && r->way == UNKNOWN)
		compile_once(r);
	return re_match(is_long && r->way == ONCE ? &r->once : &r->re, text, 0, NULL);
}
