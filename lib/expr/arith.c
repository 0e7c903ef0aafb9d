#include "expr/arith.h"

#include "base/intern.h"
#include "base/mem.h"
#include "base/msg.h"
#include "expr/expr.h"

#include <stdlib.h>

enum { MOST_DECIMALS = 15, MOST_ARGS = 4 };
enum kind { N_NUMBER, N_FIELD, N_CARD, N_NEG, N_ADD, N_SUB, N_MUL, N_DIV, N_MIN, N_MAX, N_FLOOR, N_POW2 };

struct node {
	enum kind kind;
	struct dec num;
	struct slice text; /* of a field or a card's path */
	struct node *arg[MOST_ARGS];
	int n_args;
};

struct arith {
	struct slice name;
	struct node *value;
	struct expr *cond;
};

struct parser {
	const char *text, *p;
	int depth;
};

static struct intern card_paths;
static struct dec *card_values;
static size_t cap_card;

static _Noreturn void bad(const struct parser *s, const char *at, const char *what)
{
	msg_note("%s", what);
	msg_note("  %s", s->text);
	msg_die("  %*s^", (int)(at - s->text), "");
}

static char next(struct parser *s)
{
	while (*s->p == ' ' || *s->p == '\t' || *s->p == '\n')
		s->p++;
	return *s->p;
}

static void expect(struct parser *s, char c, const char *what)
{
	if (next(s) != c)
		bad(s, s->p, what);
	s->p++;
}

static struct node *node(enum kind kind)
{
	struct node *n = mem_resize(NULL, 1, sizeof *n);

	*n = (struct node){ .kind = kind };
	return n;
}

static struct node *two(enum kind kind, struct node *a, struct node *b)
{
	struct node *n = node(kind);

	n->arg[0] = a;
	n->arg[1] = b;
	n->n_args = 2;
	return n;
}

static int is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

static struct node *sum(struct parser *s);

static struct node *number(struct parser *s)
{
	struct node *n = node(N_NUMBER);
	const char *at = s->p;
	int e;

	while (is_name(*s->p))
		s->p++;
	e = num_unit((struct slice){ at, (size_t)(s->p - at) }, &n->num);
	if (e)
		bad(s, at, e == -3 ? "unknown unit" : e == -2 ? "number out of range" : "not a number");
	return n;
}

static struct node *card(struct parser *s)
{
	struct node *n = node(N_CARD);
	const char *end;

	s->p++;
	if (next(s) != '"' || !(end = strchr(s->p + 1, '"')))
		bad(s, s->p, "card() takes a path in double quotes");
	n->text = (struct slice){ s->p + 1, (size_t)(end - s->p) - 1 };
	s->p = end + 1;
	expect(s, ')', "')' expected");
	return n;
}

static struct node *function(struct parser *s, struct slice name, const char *at)
{
	static const struct {
		const char *name;
		enum kind kind;
		int least, most;
	} known[] = {
		{ "min", N_MIN, 2, MOST_ARGS }, { "max", N_MAX, 2, MOST_ARGS },
		{ "floor", N_FLOOR, 1, 1 },     { "pow2", N_POW2, 1, 1 },
	};

	if (slice_is(name, "card"))
		return card(s);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct node *n;

		if (!slice_is(name, known[i].name))
			continue;
		n = node(known[i].kind);
		do {
			s->p++;
			if (n->n_args == known[i].most)
				bad(s, s->p, "too many arguments");
			n->arg[n->n_args++] = sum(s);
		} while (next(s) == ',');
		expect(s, ')', "')' expected");
		if (n->n_args < known[i].least)
			bad(s, at, "too few arguments");
		return n;
	}
	bad(s, at, "unknown function (min, max, floor, pow2, card)");
}

static struct node *factor(struct parser *s)
{
	struct node *n;
	const char *at;
	char c = next(s);

	if (++s->depth > 200)
		bad(s, s->p, "nested too deeply");
	at = s->p;
	if (c == '(') {
		s->p++;
		n = sum(s);
		expect(s, ')', "')' expected");
	} else if (c == '-') {
		s->p++;
		n = two(N_NEG, factor(s), NULL);
	} else if (c >= '0' && c <= '9') {
		n = number(s);
	} else if (is_name(c)) {
		struct slice name = { s->p, 0 };

		while (is_name(*s->p))
			s->p++;
		name.n = (size_t)(s->p - name.p);
		if (*s->p == '(') {
			n = function(s, name, at);
		} else {
			n = node(N_FIELD);
			n->text = name;
		}
	} else {
		bad(s, s->p, "a number or a field expected");
	}
	s->depth--;
	return n;
}

static struct node *product(struct parser *s)
{
	struct node *n = factor(s);

