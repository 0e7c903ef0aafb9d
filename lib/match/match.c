#include "match/match.h"

#include "match/settle.h"

enum { CHUNK = 1 << 14 }; /* entries */

/* Tags that a call's record may have, found in one look at it. */
enum { T_NRANKS, T_COLL, T_SEQ, T_WIN, T_WIN_N, T_NAME, T_SRC, T_DST, T_MEMBERS, T_FIXED };
static const char *const fixed[T_FIXED] = {
	"nranks", "coll", "seq", "win", "win_n", "Collective_name", "Src_Rank", "Dst_Rank",
	"Process_Group_Ranks"
};
enum { T_MOST = T_FIXED + 3 * MATCH_KEYS };

struct found {
	struct slice tag[T_MOST];
};
struct wanted { /* their names; a column's number, -1: a tag */
	struct slice key;
	int col;
};

struct match_entry *match_entry(const struct match *m, size_t i)
{
	return &m->chunk[i / CHUNK][i % CHUNK];
}

static int add_wanted(struct wanted *w, int n, const struct slice *keys, int more)
{
	for (int i = 0; i < more; i++)
		w[n + i] = (struct wanted){ keys[i], rec_col(keys[i]) };
	return n + more;
}

/* All tags that count, in one pass over the record. */
static void find_tags(const struct match *m, const struct rec *r, struct found *f)
{
	static struct wanted w[T_MOST];
	static int n;
	const struct match_spec *s = &m->spec;
	struct slice key, val;
	size_t pos = 0;

	if (!n) {
		for (; n < T_FIXED; n++)
			w[n] = (struct wanted){ slice_of(fixed[n]), -1 };
		n = add_wanted(w, n, s->group, s->n_group);
		n = add_wanted(w, n, s->key, s->n_key);
		n = add_wanted(w, n, s->same, s->n_same);
	}
	for (int i = 0; i < n; i++)
		f->tag[i] = w[i].col < 0 ? (struct slice){ NULL, 0 } : rec_field(r, w[i].key);
	while (rec_next_tag(r, &pos, &key, &val))
		for (int i = 0; i < n; i++)
			if (w[i].col < 0 && !f->tag[i].p && slice_eq(key, w[i].key) &&
			    !slice_is(val, "."))
				f->tag[i] = val;
}

static struct slice joined(const struct slice *tag, int n)
{
	static struct buf b;

	b.n = 0;
	for (int i = 0; i < n; i++) {
		if (tag[i].p)
			buf_put(&b, tag[i]);
		buf_ch(&b, '\t');
	}
	return buf_slice(&b);
}

/* Which window this is: of its rank or, if it is a device's own, of its device. */
static struct slice window_key(struct slice rank, struct slice pid, struct slice name,
                               struct slice n)
{
	struct slice part[4] = { rank, pid, name, n };

	return joined(part, 4);
}

static uint32_t step_id(struct match *m, struct slice name, int64_t nth)
{
	uint32_t of = intern_id(&m->names, name), id;
	char key[12];

	memcpy(key, &of, 4);
	memcpy(key + 4, &nth, 8);
	id = intern_id(&m->steps, (struct slice){ key, sizeof key });
	mem_reserve((void **)&m->step_of, &m->cap_step, (size_t)id + 1, sizeof *m->step_of);
	m->step_of[id] = (struct match_step){ of, nth };
	mem_reserve_zero((void **)&m->most, &m->cap_most, (size_t)of + 1, sizeof *m->most);
	m->most[of] = nth > m->most[of] ? nth : m->most[of];
	return id;
}

void match_window(struct match *m, const struct rec *r)
{
	struct slice name = rec_tag(r, slice_of("win")), n = rec_tag(r, slice_of("win_n"));
	struct slice nth = rec_tag(r, slice_of("nth"));
	int64_t k = 0;
	uint32_t id;

	if (!name.p || !n.p)
		return;
	intern_id(&m->stepped, r->col[C_RANK]);
	if (!nth.p || num_i64(nth, &k) || k == 0)
		return; /* a step is the first of its name if nothing else is known of it */
	id = intern_id(&m->windows, window_key(r->col[C_RANK], r->col[C_PID], name, n));
	mem_reserve((void **)&m->step_of_window, &m->cap_window, (size_t)id + 1,
	            sizeof *m->step_of_window);
	m->step_of_window[id] = step_id(m, name, k);
}

