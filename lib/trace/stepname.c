#include "trace/stepname.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/re.h"
#include "record/rec.h"

#include <ctype.h>
#include <stdlib.h>

enum kind { ON_NAME, ON_FRAME, ON_ARG, ON_CAT, KINDS };
enum { GROUPS = 8, LONGEST = 1024 }; /* longer names are not steps */

struct rule {
	enum kind kind;
	char *family, *phase, *pattern;
	char *prefix; /* what a name must begin with for the pattern to match, in small letters */
	size_t n;     /* its length, or the pattern's where it is no expression */
	regex_t re;
	const char *file;
	int line;
};
struct stepname {
	struct rule *r;
	size_t n, cap;
};

const char stepname_table[] =
#include "step_rules.h"
    ;

struct stepname *stepname_new(void)
{
	struct stepname *s = mem_resize(NULL, 1, sizeof *s);

	*s = (struct stepname){ 0 };
	return s;
}

/* Does the expression have alternatives outside all groups? */
static int has_choice(const char *p)
{
	int depth = 0;

	for (; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '(' || *p == ')')
			depth += *p == '(' ? 1 : -1;
		else if (*p == '|' && depth <= 0)
			return 1;
	}
	return 0;
}

/* The fixed start of "^text..."; a character before a quantifier that allows none of it does not
 * count. */
static void find_prefix(struct rule *r)
{
	const char *p = r->pattern;
	char *q = r->prefix = mem_copy(p, strlen(p));

	if (*p++ != '^' || has_choice(r->pattern))
		p = "";
	while (*p && !strchr(".[(*+?{|^$", *p)) {
		p += *p == '\\' && p[1];
		*q++ = (char)tolower((unsigned char)*p++);
	}
	r->n = (size_t)(q - r->prefix) - (*p && strchr("*?{", *p) && q > r->prefix);
	r->prefix[r->n] = 0;
}

static void compile(struct rule *r)
{
	char why[128];
	int e = regcomp(&r->re, r->pattern, REG_EXTENDED | REG_ICASE);

	if (e) {
		regerror(e, &r->re, why, sizeof why);
		msg_die("%s:%d: %s: '%s'", r->file, r->line, why, r->pattern);
	}
	if (r->re.re_nsub >= GROUPS)
		msg_die("%s:%d: more than %d groups: '%s'", r->file, r->line, GROUPS - 1,
		        r->pattern);
	find_prefix(r);
}

static int is_phase(const char *s)
{
	return strcmp(s, ".") == 0 || strcmp(s, "prefill") == 0 || strcmp(s, "decode") == 0 ||
	       strcmp(s, "mixed") == 0;
}

/* Of the name of a family, which becomes a tag's value. */
static int is_word(const char *s)
{
	return *s && s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == 0;
}

int stepname_rule(struct stepname *s, const char *kind, const char *family, const char *rest,
                  const char *file, int line)
{
	static const char *const kinds[KINDS] = { "step", "step_frame", "step_arg", "step_cat" };
	size_t n = strcspn(rest, " \t");
	struct rule *r;
	int k = 0;

	while (k < KINDS && strcmp(kind, kinds[k]) != 0)
		k++;
	if (k == KINDS)
		return 0;
	mem_reserve((void **)&s->r, &s->cap, s->n + 1, sizeof *s->r);
	r = &s->r[s->n++];
	*r = (struct rule){ .kind = (enum kind)k, .file = file, .line = line };
	r->family = mem_copy(family, strlen(family));
	r->phase = mem_copy(rest, n);
	rest += n + strspn(rest + n, " \t");
	r->pattern = mem_copy(rest, strlen(rest));
	if (!*rest)
		msg_die("%s:%d: not a rule: '%s'", file, line, kind);
	if (!is_word(family))
		msg_die("%s:%d: not the name of a family: '%s'", file, line, family);
	if (!is_phase(r->phase))
		msg_die("%s:%d: not a phase: '%s'", file, line, r->phase);
	if (r->kind == ON_NAME)
		compile(r);
	else
		r->n = strlen(r->pattern);
	return 1;
}

static int begins(const struct rule *r, struct slice name)
{
	if (name.n < r->n)
		return 0;
	for (size_t i = 0; i < r->n; i++)
		if (tolower((unsigned char)name.p[i]) != r->prefix[i])
			return 0;
	return 1;
}

