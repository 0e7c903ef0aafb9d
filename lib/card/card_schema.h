/* card_schema: the template of a workload card, version 1: one table of all its keys. */
#ifndef CARD_SCHEMA_H
#define CARD_SCHEMA_H
#include "card/card.h"

#include <stdint.h>

/* The types of the template's values. */
#define MODEL "workload.model."
#define ARCH "workload.model.model_arch."
#define DATA "workload.data."
#define HW "workload.hardware."
#define XPU "workload.hardware.xpu_spec."
#define PLAN "Model-executor.model_plan_parallelization."
#define LIBRARY "Model-executor.communication_library."

enum card_type {
	CT_VERSION, /* 1 */
	CT_INT,     /* 0 or more */
	CT_COUNT,   /* 1 or more */
	CT_BOOL,
	CT_PHASE, /* training, inference */
	CT_TEXT,
	CT_URL,
	CT_TEXTS, /* a list of texts */
	CT_RATES, /* [scale-out, scale-up], in Gbit/s */
	CT_FREE,  /* any keys */
};
/* When the value may be empty. */
enum {
	EMPTY_ANY = 1,
	EMPTY_TRAINING = 2,
	EMPTY_INFERENCE = 4,
	EMPTY_ONE_DEVICE = 8,
	EMPTY_DENSE = 16,  /* moe is not true */
	KEY_OPTIONAL = 32, /* the key itself may be missing */
};
struct card_row {
	const char *path;
	enum card_type type;
	const char *unit; /* of a number, or NULL */
	unsigned empty;
	int secret; /* tr-card redact hides all of the text */
};

extern const struct card_row card_rows[];
extern const size_t card_n_rows;

/* The row of a path; for an element ("x[0]") the row of its list, below a CT_FREE that of the
 * CT_FREE. NULL: none. */
const struct card_row *card_row(struct slice path);
/* Is it a mapping of the template: workload.model, ...? */
int card_is_group(struct slice path);
/* The only path of the template (a value's or a mapping's) that ends in this key, ignoring case
 * and - or _; .p NULL if there is none, or more than one. */
struct slice card_place_of(struct slice key);
/* The key of the template below `parent` that this is a spelling of; .p NULL: none. */
struct slice card_spelt(struct slice parent, struct slice key);
/* May the value of this row be empty in this card? */
int card_may_be_empty(const struct card *c, const struct card_row *r);
/* The integer at a path. Returns 0 if it is missing, not a number, or above 10^12. */
int card_int(const struct card *c, const char *path, int64_t *v);
/* The text before the last '.', empty if there is none; and the text after it. */
struct slice card_parent(struct slice path);
struct slice card_leaf(struct slice path);
#endif
