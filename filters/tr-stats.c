/* tr-stats: aggregates records by group, as a table; or computes metric records.
 * in:  X	0	100	0	0	7	kernel	k	coll=allreduce
 * out: #rank	count	sum:dur	missing:dur
 *      0	1	100	0 */
#include "base/list.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/order.h"
#include "base/out.h"
#include "record/lines.h"
#include "stats/agg.h"
#include "stats/group_metric.h"
#include "stats/metric.h"
#include "stats/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: tr-stats [-g KEY,...] [-F FORMAT] OP[:FIELD]... <records\n"
    "       tr-stats -a -m METRIC -u UNIT [-g KEY,...] [-R] [-o KEY] [-M WHAT:OF] [-N NOTE]\n"
    "                [-e WHY] [-T TRACE] VALUE... <records\n"
    "       tr-stats -m METRIC -u UNIT [-g KEY,...] [-n FIELD] [-k N] [-S | -s]\n"
    "                [-M WHAT:OF] [-N NOTE] [-e WHY] [-T TRACE] VALUE [STAT=VALUE...] <records\n"
    "Writes a row for each group of records, or metric records for each rank: see tr-stats(1).\n"
    "  OP          count sum mean wmean:FIELD:WEIGHT std min max median p99 first last span\n"
    "              slope:Y:X intercept:Y:X residual:Y:X; followed by\n"
    "              [EXPR]: only records for which EXPR is true\n"
    "  -g KEY,...  group by these columns and tags\n"
    "              with -a also NAME=FIELD, for the scope's name\n"
    "  -F FORMAT   tsv (default), csv, json, md, or tr: event records with tags such as sum_dur\n"
    "  -a          pooled metrics: metric records of groups of records of all ranks: VALUE is\n"
    "              [STAT=]TERM{*|/ TERM}[@UNIT] with TERM an OP:FIELD or a number, or dist:FIELD\n"
    "  -m METRIC   write metric records of this name; VALUE is OP:FIELD or OP:FIELD/OP:FIELD, or\n"
    "              OP:FIELD/total, a group's share\n"
    "  -u UNIT     s or ms (of ns), %, count, bytes, ratio; with -a also GB, GB/s, 1/s,\n"
    "              tok/s, FLOP/s, s/B (of bytes and ns)\n"
    "  -n FIELD    how many events a record stands for; default: one\n"
    "  -k N        only the N largest groups\n"
    "  -S          steps only; over all ranks, a step takes the value of its slowest rank\n"
    "  -s          if there are steps, the total is over them\n"
    "  -R          with -a: the note reports missing ranks of the run\n"
    "  -d KIND     what the values are computed from: calls, comm, kernels (counts and times;\n"
    "              work that the trace hides can only add to them), share (one's part of\n"
    "              another), lengths (of single kernels); marks values that are unknown or\n"
    "              lower bounds\n"
    "  -M WHAT:OF  words for the note on records without the value: 'no WHAT on 2 of 3 OF'\n"
    "              with -a a second -M is for the terms after the first\n"
    "  -N NOTE     a note on every line\n"
    "  -o KEY      with -a: use what the results report on all requests (records named outcome):\n"
    "              how many failed, and tags such as mean_KEY if no request has the value\n"
    "  -w FIELD    with -a: a group without a value gets its first value of FIELD as the note\n"
    "  -e WHY      the note if there is nothing to compute from\n"
    "  -T TRACE    the trace's name; default: the stream's ##trace\n"
    "  -h          this text\n";

struct cli {
	struct metric m;
	struct group_metric p;
	int all;
	enum table_format format;
	struct agg_op *op;
	size_t n_ops;
	struct slice *missing; /* distinct fields, for the columns missing:FIELD */
	size_t n_missing;
	struct intern groups;
	struct agg *cell; /* n_ops for each group */
	size_t cap_cell;
	struct sorter *runs;
};

static int64_t count_arg(const char *s)
{
	int64_t n;

	if (num_i64(slice_of(s), &n) || n < 1 || n > 1000000)
		msg_usage("not a number of groups: '%s'", s);
	return n;
}

