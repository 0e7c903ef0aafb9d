#include "card/card_new.h"

#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "card/card_schema.h"
#include "card/card_yaml.h"
#include "card/evidence.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The one value of a fact; .p NULL if there is none, or several. */
static struct slice only(const struct facts *f, enum fact k)
{
	return facts_n(f, k) == 1 ? facts_value(f, k, 0) : (struct slice){ NULL, 0 };
}

/* The one number in a column of shapes, ignoring 1 (a token decoded); -1: several. */
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
	int64_t devices = (int64_t)facts_n(f, FACT_DEVICE), ranks = (int64_t)facts_n(f, FACT_RANK),
		world, size = -1;
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

		/* mesh_dp can mean replicas or shards. */
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
		return facts_n(f, FACT_TRAINING)    ? "training"
		       : facts_n(f, FACT_INFERENCE) ? "inference"
		                                    : NULL;
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

/* Other names of the template's keys, in launchers and engines. */
static const struct {
	const char *name, *path;
} other_names[] = {
	{ "tensor_parallel_size", PLAN "tp" },
	{ "tensor_parallel", PLAN "tp" },
	{ "tp_size", PLAN "tp" },
	{ "pipeline_parallel_size", PLAN "pp" },
	{ "pipeline_parallel", PLAN "pp" },
	{ "pp_size", PLAN "pp" },
	{ "data_parallel_size", PLAN "dp_replicate" },
	{ "expert_parallel_size", PLAN "ep" },
	{ "ep_size", PLAN "ep" },
	{ "context_parallel_size", PLAN "cp" },
	{ "data_parallel_shard_degree", PLAN "dp_shard" },
	{ "data_parallel_replicate_degree", PLAN "dp_replicate" },
	{ "max_tokens", "workload.data.output_len" },
	{ "max_new_tokens", "workload.data.output_len" },
	{ "prompt_len", "workload.data.input_len" },
	{ "sequence_length", "workload.data.seq_len" },
	{ "max_seq_len", "workload.data.seq_len" },
	{ "dtype", "workload.model.precision" },
	{ "torch_dtype", "workload.model.precision" },
	{ "profile_iterations", "workload.model.iteration" },
	{ "num_attention_heads", "workload.model.model_arch.num_heads" },
	{ "num_hidden_layers", "workload.model.model_arch.num_layers" },
	{ "model_name", "workload.model.model_family" },
	{ "framework", "Model-executor.framework.name" },
	{ "backend", "Model-executor.framework.name" },
	{ "num_gpus", "workload.hardware.xpu_spec.total_count" },
	{ "world_size", "workload.hardware.xpu_spec.total_count" },
	{ "gpus_per_node", "workload.hardware.xpu_spec.count_per_node" },
};

struct value {
	struct buf yaml; /* the text after the key, for a list or a mapping the lines below it */
	const struct card_item *first; /* where the configuration has it */
};

static struct slice without_index(struct slice path)
{
	while (path.n && path.p[path.n - 1] == ']')
		while (path.n && path.p[--path.n] != '[')
			;
	return path;
}

/* The row for a path of the configuration; NULL: none. */
static const struct card_row *target(struct slice path)
{
	const struct card_row *r = card_row(path);
	struct slice base = without_index(path), leaf = card_leaf(base),
		     up = card_leaf(card_parent(base)), place;

	if (r)
		return r;
	if (slice_is(up, "env"))
		return card_row(slice_of("Model-executor.communication_library.env"));
	place = card_place_of(leaf);
	r = place.p ? card_row(place) : NULL;
	for (size_t i = 0; !r && i < sizeof other_names / sizeof *other_names; i++)
		if (slice_is(leaf, other_names[i].name))
			r = card_row(slice_of(other_names[i].path));
	return r;
}