/* The step in which the call was launched; -1: in none, though there are steps. */
static int64_t step_of(struct match *m, const struct rec *r, const struct found *f)
{
	struct slice name = f->tag[T_WIN], n = f->tag[T_WIN_N], none = { ".", 1 };
	const struct slice rank = r->col[C_RANK];
	const struct slice owner[][2] = { { rank, none },
		                          { rank, r->col[C_PID] },
		                          { none, none } };
	int64_t id = -1, k;

	if (!name.p && m->stepped.n)
		return -1;
	if (!name.p)
		return step_id(m, none, 0);
	for (int i = 0; i < 3 && id < 0 && n.p; i++)
		id = intern_find(&m->windows, window_key(owner[i][0], owner[i][1], name, n));
	if (id >= 0)
		return m->step_of_window[id];
	if (intern_find(&m->stepped, rank) >= 0 || intern_find(&m->stepped, none) >= 0)
		return step_id(m, name, 0);
	return step_id(m, name,
	               n.p && num_i64(n, &k) == 0 ? k : 0); /* a stream without its windows */
}

uint32_t match_participant(struct match *m, const struct rec *r)
{
	struct slice rank = r->col[C_RANK], pid = r->col[C_PID];

	/* In the line they are adjacent. */
	return intern_id(&m->participants,
	                 (struct slice){ rank.p, (size_t)(pid.p + pid.n - rank.p) });
}

static int8_t kind_of(struct slice coll)
{
	static const char *const together[] = { "allreduce", "allgather", "reducescatter",
		                                "alltoall", "barrier" };
	static const char *const rooted[] = { "broadcast", "reduce", "gather", "scatter" };

	for (size_t i = 0; i < sizeof together / sizeof *together; i++)
		if (slice_is(coll, together[i]))
			return KIND_TOGETHER;
	for (size_t i = 0; i < sizeof rooted / sizeof *rooted; i++)
		if (slice_is(coll, rooted[i]))
			return KIND_ROOTED;
	return slice_is(coll, "sendrecv") ? KIND_PAIR : KIND_OTHER;
}

/* For point to point: 's' sends, 'r' receives, 0 both or unknown. */
static int8_t side_of(const struct found *f)
{
	struct slice name = f->tag[T_NAME];

	if (!f->tag[T_SRC].p || !f->tag[T_DST].p || slice_eq(f->tag[T_SRC], f->tag[T_DST]))
		return 0;
	if (slice_starts(name, "i") || slice_starts(name, "I"))
		name = (struct slice){ name.p + 1, name.n - 1 };
	return slice_starts(name, "send") ? 's' : slice_starts(name, "recv") ? 'r' : 0;
}

/* What must be the same on all participants. */
static uint32_t what_id(struct match *m, const struct found *f, uint32_t step)
{
	const struct match_spec *s = &m->spec;
	struct slice coll = f->tag[T_COLL].p ? f->tag[T_COLL] : (struct slice){ "", 0 };
	struct slice same[MATCH_KEYS] = { { NULL, 0 } };
	struct match_what w = { .step = step, .kind = s->n_key ? KIND_TOGETHER : kind_of(coll) };
	char key[12] = { 0 };
	uint32_t id;

	/* Ranks send different amounts in an all-to-all: tokens go to the experts that they
	 * need. */
	for (int i = 0; i < s->n_same; i++)
		same[i] = s->uneven && slice_is(coll, "alltoall") && slice_is(s->same[i], "bytes")
		              ? (struct slice){ NULL, 0 }
		              : f->tag[T_FIXED + s->n_group + s->n_key + i];
	w.same = intern_id(&m->same, joined(same, s->n_same));
	w.side = w.kind == KIND_PAIR ? side_of(f) : 0;
	memcpy(key, &w.same, 4);
	memcpy(key + 4, &step, 4);
	key[8] = (char)w.kind;
	key[9] = (char)w.side;
	id = intern_id(&m->what, (struct slice){ key, sizeof key });
	mem_reserve((void **)&m->what_of, &m->cap_what, (size_t)id + 1, sizeof *m->what_of);
	m->what_of[id] = w;
	return id;
}

uint32_t match_pair_id(struct intern *t, uint32_t a, uint32_t b)
{
	char key[8];

	memcpy(key, &a, 4);
	memcpy(key + 4, &b, 4);
	return intern_id(t, (struct slice){ key, sizeof key });
}

/* Is the rank missing in the list of the group's members, "[0, 2]"? A list that is cut ("...")
 * proves nothing. */
static int is_stranger(const struct found *f, struct slice rank)
{
	struct slice list = f->tag[T_MEMBERS];
	int64_t want, v;

	if (!list.p || num_i64(rank, &want) || list.n < 2 || list.p[0] != '[' ||
	    list.p[list.n - 1] != ']')
		return 0;
	for (const char *p = list.p + 1, *e = list.p + list.n - 1; p < e;) {
		size_t n = strcspn(p, ",]");

		if (num_i64((struct slice){ p, n }, &v))
			return 0;
		if (v == want)
			return 0;
		for (p += n + 1; p < e && *p == ' ';)
			p++;
	}
	return 1;
}

