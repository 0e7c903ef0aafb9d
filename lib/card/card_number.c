#include "card/card_number.h"

#include "base/num.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void card_say_value(struct card_verdict *v, int level, const char *fmt, ...)
{
	va_list ap;

	v->level = level;
	va_start(ap, fmt);
	vsnprintf(v->what, sizeof v->what, fmt, ap);
	va_end(ap);
}

void card_mend(struct card_verdict *v, struct slice s)
{
	v->mends = 1;
	v->repair.n = 0;
	buf_put(&v->repair, s);
}

int card_same(struct slice s, const char *word)
{
	size_t n = strlen(word);

	if (s.n != n)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (tolower((unsigned char)s.p[i]) != word[i])
			return 0;
	return 1;
}

struct slice card_trim(struct slice s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\n'))
		s.p++, s.n--;
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\n'))
		s.n--;
	return s;
}

const char *card_wants(const struct card_row *r)
{
	static char text[80];

	switch (r->type) {
	case CT_VERSION:
		return "the template's version, 1";
	case CT_INT:
	case CT_COUNT:
		snprintf(text, sizeof text, "a whole number of %s", r->unit);
		return text;
	case CT_BOOL:
		return "true or false";
	case CT_PHASE:
		return "training or inference";
	case CT_URL:
		return "a URL";
	case CT_TEXTS:
		return "a list of words";
	case CT_RATES:
		return "a list [scale-out, scale-up] in Gbit/s";
	case CT_FREE:
		return "keys with values";
	default:
		return "a text";
	}
}

/* Digits with separators, "1,024" or "1_024": without them. */
static int grouped(struct slice s, struct buf *b)
{
	size_t run = 0, groups = 0;

	b->n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (isdigit((unsigned char)s.p[i])) {
			buf_ch(b, s.p[i]);
			run++;
		} else if ((s.p[i] == ',' || s.p[i] == '_') && run &&
		           (groups ? run == 3 : run <= 3)) {
			groups++;
			run = 0;
		} else {
			return 0;
		}
	}
	return groups && run == 3;
}

/* The number at the start and the word after it: "8B", "4 tokens". Returns 0 if it is not of this
 * form. */
static int number_word(struct slice s, struct dec *d, struct slice *word)
{
	size_t n = 0;

	while (n < s.n && (isdigit((unsigned char)s.p[n]) || s.p[n] == '.'))
		n++;
	if (!n || n == s.n || num_dec((struct slice){ s.p, n }, d) != 0)
		return 0;
	*word = card_trim((struct slice){ s.p + n, s.n - n });
	return word->n > 0;
}

/* Does the word name the row's unit: devices, device? */
static int is_unit(struct slice word, const char *unit)
{
	size_t n = unit ? strlen(unit) : 0;
	char one[32];

	if (!n)
		return 0;
	snprintf(one, sizeof one, "%.*s", (int)n - 1, unit);
	return card_same(word, unit) || card_same(word, one) ||
	       (strcmp(unit, "devices") == 0 &&
	        (card_same(word, "gpus") || card_same(word, "gpu") || card_same(word, "tpus")));
}

/* The power of ten of K, M, B, T after a number of parameters; 0: none. */
static int magnitude(struct slice word)
{
	return card_same(word, "k")   ? 3
	       : card_same(word, "m") ? 6
	       : card_same(word, "b") ? 9
	       : card_same(word, "t") ? 12
	                              : 0;
}

static void mend_dec(struct card_verdict *v, struct dec d)
{
	v->mends = 1;
	v->repair.n = 0;
	num_put_dec(&v->repair, d);
}