/* The token counts in the groups of a match. */
static void put_tokens(const struct rule *r, const char *name, const regmatch_t *m, struct buf *b)
{
	const char *keys[] = { "prefill_tokens", "decode_tokens", NULL }, **key = keys;
	int64_t n;

	if (*r->phase == '.')
		return;
	if (*r->phase == 'd')
		key++;
	else if (*r->phase == 'p')
		keys[1] = NULL;
	for (size_t i = 1; i <= r->re.re_nsub && *key; i++) {
		struct slice text = { name + m[i].rm_so, (size_t)(m[i].rm_eo - m[i].rm_so) };

		if (m[i].rm_so >= 0 && num_i64(text, &n) == 0 && n >= 0)
			rec_put_tag(b, *key++, text);
	}
}

static void put_rule(const struct rule *r, struct buf *b)
{
	rec_put_tag(b, "step", slice_of(r->family));
	if (*r->phase != '.')
		rec_put_tag(b, "phase", slice_of(r->phase));
}

/* By the range's name. */
static const struct rule *by_name(const struct stepname *s, struct slice name, struct buf *b)
{
	char text[LONGEST + 1];
	regmatch_t m[GROUPS];
	int copied = 0;

	for (const struct rule *r = s->r; r < s->r + s->n && name.n <= LONGEST; r++) {
		if (r->kind != ON_NAME || !begins(r, name))
			continue;
		if (!copied) {
			memcpy(text, name.p, name.n);
			text[name.n] = 0;
			copied = 1;
		}
		if (!re_match(&r->re, text, GROUPS, m))
			continue;
		if (strcmp(r->family, "none") != 0) {
			put_rule(r, b);
			put_tokens(r, text, m, b);
		}
		return r;
	}
	return NULL;
}

/* "dir/file.py(12): function", or the function alone. */
static int is_frame(const struct rule *r, struct slice name)
{
	size_t at = name.n - r->n;

	return name.n >= r->n && memcmp(name.p + at, r->pattern, r->n) == 0 &&
	       (at == 0 || (at > 2 && memcmp(name.p + at - 2, ": ", 2) == 0));
}

/* By tests that need no regular expression: v is NULL if there is only a key. */
static const struct rule *by_word(const struct stepname *s, enum kind kind, struct slice word,
                                  struct ev *v, const char *key, struct buf *b)
{
	for (const struct rule *r = s->r; r < s->r + s->n; r++) {
		if (r->kind != kind)
			continue;
		if (kind == ON_FRAME    ? !is_frame(r, word)
		    : kind == ON_CAT    ? !slice_is(word, r->pattern)
		    : v                 ? !ev_arg(v, r->pattern).p
		                        : !key || strcmp(key, r->pattern) != 0)
			continue;
		if (strcmp(r->family, "none") != 0)
			put_rule(r, b);
		return r;
	}
	return NULL;
}

static const struct rule *find(const struct stepname *s, struct slice cat, struct slice name,
                               struct ev *v, const char *key, struct buf *b)
{
	const struct rule *r = NULL;

	if (!cat.n || !memchr("ugpx", cat.p[0], 4)) /* most events are kernels, calls and
	                                             * operators */
		return NULL;
	if (slice_is(cat, "python_function"))
		return by_word(s, ON_FRAME, name, NULL, NULL, b);
	if (slice_is(cat, "user_annotation") || slice_is(cat, "gpu_user_annotation")) {
		r = by_name(s, name, b);
		if (!r)
			r = by_word(s, ON_ARG, name, v, key, b);
	}
	return r ? r : by_word(s, ON_CAT, cat, NULL, NULL, b);
}

void stepname_tags(const struct stepname *s, struct slice cat, struct ev *v, struct buf *b)
{
	if (v->name.p)
		find(s, cat, ev_bare(v->name), v, NULL, b);
}

int stepname_put(const struct stepname *s, struct slice cat, struct slice name, const char *key,
                 struct buf *b, struct buf *at)
{
	const struct rule *r = find(s, cat, name, NULL, key, b);

	if (r && at) {
		buf_str(at, r->file);
		buf_ch(at, ':');
		num_put(at, r->line);
	}
	return r != NULL;
}
