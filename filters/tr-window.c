/* tr-window: which stretch of time does a record belong to, and what do sets of spans amount to.
 *   in:  X	0	100	0	0	7	kernel	k
 *   out: X	0	60	0	0	7	kernel	k	win=step 1	win_n=0	whole_ts=0	whole_dur=100 */
#include "lines.h"
#include "opt.h"
#include "out.h"
#include "steps.h"
#include "sweep.h"

#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: tr-window [-w FILE | -W EXPR... | -t FROM,TO | -b WIDTH] [-l] [-k] [-e]\n"
    "                 [-o OP [-A EXPR] [-B EXPR]] [FILE...]\n"
    "Says to which window each record belongs (tags win, win_n), cutting spans at the edges; or,\n"
    "with -o, writes what sets of spans amount to for each rank, device and window.\n"
    "  -w FILE     windows: the spans of FILE\n"
    "  -W EXPR     windows: the spans of the input for which EXPR is true; given several times,\n"
    "              the first that any span matches\n"
    "  -t FROM,TO  one window, by time from the stream's base (units: ns us ms s min)\n"
    "  -b WIDTH    buckets of time of this width\n"
    "  -l          by launch: a device's event belongs, whole, where its runtime call is\n"
    "  -k          keep what is in no window\n"
    "  -e          write the windows too, as spans of category window\n"
    "  -o OP       union, intersection, difference or complement (spans), measure (lengths),\n"
    "              or windows (the windows themselves)\n"
    "  -A EXPR     the set A; default: all spans\n"
    "  -B EXPR     the set B; default: empty\n"
    "  -h          this text\n";

struct device { /* what the algebra keeps apart */
	struct slice rank, pid;
	int64_t lo, hi; /* buckets seen */
	int any;
};

struct cli {
	struct assign a;
	struct steps steps;
	struct lines l;
	const char *file;
	int range, windows, also; /* -o windows; -e */
	int file_has_base;
	int64_t file_base;
	int op; /* enum sweep_op, -1: none */
	struct expr *set_a, *set_b;
	struct sweep sweep;
	struct intern dev_keys;
	struct device *dev;
	size_t n_dev, cap_dev;
	/* measure: by "device window" */
	struct intern sum_keys;
	struct sweep_sum *sum;
	size_t cap_sum;
	struct buf line;
	uint32_t cur_dev, cur_side;
};
enum { NO_WINDOW = INT64_MIN }; /* of the algebra without windows, and of measure's totals */

static int64_t time_arg(struct slice s, const char *what)
{
	struct dec d;

	if (num_unit(s, &d))
		msg_usage("not a time: '%s'", what);
	for (; d.scale; d.scale--, d.m /= 10)
		if (d.m % 10)
			msg_usage("not a whole number of ns: '%s'", what);
	if (d.m > INT64_MAX || d.m < INT64_MIN)
		msg_usage("out of range: '%s'", what);
	return (int64_t)d.m;
}

static void set_range(struct cli *c, const char *arg)
{
	const char *comma = strchr(arg, ',');
	int64_t from, to;

	if (!comma)
		msg_usage("-t needs FROM,TO: '%s'", arg);
	from = time_arg((struct slice){ arg, (size_t)(comma - arg) }, arg);
	to = time_arg(slice_of(comma + 1), arg);
	if (from >= to)
		msg_usage("an empty range: '%s'", arg);
	wins_add(&c->a.wins, (struct slice){ ".", 1 }, (struct slice){ "", 0 }, slice_of("range"),
	         from, to);
	wins_sort(&c->a.wins);
	c->range = 1;
}

static void set_op(struct cli *c, const char *arg)
{
	static const char *const ops[] = { "union", "intersection", "difference", "complement",
		                           "measure" };

	c->windows = strcmp(arg, "windows") == 0;
	for (int i = 0; i < 5; i++)
		if (strcmp(arg, ops[i]) == 0)
			c->op = i;
	if (c->op < 0 && !c->windows)
		msg_usage("unknown operation: '%s'", arg);
}

