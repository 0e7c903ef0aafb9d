#include "card/card_evidence.h"

#include "base/num.h"
#include "card/evidence.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* The digits and dots of a version: "cuda_13.0": 13.0; the first such run. */
static struct slice version_in(struct slice s)
{
	size_t at = 0, n = 0;

	while (at < s.n && !isdigit((unsigned char)s.p[at]))
		at++;
	while (at + n < s.n && (isdigit((unsigned char)s.p[at + n]) || s.p[at + n] == '.'))
		n++;
	return (struct slice){ s.p + at, n };
}

/* Are they equal, or is one the beginning of the other up to a dot? */
static int same_version(struct slice a, struct slice b)
{
	struct slice s = a.n < b.n ? a : b, l = a.n < b.n ? b : a;

	return s.n && memcmp(s.p, l.p, s.n) == 0 && (s.n == l.n || l.p[s.n] == '.');
}

static void library(const struct evidence *e)
{
	static const char *const known[] = { "nccl",   "rccl", "msccl", "nvshmem", "deepep",
		                                 "oneccl", "hccl", "gloo",  "mpi" };
	const struct facts *f = e->facts;
	struct slice name = evidence_text(e, LIBRARY "name"),
		     version = evidence_text(e, LIBRARY "version"), seen;
	int named = 0;

	if (name.p && facts_n(f, FACT_LIBRARY)) {
		for (size_t i = 0; i < sizeof known / sizeof *known; i++)
			named |= facts_has_word(name, known[i]);
		for (size_t i = 0; i < facts_n(f, FACT_LIBRARY); i++) {
			char small[16];

			seen = facts_value(f, FACT_LIBRARY, i);
			snprintf(small, sizeof small, "%.*s", (int)seen.n, seen.p);
			/* RCCL's kernels have NCCL's names. */
			if (facts_has_word(name, small) ||
			    (slice_is(seen, "nccl") && facts_has_word(name, "rccl")))
				named = 0;
		}
		if (named)
			evidence_against(e, LIBRARY "name", 1, FACT_LIBRARY, 0,
			                 "%.*s, but the communication kernels come from %s",
			                 SHOW(name), evidence_list(f, FACT_LIBRARY, 0));
	}
	if (!version.p || !facts_n(f, FACT_NCCL) || (name.p && !facts_has_word(name, "nccl")))
		return;
	for (size_t i = 0; i < facts_n(f, FACT_NCCL); i++)
		if (same_version(version_in(version), version_in(facts_value(f, FACT_NCCL, i))))
			return;
	evidence_against(e, LIBRARY "version", 1, FACT_NCCL, 0, "%.*s, but the run had NCCL %s",
	                 SHOW(version), evidence_list(f, FACT_NCCL, 0));
}

/* "cuda_13.0" against 13000. */
static void driver(const struct evidence *e)
{
	const struct facts *f = e->facts;
	struct slice text = evidence_text(e, "workload.hardware.driver_version"), v;
	char seen[32];

	if (!text.p || !facts_has_word(text, "cuda") || !facts_n(f, FACT_CUDA))
		return;
	v = version_in(text);
	for (size_t i = 0; i < facts_n(f, FACT_CUDA); i++) {
		int64_t n = facts_num(f, FACT_CUDA, i, 0);

		snprintf(seen, sizeof seen, "%" PRId64 ".%" PRId64, n / 1000, n % 1000 / 10);
		if (n < 0 || same_version(v, slice_of(seen)))
			return;
	}
	if (v.n)
		evidence_against(e, "workload.hardware.driver_version", 1, FACT_CUDA, 0,
		                 "%.*s, but the run had CUDA %s", SHOW(text), seen);
}

/* The card's name for a precision. */
static const char *precision_of(struct slice s)
{
	static const struct {
		const char *word, *is;
	} words[] = { { "bf16", "bf16" },    { "bfloat16", "bf16" }, { "fp16", "fp16" },
		      { "float16", "fp16" }, { "half", "fp16" },     { "fp8", "fp8" },
		      { "float8", "fp8" },   { "e4m3", "fp8" },      { "fp32", "fp32" },
		      { "float32", "fp32" } };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (facts_has_word(s, words[i].word))
			return words[i].is;
	return NULL;
}

static void precision(const struct evidence *e)
{
	const struct facts *f = e->facts;
	struct slice text = evidence_text(e, MODEL "precision");
	const char *card = text.p ? precision_of(text) : NULL;

	if (!card || facts_have(f, FACT_PRECISION, card) || !facts_n(f, FACT_DTYPE))
		return;
	for (size_t i = 0; i < facts_n(f, FACT_DTYPE); i++) {
		const char *seen = evidence_precision(facts_value(f, FACT_DTYPE, i));

		if (seen && strcmp(seen, card) == 0)
			return;
	}
	evidence_against(e, MODEL "precision", 1, FACT_DTYPE, 0,
	                 "%.*s, but the collectives use %s", SHOW(text),
	                 evidence_list(f, FACT_DTYPE, 0));
}

