/* evidence: what the records of a run say of the values of its card. */
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

/* Says "what (STREAM:LINE)" at the value of path; k, i: the fact that shows it. */
void evidence_against(const struct evidence *e, const char *path, int error, enum fact k, size_t i,
                      const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* The card's text at path, where it is given and no placeholder; .p NULL else. */
struct slice evidence_text(const struct evidence *e, const char *path);
/* "4, 8" of column `column` of all values of a fact, shortened. Good until the next call. */
const char *evidence_list(const struct facts *f, enum fact k, int column);
/* Does the text hold a word that stands for the other: "h100" and "H100 80GB HBM3"? */
int evidence_same_model(struct slice card, struct slice device);
/* What a process group's description says it is of, as the path of the card's key: "mesh_tp";
 * *product: of dp, both keys' product. NULL where it does not say one thing. */
const char *evidence_group_key(struct slice description, int *product);
/* The c10 type's name in the card's words: BFloat16: bf16; NULL: another. */
const char *evidence_precision(struct slice dtype);
#endif
