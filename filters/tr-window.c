/* tr-window: assigns records to windows of time, and computes set operations on spans.
 * in:  X 0 100 0 0 7 kernel k
 * out: X 0 60 0 0 7 kernel k win=step 1 win_n=0 whole_ts=0 whole_dur=100 */
#include "base/list.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/out.h"
#include "record/lines.h"
#include "window/algebra.h"
#include "window/device_steps.h"
#include "window/partition.h"
#include "window/parts.h"
#include "window/rates.h"
#include "window/steps.h"

#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: tr-window [-w FILE | -W EXPR... | -n | -t FROM,TO | -b WIDTH] [-l] [-k] [-e]\n"
    "                 [-G GAP] [-s TAG] [-A EXPR] [-a TAG,... | -o OP [-B EXPR]] [FILE...]\n"
    "Assigns each record to a window (tags win, win_n) and cuts spans at window edges; or,\n"
    "with -o, computes set operations (union, ...) on spans for each rank, device and window.\n"
    "  -w FILE     windows: the spans of FILE\n"
    "  -W EXPR     windows: the spans of the input for which EXPR is true; if given several\n"
    "              times, the first EXPR that matches any span\n"
    "  -n          windows: as tr-window -e wrote them; a record belongs to window win_n\n"
    "  -G GAP      with -w or -W: join windows less than GAP apart; extend each by GAP/2\n"
    "  -t FROM,TO  one window, by time from the stream's base (units: ns us ms s min)\n"
    "  -b WIDTH    windows: buckets of time of this width\n"
    "  -l          by launch: a device event belongs, uncut, to the window of its runtime call\n"
    "  -k          keep records outside all windows; with -o rates, other records than counters\n"
    "  -s TAG      split: the parts of a cut span share this number by time; with -o\n"
    "              measure: the number's sum over A as sum_TAG\n"
    "  -e          write the windows too, as spans of category window, before records with a time\n"
    "  -o OP       union, intersection, difference or complement (spans), measure (lengths),\n"
    "              windows (the windows themselves) or rates (counters to spans with bytes);\n"
    "              with -l or -n, by device: device_steps (a step begins at the first event that\n"
    "              it launched, and ends where the next step begins) or extents (from a step's\n"
    "              first event to the end of its last); or partition: the time of each device\n"
    "              divided among the classes of -P; the rest is host, queued or idle\n"
    "  -P NAME=EXPR  a class of partition; an event is of the first whose EXPR is true\n"
    "  -A EXPR     the set A; default: all spans (rates: counters whose name ends in _bytes);\n"
    "              without -o: write these records only\n"
    "  -B EXPR     the set B; default: empty; with device_steps or extents: records to pass on\n"
    "  -a TAG,...  without -o: keep only these tags, or 'none'; with -l, the tag lag is the\n"
    "              time from the start of an event's runtime call to its own start\n"
    "  -h          this text\n";

struct cli {
	struct assign a;
	struct steps steps;
	struct lines l;
	const char *file;
	int64_t gap; /* -G, ns; 0: none */
	int range, windows, also, rating; /* -o windows; -e; -o rates */
	int stepping, dividing;           /* -o device_steps, -o extents; -o partition */
	struct device_steps device_steps;
	struct partition partition;       /* -o partition, when the time is divided */
	int settled;                      /* no window may come any more */
	int chosen;                       /* the first pass has left only what is wanted */
	struct parts parts;               /* -s, -a */
	int op; /* enum sweep_op, -1: none */
	struct expr *set_a, *set_b;
	struct algebra algebra;
	struct rates rates;
};

static void set_op(struct cli *c, const char *arg)
{
	c->windows = strcmp(arg, "windows") == 0;
	c->rating = strcmp(arg, "rates") == 0;
	c->device_steps.extents = strcmp(arg, "extents") == 0;
	c->dividing = strcmp(arg, "partition") == 0;
	c->stepping = c->device_steps.extents || strcmp(arg, "device_steps") == 0;
	for (int i = 0; i < SWEEP_OPS; i++)
		if (strcmp(arg, sweep_op_name[i]) == 0)
			c->op = i;
	if (c->op < 0 && !c->windows && !c->rating && !c->stepping && !c->dividing)
		msg_usage("unknown operation: '%s'", arg);
}