static void phase(const struct evidence *e)
{
	const struct facts *f = e->facts;
	struct slice text = evidence_text(e, MODEL "phase");
	size_t training = facts_n(f, FACT_TRAINING), inference = facts_n(f, FACT_INFERENCE);
	struct slice sign;

	if (!text.p)
		return;
	if (slice_is(text, "inference") && training) {
		sign = facts_value(f, FACT_TRAINING, 0);
		evidence_against(e, MODEL "phase", 1, FACT_TRAINING, 0,
		                 "inference, but the records have '%.*s'", SHOW(sign));
	} else if (slice_is(text, "training") && inference && !training) {
		sign = facts_value(f, FACT_INFERENCE, 0);
		evidence_against(e, MODEL "phase", 1, FACT_INFERENCE, 0,
		                 "training, but the records have '%.*s'", SHOW(sign));
	}
}

/* A framework for serving, and the kind of steps that only it writes. */
static void framework(const struct evidence *e)
{
	static const char *const xla[] = { "jax",     "xla",  "tensorflow", "flax",
		                           "maxtext", "vllm", "sglang" };
	const char *path = "Model-executor.framework.name";
	const struct facts *f = e->facts;
	struct slice name = evidence_text(e, path), seen;
	int vllm, sglang, is_xla = 0;

	if (!name.p)
		return;
	vllm = facts_has_word(name, "vllm");
	sglang = facts_has_word(name, "sglang");
	for (size_t i = 0; i < sizeof xla / sizeof *xla; i++)
		is_xla |= facts_has_word(name, xla[i]);
	if (facts_have(f, FACT_ENGINE, "jax") && !facts_have(f, FACT_ENGINE, "pytorch") && !is_xla)
		evidence_against(e, path, 1, FACT_ENGINE, 0, "%.*s, but the records come from XLA",
		                 SHOW(name));
	else if (facts_have(f, FACT_ENGINE, "pytorch") && !facts_have(f, FACT_ENGINE, "jax") &&
	         (facts_has_word(name, "jax") || facts_has_word(name, "tensorflow")))
		evidence_against(e, path, 1, FACT_ENGINE, 0,
		                 "%.*s, but the records come from PyTorch", SHOW(name));
	else if ((facts_have(f, FACT_STEP, "vllm") && !vllm) ||
	         (facts_have(f, FACT_STEP, "sglang") && !sglang))
		evidence_against(e, path, 1, FACT_STEP, 0,
		                 "%.*s, but the steps have names that %s gives", SHOW(name),
		                 facts_have(f, FACT_STEP, "vllm") ? "vLLM" : "SGLang");
	else if ((vllm || sglang) && facts_have(f, FACT_STEP, "plain") &&
	         !facts_have(f, FACT_STEP, "vllm") && !facts_have(f, FACT_STEP, "sglang"))
		evidence_against(e, path, 1, FACT_STEP, 0,
		                 "%.*s, but the steps are named prefill and decode", SHOW(name));
	else if ((vllm || sglang) && facts_n(f, FACT_TRAINING)) {
		seen = facts_value(f, FACT_TRAINING, 0);
		evidence_against(e, path, 1, FACT_TRAINING, 0,
		                 "%.*s, which only serves, but the records have '%.*s'",
		                 SHOW(name), SHOW(seen));
	}
}

/* Is v in column `column` of a fact? */
static int among(const struct facts *f, enum fact k, int column, int64_t v)
{
	for (size_t i = 0; i < facts_n(f, k); i++)
		if (facts_num(f, k, i, column) == v)
			return 1;
	return 0;
}

/* Batch and sequence against the shapes of hidden states, [batch, sequence, heads x head_dim];
 * else against the shapes of what is all-reduced; else, in training, against its number of
 * elements. */
