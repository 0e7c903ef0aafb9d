#include "trace/rules.h"

#include "base/intern.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/re.h"
#include "input/in.h"
#include "json/json.h"
#include "record/rec.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ON_NAME, ON_ARG, ON_HLO, ON_COUNT };

/* The kinds of rules that have a pattern: what it is matched against, and the tag that they
 * add. */
static const struct kind {
	const char *name;
	int on;
	const char *tag;
} kinds[] = {
	{ "name", ON_NAME, NULL },         { "done", ON_NAME, "async=done" },
	{ "fused", ON_NAME, "fused=compute" }, { "arg", ON_ARG, NULL },
	{ "hlo", ON_HLO, NULL },
};

struct rule {
	const struct kind *kind;
	const char *coll, *pattern;
	const char *file;
	int line;
	struct re *re;
};
struct pair { /* size: coll -> keys; width: dtype -> bytes; tag: tag -> keys */
	const char *a, *b;
};
struct list {
	struct pair *p;
	size_t n, cap;
};
struct cached {
	char *text;
	size_t n;
	int rule; /* index, -1 for none */
};
enum { CACHE = 4096 };

static const char built_in[] =
#include "coll_rules.h"
    ;

struct rules {
	struct rule *r;
	size_t n, cap;
	struct list size, width, tag;
	struct stepname *steps;
	struct cached cache[ON_COUNT][CACHE];
};

/* The first entry of a name counts, as with the rules. */
static void add_pair(struct list *l, const char *a, const char *b)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->p[i].a, a) == 0)
			return;
	mem_reserve((void **)&l->p, &l->cap, l->n + 1, sizeof *l->p);
	l->p[l->n++] = (struct pair){ a, b };
}

/* The next word of *s; the rest stays in *s without leading blanks. */
static char *word(char **s)
{
	char *w = *s;

	while (**s && !isspace((unsigned char)**s))
		(*s)++;
	if (**s)
		*(*s)++ = 0;
	while (isspace((unsigned char)**s))
		(*s)++;
	return w;
}

static void add_rule(struct rules *r, const struct kind *kind, const char *coll,
                     const char *pattern, const char *file, int line)
{
	struct rule *u;
	char why[128];

	mem_reserve((void **)&r->r, &r->cap, r->n + 1, sizeof *r->r);
	u = &r->r[r->n++];
	u->kind = kind;
	u->file = file;
	u->line = line;
	u->coll = coll;
	u->pattern = pattern;
	u->re = re_new(pattern, REG_ICASE, why, sizeof why);
	if (!u->re)
		msg_die("%s:%d: %s: '%s'", file, line, why, pattern);
}

static int is_coll(const char *s)
{
	static const char *const known[] = { "none", "allreduce", "allgather", "reducescatter",
		                             "alltoall", "broadcast", "reduce", "sendrecv",
		                             "barrier", "other" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(s, known[i]) == 0)
			return 1;
	return 0;
}

static void take_line(struct rules *r, char *s, const char *file, int line)
{
	char *kind = word(&s), *what = word(&s);

	for (size_t n = strlen(s); n && isspace((unsigned char)s[n - 1]);)
		s[--n] = 0;
	if (!*what || !*s)
		msg_die("%s:%d: not a rule: '%s'", file, line, kind);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kind, kinds[i].name) == 0) {
			if (!is_coll(what))
				msg_die("%s:%d: unknown collective: '%s'", file, line, what);
			add_rule(r, &kinds[i], what, s, file, line);
			return;
		}
	if (strcmp(kind, "size") == 0)
		add_pair(&r->size, what, s);
	else if (strcmp(kind, "width") == 0)
		add_pair(&r->width, what, s);
	else if (strcmp(kind, "tag") == 0)
		add_pair(&r->tag, what, s);
	else if (!stepname_rule(r->steps, kind, what, s, file, line))
		msg_die("%s:%d: unknown kind of rule: '%s'", file, line, kind);
}

/* The rules keep pointers into a copy of the text. */
static void read_text(struct rules *r, struct slice text, const char *file)
{
	char *s = mem_copy(text.p, text.n), *end = s + text.n, *p, *nl;
	int line = 0;

	for (; s < end; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(end - s));
		nl = nl ? nl : end;
		*nl = 0;
		line++;
		for (p = s; isspace((unsigned char)*p);)
			p++;
		if (*p && *p != '#')
			take_line(r, p, file, line);
	}
}

/* The built-in table's own text is parsed once, as the table. */
static void read_file(struct rules *r, const char *path)
{
	struct in *in = in_open(path);
	struct buf b = { 0 };
	size_t got;

	if (!in)
		exit(ST_TROUBLE);
	do {
		buf_room(&b, 1 << 14);
		got = in_read(in, (unsigned char *)b.p + b.n, 1 << 14);
		b.n += got;
	} while (got);
	if (in_close(in))
		exit(ST_TROUBLE);
	if (!slice_is(buf_slice(&b), built_in))
		read_text(r, buf_slice(&b), mem_copy(path, strlen(path)));
	free(b.p);
}

struct rules *rules_load(const char *const *user_files, int n)
{
	struct rules *r = mem_resize(NULL, 1, sizeof *r);
	const char *env = getenv("TR_RULES");

