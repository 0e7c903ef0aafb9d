#include "expr/value.h"

#include "base/intern.h"
#include "base/mem.h"

#include <stdlib.h>

enum { MOST_DECIMALS = 15, MOST_ARGS = 4, MOST_DEPTH = 1200 };
enum kind {
	V_NUMBER,
	V_FIELD,
	V_CARD,
	V_NEG,
	V_ADD,
	V_SUB,
	V_MUL,
	V_DIV,
	V_MIN,
	V_MAX,
	V_FLOOR,
	V_POW2,
};

struct value {
	enum kind kind;
	struct dec num;
	struct slice text; /* of a field or a card's path */
	int col;           /* of a field: its column, or -1 */
	int seen;          /* of a field: 1 once one has been looked for, 2 once a record has it */
	uint32_t tag;      /* of a tag: its place in last_seen */
	struct value *arg[MOST_ARGS];
	int n_args;
};

/* Several expressions look for the same tags in a record: what each tag was in the last one. */
struct last_seen {
	uint64_t serial; /* of the record; 0: none yet */
	struct slice value;
};
static struct intern tags;
static struct last_seen *last_seen;
static size_t cap_tags;

static struct intern card_paths;
static struct dec *card_values;
static size_t cap_card;

static void expect(struct words *w, char c, const char *what)
{
	if (words_next(w) != c)
		words_bad(w, w->p, what);
	w->p++;
}

static struct value *node(enum kind kind)
{
	struct value *n = mem_resize(NULL, 1, sizeof *n);

	*n = (struct value){ .kind = kind };
	return n;
}

static struct value *two(enum kind kind, struct value *a, struct value *b)
{
	struct value *n = node(kind);

	n->arg[0] = a;
	n->arg[1] = b;
	n->n_args = 2;
	return n;
}

static struct value *card(struct words *w)
{
	struct value *n = node(V_CARD);
	const char *end;

	w->p++;
	if (words_next(w) != '"' || !(end = strchr(w->p + 1, '"')))
		words_bad(w, w->p, "card() takes a path in double quotes");
	n->text = (struct slice){ w->p + 1, (size_t)(end - w->p) - 1 };
	w->p = end + 1;
	expect(w, ')', "expected ')'");
	return n;
}

static struct value *function(struct words *w, struct slice name, const char *at)
{
	static const struct {
		const char *name;
		enum kind kind;
		int least, most;
	} known[] = {
		{ "min", V_MIN, 2, MOST_ARGS }, { "max", V_MAX, 2, MOST_ARGS },
		{ "floor", V_FLOOR, 1, 1 },     { "pow2", V_POW2, 1, 1 },
	};

	if (slice_is(name, "card"))
		return card(w);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct value *n;

		if (!slice_is(name, known[i].name))
			continue;
		n = node(known[i].kind);
		do {
			w->p++;
			if (n->n_args == known[i].most)
				words_bad(w, w->p, "too many arguments");
			n->arg[n->n_args++] = value_parse(w);
		} while (words_next(w) == ',');
		expect(w, ')', "expected ')'");
		if (n->n_args < known[i].least)
			words_bad(w, at, "too few arguments");
		return n;
	}
	words_bad(w, at, "unknown function (min, max, floor, pow2, card)");
}

struct value *value_field(struct slice name)
{
	struct value *n = node(V_FIELD);

	n->text = name;
	n->col = rec_col(name);
	if (n->col >= 0)
		return n;
	n->tag = intern_id(&tags, name);
	mem_reserve((void **)&last_seen, &cap_tags, (size_t)n->tag + 1, sizeof *last_seen);
	if (n->tag + 1 == tags.n)
		last_seen[n->tag].serial = 0;
	return n;
}

static struct value *field(struct words *w)
{
	const char *at = w->p;
	struct slice name = words_field(w);

	if (*w->p == '(')
		return function(w, name, at);
	return value_field(name);
}

/* Of a number, the number. */
static struct value *minus(struct value *a)
{
	struct value *n;

	if (a->kind == V_NUMBER) {
		a->num.m = -a->num.m;
		return a;
	}
	n = node(V_NEG);
	n->arg[n->n_args++] = a;
	return n;
}

static struct value *factor(struct words *w)
{
	struct value *n;
	char c = words_next(w);

