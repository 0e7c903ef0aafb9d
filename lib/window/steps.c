#include "window/steps.h"

#include "base/msg.h"
#include "base/num.h"
#include "base/opt.h"
#include "record/lines.h"
#include "window/vote.h"

#include <string.h>

struct call {
	uint64_t id;
	int64_t ts;
	uint64_t caller;
};

struct owner steps_owner(const struct rec *r)
{
	struct slice none = { "", 0 }, pid = r->col[C_PID];
	int window = slice_is(r->col[C_CAT], "window");
	struct owner of = { r->col[C_RANK], none, none, 0 };

	if (assign_is_device(r) || (window && !slice_is(pid, ".")))
		of.dev = pid;
	else if (window)
		of.proc = rec_tag(r, slice_of("process"));
	else
		of.proc = assign_process(r);
	if (!of.proc.p)
		of.proc = none;
	return of;
}

struct slice steps_tags(const struct rec *r)
{
	static const char *const keep[] = { "step", "phase", "prefill_tokens", "decode_tokens",
		                            "nth" };
	static struct buf b;

	b.n = 0;
	for (size_t i = 0; i < sizeof keep / sizeof *keep; i++) {
		struct slice v = rec_tag(r, slice_of(keep[i]));

		if (!v.p)
			continue;
		buf_ch(&b, '\t');
		buf_str(&b, keep[i]);
		buf_ch(&b, '=');
		buf_put(&b, v);
	}
	return buf_slice(&b);
}

void steps_add(struct wins *t, struct owner of, const struct rec *r)
{
	struct slice n = rec_tag(r, slice_of("win_n"));
	int64_t k;

	wins_add(t, of, r->col[C_NAME], steps_tags(r), r->ts, r->ts + r->dur);
	if (slice_is(r->col[C_CAT], "window") && n.p && num_i64(n, &k) == 0)
		wins_given(t, k);
}

static void see_window(struct steps *s, const struct rec *r)
{
	struct owner of;

	for (int i = 0; i < s->n; i++) {
		if (!expr_true(s->expr[i], r))
			continue;
		of = steps_owner(r);
		if (s->any_process)
			of.proc = (struct slice){ "", 0 };
		if (r->has_dur)
			steps_add(&s->found[i], of, r);
		else
			s->partial++;
		return;
	}
}

void steps_see(struct steps *s, struct assign *a, const struct rec *r)
{
	struct slice none = { "", 0 };
	struct call c = { 0 };

	if (!r->has_ts || !slice_is(r->col[C_PH], "X"))
		return;
	if (!s->closed)
		see_window(s, r);
	if (slice_is(r->col[C_CAT], "Trace") && r->has_dur)
		wins_add(&s->recording, (struct owner){ r->col[C_RANK], none, none, 0 },
		         r->col[C_NAME], none, r->ts, r->ts + r->dur);
	if (!a->by_launch || assign_is_device(r) || !assign_correlation(r, &c.id))
		return;
	c.ts = r->ts;
	c.caller = launchers_add(&a->launchers, r->col[C_RANK], r->col[C_PID]);
	if (!s->calls)
		s->calls = spool_new();
	spool_write(s->calls, &c, sizeof c);
	s->n_calls++;
}

int steps_from_file(struct steps *s, struct assign *a, const char *file)
{
	char *files[] = { (char *)(uintptr_t)file, NULL };
	struct lines l;
	struct rec r;

	s->expr[0] = expr_parse(a->by_launch ? "ph == \"X\" && !correlation" : "ph == \"X\"");
	s->n = 1;
	s->any_process = 1;
	lines_open(&l, files, 0);
	while (lines_next(&l, &r))
		steps_see(s, a, &r);
	s->closed = 1;
	s->has_base = l.has_base;
	s->base_ns = l.base_ns;
	return lines_close(&l);
}

/* Drops the windows that are cut by the start or end of the recording. */
static void whole_only(struct steps *s, struct wins *t)
{
	size_t kept = 0;

	wins_sort(&s->recording);
	for (size_t i = 0; i < t->n; i++) {
		struct win *w = &t->w[i];
		struct slice none = { "", 0 };
		size_t g[WINS_GROUPS], n, ok = 1;

		n = (size_t)wins_groups(&s->recording,
		                        (struct owner){ wins_owner(t, w).rank, none, none, 0 }, g);
		for (size_t k = 0; k < n; k++) {
			const struct win *rec = &s->recording.w[s->recording.first[g[k]]];

			ok = s->recording.end[g[k]] > s->recording.first[g[k]] + 1 ||
			     (w->s >= rec->s && w->e <= rec->e);
		}
		if (ok)
			t->w[kept++] = *w;
		else
			s->partial++;
	}
	t->n = kept;
}

