#include "card/card_yaml.h"

#include "base/escape.h"
#include "base/num.h"
#include "json/json.h"

#include <ctype.h>
#include <strings.h>

/* Letters, digits and characters without a meaning to YAML inside a word. */
static int is_tame(struct slice s)
{
	static const char *const taken[] = {
		"true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"
	};
	struct dec d;
	size_t letters = 0;

	if (!s.n || s.n > 200 ||
	    !(isalnum((unsigned char)s.p[0]) || s.p[0] == '_' || s.p[0] == '/'))
		return 0;
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && !strchr("_-./+=()<>;", s.p[i]) &&
		    !(s.p[i] == ' ' && i + 1 < s.n))
			return 0;
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (strlen(taken[i]) == s.n && strncasecmp(taken[i], s.p, s.n) == 0)
			return 0;
	/* Is it text to every reader? Numbers and dates have no letters beyond f, or e and x. */
	for (size_t i = 0; i < s.n; i++)
		letters += isalpha((unsigned char)s.p[i]) && !strchr("abcdefABCDEFxXo", s.p[i]);
	return num_dec(s, &d) != 0 && (letters || !isdigit((unsigned char)s.p[0]));
}

void yaml_put(struct buf *b, struct slice s)
{
	if (is_tame(s))
		buf_put(b, s);
	else if (escape_is_utf8(s))
		json_quote(b, s); /* a JSON string is a YAML string too */
	else
		buf_str(b, "\"\\ufffd\"");
}

void yaml_put_word(struct buf *b, struct slice s)
{
	struct dec d;

	if (slice_is(s, "true") || slice_is(s, "false") || num_dec(s, &d) == 0)
		buf_put(b, s);
	else
		yaml_put(b, s);
}