static void options(struct cli *c, int argc, char **argv)
{
	int k;

	c->op = -1;
	while ((k = getopt(argc, argv, ":w:W:t:b:lkeo:A:B:h")) != -1)
		switch (k) {
		case 'w':
			c->file = optarg;
			break;
		case 'W':
			if (c->steps.n == STEPS_MAX)
				msg_usage("more than %d times -W", STEPS_MAX);
			c->steps.text[c->steps.n] = optarg;
			c->steps.expr[c->steps.n++] = expr_parse(optarg);
			break;
		case 't':
			set_range(c, optarg);
			break;
		case 'b':
			c->a.width = time_arg(slice_of(optarg), optarg);
			if (c->a.width <= 0)
				msg_usage("a bucket needs a width above 0: '%s'", optarg);
			break;
		case 'l':
			c->a.by_launch = 1;
			break;
		case 'k':
			c->a.keep = 1;
			break;
		case 'e':
			c->also = 1;
			break;
		case 'o':
			set_op(c, optarg);
			break;
		case 'A':
			c->set_a = expr_parse(optarg);
			break;
		case 'B':
			c->set_b = expr_parse(optarg);
			break;
		case 'h':
			opt_help(help);
		default:
			opt_misuse(k, optopt);
		}
	if ((c->windows || c->also) && !c->steps.n && !c->file)
		msg_usage("-e and -o windows need windows from -w or -W");
	if ((c->file != NULL) + (c->steps.n > 0) + c->range + (c->a.width > 0) > 1)
		msg_usage("-w, -W, -t and -b exclude each other");
	if (!c->file && !c->steps.n && !c->range && !c->a.width && c->op < 0)
		msg_usage("no windows (-w, -W, -t, -b) and no operation (-o)");
	if (c->a.by_launch && !c->file && !c->steps.n)
		msg_usage("-l needs windows from -w or -W");
	if ((c->set_a || c->set_b) && c->op < 0)
		msg_usage("-A and -B need an operation (-o)");
	if ((c->op == SWEEP_INTERSECTION || c->op == SWEEP_DIFFERENCE) && !c->set_b)
		msg_usage("this operation needs a set B (-B)");
}

static int has_windows(const struct cli *c)
{
	return c->file || c->steps.n || c->range || c->a.width;
}

/* The text of a window's name and ordinal as tags. */
static void put_win(struct cli *c, struct buf *b, int64_t win)
{
	buf_str(b, "\twin=");
	if (c->a.width)
		num_put128(b, (i128)win * c->a.width);
	else
		buf_put(b, c->a.wins.w[win].name);
	buf_str(b, "\twin_n=");
	num_put(b, c->a.width ? win : c->a.wins.w[win].n);
}

static void write_line(struct buf *b)
{
	buf_ch(b, '\n');
	out_slice(buf_slice(b));
	b->n = 0;
}

/* One part of a record, with its window. */
static void put_part(void *arg, const struct rec *r, int64_t win, int64_t s, int64_t e)
{
	struct cli *c = arg;
	struct buf *b = &c->line;
	int cut = r->has_dur && (s != r->ts || e - s != r->dur);

	b->n = 0;
	if (cut) {
		buf_put(b, r->col[C_PH]);
		buf_ch(b, '\t');
		num_put(b, s);
		buf_ch(b, '\t');
		num_put(b, e - s);
		buf_add(b, r->col[C_DUR].p + r->col[C_DUR].n,
		        (size_t)(r->line.p + r->line.n - r->col[C_DUR].p) - r->col[C_DUR].n);
	} else {
		buf_put(b, r->line);
	}
	if (win != ASSIGN_NONE || c->a.width)
		put_win(c, b, win);
	if (cut) {
		buf_str(b, "\twhole_ts=");
		num_put(b, r->ts);
		buf_str(b, "\twhole_dur=");
		num_put(b, r->dur);
	}
	write_line(b);
}

static void assign_record(struct cli *c, const struct rec *r)
{
	if (r->has_ts) {
		assign_event(&c->a, r, put_part, c);
		return;
	}
	c->line.n = 0;
	buf_put(&c->line, r->line);
	write_line(&c->line);
}

/* Which sets a span belongs to; 0: none. */
static uint32_t side_of(const struct cli *c, const struct rec *r)
{
	uint32_t side = 0;

	if (!r->has_ts || !r->has_dur || r->dur < 0 || !slice_is(r->col[C_PH], "X"))
		return 0;
	if (!c->set_a || expr_eval(c->set_a, r) == 1)
		side |= SIDE_A;
	if (c->set_b && expr_eval(c->set_b, r) == 1)
		side |= SIDE_B;
	return side;
}

