/* tr-match: finds the same call of a collective on all its ranks, and who waited for whom.
 * in:  X 10 900 0 0 7 kernel k coll=allreduce bytes=64 nranks=2 pg=tp
 *      X 700 200 1 1 7 kernel k coll=allreduce bytes=64 nranks=2 pg=tp
 * out: X 10 900 0 0 7 kernel k coll=allreduce ... call=0 wait=700 transfer=200 late=1 matched=2
 *      X 700 200 1 1 7 kernel k coll=allreduce ... call=0 wait=0 transfer=200 late=1 matched=2 */
#include "base/list.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opt.h"
#include "base/out.h"
#include "base/spool.h"
#include "expr/expr.h"
#include "match/match.h"
#include "match/offsets.h"
#include "match/why.h"
#include "record/lines.h"

#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: tr-match [-A EXPR] [-B EXPR] [-g TAG,...] [-k TAG,...] [-s TAG,...] [-r N] [-u]\n"
    "                [-c] [-p | -o waits | -o offsets] [FILE...]\n"
    "Finds the same call of a collective on all ranks that took part in it. Adds the tags\n"
    "call, wait, transfer, late and matched to each record of a matched call, and\n"
    "unmatched=REASON to those of other calls.\n"
    "  -A EXPR     the calls; default: communication kernels\n"
    "  -B EXPR     the work of a device: adds why a rank was late (why=device, why=host)\n"
    "  -g TAG,...  what names a group; default:\n"
    "              pg, Process_Group_Name, Process_Group_Ranks, nranks\n"
    "  -k TAG,...  what names a call in its group, of any kind; default: seq, or without it\n"
    "              the order in the step\n"
    "  -s TAG,...  what must agree; default: coll, bytes, dtype\n"
    "  -r N        ranks in a group, if the tag nranks is missing\n"
    "  -u          the sizes of an all-to-all may differ from rank to rank\n"
    "  -c          also write each matched call, as a record of category call\n"
    "  -p          write a matched call as two spans: gpu_wait and gpu_transfer\n"
    "  -o waits    write sums by rank and step, and the windows\n"
    "  -o offsets  write how far the clock of each rank is ahead of the median clock\n"
    "  -h          this text\n";

struct cli {
	struct expr *calls, *work;
	struct match m;
	struct why *why;
	struct lines l;
	int also, parts, sums, clocks;
	struct offsets *offsets;
	size_t next; /* call of the second pass */
	struct buf b;
};

static int keys(const struct slice **to, char *arg)
{
	struct slice *list;
	int n = list_tags(arg, &list);

	if (n > MATCH_KEYS)
		msg_usage("more than %d tags", MATCH_KEYS);
	*to = list;
	return n;
}

/* Long: one case an option. */
static void options(struct cli *c, int argc, char **argv)
{
	static char group[] = "pg,Process_Group_Name,Process_Group_Ranks,nranks";
	static char same[] = "coll,bytes,dtype";
	struct match_spec *spec = &c->m.spec;
	int k;

	spec->n_group = keys(&spec->group, group);
	spec->n_same = keys(&spec->same, same);
	while ((k = getopt(argc, argv, ":A:B:g:k:s:r:ucpo:h")) != -1)
		switch (k) {
		case 'A':
			c->calls = expr_parse(optarg);
			break;
		case 'B':
			c->work = expr_parse(optarg);
			break;
		case 'g':
			spec->n_group = keys(&spec->group, optarg);
			break;
		case 'k':
			spec->n_key = keys(&spec->key, optarg);
			break;
		case 's':
			spec->n_same = keys(&spec->same, optarg);
			break;
		case 'r':
			if (num_i64(slice_of(optarg), &spec->size) || spec->size < 2)
				msg_usage("-r: not a number of ranks of 2 or more: '%s'", optarg);
			break;
		case 'u':
			spec->uneven = 1;
			break;
		case 'c':
			c->also = 1;
			break;
		case 'p':
			c->parts = 1;
			break;
		case 'o':
			c->sums = strcmp(optarg, "waits") == 0;
			c->clocks = strcmp(optarg, "offsets") == 0;
			if (!c->sums && !c->clocks)
				msg_usage("unknown output (waits, offsets): '%s'", optarg);
			break;
		case 'h':
			opt_help(help);
		default:
			opt_misuse(k, optopt);
		}
	if ((c->sums || c->clocks) && (c->parts || c->also))
		msg_usage(
		    "-c and -p cannot be combined with -o, which writes no records of calls");
	if (!c->calls)
		c->calls = expr_parse(
		    "cat == \"kernel\" && coll && !fused && (!async || async == \"start\")");
}

