/* card: a YAML workload card, kept as its text and as a flat list of its values, each with its
 * range of bytes. */
#ifndef CARD_H
#define CARD_H
#include "base/buf.h"

/* For "%.*s" in a message: a value of the card, shortened. */
#define SHOW(s) (int)((s).n > 80 ? 80 : (s).n), (s).p

enum { CARD_MAX = 16 << 20, CARD_VALUES = 20000 }; /* bytes and values of a card */
enum card_kind { CARD_SCALAR, CARD_MAP, CARD_LIST };

struct card_item {
	struct slice path;  /* workload.model.phase, metric_source.traces[0] */
	struct slice
	    value; /* a scalar's bytes; .p NULL if it is empty or null, and for collections */
	enum card_kind kind;
	int plain; /* a scalar without quotes on one line, or an empty one */
	int block;                        /* a block scalar (| or >) */
	int in_flow, flow;                /* inside [] or {}; a collection that has items inside
	                                   * them */
	size_t children;                  /* of a collection */
	size_t line, col;                 /* of the value, from 1 */
	size_t at, end;                   /* its bytes in the text */
	size_t key_line, key_col, key_at; /* of the key; of a list's element, as the value's */
	int parent; /* index of its collection; -1: the card itself */
};
struct card {
	struct card_item *item; /* in the file's order, a collection before its items */
	size_t n, cap;
	struct buf text;
	const char *name;     /* of the file, for messages */
	struct {              /* where reading stopped */
		size_t line, col; /* from 1; 0: about all of the file */
		char what[160];
	} fault;
};

/* Reads the file's bytes ("-": standard input) into c->text. ST_TROUBLE after a message if that
 * fails, ST_DATA after one if the file is larger than CARD_MAX. */
int card_load(struct card *c, const char *file);
/* Parses c->text into c->item. ST_OK; ST_DATA with c->fault if it is not YAML, or YAML that a card
 * cannot contain (aliases, tags, duplicate keys, more than 64 levels, not a mapping). c has what
 * was read up to there. */
int card_parse(struct card *c);
/* Both; prints a fault with line and column. */
int card_read(struct card *c, const char *file);
void card_say_fault(const struct card *c);
/* Replaces the text by this one (takes ownership), and parses it. */
int card_retext(struct card *c, struct buf *text);
/* The value at a path; NULL if the card has none. */
const struct card_item *card_find(const struct card *c, const char *path);
const struct card_item *card_find_slice(const struct card *c, struct slice path);
/* Does it exist, as a scalar that is not empty? */
int card_given(const struct card_item *it);
#endif
