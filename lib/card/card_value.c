#include "card/card_value.h"

#include "base/num.h"
#include "card/card_number.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int card_is_placeholder(struct slice s)
{
	static const char *const words[] = { "tbd",     "n/a", "na",  "todo",  "?",   "??", "???",
		                                 "unknown", "-",   "xxx", "fixme", "...", "tba" };

	s = card_trim(s);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (card_same(s, words[i]))
			return 1;
	return s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>';
}

static void judge_words(const struct card_item *it, const struct card_row *r,
                        struct card_verdict *v)
{
	static const struct {
		enum card_type type;
		const char *is, *wants;
	} words[] = {
		{ CT_BOOL, "true", "true" },
		{ CT_BOOL, "yes", "true" },
		{ CT_BOOL, "on", "true" },
		{ CT_BOOL, "false", "false" },
		{ CT_BOOL, "no", "false" },
		{ CT_BOOL, "off", "false" },
		{ CT_BOOL, "1", "true" },
		{ CT_BOOL, "0", "false" },
		{ CT_PHASE, "training", "training" },
		{ CT_PHASE, "train", "training" },
		{ CT_PHASE, "inference", "inference" },
		{ CT_PHASE, "infer", "inference" },
		{ CT_PHASE, "serving", "inference" },
	};
	struct slice s = card_trim(it->value);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (words[i].type != r->type || !card_same(s, words[i].is))
			continue;
		if (slice_is(s, words[i].wants) && (it->plain || r->type != CT_BOOL))
			return;
		card_say_value(v, VALUE_ERROR,
		               it->plain ? "'%.*s': expected %s" : "a string: '%.*s': expected %s",
		               SHOW(s), card_wants(r));
		card_mend(v, slice_of(words[i].wants));
		return;
	}
	card_say_value(v, VALUE_ERROR, "'%.*s': expected %s", SHOW(s), card_wants(r));
}

static void judge_text(const struct card_item *it, struct card_verdict *v)
{
	struct slice s = card_trim(it->value);
	struct dec d;

	if (it->plain && num_dec(s, &d) == 0) {
		card_say_value(v, VALUE_WARNING,
		               "a number instead of a string: %.*s: other readers drop its zeros",
		               SHOW(s));
		v->mends = 1;
		v->repair.n = 0;
		buf_ch(&v->repair, '"');
		buf_put(&v->repair, s);
		buf_ch(&v->repair, '"');
	}
}

/* The length of the URL at the start; 0: it is not a URL. */
static size_t url_length(struct slice s)
{
	size_t n = 0;

	while (n < s.n && (isalnum((unsigned char)s.p[n]) || s.p[n] == '+'))
		n++;
	if (!n || s.n - n < 4 || memcmp(s.p + n, "://", 3) != 0)
		return 0;
	while (n < s.n && (unsigned char)s.p[n] > ' ')
		n++;
	return n;
}

/* "URL  # comment" from a URL and the text after it. */
static void put_url(struct buf *b, struct slice s, size_t n)
{
	struct slice rest = card_trim((struct slice){ s.p + n, s.n - n });

	buf_add(b, s.p, n);
	while (rest.n && (rest.p[0] == '/' || rest.p[0] == '#'))
		rest.p++, rest.n--;
	buf_str(b, "  # ");
	buf_put(b, card_trim(rest));
}

static void judge_url(const struct card_item *it, const struct card_row *r, struct card_verdict *v)
{
	struct slice s = card_trim(it->value);
	size_t n = url_length(s), slash = 0;

	for (size_t i = 0; i < s.n; i++)
		slash += s.p[i] == '/';
	if (n == s.n && n)
		return;
	if (n) {
		card_say_value(v, VALUE_ERROR, "a comment in the value: '%.*s'", SHOW(s));
		if (!it->plain || it->in_flow || memchr(s.p, '\n', s.n))
			return;
		v->mends = 1;
		v->repair.n = 0;
		put_url(&v->repair, s, n);
		return;
	}
	card_say_value(v, VALUE_ERROR, "not a URL: '%.*s'", SHOW(s));
	if (strcmp(r->path, "hf_url") != 0 || slash != 1 || memchr(s.p, ' ', s.n) ||
	    memchr(s.p, ':', s.n) || s.p[0] == '/' || s.p[s.n - 1] == '/')
		return;
	v->mends = 1;
	v->repair.n = 0;
	buf_str(&v->repair, "https://huggingface.co/");
	buf_put(&v->repair, s);
}

/* A scalar where a list must be. */
static void judge_no_list(const struct card *c, const struct card_item *it,
                          const struct card_row *r, struct card_verdict *v)
{
	struct slice raw = { c->text.p + it->at, it->end - it->at };

	card_say_value(v, VALUE_ERROR, "a scalar instead of a list: '%.*s': expected %s",
	               SHOW(it->value), card_wants(r));
	if (r->type == CT_RATES || it->block || memchr(raw.p, '\n', raw.n))
		return;
	for (size_t i = 0; i < raw.n; i++)
		if (it->plain && strchr("[]{}#:", raw.p[i]))
			return;
	v->mends = 1;
	v->repair.n = 0;
	buf_ch(&v->repair, '[');
	buf_put(&v->repair, raw);
	buf_ch(&v->repair, ']');
}

