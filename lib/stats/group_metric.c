#include "stats/group_metric.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/out.h"
#include "stats/metric_order.h"
#include "stats/metric_out.h"

#include <stdlib.h>

enum { MOST_TERMS = 6, DECIMALS = 27 };

struct group_metric_value {
	const char *stat, *unit; /* unit NULL: the metric's */
	int optional; /* no record for a group in which no record meets its condition */
	struct {
		int over;            /* a divisor, not a factor */
		long op;             /* index; -1: the constant */
		struct dec number;
	} term[MOST_TERMS];
	int n;
};

void group_metric_keys(struct group_metric *p, char **keys, int n)
{
	p->scope = mem_resize(NULL, (size_t)n, sizeof *p->scope);
	p->rank = p->dev = -1;
	for (int i = 0; i < n; i++) {
		char *eq = strchr(keys[i], '=');

		p->scope[i] =
		    (struct slice){ keys[i], eq ? (size_t)(eq - keys[i]) : strlen(keys[i]) };
		if (eq)
			keys[i] = eq + 1;
		if (strcmp(keys[i], "rank") == 0)
			p->rank = i;
		else if (strcmp(keys[i], "pid") == 0)
			p->dev = i;
	}
}

/* The end of the term: at a '*' or '/' outside of brackets. */
static const char *term_end(const char *p)
{
	int inside = 0;

	for (; *p; p++) {
		inside += *p == '[';
		inside -= *p == ']';
		if (!inside && (*p == '*' || *p == '/'))
			break;
	}
	return p;
}

static void add_term(struct group_metric *p, struct group_metric_value *v, const char *text,
                     size_t n, int over)
{
	char *s = mem_copy(text, n);
	int k = v->n++;

	v->term[k].over = over;
	v->term[k].op = -1;
	if (*s >= '0' && *s <= '9') {
		if (num_unit(slice_of(s), &v->term[k].number))
			msg_usage("not a number: '%s'", s);
		return;
	}
	mem_reserve((void **)&p->op, &p->cap_ops, p->n_ops + 1, sizeof *p->op);
	p->op[p->n_ops] = agg_parse(s);
	v->term[k].op = (long)p->n_ops++;
}

static void add_value(struct group_metric *p, const char *stat, const char *text)
{
	struct group_metric_value *v;
	const char *at = strrchr(text, '@');
	char *s = mem_copy(text, at ? (size_t)(at - text) : strlen(text));

	mem_reserve((void **)&p->value, &p->cap_values, p->n_values + 1, sizeof *p->value);
	v = &p->value[p->n_values++];
	*v = (struct group_metric_value){ .stat = stat, .unit = at ? at + 1 : NULL };
	if (*stat && stat[strlen(stat) - 1] == '?') {
		v->optional = 1;
		v->stat = mem_copy(stat, strlen(stat) - 1);
	}
	if (v->unit)
		metric_unit_check(v->unit);
	for (const char *q = s, *e; ; q = e + 1) {
		e = term_end(q);
		if (v->n == MOST_TERMS)
			msg_usage("more than %d terms: '%s'", MOST_TERMS, text);
		add_term(p, v, q, (size_t)(e - q), q > s && q[-1] == '/');
		if (!*e)
			break;
	}
	if (v->term[0].op < 0)
		msg_usage("a value must start with an aggregation: '%s'", text);
}

void group_metric_add(struct group_metric *p, const char *text)
{
	static const char *const stats[] = { "mean", "p50", "p99", "min", "max", "std" };
	const char *eq = strchr(text, '='), *colon = strchr(text, ':');
	char op[256];

	if (strncmp(text, "dist:", 5) == 0) {
		for (size_t i = 0; i < sizeof stats / sizeof *stats; i++) {
			size_t n = strlen(stats[i]);

			if (strlen(text + 5) + n + 2 > sizeof op)
				msg_usage("too long: '%s'", text);
			memcpy(op, stats[i], n);
			memcpy(op + n, text + 4, strlen(text + 4) + 1);
			add_value(p, stats[i], op);
		}
		return;
	}
	if (eq && (!colon || eq < colon))
		add_value(p, mem_copy(text, (size_t)(eq - text)), eq + 1);
	else
		add_value(p, "total", text);
}

void group_metric_why(struct group_metric *p, const char *field)
{
	struct buf b = { 0 };

	p->why = -1;
	if (!field)
		return;
	buf_str(&b, "first:");
	buf_str(&b, field);
	buf_ch(&b, 0);
	mem_reserve((void **)&p->op, &p->cap_ops, p->n_ops + 1, sizeof *p->op);
	p->op[p->n_ops] = agg_parse(b.p);
	p->why = (long)p->n_ops++;
}

