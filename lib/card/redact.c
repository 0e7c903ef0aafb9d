#include "card/redact.h"

#include "base/mem.h"

#include <ctype.h>
#include <strings.h>

void redact_begin(struct redact *r, struct slice salt)
{
	const char *p = redact_words;

	memset(r, 0, sizeof *r);
	hmac_key(&r->key, salt);
	while (*p) {
		size_t n = strcspn(p, " \n");

		if (n)
			intern_id(&r->words, (struct slice){ p, n });
		p += n + (p[n] != 0);
	}
}

void redact_whole(struct redact *r, struct slice s, struct buf *out)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char h[SHA256_SIZE];

	if (!s.n)
		return;
	hmac(&r->key, s, h);
	buf_ch(out, 'h');
	for (int i = 0; i < REDACT_HEX / 2; i++) {
		buf_ch(out, hex[h[i] >> 4]);
		buf_ch(out, hex[h[i] & 15]);
	}
}

/* Digits, and at most a unit or the like after them: 80GB, 8b, 3ul. */
static int is_number(struct slice s)
{
	static const char *const units[] = { "b",  "k",  "m",  "g",   "t",   "l",  "x",  "d",
		                                  "e",  "s",  "u",  "kb",  "mb",  "gb", "tb", "ul",
		                                  "us", "ns", "ms", "kib", "mib", "gib" };
	size_t n = 0;

	while (n < s.n && isdigit((unsigned char)s.p[n]))
		n++;
	if (!n || n == s.n)
		return n != 0;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		size_t k = 0;

		while (n + k < s.n && units[i][k] &&
		       tolower((unsigned char)s.p[n + k]) == units[i][k])
			k++;
		if (n + k == s.n && !units[i][k])
			return 1;
	}
	return 0;
}

/* A part of a run: a number, a letter, a public word, also with a number after it (layer5). */
static int is_public(struct redact *r, struct slice s)
{
	char small[64];
	size_t n = s.n;

	if (s.n <= 1 || is_number(s))
		return !s.n || isalnum((unsigned char)s.p[0]);
	if (s.n > sizeof small)
		return 0;
	for (size_t i = 0; i < s.n; i++)
		small[i] = (char)tolower((unsigned char)s.p[i]);
	if (intern_find(&r->words, (struct slice){ small, s.n }) >= 0)
		return 1;
	while (n && isdigit((unsigned char)small[n - 1]))
		n--;
	return n > 1 && n < s.n && intern_find(&r->words, (struct slice){ small, n }) >= 0;
}

/* The length at the start of n groups of `digits` characters at most (all == 1: exactly),
 * hexadecimal or decimal, separated by this character; 0: there are none, or more of the kind
 * follow. */
static size_t groups(struct slice s, int n, size_t digits, int exact, int hex, char sign)
{
	size_t at = 0;

	for (int g = 0; g < n; g++) {
		size_t from = at;

		if (g && (at == s.n || s.p[at++] != sign))
			return 0;
		from = at;
		while (at < s.n &&
		       (hex ? isxdigit((unsigned char)s.p[at]) : isdigit((unsigned char)s.p[at])))
			at++;
		if (at == from || at - from > digits || (exact && at - from != digits))
			return 0;
	}
	return at < s.n && (isalnum((unsigned char)s.p[at]) || s.p[at] == sign) ? 0 : at;
}

/* Does it contain an address: 10.0.0.17, 00-11-22-33-44-55, 0011.2233.4455? */
static int has_address(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		struct slice rest = { s.p + i, s.n - i };

		if (i && (isalnum((unsigned char)s.p[i - 1]) || (s.p[i - 1] == '.' && i > 1)))
			continue;
		if (groups(rest, 4, 3, 0, 0, '.') || groups(rest, 6, 2, 1, 1, '-') ||
		    groups(rest, 3, 4, 1, 1, '.'))
			return 1;
	}
	return 0;
}

static size_t while_in(struct slice s, size_t from, const char *more)
{
	while (from < s.n &&
	       (isalnum((unsigned char)s.p[from]) || (s.p[from] && strchr(more, s.p[from]))))
		from++;
	return from;
}

/* A credential that a service issues: AKIA..., ghp_..., hf_..., AIza..., xoxb-..., sk-..., a JSON
 * Web Token. */
