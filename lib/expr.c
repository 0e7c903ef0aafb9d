#include "expr.h"

#include "num.h"

#include <regex.h>
#include <stdlib.h>

enum kind { E_OR, E_AND, E_NOT, E_DEFINED, E_FIELD, E_CMP, E_MATCH, E_IN };
enum op { O_EQ, O_NE, O_LT, O_LE, O_GT, O_GE };

struct operand {
	enum { A_FIELD, A_TEXT, A_NUMBER } type;
	struct slice text; /* name of the field, or the text */
	int col;           /* of a field: its column, or -1 */
	struct dec num;
};
struct item {
	int is_text;
	struct slice text;
	struct dec lo, hi;
};

struct expr {
	enum kind kind;
	struct expr *a, *b;
	struct operand l, r;
	enum op op;
	int negate;          /* !~ */
	regex_t re;
	struct slice prefix; /* "^text" without further metacharacters needs no regex */
	int has_prefix;
	struct item *items;
	size_t n_items, cap_items;
};

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
		bad(s, at, "quote without an end");
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
			bad(s, s->p - 2, "a field without a name");
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
	}
	return o;
}

static void pattern(struct parser *s, struct expr *e)
{
	const char *at;
	struct slice t;
	char *z, why[128];
	int r;

	blanks(s);
	at = s->p;
	if (*s->p != '"' && *s->p != '\'')
		bad(s, at, "expected a quoted regular expression");
	t = quoted(s);
	z = mem_copy(t.p, t.n);
	r = regcomp(&e->re, z, REG_EXTENDED | REG_NOSUB);
	if (r) {
		regerror(r, &e->re, why, sizeof why);
		bad(s, at, why);
	}
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
		bad(s, s->p, "'=' is no operator: use '=='");
	w = peek_word(s);
	if (slice_is(w, "in")) {
		s->p += 2;
		e->kind = E_IN;
		items(s, e);
	} else if (e->l.type != A_FIELD) {
		bad(s, at, "a constant alone is no condition");
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

static struct slice value(const struct operand *o, const struct rec *r)
{
	struct slice s;

	if (o->type != A_FIELD)
		return o->text;
	s = o->col >= 0 ? r->col[o->col] : rec_tag(r, o->text);
	if (s.p && s.n == 1 && s.p[0] == '.')
		s.p = NULL;
	return s;
}

static int ordered(enum op op, int c)
{
	switch (op) {
	case O_EQ:
		return c == 0;
	case O_NE:
		return c != 0;
	case O_LT:
		return c < 0;
	case O_LE:
		return c <= 0;
	case O_GT:
		return c > 0;
	case O_GE:
		break;
	}
	return c >= 0;
}

static int text_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : a.n < b.n ? -1 : a.n > b.n;
}

/* Text with a text, numbers with a number; two fields as numbers where both are. */
static int compare(const struct expr *e, const struct rec *r)
{
	struct slice a = value(&e->l, r), b = value(&e->r, r);
	struct dec x = e->l.num, y = e->r.num;
	int text = e->l.type == A_TEXT || e->r.type == A_TEXT;
	int number = e->l.type == A_NUMBER || e->r.type == A_NUMBER;

	if ((e->l.type == A_FIELD && !a.p) || (e->r.type == A_FIELD && !b.p))
		return -1;
	if (text && number)
		return -1;
	if (!text) {
		int bad_x = e->l.type == A_FIELD && num_dec(a, &x);
		int bad_y = e->r.type == A_FIELD && num_dec(b, &y);

		if (!bad_x && !bad_y)
			return ordered(e->op, num_cmp(x, y));
		if (number)
			return -1;
	}
	return ordered(e->op, text_cmp(a, b));
}

static int match(const struct expr *e, const struct rec *r)
{
	struct slice s = value(&e->l, r);
	char *end, was;
	int hit;

	if (!s.p)
		return -1;
	if (e->has_prefix) {
		hit = s.n >= e->prefix.n && memcmp(s.p, e->prefix.p, e->prefix.n) == 0;
	} else {
		/* The line is the reader's own buffer: end the field for a moment. */
		end = (char *)(uintptr_t)(s.p + s.n);
		was = *end;
		*end = 0;
		hit = regexec(&e->re, s.p, 0, NULL, 0) == 0;
		*end = was;
	}
	return hit != e->negate;
}

static int among(const struct expr *e, const struct rec *r)
{
	struct slice s = value(&e->l, r);
	struct dec d = e->l.num;
	int is_num;

	if (e->l.type == A_FIELD && !s.p)
		return -1;
	is_num = e->l.type == A_NUMBER || num_dec(s, &d) == 0;
	for (size_t i = 0; i < e->n_items; i++) {
		const struct item *t = &e->items[i];

		if (t->is_text ? slice_eq(s, t->text)
		               : is_num && num_cmp(d, t->lo) >= 0 && num_cmp(d, t->hi) <= 0)
			return 1;
	}
	return 0;
}

int expr_eval(const struct expr *e, const struct rec *r)
{
	int a, b;

	switch (e->kind) {
	case E_OR:
		a = expr_eval(e->a, r);
		if (a == 1)
			return 1;
		b = expr_eval(e->b, r);
		return b == 1 ? 1 : a < 0 || b < 0 ? -1 : 0;
	case E_AND:
		a = expr_eval(e->a, r);
		if (a == 0)
			return 0;
		b = expr_eval(e->b, r);
		return b == 0 ? 0 : a < 0 || b < 0 ? -1 : 1;
	case E_NOT:
		a = expr_eval(e->a, r);
		return a < 0 ? -1 : !a;
	case E_DEFINED:
	case E_FIELD:
		return value(&e->l, r).p != NULL;
	case E_CMP:
		return compare(e, r);
	case E_MATCH:
		return match(e, r);
	case E_IN:
		break;
	}
	return among(e, r);
}
