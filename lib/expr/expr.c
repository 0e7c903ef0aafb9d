#include "base/mem.h"
#include "base/msg.h"
#include "expr/expr_node.h"

#include <stdlib.h>

struct parser {
	const char *text, *p;
	int depth;
};
enum { EXPR_DEPTH = 1000 };

static _Noreturn void bad(struct parser *s, const char *at, const char *what)
{
	msg_note("%s", what);
	msg_note("  %s", s->text);
	msg_die("  %*s^", (int)(at - s->text), "");
}

static void blanks(struct parser *s)
{
	while (*s->p == ' ' || *s->p == '\t' || *s->p == '\n')
		s->p++;
}

static int accept(struct parser *s, const char *token)
{
	size_t n = strlen(token);

	blanks(s);
	if (strncmp(s->p, token, n) != 0)
		return 0;
	s->p += n;
	return 1;
}

static int is_name(char c, int first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (!first && ((c >= '0' && c <= '9') || c == '.'));
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The next word of letters, not consumed. */
static struct slice peek_word(struct parser *s)
{
	size_t n = 0;

	blanks(s);
	if (is_name(*s->p, 1))
		while (is_name(s->p[n], 0))
			n++;
	return (struct slice){ s->p, n };
}

static struct expr *node(enum kind kind)
{
	struct expr *e = mem_resize(NULL, 1, sizeof *e);

	memset(e, 0, sizeof *e);
	e->kind = kind;
	return e;
}

static struct slice quoted(struct parser *s)
{
	const char *at = s->p, q = *s->p++;
	struct slice t = { s->p, 0 };

	while (*s->p && *s->p != q)
		s->p++;
	if (!*s->p)
		bad(s, at, "missing closing quote");
	t.n = (size_t)(s->p++ - t.p);
	return t;
}

static struct dec number(struct parser *s)
{
	const char *at = s->p;
	struct dec d;
	int e;

	if (*s->p == '-' || *s->p == '+')
		s->p++;
	while (is_digit(*s->p) || *s->p == '.')
		s->p++;
	while (is_name(*s->p, 1))
		s->p++;
	e = num_unit((struct slice){ at, (size_t)(s->p - at) }, &d);
	if (e)
		bad(s, at, e == -3 ? "unknown unit" : e == -2 ? "number out of range" : "not a number");
	return d;
}

static struct slice field_name(struct parser *s)
{
	struct slice t;

	blanks(s);
	if (*s->p == '`') {
		t = quoted(s);
		if (t.n == 0)
			bad(s, s->p - 2, "expected a field name");
		return t;
	}
	t = peek_word(s);
	if (t.n == 0)
		bad(s, s->p, *s->p ? "expected a field" : "expected a field, not the end");
	s->p += t.n;
	return t;
}

static struct operand operand(struct parser *s)
{
	struct operand o = { .col = -1 };

	blanks(s);
	if (*s->p == '"' || *s->p == '\'') {
		o.type = A_TEXT;
		o.text = quoted(s);
	} else if (is_digit(*s->p) || ((*s->p == '-' || *s->p == '.') && s->p[1])) {
		o.type = A_NUMBER;
		o.num = number(s);
	} else {
		o.type = A_FIELD;
		o.text = field_name(s);
		o.col = rec_col(o.text);
		o.seen = mem_resize(NULL, 1, sizeof *o.seen);
		*o.seen = 0;
	}
	return o;
}

static void pattern(struct parser *s, struct expr *e)
{
	const char *at;
	struct slice t;
	char *z, why[128];

	blanks(s);
	at = s->p;
	if (*s->p != '"' && *s->p != '\'')
		bad(s, at, "expected a quoted regular expression");
	t = quoted(s);
	z = mem_copy(t.p, t.n);
	e->re = re_new(z, 0, why, sizeof why);
	if (!e->re)
		bad(s, at, why);
	if (t.n && z[0] == '^' && strcspn(z + 1, ".[]()*+?{}|\\^$") == t.n - 1) {
		e->has_prefix = 1;
		e->prefix = (struct slice){ z + 1, t.n - 1 };
	} else {
		free(z);
	}
}

static void items(struct parser *s, struct expr *e)
{
	const char *at;

	do {
		struct item *i;

		mem_reserve((void **)&e->items, &e->cap_items, e->n_items + 1, sizeof *e->items);
		i = &e->items[e->n_items++];
		*i = (struct item){ 0 };
		blanks(s);
		if (*s->p == '"' || *s->p == '\'') {
			i->is_text = 1;
			i->text = quoted(s);
		} else if (is_digit(*s->p) || *s->p == '-') {
			i->lo = i->hi = number(s);
			if (accept(s, "-")) {
				blanks(s);
				at = s->p;
				i->hi = number(s);
				if (num_cmp(i->lo, i->hi) > 0)
					bad(s, at, "an empty range");
			}
		} else {
			bad(s, s->p, "expected a number, a range or a quoted text");
		}
	} while (accept(s, ","));
}

static struct expr *test(struct parser *s)
{
	static const char *const ops[] = { "==", "!=", "<=", ">=", "<", ">" };
	static const enum op which[] = { O_EQ, O_NE, O_LE, O_GE, O_LT, O_GT };
	const char *at;
	struct expr *e;
	struct slice w;

	blanks(s);
	at = s->p;
	e = node(E_FIELD);
	e->l = operand(s);
	if (accept(s, "!~") || accept(s, "~")) {
		e->negate = s->p[-2] == '!';
		e->kind = E_MATCH;
		pattern(s, e);
		return e;
	}
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (accept(s, ops[i])) {
			e->kind = E_CMP;
			e->op = which[i];
			e->r = operand(s);
			return e;
		}
	blanks(s);
	if (*s->p == '=')
		bad(s, s->p, "'=' is not an operator: use '=='");
	w = peek_word(s);
	if (slice_is(w, "in")) {
		s->p += 2;
		e->kind = E_IN;
		items(s, e);
	} else if (e->l.type != A_FIELD) {
		bad(s, at, "a constant alone is not a condition");
	}
	return e;
}

static struct expr *or_expr(struct parser *s);

static struct expr *not_expr(struct parser *s)
{
	struct expr *e;
	struct slice w;

	blanks(s);
	if (++s->depth > EXPR_DEPTH)
		bad(s, s->p, "nested too deep");
	if (*s->p == '!' && s->p[1] != '=' && s->p[1] != '~') {
		s->p++;
		e = node(E_NOT);
		e->a = not_expr(s);
		s->depth--;
		return e;
	}
	if (accept(s, "(")) {
		e = or_expr(s);
		if (!accept(s, ")"))
			bad(s, s->p, "expected ')'");
		s->depth--;
		return e;
	}
	s->depth--;
	w = peek_word(s);
	if (slice_is(w, "defined")) {
		const char *after = s->p + w.n;

		while (*after == ' ')
			after++;
		if (*after == '(') {
			s->p = after + 1;
			e = node(E_DEFINED);
			e->l.text = field_name(s);
			e->l.col = rec_col(e->l.text);
			if (!accept(s, ")"))
				bad(s, s->p, "expected ')'");
			return e;
		}
	}
	return test(s);
}

static struct expr *join(enum kind kind, struct expr *a, struct expr *b)
{
	struct expr *e = node(kind);

	e->a = a;
	e->b = b;
	return e;
}

static struct expr *and_expr(struct parser *s)
{
	struct expr *e = not_expr(s);

	while (accept(s, "&&"))
		e = join(E_AND, e, not_expr(s));
	return e;
}

static struct expr *or_expr(struct parser *s)
{
	struct expr *e = and_expr(s);

	while (accept(s, "||"))
		e = join(E_OR, e, and_expr(s));
	return e;
}

struct expr *expr_parse(const char *text)
{
	struct parser s = { text, text, 0 };
	struct expr *e = or_expr(&s);

	blanks(&s);
	if (*s.p)
		bad(&s, s.p, "expected an operator or the end");
	return e;
}