static void shapes(const struct evidence *e)
{
	const struct facts *f = e->facts;
	int64_t batch, seq, input = -1, heads, dim, tp;
	enum fact k = facts_n(f, FACT_STATE) ? FACT_STATE : FACT_SHAPE;
	int hidden = card_int(e->c, MODEL "model_arch.num_heads", &heads) &&
	             card_int(e->c, MODEL "model_arch.head_dim", &dim) && heads * dim > 0;
	struct slice training = evidence_text(e, MODEL "phase");

	if (!card_int(e->c, DATA "batch_size", &batch) || !card_int(e->c, DATA "seq_len", &seq))
		return;
	card_int(e->c, DATA "input_len", &input);
	if (facts_n(f, k) && (k == FACT_STATE || (hidden && among(f, k, 2, heads * dim)))) {
		if (!among(f, k, 0, batch))
			evidence_against(e, DATA "batch_size", 1, k, 0,
			                 "%" PRId64 ", but the shapes have batches of %s", batch,
			                 evidence_list(f, k, 0));
		if (!among(f, k, 1, seq) && !among(f, k, 1, input))
			evidence_against(e, DATA "seq_len", 1, k, 0,
			                 "%" PRId64 ", but the shapes have sequences of %s", seq,
			                 evidence_list(f, k, 1));
		return;
	}
	if (!hidden || !training.p || !slice_is(training, "training") ||
	    !facts_n(f, FACT_REDUCED) ||
	    !card_int(e->c, "Model-executor.model_plan_parallelization.tp", &tp) || tp < 2)
		return;
	for (size_t i = 0; i < facts_n(f, FACT_REDUCED); i++)
		if (facts_num(f, FACT_REDUCED, i, 0) != tp ||
		    facts_num(f, FACT_REDUCED, i, 1) == batch * seq * heads * dim)
			return;
	evidence_against(e, DATA "batch_size", 1, FACT_REDUCED, 0,
	                 "%" PRId64 " x seq_len %" PRId64
	                 " x heads x head_dim does not match the all-reduced message: %s elements",
	                 batch, seq, evidence_list(f, FACT_REDUCED, 1));
}

/* A length against the smallest and the largest of the requests. */
static void lengths(const struct evidence *e, const char *path, enum fact k)
{
	int64_t v, low = INT64_MAX, high = -1, n;

	if (!facts_n(e->facts, k) || !card_int(e->c, path, &v))
		return;
	for (size_t i = 0; i < facts_n(e->facts, k); i++) {
		n = facts_num(e->facts, k, i, 0);
		if (n < 0)
			return;
		low = n < low ? n : low;
		high = n > high ? n : high;
	}
	if (low == high && v != low)
		evidence_against(e, path, 1, k, 0,
		                 "%" PRId64 ", but all requests have %" PRId64 " tokens", v, low);
	else if (v < low || v > high)
		evidence_against(e, path, 1, k, 0,
		                 "%" PRId64 ", but requests have %" PRId64 " to %" PRId64
		                 " tokens",
		                 v, low, high);
}

static void rounds(const struct evidence *e)
{
	int64_t v, n = (int64_t)facts_n(e->facts, FACT_NUMBER);

	if (card_int(e->c, MODEL "iteration", &v) && n > v)
		evidence_against(e, MODEL "iteration", 1, FACT_NUMBER, 0,
		                 "%" PRId64 ", but %" PRId64 " steps are recorded", v, n);
}

static void experts(const struct evidence *e)
{
	struct slice moe = evidence_text(e, MODEL "moe"), name;

	if (!moe.p || !slice_is(moe, "false") || !facts_n(e->facts, FACT_MOE))
		return;
	name = facts_value(e->facts, FACT_MOE, 0);
	evidence_against(e, MODEL "moe", 1, FACT_MOE, 0,
	                 "false, but there are kernels like '%.*s'", SHOW(name));
}

static void work(const struct evidence *e)
{
	library(e);
	driver(e);
	precision(e);
	phase(e);
	framework(e);
	shapes(e);
	lengths(e, DATA "input_len", FACT_PROMPT);
	lengths(e, DATA "output_len", FACT_OUTPUT);
	rounds(e);
	experts(e);
}

static void group_sizes(const struct evidence *e)
{
	struct intern told = { 0 };

	for (size_t i = 0; i < facts_n(e->facts, FACT_GROUP); i++) {
		struct slice d = facts_value(e->facts, FACT_GROUP, i);
		int64_t size = facts_num(e->facts, FACT_GROUP, i, 1), has, other = 1;
		int product;
		const char *key;

		d.n = (size_t)((const char *)memchr(d.p, '\t', d.n) - d.p);
		key = evidence_group_key(d, &product);
		if (!key || size < 1 || !card_int(e->c, key, &has))
			continue;
		if (product && !card_int(e->c, PLAN "dp_replicate", &other))
			continue;
		if (has * other == size || intern_find(&told, slice_of(key)) >= 0)
			continue;
		intern_id(&told, slice_of(key));
		evidence_against(e, key, 1, FACT_GROUP, i,
		                 "%s%" PRId64 ", but the process group %.*s has %" PRId64 " ranks",
		                 product && other > 1 ? "x dp_replicate is " : "", has * other,
		                 SHOW(d), size);
	}
}

