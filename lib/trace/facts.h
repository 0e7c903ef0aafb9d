/* facts: what the records of a stream show about the run that a card describes: distinct values
 * only, each with the line where it was first seen. */
#ifndef FACTS_H
#define FACTS_H
#include "base/intern.h"

#include <stdint.h>

enum { FACT_MAX = 65536 }; /* most distinct values of a fact; with more, the fact is not used */

enum fact {
	FACT_RANK, /* ranks that have records */
	FACT_WORLD, /* number of ranks, from the profiler */
	FACT_DEVICE, /* "rank<TAB>device" of kernels */
	FACT_INDEX, /* indices of devices with kernels */
	FACT_MODEL, /* names of devices */
	FACT_TYPE, /* GPU, TPU */
	FACT_NCCL, /* its version */
	FACT_CUDA, /* 13000: driver's and runtime's */
	FACT_GROUP, /* "description<TAB>size" of process groups */
	FACT_SIZE, /* sizes of groups that communicate */
	FACT_UNSIZED, /* there are collectives whose group's size is unknown */
	FACT_DTYPE, /* of collectives: BFloat16 */
	FACT_PRECISION, /* bf16, fp16, fp8: in names of kernels */
	FACT_LIBRARY, /* nccl, mscclpp, ...: in names of communication kernels */
	FACT_SHAPE, /* "batch<TAB>sequence<TAB>width" of three-dimensional inputs */
	FACT_STATE, /* the same, of what is all-reduced: hidden states */
	FACT_REDUCED, /* "group size<TAB>elements" of all-reduces */
	FACT_STEP, /* families of step names (lib/trace/step.rules): profiler, vllm, sglang, plain,
	              xla, ... */
	FACT_NUMBER, /* the N of ProfilerStep#N */
	FACT_TRAINING, /* names that only training has */
	FACT_INFERENCE,
	FACT_MOE, /* names of mixture-of-experts kernels */
	FACT_ENGINE, /* pytorch, jax */
	FACT_BACKEND, /* the benchmark's: vllm */
	FACT_PROMPT, /* tokens of requests */
	FACT_OUTPUT,
	FACTS
};
struct facts {
	struct {
		struct intern seen;
		uint64_t *line; /* by id */
		size_t cap;
		int full;
	} of[FACTS];
	struct intern names; /* of kernels and annotations, each checked once */
	const char *file;    /* the stream, for messages */
};

/* Reads the stream ("-": standard input). Returns the status; bad lines are reported and
 * skipped. */
int facts_read(struct facts *f, const char *file);
/* The number of values; 0 also if there are too many of them. And one of them. */
size_t facts_n(const struct facts *f, enum fact k);
struct slice facts_value(const struct facts *f, enum fact k, size_t i);
/* Column `column` of the value (from 0; columns are separated by tabs) as an integer; -1 if it is
 * not one. */
int64_t facts_num(const struct facts *f, enum fact k, size_t i, int column);
int facts_have(const struct facts *f, enum fact k, const char *value);
/* Does the text contain this word (given in small letters), ignoring case? */
int facts_has_word(struct slice s, const char *word);
#endif