/* Can the options be combined? */
static void check(const struct cli *c)
{
	const struct metric *m = &c->m;

	if ((m->name != NULL) != (m->unit != NULL))
		msg_usage("-m and -u need each other");
	if (c->all && (!m->name || m->top || m->steps_only || m->over_steps))
		msg_usage("-a needs -m, and has no -k, -S or -s");
	if (m->why_field && !c->all)
		msg_usage("-w needs -a");
	if (m->over_ranks && !c->all)
		msg_usage("-R needs -a (without it the note always says so)");
	if (m->outcome.key && !c->all)
		msg_usage("-o needs -a");
	if (m->top && !m->n_keys)
		msg_usage("-k needs groups (-g)");
	if (!m->name && (m->top || m->steps_only || m->over_steps || m->missing || m->note ||
	                 m->why || m->kind || m->trace || m->n_field.n))
		msg_usage("-n, -k, -S, -s, -d, -M, -N, -e and -T need -m");
	if (m->name && c->format)
		msg_usage("-F cannot be combined with -m: metric records have one form");
}

/* Long: one case an option. */
static void options(struct cli *c, int argc, char **argv)
{
	struct metric *m = &c->m;
	int k, f, kind;

	while ((k = getopt(argc, argv, ":g:F:am:u:n:k:SsRd:w:M:N:o:e:T:h")) != -1)
		switch (k) {
		case 'g':
			m->n_keys = list_split(optarg, &m->keys);
			break;
		case 'F':
			f = table_format(optarg);
			if (f < 0)
				msg_usage("unknown format: '%s'", optarg);
			c->format = (enum table_format)f;
			break;
		case 'a':
			c->all = 1;
			break;
		case 'm':
			m->name = optarg;
			break;
		case 'u':
			metric_unit(m, optarg);
			break;
		case 'n':
			m->n_field = slice_of(optarg);
			break;
		case 'k':
			m->top = (int)count_arg(optarg);
			break;
		case 'S':
			m->steps_only = 1;
			break;
		case 's':
			m->over_steps = 1;
			break;
		case 'R':
			m->over_ranks = 1;
			break;
		case 'd':
			kind = limits_kind(optarg);
			if (kind < 0)
				msg_usage(
				    "not a kind of metric (calls comm kernels share lengths): '%s'",
				    optarg);
			m->kind = (enum limits_kind)kind;
			break;
		case 'w':
			m->why_field = optarg;
			break;
		case 'M':
			if (m->missing)
				m->missing_more = optarg;
			else
				m->missing = optarg;
			break;
		case 'N':
			m->note = optarg;
			break;
		case 'o':
			m->outcome.key = optarg;
			break;
		case 'e':
			m->why = optarg;
			break;
		case 'T':
			m->trace = optarg;
			break;
		case 'h':
			opt_help(help);
		default:
			opt_misuse(k, optopt);
		}
	if (optind == argc)
		msg_usage("nothing to compute");
	check(c);
}

/* Fields whose missing values get a column: once each. */
static void add_missing(struct cli *c, struct slice field)
{
	if (!field.n)
		return;
	for (size_t i = 0; i < c->n_missing; i++)
		if (slice_eq(c->missing[i], field))
			return;
	c->missing[c->n_missing++] = field;
}

static void parse_ops(struct cli *c, char **ops, size_t n)
{
	c->op = mem_resize(NULL, n, sizeof *c->op);
	c->missing = mem_resize(NULL, n, sizeof *c->missing);
	c->n_ops = n;
	for (size_t i = 0; i < n; i++) {
		c->op[i] = agg_parse(ops[i]);
		add_missing(c, c->op[i].field);
	}
}

static struct slice group_key(const struct cli *c, const struct rec *r)
{
	static struct buf b;

