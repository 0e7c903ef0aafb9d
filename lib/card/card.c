#include "card/card.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "input/in.h"

#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

enum { DEPTH = 64, SCALAR_MAX = 1 << 20 };

struct level {
	int list, flow;
	int64_t index;    /* of the next element */
	size_t path_n;    /* length of the path without this level */
	int have_key;     /* a mapping whose key was read */
	size_t first_key; /* this mapping's keys in `keys` */
	int item;         /* of the collection itself; -1 the card */
	yaml_mark_t key;
};
struct reader {
	struct card *c;
	struct level level[DEPTH];
	int depth;
	struct buf path;
	struct slice *keys; /* of the open mappings, for duplicates */
	size_t n_keys, cap_keys;
	int status, documents;
	size_t chars, bytes; /* a position in the text, both ways: libyaml counts characters */
	size_t base;         /* bytes of a byte order mark */
};

static void bad(struct reader *r, yaml_mark_t at, const char *what, const char *offender)
{
	r->status = ST_DATA;
	r->c->fault.line = at.line + 1;
	r->c->fault.col = at.column + 1;
	snprintf(r->c->fault.what, sizeof r->c->fault.what, "%s%s%.60s%s", what,
	         offender ? ": '" : "", offender ? offender : "", offender ? "'" : "");
}

static int continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The byte of a mark. Marks come nearly in order, so the search starts at the last one. */
static size_t byte_of(struct reader *r, yaml_mark_t m)
{
	const struct buf *t = &r->c->text;

	while (r->chars < m.index && r->bytes < t->n) {
		r->bytes++;
		while (r->bytes < t->n && continues(t->p[r->bytes]))
			r->bytes++;
		r->chars++;
	}
	while (r->chars > m.index && r->bytes > r->base) {
		r->bytes--;
		while (r->bytes > r->base && continues(t->p[r->bytes]))
			r->bytes--;
		r->chars--;
	}
	return r->bytes;
}

/* An item at the current path. Returns its index. */
static int add_item(struct reader *r, enum card_kind kind, const yaml_event_t *e)
{
	struct card *c = r->c;
	const struct level *l = r->depth ? &r->level[r->depth - 1] : NULL;
	int keyed = l && !l->list;
	yaml_mark_t key = keyed ? l->key : e->start_mark;

	mem_reserve((void **)&c->item, &c->cap, c->n + 1, sizeof *c->item);
	c->item[c->n] = (struct card_item){
		.path = { mem_copy(r->path.p, r->path.n), r->path.n },
		.kind = kind,
		.line = e->start_mark.line + 1,
		.col = e->start_mark.column + 1,
		.key_line = key.line + 1,
		.key_col = key.column + 1,
		.key_at = byte_of(r, key),
		.in_flow = l && l->flow,
		.parent = l ? l->item : -1,
	};
	c->item[c->n].at = byte_of(r, e->start_mark);
	c->item[c->n].end = byte_of(r, e->end_mark);
	if (c->item[c->n].parent >= 0)
		c->item[c->item[c->n].parent].children++;
	return (int)c->n++;
}

static void add_scalar(struct reader *r, const yaml_event_t *e)
{
	const char *p = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;
	yaml_scalar_style_t style = e->data.scalar.style;
	struct slice v = { p, n };
	int i = add_item(r, CARD_SCALAR, e);
	struct card_item *it = &r->c->item[i];

	it->plain = style == YAML_PLAIN_SCALAR_STYLE && e->start_mark.line == e->end_mark.line;
	it->block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
	while (it->block && it->end > it->at && strchr(" \n\r", r->c->text.p[it->end - 1]))
		it->end--;
	if (n && !(style == YAML_PLAIN_SCALAR_STYLE && (slice_is(v, "~") || slice_is(v, "null"))))
		it->value = (struct slice){ mem_copy(p, n), n };
}

/* The path of the value that comes next in the innermost collection. */
static void enter_value(struct reader *r)
{
	struct level *l = &r->level[r->depth - 1];

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
			bad(r, e->start_mark, "duplicate key", k.p);
			return 0;
		}
	mem_reserve((void **)&r->keys, &r->cap_keys, r->n_keys + 1, sizeof *r->keys);
	r->keys[r->n_keys++] = (struct slice){ mem_copy(k.p, k.n), k.n };
	r->path.n = l->path_n;
	if (r->path.n)
		buf_ch(&r->path, '.');
	buf_put(&r->path, k);
	l->have_key = 1;
	l->key = e->start_mark;
	return 1;
}

static int is_key(const struct reader *r)
{
	return r->depth && !r->level[r->depth - 1].list && !r->level[r->depth - 1].have_key;
}

