#include "expr/words.h"

#include "base/msg.h"

#include <string.h>

void words_bad(const struct words *w, const char *at, const char *what)
{
	msg_note("%s", what);
	msg_note("  %s", w->text);
	msg_die("  %*s^", (int)(at - w->text), "");
}

char words_next(struct words *w)
{
	while (*w->p == ' ' || *w->p == '\t' || *w->p == '\n')
		w->p++;
	return *w->p;
}

int words_accept(struct words *w, const char *token)
{
	size_t n = strlen(token);

	words_next(w);
	if (strncmp(w->p, token, n) != 0)
		return 0;
	w->p += n;
	return 1;
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int begins_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

struct slice words_name(struct words *w)
{
	size_t n = 0;

	words_next(w);
	if (begins_name(*w->p))
		while (begins_name(w->p[n]) || is_digit(w->p[n]) || w->p[n] == '.')
			n++;
	return (struct slice){ w->p, n };
}

struct slice words_quoted(struct words *w)
{
	const char *at = w->p, q = *w->p++;
	struct slice t = { w->p, 0 };

	while (*w->p && *w->p != q)
		w->p++;
	if (!*w->p)
		words_bad(w, at, "missing closing quote");
	t.n = (size_t)(w->p++ - t.p);
	return t;
}

struct slice words_field(struct words *w)
{
	struct slice t;

	if (words_next(w) == '`') {
		t = words_quoted(w);
		if (t.n == 0)
			words_bad(w, w->p - 2, "expected a field name");
		return t;
	}
	t = words_name(w);
	if (t.n == 0)
		words_bad(w, w->p, *w->p ? "expected a field" : "expected a field, not the end");
	w->p += t.n;
	return t;
}

struct dec words_number(struct words *w)
{
	const char *at = w->p;
	struct dec d;
	int e;

	if (*w->p == '-' || *w->p == '+')
		w->p++;
	while (is_digit(*w->p) || *w->p == '.')
		w->p++;
	while (begins_name(*w->p))
		w->p++;
	e = num_unit((struct slice){ at, (size_t)(w->p - at) }, &d);
	if (e)
		words_bad(w, at,
		          e == -3   ? "unknown unit"
		          : e == -2 ? "number out of range"
		                    : "not a number");
	return d;
}
