#include "card/evidence.h"

#include "card/card_value.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void evidence_against(const struct evidence *e, const char *path, int error, enum fact k, size_t i,
                      const char *fmt, ...)
{
	const struct card_item *it = card_find(e->c, path);
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	card_found(e->f, it->line, it->col, error, it->path, "%s (%s:%" PRIu64 ")", text,
	           e->facts->file, e->facts->of[k].line[i]);
}

struct slice evidence_text(const struct evidence *e, const char *path)
{
	const struct card_item *it = card_find(e->c, path);

	if (!card_given(it) || card_is_placeholder(it->value))
		return (struct slice){ NULL, 0 };
	return it->value;
}

const char *evidence_list(const struct facts *f, enum fact k, int column)
{
	static char text[200];
	struct intern seen = { 0 };
	size_t n = 0;

	text[0] = 0;
	for (size_t i = 0; i < facts_n(f, k); i++) {
		struct slice s = facts_value(f, k, i);
		const char *tab;

		for (int at = 0; (tab = memchr(s.p, '\t', s.n)) && at < column; at++)
			s = (struct slice){ tab + 1, s.n - (size_t)(tab + 1 - s.p) };
		if (tab)
			s.n = (size_t)(tab - s.p);
		if (intern_find(&seen, s) >= 0)
			continue;
		intern_id(&seen, s);
		if (n + s.n + 8 > sizeof text) {
			snprintf(text + n, sizeof text - n, ", ...");
			break;
		}
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%.*s", n ? ", " : "", (int)s.n,
		                      s.p);
	}
	return text;
}

/* The next word of letters and digits, from *at on. */
static struct slice next_word(struct slice s, size_t *at)
{
	size_t from;

	while (*at < s.n && !isalnum((unsigned char)s.p[*at]))
		++*at;
	from = *at;
	while (*at < s.n && isalnum((unsigned char)s.p[*at]))
		++*at;
	return (struct slice){ s.p + from, *at - from };
}

/* A word that identifies a model, of letters and digits: H100, MI300X, v6e; not 80GB, SXM5,
 * HBM3. */
static int is_model_word(struct slice w)
{
	size_t letters = 0;

	for (size_t i = 0; i < w.n; i++)
		letters += isalpha((unsigned char)w.p[i]) != 0;
	if (!letters || letters == w.n || facts_has_word(w, "gb") || facts_has_word(w, "sxm") ||
	    facts_has_word(w, "hbm") || facts_has_word(w, "gen"))
		return 0;
	return 1;
}

int evidence_same_model(struct slice card, struct slice device)
{
	struct slice w, d;
	size_t at = 0, words = 0;

	while ((w = next_word(card, &at)).n) {
		size_t to = 0;

		if (!is_model_word(w))
			continue;
		words++;
		while ((d = next_word(device, &to)).n) {
			char small[64];
			size_t n = w.n < d.n ? w.n : d.n;

			if (!is_model_word(d) || n >= sizeof small)
				continue;
			for (size_t i = 0; i < n; i++)
				small[i] = (char)tolower((unsigned char)d.p[i]);
			small[n] = 0;
			if (facts_has_word((struct slice){ w.p, n }, small))
				return 1;
		}
	}
	return !words;
}

/* Does the description contain this word, with no letter next to it? */
static int has_piece(struct slice s, const char *piece)
{
	struct slice w;
	size_t at = 0, n = strlen(piece);

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && isalpha((unsigned char)s.p[i]))
			continue;
		w = (struct slice){ s.p + at, i - at };
		at = i + 1;
		if (w.n == n && facts_has_word(w, piece))
			return 1;
	}
	return 0;
}

const char *evidence_group_key(struct slice d, int *product)
{
	int tp = has_piece(d, "tp") || has_piece(d, "tensor"),
		pp = has_piece(d, "pp") || has_piece(d, "pipeline");
	int cp = has_piece(d, "cp") || has_piece(d, "context"),
		ep = has_piece(d, "ep") || has_piece(d, "expert");
	int dp = has_piece(d, "dp") || has_piece(d, "data") || has_piece(d, "ddp");
	int shard = has_piece(d, "shard") || has_piece(d, "fsdp"),
	    replicate = has_piece(d, "replicate");

	*product = 0;
	if (tp + pp + cp + ep + (dp || shard || replicate) != 1 || shard + replicate > 1)
		return NULL;
	*product = dp && !shard && !replicate;
	return tp          ? PLAN "tp"
	       : pp        ? PLAN "pp"
	       : cp        ? PLAN "cp"
	       : ep        ? PLAN "ep"
	       : replicate ? PLAN "dp_replicate"
	                   : PLAN "dp_shard";
}

const char *evidence_precision(struct slice t)
{
	return slice_is(t, "BFloat16")       ? "bf16"
	       : slice_is(t, "Half")         ? "fp16"
	       : slice_is(t, "Float")        ? "fp32"
	       : facts_has_word(t, "float8") ? "fp8"
	                                     : NULL;
}
