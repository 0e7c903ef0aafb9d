#include "base/mem.h"
#include "base/msg.h"
#include "expr/expr_node.h"

#include <stdlib.h>

enum { EXPR_DEPTH = 1000 };

static struct expr *node(enum kind kind)
{
	struct expr *e = mem_resize(NULL, 1, sizeof *e);

	memset(e, 0, sizeof *e);
	e->kind = kind;
	return e;
}

static int is_quote(char c)
{
	return c == '"' || c == '\'';
}

static struct operand operand(struct words *w)
{
	struct operand o = { .type = A_VALUE };
	const char *at;

	if (is_quote(words_next(w))) {
		o.type = A_TEXT;
		o.text = words_quoted(w);
		return o;
	}
	at = w->p;
	if (!*at || !strchr("(-.0123456789", *at))
		words_field(&(struct words){ w->text, at, 0 }); /* ends if it is not one */
	o.value = value_parse(w);
	if (value_is_number(o.value, &o.num))
		o.type = A_NUMBER;
	else if (value_is_field(o.value))
		o.type = A_FIELD;
	else if (value_has_card(o.value))
		words_bad(w, at, "card() is for values (tr-select -s)");
	return o;
}

static void pattern(struct words *w, struct expr *e)
{
	const char *at;
	struct slice t;
	char *z, why[128];

	words_next(w);
	at = w->p;
	if (!is_quote(*w->p))
		words_bad(w, at, "expected a quoted regular expression");
	t = words_quoted(w);
	z = mem_copy(t.p, t.n);
	e->re = re_new(z, 0, why, sizeof why);
	if (!e->re)
		words_bad(w, at, why);
	if (t.n && z[0] == '^' && strcspn(z + 1, ".[]()*+?{}|\\^$") == t.n - 1) {
		e->has_prefix = 1;
		e->prefix = (struct slice){ z + 1, t.n - 1 };
	} else {
		free(z);
	}
}

static void items(struct words *w, struct expr *e)
{
	const char *at;

	do {
		struct item *i;

		mem_reserve((void **)&e->items, &e->cap_items, e->n_items + 1, sizeof *e->items);
		i = &e->items[e->n_items++];
		*i = (struct item){ 0 };
		words_next(w);
		if (is_quote(*w->p)) {
			i->is_text = 1;
			i->text = words_quoted(w);
		} else if ((*w->p >= '0' && *w->p <= '9') || *w->p == '-') {
			i->lo = i->hi = words_number(w);
			if (words_accept(w, "-")) {
				words_next(w);
				at = w->p;
				i->hi = words_number(w);
				if (num_cmp(i->lo, i->hi) > 0)
					words_bad(w, at, "an empty range");
			}
		} else {
			words_bad(w, w->p, "expected a number, a range or a quoted text");
		}
	} while (words_accept(w, ","));
}

static struct expr *test(struct words *w)
{
	static const char *const ops[] = { "==", "!=", "<=", ">=", "<", ">" };
	static const enum op which[] = { O_EQ, O_NE, O_LE, O_GE, O_LT, O_GT };
	const char *at;
	struct expr *e;

	words_next(w);
	at = w->p;
	e = node(E_FIELD);
	e->l = operand(w);
	if (words_accept(w, "!~") || words_accept(w, "~")) {
		if (e->l.type == A_VALUE)
			words_bad(w, at, "a value is a number: '~' needs a field");
		e->negate = w->p[-2] == '!';
		e->kind = E_MATCH;
		pattern(w, e);
		return e;
	}
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (words_accept(w, ops[i])) {
			e->kind = E_CMP;
			e->op = which[i];
			e->r = operand(w);
			return e;
		}
	words_next(w);
	if (*w->p == '=')
		words_bad(w, w->p, "'=' is not an operator: use '=='");
	if (slice_is(words_name(w), "in")) {
		w->p += 2;
		e->kind = E_IN;
		items(w, e);
	} else if (e->l.type != A_FIELD) {
		words_bad(w, at,
		          e->l.type == A_VALUE ? "a value alone is not a condition: compare it"
		                               : "a constant alone is not a condition");
	}
	return e;
}

static struct expr *or_expr(struct words *w);

/* Do these brackets hold a value? An operator after them shows it. */
static int is_value(const char *p)
{
	int open = 0;
	char quote = 0;

	for (; *p; p++) {
		if (quote)
			quote = *p == quote ? 0 : quote;
		else if (is_quote(*p) || *p == '`')
			quote = *p;
		else if (*p == '(')
			open++;
		else if (*p == ')' && --open == 0)
			break;
	}
	for (p += *p != 0; *p == ' ';)
		p++;
	return *p &&
	       (strchr("+-*/<>=", *p) || strncmp(p, "!=", 2) == 0 || strncmp(p, "in ", 3) == 0);
}

static struct expr *not_expr(struct words *w)
{
	struct expr *e;
	struct slice name;

	words_next(w);
	if (++w->depth > EXPR_DEPTH)
		words_bad(w, w->p, "nested too deeply");
	if (*w->p == '!' && w->p[1] != '=' && w->p[1] != '~') {
		w->p++;
		e = node(E_NOT);
		e->a = not_expr(w);
		w->depth--;
		return e;
	}
	if (*w->p == '(' && !is_value(w->p)) {
		w->p++;
		e = or_expr(w);
		if (!words_accept(w, ")"))
			words_bad(w, w->p, "expected ')'");
		w->depth--;
		return e;
	}
	w->depth--;
	name = words_name(w);
	if (slice_is(name, "defined")) {
		const char *after = w->p + name.n;

		while (*after == ' ')
			after++;
		if (*after == '(') {
			w->p = after + 1;
			e = node(E_DEFINED);
			e->l.type = A_FIELD;
			e->l.value = value_field(words_field(w));
			if (!words_accept(w, ")"))
				words_bad(w, w->p, "expected ')'");
			return e;
		}
	}
	return test(w);
}

static struct expr *join(enum kind kind, struct expr *a, struct expr *b)
{
	struct expr *e = node(kind);

	e->a = a;
	e->b = b;
	return e;
}

static struct expr *and_expr(struct words *w)
{
	struct expr *e = not_expr(w);

	while (words_accept(w, "&&"))
		e = join(E_AND, e, not_expr(w));
	return e;
}

static struct expr *or_expr(struct words *w)
{
	struct expr *e = and_expr(w);

	while (words_accept(w, "||"))
		e = join(E_OR, e, and_expr(w));
	return e;
}

struct expr *expr_parse(const char *text)
{
	struct words w = { text, text, 0 };
	struct expr *e = or_expr(&w);

	if (words_next(&w))
		words_bad(&w, w.p, "expected an operator or the end");
	return e;
}

struct expr *expr_parse_inside(struct words *w)
{
	struct expr *e;
	char c;

	w->p++;
	e = or_expr(w);
	c = words_next(w);
	if (c != ']')
		words_bad(w, w->p,
		          c ? "expected an operator or the end" : "expected ']' at the end");
	w->p++;
	return e;
}
