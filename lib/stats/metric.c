#include "stats/metric.h"

#include "base/mem.h"
#include "base/msg.h"
#include "stats/metric_out.h"

#include <stdlib.h>

enum {
	KEY_BYTES = 20, /* of struct metric_key, without its padding */
	BLOCK = 128     /* cells */
};

/* The cell of (series, group, window, value). win: see metric_out.h. */
struct metric_cell *metric_cell(struct metric *m, uint32_t series, uint32_t group, int64_t win,
                                int value, int make)
{
	struct metric_key key = { win, series, group, (uint32_t)value };
	char text[KEY_BYTES];
	int64_t id;

	memcpy(text, &key, sizeof text);
	if (!make) {
		id = intern_find(&m->cells, (struct slice){ text, sizeof text });
		return id < 0 ? NULL : metric_cell_at(m, (size_t)id);
	}
	id = intern_id(&m->cells, (struct slice){ text, sizeof text });
	if ((size_t)id / BLOCK == m->n_blocks) {
		mem_reserve((void **)&m->cell, &m->cap_blocks, m->n_blocks + 1, sizeof *m->cell);
		m->cell[m->n_blocks++] = mem_zero(BLOCK, sizeof **m->cell);
	}
	return metric_cell_at(m, (size_t)id);
}

struct metric_cell *metric_cell_at(const struct metric *m, size_t cell)
{
	return &m->cell[cell / BLOCK][cell % BLOCK];
}

struct metric_key metric_key(const struct metric *m, size_t cell)
{
	struct metric_key key = { 0 };

	memcpy(&key, m->cells.text[cell].p, KEY_BYTES);
	return key;
}

/* '/' outside of a condition's brackets. */
static const char *find_slash(const char *s)
{
	const char *open = strchr(s, '['), *slash = strchr(s, '/');

	if (slash && open && slash > open) {
		const char *close = strrchr(s, ']');

		/* sum:a[x]/sum:b[y]: the slash after the first bracket's end */
		for (slash = strchr(open, ']'); slash && slash < close && slash[1] != '/';)
			slash = strchr(slash + 1, ']');
		return slash && slash[1] == '/' ? slash + 1 : NULL;
	}
	return slash;
}

/* A ratio is of counts, sums and extremes: a mean would be divided twice. */
static void check_kind(const struct agg_op *op, int ratio, const char *text)
{
	int plain = op->kind == AGG_COUNT || op->kind == AGG_SUM || op->kind == AGG_MIN ||
	            op->kind == AGG_MAX;

	if (!plain && (ratio || (op->kind != AGG_MEAN && op->kind != AGG_WMEAN)))
		msg_usage(ratio ? "a ratio takes count, sum, min and max: '%s'"
		                : "needs -a (pooled metrics): '%s'",
		          text);
}

void metric_add_value(struct metric *m, const char *text)
{
	struct metric_value *v = &m->value[m->n_values];
	const char *eq = strchr(text, '='), *colon = strchr(text, ':'), *slash;

	if (m->n_values == 4)
		msg_usage("more than 4 values");
	*v = (struct metric_value){ .stat = "total" };
	if (m->n_values && (!eq || (colon && eq > colon)))
		msg_usage("each further value needs a name (STAT=VALUE): '%s'", text);
	if (m->n_values) {
		v->stat = mem_copy(text, (size_t)(eq - text));
		text = eq + 1;
	}
	m->n_values++;
	slash = find_slash(text);
	if (slash) {
		v->ratio = 1;
		v->share = strcmp(slash + 1, "total") == 0;
		if (!v->share)
			v->den = agg_parse(slash + 1);
		text = mem_copy(text, (size_t)(slash - text));
	}
	v->num = agg_parse(text);
	if (v->share)
		v->den = v->num;
	check_kind(&v->num, v->ratio, text);
	if (v->ratio)
		check_kind(&v->den, 1, text);
}

void metric_header(struct metric *m, struct slice s)
{
	if (slice_starts(s, "##rank "))
		intern_id(&m->ranks, (struct slice){ s.p + 7, s.n - 7 });
	else if (slice_starts(s, "##why "))
		m->why = mem_copy(s.p + 6, s.n - 6);
	else if (slice_starts(s, "##lost "))
		m->damaged = 1;
	else if (limits_header(&m->limits, s))
		return;
	else if (slice_starts(s, "##world "))
		num_i64((struct slice){ s.p + 8, s.n - 8 }, &m->world);
}

static void note_step(struct metric *m, struct slice rank, struct slice pid, int64_t n)
{
	uint32_t id = intern_id(&m->steps_of, intern_pair(rank, pid));

	mem_reserve_zero((void **)&m->steps, &m->cap_steps, (size_t)id + 1, sizeof *m->steps);
	if (m->steps[id].end == 0 || n < m->steps[id].first)
		m->steps[id].first = n;
	if (n + 1 > m->steps[id].end)
		m->steps[id].end = n + 1;
}

