#include "card/card_check.h"

#include "base/escape.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/out.h"
#include "card/card_value.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void card_found(struct findings *f, size_t line, size_t col, int error, struct slice path,
                const char *fmt, ...)
{
	struct buf b = { 0 };
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	escape_put(&b, path);
	if (path.n)
		buf_str(&b, ": ");
	escape_put(&b, slice_of(text));
	buf_ch(&b, 0);
	mem_reserve((void **)&f->at, &f->cap, f->n + 1, sizeof *f->at);
	f->at[f->n++] = (struct finding){ line, col, error, b.p };
	f->errors += error != 0;
}

static int by_place(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	return strcmp(x->text, y->text);
}

int card_print_findings(const struct findings *f, const char *file)
{
	if (f->n)
		qsort(f->at, f->n, sizeof *f->at, by_place);
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->at[i];

		out_str(file);
		if (x->line)
			out_fmt(":%zu:%zu", x->line, x->col);
		out_str(x->error ? ": error: " : ": warning: ");
		out_str(x->text);
		out_ch('\n');
	}
	return f->errors ? ST_DATA : ST_OK;
}

int card_say_findings(const struct findings *f, const char *file)
{
	for (size_t i = 0; i < f->n; i++)
		msg_note("%s:%zu:%zu: %s: %s", file, f->at[i].line, f->at[i].col,
		         f->at[i].error ? "error" : "warning", f->at[i].text);
	return f->errors ? ST_DATA : ST_OK;
}

/* Reports a finding at the place of the value at path. */
#define SAY(where, error, ...)                                                     \
	do {                                                                       \
		const struct card_item *it_ = card_find(c, where);                 \
		card_found(f, it_->line, it_->col, error, it_->path, __VA_ARGS__); \
	} while (0)

static void devices(const struct card *c, struct findings *f)
{
	int64_t r, s, t, p, x, n, product;

	if (!card_int(c, PLAN "dp_replicate", &r) || !card_int(c, PLAN "dp_shard", &s) ||
	    !card_int(c, PLAN "tp", &t) || !card_int(c, PLAN "pp", &p) ||
	    !card_int(c, PLAN "cp", &x) || !card_int(c, XPU "total_count", &n))
		return;
	if (!r || !s || !t || !p || !x)
		return;
	if (__builtin_mul_overflow(r, s, &product) ||
	    __builtin_mul_overflow(product, t, &product) ||
	    __builtin_mul_overflow(product, p, &product) ||
	    __builtin_mul_overflow(product, x, &product) || product != n)
		SAY(XPU "total_count", 1,
		    "%" PRId64 " devices, but dp_replicate x dp_shard x tp x pp x cp is %" PRId64
		    " x %" PRId64 " x %" PRId64 " x %" PRId64 " x %" PRId64,
		    n, r, s, t, p, x);
}

static void nodes(const struct card *c, struct findings *f)
{
	int64_t n, node;

	if (!card_int(c, XPU "total_count", &n) || !card_int(c, XPU "count_per_node", &node) ||
	    !n || !node)
		return;
	if (node > n)
		SAY(XPU "count_per_node", 1,
		    "%" PRId64 " devices per node, but %" PRId64 " in total", node, n);
	else if (n % node)
		SAY(XPU "count_per_node", 1,
		    "%" PRId64 " devices are not a multiple of the node size %" PRId64, n, node);
}

static void divisible(const struct card *c, struct findings *f)
{
	int64_t heads, tp, layers, pp, batch, mb;

	if (card_int(c, ARCH "num_heads", &heads) && card_int(c, PLAN "tp", &tp) && tp > 0 &&
	    heads % tp)
		SAY(PLAN "tp", 1, "num_heads is %" PRId64 ", which tp %" PRId64 " does not divide",
		    heads, tp);
	if (card_int(c, ARCH "num_layers", &layers) && card_int(c, PLAN "pp", &pp) && pp > 0 &&
	    layers % pp)
		SAY(PLAN "pp", layers < pp,
		    "num_layers is %" PRId64 ", which pp %" PRId64 " does not divide", layers, pp);
	if (card_int(c, "workload.data.batch_size", &batch) && card_int(c, PLAN "pp_mb", &mb) &&
	    mb > 0 && batch % mb)
		SAY(PLAN "pp_mb", 0,
		    "batch_size is %" PRId64 ", which pp_mb %" PRId64 " does not divide", batch,
		    mb);
}

