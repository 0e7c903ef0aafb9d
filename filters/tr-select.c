/* tr-select: the records for which an expression is true, whole or projected to columns.
 *   in:  X	1500	2000	0	0	7	kernel	k	coll=allreduce
 *   out: the same line, for 'cat == "kernel" && coll && dur > 1us' */
#include "expr.h"
#include "lines.h"
#include "list.h"
#include "opt.h"
#include "out.h"

#include <unistd.h>

static const char help[] =
    "usage: tr-select [-v] [-o FIELD,...] EXPR [FILE...]\n"
    "Writes the records for which EXPR is true: see tr-select(1).\n"
    "  tr-select 'cat == \"kernel\" && coll && dur > 10us'\n"
    "  tr-select 'name ~ \"^nccl\" && rank in 0-3,8 && !defined(bytes)'\n"
    "  -v            the others: for which EXPR is false or unknown\n"
    "  -o FIELD,...  these columns and tags only, as TSV with a legend; '.' where missing\n"
    "  -h            this text\n";

static void project(const struct rec *r, char **fields, int n)
{
	for (int i = 0; i < n; i++) {
		struct slice s = rec_field(r, slice_of(fields[i]));

		if (i)
			out_ch('\t');
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

/* Nothing was selected: a field that no record has may be why. */
static void unseen(struct slice field)
{
	msg_note("no record has the field '%.*s'", (int)field.n, field.p);
}

int main(int argc, char **argv)
{
	char **fields = NULL;
	int c, n = 0, invert = 0, read_some = 0, wrote_some = 0;
	struct expr *e;
	struct lines l;
	struct rec r;

	opt_begin("tr-select", argc, argv, help);
	while ((c = getopt(argc, argv, ":vo:h")) != -1)
		switch (c) {
		case 'v':
			invert = 1;
			break;
		case 'o':
			n = list_split(optarg, &fields);
			break;
		case 'h':
			opt_help(help);
		default:
			opt_misuse(c, optopt);
		}
	if (optind == argc)
		msg_usage("no expression");
	e = expr_parse(argv[optind]);
	lines_open(&l, argv + optind + 1, n == 0);
	if (n)
		legend(fields, n);
	while (lines_next(&l, &r)) {
		read_some = 1;
		if ((expr_eval(e, &r) == 1) == invert)
			continue;
		wrote_some = 1;
		if (n) {
			project(&r, fields, n);
		} else {
			out_slice(r.line);
			out_ch('\n');
		}
	}
	if (read_some && !wrote_some)
		expr_unseen(e, unseen);
	return out_close(lines_close(&l));
}
