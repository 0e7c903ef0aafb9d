/* card_schema: the template of a workload card, version 1: one table of what stands where. */
#ifndef CARD_SCHEMA_H
#define CARD_SCHEMA_H
#include "card/card.h"

#include <stdint.h>

/* Where the template's values stand. */
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
	int secret; /* tr-card redact hides the text as a whole */
};

extern const struct card_row card_rows[];
extern const size_t card_n_rows;

/* The row of a path; for an element ("x[0]") that of its list, below a CT_FREE the CT_FREE. NULL:
 * none.
 */
const struct card_row *card_row(struct slice path);
/* Is it a mapping of the template: workload.model, ...? */
int card_is_group(struct slice path);
/* The one path of the template (a value's or a mapping's) that ends in this key, whatever the case
 * and whether with - or _; .p NULL where there is none, or more than one. */
struct slice card_place_of(struct slice key);
/* The key that the template has below `parent` for this spelling of it; .p NULL: none. */
struct slice card_spelt(struct slice parent, struct slice key);
/* May the value of this row be empty in this card? */
int card_may_be_empty(const struct card *c, const struct card_row *r);
/* The whole number at a path. Returns 0 where it is missing, no number, or beyond 10^12. */
int card_int(const struct card *c, const char *path, int64_t *v);
/* What stands in front of the last '.'; empty where there is none. And what stands behind it. */
struct slice card_parent(struct slice path);
struct slice card_leaf(struct slice path);
#endif
