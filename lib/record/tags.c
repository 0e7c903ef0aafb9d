#include "record/tags.h"

#include "base/escape.h"
#include "json/json.h"

#include <stdint.h>

void tags_key(struct buf *b, struct slice raw, unsigned *flaws)
{
	size_t at = b->n;

	json_text(b, raw, flaws);
	escape_key(b, at);
}

/* Cuts the tag that begins at b->p[at] (its tab). Returns its length. */
static size_t cut_tag(struct buf *b, size_t at)
{
	const char *end = memchr(b->p + at + 1, '\t', b->n - at - 1);
	size_t n = end ? (size_t)(end - (b->p + at)) : b->n - at;

	memmove(b->p + at, b->p + at + n, b->n - at - n);
	b->n -= n;
	return n;
}

void tags_unique(struct buf *b, size_t own, unsigned *flaws)
{
	enum { MOST = 256 }; /* later keys are not checked: the search is quadratic */
	size_t at[MOST], n = 0, i = 0;
	uint32_t print[MOST]; /* length and first bytes: enough to tell nearly all keys apart */

	while (i < b->n && n < MOST) {
		const char *p = b->p + i, *tab = memchr(p + 1, '\t', b->n - i - 1);
		const char *eq = memchr(p, '=', b->n - i);
		size_t key = (size_t)(eq - p) + 1, k;

		print[n] = (uint32_t)key << 24 ^ (uint32_t)(unsigned char)p[1] << 16 ^
		           (uint32_t)(unsigned char)p[key / 2] << 8 ^ (unsigned char)p[key - 2];
		for (k = 0; k < n; k++)
			if (print[k] == print[n] && memcmp(b->p + at[k], p, key) == 0)
				break;
		if (k == n) {
			at[n++] = i;
			if (!tab)
				return;
			i = (size_t)(tab - b->p);
			continue;
		}
		*flaws |= JF_DUP;
		if (at[k] < own && i >= own) {
			cut_tag(b, i);
			continue;
		}
		if (at[k] < own)
			own -= cut_tag(b, at[k]);
		else
			cut_tag(b, at[k]);
		n = i = 0; /* positions moved: begin again */
	}
}