static int is_span(const struct rec *r)
{
	return r->has_ts && r->has_dur && slice_is(r->col[C_PH], "X");
}

/* One record of the first pass. */
static void see(struct cli *c, const struct rec *r)
{
	uint32_t who;

	if (slice_is(r->col[C_CAT], "window")) {
		match_window(&c->m, r);
		return;
	}
	if (expr_true(c->calls, r)) {
		if (c->why && is_span(r)) {
			who = match_participant(&c->m, r);
			why_call(c->why, who, c->m.n, r->ts, r->ts + r->dur);
		}
		match_add(&c->m, r);
		return;
	}
	if (c->why && is_span(r) && expr_true(c->work, r))
		why_work(c->why, match_participant(&c->m, r), r->ts, r->ts + r->dur);
}

static struct spool *first_pass(struct cli *c, char **files)
{
	struct spool *spool = c->sums ? NULL : spool_new();
	struct rec r;

	lines_open(&c->l, files, 1);
	while (lines_next(&c->l, &r)) {
		see(c, &r);
		if (!spool && slice_is(r.col[C_CAT], "window")) {
			buf_put(&c->b, r.line);
			rec_write(&c->b);
		}
		if (spool) {
			spool_write(spool, r.line.p, r.line.n);
			spool_write(spool, "\n", 1);
		}
	}
	lines_close(&c->l);
	return spool;
}

/* How many calls were matched and how, and what was not. */
static void put_facts(const struct cli *c)
{
	const struct match *m = &c->m;
	struct buf b = { 0 };
	uint64_t pairs = 0;

	for (size_t i = 0; i < m->n_calls; i++)
		pairs += (uint64_t)m->group[m->call[i].group].pair;
	out_fmt("##matched %zu %llu\n", m->n_calls, (unsigned long long)pairs);
	if (m->by_order)
		out_str("##note calls are matched by their order in group and step\n");
	for (int i = 0; i < MATCH_WHYS; i++) {
		if (!m->unmatched[i].calls)
			continue;
		buf_str(&b, "##unmatched ");
		buf_str(&b, match_why_name[i]);
		buf_ch(&b, ' ');
		num_put(&b, (int64_t)m->unmatched[i].calls);
		buf_ch(&b, ' ');
		num_put128(&b, m->unmatched[i].ns);
		rec_write(&b);
	}
	free(b.p);
}

/* Who came late to the call, and why. */
static void put_late(const struct cli *c, struct buf *b, const struct match_call *k)
{
	rec_put_tag(b, "late", slice_of(""));
	match_put_name(&c->m, b, k->late);
	if (c->why && k->why != '.')
		rec_put_tag(b, "why", slice_of(k->why == 'd' ? "device" : "host"));
}

/* The call whose late record this is. */
static void put_call(struct cli *c, const struct rec *r, const struct match_call *k)
{
	static const char *const keep[] = { "coll", "bytes", "nranks", "pg", "dtype" };
	struct buf *b = &c->b;
	struct slice coll = rec_tag(r, slice_of("coll"));

	rec_begin(b, 'X', r->has_ts ? &r->ts : NULL, &k->transfer);
	rec_put(b, slice_of("*\t.\t.\tcall"));
	rec_put(b, coll.p ? coll : r->col[C_NAME]);
	for (size_t i = 0; i < sizeof keep / sizeof *keep; i++) {
		struct slice v = rec_tag(r, slice_of(keep[i]));

		if (v.p)
			rec_put_tag(b, keep[i], v);
	}
	if (!slice_is(c->m.names.text[c->m.step_of[k->step].name], ".")) {
		rec_put_tag(b, "step", slice_of(""));
		match_put_step(&c->m, b, k->step);
	}
	rec_put_num(b, "call", k->number);
	rec_put_num(b, "waits", k->waits);
	rec_put_num(b, "matched", k->size);
	put_late(c, b, k);
	rec_write(b);
}

/* [s, s + dur) of the record as a separate span. */
static void put_part(struct cli *c, const struct rec *r, const char *cat, int64_t s, int64_t dur,
                     int first)
{
	struct slice lag = rec_tag(r, slice_of("lag")), coll = rec_tag(r, slice_of("coll"));
	struct buf *b = &c->b;

	if (dur <= 0)
		return;
	rec_begin_span(b, s, s + dur);
	for (int i = C_RANK; i <= C_TID; i++)
		rec_put(b, r->col[i]);
	rec_put(b, slice_of(cat));
	rec_put(b, r->col[C_NAME]);
	if (coll.p)
		rec_put_tag(b, "coll", coll);
	if (first && lag.p)
		rec_put_tag(b, "lag", lag);
	rec_write(b);
}