	for (char c; (c = next(s)) == '*' || c == '/';) {
		s->p++;
		n = two(c == '*' ? N_MUL : N_DIV, n, factor(s));
	}
	return n;
}

static struct node *sum(struct parser *s)
{
	struct node *n = product(s);

	for (char c; (c = next(s)) == '+' || c == '-';) {
		s->p++;
		n = two(c == '+' ? N_ADD : N_SUB, n, product(s));
	}
	return n;
}

struct arith *arith_parse(const char *text)
{
	struct arith *a = mem_resize(NULL, 1, sizeof *a);
	struct parser s = { text, text, 0 };
	const char *close;

	while (is_name(*s.p))
		s.p++;
	*a = (struct arith){ .name = { text, (size_t)(s.p - text) } };
	if (!a->name.n || *s.p != '=')
		msg_usage("not NAME=ARITH: '%s'", text);
	if (rec_col(a->name) >= 0)
		msg_usage("'%.*s' is a column: only tags can be set", (int)a->name.n, text);
	s.p++;
	a->value = sum(&s);
	if (next(&s) == '[') {
		close = strrchr(s.p, ']');
		if (!close || close[1])
			bad(&s, s.p, "']' expected at the end");
		a->cond = expr_parse(mem_copy(s.p + 1, (size_t)(close - s.p) - 1));
	} else if (*s.p) {
		bad(&s, s.p, "an operator expected");
	}
	return a;
}

void arith_see(const struct rec *r)
{
	struct slice v;
	struct dec d;
	uint32_t id;

	if (!slice_is(r->col[C_CAT], "card"))
		return;
	v = rec_tag(r, slice_of("value"));
	if (!v.p || num_dec(v, &d))
		return;
	id = intern_id(&card_paths, r->col[C_NAME]);
	mem_reserve((void **)&card_values, &cap_card, (size_t)id + 1, sizeof *card_values);
	card_values[id] = d;
}

/* Both at one scale. */
static int align(struct dec *a, struct dec *b)
{
	return num_rescale(a, b->scale) || num_rescale(b, a->scale);
}

static int combine(enum kind kind, struct dec a, struct dec b, struct dec *v)
{
	switch (kind) {
	case N_ADD:
	case N_SUB:
		if (align(&a, &b))
			return 0;
		v->scale = a.scale;
		return kind == N_ADD ? !__builtin_add_overflow(a.m, b.m, &v->m)
		                     : !__builtin_sub_overflow(a.m, b.m, &v->m);
	case N_MUL:
		return num_times(a, b, MOST_DECIMALS, v) == 0;
	case N_DIV:
		return num_over(a, b, MOST_DECIMALS, v) == 0;
	case N_MIN:
		*v = num_cmp(a, b) <= 0 ? a : b;
		return 1;
	default:
		*v = num_cmp(a, b) >= 0 ? a : b;
		return 1;
	}
}

/* Rounded down to a whole number; pow2: and that to a power of two (unknown below 1). */
static int whole(enum kind kind, struct dec a, struct dec *v)
{
	i128 unit = 1, p = 1;

	num_mul10(&unit, a.scale);
	v->scale = 0;
	v->m = a.m / unit - (a.m < 0 && a.m % unit != 0);
	if (kind == N_FLOOR)
		return 1;
	if (v->m < 1)
		return 0;
	while (p <= v->m / 2)
		p *= 2;
	v->m = p;
	return 1;
}

/* Returns 0 where the value is unknown. */
static int eval(const struct node *n, const struct rec *r, struct dec *v)
{
	struct dec a, b;
	struct slice s;
	int64_t id;

	switch (n->kind) {
	case N_NUMBER:
		*v = n->num;
		return 1;
	case N_FIELD:
		s = rec_field(r, n->text);
		return s.p && num_dec(s, v) == 0;
	case N_CARD:
		id = intern_find(&card_paths, n->text);
		if (id < 0)
			return 0;
		*v = card_values[id];
		return 1;
	case N_NEG:
		if (!eval(n->arg[0], r, v))
			return 0;
		v->m = -v->m;
		return 1;
	case N_FLOOR:
	case N_POW2:
		return eval(n->arg[0], r, &a) && whole(n->kind, a, v);
	default:
		if (!eval(n->arg[0], r, v))
			return 0;
		for (int i = 1; i < n->n_args; i++) {
			a = *v;
			if (!eval(n->arg[i], r, &b) || !combine(n->kind, a, b, v))
				return 0;
		}
		return 1;
	}
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
		if (eval(a->value, r, &v)) {
			buf_ch(b, '\t');
			buf_put(b, a->name);
			buf_ch(b, '=');
			num_put_dec(b, v);
		}
	}
	buf_ch(b, 0);
	b->n--;
}
