#include "card/card_check.h"

#include <inttypes.h>

#define PLAN "Model-executor.model_plan_parallelization."
#define XPU "workload.hardware.xpu_spec."
#define ARCH "workload.model.model_arch."

/* Says it where the value at path stands. */
#define SAY(where, error, ...)                                                                           \
	do {                                                                                                 \
		const struct card_item *it_ = card_find(c, where);                                               \
		card_found(f, it_->line, it_->col, error, it_->path, __VA_ARGS__);                               \
	} while (0)

static void devices(const struct card *c, struct findings *f)
{
	int64_t r, s, t, p, x, n, product;

	if (!card_int(c, PLAN "dp_replicate", &r) || !card_int(c, PLAN "dp_shard", &s) ||
	    !card_int(c, PLAN "tp", &t) || !card_int(c, PLAN "pp", &p) || !card_int(c, PLAN "cp", &x) ||
	    !card_int(c, XPU "total_count", &n))
		return;
	if (!r || !s || !t || !p || !x)
		return;
	if (__builtin_mul_overflow(r, s, &product) || __builtin_mul_overflow(product, t, &product) ||
	    __builtin_mul_overflow(product, p, &product) || __builtin_mul_overflow(product, x, &product) ||
	    product != n)
		SAY(XPU "total_count", 1,
		    "%" PRId64 " devices, but dp_replicate x dp_shard x tp x pp x cp is %" PRId64 " x %" PRId64
		    " x %" PRId64 " x %" PRId64 " x %" PRId64,
		    n, r, s, t, p, x);
}

static void nodes(const struct card *c, struct findings *f)
{
	int64_t n, node;

	if (!card_int(c, XPU "total_count", &n) || !card_int(c, XPU "count_per_node", &node) || !n || !node)
		return;
	if (node > n)
		SAY(XPU "count_per_node", 1, "%" PRId64 " devices a node, but %" PRId64 " in all", node, n);
	else if (n % node)
		SAY(XPU "count_per_node", 1, "%" PRId64 " devices are no whole number of nodes of %" PRId64, n,
		    node);
}

static void divisible(const struct card *c, struct findings *f)
{
	int64_t heads, tp, layers, pp, batch, mb;

	if (card_int(c, ARCH "num_heads", &heads) && card_int(c, PLAN "tp", &tp) && tp > 0 && heads % tp)
		SAY(PLAN "tp", 1, "num_heads is %" PRId64 ", which tp %" PRId64 " does not divide", heads, tp);
	if (card_int(c, ARCH "num_layers", &layers) && card_int(c, PLAN "pp", &pp) && pp > 0 && layers % pp)
		SAY(PLAN "pp", layers < pp, "num_layers is %" PRId64 ", which pp %" PRId64 " does not divide",
		    layers, pp);
	if (card_int(c, "workload.data.batch_size", &batch) && card_int(c, PLAN "pp_mb", &mb) && mb > 0 &&
	    batch % mb)
		SAY(PLAN "pp_mb", 0, "batch_size is %" PRId64 ", which pp_mb %" PRId64 " does not divide", batch,
		    mb);
}

static void experts(const struct card *c, struct findings *f)
{
	const struct card_item *moe = card_find(c, "workload.model.moe");
	int64_t ep, n;

	if (!card_int(c, PLAN "ep", &ep) || ep < 2)
		return;
	if (card_given(moe) && slice_is(moe->value, "false"))
		SAY(PLAN "ep", 0, "%" PRId64 ", but workload.model.moe is false", ep);
	if (card_int(c, XPU "total_count", &n) && n && n % ep)
		SAY(PLAN "ep", 1, "%" PRId64 " does not divide the %" PRId64 " devices", ep, n);
}

void card_check_sums(const struct card *c, struct findings *f)
{
	int64_t all, embedding;

	devices(c, f);
	nodes(c, f);
	divisible(c, f);
	experts(c, f);
	if (card_int(c, ARCH "num_params", &all) && card_int(c, ARCH "num_params_embedding", &embedding) &&
	    embedding > all)
		SAY(ARCH "num_params_embedding", 1, "%" PRId64 " are more than num_params, %" PRId64, embedding,
		    all);
}