static uint32_t group_of(struct match *m, const struct found *f, uint32_t who, int pair,
                         struct slice rank)
{
	static struct buf b;
	size_t had = m->groups.n, members = m->members.n;
	int64_t size = m->spec.size;
	uint32_t id;

	b.n = 0;
	buf_put(&b, joined(f->tag + T_FIXED, m->spec.n_group));
	if (pair) {
		buf_put(&b, f->tag[T_SRC]);
		buf_ch(&b, '>');
		buf_put(&b, f->tag[T_DST]);
	}
	id = intern_id(&m->groups, buf_slice(&b));
	if (id == had) {
		mem_reserve((void **)&m->group, &m->cap_group, had + 1, sizeof *m->group);
		if (pair)
			size = 2;
		else if (f->tag[T_NRANKS].p && (num_i64(f->tag[T_NRANKS], &size) || size < 1))
			size = 0;
		m->group[id] = (struct match_group){ .size = size, .pair = pair };
	}
	match_pair_id(&m->members, id, who);
	m->group[id].participants += (uint32_t)(m->members.n - members);
	m->group[id].stranger |= members < m->members.n && !pair && is_stranger(f, rank);
	return id;
}

/* Where the calls of one participant in one step (or with a key, in all of the run) are kept. */
static struct match_lane *lane_of(struct match *m, uint32_t group, uint32_t step, uint32_t who)
{
	size_t had = m->instances.n, lanes = m->lanes.n;
	uint32_t in = match_pair_id(&m->instances, group, step), id;

	mem_reserve((void **)&m->instance, &m->cap_instance, m->instances.n, sizeof *m->instance);
	if (in == had)
		m->instance[in] = (struct match_instance){ group, step, NO_LANE, 0 };
	id = match_pair_id(&m->lanes, in, who);
	mem_reserve((void **)&m->lane, &m->cap_lane, m->lanes.n, sizeof *m->lane);
	if (id == lanes) {
		m->lane[id] =
		    (struct match_lane){ .participant = who, .next = m->instance[in].lane };
		m->instance[in].lane = id;
		m->instance[in].lanes++;
	}
	return &m->lane[id];
}

static void append(struct match *m, struct match_lane *l, struct match_entry e)
{
	uint32_t id = (uint32_t)m->n;

	if (m->n / CHUNK * CHUNK == m->n) {
		mem_reserve((void **)&m->chunk, &m->cap_chunk, m->n / CHUNK + 1, sizeof *m->chunk);
		m->chunk[m->n / CHUNK] = mem_resize(NULL, CHUNK, sizeof **m->chunk);
	}
	*match_entry(m, m->n++) = e;
	if (l->n)
		match_entry(m, l->tail)->next = id;
	else
		l->head = id;
	l->disorder |= l->n && e.wait < l->last;
	l->last = e.wait;
	l->tail = id;
	l->n++;
}

/* The call's key as a number; 0 if it has none. */
static int key_of(struct match *m, const struct found *f, int64_t *key)
{
	const struct match_spec *s = &m->spec;
	const struct slice *of = f->tag + T_FIXED + s->n_group;

	if (!s->n_key) {
		if (!f->tag[T_SEQ].p)
			return 0;
		if (num_i64(f->tag[T_SEQ], key) == 0)
			return 1;
		*key = INT64_MIN + intern_id(&m->keys, f->tag[T_SEQ]);
		return 1;
	}
	for (int i = 0; i < s->n_key; i++)
		if (!of[i].p)
			return 0;
	*key = intern_id(&m->keys, joined(of, s->n_key));
	return 1;
}

void match_add(struct match *m, const struct rec *r)
{
	struct match_entry e = { r->has_ts ? r->ts : INT64_MIN, r->has_dur ? r->dur : -1, 0, 0 };
	struct found f;
	int64_t key, step;
	uint32_t who = match_participant(m, r), group;
	int keyed;

	find_tags(m, r, &f);
	step = step_of(m, r, &f);
	e.call =
	    what_id(m, &f, step < 0 ? step_id(m, (struct slice){ ".", 1 }, 0) : (uint32_t)step);
	group = group_of(m, &f, who, m->what_of[e.call].side != 0, r->col[C_RANK]);
	keyed = key_of(m, &f, &key);
	if (keyed)
		e.wait = key;
	append(m, lane_of(m, group, keyed ? KEYED : step < 0 ? NO_STEP : (uint32_t)step, who), e);
}