/* Adds a value of the configuration. Returns 0 if there was another one. */
static int take(struct value *v, const struct card_row *r, const struct card_item *it)
{
	int element = it->path.p[it->path.n - 1] == ']';

	if (v->first && r->type != CT_FREE &&
	    !(element && (r->type == CT_TEXTS || r->type == CT_RATES)))
		return 0;
	if (!v->first)
		v->first = it;
	if (r->type == CT_FREE) {
		buf_str(&v->yaml, "\n");
		yaml_put(&v->yaml, card_leaf(it->path));
		buf_str(&v->yaml, ": ");
		yaml_put(&v->yaml, it->value);
	} else if (r->type == CT_TEXTS || r->type == CT_RATES) {
		buf_str(&v->yaml, "\n- ");
		if (it->value.p)
			yaml_put_word(&v->yaml, it->value);
	} else if (r->type == CT_TEXT || r->type == CT_URL) {
		if (r->type == CT_URL && !memchr(it->value.p, ' ', it->value.n) &&
		    !memchr(it->value.p, '\n', it->value.n))
			buf_put(&v->yaml, it->value);
		else
			yaml_put(&v->yaml, it->value);
	} else {
		yaml_put_word(&v->yaml, it->value);
	}
	return 1;
}

static int take_config(struct value *values, const struct card *config)
{
	int status = ST_OK;

	for (size_t i = 0; i < config->n; i++) {
		const struct card_item *it = &config->item[i];
		const struct card_row *r = it->kind == CARD_SCALAR ? target(it->path) : NULL;

		if (it->kind != CARD_SCALAR)
			continue;
		if (!r)
			msg_note("%s:%zu:%zu: %.*s: not used: not a key of a card", config->name,
			         it->key_line, it->key_col, (int)it->path.n, it->path.p);
		else if ((it->value.p || r->type == CT_RATES) &&
		         !take(&values[r - card_rows], r, it))
			status = msg_data(
			    "%s:%zu:%zu: %.*s: differs from the value for %s in line %zu: not used",
			    config->name, it->line, it->col, (int)it->path.n, it->path.p, r->path,
			    values[r - card_rows].first->line);
	}
	return status;
}

/* Writes the keys, and the mappings above them when those change. */
static void put_key(struct buf *b, struct slice path, struct slice *above)
{
	size_t shared = 0, depth = 0;

	for (size_t i = 0; i < path.n && i < above->n && path.p[i] == above->p[i]; i++)
		if (path.p[i] == '.') {
			shared = i + 1;
			depth++;
		}
	for (size_t from = shared, i = shared; i <= path.n; i++) {
		if (i < path.n && path.p[i] != '.')
			continue;
		if (!depth && (i < path.n || (above->n && memchr(above->p, '.', above->n))))
			buf_ch(b, '\n');
		for (size_t k = 0; k < depth; k++)
			buf_str(b, "  ");
		buf_add(b, path.p + from, i - from);
		buf_str(b, i < path.n ? ":\n" : ":");
		from = i + 1;
		depth++;
	}
	*above = path;
}

static void put_value(struct buf *b, struct slice yaml, size_t depth)
{
	if (yaml.n && yaml.p[0] != '\n')
		buf_ch(b, ' ');
	for (size_t i = 0; i < yaml.n; i++) {
		buf_ch(b, yaml.p[i]);
		for (size_t k = 0; yaml.p[i] == '\n' && k < depth; k++)
			buf_str(b, "  ");
	}
	buf_ch(b, '\n');
}

int card_new(struct card *c, const struct card *config, const struct facts *facts)
{
	struct value *values = mem_resize(NULL, card_n_rows, sizeof *values);
	struct slice above = { "", 0 };
	struct buf text = { 0 }, fact = { 0 };
	int status;

	memset(values, 0, card_n_rows * sizeof *values);
	status = config ? take_config(values, config) : ST_OK;
	for (size_t i = 0; i < card_n_rows; i++) {
		const struct card_row *r = &card_rows[i];
		struct buf *v = &values[i].yaml;
		size_t depth = 1;

		if (r->empty & KEY_OPTIONAL)
			continue;
		fact.n = 0;
		if (r->type == CT_VERSION && !v->n)
			buf_ch(v, '1');
		else if (!v->n && card_fact(facts, r->path, &fact))
			yaml_put_word(v, buf_slice(&fact));
		if (!v->n)
			msg_note("%s: unknown: left empty", r->path);
		for (const char *p = r->path; *p; p++)
			depth += *p == '.';
		put_key(&text, slice_of(r->path), &above);
		put_value(&text, buf_slice(v), depth);
		free(v->p);
	}
	free(values);
	free(fact.p);
	card_retext(c, &text);
	return status;
}