/* How many options define windows. */
static int has_windows(const struct cli *c)
{
	return (c->file != NULL) + (c->steps.n > 0) + c->a.by_number + c->range + (c->a.width > 0);
}

/* Can the options be combined? */
static void check(const struct cli *c)
{
	if ((c->windows || c->also) && !c->steps.n && !c->file)
		msg_usage("-e and -o windows need windows from -w or -W");
	if (has_windows(c) > 1)
		msg_usage("-w, -W, -n, -t and -b exclude each other");
	if (!has_windows(c) && c->op < 0 && !c->rating && !c->dividing)
		msg_usage("no windows (-w, -W, -n, -t, -b) and no operation (-o)");
	if (c->gap && !c->file && !c->steps.n)
		msg_usage("-G joins the windows of -w or -W");
	if (c->gap && c->a.by_launch)
		msg_usage("-G cannot be combined with -l: it joins windows by time");
	if (c->a.by_launch && !c->file && !c->steps.n)
		msg_usage("-l needs windows from -w or -W");
	if (c->set_b && c->op < 0 && !c->stepping)
		msg_usage("-B needs an operation (-o)");
	if (c->dividing != (c->partition.n > 0))
		msg_usage("-o partition needs classes (-P), and -P needs -o partition");
	if (c->dividing && (c->set_a || c->set_b || c->a.width || c->a.keep))
		msg_usage("-A, -B, -b and -k cannot be combined with -o partition");
	if (c->parts.n_tags >= 0 &&
	    (c->op >= 0 || c->rating || c->windows || c->stepping || c->dividing))
		msg_usage("-a cannot be combined with -o: it is for records");
	if (c->a.by_number && c->op < 0 && !c->stepping && !c->dividing)
		msg_usage("-n needs an operation (-o)");
	if (c->stepping && !c->a.by_launch && !c->a.by_number)
		msg_usage("device_steps and extents need -l or -n");
	if (c->parts.share.n && ((c->op >= 0 && c->op != SWEEP_MEASURE) || c->windows))
		msg_usage("-s works on records and with -o measure");
	if (c->rating && (c->parts.share.n || c->a.by_launch))
		msg_usage("-s and -l cannot be combined with -o rates");
	if (c->rating && c->steps.n)
		msg_usage("-o rates takes its windows from -w, -t or -b");
	if ((c->op == SWEEP_INTERSECTION || c->op == SWEEP_DIFFERENCE) && !c->set_b)
		msg_usage("this operation needs a set B (-B)");
}

/* Long: one case an option. */
static void options(struct cli *c, int argc, char **argv)
{
	int k;

	c->op = c->parts.n_tags = -1;
	while ((k = getopt(argc, argv, ":w:W:nG:t:b:lkes:o:A:B:P:a:h")) != -1)
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
		case 'n':
			c->a.by_number = 1;
			break;
		case 'G':
			c->gap = opt_time(slice_of(optarg), optarg);
			if (c->gap <= 0)
				msg_usage("a gap needs a length above 0: '%s'", optarg);
			break;
		case 't':
			steps_range(&c->a.wins, optarg);
			c->range = 1;
			break;
		case 'b':
			c->a.width = opt_time(slice_of(optarg), optarg);
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
		case 's':
			c->parts.share = slice_of(optarg);
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
		case 'P':
			partition_class(&c->partition, optarg);
			break;
		case 'a':
			c->parts.n_tags = list_tags(optarg, &c->parts.tags);
			break;
		case 'h':
			opt_help(help);
		default:
			opt_misuse(k, optopt);
		}
	check(c);
	for (int i = 0; i < c->parts.n_tags; i++)
		if (slice_is(c->parts.tags[i], "lag") && c->a.by_launch)
			c->a.times = call_times_new();
}

static void assign_record(struct cli *c, const struct rec *r)
{
	if (r->has_ts) {
		assign_event(&c->a, r, parts_put, &c->parts);
		return;
	}
	parts_rest(&c->parts, r);
}

