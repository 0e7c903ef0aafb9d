#include "match/settle.h"

#include <stdlib.h>

const char *const match_why_name[MATCH_WHYS] = { "partial",   "counts",  "disagree",
	                                         "rooted",    "kind",    "size",
	                                         "ambiguous", "no_step", "no_length" };

struct lane_at { /* a lane, and the current place in it */
	uint32_t at, left, who;
};
struct settling {
	struct match *m;
	struct match_instance *in;
	struct lane_at *lane; /* by participant */
	size_t n, cap;
	uint32_t *of; /* entries of one call */
	size_t cap_of;
	uint32_t spoiled; /* the step in which participants disagreed */
};

static void unmatched(struct match *m, uint32_t entry, enum match_why why)
{
	struct match_entry *e = match_entry(m, entry);

	m->sum_of[m->what_of[e->call].step].unmatched++;
	m->unmatched[why].calls++;
	m->unmatched[why].ns += e->dur < 0 ? 0 : e->dur;
	e->wait = -1 - (int64_t)why;
}

static uint32_t take(struct settling *s, struct lane_at *l)
{
	uint32_t id = l->at;

	l->at = match_entry(s->m, id)->next;
	l->left--;
	return id;
}

static void all_unmatched(struct settling *s, enum match_why why)
{
	for (size_t i = 0; i < s->n; i++)
		while (s->lane[i].left)
			unmatched(s->m, take(s, &s->lane[i]), why);
}

/* Sorts the entries of one lane if they did not come in order. */
static const struct match *sorting;

static int by_order(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	int64_t ka = match_entry(sorting, a)->wait, kb = match_entry(sorting, b)->wait;

	return ka != kb ? (ka < kb ? -1 : 1) : a < b ? -1 : a > b;
}

static void sort_lane(struct match *m, struct match_lane *l)
{
	uint32_t *id = mem_resize(NULL, l->n, sizeof *id), at = l->head;

	for (uint32_t i = 0; i < l->n; i++, at = match_entry(m, at)->next)
		id[i] = at;
	sorting = m;
	qsort(id, l->n, sizeof *id, by_order);
	for (uint32_t i = 0; i + 1 < l->n; i++)
		match_entry(m, id[i])->next = id[i + 1];
	l->head = id[0];
	l->tail = id[l->n - 1];
	free(id);
}

static int by_who(const void *pa, const void *pb)
{
	const struct lane_at *a = pa, *b = pb;

	return a->who < b->who ? -1 : a->who > b->who;
}

static void open_lanes(struct settling *s)
{
	s->n = 0;
	for (uint32_t id = s->in->lane; id != NO_LANE; id = s->m->lane[id].next) {
		struct match_lane *l = &s->m->lane[id];

		if (l->disorder)
			sort_lane(s->m, l);
		mem_reserve((void **)&s->lane, &s->cap, s->n + 1, sizeof *s->lane);
		s->lane[s->n++] = (struct lane_at){ l->head, l->n, l->participant };
	}
	qsort(s->lane, s->n, sizeof *s->lane, by_who);
}

static struct match_tally *tally(struct match *m, uint32_t who, uint32_t step)
{
	size_t had = m->tallies.n;
	uint32_t id = match_pair_id(&m->tallies, who, step);

	mem_reserve((void **)&m->tally, &m->cap_tally, m->tallies.n, sizeof *m->tally);
	if (id == had)
		m->tally[id] = (struct match_tally){ .participant = who, .step = step };
	return &m->tally[id];
}

void match_count_late(struct match *m)
{
	for (size_t i = 0; i < m->n_calls; i++) {
		const struct match_call *c = &m->call[i];
		struct match_tally *t;

		if (c->late == MATCH_NOBODY)
			continue;
		t = tally(m, c->late, c->step);
		t->late++;
		t->caused += c->waits;
		t->busy += c->busy;
		t->idle += c->idle;
	}
}

static struct match_call *add_call(struct match *m)
{
	mem_reserve((void **)&m->call, &m->cap_calls, m->n_calls + 1, sizeof *m->call);
	m->call[m->n_calls] = (struct match_call){ .late = MATCH_NOBODY, .why = '.' };
	return &m->call[m->n_calls++];
}

