#include "expr/expr_node.h"

static struct slice text_of(const struct operand *o, const struct rec *r)
{
	return o->type == A_FIELD ? value_text(o->value, r) : o->text;
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

static int is_number(const struct operand *o)
{
	return o->type == A_NUMBER || o->type == A_VALUE;
}

/* The operand, whose text is s, as a number; 0 if it is not one, or unknown. */
static int number_of(const struct operand *o, struct slice s, const struct rec *r, struct dec *d)
{
	*d = o->num;
	return o->type == A_NUMBER ||
	       (o->type == A_VALUE ? value_eval(o->value, r, d) : num_dec(s, d) == 0);
}

/* Compares text with text and numbers with numbers; two fields as numbers if both are. */
static int compare(const struct expr *e, const struct rec *r)
{
	struct slice a = text_of(&e->l, r), b = text_of(&e->r, r);
	int text = e->l.type == A_TEXT || e->r.type == A_TEXT;
	int number = is_number(&e->l) || is_number(&e->r);

	if ((e->l.type == A_FIELD && !a.p) || (e->r.type == A_FIELD && !b.p))
		return -1;
	if (text && number)
		return -1;
	if (text && e->op <= O_NE) /* O_EQ, O_NE: mostly the length decides */
		return slice_eq(a, b) == (e->op == O_EQ);
	if (!text) {
		struct dec x, y;

		if (number_of(&e->l, a, r, &x) && number_of(&e->r, b, r, &y))
			return ordered(e->op, num_cmp(x, y));
		if (number)
			return -1;
	}
	return ordered(e->op, text_cmp(a, b));
}

static int match(const struct expr *e, const struct rec *r)
{
	struct slice s = text_of(&e->l, r);
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
		hit = re_found(e->re, s.p);
		*end = was;
	}
	return hit != e->negate;
}

static int among(const struct expr *e, const struct rec *r)
{
	struct slice s = text_of(&e->l, r);
	struct dec d = e->l.num;
	int is_num = e->l.type == A_NUMBER, looked = is_number(&e->l);

	if (e->l.type == A_FIELD && !s.p)
		return -1;
	if (e->l.type == A_VALUE && !(is_num = value_eval(e->l.value, r, &d)))
		return -1;
	for (size_t i = 0; i < e->n_items; i++) {
		const struct item *t = &e->items[i];

		if (t->is_text) {
			if (slice_eq(s, t->text))
				return 1;
			continue;
		}
		if (!looked)
			is_num = num_dec(s, &d) == 0;
		looked = 1;
		if (is_num && num_cmp(d, t->lo) >= 0 && num_cmp(d, t->hi) <= 0)
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
		return text_of(&e->l, r).p != NULL;
	case E_CMP:
		return compare(e, r);
	case E_MATCH:
		return match(e, r);
	case E_IN:
		break;
	}
	return among(e, r);
}

int expr_true(const struct expr *e, const struct rec *r)
{
	if (e->kind == E_AND)
		return expr_true(e->a, r) && expr_true(e->b, r);
	if (e->kind == E_OR)
		return expr_true(e->a, r) || expr_true(e->b, r);
	return expr_eval(e, r) == 1;
}

void expr_unseen(const struct expr *e, void (*found)(struct slice field))
{
	if (!e)
		return;
	expr_unseen(e->a, found);
	expr_unseen(e->b, found);
	if (e->kind != E_DEFINED && e->l.value)
		value_unseen(e->l.value, found);
	if (e->r.value)
		value_unseen(e->r.value, found);
}