	if (++w->depth > MOST_DEPTH)
		words_bad(w, w->p, "nested too deeply");
	if (c == '(') {
		w->p++;
		n = value_parse(w);
		expect(w, ')', "expected ')'");
	} else if (c == '-') {
		w->p++;
		n = minus(factor(w));
	} else if ((c >= '0' && c <= '9') || (c == '.' && w->p[1] >= '0' && w->p[1] <= '9')) {
		n = node(V_NUMBER);
		n->num = words_number(w);
	} else if (c == '`' || words_name(w).n) {
		n = field(w);
	} else {
		words_bad(w, w->p, "expected a number or a field");
	}
	w->depth--;
	return n;
}

static struct value *product(struct words *w)
{
	struct value *n = factor(w);

	for (char c; (c = words_next(w)) == '*' || c == '/';) {
		w->p++;
		n = two(c == '*' ? V_MUL : V_DIV, n, factor(w));
	}
	return n;
}

struct value *value_parse(struct words *w)
{
	struct value *n = product(w);

	for (char c; (c = words_next(w)) == '+' || c == '-';) {
		w->p++;
		n = two(c == '+' ? V_ADD : V_SUB, n, product(w));
	}
	return n;
}

void value_see(const struct rec *r)
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
	case V_ADD:
	case V_SUB:
		if (align(&a, &b))
			return 0;
		v->scale = a.scale;
		return kind == V_ADD ? !__builtin_add_overflow(a.m, b.m, &v->m)
		                     : !__builtin_sub_overflow(a.m, b.m, &v->m);
	case V_MUL:
		return num_times(a, b, MOST_DECIMALS, v) == 0;
	case V_DIV:
		return num_over(a, b, MOST_DECIMALS, v) == 0;
	case V_MIN:
		*v = num_cmp(a, b) <= 0 ? a : b;
		return 1;
	default:
		*v = num_cmp(a, b) >= 0 ? a : b;
		return 1;
	}
}

/* Rounded down to an integer; pow2: then down to a power of two (unknown below 1). */
static int whole(enum kind kind, struct dec a, struct dec *v)
{
	i128 unit = 1, p = 1;

	num_mul10(&unit, a.scale);
	v->scale = 0;
	v->m = a.m / unit - (a.m < 0 && a.m % unit != 0);
	if (kind == V_FLOOR)
		return 1;
	if (v->m < 1)
		return 0;
	while (p <= v->m / 2)
		p *= 2;
	v->m = p;
	return 1;
}

static struct slice tag_of(const struct value *n, const struct rec *r)
{
	struct last_seen *t = &last_seen[n->tag];

	if (!r->serial || t->serial != r->serial)
		*t = (struct last_seen){ r->serial, rec_tag(r, n->text) };
	return t->value;
}

struct slice value_text(const struct value *n, const struct rec *r)
{
	struct slice s = n->col >= 0 ? r->col[n->col] : tag_of(n, r);

	if (s.p && s.n == 1 && s.p[0] == '.')
		s.p = NULL;
	if (n->seen < 2)
		((struct value *)(uintptr_t)n)->seen = s.p ? 2 : 1;
	return s;
}

int value_eval(const struct value *n, const struct rec *r, struct dec *v)
{
	struct dec a, b;
	struct slice s;
	int64_t id;

	switch (n->kind) {
	case V_NUMBER:
		*v = n->num;
		return 1;
	case V_FIELD:
		s = value_text(n, r);
		return s.p && num_dec(s, v) == 0;
	case V_CARD:
		id = intern_find(&card_paths, n->text);
		if (id < 0)
			return 0;
		*v = card_values[id];
		return 1;
	case V_NEG:
		if (!value_eval(n->arg[0], r, v))
			return 0;
		v->m = -v->m;
		return 1;
	case V_FLOOR:
	case V_POW2:
		return value_eval(n->arg[0], r, &a) && whole(n->kind, a, v);
	default:
		if (!value_eval(n->arg[0], r, v))
			return 0;
		for (int i = 1; i < n->n_args; i++) {
			a = *v;
			if (!value_eval(n->arg[i], r, &b) || !combine(n->kind, a, b, v))
				return 0;
		}
		return 1;
	}
}

int value_is_number(const struct value *n, struct dec *d)
{
	*d = n->num;
	return n->kind == V_NUMBER;
}

int value_is_field(const struct value *n)
{
	return n->kind == V_FIELD;
}

int value_has_card(const struct value *n)
{
	int has = n->kind == V_CARD;

	for (int i = 0; i < n->n_args; i++)
		has |= value_has_card(n->arg[i]);
	return has;
}

void value_unseen(const struct value *n, void (*found)(struct slice field))
{
	if (n->seen == 1)
		found(n->text);
	for (int i = 0; i < n->n_args; i++)
		value_unseen(n->arg[i], found);
}