/* Tensor parallelism communicates in each layer: some group must have its size. */
static void tensor_group(const struct evidence *e)
{
	const struct facts *f = e->facts;
	int product;
	int64_t tp;

	if (!card_int(e->c, PLAN "tp", &tp) || tp < 2 || facts_n(f, FACT_UNSIZED) ||
	    !facts_n(f, FACT_SIZE))
		return;
	for (size_t i = 0; i < facts_n(f, FACT_SIZE); i++)
		if (facts_num(f, FACT_SIZE, i, 0) == tp)
			return;
	for (size_t i = 0; i < facts_n(f, FACT_GROUP); i++) {
		const char *key = evidence_group_key(facts_value(f, FACT_GROUP, i), &product);

		if (key && strcmp(key, PLAN "tp") == 0)
			return; /* group_sizes reported it */
	}
	evidence_against(e, PLAN "tp", 1, FACT_SIZE, 0,
	                 "%" PRId64 ", but the groups that communicate have %s ranks", tp,
	                 evidence_list(f, FACT_SIZE, 0));
}

static void device_counts(const struct evidence *e)
{
	const struct facts *f = e->facts;
	int64_t total, node, devices = (int64_t)facts_n(f, FACT_DEVICE),
						 ranks = (int64_t)facts_n(f, FACT_RANK);

	if (card_int(e->c, HW "xpu_spec.total_count", &total)) {
		int64_t world = facts_n(f, FACT_WORLD) == 1 ? facts_num(f, FACT_WORLD, 0, 0) : 0;

		/* All ranks have as many devices as those that were recorded. */
		if (world > 0 && ranks > 0 && devices > 0 && devices % ranks == 0 &&
		    world * (devices / ranks) != total)
			evidence_against(e, HW "xpu_spec.total_count", 1, FACT_WORLD, 0,
			                 "%" PRId64 ", but the run has %" PRId64
			                 " ranks with %" PRId64 " device%s each",
			                 total, world, devices / ranks,
			                 devices == ranks ? "" : "s");
		else if (world > total)
			evidence_against(e, HW "xpu_spec.total_count", 1, FACT_WORLD, 0,
			                 "%" PRId64 ", but the run has %" PRId64 " ranks", total,
			                 world);
		else if (devices > total)
			evidence_against(e, HW "xpu_spec.total_count", 1, FACT_DEVICE, 0,
			                 "%" PRId64 ", but the records show %" PRId64 " devices",
			                 total, devices);
		else if (!world && !ranks && devices &&
		         devices < total) /* of one process: others may be elsewhere */
			evidence_against(e, HW "xpu_spec.total_count", 0, FACT_DEVICE, 0,
			                 "%" PRId64 ", but the records show %" PRId64
			                 " devices only",
			                 total, devices);
	}
	if (card_int(e->c, HW "xpu_spec.count_per_node", &node) &&
	    node < (int64_t)facts_n(f, FACT_INDEX))
		evidence_against(e, HW "xpu_spec.count_per_node", 1, FACT_INDEX, 0,
		                 "%" PRId64 ", but kernels run on the devices %s of a node", node,
		                 evidence_list(f, FACT_INDEX, 0));
}

static void device_kind(const struct evidence *e)
{
	const struct facts *f = e->facts;
	struct slice type = evidence_text(e, HW "xpu_spec.type"),
				 model = evidence_text(e, HW "xpu_spec.model");
	int gpu = type.p && facts_has_word(type, "gpu"),
	    tpu = type.p && facts_has_word(type, "tpu");

	if (facts_n(f, FACT_TYPE) == 1 &&
	    ((gpu && facts_have(f, FACT_TYPE, "TPU")) || (tpu && facts_have(f, FACT_TYPE, "GPU"))))
		evidence_against(e, HW "xpu_spec.type", 1, FACT_TYPE, 0,
		                 "%.*s, but the records come from a %s", (int)type.n, type.p,
		                 evidence_list(f, FACT_TYPE, 0));
	if (!model.p || !facts_n(f, FACT_MODEL))
		return;
	for (size_t i = 0; i < facts_n(f, FACT_MODEL); i++)
		if (evidence_same_model(model, facts_value(f, FACT_MODEL, i)))
			return;
	evidence_against(e, HW "xpu_spec.model", 1, FACT_MODEL, 0, "%.*s, but the devices are %s",
	                 SHOW(model), evidence_list(f, FACT_MODEL, 0));
}

static void machine(const struct evidence *e)
{
	device_counts(e);
	device_kind(e);
	group_sizes(e);
	tensor_group(e);
}

void card_evidence(const struct card *c, const struct facts *facts, struct findings *f)
{
	struct evidence e = { c, facts, f };

	machine(&e);
	work(&e);
}