/* Which process launches on a device, if a rank has several. */
static void vote(struct steps *s, struct assign *a, const char *records)
{
	char *files[] = { (char *)(uintptr_t)records, NULL };
	struct vote *v = vote_new();
	struct lines l;
	struct rec r;
	uint64_t id;

	lines_open(&l, files, 0);
	while (lines_next(&l, &r))
		if (r.has_ts && assign_is_device(&r) && assign_correlation(&r, &id))
			vote_event(v, &r, id);
	lines_close(&l);
	for (uint64_t i = 0; i < s->n_calls; i++) {
		struct call c;

		spool_read_at(s->calls, i * sizeof c, &c, sizeof c);
		vote_call(v, &a->launchers, (uint32_t)c.caller, c.id, c.ts);
	}
	vote_settle(v, &a->launchers);
}

/* The windows in which the calls were made. */
static void note_calls(struct steps *s, struct assign *a)
{
	struct call buf[1024];

	a->launch = launch_new();
	for (uint64_t i = 0; i < s->n_calls; i++) {
		size_t k = (size_t)(i % 1024);
		uint64_t left = s->n_calls - i;
		struct slice key, none = { "", 0 };
		const char *tab;
		struct owner of;

		if (k == 0)
			spool_read_at(s->calls, i * sizeof *buf, buf,
			              (size_t)(left < 1024 ? left : 1024) * sizeof *buf);
		key = a->launchers.callers.text[buf[k].caller];
		tab = memchr(key.p, '\t', key.n);
		of = (struct owner){ { key.p, (size_t)(tab - key.p) }, none,
			             { tab + 1, (size_t)(key.p + key.n - tab - 1) }, 0 };
		launch_add(a->launch, (uint32_t)buf[k].caller, buf[k].id,
		           wins_at(&a->wins, of, buf[k].ts));
		if (a->times)
			call_times_put(a->times, (uint32_t)buf[k].caller, buf[k].id, buf[k].ts);
	}
}

int steps_settle(struct steps *s, struct assign *a, const char *records)
{
	int best = 0;

	while (best < s->n && s->found[best].n == 0)
		best++;
	if (best < s->n) {
		a->wins = s->found[best];
		whole_only(s, &a->wins);
		if (!s->any_process)
			wins_merge(&a->wins);
	}
	wins_sort(&a->wins);
	if (a->by_launch)
		note_calls(s, a);
	if (a->by_launch && launchers_several(&a->launchers))
		vote(s, a, records);
	return best < s->n ? best : -1;
}

/* A bare number could be in any unit. */
static int64_t bound(struct slice s, const char *arg)
{
	int64_t ns = opt_time(s, arg);

	if (ns && s.p[s.n - 1] >= '.' && s.p[s.n - 1] <= '9')
		msg_usage("-t: a time needs a unit (ns us ms s min): '%s'", arg);
	return ns;
}

void steps_range(struct wins *t, const char *arg)
{
	const char *comma = strchr(arg, ',');
	struct slice none = { "", 0 };
	int64_t from, to;

	if (!comma)
		msg_usage("-t needs FROM,TO: '%s'", arg);
	from = bound((struct slice){ arg, (size_t)(comma - arg) }, arg);
	to = bound(slice_of(comma + 1), arg);
	if (from >= to)
		msg_usage("an empty range: '%s'", arg);
	wins_add(t, (struct owner){ { ".", 1 }, none, none, 0 }, slice_of("range"), none, from,
	         to);
	wins_sort(t);
}

int steps_same_base(const struct steps *s, const char *file, int has_base, int64_t base)
{
	if (!file || !s->has_base || !has_base || s->base_ns == base)
		return ST_OK;
	return msg_data("%s: its base %lld differs from the stream's, %lld", file,
	                (long long)s->base_ns,
	                (long long)base);
}

int steps_numbered(struct wins *w)
{
	int64_t twin;

	wins_sort(w);
	twin = wins_twin(w);
	if (twin < 0)
		return ST_OK;
	return msg_data("window '%.*s' exists both for one device or rank and for all: -n cannot "
	                "choose",
	                (int)w->w[twin].name.n, w->w[twin].name.p);
}
