#include "expr/arith.h"

#include "base/mem.h"
#include "base/msg.h"
#include "expr/expr.h"
#include "expr/value.h"

struct arith {
	struct slice name;
	struct value *value;
	struct expr *cond;
};

struct arith *arith_parse(const char *text)
{
	static const char in_name[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
	struct arith *a = mem_resize(NULL, 1, sizeof *a);
	size_t n = strspn(text, in_name);
	struct words w = { text, text + n + 1, 0 };

	*a = (struct arith){ .name = { text, n } };
	if (!n || text[n] != '=')
		msg_usage("not NAME=ARITH: '%s'", text);
	if (rec_col(a->name) >= 0)
		msg_usage("'%.*s' is a column: only tags can be set", (int)n, text);
	a->value = value_parse(&w);
	if (words_next(&w) == '[')
		a->cond = expr_parse_inside(&w);
	if (words_next(&w))
		words_bad(&w, w.p, a->cond ? "expected ']' at the end" : "expected an operator");
	return a;
}

void arith_set(const struct arith *a, const struct rec *r, struct buf *b)
{
	const char *end = r->line.p + r->line.n, *p = r->tags.p;
	struct dec v;

	b->n = 0;
	if (a->cond && expr_eval(a->cond, r) != 1) {
		buf_put(b, r->line);
	} else {
		buf_add(b, r->line.p, (size_t)(p - r->line.p));
		while (p < end) { /* the other tags */
			const char *tab = memchr(p + 1, '\t', (size_t)(end - p - 1));
			const char *q = tab ? tab : end;

			if (!((size_t)(q - p) > a->name.n + 1 && p[a->name.n + 1] == '=' &&
			      memcmp(p + 1, a->name.p, a->name.n) == 0))
				buf_add(b, p, (size_t)(q - p));
			p = q;
		}
		if (value_eval(a->value, r, &v)) {
			rec_put(b, a->name);
			buf_ch(b, '=');
			num_put_dec(b, v);
		}
	}
	buf_ch(b, 0);
	b->n--;
}