static uint32_t device_of(struct cli *c, const struct rec *r)
{
	struct slice rank = r->col[C_RANK], pid = r->col[C_PID];
	struct slice key = { rank.p, (size_t)(pid.p + pid.n - rank.p) }; /* neighbours in the line */
	uint32_t id = intern_id(&c->dev_keys, key);

	if (id == c->n_dev) {
		mem_reserve((void **)&c->dev, &c->cap_dev, c->n_dev + 1, sizeof *c->dev);
		key = c->dev_keys.text[id];
		c->dev[c->n_dev++] = (struct device){
			.rank = { key.p, rank.n },
			.pid = { key.p + rank.n + 1, pid.n },
		};
	}
	return id;
}

static void add_item(struct cli *c, int64_t win, int64_t s, int64_t e)
{
	runs_add(c->sweep.runs, (struct run_item){ s, e, win, c->cur_dev, c->cur_side });
}

static void add_part(void *arg, const struct rec *r, int64_t win, int64_t s, int64_t e)
{
	struct cli *c = arg;
	struct device *d = &c->dev[c->cur_dev];

	(void)r;
	if (win == ASSIGN_NONE && !c->a.width)
		return;
	if (c->a.width) {
		d->lo = !d->any || win < d->lo ? win : d->lo;
		d->hi = !d->any || win > d->hi ? win : d->hi;
		d->any = 1;
	}
	add_item(c, win, s, e);
}

static void algebra_record(struct cli *c, const struct rec *r, uint32_t side)
{
	c->cur_dev = device_of(c, r);
	c->cur_side = side;
	if (!has_windows(c) || c->op == SWEEP_MEASURE)
		add_item(c, NO_WINDOW, r->ts, r->ts + r->dur);
	if (has_windows(c))
		assign_event(&c->a, r, add_part, c);
}

static void put_span(struct cli *c, uint32_t dev, int64_t s, int64_t e, const char *cat,
                     struct slice name)
{
	struct buf *b = &c->line;

	b->n = 0;
	buf_str(b, "X\t");
	num_put(b, s);
	buf_ch(b, '\t');
	num_put128(b, (i128)e - s);
	buf_ch(b, '\t');
	buf_put(b, c->dev[dev].rank);
	buf_ch(b, '\t');
	buf_put(b, c->dev[dev].pid);
	buf_str(b, "\t.\t");
	buf_str(b, cat);
	buf_ch(b, '\t');
	buf_put(b, name);
}

static void window_bounds(void *arg, int64_t win, int64_t *s, int64_t *e)
{
	struct cli *c = arg;

	if (c->a.width) {
		if (__builtin_mul_overflow(win, c->a.width, s))
			*s = INT64_MIN;
		if (__builtin_add_overflow(*s, c->a.width, e))
			*e = INT64_MAX;
	} else if (win != NO_WINDOW) {
		*s = c->a.wins.w[win].s;
		*e = c->a.wins.w[win].e;
	}
}

static void put_piece(void *arg, uint32_t dev, int64_t win, int64_t s, int64_t e, uint64_t n)
{
	static const char *const ops[] = { "union", "intersection", "difference", "complement" };
	struct cli *c = arg;
	int64_t lo = s, hi = e;

	/* By launch, spans may reach beyond their window: its complement does not. */
	if (c->op == SWEEP_COMPLEMENT && win != NO_WINDOW)
		window_bounds(c, win, &lo, &hi);
	s = s > lo ? s : lo;
	e = e < hi ? e : hi;
	if (s >= e)
		return;
	put_span(c, dev, s, e, "interval", slice_of(ops[c->op]));
	if (c->op == SWEEP_UNION) {
		buf_str(&c->line, "\tn=");
		num_put(&c->line, (int64_t)n);
	}
	if (win != NO_WINDOW)
		put_win(c, &c->line, win);
	write_line(&c->line);
}

static struct slice sum_key(uint32_t dev, int64_t win)
{
	static char key[12];

	memcpy(key, &dev, 4);
	memcpy(key + 4, &win, 8);
	return (struct slice){ key, 12 };
}

