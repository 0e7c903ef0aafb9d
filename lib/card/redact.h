/* redact: texts for other people's eyes: every word that is not known to be public becomes a keyed
 * hash, the same word always the same one. Known are numbers and the words of redact_words.c. */
#ifndef REDACT_H
#define REDACT_H
#include "base/intern.h"
#include "base/sha256.h"

enum { REDACT_KEPT = 65536, REDACT_HEX = 12 }; /* words remembered; hexadecimal digits of a hash */

struct redact {
	struct hmac key;
	struct intern words; /* the public ones, in small letters */
	struct intern known; /* runs seen before */
	char *hides;         /* by their id */
	size_t cap;
};

struct redact_mark { /* first, and then somewhere behind it */
	const char *first, *then;
};

extern const char redact_words[]; /* separated by blanks and line ends */
extern const char *const redact_kernels[];       /* beginnings of names, up to NULL */
extern const struct redact_mark redact_marks[]; /* up to first == NULL */

void redact_begin(struct redact *r, struct slice salt);
/* Appends the text, word by word. A run of letters, digits and _ . - / @ ~ \ is one word: a path,
 * a host; it is kept where each of its parts is public. A URL is hidden whole, an address of
 * digits, too. */
void redact_text(struct redact *r, struct slice s, struct buf *out);
/* The same of what has public names, where names are kept. Only paths, addresses, URLs and
 * credentials are hidden. */
void redact_name(struct redact *r, struct slice s, struct buf *out);
/* A kernel's name: kept where a library's that is known; of its arguments, identifiers that are
 * not known are hidden. Another one is one hash; what the tables of kernels look for stands behind
 * it. */
void redact_kernel(struct redact *r, struct slice s, struct buf *out);
/* A call of a runtime or driver: kept where it looks like one of CUDA, HIP and the like, else
 * text. */
void redact_call(struct redact *r, struct slice s, struct buf *out);
/* A word without separators: a number, a letter, a public word. */
int redact_is_public(struct redact *r, struct slice word);
/* Whether even a name that is kept must not hold this run: a path, an address, a credential. */
int redact_hides_name(struct redact *r, struct slice run);
/* Whether a text holds a key in PEM. */
int redact_is_key(struct slice s);
/* Appends one hash for all of it; nothing for nothing. */
void redact_whole(struct redact *r, struct slice s, struct buf *out);
#endif