/* The record's further keys as text; .p NULL if one is missing. */
static struct slice group_of(const struct metric *m, const struct rec *r)
{
	static struct buf b;

	b.n = 0;
	for (int i = 0; i < m->n_keys; i++) {
		struct slice s = rec_field(r, slice_of(m->keys[i]));

		if (!s.p)
			return (struct slice){ NULL, 0 };
		if (i)
			buf_ch(&b, '\t');
		buf_put(&b, s);
	}
	return buf_slice(&b);
}

int64_t metric_events(const struct metric *m, const struct rec *r)
{
	struct slice s;
	int64_t n;

	if (!m->n_field.n)
		return 1;
	s = rec_field(r, m->n_field);
	return s.p && num_i64(s, &n) == 0 && n >= 0 ? n : 1;
}

/* A value filled in from another trace: counted, and the way it was found noted. */
static void note_filled(struct metric *m, struct metric_cell *c, const struct rec *r)
{
	struct slice how = m->missing ? rec_tag(r, slice_of("filled")) : (struct slice){ NULL, 0 };
	const char *p;

	if (!how.p)
		return;
	c->filled++;
	for (p = m->filled.p; p && p + how.n <= m->filled.p + m->filled.n; p++)
		if (memcmp(p, how.p, how.n) == 0)
			return;
	buf_str(&m->filled, m->filled.n ? ", " : "");
	buf_put(&m->filled, how);
}

static struct agg *denominator(struct metric *m, struct metric_cell *c)
{
	if (!c->den) {
		c->den = m->n_den ? m->n_den : 1;
		m->n_den = c->den + 1;
		mem_reserve_zero((void **)&m->den, &m->cap_den, m->n_den, sizeof *m->den);
	}
	return &m->den[c->den];
}

/* The cell of a value over the complete trace. Most records go there, and with very many ranks a
 * second search would cost as much as the first: its number is kept by series. */
static struct metric_cell *whole_cell(struct metric *m, uint32_t series, int value)
{
	size_t at = (size_t)series * (size_t)m->n_values + (size_t)value;
	struct metric_cell *c;

	mem_reserve_zero((void **)&m->whole, &m->cap_whole, at + 1, sizeof *m->whole);
	if (m->whole[at])
		return metric_cell_at(m, m->whole[at] - 1);
	c = metric_cell(m, series, 0, WIN_ALL, value, 1);
	m->whole[at] = (uint32_t)m->cells.n;
	return c;
}

static const char *add_to(struct metric *m, const struct rec *r, uint32_t series, uint32_t group,
                          int64_t win, struct slice *off)
{
	for (int i = 0; i < m->n_values; i++) {
		struct metric_cell *c = !group && win == WIN_ALL ?
			whole_cell(m, series, i) : metric_cell(m, series, group, win, i, 1);
		const struct metric_value *v = &m->value[i];
		uint64_t had = c->num.n;
		const char *why = agg_add(&v->num, &c->num, r, NULL, 0, 0, off);

		if (!why && v->ratio && !v->share)
			why = agg_add(&v->den, denominator(m, c), r, NULL, 0, 0, off);
		if (why)
			return why;
		if (c->num.n > had) {
			c->events += metric_events(m, r);
			note_filled(m, c, r);
		}
	}
	return NULL;
}

const char *metric_add(struct metric *m, const struct rec *r, struct slice *off)
{
	struct slice win = rec_tag(r, slice_of("win")), ord = rec_tag(r, slice_of("win_n"));
	struct slice group;
	uint32_t series, g[2] = { 0, 0 };
	int64_t n, wins[2];
	int n_wins = 1, n_groups = 1;
	const char *why = NULL;

	if (ord.p && num_i64(ord, &n) == 0 && n >= 0 && n < INT64_MAX)
		note_step(m, r->col[C_RANK], r->col[C_PID], n);
	else
		ord.p = NULL;
	if (slice_is(r->col[C_CAT], "window") && !m->steps_only)
		return NULL;
	series = intern_id(&m->series, intern_pair(r->col[C_RANK], r->col[C_PID]));
	wins[0] = win.p && slice_is(win, "*") ? WIN_STAR : WIN_ALL;
	m->starred |= wins[0] == WIN_STAR;
	if (ord.p) {
		wins[n_wins++] = n;
		why = add_to(m, r, series, 0, WIN_STEPS, off);
	}
	group = m->n_keys ? group_of(m, r) : (struct slice){ NULL, 0 };
	if (group.p)
		g[n_groups++] = intern_id(&m->groups, group) + 1;
	for (int i = 0; i < n_groups && !why; i++)
		for (int k = 0; k < n_wins && !why; k++)
			why = add_to(m, r, series, g[i], wins[k], off);
	return why;
}
