#include "dialect/json_table.h"

#include "base/mem.h"
#include "json/json.h"
#include "json/object.h"
#include "record/tags.h"
#include "trace/emit.h"

#include <stdlib.h>

static int wanted(const struct json_table *c, struct slice key)
{
	for (int i = 0; c->names[i]; i++)
		if (slice_is(key, c->names[i]))
			return i;
	return -1;
}

static void keep(struct json_table *c, struct slice key, struct slice val)
{
	mem_reserve((void **)&c->plain, &c->cap_plain, c->n_plain + 1, sizeof *c->plain);
	c->plain[c->n_plain++] = (struct member){
		{ mem_copy(key.p, key.n), key.n },
		{ mem_copy(val.p, val.n), val.n },
	};
}

/* One member's value at the position. Returns 0 if it is cut. */
static int value(struct json_table *c, struct inbuf *b, struct slice key)
{
	unsigned flaws = 0;
	uint64_t at = inbuf_at(b);
	struct slice val;
	int i = wanted(c, ev_bare(key));

	if (inbuf_peek(b) == '[') {
		if (i >= 0) {
			if (c->c[i].there)
				account_mended(&c->t->tef.acc, "duplicate_key", at);
			c->c[i].there = 1;
			c->c[i].at = inbuf_at(b) + 1;
		}
		return member_skip(b);
	}
	val = member_value(b, &flaws);
	if (!val.p && b->n - b->pos > OBJECT_MOST) { /* not part of a summary */
		account_mended(&c->t->tef.acc, "long_member", at);
		return member_skip(b);
	}
	if (val.p)
		keep(c, key, val);
	if (flaws)
		account_flaws(&c->t->tef.acc, flaws, at);
	return val.p != NULL;
}

int columns_read(struct json_table *c, struct trace *t, const char *const *names)
{
	struct inbuf *b = &t->tef.b;
	static struct buf key;
	int ch;

	*c = (struct json_table){ .t = t, .names = names };
	ch = inbuf_peek(b);
	if (ch < 0)
		return 0;
	if (ch != '{')
		return -1;
	b->pos++;
	for (;;) {
		ch = inbuf_peek(b);
		if (ch == '}') {
			b->pos++;
			return 1;
		}
		if (ch == ',') {
			b->pos++;
			continue;
		}
		if (ch < 0 || !member_key(b, &key) || !value(c, b, buf_slice(&key)))
			return -1;
	}
}

struct slice columns_plain(const struct json_table *c, const char *name)
{
	for (size_t i = c->n_plain; i-- > 0;)
		if (slice_is(ev_bare(c->plain[i].key), name))
			return c->plain[i].val;
	return (struct slice){ NULL, 0 };
}

struct slice columns_tag(struct json_table *c, size_t i, unsigned *flaws)
{
	static struct buf text;
	struct buf *key = &c->t->tags;

	key->n = text.n = 0;
	tags_key(key, c->plain[i].key, flaws);
	buf_ch(key, 0);
	json_text(&text, c->plain[i].val, flaws);
	emit_tag(c->t, key->p, buf_slice(&text));
	return buf_slice(&text);
}

/* Opens the list's reader, before its first element. */
static int open_column(struct json_table *c, struct column *k)
{
	uint64_t at = 0;

	k->in = trace_again(c->t);
	if (!k->in)
		return 0;
	inbuf_init(&k->b, k->in);
	if (in_seek(k->in, k->at)) {
		k->b.off = k->at;
		return 1;
	}
	while (at < k->at) {
		if (k->b.pos == k->b.n && !inbuf_more(&k->b))
			return 0;
		at = k->b.off + k->b.n < k->at ? k->b.off + k->b.n : k->at;
		k->b.pos = (size_t)(at - k->b.off);
	}
	return 1;
}

/* The next element; .p NULL at the end. */
static struct slice element(struct json_table *c, struct column *k)
{
	struct slice none = { NULL, 0 }, v;
	unsigned flaws = 0;
	int ch;

	if (!k->in && !open_column(c, k))
		return none;
	while ((ch = inbuf_peek(&k->b)) == ',')
		k->b.pos++;
	if (ch < 0 || ch == ']')
		return none;
	v = member_value(&k->b, &flaws);
	if (!v.p)
		account_lost(&c->t->tef.acc, "broken_list", inbuf_at(&k->b));
	k->n += v.p != NULL;
	return v;
}

int columns_row(struct json_table *c, struct slice *row)
{
	int some = 0, ended = 0;

	for (int i = 0; c->names[i]; i++) {
		row[i] = (struct slice){ NULL, 0 };
		if (!c->c[i].there)
			continue;
		row[i] = element(c, &c->c[i]);
		some |= row[i].p != NULL;
		ended |= row[i].p == NULL;
	}
	c->uneven = some && ended;
	return some && !ended;
}

uint64_t columns_length(struct json_table *c, int i)
{
	if (c->c[i].there)
		while (element(c, &c->c[i]).p)
			;
	return c->c[i].n;
}

void columns_free(struct json_table *c)
{
	for (int i = 0; c->names[i]; i++)
		if (c->c[i].in) {
			inbuf_free(&c->c[i].b);
			in_close(c->c[i].in);
		}
	for (size_t i = 0; i < c->n_plain; i++) {
		free((char *)(uintptr_t)c->plain[i].key.p);
		free((char *)(uintptr_t)c->plain[i].val.p);
	}
	free(c->plain);
}
