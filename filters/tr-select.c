/* tr-select: the records for which an expression is true, complete or projected to columns.
 * in:  X	1500	2000	0	0	7	kernel	k	coll=allreduce
 * out: the same line, for 'cat == "kernel" && coll && dur > 1us' */
#include "base/list.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/out.h"
#include "expr/arith.h"
#include "expr/expr.h"
#include "expr/value.h"
#include "json/json.h"
#include "record/lines.h"

#include <unistd.h>

static const char help[] =
    "usage: tr-select [-v] [-e TAG] [-s TAG=ARITH]... [-a TAG,... | -o FIELD,...] EXPR [FILE...]\n"
    "Writes the records for which EXPR is true: see tr-select(1).\n"
    "  tr-select 'cat == \"kernel\" && coll && dur > 10us'\n"
    "  tr-select 'name ~ \"^nccl\" && rank in 0-3,8 && !defined(bytes)'\n"
    "  -v            the other records: those for which EXPR is false or unknown\n"
    "  -e TAG        one record for each element of the list in TAG; TAG becomes the element\n"
    "  -s TAG=ARITH  set a tag: 'algbw=bytes/dur'; with a condition: 'f=2*n/3[coll]';\n"
    "                up to 16 times; EXPR and -o see the tags that were set\n"
    "  -a TAG,...    keep only these tags, or 'none'\n"
    "  -o FIELD,...  only these columns and tags, as TSV with a legend; '.' if missing\n"
    "  -h            this text\n";

static void project(const struct rec *r, char **fields, int n, char *seen)
{
	for (int i = 0; i < n; i++) {
		struct slice s = rec_field(r, slice_of(fields[i]));

		if (i)
			out_ch('\t');
		seen[i] |= s.p != NULL;
		if (s.p && s.n)
			out_slice(s);
		else
			out_ch('.');
	}
	out_ch('\n');
}

static void legend(char **fields, int n)
{
	out_ch('#');
	for (int i = 0; i < n; i++) {
		if (i)
			out_ch('\t');
		out_str(fields[i]);
	}
	out_ch('\n');
}

/* A field that no record has: why nothing was selected, or a typing error in -o. */
static void unseen(struct slice field)
{
	msg_note("no record has the field '%.*s'", (int)field.n, field.p);
}

enum { MOST_SET = 16 };

struct cli {
	struct expr *e;
	char **fields;      /* -o */
	char *seen;         /* which of them a record had */
	int n, n_tags;      /* of -o and -a; n_tags -1: all */
	struct rec_names kept; /* -a */
	int invert, wrote_some, n_set;
	struct arith *set[MOST_SET];
	struct slice each; /* -e; .n 0: none */
	struct buf line[2], element, trimmed;
};

static void write_selected(struct cli *c, const struct rec *r)
{
	if (expr_true(c->e, r) == c->invert)
		return;
	c->wrote_some = 1;
	if (c->n) {
		project(r, c->fields, c->n, c->seen);
		return;
	}
	if (c->n_tags >= 0) {
		c->trimmed.n = 0;
		rec_trim(&c->trimmed, r, &c->kept);
		out_slice(buf_slice(&c->trimmed));
	} else {
		out_slice(r->line);
	}
	out_ch('\n');
}

/* Sets the tags, one after the other. */
static void set_tags(struct cli *c, const struct rec *r)
{
	struct rec q = *r;
	int at;

	for (int i = 0; i < c->n_set; i++) {
		value_see(&q);
		arith_set(c->set[i], &q, &c->line[i & 1]);
		rec_parse(&q, buf_slice(&c->line[i & 1]), &at);
	}
	write_selected(c, &q);
}

/* The record once for each element of its list; unchanged if it has none. */
static void each_element(struct cli *c, const struct rec *r)
{
	struct slice list = rec_tag(r, c->each), x;
	const char *p = slice_inside(list), *e = slice_end(list);
	struct buf *b = &c->element;
	struct rec q;
	unsigned flaws = 0;
	int at;

	if (!list.p || *list.p != '[') {
		set_tags(c, r);
		return;
	}
	while ((p = json_element(p, e, 1, &flaws, &x)) && x.p) {
		b->n = 0;
		buf_add(b, r->line.p, (size_t)(list.p - r->line.p));
		json_text(b, x, &flaws);
		buf_add(b, e, (size_t)(r->line.p + r->line.n - e));
		buf_ch(b, 0);
		b->n--;
		if (!rec_parse(&q, buf_slice(b), &at))
			set_tags(c, &q);
	}
}

static void options(struct cli *c, int argc, char **argv)
{
	struct slice *tags;
	int k;

	while ((k = getopt(argc, argv, ":ve:s:a:o:h")) != -1)
		switch (k) {
		case 'v':
			c->invert = 1;
			break;
		case 'e':
			c->each = slice_of(optarg);
			break;
		case 's':
			if (c->n_set == MOST_SET)
				msg_usage("more than %d times -s", MOST_SET);
			c->set[c->n_set++] = arith_parse(optarg);
			break;
		case 'a':
			c->n_tags = list_tags(optarg, &tags);
			rec_names(&c->kept, tags, c->n_tags);
			break;
		case 'o':
			c->n = list_split(optarg, &c->fields);
			c->seen = mem_resize(NULL, (size_t)c->n + 1, 1);
			memset(c->seen, 0, (size_t)c->n + 1);
			break;
		case 'h':
			opt_help(help);
		default:
			opt_misuse(k, optopt);
		}
	if (optind == argc)
		msg_usage("no expression");
	if (c->n && c->n_tags >= 0)
		msg_usage("-a cannot be combined with -o, which names the tags itself");
	c->e = expr_parse(argv[optind]);
}

int main(int argc, char **argv)
{
	static struct cli c = { .n_tags = -1 };
	int read_some = 0;
	struct lines l;
	struct rec r;

	opt_begin("tr-select", argc, argv, help);
	options(&c, argc, argv);
	lines_open(&l, argv + optind + 1, c.n == 0);
	if (c.n)
		legend(c.fields, c.n);
	while (lines_next(&l, &r)) {
		read_some = 1;
		if (c.each.n)
			each_element(&c, &r);
		else if (c.n_set)
			set_tags(&c, &r);
		else
			write_selected(&c, &r);
	}
	if (read_some && !c.wrote_some && !c.invert)
		expr_unseen(c.e, unseen);
	for (int i = 0; i < c.n && c.wrote_some; i++)
		if (!c.seen[i] && rec_col(slice_of(c.fields[i])) < 0)
			unseen(slice_of(c.fields[i]));
	return out_close(lines_close(&l));
}
