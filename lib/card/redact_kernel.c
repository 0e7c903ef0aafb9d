#include "card/redact.h"

#include <ctype.h>

static int in_name(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 ||
	       (c && strchr("_:.-$/@~\\", c));
}

/* The identifier at the start: letters, digits, _ : . - $, and characters that only paths and
 * addresses have. */
static struct slice identifier(struct slice s)
{
	size_t n = 0;

	while (n < s.n && in_name(s.p[n]))
		n++;
	return (struct slice){ s.p, n };
}

/* _ZN5aiter24add_...: the first name in a mangled one, 5aiter. Its length, 0: it is not
 * mangled. */
static struct slice mangled(struct slice id)
{
	size_t at = slice_starts(id, "_ZN") ? 3 : 2, n = 0;

	if (!slice_starts(id, "_Z"))
		return (struct slice){ id.p, 0 };
	while (at < id.n && isdigit((unsigned char)id.p[at]) && n < 1000)
		n = n * 10 + (size_t)(id.p[at++] - '0');
	return n && at + n <= id.n ? (struct slice){ id.p + at, n } : (struct slice){ id.p, 0 };
}

static int is_library(struct slice id)
{
	struct slice first = mangled(id);

	for (size_t i = 0; redact_kernels[i]; i++) {
		size_t n = strlen(redact_kernels[i]);

		if (slice_starts(id, redact_kernels[i]) ||
		    (first.n && slice_starts(first, redact_kernels[i])))
			return 1;
		if (first.n && n == first.n + 2 &&
		    memcmp(redact_kernels[i], first.p, first.n) == 0 &&
		    redact_kernels[i][n - 1] == ':')
			return 1;
	}
	return 0;
}

static int is_known(struct redact *r, struct slice id)
{
	size_t from = 0;

	if (redact_hides_name(r, id))
		return 0;
	while (id.n && id.p[0] == ':') {
		id.p++;
		id.n--;
	}
	if (is_library(id))
		return 1;
	for (size_t i = 0; i <= id.n; i++) { /* words that are public, triton_poi_fused_add_0 */
		if (i < id.n && !strchr("_:.-$", id.p[i]))
			continue;
		if (i - from > 2 && !redact_is_public(r, (struct slice){ id.p + from, i - from }))
			return 0;
		from = i + 1;
	}
	return 1;
}

/* Is it a function of a known library? The first identifier that is not a return type decides. */
static int is_ours(struct redact *r, struct slice s)
{
	static const char *const before[] = { "void",    "static",    "inline",
					      "const",   "anonymous", "namespace",
					      "unnamed", "::",        "__global__" };

	for (size_t i = 0; i < s.n;) {
		struct slice id = identifier((struct slice){ s.p + i, s.n - i });
		int skip = !id.n;

		for (size_t k = 0; k < sizeof before / sizeof *before; k++)
			skip |= slice_is(id, before[k]);
		if (!skip)
			return is_known(r, id);
		i += id.n + !id.n;
	}
	return 1;
}

static int has_mark(struct slice s, const struct redact_mark *m)
{
	for (size_t i = 0, n = strlen(m->first); i + n <= s.n; i++)
		if (memcmp(s.p + i, m->first, n) == 0 &&
		    (!*m->then || slice_has((struct slice){ s.p + i + n, s.n - i - n }, m->then)))
			return 1;
	return 0;
}

static void put_marks(struct slice s, size_t at, struct buf *out)
{
	for (const struct redact_mark *m = redact_marks; m->first; m++) {
		if (!has_mark(s, m) || has_mark((struct slice){ out->p + at, out->n - at }, m))
			continue;
		buf_ch(out, ' ');
		buf_str(out, m->first);
		if (*m->then)
			buf_ch(out, ' ');
		buf_str(out, m->then);
	}
}

void redact_kernel(struct redact *r, struct slice s, struct buf *out)
{
	size_t at = out->n;
	int hidden = 0; /* a part of it was */

	if (redact_is_key(s) || !is_ours(r, s)) {
		redact_whole(r, s, out);
		put_marks(s, at, out);
		return;
	}
	for (size_t i = 0; i < s.n;) {
		struct slice id = identifier((struct slice){ s.p + i, s.n - i });

		if (!id.n) {
			buf_ch(out, s.p[i++]);
			continue;
		}
		/* (anonymous namespace)::f and T<...>::type belong to what precedes them. */
		if (is_known(r, id) ||
		    (i && !hidden && id.p[0] == ':' && !redact_hides_name(r, id))) {
			buf_put(out, id);
		} else {
			redact_whole(r, id, out);
			hidden = 1;
		}
		i += id.n;
	}
	put_marks(s, at, out);
}

void redact_call(struct redact *r, struct slice s, struct buf *out)
{
	static const char *const of[] = { "cuda", "hip", "hsa_", "cu", "acl", "musa", "mu", "ze" };

	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		size_t n = strlen(of[i]), k = n;

		if (!slice_starts(s, of[i]) || s.n == n ||
		    (!isupper((unsigned char)s.p[n]) && of[i][n - 1] != '_'))
			continue;
		while (k < s.n && (isalnum((unsigned char)s.p[k]) || s.p[k] == '_'))
			k++;
		if (k == s.n && !redact_hides_name(r, s)) {
			buf_put(out, s);
			return;
		}
	}
	redact_text(r, s, out);
}