/* What the row, or an element of its list, needs. */
static const char *wants(const struct card_item *it, const struct card_row *r)
{
	if (it->path.p[it->path.n - 1] == ']')
		return r->type == CT_RATES ? "a number of Gbit/s" : "a word";
	return card_wants(r);
}

/* An empty value, or a placeholder. Returns 1 if it was one. */
static int judge_empty(const struct card *c, const struct card_item *it, const struct card_row *r,
                       struct card_verdict *v)
{
	int free_to = card_may_be_empty(c, r),
	    holds = it->value.p && card_is_placeholder(it->value);
	int64_t devices, node;

	if (it->value.p && card_trim(it->value).n && !holds)
		return 0;
	if (r->type == CT_RATES && it->path.p[it->path.n - 1] == ']')
		free_to |= it->path.p[it->path.n - 2] == '0' &&
		           card_int(c, "workload.hardware.xpu_spec.total_count", &devices) &&
		           card_int(c, "workload.hardware.xpu_spec.count_per_node", &node) &&
		           devices <= node;
	if (r->type == CT_FREE)
		return 1;
	if (holds) {
		card_say_value(v, free_to ? VALUE_WARNING : VALUE_ERROR,
		               "a placeholder: '%.*s': expected %s%s", SHOW(it->value),
		               wants(it, r), free_to ? ", or nothing" : "");
		if (free_to)
			card_mend(v, slice_of(it->in_flow ? "null" : ""));
	} else if (!free_to) {
		card_say_value(v, VALUE_ERROR, "empty: expected %s", wants(it, r));
	}
	return 1;
}

static void judge_collection(const struct card *c, const struct card_item *it,
                             const struct card_row *r, struct card_verdict *v)
{
	int element = it->path.p[it->path.n - 1] == ']' && r->type != CT_FREE;

	if (r->type == CT_FREE && it->kind == CARD_MAP)
		return;
	if (element || it->kind == CARD_MAP || (r->type != CT_TEXTS && r->type != CT_RATES))
		card_say_value(v, VALUE_ERROR, "a %s: expected %s",
		               it->kind == CARD_MAP ? "mapping" : "list",
		               element ? "a plain value" : card_wants(r));
	else if (!it->children && card_may_be_empty(c, r))
		return;
	else if (!it->children)
		card_say_value(v, VALUE_ERROR, "empty: expected %s", card_wants(r));
	else if (r->type == CT_RATES && it->children != 2)
		card_say_value(v, VALUE_ERROR, "%zu values: expected %s", it->children,
		               card_wants(r));
}

void card_judge(const struct card *c, const struct card_item *it, const struct card_row *r,
                struct card_verdict *v)
{
	int element = it->path.p[it->path.n - 1] == ']';

	v->level = VALUE_GOOD;
	v->mends = 0;
	v->repair.n = 0;
	if (r->type == CT_FREE && !slice_is(it->path, r->path))
		return;
	if (it->kind != CARD_SCALAR) {
		judge_collection(c, it, r, v);
		return;
	}
	if (judge_empty(c, it, r, v))
		return;
	if (!element && (r->type == CT_TEXTS || r->type == CT_RATES))
		judge_no_list(c, it, r, v);
	else if (r->type == CT_RATES)
		card_judge_rate(it, v);
	else if (r->type == CT_VERSION || r->type == CT_INT || r->type == CT_COUNT)
		card_judge_int(it, r, v);
	else if (r->type == CT_BOOL || r->type == CT_PHASE)
		judge_words(it, r, v);
	else if (r->type == CT_URL)
		judge_url(it, r, v);
	else if (r->type == CT_FREE)
		card_say_value(v, VALUE_ERROR, "'%.*s': expected %s", SHOW(it->value),
		               card_wants(r));
	else if (!element)
		judge_text(it, v);
}

int card_mend_url_line(struct slice text, size_t at, struct buf *out)
{
	const char *p = text.p + at, *lf = memchr(p, '\n', text.n - at);
	struct slice line = { p, lf ? (size_t)(lf - p) : text.n - at }, rest;
	const char *colon = memchr(line.p, ':', line.n);
	size_t n;

	if (!colon)
		return 0;
	rest = card_trim((struct slice){ colon + 1, line.n - (size_t)(colon + 1 - line.p) });
	n = url_length(rest);
	if (!n || n == rest.n || (rest.p[n] != ' ' && rest.p[n] != '\t'))
		return 0;
	buf_add(out, line.p, (size_t)(rest.p - line.p));
	put_url(out, rest, n);
	if (lf)
		buf_ch(out, '\n');
	return 1;
}