static void experts(const struct card *c, struct findings *f)
{
	const struct card_item *moe = card_find(c, "workload.model.moe");
	int64_t ep, n;

	if (!card_int(c, PLAN "ep", &ep) || ep < 2)
		return;
	if (card_given(moe) && slice_is(moe->value, "false"))
		SAY(PLAN "ep", 0, "%" PRId64 ", but workload.model.moe is false", ep);
	if (card_int(c, XPU "total_count", &n) && n && n % ep)
		SAY(PLAN "ep", 1, "%" PRId64 " does not divide the %" PRId64 " devices", ep, n);
}

static void check_sums(const struct card *c, struct findings *f)
{
	int64_t all, embedding;

	devices(c, f);
	nodes(c, f);
	divisible(c, f);
	experts(c, f);
	if (card_int(c, ARCH "num_params", &all) &&
	    card_int(c, ARCH "num_params_embedding", &embedding) && embedding > all)
		SAY(ARCH "num_params_embedding", 1,
		    "%" PRId64 " are more than num_params, %" PRId64, embedding, all);
}

static const struct slice nothing = { "", 0 };

static const struct card_item *parent(const struct card *c, const struct card_item *it)
{
	return it->parent < 0 ? NULL : &c->item[it->parent];
}

/* Does the key below `above` also exist in its correct spelling? */
static int given_twice(const struct card *c, struct slice above, struct slice key)
{
	for (size_t i = 0; i < c->n; i++)
		if (slice_eq(card_leaf(c->item[i].path), key) &&
		    slice_eq(card_parent(c->item[i].path), above))
			return 1;
	return 0;
}

enum card_key card_judge_key(const struct card *c, const struct card_item *it, struct slice *right)
{
	const struct card_item *up = parent(c, it);
	struct slice leaf = card_leaf(it->path), above = up ? up->path : nothing;

	*right = nothing;
	if (card_row(it->path))
		return KEY_KNOWN;
	if (card_is_group(it->path))
		return KEY_GROUP;
	if (up && !card_is_group(up->path))
		return KEY_INSIDE;
	if (it->path.n && it->path.p[it->path.n - 1] == ']')
		return KEY_UNKNOWN;
	*right = card_spelt(above, leaf);
	if (right->p)
		return given_twice(c, above, *right) ? KEY_UNKNOWN : KEY_MISSPELT;
	*right = card_place_of(leaf);
	if (right->p && !card_find_slice(c, *right))
		return KEY_MISPLACED;
	return KEY_UNKNOWN;
}

static void judge_value(const struct card *c, const struct card_item *it, struct card_verdict *v,
                        struct findings *f)
{
	card_judge(c, it, card_row(it->path), v);
	if (v->level == VALUE_GOOD)
		return;
	if (v->mends && v->repair.n)
		card_found(f, it->line, it->col, v->level == VALUE_ERROR, it->path,
		           "%s; fix: %.*s", v->what, SHOW(v->repair));
	else
		card_found(f, it->line, it->col, v->level == VALUE_ERROR, it->path, "%s%s",
		           v->what, v->mends ? "; fix: leave it empty" : "");
}

static void judge_item(const struct card *c, const struct card_item *it, struct card_verdict *v,
                       struct findings *f)
{
	struct slice right;

	switch (card_judge_key(c, it, &right)) {
	case KEY_KNOWN:
		judge_value(c, it, v, f);
		break;
	case KEY_GROUP:
		if (it->kind == CARD_LIST || card_given(it))
			card_found(f, it->line, it->col, 1, it->path, "must be a mapping");
		break;
	case KEY_MISSPELT:
		card_found(f, it->key_line, it->key_col, 1, it->path, "unknown key; fix: %.*s",
		           SHOW(right));
		break;
	case KEY_MISPLACED:
		card_found(f, it->key_line, it->key_col, 1, it->path,
		           "in the wrong place; fix: move it to %.*s", SHOW(right));
		break;
	case KEY_UNKNOWN:
		card_found(f, it->key_line, it->key_col, 1, it->path,
		           "unknown key: not in the template");
		break;
	case KEY_INSIDE:
		break;
	}
}