/* All leave together: the shortest waited for nobody. who: the participants of the entries. */
static void together(struct match *m, struct match_call *c, const uint32_t *entry,
                     const struct lane_at *who, size_t n)
{
	size_t least = 0, ties = 0;

	for (size_t i = 1; i < n; i++)
		if (match_entry(m, entry[i])->dur < match_entry(m, entry[least])->dur)
			least = i;
	c->transfer = match_entry(m, entry[least])->dur;
	for (size_t i = 0; i < n; i++) {
		struct match_entry *e = match_entry(m, entry[i]);

		e->wait = e->dur - c->transfer;
		c->waits += e->wait;
		ties += e->wait == 0;
	}
	c->late = ties == 1 ? who[least].who : MATCH_NOBODY;
	c->first = entry[ties == 1 ? least : 0];
}

/* For a send and its receive, only the receiver's wait is known, and nobody is late. */
static void pair(struct match *m, struct match_call *c, const uint32_t *entry)
{
	struct match_entry *a = match_entry(m, entry[0]), *b = match_entry(m, entry[1]);
	int a_sends = m->what_of[a->call].side == 's';
	struct match_entry *send = a_sends ? a : b, *recv = a_sends ? b : a;

	c->transfer = send->dur < recv->dur ? send->dur : recv->dur;
	recv->wait = recv->dur - c->transfer;
	send->wait = 0;
	c->waits = recv->wait;
	c->first = entry[0];
}

/* Why these entries are not one call; MATCH_WHYS if they are. */
static enum match_why judge(const struct settling *s, const uint32_t *entry, size_t n)
{
	const struct match *m = s->m;
	const struct match_what *first = &m->what_of[match_entry(m, entry[0])->call];

	for (size_t i = 1; i < n; i++) {
		const struct match_what *w = &m->what_of[match_entry(m, entry[i])->call];

		if (w->same != first->same || w->kind != first->kind)
			return MATCH_DISAGREE;
	}
	if (first->kind == KIND_PAIR) {
		if (!m->group[s->in->group].pair)
			return MATCH_KIND;
		if (first->side == m->what_of[match_entry(m, entry[1])->call].side)
			return MATCH_DISAGREE;
	} else if (first->kind != KIND_TOGETHER) {
		return first->kind == KIND_ROOTED ? MATCH_ROOTED : MATCH_KIND;
	}
	for (size_t i = 0; i < n; i++)
		if (match_entry(m, entry[i])->dur < 0)
			return MATCH_NO_LENGTH;
	return MATCH_WHYS;
}

/* One call: an entry of each lane in `who`. */
static void one_call(struct settling *s, const uint32_t *entry, const struct lane_at *who,
                     size_t n)
{
	struct match *m = s->m;
	const struct match_what *w = &m->what_of[match_entry(m, entry[0])->call];
	enum match_why why = s->spoiled == w->step ? MATCH_DISAGREE : judge(s, entry, n);
	uint32_t step = w->step;
	struct match_call *c;

	if (why != MATCH_WHYS) {
		if (why == MATCH_DISAGREE)
			s->spoiled = step;
		for (size_t i = 0; i < n; i++)
			unmatched(m, entry[i], why);
		return;
	}
	c = add_call(m);
	c->group = s->in->group;
	c->number = m->group[c->group].calls++;
	c->step = step;
	c->size = (uint32_t)n;
	if (m->group[c->group].pair)
		pair(m, c, entry);
	else
		together(m, c, entry, who, n);
	for (size_t i = 0; i < n; i++) {
		struct match_tally *t = tally(m, who[i].who, step);

		t->calls++;
		t->waited += match_entry(m, entry[i])->wait;
		match_entry(m, entry[i])->call = (uint32_t)(m->n_calls - 1);
	}
	m->sum_of[step].calls++;
	m->sum_of[step].matched += n;
	m->sum_of[step].waits += c->waits;
	m->by_order += s->in->step != KEYED;
}

