#include "card.h"

#include "in.h"
#include "num.h"

#include <stdlib.h>
#include <yaml.h>

enum { DEPTH = 64, SCALAR_MAX = 1 << 20 };

struct level {
	int list;
	int64_t index;    /* of the next element */
	size_t path_n;    /* length of the path without this level */
	int have_key;     /* a mapping whose key was read */
	size_t first_key; /* this mapping's keys in `keys` */
	size_t items;     /* values in it */
	yaml_mark_t at;
};
struct reader {
	struct card *c;
	const char *file;
	struct level level[DEPTH];
	int depth;
	struct buf path;
	struct slice *keys; /* of the open mappings, for duplicates */
	size_t n_keys, cap_keys;
	int status, documents;
};

static void bad(struct reader *r, yaml_mark_t at, const char *what, const char *offender)
{
	r->status = msg_data("%s:%zu:%zu: %s%s%.60s%s", r->file, at.line + 1, at.column + 1, what,
	                     offender ? ": '" : "", offender ? offender : "", offender ? "'" : "");
}

static void add_value(struct reader *r, struct slice v, yaml_mark_t at)
{
	struct card *c = r->c;

	mem_reserve((void **)&c->item, &c->cap, c->n + 1, sizeof *c->item);
	c->item[c->n++] = (struct card_item){
		.path = { mem_copy(r->path.p, r->path.n), r->path.n },
		.value = v,
		.line = at.line + 1,
		.col = at.column + 1,
	};
}

static void add_item(struct reader *r, const yaml_event_t *e)
{
	const char *p = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;
	int plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	struct slice v = { p, n };

	if (n == 0 || (plain && (slice_is(v, "~") || slice_is(v, "null"))))
		v.p = NULL;
	else
		v.p = mem_copy(p, n);
	add_value(r, v, e->start_mark);
}

/* The path of the value that comes next in the innermost collection. */
static void enter_value(struct reader *r)
{
	struct level *l = &r->level[r->depth - 1];

	l->items++;
	if (!l->list)
		return;
	r->path.n = l->path_n;
	buf_ch(&r->path, '[');
	num_put(&r->path, l->index++);
	buf_ch(&r->path, ']');
}

static void leave_value(struct reader *r)
{
	if (r->depth) {
		r->level[r->depth - 1].have_key = 0;
		r->path.n = r->level[r->depth - 1].path_n;
	}
}

static int take_key(struct reader *r, const yaml_event_t *e)
{
	struct level *l = &r->level[r->depth - 1];
	struct slice k = { (const char *)e->data.scalar.value, e->data.scalar.length };

	for (size_t i = l->first_key; i < r->n_keys; i++)
		if (slice_eq(r->keys[i], k)) {
			bad(r, e->start_mark, "key given twice", k.p);
			return 0;
		}
	mem_reserve((void **)&r->keys, &r->cap_keys, r->n_keys + 1, sizeof *r->keys);
	r->keys[r->n_keys++] = (struct slice){ mem_copy(k.p, k.n), k.n };
	r->path.n = l->path_n;
	if (r->path.n)
		buf_ch(&r->path, '.');
	buf_put(&r->path, k);
	l->have_key = 1;
	return 1;
}

static int is_key(const struct reader *r)
{
	return r->depth && !r->level[r->depth - 1].list && !r->level[r->depth - 1].have_key;
}

static int scalar(struct reader *r, const yaml_event_t *e)
{
	if (e->data.scalar.tag) {
		bad(r, e->start_mark, "a tag has no place in a card", (char *)e->data.scalar.tag);
		return 0;
	}
	if (e->data.scalar.length > SCALAR_MAX) {
		bad(r, e->start_mark, "a value longer than 1 MiB", NULL);
		return 0;
	}
	if (r->depth == 0) {
		bad(r, e->start_mark, "not a card: no keys", (char *)e->data.scalar.value);
		return 0;
	}
	if (is_key(r))
		return take_key(r, e);
	enter_value(r);
	add_item(r, e);
	leave_value(r);
	return 1;
}

static int begin(struct reader *r, const yaml_event_t *e, int list)
{
	if (r->depth == 0 && list) {
		bad(r, e->start_mark, "not a card: a list", NULL);
		return 0;
	}
	if (is_key(r)) {
		bad(r, e->start_mark, "a key must be a word", NULL);
		return 0;
	}
	if (r->depth == DEPTH) {
		bad(r, e->start_mark, "more than 64 levels", NULL);
		return 0;
	}
	if (r->depth)
		enter_value(r);
	r->level[r->depth++] = (struct level){
		.list = list,
		.path_n = r->path.n,
		.first_key = r->n_keys,
		.at = e->start_mark,
	};
	return 1;
}

static void end(struct reader *r)
{
	struct level *l = &r->level[r->depth - 1];

	/* An empty list or mapping is an empty value. */
	if (r->depth > 1 && l->items == 0) {
		r->path.n = l->path_n;
		add_value(r, (struct slice){ NULL, 0 }, l->at);
	}
	while (r->n_keys > r->level[r->depth - 1].first_key)
		free((char *)(uintptr_t)r->keys[--r->n_keys].p);
	r->depth--;
	leave_value(r);
}

/* One event. Returns 0 at the end or where reading must stop. */
static int event(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return scalar(r, e);
	case YAML_MAPPING_START_EVENT:
		return begin(r, e, 0);
	case YAML_SEQUENCE_START_EVENT:
		return begin(r, e, 1);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		end(r);
		return 1;
	case YAML_ALIAS_EVENT:
		bad(r, e->start_mark, "an alias has no place in a card", (char *)e->data.alias.anchor);
		return 0;
	case YAML_DOCUMENT_START_EVENT:
		if (r->documents++)
			bad(r, e->start_mark, "a second document: a card has one", NULL);
		return r->documents == 1;
	case YAML_STREAM_END_EVENT:
		return 0;
	default:
		return 1;
	}
}

static int feed(void *arg, unsigned char *p, size_t n, size_t *got)
{
	*got = in_read(arg, p, n);
	return 1;
}

int card_read(struct card *c, const char *file)
{
	struct in *in = in_open(file);
	struct reader r = { .c = c, .file = strcmp(file, "-") == 0 ? "(standard input)" : file };
	yaml_parser_t y;
	yaml_event_t e;
	int more = 1, s;

	if (!in)
		return ST_TROUBLE;
	if (!yaml_parser_initialize(&y))
		msg_die("out of memory");
	yaml_parser_set_input(&y, feed, in);
	while (more) {
		if (!yaml_parser_parse(&y, &e)) {
			bad(&r, y.problem_mark, y.problem ? y.problem : "not YAML", NULL);
			break;
		}
		more = event(&r, &e);
		yaml_event_delete(&e);
	}
	if (r.status == ST_OK && c->n == 0)
		r.status = msg_data("%s: empty: no card", r.file);
	while (r.n_keys)
		free((char *)(uintptr_t)r.keys[--r.n_keys].p);
	free(r.keys);
	free(r.path.p);
	yaml_parser_delete(&y);
	s = in_close(in);
	return msg_worse(s, r.status);
}