static void keep_sum(void *arg, uint32_t dev, int64_t win, const struct sweep_sum *sum)
{
	struct cli *c = arg;
	uint32_t id;

	if (c->op != SWEEP_MEASURE && c->op != SWEEP_COMPLEMENT)
		return;
	id = intern_id(&c->sum_keys, sum_key(dev, win));
	mem_reserve((void **)&c->sum, &c->cap_sum, (size_t)id + 1, sizeof *c->sum);
	c->sum[id] = *sum;
}

static void put_num(struct buf *b, const char *key, i128 v)
{
	buf_ch(b, '\t');
	buf_str(b, key);
	buf_ch(b, '=');
	num_put128(b, v);
}

/* One record of lengths; a window without any span has zeros and no span. */
static void put_measure(struct cli *c, uint32_t dev, int64_t win)
{
	static const struct sweep_sum zero;
	int64_t id = intern_find(&c->sum_keys, sum_key(dev, win)), s, e;
	const struct sweep_sum *m = id < 0 ? &zero : &c->sum[id];
	struct buf *b = &c->line;

	s = m->first;
	e = m->last;
	window_bounds(c, win == NO_WINDOW && c->a.width ? 0 : win, &s, &e);
	if (win == NO_WINDOW) {
		put_span(c, dev, m->first, m->last, "measure", slice_of("*"));
		buf_str(b, "\twin=*");
	} else {
		put_span(c, dev, s, e, "measure",
		         c->a.width ? slice_of("bucket") : c->a.wins.w[win].name);
		put_win(c, b, win);
	}
	put_num(b, "n_a", (i128)m->n_a);
	put_num(b, "n_b", (i128)m->n_b);
	put_num(b, "n_any", (i128)m->n_any);
	put_num(b, "sum_a", m->sum_a);
	put_num(b, "sum_b", m->sum_b);
	put_num(b, "sum_any", m->sum_any);
	put_num(b, "a", m->a);
	put_num(b, "b", m->b);
	put_num(b, "both", m->both);
	put_num(b, "any", m->a + m->b - m->both);
	put_num(b, "only_a", m->a - m->both);
	put_num(b, "only_b", m->b - m->both);
	if (m->n_a + m->n_b)
		put_num(b, "span", (i128)m->last - m->first);
	write_line(b);
}

/* Calls back for every window that a device has. */
static void each_window(struct cli *c, uint32_t d, void (*f)(struct cli *c, uint32_t d, int64_t win))
{
	size_t group[3];
	int n;

	for (int64_t k = c->dev[d].lo; c->dev[d].any && k <= c->dev[d].hi; k++)
		f(c, d, k);
	if (c->a.width || !has_windows(c))
		return;
	n = wins_groups(&c->a.wins, c->dev[d].rank, c->dev[d].pid, group);
	for (int g = 0; g < n; g++)
		for (size_t k = c->a.wins.first[group[g]]; k < c->a.wins.first[group[g] + 1]; k++)
			f(c, d, (int64_t)k);
}

static void put_measures(struct cli *c)
{
	for (uint32_t d = 0; d < c->n_dev; d++) {
		put_measure(c, d, NO_WINDOW);
		each_window(c, d, put_measure);
	}
}

/* A window in which a device has nothing at all is its own complement. */
static void put_idle(struct cli *c, uint32_t d, int64_t win)
{
	int64_t s = 0, e = 0;

	if (intern_find(&c->sum_keys, sum_key(d, win)) >= 0)
		return;
	window_bounds(c, win, &s, &e);
	put_piece(c, d, win, s, e, 0);
}

/* The windows themselves, by rank and time. */
static void put_windows(struct cli *c)
{
	for (size_t i = 0; i < c->a.wins.n; i++) {
		const struct win *w = &c->a.wins.w[i];
		struct slice key = c->a.wins.groups.text[w->group];
		size_t rank = (size_t)((const char *)memchr(key.p, '\t', key.n) - key.p);
		struct device d = { { key.p, rank }, { key.p + rank + 1, key.n - rank - 1 }, 0, 0, 0 };

		if (!d.pid.n)
			d.pid = (struct slice){ ".", 1 };
		c->dev = &d;
		put_span(c, 0, w->s, w->e, "window", w->name);
		put_win(c, &c->line, (int64_t)i);
		write_line(&c->line);
	}
}

/* What the second pass needs of a record is kept; the windows and calls are noted. */
static struct spool *first_pass(struct cli *c, char **files)
{
	struct spool *spool = spool_new();
	struct rec r;

