/* evidence: what the records of a run show about the values of its card. */
#ifndef EVIDENCE_H
#define EVIDENCE_H
#include "card/card_check.h"
#include "card/card_schema.h"
#include "trace/facts.h"

struct evidence {
	const struct card *c;
	const struct facts *facts;
	struct findings *f;
};

/* Reports "what (STREAM:LINE)" at the value of path; k, i: the fact that shows it. */
void evidence_against(const struct evidence *e, const char *path, int error, enum fact k, size_t i,
                      const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* The card's text at path, if it is given and not a placeholder; .p NULL else. */
struct slice evidence_text(const struct evidence *e, const char *path);
/* "4, 8" of column `column` of all values of a fact, shortened. Good until the next call. */
const char *evidence_list(const struct facts *f, enum fact k, int column);
/* Does a word of the text name the other, as in "h100" and "H100 80GB HBM3"? */
int evidence_same_model(struct slice card, struct slice device);
/* The parallelism that a process group's description names, as the path of the card's key:
 * "mesh_tp"; *product: of dp, both keys' product. NULL if it does not name exactly one. */
const char *evidence_group_key(struct slice description, int *product);
/* The name of the c10 type in the card: BFloat16: bf16; NULL: another type. */
const char *evidence_precision(struct slice dtype);
#endif