/* Why the group has no value, from its records. */
static const char *reason_of(const struct group_metric *p, const struct metric *m,
                             const struct agg *cells)
{
	static struct buf b;

	b.n = 0;
	if (p->why < 0 || agg_result(&p->op[p->why], &cells[p->why], &b) ||
	    slice_is(buf_slice(&b), "."))
		return m->why;
	buf_ch(&b, 0);
	return b.p;
}

/* The value of the group; 0 if there is none. */
static int value_of(const struct group_metric *p, const struct metric *m,
                    const struct group_metric_value *v, const struct agg *cells, struct dec *out)
{
	static struct buf b;
	i128 limit = (i128)10000000000 * 1000000000000;

	for (int i = 0; i < v->n; i++) {
		struct dec d = v->term[i].number, had = *out;

		if (v->term[i].op >= 0) {
			const struct agg *a = &cells[v->term[i].op];

			b.n = 0;
			/* A condition that no record met: a true 0. */
			if (p->op[v->term[i].op].kind == AGG_SUM && !a->n && !a->missing)
				buf_ch(&b, '0');
			else if (agg_result(&p->op[v->term[i].op], a, &b))
				metric_overflow(m);
			if (num_dec(buf_slice(&b), &d))
				return 0;
		}
		if (i == 0)
			*out = d;
		else if (v->term[i].over ? num_over(had, d, DECIMALS, out)
		                         : num_times(had, d, DECIMALS, out))
			return 0;
		/* 22 digits are more than any of our sums has, and leave room for further terms
		 * and the unit. */
		for (; out->scale > 0 && (out->m > limit || out->m < -limit); out->scale--)
			num_div(out->m, 10, 0, &out->m);
	}
	return 1;
}

/* "rank=0,dev=1". A key of '*' stands for all, and is left out; a rank of '*' is "all", but not
 * before a step. */
static void put_scope(struct buf *b, const struct group_metric *p, struct slice group)
{
	const char *q = group.p, *e = q + group.n;
	int any = 0;

	b->n = 0;
	for (int i = 0; p->scope && q <= e; i++) {
		const char *tab = memchr(q, '\t', (size_t)(e - q));
		struct slice text = { q, (size_t)((tab ? tab : e) - q) };

		q = text.p + text.n + 1;
		if (slice_is(text, "*"))
			continue;
		if (!any && p->rank >= 0 && p->rank < i && !slice_is(p->scope[i], "step"))
			buf_str(b, "all,");
		else if (any)
			buf_ch(b, ',');
		buf_put(b, p->scope[i]);
		buf_ch(b, '=');
		buf_put(b, text);
		any = 1;
	}
	if (!any)
		buf_str(b, "all");
}

/* If the requests give no value: what a summary states (*n: of how many results), else why there
 * is none. Returns the note, which is `note` if there is nothing to add. */
static const char *instead(struct metric *m, const char *stat, const char *note, struct buf *text,
                           struct metric_cell *c, int64_t *n)
{
	struct dec d;
	const char *why;

	if (outcome_value(&m->outcome, stat, &d)) {
		metric_put_plain(m, d, text);
		m->by_summary = 1;
		c->num.missing = 0;
		*n = m->outcome.stated;
		return note;
	}
	why = m->outcome.key ? outcome_why(&m->outcome, stat) : NULL;
	if (why)
		c->num.missing = 0;
	return c->num.missing && m->missing ? note : why ? why : m->why;
}

/* The text of one key of the group. */
static struct slice key_of(struct slice group, int key)
{
	struct slice none = { NULL, 0 }, rest = group, text = none;

	for (int i = 0; i <= key; i++)
		text = intern_first(rest, &rest);
	return key < 0 ? none : text;
}

/* Whose value a group's is, as far as its keys show it. */
static void set_owner(struct group_metric *p, struct metric *m, struct slice group)
{
	if (!p->scope)
		return;
	m->of_rank = key_of(group, p->rank);
	m->of_dev = key_of(group, p->dev);
	if (m->of_dev.p && slice_is(m->of_dev, "*"))
		m->of_dev.p = NULL;
	if (m->of_rank.p && slice_is(m->of_rank, "*"))
		m->of_rank.p = NULL;
	else if (m->of_rank.p)
		intern_id(&p->seen, m->of_rank);
}

