/* expr_node: the compiled form of an expression, as expr.c makes it and expr_eval.c walks it. */
#ifndef EXPR_NODE_H
#define EXPR_NODE_H
#include "base/num.h"
#include "base/re.h"
#include "expr/expr.h"
#include "expr/value.h"

enum kind { E_OR, E_AND, E_NOT, E_DEFINED, E_FIELD, E_CMP, E_MATCH, E_IN };
enum op { O_EQ, O_NE, O_LT, O_LE, O_GT, O_GE };

struct operand {
	enum { A_FIELD, A_TEXT, A_NUMBER, A_VALUE } type; /* A_VALUE: made of fields and numbers */
	struct slice text;
	struct dec num;
	struct value *value; /* of A_FIELD and A_VALUE */
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
	struct re *re;
	struct slice prefix; /* "^text" without further metacharacters needs no regex */
	int has_prefix;
	struct item *items;
	size_t n_items, cap_items;
};
#endif