	lines_open(&c->l, files, 1);
	while (lines_next(&c->l, &r)) {
		steps_see(&c->steps, &c->a, &r);
		if (c->windows || (c->op >= 0 && !side_of(c, &r)))
			continue;
		spool_write(spool, r.line.p, r.line.n);
		spool_write(spool, "\n", 1);
	}
	lines_close(&c->l);
	return spool;
}

static void load_windows(struct cli *c)
{
	char *files[] = { (char *)(uintptr_t)c->file, NULL };
	struct lines l;
	struct rec r;
	static struct expr *all;
	int status;

	/* By launch, FILE may hold the runtime calls too: those are no windows. */
	all = expr_parse(c->a.by_launch ? "ph == \"X\" && !correlation" : "ph == \"X\"");
	c->steps.expr[0] = all;
	c->steps.n = 1;
	lines_open(&l, files, 0);
	while (lines_next(&l, &r))
		steps_see(&c->steps, &c->a, &r);
	c->file_has_base = l.has_base;
	c->file_base = l.base_ns;
	status = lines_close(&l);
	if (status == ST_TROUBLE)
		exit(ST_TROUBLE);
	c->l.status = status;
	c->steps.n = 0;
	if (!c->a.by_launch) {
		c->steps.n = 1;
		steps_settle(&c->steps, &c->a);
		c->steps.n = 0;
	}
}

static int note_steps(struct cli *c, int used)
{
	int status = ST_OK;

	if (c->file && c->file_has_base && c->l.has_base && c->file_base != c->l.base_ns)
		status = msg_data("%s: its base %lld is not the stream's %lld", c->file,
		                  (long long)c->file_base, (long long)c->l.base_ns);
	if (used < 0 && c->op < 0 && !c->windows && !c->a.keep)
		msg_note("no span matches -W: nothing is in a window");
	out_fmt("##windows %zu %llu\n", c->a.wins.n, (unsigned long long)c->steps.partial);
	if (c->steps.partial)
		msg_note("%llu partial windows left out", (unsigned long long)c->steps.partial);
	return status;
}

static int run(struct cli *c, char **files)
{
	char *spooled[2] = { NULL, NULL };
	struct spool *spool = NULL;
	int status = 0, s, used = 0;
	struct rec r;
	uint32_t side;

	if (c->file)
		load_windows(c);
	status = c->l.status;
	if (c->steps.n || c->a.by_launch) {
		int n = c->file ? 1 : c->steps.n;

		spool = first_pass(c, files);
		status = c->l.status > status ? c->l.status : status;
		c->steps.n = n;
		used = steps_settle(&c->steps, &c->a);
		s = note_steps(c, used);
		status = s > status ? s : status;
		spooled[0] = (char *)(uintptr_t)spool_path(spool);
		files = spooled;
	}
	lines_open(&c->l, files, spool == NULL);
	c->l.pg_done = spool != NULL;
	while (!c->windows && lines_next(&c->l, &r)) {
		if (c->op < 0)
			assign_record(c, &r);
		else if ((side = side_of(c, &r)))
			algebra_record(c, &r, side);
	}
	lines_close(&c->l);
	if (c->file && !spool) {
		s = note_steps(c, used);
		status = s > status ? s : status;
	}
	if (spool)
		spool_free(spool);
	return c->l.status > status ? c->l.status : status;
}

int main(int argc, char **argv)
{
	static struct cli c;
	int status;

	opt_begin("tr-window", argc, argv, help);
	options(&c, argc, argv);
	c.sweep = (struct sweep){ .op = c.op < 0 ? SWEEP_UNION : (enum sweep_op)c.op,
		                  .runs = runs_new(),
		                  .bounds = has_windows(&c) ? window_bounds : NULL,
		                  .piece = put_piece,
		                  .sum = keep_sum,
		                  .arg = &c };
	status = run(&c, argv + optind);
	if (c.op >= 0)
		sweep_run(&c.sweep);
	if (c.op == SWEEP_MEASURE)
		put_measures(&c);
	for (uint32_t d = 0; c.op == SWEEP_COMPLEMENT && d < c.n_dev; d++)
		each_window(&c, d, put_idle);
	if (c.windows || c.also)
		put_windows(&c);
	return out_close(status);
}