/* A number of the row, from text that is not a number yet: what was meant. */
static void odd_number(struct slice s, const struct card_row *r, struct card_verdict *v)
{
	struct buf b = { 0 };
	struct slice word;
	struct dec d;
	int64_t i;

	if (grouped(s, &b)) {
		card_say_value(v, VALUE_ERROR, "remove the thousands separators: '%.*s'", SHOW(s));
		card_mend(v, buf_slice(&b));
	} else if (num_dec(s, &d) == 0) {
		card_say_value(v, VALUE_ERROR, "not a whole number: '%.*s'", SHOW(s));
		b.n = 0;
		num_put_dec(&b, d); /* 4.0 is 4 */
		if (num_i64(buf_slice(&b), &i) == 0)
			card_mend(v, buf_slice(&b));
	} else if (number_word(s, &d, &word) && is_unit(word, r->unit)) {
		card_say_value(v, VALUE_ERROR, "wrong unit: '%.*s': write the number of %s alone",
		               SHOW(s), r->unit);
		mend_dec(v, d);
	} else if (number_word(s, &d, &word) && r->unit && strcmp(r->unit, "parameters") == 0 &&
	           magnitude(word) && num_mul10(&d.m, magnitude(word)) == 0) {
		card_say_value(v, VALUE_ERROR,
		               "wrong unit: '%.*s': expected the number of parameters", SHOW(s));
		mend_dec(v, d);
	} else {
		card_say_value(v, VALUE_ERROR, "not a number: '%.*s': expected %s", SHOW(s),
		               card_wants(r));
	}
	free(b.p);
}

void card_judge_int(const struct card_item *it, const struct card_row *r, struct card_verdict *v)
{
	struct slice s = card_trim(it->value);
	int64_t i;

	if (num_i64(s, &i) != 0) {
		odd_number(s, r, v);
		return;
	}
	if (r->type == CT_VERSION && i != 1)
		card_say_value(v, VALUE_ERROR, "unknown version %.*s: expected 1", SHOW(s));
	else if (i < (r->type == CT_INT ? 0 : 1))
		card_say_value(v, VALUE_ERROR, "%.*s: expected %d or more", SHOW(s),
		               r->type == CT_INT ? 0 : 1);
	else if (!it->plain) {
		card_say_value(v, VALUE_ERROR, "a string instead of a number: '%.*s'", SHOW(s));
		card_mend(v, s);
	}
}

/* A rate with a unit, in Gbit/s. */
static int rate(struct slice s, struct dec *d)
{
	static const struct {
		const char *unit;
		int times, thousands, bytes;
	} units[] = { { "gbps", 1, 0, 0 },     { "gbit/s", 1, 0, 0 }, { "gb/s", 8, 0, 1 },
		          { "gbytes/s", 8, 0, 1 }, { "tbps", 1, 1, 0 },   { "tbit/s", 1, 1, 0 },
		          { "tb/s", 8, 1, 1 },     { "gbits/s", 1, 0, 0 } };
	struct slice word;

	if (!number_word(s, d, &word))
		return 0;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (!card_same(word, units[i].unit))
			continue;
		/* Small b is bits: Gb/s. */
		d->m *= units[i].bytes && word.p[1] == 'b' ? 1 : units[i].times;
		return !units[i].thousands || num_mul10(&d->m, 3) == 0;
	}
	return 0;
}

void card_judge_rate(const struct card_item *it, struct card_verdict *v)
{
	struct slice s = card_trim(it->value);
	struct buf b = { 0 };
	struct dec d;

	if (num_dec(s, &d) == 0) {
		if (d.m <= 0)
			card_say_value(v, VALUE_ERROR, "%.*s: expected more than 0 Gbit/s",
			               SHOW(s));
		else if (!it->plain) {
			card_say_value(v, VALUE_ERROR, "a string instead of a number: '%.*s'",
			               SHOW(s));
			card_mend(v, s);
		}
	} else if (rate(s, &d)) {
		card_say_value(v, VALUE_ERROR, "wrong unit: '%.*s': expected a number of Gbit/s",
		               SHOW(s));
		mend_dec(v, d);
	} else if (grouped(s, &b)) {
		card_say_value(v, VALUE_ERROR, "remove the thousands separators: '%.*s'", SHOW(s));
		card_mend(v, buf_slice(&b));
	} else {
		card_say_value(v, VALUE_ERROR, "not a number: '%.*s': expected Gbit/s", SHOW(s));
	}
	free(b.p);
}
