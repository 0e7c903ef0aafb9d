#include "card/card_redact.h"

#include "card/card_schema.h"
#include "card/card_yaml.h"

#include <stdlib.h>

/* The name of an item within its collection: a key; nothing for an element. */
static struct slice own_name(const struct card *c, const struct card_item *it)
{
	size_t up = it->parent < 0 ? 0 : c->item[it->parent].path.n;

	if (it->path.n > up && it->path.p[up] == '[')
		return (struct slice){ NULL, 0 };
	up += up != 0; /* its dot */
	return (struct slice){ it->path.p + up, it->path.n - up };
}

/* The template's own keys are public, those in env are anybody's. */
static void put_key(const struct card_item *it, struct slice name, struct redact *r, struct buf *out)
{
	const struct card_row *row = card_row(it->path);

	if (card_is_group(it->path) || (row && (row->type != CT_FREE || slice_is(it->path, row->path))))
		buf_put(out, name);
	else
		redact_text(r, name, out);
}

static void put_value(const struct card_item *it, struct redact *r, struct buf *out)
{
	const struct card_row *row = card_row(it->path);
	struct buf b = { 0 };

	if (row && row->secret)
		redact_whole(r, it->value, &b);
	else
		redact_text(r, it->value, &b);
	buf_ch(out, ' ');
	if (it->plain)
		yaml_put_word(out, buf_slice(&b));
	else
		yaml_put(out, buf_slice(&b));
	free(b.p);
}

void card_redact(const struct card *c, struct redact *r, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct card_item *it = &c->item[i];
		struct slice name = own_name(c, it);
		struct buf key = { 0 };
		size_t depth = 0;

		for (int up = it->parent; up >= 0; up = c->item[up].parent)
			depth++;
		for (size_t k = 0; k < depth; k++)
			buf_str(out, "  ");
		if (!name.p) {
			buf_ch(out, '-');
		} else {
			put_key(it, name, r, &key);
			yaml_put(out, buf_slice(&key));
			buf_ch(out, ':');
		}
		if (it->kind == CARD_SCALAR && it->value.p)
			put_value(it, r, out);
		else if (it->kind != CARD_SCALAR && !it->children)
			buf_str(out, it->kind == CARD_LIST ? " []" : " {}");
		buf_ch(out, '\n');
		free(key.p);
	}
}