/* A call's record, with the tags that were computed. */
static void put_record(struct cli *c, const struct rec *r)
{
	size_t id = c->next++;
	const struct match_entry *e = match_entry(&c->m, id);
	const struct match_call *k = e->wait < 0 ? NULL : &c->m.call[e->call];
	struct buf *b = &c->b;

	if (k && c->parts) {
		put_part(c, r, "gpu_wait", r->ts, e->wait, 1);
		put_part(c, r, "gpu_transfer", r->ts + e->wait, r->dur - e->wait, !e->wait);
	} else {
		buf_put(b, r->line);
		if (k) {
			rec_put_num(b, "call", k->number);
			rec_put_num(b, "wait", e->wait);
			rec_put_num(b, "transfer", r->dur - e->wait);
			put_late(c, b, k);
			rec_put_num(b, "matched", k->size);
		} else {
			rec_put_tag(b, "unmatched", slice_of(match_why_name[-1 - e->wait]));
		}
		rec_write(b);
	}
	if (k && c->also && k->first == id)
		put_call(c, r, k);
}

/* -o offsets */
static void see_end(struct cli *c, const struct rec *r)
{
	const struct match_entry *e = match_entry(&c->m, c->next++);

	if (e->wait >= 0 && !c->m.group[c->m.call[e->call].group].pair)
		offsets_end(c->offsets, e->call, match_participant(&c->m, r), r->ts + r->dur);
}

static void second_pass(struct cli *c, struct spool *spool)
{
	char *files[2] = { (char *)(uintptr_t)spool_path(spool), NULL };
	struct rec r;

	lines_open(&c->l, files, 0);
	c->l.pg_done = c->l.again = 1;
	while (lines_next(&c->l, &r)) {
		int call = !slice_is(r.col[C_CAT], "window") && expr_true(c->calls, &r);

		if (c->clocks) {
			if (call)
				see_end(c, &r);
			continue;
		}
		if (call) {
			put_record(c, &r);
			continue;
		}
		buf_put(&c->b, r.line);
		rec_write(&c->b);
	}
	lines_close(&c->l);
}

/* -o waits: a record for each step, and one for each participant in it. */
static void put_sums(struct cli *c)
{
	const struct match *m = &c->m;
	struct buf *b = &c->b;

	for (uint32_t i = 0; i < m->steps.n; i++) {
		const struct match_sum *s = &m->sum_of[i];

		if (!s->matched && !s->unmatched)
			continue;
		rec_begin(b, 'i', NULL, NULL);
		rec_put(b, slice_of("*\t.\t.\twaits\t"));
		match_put_step(m, b, i);
		rec_put_num(b, "calls", (i128)s->calls);
		rec_put_num(b, "matched", (i128)s->matched);
		rec_put_num(b, "unmatched", (i128)s->unmatched);
		rec_put_num(b, "waits", s->waits);
		rec_write(b);
	}
	for (size_t i = 0; i < m->tallies.n; i++) {
		const struct match_tally *t = &m->tally[i];

		rec_begin(b, 'i', NULL, NULL);
		rec_put(b, m->participants.text[t->participant]);
		rec_put(b, slice_of(".\twaits\t"));
		match_put_step(m, b, t->step);
		rec_put_num(b, "calls", (i128)t->calls);
		rec_put_num(b, "late", (i128)t->late);
		rec_put_num(b, "waited", t->waited);
		rec_put_num(b, "caused", t->caused);
		if (c->why) {
			rec_put_num(b, "busy", t->busy);
			rec_put_num(b, "idle", t->idle);
		}
		rec_put_tag(b, "who", slice_of(""));
		match_put_name(m, b, t->participant);
		rec_write(b);
	}
}

int main(int argc, char **argv)
{
	static struct cli c;
	struct spool *spool;
	int status;

	opt_begin("tr-match", argc, argv, help);
	options(&c, argc, argv);
	if (c.work)
		c.why = why_new();
	spool = first_pass(&c, argv + optind);
	status = c.l.status;
	match_settle(&c.m);
	if (c.why)
		why_settle(c.why, &c.m);
	put_facts(&c);
	if (spool) {
		c.offsets = c.clocks ? offsets_new() : NULL;
		second_pass(&c, spool);
		if (c.clocks)
			offsets_write(c.offsets, &c.m);
		spool_free(spool);
	} else {
		match_count_late(&c.m);
		put_sums(&c);
	}
	return out_close(msg_worse(status, c.l.status));
}
