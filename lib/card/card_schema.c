#include "card/card_schema.h"

#include "base/num.h"

#include <ctype.h>

/* In the template's order, which is the order of a new card. */
const struct card_row card_rows[] = {
	{ "version", CT_VERSION, NULL, 0, 0 },
	{ "description", CT_TEXT, NULL, 0, 1 },
	{ "hf_url", CT_URL, NULL, EMPTY_ANY, 1 },
	{ "trace_url", CT_URL, NULL, EMPTY_ANY, 1 },
	{ "contributor", CT_TEXT, NULL, EMPTY_ANY, 1 },
	{ "contact", CT_TEXT, NULL, EMPTY_ANY, 1 },
	{ MODEL "phase", CT_PHASE, NULL, 0, 0 },
	{ MODEL "moe", CT_BOOL, NULL, 0, 0 },
	{ MODEL "granularity", CT_TEXT, NULL, 0, 0 },
	{ MODEL "model_family", CT_TEXT, NULL, 0, 0 },
	{ MODEL "precision", CT_TEXT, NULL, 0, 0 },
	{ MODEL "epochs", CT_INT, "epochs", EMPTY_INFERENCE, 0 },
	{ MODEL "iteration", CT_COUNT, "iterations", 0, 0 },
	{ ARCH "num_params", CT_COUNT, "parameters", 0, 0 },
	{ ARCH "num_params_active", CT_COUNT, "parameters", EMPTY_ANY | KEY_OPTIONAL,
	  0 }, /* of an MoE, for mfu */
	{ ARCH "num_params_embedding", CT_INT, "parameters", 0, 0 },
	{ ARCH "num_layers", CT_COUNT, "layers", 0, 0 },
	{ ARCH "num_heads", CT_COUNT, "heads", 0, 0 },
	{ ARCH "head_dim", CT_COUNT, "elements", 0, 0 },
	{ DATA "batch_size", CT_COUNT, "sequences", 0, 0 },
	{ DATA "seq_len", CT_COUNT, "tokens", 0, 0 },
	{ DATA "input_len", CT_COUNT, "tokens", EMPTY_TRAINING, 0 },
	{ DATA "output_len", CT_COUNT, "tokens", EMPTY_TRAINING, 0 },
	{ DATA "dataset", CT_TEXT, NULL, 0, 0 },
	{ HW "network_topo.topology", CT_TEXT, NULL, EMPTY_ONE_DEVICE, 0 },
	{ HW "network_topo.bandwidth_gbps", CT_RATES, "Gbit/s", EMPTY_ONE_DEVICE, 0 },
	{ HW "xpu_spec.type", CT_TEXT, NULL, 0, 0 },
	{ HW "xpu_spec.model", CT_TEXT, NULL, 0, 0 },
	{ HW "xpu_spec.total_count", CT_COUNT, "devices", 0, 0 },
	{ HW "xpu_spec.count_per_node", CT_COUNT, "devices", 0, 0 },
	{ HW "driver_version", CT_TEXT, NULL, 0, 0 },
	{ "Model-executor.framework.name", CT_TEXT, NULL, 0, 0 },
	{ "Model-executor.framework.compiler_tool_selection", CT_TEXT, NULL, EMPTY_ANY, 0 },
	{ PLAN "dp_replicate", CT_COUNT, "ranks", 0, 0 },
	{ PLAN "dp_shard", CT_COUNT, "ranks", 0, 0 },
	{ PLAN "tp", CT_COUNT, "ranks", 0, 0 },
	{ PLAN "pp", CT_COUNT, "ranks", 0, 0 },
	{ PLAN "cp", CT_COUNT, "ranks", 0, 0 },
	{ PLAN "ep", CT_COUNT, "ranks", EMPTY_DENSE, 0 },
	{ PLAN "pp_mb", CT_COUNT, "microbatches", EMPTY_INFERENCE, 0 },
	{ LIBRARY "name", CT_TEXT, NULL, EMPTY_ONE_DEVICE, 0 },
	{ LIBRARY "version", CT_TEXT, NULL, EMPTY_ONE_DEVICE, 0 },
	{ LIBRARY "env", CT_FREE, NULL, EMPTY_ANY, 0 },
	{ "Model-executor.protocol_selection", CT_TEXTS, NULL, EMPTY_ONE_DEVICE, 0 },
	{ "metric_source.traces", CT_TEXTS, NULL, 0, 0 },
	{ "metric_source.metrics_specific_trace", CT_TEXTS, NULL, EMPTY_ANY, 0 },
	{ "metrics", CT_FREE, NULL, EMPTY_ANY | KEY_OPTIONAL, 0 },
};
const size_t card_n_rows = sizeof card_rows / sizeof *card_rows;

