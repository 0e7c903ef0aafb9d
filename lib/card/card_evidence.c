#include "card/card_evidence.h"

#include "card/card_value.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define PLAN "Model-executor.model_plan_parallelization."
#define LIBRARY "Model-executor.communication_library."
#define HW "workload.hardware."

void evidence_against(const struct evidence *e, const char *path, int error, enum fact k, size_t i,
                      const char *fmt, ...)
{
	const struct card_item *it = card_find(e->c, path);
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	card_found(e->f, it->line, it->col, error, it->path, "%s (%s:%" PRIu64 ")", text, e->facts->file,
	           e->facts->of[k].line[i]);
}

struct slice evidence_text(const struct evidence *e, const char *path)
{
	const struct card_item *it = card_find(e->c, path);

	if (!card_given(it) || card_is_placeholder(it->value))
		return (struct slice){ NULL, 0 };
	return it->value;
}

const char *evidence_list(const struct facts *f, enum fact k, int column)
{
	static char text[200];
	struct intern seen = { 0 };
	size_t n = 0;

	text[0] = 0;
	for (size_t i = 0; i < facts_n(f, k); i++) {
		struct slice s = facts_value(f, k, i);
		const char *tab;

		for (int at = 0; (tab = memchr(s.p, '\t', s.n)) && at < column; at++)
			s = (struct slice){ tab + 1, s.n - (size_t)(tab + 1 - s.p) };
		if (tab)
			s.n = (size_t)(tab - s.p);
		if (intern_find(&seen, s) >= 0)
			continue;
		intern_id(&seen, s);
		if (n + s.n + 8 > sizeof text) {
			snprintf(text + n, sizeof text - n, ", ...");
			break;
		}
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%.*s", n ? ", " : "", (int)s.n, s.p);
	}
	return text;
}

/* The next word of letters and digits, from *at on. */
static struct slice next_word(struct slice s, size_t *at)
{
	size_t from;

	while (*at < s.n && !isalnum((unsigned char)s.p[*at]))
		++*at;
	from = *at;
	while (*at < s.n && isalnum((unsigned char)s.p[*at]))
		++*at;
	return (struct slice){ s.p + from, *at - from };
}

/* A model's own word, of letters and digits: H100, MI300X, v6e; not 80GB, SXM5, HBM3. */
static int is_model_word(struct slice w)
{
	size_t letters = 0;

	for (size_t i = 0; i < w.n; i++)
		letters += isalpha((unsigned char)w.p[i]) != 0;
	if (!letters || letters == w.n || facts_has_word(w, "gb") || facts_has_word(w, "sxm") ||
	    facts_has_word(w, "hbm") || facts_has_word(w, "gen"))
		return 0;
	return 1;
}

int evidence_same_model(struct slice card, struct slice device)
{
	struct slice w, d;
	size_t at = 0, words = 0;

	while ((w = next_word(card, &at)).n) {
		size_t to = 0;

		if (!is_model_word(w))
			continue;
		words++;
		while ((d = next_word(device, &to)).n) {
			char small[64];
			size_t n = w.n < d.n ? w.n : d.n;

			if (!is_model_word(d) || n >= sizeof small)
				continue;
			for (size_t i = 0; i < n; i++)
				small[i] = (char)tolower((unsigned char)d.p[i]);
			small[n] = 0;
			if (facts_has_word((struct slice){ w.p, n }, small))
				return 1;
		}
	}
	return !words;
}

/* Does the description have this word, between what is no letter? */
static int has_piece(struct slice s, const char *piece)
{
	struct slice w;
	size_t at = 0, n = strlen(piece);

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && isalpha((unsigned char)s.p[i]))
			continue;
		w = (struct slice){ s.p + at, i - at };
		at = i + 1;
		if (w.n == n && facts_has_word(w, piece))
			return 1;
	}
	return 0;
}

const char *evidence_group_key(struct slice d, int *product)
{
	int tp = has_piece(d, "tp") || has_piece(d, "tensor"),
		pp = has_piece(d, "pp") || has_piece(d, "pipeline");
	int cp = has_piece(d, "cp") || has_piece(d, "context"),
		ep = has_piece(d, "ep") || has_piece(d, "expert");
	int dp = has_piece(d, "dp") || has_piece(d, "data") || has_piece(d, "ddp");
	int shard = has_piece(d, "shard") || has_piece(d, "fsdp"), replicate = has_piece(d, "replicate");

	*product = 0;
	if (tp + pp + cp + ep + (dp || shard || replicate) != 1 || shard + replicate > 1)
		return NULL;
	*product = dp && !shard && !replicate;
	return tp          ? PLAN "tp"
	       : pp        ? PLAN "pp"
	       : cp        ? PLAN "cp"
	       : ep        ? PLAN "ep"
	       : replicate ? PLAN "dp_replicate"
	                   : PLAN "dp_shard";
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
		                 (int)(d.n > 40 ? 40 : d.n), d.p, size);
	}
}