	memset(r, 0, sizeof *r);
	r->steps = stepname_new();
	for (int i = 0; i < n; i++)
		read_file(r, user_files[i]);
	if (env && *env)
		read_file(r, env);
	else if (access(TR_RULES_INSTALLED, F_OK) == 0)
		read_file(r, TR_RULES_INSTALLED);
	read_text(r, slice_of(built_in), "coll.rules");
	read_text(r, slice_of(stepname_table), "step.rules");
	return r;
}

const struct stepname *rules_steps(const struct rules *r)
{
	return r->steps;
}

int rules_is_step(const struct rules *r, struct slice name)
{
	static struct buf ignored;

	ignored.n = 0;
	return stepname_put(r->steps, slice_of("user_annotation"), name, NULL, &ignored, NULL);
}

/* Index of the first rule of this kind that matches, or -1. Names repeat: the answer is kept. */
static int match(struct rules *r, int on, struct slice text)
{
	struct cached *c = &r->cache[on][intern_hash(text) % CACHE];

	if (c->text && c->n == text.n && memcmp(c->text, text.p, text.n) == 0)
		return c->rule;
	free(c->text);
	c->text = mem_copy(text.p, text.n);
	c->n = text.n;
	c->rule = -1;
	for (size_t i = 0; i < r->n && c->rule < 0; i++)
		if (r->r[i].kind->on == on && re_found(r->r[i].re, c->text))
			c->rule = (int)i;
	return c->rule;
}

static int first(int a, int b)
{
	return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

/* Texts without quotes; .p NULL if absent. arg: the value of "Collective name". */
static int classify(struct rules *r, struct slice name, struct slice arg, struct slice hlo)
{
	int rule = name.p ? match(r, ON_NAME, name) : -1;

	if (arg.p)
		rule = first(rule, match(r, ON_ARG, arg));
	if (hlo.p)
		rule = first(rule, match(r, ON_HLO, hlo));
	return rule;
}

static const char *lookup(const struct list *l, struct slice key)
{
	for (size_t i = 0; i < l->n; i++)
		if (slice_is(key, l->p[i].a))
			return l->p[i].b;
	return NULL;
}

/* The next key of "A<sep>B" into key[128]; returns what is left of the list, NULL at its end. */
static const char *next_key(const char *keys, char sep, char *key)
{
	char seps[2] = { sep, 0 };
	size_t n = strcspn(keys, seps);

	snprintf(key, 128, "%.*s", (int)n, keys);
	return keys[n] ? keys + n + 1 : NULL;
}

/* Message size in bytes: the largest of the named element counts times the dtype's width. Returns
 * 0 if the event does not have it. */
static int message_bytes(struct rules *r, struct ev *v, struct slice coll, int64_t *bytes)
{
	const char *keys = lookup(&r->size, coll);
	struct slice dtype = ev_arg(v, "dtype");
	const char *width = dtype.p ? lookup(&r->width, ev_bare(dtype)) : NULL;
	int64_t w, n, max = -1;
	char key[128];

	if (!width || num_i64(slice_of(width), &w))
		return 0;
	while (keys) {
		keys = next_key(keys, ';', key);
		if (num_i64(ev_bare(ev_arg(v, key)), &n) == 0 && n > max)
			max = n;
	}
	return max >= 0 && !__builtin_mul_overflow(max, w, bytes);
}

/* The tags of rule i; returns its collective, NULL if it is not communication. */
static const char *put_coll(struct rules *r, int i, struct buf *b)
{
	if (i < 0 || strcmp(r->r[i].coll, "none") == 0)
		return NULL;
	rec_put_tag(b, "coll", slice_of(r->r[i].coll));
	if (r->r[i].kind->tag)
		rec_put(b, slice_of(r->r[i].kind->tag));
	return r->r[i].coll;
}

/* Text without quotes; .p NULL stays. */
static struct slice bare(struct slice raw)
{
	return raw.p ? ev_bare(raw) : raw;
}

void rules_tags(struct rules *r, struct ev *v, struct buf *b)
{
	const char *coll = put_coll(r,
	                            classify(r, bare(v->name), bare(ev_arg(v, "Collective name")),
	                                     bare(ev_arg(v, "hlo_category"))),
	                            b);
	int64_t bytes;
	unsigned flaws = 0;

	if (!coll)
		return;
	if (message_bytes(r, v, slice_of(coll), &bytes))
		rec_put_num(b, "bytes", bytes);
	for (size_t k = 0; k < r->tag.n; k++) {
		const char *keys = r->tag.p[k].b;
		struct slice s = { NULL, 0 };
		char key[128];

		while (keys && ev_bare(s).n == 0) {
			keys = next_key(keys, '|', key);
			s = ev_arg(v, key);
		}
		if (ev_bare(s).n == 0)
			continue;
		rec_put_tag(b, r->tag.p[k].a, (struct slice){ "", 0 });
		json_text(b, s, &flaws);
	}
}

void rules_name_tags(struct rules *r, struct slice name, struct slice hlo, struct buf *b)
{
	static const struct slice none = { NULL, 0 };

	put_coll(r, classify(r, name, none, hlo.n ? hlo : none), b);
}

void rules_explain(struct rules *r, struct slice name, struct buf *b)
{
	int i = match(r, ON_NAME, name);

	if (i < 0) {
		buf_str(b, "none\t.\t.");
		return;
	}
	buf_str(b, r->r[i].coll);
	buf_ch(b, '\t');
	buf_str(b, r->r[i].file);
	buf_ch(b, ':');
	num_put(b, r->r[i].line);
	buf_ch(b, '\t');
	buf_str(b, r->r[i].pattern);
}