/* A span of counted bytes, cut if there are windows. */
static int put_rate(void *arg, const struct rec *r)
{
	struct cli *c = arg;

	if (assign_too_long(&c->a, r))
		return -1;
	if (has_windows(c))
		assign_event(&c->a, r, parts_put, &c->parts);
	else
		parts_rest(&c->parts, r);
	return 0;
}

static int is_counter(const struct cli *c, const struct rec *r)
{
	struct slice name = r->col[C_NAME];

	if (!slice_is(r->col[C_PH], "C"))
		return 0;
	if (c->set_a)
		return expr_true(c->set_a, r);
	return name.n > 6 && memcmp(name.p + name.n - 6, "_bytes", 6) == 0;
}

/* Which sets a span belongs to; 0: none. */
static uint32_t side_of(const struct cli *c, const struct rec *r)
{
	uint32_t side = 0;

	if (!r->has_ts || !r->has_dur || !slice_is(r->col[C_PH], "X"))
		return 0;
	if (!c->set_a || expr_true(c->set_a, r))
		side |= SIDE_A;
	if (c->set_b && expr_true(c->set_b, r))
		side |= SIDE_B;
	return side;
}

/* -o device_steps, extents: is this a device's event? */
static int device_event(const struct cli *c, const struct rec *r)
{
	return device_steps_is_work(r) && (!c->set_a || expr_true(c->set_a, r));
}

/* Is the record wanted? Without a set operation, -A selects what to write. */
static int wanted(const struct cli *c, const struct rec *r)
{
	if (c->stepping)
		return device_event(c, r) || (c->set_b && expr_true(c->set_b, r));
	if (c->dividing)
		return r->has_ts && r->has_dur && slice_is(r->col[C_PH], "X");
	return c->op >= 0 ? side_of(c, r) != 0
	                  : c->rating || !c->set_a || expr_true(c->set_a, r);
}

/* Keeps the parts of the record that the second pass needs; remembers windows and calls. */
static struct spool *first_pass(struct cli *c, char **files)
{
	struct spool *spool = spool_new();
	struct slice keep;
	struct rec r;

	lines_open(&c->l, files, 1);
	while (lines_next(&c->l, &r)) {
		steps_see(&c->steps, &c->a, &r);
		if (c->windows || !wanted(c, &r))
			continue;
		keep = parts_need(&c->parts, &r);
		spool_write(spool, keep.p, keep.n);
		spool_write(spool, "\n", 1);
	}
	lines_close(&c->l);
	c->chosen = 1;
	return spool;
}

/* Decides which windows to use, and reports how many there are. */
static void settle(struct cli *c, const char *records)
{
	int used = steps_settle(&c->steps, &c->a, records);

	if (c->gap)
		wins_join(&c->a.wins, c->gap);
	if (used < 0 && c->op < 0 && !c->windows && !c->dividing && !c->a.keep) {
		msg_note("no span matches -W: nothing is in a window");
		out_str("##why no span matches -W: nothing is in a window\n");
	}
	out_fmt("##windows %zu %llu\n", c->a.wins.n, (unsigned long long)c->steps.partial);
	if (c->steps.partial)
		msg_note("%llu partial windows left out", (unsigned long long)c->steps.partial);
}

/* -n: the windows are the first records. */
static int is_window(struct cli *c, const struct rec *r)
{
	if (!slice_is(r->col[C_CAT], "window") || !r->has_ts || !r->has_dur)
		return 0;
	if (c->settled)
		lines_bad(&c->l, "a window after the records", r->line);
	else
		steps_add(&c->a.wins, steps_owner(r), r);
	return 1;
}

/* Before the first record with a time: all windows have been read, and they are written. */
static void begin_records(struct cli *c)
{
	if (c->settled)
		return;
	c->settled = 1;
	if (c->a.by_number)
		c->l.status = msg_worse(c->l.status, steps_numbered(&c->a.wins));
	if (c->also && c->op < 0 && !c->stepping)
		algebra_windows(&c->algebra);
}

/* Does it fall into a sane number of buckets? */
static int fits(struct cli *c, const struct rec *r)
{
	if (!r->has_ts || !assign_too_long(&c->a, r))
		return 1;
	lines_bad(&c->l, "dur: more than 10 million buckets of -b: left out", r->col[C_DUR]);
	return 0;
}