/* Tensor parallelism communicates in each layer: some group must be of its size. */
static void tensor_group(const struct evidence *e)
{
	const struct facts *f = e->facts;
	int product;
	int64_t tp;

	if (!card_int(e->c, PLAN "tp", &tp) || tp < 2 || facts_n(f, FACT_UNSIZED) || !facts_n(f, FACT_SIZE))
		return;
	for (size_t i = 0; i < facts_n(f, FACT_SIZE); i++)
		if (facts_num(f, FACT_SIZE, i, 0) == tp)
			return;
	for (size_t i = 0; i < facts_n(f, FACT_GROUP); i++) {
		const char *key = evidence_group_key(facts_value(f, FACT_GROUP, i), &product);

		if (key && strcmp(key, PLAN "tp") == 0)
			return; /* said by group_sizes */
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

		/* Ranks have as many devices each as those that were recorded. */
		if (world > 0 && ranks > 0 && devices > 0 && devices % ranks == 0 &&
		    world * (devices / ranks) != total)
			evidence_against(e, HW "xpu_spec.total_count", 1, FACT_WORLD, 0,
			                 "%" PRId64 ", but the run has %" PRId64 " ranks with %" PRId64
			                 " device%s each",
			                 total, world, devices / ranks, devices == ranks ? "" : "s");
		else if (world > total)
			evidence_against(e, HW "xpu_spec.total_count", 1, FACT_WORLD, 0,
			                 "%" PRId64 ", but the run has %" PRId64 " ranks", total, world);
		else if (devices > total)
			evidence_against(e, HW "xpu_spec.total_count", 1, FACT_DEVICE, 0,
			                 "%" PRId64 ", but the records are of %" PRId64 " devices", total, devices);
		else if (!world && !ranks && devices &&
		         devices < total) /* of one process: others may be elsewhere */
			evidence_against(e, HW "xpu_spec.total_count", 0, FACT_DEVICE, 0,
			                 "%" PRId64 ", but the records are of %" PRId64 " devices only", total,
			                 devices);
	}
	if (card_int(e->c, HW "xpu_spec.count_per_node", &node) && node < (int64_t)facts_n(f, FACT_INDEX))
		evidence_against(e, HW "xpu_spec.count_per_node", 1, FACT_INDEX, 0,
		                 "%" PRId64 ", but kernels run on the devices %s of a node", node,
		                 evidence_list(f, FACT_INDEX, 0));
}

static void device_kind(const struct evidence *e)
{
	const struct facts *f = e->facts;
	struct slice type = evidence_text(e, HW "xpu_spec.type"),
				 model = evidence_text(e, HW "xpu_spec.model");
	int gpu = type.p && facts_has_word(type, "gpu"), tpu = type.p && facts_has_word(type, "tpu");

	if (facts_n(f, FACT_TYPE) == 1 &&
	    ((gpu && facts_have(f, FACT_TYPE, "TPU")) || (tpu && facts_have(f, FACT_TYPE, "GPU"))))
		evidence_against(e, HW "xpu_spec.type", 1, FACT_TYPE, 0, "%.*s, but the records are of a %s",
		                 (int)type.n, type.p, evidence_list(f, FACT_TYPE, 0));
	if (!model.p || !facts_n(f, FACT_MODEL))
		return;
	for (size_t i = 0; i < facts_n(f, FACT_MODEL); i++)
		if (evidence_same_model(model, facts_value(f, FACT_MODEL, i)))
			return;
	evidence_against(e, HW "xpu_spec.model", 1, FACT_MODEL, 0, "%.*s, but the devices are %s",
	                 (int)(model.n > 40 ? 40 : model.n), model.p, evidence_list(f, FACT_MODEL, 0));
}

void evidence_machine(const struct evidence *e)
{
	device_counts(e);
	device_kind(e);
	group_sizes(e);
	tensor_group(e);
}

void card_evidence(const struct card *c, const struct facts *facts, struct findings *f)
{
	struct evidence e = { c, facts, f };

	evidence_machine(&e);
	evidence_work(&e);
}