static int is_credential(struct slice s)
{
	static const struct {
		const char *start;
		size_t least; /* characters after it */
	} known[] = {
		{ "AKIA", 16 }, { "ASIA", 16 }, { "AIza", 30 }, { "ghp_", 30 }, { "gho_", 30 },
		{ "ghu_", 30 }, { "ghs_", 30 }, { "ghr_", 30 }, { "github_pat_", 20 },
		{ "glpat-", 16 }, { "hf_", 20 }, { "xoxa-", 10 }, { "xoxb-", 10 },
		{ "xoxp-", 10 }, { "xoxr-", 10 }, { "xoxs-", 10 }, { "xapp-", 10 },
		{ "sk-", 20 }, { "sk_live_", 16 }, { "rk_live_", 16 }, { "pypi-", 16 },
		{ "npm_", 30 }, { "dckr_pat_", 16 }, { "nvapi-", 16 }, { "eyJ", 20 },
		{ "wandb_v1_", 16 },
	};

	for (size_t i = 0; i < s.n; i++) {
		struct slice rest = { s.p + i, s.n - i };

		if (i && isalnum((unsigned char)s.p[i - 1]))
			continue;
		for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
			size_t n = strlen(known[k].start);

			if (slice_starts(rest, known[k].start) &&
			    while_in(rest, n, "-_.") - n >= known[k].least)
				return 1;
		}
	}
	return 0;
}

int redact_is_key(struct slice s)
{
	return slice_has(s, "-----BEGIN ");
}

/* node17, gpu-node-17.cluster, host03: names with numbers are machines. */
static int is_host(struct slice s)
{
	static const char *const kinds[] = { "node",    "nodes", "host", "worker",  "server",
		                             "compute", "login", "rack", "cluster", "machine" };

	for (size_t i = 0; i < s.n; i++) {
		struct slice rest = { s.p + i, s.n - i };

		if (i && isalnum((unsigned char)s.p[i - 1]))
			continue;
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
			size_t n = strlen(kinds[k]), d;

			if (rest.n <= n || strncasecmp(rest.p, kinds[k], n) != 0)
				continue;
			d = n + (rest.p[n] == '-' || rest.p[n] == '.');
			if (d < rest.n && isdigit((unsigned char)rest.p[d]) && rest.p[n] != '.')
				return 1;
		}
	}
	return 0;
}

/* 555-123-4567, 1.555.123.4567: three groups or more, 10 to 15 digits, not a date. */
static int is_phone(struct slice s)
{
	size_t digits = 0, groups = 1;

	if (s.n > 4 && (s.p[4] == '-' || s.p[4] == '.') &&
	    (memcmp(s.p, "19", 2) == 0 || memcmp(s.p, "20", 2) == 0))
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		if (!isdigit((unsigned char)s.p[i]) && s.p[i] != '-' && s.p[i] != '.')
			return 0;
		digits += isdigit((unsigned char)s.p[i]) != 0;
		groups += !isdigit((unsigned char)s.p[i]);
	}
	return groups >= 3 && groups <= 6 && digits >= 10 && digits <= 15;
}

/* The length of a telephone number with blanks or brackets at the start: +49 30 1234567,
 * (415) 555-0123; 0: none. */
static size_t phone(struct slice s)
{
	size_t digits = 0, n = 1, end = 0, group = 0;

	if (!s.n || (s.p[0] != '+' && s.p[0] != '('))
		return 0;
	if (s.p[0] == '(' && (s.n < 5 || s.p[4] != ')'))
		return 0;
	for (; n < s.n; n++) {
		if (isdigit((unsigned char)s.p[n])) {
			digits++;
			group++;
			end = n + 1;
		} else if (!strchr(" ()-./", s.p[n]) || (!isdigit((unsigned char)s.p[n - 1]) &&
		                                         s.p[n - 1] != ')' && s.p[n] != '(')) {
			break;
		}
	}
	if (end < s.n && isalnum((unsigned char)s.p[end]))
		return 0;
	return digits >= 9 && digits <= 15 && group ? end : 0;
}

/* 10.0.0.17 and the like; ids with two @ are not addresses. */
static int is_address(struct slice s)
{
	size_t dots = 0, at = 0, letters = 0;

	for (size_t i = 0; i < s.n; i++) {
		dots += s.p[i] == '.';
		at += s.p[i] == '@';
		letters += !isdigit((unsigned char)s.p[i]) && s.p[i] != '.' && s.p[i] != '@';
	}
	return (at && letters) || (!letters && dots >= 3 && !at);
}