static void second_pass(struct cli *c)
{
	struct rec r;
	uint32_t side;

	while (lines_next(&c->l, &r)) {
		if (c->windows)
			continue;
		if (c->a.by_number && is_window(c, &r)) {
			if (c->stepping && c->set_b && expr_true(c->set_b, &r))
				parts_rest(&c->parts, &r);
			continue;
		}
		if (r.has_ts)
			begin_records(c);
		if (c->rating) {
			if (is_counter(c, &r))
				rates_add(&c->rates, &r);
			else if (c->a.keep)
				parts_rest(&c->parts, &r);
		} else if (c->dividing) {
			if (wanted(c, &r))
				partition_add(&c->partition, &r);
		} else if (c->stepping) {
			if (device_event(c, &r))
				assign_event(&c->a, &r, device_steps_add, &c->device_steps);
			if (c->set_b && expr_true(c->set_b, &r))
				parts_rest(&c->parts, &r);
		} else if (c->op < 0) {
			if ((c->chosen || wanted(c, &r)) && fits(c, &r))
				assign_record(c, &r);
		} else if ((side = side_of(c, &r)) && fits(c, &r)) {
			algebra_add(&c->algebra, &r, side);
			if (c->a.named_none)
				lines_bad(&c->l, "no such window", rec_tag(&r, slice_of("win")));
		}
	}
	begin_records(c);
}

static int run(struct cli *c, char **files)
{
	char *spooled[2] = { NULL, NULL };
	struct spool *spool = NULL;
	int status = ST_OK, has_base = 0;
	int64_t base = 0;

	if (c->file)
		status = steps_from_file(&c->steps, &c->a, c->file);
	if (status == ST_TROUBLE)
		return status;
	/* The windows or calls are in the stream itself: it is read twice. */
	if (c->steps.n && (!c->file || c->a.by_launch)) {
		spool = first_pass(c, files);
		status = msg_worse(status, c->l.status);
		has_base = c->l.has_base;
		base = c->l.base_ns;
		spooled[0] = (char *)(uintptr_t)spool_path(spool);
		files = spooled;
	}
	if (c->steps.n)
		settle(c, spool ? spooled[0] : NULL);
	else if (c->gap)
		wins_join(&c->a.wins, c->gap);
	lines_open(&c->l, files, spool == NULL);
	c->l.pg_done = c->l.again = spool != NULL;
	second_pass(c);
	if (c->rating)
		status = msg_worse(status, rates_end(&c->rates));
	if (c->a.unowned)
		msg_note("%llu event%s of a device without a known process %s in no window",
		         (unsigned long long)c->a.unowned, c->a.unowned == 1 ? "" : "s",
		         c->a.unowned == 1 ? "is" : "are");
	if (spool) {
		spool_free(spool);
	} else {
		has_base = c->l.has_base;
		base = c->l.base_ns;
	}
	status = msg_worse(status, lines_close(&c->l));
	return msg_worse(status, steps_same_base(&c->steps, c->file, has_base, base));
}

int main(int argc, char **argv)
{
	static struct cli c;
	int status;

	opt_begin("tr-window", argc, argv, help);
	options(&c, argc, argv);
	algebra_begin(&c.algebra, &c.a, c.op < 0 ? SWEEP_UNION : (enum sweep_op)c.op,
	              has_windows(&c));
	c.rates = (struct rates){ .span = put_rate, .arg = &c };
	if (c.rating && !c.parts.share.n)
		c.parts.share = slice_of("bytes");
	if (c.op == SWEEP_MEASURE)
		c.algebra.tag = c.parts.share;
	c.a.keep |= c.stepping; /* work that no step launched is counted */
	c.a.strict = c.stepping;
	c.device_steps.a = c.parts.a = c.partition.a = &c.a;
	parts_begin(&c.parts);
	status = run(&c, argv + optind);
	if (c.op >= 0)
		algebra_write(&c.algebra);
	if (c.stepping)
		device_steps_write(&c.device_steps);
	if (c.dividing)
		partition_write(&c.partition);
	if (c.windows || (c.also && (c.op >= 0 || c.stepping)))
		algebra_windows(&c.algebra);
	return out_close(status);
}