static int scalar(struct reader *r, const yaml_event_t *e)
{
	if (e->data.scalar.tag) {
		bad(r, e->start_mark, "YAML tags are not allowed in a card",
		    (char *)e->data.scalar.tag);
		return 0;
	}
	if (r->c->n >= CARD_VALUES) {
		bad(r, e->start_mark, "more than 20000 values: not a card", NULL);
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
	add_scalar(r, e);
	leave_value(r);
	return 1;
}

static int begin(struct reader *r, const yaml_event_t *e, int list, int flow)
{
	int i;

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
	i = r->depth ? add_item(r, list ? CARD_LIST : CARD_MAP, e) : -1;
	if (i >= 0)
		r->c->item[i].flow = flow;
	flow |= r->depth && r->level[r->depth - 1].flow;
	r->level[r->depth++] = (struct level){
		.list = list,
		.flow = flow,
		.path_n = r->path.n,
		.first_key = r->n_keys,
		.item = i,
	};
	return 1;
}

static void end(struct reader *r, const yaml_event_t *e)
{
	struct level *l = &r->level[r->depth - 1];
	struct card *c = r->c;

	/* libyaml ends a block where the next thing begins, after any comments. */
	if (l->item >= 0 && c->item[l->item].flow)
		c->item[l->item].end = byte_of(r, e->end_mark);
	else if (l->item >= 0)
		c->item[l->item].end = c->item[c->n - 1].end;
	for (int i = (int)c->n - 1; i > l->item && l->item >= 0 && !c->item[l->item].flow;
	     i = c->item[i].parent)
		if (c->item[l->item].end < c->item[i].end)
			c->item[l->item].end = c->item[i].end;
	while (r->n_keys > l->first_key)
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
		return begin(r, e, 0, e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
	case YAML_SEQUENCE_START_EVENT:
		return begin(r, e, 1, e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		end(r, e);
		return 1;
	case YAML_ALIAS_EVENT:
		bad(r, e->start_mark, "YAML aliases are not allowed in a card",
		    (char *)e->data.alias.anchor);
		return 0;
	case YAML_DOCUMENT_START_EVENT:
		if (r->documents++)
			bad(r, e->start_mark, "more than one YAML document: a card has one", NULL);
		return r->documents == 1;
	case YAML_STREAM_END_EVENT:
		return 0;
	default:
		return 1;
	}
}

/* Line and column of a byte: for bytes that are not characters libyaml has no mark. */
static yaml_mark_t mark_of(const struct card *c, size_t at)
{
	yaml_mark_t m = { 0, 0, 0 };

	for (size_t i = 0; i < at && i < c->text.n; i++) {
		m.column += !continues(c->text.p[i]);
		if (c->text.p[i] == '\n') {
			m.line++;
			m.column = 0;
		}
	}
	return m;
}

/* Runs the parser over the text. */
static void parse(struct reader *r)
{
	struct card *c = r->c;
	yaml_parser_t y;
	yaml_event_t e;
	int more = 1;

	if (!yaml_parser_initialize(&y))
		msg_die("out of memory");
	yaml_parser_set_encoding(&y, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&y, (const unsigned char *)c->text.p + r->base,
	                             c->text.n - r->base);
	while (more) {
		if (!yaml_parser_parse(&y, &e)) {
			if (y.error == YAML_MEMORY_ERROR)
				msg_die("%s: out of memory", c->name);
			if (y.error == YAML_READER_ERROR)
				y.problem_mark = mark_of(c, r->base + y.problem_offset);
			bad(r, y.problem_mark, y.problem ? y.problem : "not YAML", NULL);
			break;
		}
		more = event(r, &e);
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&y);
}

int card_parse(struct card *c)
{
	struct reader r = { .c = c };

	for (size_t i = 0; i < c->n; i++) {
		free((char *)(uintptr_t)c->item[i].path.p);
		free((char *)(uintptr_t)c->item[i].value.p);
	}
	c->n = 0;
	memset(&c->fault, 0, sizeof c->fault);
	buf_room(&c->text, 1);
	if (slice_starts(buf_slice(&c->text), "\xef\xbb\xbf"))
		r.base = r.bytes = 3;
	parse(&r);
	if (r.status == ST_OK && c->n == 0) {
		snprintf(c->fault.what, sizeof c->fault.what, "empty: not a card");
		r.status = ST_DATA;
	}
	while (r.n_keys)
		free((char *)(uintptr_t)r.keys[--r.n_keys].p);
	free(r.keys);
	free(r.path.p);
	return r.status;
}

int card_load(struct card *c, const char *file)
{
	struct in *in = in_open(file);
	size_t lines = 1, got;

	c->name = strcmp(file, "-") == 0 ? "(standard input)" : file;
	c->text.n = 0;
	if (!in)
		return ST_TROUBLE;
	do {
		buf_room(&c->text, 1 << 16);
		got = in_read(in, (unsigned char *)c->text.p + c->text.n, 1 << 16);
		c->text.n += got;
	} while (got && c->text.n <= CARD_MAX);
	if (c->text.n <= CARD_MAX)
		return in_close(in);
	for (size_t i = 0; i < CARD_MAX; i++)
		lines += c->text.p[i] == '\n';
	in_quiet(in);
	in_close(in);
	return msg_data("%s:%zu:1: larger than 16 MiB: not a card", c->name, lines);
}

void card_say_fault(const struct card *c)
{
	if (c->fault.line)
		msg_data("%s:%zu:%zu: %s", c->name, c->fault.line, c->fault.col, c->fault.what);
	else
		msg_data("%s: %s", c->name, c->fault.what);
}

int card_read(struct card *c, const char *file)
{
	int s = card_load(c, file), t;

	if (s != ST_OK)
		return s;
	t = card_parse(c);
	if (t != ST_OK)
		card_say_fault(c);
	return t;
}

int card_retext(struct card *c, struct buf *text)
{
	free(c->text.p);
	c->text = *text;
	*text = (struct buf){ 0 };
	return card_parse(c);
}

const struct card_item *card_find_slice(const struct card *c, struct slice path)
{
	for (size_t i = 0; i < c->n; i++)
		if (slice_eq(c->item[i].path, path))
			return &c->item[i];
	return NULL;
}

const struct card_item *card_find(const struct card *c, const char *path)
{
	return card_find_slice(c, slice_of(path));
}

int card_given(const struct card_item *it)
{
	return it && it->kind == CARD_SCALAR && it->value.p;
}