static void by_position(struct settling *s)
{
	uint32_t left = s->lane[0].left;

	for (size_t i = 1; i < s->n; i++)
		if (s->lane[i].left != left) {
			all_unmatched(s, MATCH_COUNTS);
			return;
		}
	while (left--) {
		for (size_t i = 0; i < s->n; i++)
			s->of[i] = take(s, &s->lane[i]);
		one_call(s, s->of, s->lane, s->n);
	}
}

/* By key: the lanes are in its order. */
static void by_key(struct settling *s)
{
	struct lane_at *who = mem_resize(NULL, s->n, sizeof *who);

	for (;;) {
		int64_t least = INT64_MAX;
		size_t n = 0, any = 0;

		for (size_t i = 0; i < s->n; i++)
			if (s->lane[i].left) {
				int64_t k = match_entry(s->m, s->lane[i].at)->wait;

				least = !any++ || k < least ? k : least;
			}
		if (!any)
			break;
		for (size_t i = 0; i < s->n; i++)
			if (s->lane[i].left && match_entry(s->m, s->lane[i].at)->wait == least) {
				who[n] = s->lane[i];
				s->of[n++] = take(s, &s->lane[i]);
			}
		if ((int64_t)n == s->m->group[s->in->group].size) {
			one_call(s, s->of, who, n);
			continue;
		}
		for (size_t i = 0; i < n; i++)
			unmatched(s->m, s->of[i], MATCH_PARTIAL);
	}
	free(who);
}

static void settle_one(struct settling *s)
{
	const struct match_group *g = &s->m->group[s->in->group];

	open_lanes(s);
	mem_reserve((void **)&s->of, &s->cap_of, s->n, sizeof *s->of);
	s->spoiled = NO_STEP;
	if (s->in->step == NO_STEP)
		all_unmatched(s, MATCH_NO_STEP);
	else if (g->size < 1)
		all_unmatched(s, MATCH_SIZE);
	else if (g->participants > g->size || g->stranger)
		all_unmatched(s, MATCH_AMBIGUOUS);
	else if (g->participants < g->size)
		all_unmatched(s, MATCH_PARTIAL);
	else if (s->in->step == KEYED)
		by_key(s);
	else if ((int64_t)s->n < g->size)
		all_unmatched(s, MATCH_COUNTS);
	else if (s->n == 1)
		all_unmatched(s, MATCH_KIND); /* a group of one: nobody to wait for */
	else
		by_position(s);
}

/* Which participants share their rank with others. */
static void find_several(struct match *m)
{
	struct intern ranks = { 0 };
	uint32_t *n = mem_zero(m->participants.n, sizeof *n);
	uint32_t *of = mem_zero(m->participants.n, sizeof *of);

	for (size_t i = 0; i < m->participants.n; i++) {
		struct slice dev;

		of[i] = intern_id(&ranks, intern_first(m->participants.text[i], &dev));
		n[of[i]]++;
	}
	m->several = mem_zero(m->participants.n, 1);
	for (size_t i = 0; i < m->participants.n; i++)
		m->several[i] = n[of[i]] > 1;
	intern_free(&ranks);
	free(n);
	free(of);
}

void match_settle(struct match *m)
{
	struct settling s = { .m = m };

	find_several(m);
	mem_reserve_zero((void **)&m->sum_of, &m->cap_sum, m->steps.n, sizeof *m->sum_of);
	for (size_t i = 0; i < m->instances.n; i++) {
		s.in = &m->instance[i];
		settle_one(&s);
	}
	free(s.lane);
	free(s.of);
}

void match_put_name(const struct match *m, struct buf *b, uint32_t who)
{
	struct slice rank, pid;

	if (who == MATCH_NOBODY) {
		buf_str(b, "none");
		return;
	}
	rank = intern_first(m->participants.text[who], &pid);
	if (slice_is(rank, ".")) {
		buf_str(b, "dev=");
		buf_put(b, pid);
		return;
	}
	buf_put(b, rank);
	if (m->several[who]) {
		buf_ch(b, '.');
		buf_put(b, pid);
	}
}

void match_put_step(const struct match *m, struct buf *b, uint32_t step)
{
	const struct match_step *s = &m->step_of[step];

	buf_put(b, m->names.text[s->name]);
	if (m->most[s->name] > 0) {
		buf_ch(b, '#');
		num_put(b, s->nth);
	}
}
