#include "base/num.h"
#include "card/card_evidence.h"
#include "card/card_new.h"

#include <inttypes.h>
#include <stdio.h>

#define PLAN "Model-executor.model_plan_parallelization."

/* The one value of a fact; .p NULL where there is none, or several. */
static struct slice only(const struct facts *f, enum fact k)
{
	return facts_n(f, k) == 1 ? facts_value(f, k, 0) : (struct slice){ NULL, 0 };
}

/* The one number in a column of shapes, 1 (a token decoded) left aside; -1: several. */
static int64_t only_number(const struct facts *f, enum fact k, int column)
{
	int64_t one = -1;

	for (size_t i = 0; i < facts_n(f, k); i++) {
		int64_t v = facts_num(f, k, i, column);

		if (v == 1 && column == 1)
			continue;
		if (one >= 0 && v != one)
			return -1;
		one = v;
	}
	return one;
}

static int64_t count(const struct facts *f, const char *path)
{
	int64_t devices = (int64_t)facts_n(f, FACT_DEVICE), ranks = (int64_t)facts_n(f, FACT_RANK), world,
			size = -1;
	int product;

	if (strcmp(path, "workload.hardware.xpu_spec.total_count") == 0) {
		world = facts_n(f, FACT_WORLD) == 1 ? facts_num(f, FACT_WORLD, 0, 0) : -1;
		if (world > 0 && ranks && devices && devices % ranks == 0)
			return world * (devices / ranks);
		return world > 0 ? world : devices ? devices : -1;
	}
	if (strcmp(path, "workload.hardware.xpu_spec.count_per_node") == 0)
		return facts_n(f, FACT_INDEX) ? (int64_t)facts_n(f, FACT_INDEX) : -1;
	if (strcmp(path, "workload.data.batch_size") == 0)
		return only_number(f, FACT_STATE, 0);
	if (strcmp(path, "workload.data.seq_len") == 0)
		return only_number(f, FACT_STATE, 1);
	if (strcmp(path, "workload.data.input_len") == 0)
		return only_number(f, FACT_PROMPT, 0);
	if (strcmp(path, "workload.data.output_len") == 0)
		return only_number(f, FACT_OUTPUT, 0);
	if (strcmp(path, "workload.model.iteration") == 0)
		return facts_n(f, FACT_NUMBER) ? (int64_t)facts_n(f, FACT_NUMBER) : -1;
	for (size_t i = 0; i < facts_n(f, FACT_GROUP); i++) {
		const char *key = evidence_group_key(facts_value(f, FACT_GROUP, i), &product);

		/* mesh_dp does not tell replicas from shards. */
		if (!key || product || strcmp(key, path) != 0)
			continue;
		if (size >= 0 && size != facts_num(f, FACT_GROUP, i, 1))
			return -1;
		size = facts_num(f, FACT_GROUP, i, 1);
	}
	return size;
}

static const char *word(const struct facts *f, const char *path)
{
	struct slice s;

	if (strcmp(path, "workload.model.phase") == 0)
		return facts_n(f, FACT_TRAINING) ? "training" : facts_n(f, FACT_INFERENCE) ? "inference" : NULL;
	if (strcmp(path, "workload.model.moe") == 0)
		return facts_n(f, FACT_MOE) ? "true" : NULL;
	if (strcmp(path, "Model-executor.framework.name") == 0)
		return facts_have(f, FACT_STEP, "vllm")        ? "vllm"
		       : facts_have(f, FACT_STEP, "sglang")    ? "sglang"
		       : facts_have(f, FACT_ENGINE, "pytorch") ? "pytorch"
		       : facts_have(f, FACT_ENGINE, "jax")     ? "jax"
		                                               : NULL;
	if (strcmp(path, "workload.model.precision") == 0) {
		s = only(f, FACT_DTYPE);
		return s.p ? evidence_precision(s) : NULL;
	}
	if (strcmp(path, "Model-executor.communication_library.name") == 0) {
		s = only(f, FACT_LIBRARY);
		return s.p && slice_is(s, "nccl") ? "NCCL" : NULL;
	}
	return NULL;
}

int card_fact(const struct facts *f, const char *path, struct buf *b)
{
	const char *w = word(f, path);
	struct slice s = { NULL, 0 };
	char text[32];
	int64_t n;

	if (w) {
		buf_str(b, w);
		return 1;
	}
	if (strcmp(path, "workload.hardware.xpu_spec.type") == 0)
		s = only(f, FACT_TYPE);
	else if (strcmp(path, "workload.hardware.xpu_spec.model") == 0)
		s = only(f, FACT_MODEL);
	else if (strcmp(path, "Model-executor.communication_library.version") == 0)
		s = only(f, FACT_NCCL);
	if (s.p) {
		buf_put(b, s);
		return 1;
	}
	if (strcmp(path, "workload.hardware.driver_version") == 0 && facts_n(f, FACT_CUDA) == 1) {
		n = facts_num(f, FACT_CUDA, 0, 0);
		snprintf(text, sizeof text, "cuda_%" PRId64 ".%" PRId64, n / 1000, n % 1000 / 10);
		buf_str(b, text);
		return n > 0;
	}
	n = count(f, path);
	if (n < 0)
		return 0;
	num_put(b, n);
	return 1;
}
