/* card: a YAML workload card, kept as its text and as a flat list of the values in it, each with
 * the bytes that it stands in. */
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
	    value; /* a scalar's bytes; .p NULL where it is empty or null, and of collections */
	enum card_kind kind;
	int plain; /* a scalar without quotes on one line, also the empty one */
	int block;                        /* a scalar in the style of | or > */
	int in_flow, flow;                /* stands inside [] or {}; is a collection in them */
	size_t children;                  /* of a collection */
	size_t line, col;                 /* of the value, from 1 */
	size_t at, end;                   /* its bytes in the text */
	size_t key_line, key_col, key_at; /* of the key; of a list's element, as the value's */
	int parent; /* index of the collection that it stands in; -1: the card itself */
};
struct card {
	struct card_item *item; /* in the file's order, a collection before what is in it */
	size_t n, cap;
	struct buf text;
	const char *name;     /* of the file, for messages */
	struct {              /* where reading stopped */
		size_t line, col; /* from 1; 0: of the file as a whole */
		char what[160];
	} fault;
};

/* Reads the file's bytes ("-": standard input) into c->text. ST_TROUBLE after a message where that
 * fails, ST_DATA after one where it is larger than CARD_MAX. */
int card_load(struct card *c, const char *file);
/* Takes c->text apart into c->item. ST_OK; ST_DATA with c->fault where it is no YAML, or YAML that
 * no card has (aliases, tags, duplicate keys, more than 64 levels, no mapping). What was read is
 * in c. */
int card_parse(struct card *c);
/* Both; a fault is printed, with line and column. */
int card_read(struct card *c, const char *file);
void card_say_fault(const struct card *c);
/* The text is now this one (taken over), and is parsed anew. */
int card_retext(struct card *c, struct buf *text);
/* The value at a path; NULL where the card has none. */
const struct card_item *card_find(const struct card *c, const char *path);
const struct card_item *card_find_slice(const struct card *c, struct slice path);
/* Is it there and a scalar that is not empty? */
int card_given(const struct card_item *it);
#endif