/* The note names what is missing: if value V is unknown, what its first unknown term lacks. */
static void note_lacking(struct metric *m, const struct group_metric_value *v,
                         const struct agg *cells, struct metric_cell *c)
{
	const char *missing = m->missing;

	for (int k = 0; k < v->n; k++)
		if (v->term[k].op >= 0 && !cells[v->term[k].op].n) {
			c->num = (struct agg){ .missing = cells[v->term[k].op].lacking };
			m->missing = k && m->missing_more ? m->missing_more : missing;
		}
}

/* The record of one value of a group. */
static void write_value(struct group_metric *p, struct metric *m, struct slice scope,
                        const struct group_metric_value *v, const struct agg *cells)
{
	static struct buf text;
	const struct agg *first = &cells[v->term[0].op];
	struct metric_cell c = { .num = { .n = first->events, .missing = first->lacking } };
	const char *note = m->over_ranks ? metric_coverage(m) : m->note;
	struct dec d = { 0, 0 };
	int64_t n = (int64_t)first->events;
	int known = value_of(p, m, v, cells, &d);

	if (!known)
		note_lacking(m, v, cells, &c);
	if (v->unit)
		m->unit = v->unit;
	text.n = 0;
	if (metric_named(m)) {
		if (agg_result(&p->op[v->term[0].op], first, &text) ||
		    slice_is(buf_slice(&text), "."))
			text.n = 0;
		else
			c.num.missing = 0;
		if (!text.n)
			note = reason_of(p, m, cells);
	} else if (known) {
		if (metric_percent(m) && v->n > 1)
			num_mul10(&d.m, 2);
		metric_put_value(m, d, 1, &text);
	} else {
		note = instead(m, v->stat, note, &text, &c, &n);
		if ((!c.num.missing || !m->missing) && !text.n && p->why >= 0)
			note = reason_of(p, m, cells);
	}
	metric_record(m, scope, v->stat, buf_slice(&text), n, &c, note);
	m->by_summary = 0;
}

void group_metric_write(struct group_metric *p, struct metric *m, struct slice group,
                        const struct agg *cells)
{
	static struct buf scope;
	const char *unit = m->unit, *missing = m->missing;

	p->written = 1;
	put_scope(&scope, p, group);
	set_owner(p, m, group);
	for (size_t i = 0; i < p->n_values; i++) {
		const struct group_metric_value *v = &p->value[i];
		const struct agg *first = &cells[v->term[0].op];

		if (v->optional && !first->n && !first->missing)
			continue;
		write_value(p, m, buf_slice(&scope), v, cells);
		m->unit = unit;
		m->missing = missing;
	}
	m->of_rank.p = m->of_dev.p = NULL;
}

void group_metric_missing(struct group_metric *p, struct metric *m)
{
	static struct buf scope;
	struct slice none = { "", 0 };
	const char *unit = m->unit;

	if (p->n_values && p->value[0].optional && p->written)
		return; /* such values are for some groups only */
	for (size_t r = 0; p->scope && p->rank >= 0 && r < m->ranks.n; r++) {
		if (intern_find(&p->seen, m->ranks.text[r]) >= 0)
			continue;
		scope.n = 0;
		buf_put(&scope, p->scope[p->rank]);
		buf_ch(&scope, '=');
		buf_put(&scope, m->ranks.text[r]);
		for (size_t i = 0; i < p->n_values; i++) {
			if (p->value[i].optional && i)
				continue;
			m->unit = p->value[i].unit ? p->value[i].unit : unit;
			metric_record(m, buf_slice(&scope), p->value[i].stat, none, 0, NULL,
			              p->seen.n || !m->why
			                  ? "nothing to compute it from on this rank"
			                  : m->why);
		}
		m->unit = unit;
	}
}

void group_metric_none(struct group_metric *p, struct metric *m)
{
	static struct buf text;
	const char *unit = m->unit, *note;

	for (size_t i = 0; i < p->n_values; i++) {
		struct metric_cell c = { 0 };
		int64_t n = 0;

		if (p->value[i].optional && i)
			continue;
		m->unit = p->value[i].unit ? p->value[i].unit : unit;
		text.n = 0;
		note = instead(m, p->value[i].stat, m->note, &text, &c, &n);
		metric_record(m, slice_of("all"), p->value[i].stat, buf_slice(&text), n, NULL,
		              note ? note : m->note);
		m->by_summary = 0;
	}
	m->unit = unit;
}
