#include "card/card_redact.h"

#include "base/escape.h"
#include "base/out.h"
#include "card/card_schema.h"
#include "card/card_yaml.h"
#include "record/lines.h"

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

/* The template's own keys are public; in env they are the user's. */
static void put_key(const struct card_item *it, struct slice name, struct redact *r,
                    struct buf *out)
{
	const struct card_row *row = card_row(it->path);

	if (card_is_group(it->path) ||
	    (row && (row->type != CT_FREE || slice_is(it->path, row->path))))
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

struct stream {
	struct redact *r;
	int keep; /* names stay */
	struct buf plain, hidden, out;
};

enum how { TEXT, NAME, KERNEL, CALL, WHOLE, FRAME };

/* The frame that marks SGLang's steps. */
static const char frame[] = "run_batch";

/* Appends a column's text, with its escapes turned back into bytes. */
static void put(struct stream *s, struct slice text, enum how how)
{
	s->plain.n = s->hidden.n = 0;
	escape_undo(&s->plain, text);
	if (how == WHOLE || how == FRAME)
		redact_whole(s->r, buf_slice(&s->plain), &s->hidden);
	else if (how == NAME)
		redact_name(s->r, buf_slice(&s->plain), &s->hidden);
	else if (how == KERNEL)
		redact_kernel(s->r, buf_slice(&s->plain), &s->hidden);
	else if (how == CALL)
		redact_call(s->r, buf_slice(&s->plain), &s->hidden);
	else
		redact_text(s->r, buf_slice(&s->plain), &s->hidden);
	if (how == FRAME && slice_has(buf_slice(&s->plain), frame)) {
		buf_str(&s->hidden, ": ");
		buf_str(&s->hidden, frame);
	}
	if (slice_is(buf_slice(&s->hidden), "."))
		buf_str(&s->out, "\\x2e");
	else
		escape_put(&s->out, buf_slice(&s->hidden));
}

static void put_column(struct stream *s, struct slice text, enum how how)
{
	if (slice_is(text, "."))
		buf_ch(&s->out, '.');
	else
		put(s, text, how);
}

/* "##device WHAT COUNT NS " is our own text; the rank and the device after it are treated as in
 * the records. */
static size_t own_words(struct slice line)
{
	size_t at = 0;

	for (int blanks = 0; slice_starts(line, "##device ") && at < line.n && blanks < 4; at++)
		blanks += line.p[at] == ' ';
	return at;
}

static void described(void *arg, struct slice line)
{
	struct stream *s = arg;
	size_t own = own_words(line);

	s->out.n = 0;
	buf_add(&s->out, line.p, own);
	line = (struct slice){ line.p + own, line.n - own };
	if (slice_starts(line, "##trace ")) {
		buf_str(&s->out, "##trace ");
		put(s, (struct slice){ line.p + 8, line.n - 8 }, WHOLE);
	} else {
		/* Columns of a legend are separate words. */
		while (line.n) {
			const char *tab = memchr(line.p, '\t', line.n);
			size_t n = tab ? (size_t)(tab - line.p) : line.n;

			put(s, (struct slice){ line.p, n }, TEXT);
			if (tab)
				buf_ch(&s->out, '\t');
			line.p += n + (tab != NULL);
			line.n -= n + (tab != NULL);
		}
	}
	out_slice(buf_slice(&s->out));
	out_ch('\n');
}

/* How to hide a record's name. keep: names of what the device and the framework do are kept. */
static enum how name_of(const struct rec *r, int keep)
{
	static const struct {
		const char *cat;
		enum how how;
	} open[] = {
		{ "kernel", KERNEL },        { "cuda_runtime", CALL }, { "cuda_driver", CALL },
		{ "gpu_memcpy", TEXT },      { "gpu_memset", TEXT },   { "cuda_sync", TEXT },
		{ "user_annotation", TEXT }, { "counter", TEXT },      { "cpu_op", TEXT },
		{ "gpu_user_annotation", TEXT },
	};
	static const char *const ops[] = { "aten::",   "c10d::",     "_c10d_functional::",
		                           "prim::",   "prims::",    "torchvision::",
		                           "fbgemm::", "quantized::" };
	struct slice name = r->col[C_NAME];

	if (slice_is(r->col[C_CAT], "python_function"))
		return keep ? NAME : FRAME;
	for (size_t i = 0; slice_is(r->col[C_CAT], "cpu_op") && i < sizeof ops / sizeof *ops; i++)
		if (slice_starts(name, ops[i]))
			return NAME;
	for (size_t i = 0; i < sizeof open / sizeof *open; i++)
		if (slice_is(r->col[C_CAT], open[i].cat))
			return keep ? NAME : open[i].how;
	return TEXT;
}

/* The value of a card's record: treated as in the card itself. */
static enum how value_of(const struct rec *r, struct slice key)
{
	const struct card_row *row =
	    slice_is(r->col[C_CAT], "card") ? card_row(r->col[C_NAME]) : NULL;

	return row && row->secret && slice_is(key, "value") ? WHOLE : TEXT;
}

static void put_name(struct stream *s, const struct rec *r)
{
	struct slice name = r->col[C_NAME];
	const struct card_row *row = slice_is(r->col[C_CAT], "card") ? card_row(name) : NULL;

	if (row && (row->type != CT_FREE || slice_is(name, row->path)))
		buf_put(&s->out, name);
	else
		put_column(s, name, name_of(r, s->keep));
}

static void record(struct stream *s, const struct rec *r)
{
	struct slice key, value;
	size_t pos = 0, from;

	s->out.n = 0;
	for (int i = 0; i < C_NAME; i++) {
		put_column(s, r->col[i], TEXT);
		buf_ch(&s->out, '\t');
	}
	put_name(s, r);
	while (rec_next_tag(r, &pos, &key, &value)) {
		buf_ch(&s->out, '\t');
		from = s->out.n;
		put(s, key, TEXT);
		escape_key(&s->out, from);
		buf_ch(&s->out, '=');
		put_column(s, value, value_of(r, key));
	}
	buf_ch(&s->out, '\n');
	out_slice(buf_slice(&s->out));
}

int stream_redact(struct redact *r, int keep)
{
	static char *const standard_input[] = { NULL };
	struct stream s = { .r = r, .keep = keep };
	struct lines l;
	struct rec rec;

	lines_open(&l, standard_input, 0);
	l.on_header = described;
	l.arg = &s;
	while (lines_next(&l, &rec))
		record(&s, &rec);
	if (l.bad)
		out_fmt("##lost lines %llu %llu\n", (unsigned long long)l.bad,
		        (unsigned long long)l.first_bad);
	/* Without its arguments: the salt is one of them. */
	out_str("##pg tr-card redact\n");
	free(s.plain.p);
	free(s.hidden.p);
	free(s.out.p);
	return lines_close(&l);
}
