/* tr-events: traces, counters and results of any producer in, event records out (tr-record(5)).
 * in:  {"ph":"X","cat":"kernel","name":"k","pid":0,"tid":7,"ts":1.5,"dur":2,"args":{"stream":7}}
 * out: X	1500	2000	.	0	7	kernel	k	stream=7 */
#include "base/escape.h"
#include "base/list.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opt.h"
#include "base/out.h"
#include "dialect/dialects.h"
#include "record/to_json.h"
#include "trace/source.h"

#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: tr-events [-f DIALECT] [-r RANK] [-b BASE] [-c CAT,...] [-x CAT,...] [-a ARGS]\n"
    "                 [-R RULES] [-g GPU] [-k CLOCK] [-s SIZES] [-n NAME]\n"
    "                 [FILE...]\n"
    "       tr-events -p [FILE...]      print what the files are: dialect, rank, base, path\n"
    "       tr-events -e NAME...        classify names of kernels and steps, and print the rule\n"
    "       tr-events -q FILE.sqlite    print the SQL that reads an export of Nsight Systems\n"
    "       tr-events -j [FILE...]      convert records to Trace Event JSON\n"
    "Reads traces (gzip, zlib or plain), writes event records: see tr-record(5).\n"
    "  -f DIALECT  kineto ascend xla chrome records (what -j wrote) nsys nsys_csv et xspace nvf1\n"
    "              dmon marks bench bench_log loadgen aiperf timing arrivals; default: recognised\n"
    "  -r RANK     the rank, if neither the file nor its name has it\n"
    "  -b BASE     the stream's base, ns since 1970; default: the first file's base\n"
    "  -c CAT,...  keep these categories only ('.': events without one)\n"
    "  -x CAT,...  leave these categories out; 'flow': flow events of any category\n"
    "  -a ARGS     args to keep as tags: all (default), none, or KEY,...\n"
    "  -R RULES    a file of classification rules, read before the installed one\n"
    "  -g GPU      the GPU of these counters, if the file's name does not have it\n"
    "  -k CLOCK    aligns a monotonic clock: MONOTONIC,REALTIME in ns, a file, or none; default:\n"
    "              NAME.clock.json next to NAME.bin\n"
    "  -s SIZES    records of the rank's execution trace: fills in the sizes of communication\n"
    "              kernels that have none\n"
    "  -n NAME     name of standard input: for messages, and for the rank in the name\n"
    "  -h          this text\n";

struct cli {
	struct trace_opts o;
	const char *rules[8];
	int n_rules, probe, explain, json;
};

static void set_args(struct trace_opts *o, char *arg)
{
	o->all_args = strcmp(arg, "all") == 0;
	if (!o->all_args && strcmp(arg, "none") != 0)
		o->n_args = list_split(arg, &o->args);
}

/* Long: one case per option. */
static void options(struct cli *c, int argc, char **argv)
{
	int k;
	int64_t n;

	c->o.all_args = 1;
	c->o.dialects = dialects;
	while ((k = getopt(argc, argv, ":f:r:b:c:x:a:R:g:k:s:n:pejqh")) != -1)
		switch (k) {
		case 'f':
			c->o.dialect = dialects_find(optarg);
			if (!c->o.dialect)
				msg_usage("unknown dialect: '%s'", optarg);
			break;
		case 'r':
			if (num_i64(slice_of(optarg), &n) || n < 0)
				msg_usage("not a rank: '%s'", optarg);
			c->o.rank = optarg;
			break;
		case 'b':
			if (num_i64(slice_of(optarg), &c->o.base_ns))
				msg_usage("not a base in ns: '%s'", optarg);
			c->o.has_base = c->o.base_given = 1;
			break;
		case 'c':
			c->o.n_cats = list_split(optarg, &c->o.cats);
			break;
		case 'x':
			c->o.n_drop = list_split(optarg, &c->o.drop);
			break;
		case 'a':
			set_args(&c->o, optarg);
			break;
		case 'R':
			if (c->n_rules == 8)
				msg_usage("more than 8 rules files");
			c->rules[c->n_rules++] = optarg;
			break;
		case 'g':
			if (num_i64(slice_of(optarg), &n) || n < 0)
				msg_usage("not a GPU: '%s'", optarg);
			c->o.gpu = optarg;
			break;
		case 'k':
			c->o.clock = optarg;
			break;
		case 's':
			c->o.sizes = optarg;
			break;
		case 'n':
			c->o.name = optarg;
			break;
		case 'p':
			c->o.shallow = c->probe;
			c->probe = 1;
			break;
		case 'e':
			c->explain = 1;
			break;
		case 'j':
			c->json = 1;
			break;
		case 'q':
			c->o.show_sql = 1;
			break;
		case 'h':
			opt_help(help);
		default:
			opt_misuse(k, optopt);
		}
	if (c->o.name && argc - optind > 1)
		msg_usage("-n takes one input");
	if (c->probe + c->explain + c->json > 1)
		msg_usage("-p, -e and -j exclude each other");
}

/* Is it the name of a step, and by which rule? */
static void explain_step(const struct stepname *s, struct slice name, struct buf *b)
{
	struct buf at = { 0 };

	if (stepname_put(s, slice_of("user_annotation"), name, NULL, b, &at) ||
	    stepname_put(s, slice_of("python_function"), name, NULL, b, &at)) {
		buf_str(b, "\tstep_rule=");
		buf_put(b, buf_slice(&at));
	}
	free(at.p);
}

static int explain(struct rules *r, char **names)
{
	struct buf b = { 0 };

	out_str("#coll\trule\tpattern\tname\n");
	for (; *names; names++) {
		b.n = 0;
		rules_explain(r, slice_of(*names), &b);
		buf_ch(&b, '\t');
		buf_str(&b, *names);
		explain_step(rules_steps(r), slice_of(*names), &b);
		buf_ch(&b, '\n');
		out_slice(buf_slice(&b));
	}
	return ST_OK;
}

static int probe(struct trace_opts *o, const char *file)
{
	static struct buf name;
	struct source_facts f = { 0 };
	int status = source_probe(o, file, &f);

	if (!f.dialect)
		return status;
	name.n = 0;
	out_str(f.dialect);
	out_ch('\t');
	out_slice(buf_slice(&f.rank));
	if (f.has_base)
		out_fmt("\t%lld\t", (long long)f.base_ns);
	else
		out_str(f.timeless ? "\t-\t" : "\t.\t");
	escape_put(&name, slice_of(file)); /* it may contain a tab or a line end */
	out_slice(buf_slice(&name));
	out_ch('\n');
	return status;
}

static int one(struct cli *c, const char *file)
{
	return c->probe ? probe(&c->o, file) : source_read(&c->o, file);
}

int main(int argc, char **argv)
{
	static struct cli c;
	int status = ST_OK;

	opt_begin("tr-events", argc, argv, help);
	options(&c, argc, argv);
	if (!c.json && !c.probe)
		c.o.rules = rules_load(c.rules, c.n_rules);
	if (c.explain)
		return out_close(explain(c.o.rules, argv + optind));
	if (c.json)
		return out_close(jsonw(argv + optind));
	if (c.probe)
		out_str("#dialect\trank\tbase_ns\tfile\n");
	if (optind == argc)
		status = one(&c, "-");
	for (int i = optind; i < argc; i++) {
		int s = one(&c, argv[i]);

		status = msg_worse(status, s);
	}
	if (!c.probe && !c.o.show_sql)
		opt_pg();
	return out_close(status);
}