/* The template paths whose keys are elsewhere in the card. */
static void find_elsewhere(const struct card *c, struct intern *paths)
{
	struct slice right;
	struct buf b = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		enum card_key k = card_judge_key(c, &c->item[i], &right);
		struct slice up = card_parent(c->item[i].path);

		if (k == KEY_MISPLACED)
			intern_id(paths, right);
		if (k != KEY_MISSPELT)
			continue;
		b.n = 0;
		buf_put(&b, up);
		if (up.n)
			buf_ch(&b, '.');
		buf_put(&b, right);
		intern_id(paths, buf_slice(&b));
	}
	free(b.p);
}

/* Is the missing key, or the mapping that it belongs in, elsewhere in the card? Then it is not
 * missing. */
static int elsewhere(const struct intern *paths, struct slice path)
{
	for (; path.n; path = card_parent(path))
		if (intern_find(paths, path) >= 0)
			return 1;
	return 0;
}

/* The line of the mapping that a path belongs in. */
static void place(const struct card *c, struct slice path, size_t *line, size_t *col)
{
	*line = *col = 1;
	for (path = card_parent(path); path.n; path = card_parent(path)) {
		const struct card_item *it = card_find_slice(c, path);

		if (it) {
			*line = it->key_line;
			*col = it->key_col;
			return;
		}
	}
}

static void missing(const struct card *c, struct findings *f)
{
	struct slice said = nothing;
	struct intern moved = { 0 };

	find_elsewhere(c, &moved);
	for (size_t i = 0; i < card_n_rows; i++) {
		const struct card_row *r = &card_rows[i];
		struct slice path = slice_of(r->path), top = path, up;
		int hollow = 0;
		size_t line, col;

		if ((r->empty & KEY_OPTIONAL) || card_find_slice(c, path) ||
		    elsewhere(&moved, path))
			continue;
		/* The outermost missing mapping stands for everything in it. */
		for (up = card_parent(path); up.n; up = card_parent(up)) {
			const struct card_item *it = card_find_slice(c, up);

			hollow |= it && it->kind != CARD_MAP &&
			          (it->kind == CARD_LIST || card_given(it));
			if (!it && !elsewhere(&moved, up))
				top = up;
		}
		if (hollow || (said.n && slice_eq(said, top)))
			continue;
		said = top;
		place(c, top, &line, &col);
		if (top.n != path.n)
			card_found(f, line, col, 1, top, "missing, with all its keys");
		else if (card_may_be_empty(c, r))
			card_found(f, line, col, 0, path,
			           "missing; fix: add the key (its value may be empty)");
		else
			card_found(f, line, col, 1, path, "missing: expected %s", card_wants(r));
	}
}

void card_check(const struct card *c, struct findings *f)
{
	struct card_verdict v = { 0 };

	for (size_t i = 0; i < c->n; i++)
		judge_item(c, &c->item[i], &v, f);
	missing(c, f);
	check_sums(c, f);
	free(v.repair.p);
}

void card_check_fault(const struct card *c, struct findings *f)
{
	struct buf b = { 0 };
	size_t at = 0, line = 1;

	while (line < c->fault.line && at < c->text.n)
		line += c->text.p[at++] == '\n';
	if (c->fault.line && card_mend_url_line(buf_slice(&c->text), at, &b)) {
		while (b.n && b.p[b.n - 1] == '\n')
			b.n--;
		card_found(f, c->fault.line, c->fault.col, 1, nothing,
		           "not YAML: an unquoted URL with a comment: %s; fix: %.*s",
		           c->fault.what, SHOW(b));
	} else {
		card_found(f, c->fault.line, c->fault.col, 1, nothing, "%s", c->fault.what);
	}
	free(b.p);
}
