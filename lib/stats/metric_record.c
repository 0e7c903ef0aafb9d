#include "stats/metric_out.h"

#include "base/out.h"

/* WHAT of "WHAT:OF" */
static void put_what(const struct metric *m, struct buf *b)
{
	const char *of = strchr(m->missing, ':');

	buf_add(b, m->missing, of ? (size_t)(of - m->missing) : strlen(m->missing));
}

/* had: bytes of the note before it. */
static void put_note(const struct metric *m, const struct metric_cell *c, const char *note,
                     int known, struct buf *b, size_t had)
{
	size_t at = b->n - had;

	if (c && c->num.missing && m->missing) {
		const char *of = strchr(m->missing, ':'); /* WHAT:OF */

		buf_str(b, had ? "; no " : "no ");
		put_what(m, b);
		buf_str(b, " on ");
		num_put(b, (int64_t)c->num.missing);
		buf_str(b, " of ");
		num_put(b, (int64_t)(c->num.missing + c->num.n));
		buf_ch(b, ' ');
		buf_str(b, of ? of + 1 : "records");
	}
	if (c && c->filled) {
		buf_str(b, b->n > at ? "; " : "");
		put_what(m, b);
		buf_str(b, " of ");
		num_put(b, c->filled);
		buf_str(b, " filled in from the execution trace (");
		buf_put(b, buf_slice(&m->filled));
		buf_ch(b, ')');
	}
	if (note) {
		buf_str(b, b->n > at ? "; " : "");
		buf_str(b, note);
	}
	outcome_note(&m->outcome, m->by_summary, known, b, at);
	limits_put(&m->limits, m->kind, m->of_rank, m->of_dev, b, at);
	if (m->damaged) {
		buf_str(b, b->n > at ? "; " : "");
		buf_str(b, "damaged input");
	}
	if (b->n == at)
		buf_ch(b, '.');
}

/* Is it a 0, as text? */
static int is_zero(struct slice value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] >= '1' && value.p[i] <= '9')
			return 0;
	return value.n > 0;
}

/* Is a value of m->of_rank and m->of_dev exact, a bound or unknown, given the work that the stream
 * does not show in detail? Appends why. */
static enum limits_verdict judge(struct metric *m, int zero, struct buf *why)
{
	m->limits.ranks = m->world > (int64_t)m->ranks.n ? m->world : (int64_t)m->ranks.n;
	return limits_judge(&m->limits, m->kind, m->of_rank, m->of_dev, zero, why);
}

int metric_hidden(struct metric *m, int zero)
{
	static struct buf why;

	why.n = 0;
	return judge(m, zero, &why) == LIMITS_UNKNOWN;
}

/* Work that is not seen makes the value a lower bound, or unknown: then there is no value. Appends
 * why. */
static void put_limit(struct metric *m, struct slice *value, struct buf *b)
{
	static struct buf why;
	enum limits_verdict v;

	why.n = 0;
	v = judge(m, is_zero(*value), &why);
	if (v == LIMITS_AT_LEAST)
		buf_str(b, ">=: ");
	if (v == LIMITS_UNKNOWN)
		value->n = 0;
	buf_put(b, buf_slice(&why));
}

void metric_record(struct metric *m, struct slice scope, const char *stat, struct slice value,
                   int64_t n, const struct metric_cell *c, const char *note)
{
	static struct buf b, limit;

	limit.n = 0;
	if (value.n)
		put_limit(m, &value, &limit);

	b.n = 0;
	buf_str(&b, m->trace);
	buf_ch(&b, '\t');
	buf_str(&b, m->name);
	buf_ch(&b, '\t');
	buf_put(&b, scope);
	buf_ch(&b, '\t');
	buf_str(&b, stat);
	buf_ch(&b, '\t');
	if (value.n)
		buf_put(&b, value);
	else
		buf_ch(&b, '.');
	m->computed |= value.n > 0;
	buf_ch(&b, '\t');
	buf_str(&b, m->unit);
	buf_ch(&b, '\t');
	num_put(&b, n);
	buf_ch(&b, '\t');
	buf_put(&b, buf_slice(&limit));
	put_note(m, c, note, value.n > 0, &b, limit.n);
	buf_ch(&b, '\n');
	out_slice(buf_slice(&b));
}

/* "3 of 4 ranks" if some are missing. */
const char *metric_coverage(const struct metric *m)
{
	static struct buf b;

	b.n = 0;
	if (m->note)
		buf_str(&b, m->note);
	if (m->world > (int64_t)m->ranks.n && m->ranks.n) {
		buf_str(&b, b.n ? "; " : "");
		num_put(&b, (int64_t)m->ranks.n);
		buf_str(&b, " of ");
		num_put(&b, m->world);
		buf_str(&b, " ranks");
	}
	if (!b.n)
		return NULL;
	buf_ch(&b, 0);
	return b.p;
}
