/* redact: texts for other people's eyes: every word that is not known to be public becomes a keyed hash,
 * the same word always the same one. Known are numbers and the words of redact_words.c. */
#ifndef REDACT_H
#define REDACT_H
#include "intern.h"
#include "sha256.h"

enum { REDACT_KEPT = 65536, REDACT_HEX = 12 }; /* words remembered; hexadecimal digits of a hash */

struct redact {
	struct hmac key;
	struct intern words; /* the public ones, in small letters */
	struct intern known; /* runs seen before */
	char *hides;         /* by their id */
	size_t cap;
};

extern const char redact_words[]; /* separated by blanks and line ends */

void redact_begin(struct redact *r, struct slice salt);
/* Appends the text, word by word. A run of letters, digits and _ . - / @ ~ \ is one word: a path, a host;
 * it is kept where each of its parts is public. A URL is hidden whole, an address of digits, too. */
void redact_text(struct redact *r, struct slice s, struct buf *out);
/* The same of what has public names: kernels, calls of CUDA. Only paths, addresses and URLs are hidden.
 */
void redact_name(struct redact *r, struct slice s, struct buf *out);
/* Appends one hash for all of it; nothing for nothing. */
void redact_whole(struct redact *r, struct slice s, struct buf *out);
#endif