	b.n = 0;
	for (int i = 0; i < c->m.n_keys; i++) {
		struct slice s = rec_field(r, slice_of(c->m.keys[i]));

		if (i)
			buf_ch(&b, '\t');
		if (s.p && s.n)
			buf_put(&b, s);
		else
			buf_ch(&b, '.');
	}
	return buf_slice(&b);
}

static void add_record(struct cli *c, struct lines *l, const struct rec *r)
{
	size_t g;
	int64_t events = c->all ? metric_events(&c->m, r) : 0;

	if (outcome_take(&c->m.outcome, r))
		return;
	g = intern_id(&c->groups, group_key(c, r));

	mem_reserve_zero((void **)&c->cell, &c->cap_cell, (g + 1) * c->n_ops, sizeof *c->cell);
	for (size_t i = 0; i < c->n_ops; i++) {
		struct slice off = { NULL, 0 };
		struct agg *a = &c->cell[g * c->n_ops + i];
		uint64_t n = a->n, missing = a->missing;
		const char *why =
		    agg_add(&c->op[i], a, r, c->runs, (uint32_t)g, (uint32_t)i, &off);
		char text[128];

		agg_weigh(a, n, missing, events);
		if (!why)
			continue;
		snprintf(text, sizeof text, "%.60s: %s", c->op[i].text, why);
		lines_bad(l, text, off);
	}
}

static struct agg *cell(void *arg, uint32_t group, uint32_t column, const struct agg_op **op)
{
	struct cli *c = arg;

	*op = &c->op[column];
	return &c->cell[group * c->n_ops + column];
}

/* Records without the field, as the first operation on it counted them. */
static uint64_t missing_of(const struct cli *c, size_t group, struct slice field)
{
	for (size_t i = 0; i < c->n_ops; i++)
		if (slice_eq(c->op[i].field, field))
			return c->cell[group * c->n_ops + i].missing;
	return 0;
}

/* The row's texts are kept in one buffer; at[] are their ends. */
static int row(struct cli *c, uint32_t g, struct buf *b, size_t *at)
{
	size_t k = 0;

	b->n = 0;
	if (c->m.n_keys)
		buf_put(b, c->groups.text[g]);
	for (size_t i = 0; i < b->n; i++)
		if (b->p[i] == '\t')
			at[k++] = i;
	if (c->m.n_keys)
		at[k++] = b->n;
	for (size_t i = 0; i < c->n_ops; i++) {
		buf_ch(b, '\t');
		if (agg_result(&c->op[i], &c->cell[g * c->n_ops + i], b))
			return -1;
		at[k++] = b->n;
	}
	for (size_t i = 0; i < c->n_missing; i++) {
		buf_ch(b, '\t');
		num_put(b, (int64_t)missing_of(c, g, c->missing[i]));
		at[k++] = b->n;
	}
	return 0;
}

/* Does the group have a value of its k-th key? */
static int has_key(struct slice group, int k)
{
	const char *p = group.p, *e = p + group.n, *q;

	while (k--)
		p = (const char *)memchr(p, '\t', (size_t)(e - p)) + 1;
	q = memchr(p, '\t', (size_t)(e - p));
	return (q ? q : e) - p != 1 || *p != '.';
}

/* A key that no record has: perhaps a typing error. */
static void tell_unseen(const struct cli *c)
{
	for (int k = 0; k < c->m.n_keys; k++) {
		int seen = c->groups.n == 0 || rec_col(slice_of(c->m.keys[k])) >= 0;

		for (size_t g = 0; g < c->groups.n && !seen; g++)
			seen = has_key(c->groups.text[g], k);
		if (!seen)
			msg_note("no record has the field '%s'", c->m.keys[k]);
	}
}