struct slice card_parent(struct slice path)
{
	while (path.n && path.p[path.n - 1] != '.')
		path.n--;
	if (path.n)
		path.n--;
	return path;
}

struct slice card_leaf(struct slice path)
{
	struct slice up = card_parent(path);
	size_t skip = up.n ? up.n + 1 : 0;

	return (struct slice){ path.p + skip, path.n - skip };
}

/* Is the row's path below (or at) this one, which must be followed by one of `ends`? */
static int below(struct slice path, const char *of, const char *ends)
{
	size_t n = strlen(of);

	return path.n > n && memcmp(path.p, of, n) == 0 && strchr(ends, path.p[n]);
}

const struct card_row *card_row(struct slice path)
{
	for (size_t i = 0; i < card_n_rows; i++) {
		const struct card_row *r = &card_rows[i];

		if (slice_is(path, r->path) ||
		    (r->type == CT_FREE && below(path, r->path, ".[")) ||
		    (below(path, r->path, "[") &&
		     !memchr(path.p + strlen(r->path), '.', path.n - strlen(r->path))))
			return r;
	}
	return NULL;
}

int card_is_group(struct slice path)
{
	for (size_t i = 0; i < card_n_rows; i++)
		if (path.n && slice_starts(slice_of(card_rows[i].path), "") &&
		    strlen(card_rows[i].path) > path.n &&
		    memcmp(card_rows[i].path, path.p, path.n) == 0 &&
		    card_rows[i].path[path.n] == '.')
			return 1;
	return 0;
}

static int same_word(struct slice a, struct slice b)
{
	if (a.n != b.n)
		return 0;
	for (size_t i = 0; i < a.n; i++) {
		int x = tolower((unsigned char)a.p[i]), y = tolower((unsigned char)b.p[i]);

		if ((x == '-' ? '_' : x) != (y == '-' ? '_' : y))
			return 0;
	}
	return 1;
}

/* Visits all paths of the template: each row's, and each mapping's at its first row. */
static struct slice next_path(size_t *row, size_t *n)
{
	while (*row < card_n_rows) {
		struct slice whole = slice_of(card_rows[*row].path), s;

		while (*n < whole.n && whole.p[*n] != '.')
			++*n;
		s = (struct slice){ whole.p, *n };
		if (*n < whole.n) {
			++*n;
		} else {
			++*row;
			*n = 0;
		}
		if (s.n == whole.n || s.p == card_rows[0].path)
			return s;
		/* a mapping: only at its first row */
		for (size_t i = 0; i < card_n_rows; i++)
			if (strlen(card_rows[i].path) > s.n &&
			    memcmp(card_rows[i].path, s.p, s.n) == 0 &&
			    card_rows[i].path[s.n] == '.') {
				if (card_rows[i].path == whole.p)
					return s;
				break;
			}
	}
	return (struct slice){ NULL, 0 };
}

struct slice card_place_of(struct slice key)
{
	struct slice s, found = { NULL, 0 };
	size_t row = 0, n = 0;

	while ((s = next_path(&row, &n)).p) {
		if (!same_word(card_leaf(s), key))
			continue;
		if (found.p)
			return (struct slice){ NULL, 0 };
		found = s;
	}
	return found;
}

struct slice card_spelt(struct slice parent, struct slice key)
{
	struct slice s;
	size_t row = 0, n = 0;

	while ((s = next_path(&row, &n)).p)
		if (slice_eq(card_parent(s), parent) && same_word(card_leaf(s), key))
			return card_leaf(s);
	return (struct slice){ NULL, 0 };
}

int card_int(const struct card *c, const char *path, int64_t *v)
{
	const struct card_item *it = card_find(c, path);

	return card_given(it) && num_i64(it->value, v) == 0 && *v >= 0 &&
	       *v <= INT64_C(1000000000000);
}

int card_may_be_empty(const struct card *c, const struct card_row *r)
{
	const struct card_item *phase = card_find(c, MODEL "phase"),
			       *moe = card_find(c, MODEL "moe");
	int64_t devices;

	return (r->empty & EMPTY_ANY) ||
	       ((r->empty & EMPTY_TRAINING) && card_given(phase) &&
	        slice_is(phase->value, "training")) ||
	       ((r->empty & EMPTY_INFERENCE) && card_given(phase) &&
	        slice_is(phase->value, "inference")) ||
	       ((r->empty & EMPTY_DENSE) && card_given(moe) && slice_is(moe->value, "false")) ||
	       ((r->empty & EMPTY_ONE_DEVICE) &&
	        card_int(c, HW "xpu_spec.total_count", &devices) && devices == 1);
}
