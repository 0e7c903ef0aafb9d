#include "steps.h"

#include "lines.h"

#include <string.h>

struct call {
	uint64_t id;
	int64_t ts;
	uint64_t rank;
};

static void see_window(struct steps *s, const struct rec *r)
{
	int of_device = assign_is_device(r) || (slice_is(r->col[C_CAT], "window") && !slice_is(r->col[C_PID], "."));
	struct slice dev = of_device ? r->col[C_PID] : (struct slice){ "", 0 };

	for (int i = 0; i < s->n; i++) {
		if (expr_eval(s->expr[i], r) != 1)
			continue;
		if (r->has_dur)
			wins_add(&s->found[i], r->col[C_RANK], dev, r->col[C_NAME], r->ts,
			         r->ts + r->dur);
		else
			s->partial++;
		return;
	}
}

void steps_see(struct steps *s, struct assign *a, const struct rec *r)
{
	struct call c = { 0 };

	if (!r->has_ts || !slice_is(r->col[C_PH], "X"))
		return;
	if (!s->closed)
		see_window(s, r);
	if (slice_is(r->col[C_CAT], "Trace") && r->has_dur)
		wins_add(&s->recording, r->col[C_RANK], (struct slice){ "", 0 }, r->col[C_NAME],
		         r->ts, r->ts + r->dur);
	if (!a->by_launch || assign_is_device(r) || !assign_correlation(r, &c.id))
		return;
	c.ts = r->ts;
	c.rank = intern_id(&a->ranks, r->col[C_RANK]);
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
	lines_open(&l, files, 0);
	while (lines_next(&l, &r))
		steps_see(s, a, &r);
	s->closed = 1;
	s->has_base = l.has_base;
	s->base_ns = l.base_ns;
	return lines_close(&l);
}

static struct slice rank_of(const struct wins *t, const struct win *w)
{
	struct slice key = t->groups.text[w->group];
	const char *tab = memchr(key.p, '\t', key.n);

	return (struct slice){ key.p, (size_t)(tab - key.p) };
}

/* Drops the windows that the recording's edges cut. */
static void whole_only(struct steps *s, struct wins *t)
{
	size_t kept = 0;

	wins_sort(&s->recording);
	for (size_t i = 0; i < t->n; i++) {
		struct win *w = &t->w[i];
		size_t g[3], n = 0, ok = 1;

		n = (size_t)wins_groups(&s->recording, rank_of(t, w), (struct slice){ "", 0 }, g);
		for (size_t k = 0; k < n; k++) {
			const struct win *rec = &s->recording.w[s->recording.first[g[k]]];

			ok = s->recording.first[g[k] + 1] > s->recording.first[g[k]] + 1 ||
			     (w->s >= rec->s && w->e <= rec->e);
		}
		if (ok)
			t->w[kept++] = *w;
		else
			s->partial++;
	}
	t->n = kept;
}

int steps_settle(struct steps *s, struct assign *a)
{
	int best = 0;

	while (best < s->n && s->found[best].n == 0)
		best++;
	if (best < s->n) {
		a->wins = s->found[best];
		whole_only(s, &a->wins);
	}
	wins_sort(&a->wins);
	if (a->by_launch)
		a->launch = launch_new();
	for (uint64_t i = 0; i < s->n_calls; i++) {
		static struct call buf[1024];
		size_t k = (size_t)(i % 1024);
		uint64_t left = s->n_calls - i;

		if (k == 0)
			spool_read_at(s->calls, i * sizeof *buf, buf,
			              (size_t)(left < 1024 ? left : 1024) * sizeof *buf);
		launch_add(a->launch, (uint32_t)buf[k].rank, buf[k].id,
		           wins_at(&a->wins, a->ranks.text[buf[k].rank], (struct slice){ "", 0 },
		                   buf[k].ts));
	}
	return best < s->n ? best : -1;
}