static void write_table(struct cli *c)
{
	size_t n = (size_t)c->m.n_keys + c->n_ops + c->n_missing, k = 0;
	struct slice *names = mem_resize(NULL, n, sizeof *names);
	struct slice *cells = mem_resize(NULL, n, sizeof *cells);
	size_t *at = mem_resize(NULL, n, sizeof *at);
	uint32_t *id = order_rows(c->groups.text, c->groups.n);
	struct buf b = { 0 };

	for (int i = 0; i < c->m.n_keys; i++)
		names[k++] = slice_of(c->m.keys[i]);
	for (size_t i = 0; i < c->n_ops; i++)
		names[k++] = slice_of(c->op[i].text);
	for (size_t i = 0; i < c->n_missing; i++) {
		struct buf t = { 0 };

		buf_str(&t, "missing:");
		buf_put(&t, c->missing[i]);
		names[k++] = buf_slice(&t);
	}
	table_begin(c->format, names, n);
	for (size_t i = 0; i < c->groups.n; i++) {
		if (row(c, id[i], &b, at))
			msg_die("sum beyond 128 bits");
		for (k = 0; k < n; k++) {
			size_t from = k ? at[k - 1] + 1 : 0;

			if (k == 0 && c->m.n_keys == 0)
				from = 1;
			cells[k] = (struct slice){ b.p + from, at[k] - from };
		}
		table_row(c->format, names, cells, n);
	}
	table_end(c->format);
}

static void on_header(void *arg, struct slice line)
{
	metric_header(arg, line);
}

static void add_metric(struct cli *c, struct lines *l, const struct rec *r)
{
	struct slice off = { NULL, 0 };
	const char *why = metric_add(&c->m, r, &off);

	if (why)
		lines_bad(l, why, off);
}

/* The metric records of pooled groups, in the order of their keys. */
static int write_pooled(struct cli *c)
{
	uint32_t *id = order_rows(c->groups.text, c->groups.n);

	agg_quantiles(c->runs, cell, c);
	out_str("#trace\tmetric\tscope\tstat\tvalue\tunit\tn\tnote\n");
	for (size_t i = 0; i < c->groups.n; i++)
		group_metric_write(&c->p, &c->m, c->groups.text[id[i]],
		                   &c->cell[id[i] * c->n_ops]);
	if (!c->groups.n && !(c->p.scope && c->p.rank >= 0 && c->m.ranks.n))
		group_metric_none(&c->p, &c->m);
	group_metric_missing(&c->p, &c->m);
	free(id);
	return c->m.computed ? ST_OK : ST_NONE;
}

static void parse_values(struct cli *c, char **values, int n)
{
	if (c->all && c->m.n_keys)
		group_metric_keys(&c->p, c->m.keys, c->m.n_keys);
	for (int i = 0; i < n; i++)
		if (c->all)
			group_metric_add(&c->p, values[i]);
		else
			metric_add_value(&c->m, values[i]);
	if (c->all)
		group_metric_why(&c->p, c->m.why_field);
	c->op = c->p.op;
	c->n_ops = c->p.n_ops;
}

static int write_metric(struct cli *c, struct lines *l)
{
	buf_ch(&l->trace, 0);
	c->m.damaged |= l->status == ST_DATA;
	if (!c->m.trace)
		c->m.trace = l->trace.n > 1 ? l->trace.p : ".";
	return c->all ? write_pooled(c) : metric_write(&c->m);
}

int main(int argc, char **argv)
{
	static struct cli c;
	char *none[] = { NULL };
	struct lines l;
	struct rec r;
	int status, s = ST_OK;

	opt_begin("tr-stats", argc, argv, help);
	options(&c, argc, argv);
	if (c.m.name)
		parse_values(&c, argv + optind, argc - optind);
	else
		parse_ops(&c, argv + optind, (size_t)(argc - optind));
	c.runs = sorter_new();
	lines_open(&l, none, c.format == TABLE_TR);
	l.on_header = on_header;
	l.arg = &c.m;
	while (lines_next(&l, &r))
		if (c.m.name && !c.all)
			add_metric(&c, &l, &r);
		else
			add_record(&c, &l, &r);
	if (c.m.name) {
		s = write_metric(&c, &l);
	} else {
		agg_quantiles(c.runs, cell, &c);
		write_table(&c);
		if (c.format != TABLE_TR)
			tell_unseen(&c);
	}
	status = lines_close(&l);
	return out_close(status ? status : s);
}
