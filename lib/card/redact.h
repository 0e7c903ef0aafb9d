/* redact: texts for other people's eyes: every word that is not known to be public becomes a keyed
 * hash, the same word always the same hash. Known are numbers and the words of redact_words.c. */
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

struct redact_mark { /* first, and then somewhere after it */
	const char *first, *then;
};

extern const char redact_words[]; /* separated by blanks and line ends */
extern const char *const redact_kernels[];       /* beginnings of names, up to NULL */
extern const struct redact_mark redact_marks[]; /* up to first == NULL */

void redact_begin(struct redact *r, struct slice salt);
/* Appends the text, word by word. A run of letters, digits and _ . - / @ ~ \ is one word: a path,
 * a host; it is kept if each of its parts is public. A URL or an address of digits is hidden
 * completely. */
void redact_text(struct redact *r, struct slice s, struct buf *out);
/* The same for texts with public names, when names are kept. Only paths, addresses, URLs and
 * credentials are hidden. */
void redact_name(struct redact *r, struct slice s, struct buf *out);
/* A kernel's name: kept if it belongs to a known library; unknown identifiers in its arguments are
 * hidden. Any other name becomes one hash; the words that the tables of kernels look for are
 * appended to it. */
void redact_kernel(struct redact *r, struct slice s, struct buf *out);
/* A call of a runtime or driver: kept if it looks like one of CUDA, HIP and the like, else treated
 * as text. */
void redact_call(struct redact *r, struct slice s, struct buf *out);
/* A word without separators: a number, a letter, a public word. */
int redact_is_public(struct redact *r, struct slice word);
/* Must this run be hidden even in a name that is kept: is it a path, an address, a credential? */
int redact_hides_name(struct redact *r, struct slice run);
/* Does the text contain a key in PEM format? */
int redact_is_key(struct slice s);
/* Appends one hash for all of it; nothing if it is empty. */
void redact_whole(struct redact *r, struct slice s, struct buf *out);
#endif