/* A path: more than two parts between slashes, a beginning or a backslash that only paths have. */
static int is_path(struct slice s)
{
	size_t parts = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' || s.p[i] == '~')
			return 1;
		parts += s.p[i] != '/' && (i == 0 || s.p[i - 1] == '/');
	}
	return parts > 2 || (parts > 1 && s.p[0] == '/');
}

static int is_part_end(char c)
{
	return strchr("_.-/@~\\", c) != NULL && c;
}

static int judge(struct redact *r, struct slice run, int names)
{
	size_t from = 0;

	if (is_address(run) || has_address(run) || is_path(run) || is_credential(run))
		return 1;
	if (!names && (is_host(run) || is_phone(run)))
		return 1;
	for (size_t i = 0; names && i + 1 < run.n; i++) /* a source file */
		if (run.p[i] == '/' || slice_is((struct slice){ run.p + i, run.n - i }, ".py"))
			return 1;
	if (names)
		return 0;
	for (size_t i = 0; i <= run.n; i++) {
		if (i < run.n && !is_part_end(run.p[i]))
			continue;
		if (!is_public(r, (struct slice){ run.p + from, i - from }))
			return 1;
		from = i + 1;
	}
	return 0;
}

int redact_is_public(struct redact *r, struct slice word)
{
	return is_public(r, word);
}

int redact_hides_name(struct redact *r, struct slice run)
{
	return judge(r, run, 1);
}

/* Must the run be hidden? Answers are remembered, as far as there is room. */
static int hides(struct redact *r, struct slice run, int names)
{
	int64_t id;

	if (names)
		return judge(r, run, 1);
	id = intern_find(&r->known, run);
	if (id >= 0)
		return r->hides[id];
	if (r->known.n == REDACT_KEPT || run.n > 256)
		return judge(r, run, 0);
	id = intern_id(&r->known, run);
	mem_reserve((void **)&r->hides, &r->cap, (size_t)id + 1, 1);
	r->hides[id] = (char)judge(r, run, 0);
	return r->hides[id];
}

/* The length of an address of hexadecimal groups at the start (IPv6, MAC); 0: it is not one. */
static size_t hex_address(struct slice s)
{
	size_t n = 0, colons = 0, twice = 0;

	for (; n < s.n && (isxdigit((unsigned char)s.p[n]) || s.p[n] == ':'); n++) {
		colons += s.p[n] == ':';
		twice += n && s.p[n] == ':' && s.p[n - 1] == ':';
	}
	while (n && s.p[n - 1] == ':' && n < s.n && s.p[n] == ' ')
		n--;
	if (n < s.n && (isalnum((unsigned char)s.p[n]) || s.p[n] == '_'))
		return 0;
	return (colons >= 2 && twice && n > 4) || colons == 5 || colons == 7 ? n : 0;
}

static int in_run(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || is_part_end(c);
}

static void put(struct redact *r, struct slice s, struct buf *out, int names)
{
	size_t i = 0;

	if (redact_is_key(s)) {
		redact_whole(r, s, out);
		return;
	}
	while (i < s.n) {
		struct slice run = { s.p + i, 0 };

		run.n = hex_address((struct slice){ s.p + i, s.n - i });
		if (!run.n && !names)
			run.n = phone((struct slice){ s.p + i, s.n - i });
		if (run.n) {
			redact_whole(r, run, out);
			i += run.n;
			continue;
		}
		if (!in_run(s.p[i])) {
			buf_ch(out, s.p[i++]);
			continue;
		}
		while (i + run.n < s.n && in_run(run.p[run.n]))
			run.n++;
		if (s.n - i - run.n >= 3 && memcmp(run.p + run.n, "://", 3) == 0) {
			while (i + run.n < s.n && (unsigned char)run.p[run.n] > ' ' &&
			       !strchr("\"'<>", run.p[run.n]))
				run.n++;
			redact_whole(r, run, out);
		} else if (hides(r, run, names)) {
			redact_whole(r, run, out);
		} else {
			buf_put(out, run);
		}
		i += run.n;
	}
}

void redact_text(struct redact *r, struct slice s, struct buf *out)
{
	put(r, s, out, 0);
}

void redact_name(struct redact *r, struct slice s, struct buf *out)
{
	put(r, s, out, 1);
}
