#include "trace/facts.h"

#include "base/mem.h"
#include "base/num.h"
#include "record/lines.h"
#include "trace/rules.h"

#include <ctype.h>
#include <stdlib.h>

static void add(struct facts *f, enum fact k, struct slice v, uint64_t line)
{
	uint32_t id;

	if (!v.p || !v.n || slice_is(v, ".") || f->of[k].full)
		return;
	if (f->of[k].seen.n == FACT_MAX && intern_find(&f->of[k].seen, v) < 0) {
		f->of[k].full = 1;
		return;
	}
	id = intern_id(&f->of[k].seen, v);
	mem_reserve_zero((void **)&f->of[k].line, &f->of[k].cap, id + 1, sizeof *f->of[k].line);
	if (!f->of[k].line[id])
		f->of[k].line[id] = line;
}

size_t facts_n(const struct facts *f, enum fact k)
{
	return f->of[k].full ? 0 : f->of[k].seen.n;
}

struct slice facts_value(const struct facts *f, enum fact k, size_t i)
{
	return f->of[k].seen.text[i];
}

int64_t facts_num(const struct facts *f, enum fact k, size_t i, int column)
{
	struct slice s = facts_value(f, k, i);
	const char *tab;
	int64_t v;

	for (;; column--) {
		tab = memchr(s.p, '\t', s.n);
		if (!column)
			break;
		if (!tab)
			return -1;
		s = (struct slice){ tab + 1, s.n - (size_t)(tab + 1 - s.p) };
	}
	if (tab)
		s.n = (size_t)(tab - s.p);
	return num_i64(s, &v) == 0 ? v : -1;
}

int facts_have(const struct facts *f, enum fact k, const char *value)
{
	return intern_find(&f->of[k].seen, slice_of(value)) >= 0;
}

int facts_has_word(struct slice s, const char *word)
{
	size_t n = strlen(word), k;

	for (size_t i = 0; i + n <= s.n; i++) {
		for (k = 0; k < n && tolower((unsigned char)s.p[i + k]) == word[k]; k++)
			;
		if (k == n)
			return 1;
	}
	return 0;
}

/* "[[4,512,2048],...": the first shape, if it has three dimensions, as "4<TAB>512<TAB>2048". */
static int shape(struct slice dims, char *out, size_t size)
{
	size_t n = 0, commas = 0;

	if (!slice_starts(dims, "[["))
		return 0;
	for (size_t i = 2; i < dims.n && dims.p[i] != ']'; i++) {
		if (n + 1 == size || !(isdigit((unsigned char)dims.p[i]) || dims.p[i] == ','))
			return 0;
		commas += dims.p[i] == ',';
		out[n++] = dims.p[i] == ',' ? '\t' : dims.p[i];
	}
	out[n] = 0;
	return commas == 2;
}

struct word_fact {
	const char *word;
	enum fact k;
	const char *value; /* NULL: the name itself */
};

static void words(struct facts *f, struct slice name, const struct word_fact *w, size_t n,
                  uint64_t line)
{
	for (size_t i = 0; i < n; i++)
		if (facts_has_word(name, w[i].word))
			add(f, w[i].k, w[i].value ? slice_of(w[i].value) : name, line);
}

static void kernel_name(struct facts *f, struct slice name, int coll, uint64_t line)
{
	static const struct word_fact all[] = {
		{ "bf16", FACT_PRECISION, "bf16" },
		{ "bfloat16", FACT_PRECISION, "bf16" },
		{ "fp16", FACT_PRECISION, "fp16" },
		{ "half", FACT_PRECISION, "fp16" },
		{ "f16f16", FACT_PRECISION, "fp16" },
		{ "fp8", FACT_PRECISION, "fp8" },
		{ "e4m3", FACT_PRECISION, "fp8" },
		{ "e5m2", FACT_PRECISION, "fp8" },
		{ "float8", FACT_PRECISION, "fp8" },
		{ "moe_", FACT_MOE, NULL },
		{ "_moe", FACT_MOE, NULL },
		{ "moe::", FACT_MOE, NULL },
		{ "backward", FACT_TRAINING, NULL },
		{ "_bwd", FACT_TRAINING, NULL },
		{ "adamfunctor", FACT_TRAINING, NULL },
		{ "at::native::", FACT_ENGINE, "pytorch" },
	};
	static const struct word_fact libraries[] = {
		{ "nccl", FACT_LIBRARY, "nccl" },      { "rccl", FACT_LIBRARY, "rccl" },
		{ "msccl", FACT_LIBRARY, "msccl" },    { "nvshmem", FACT_LIBRARY, "nvshmem" },
		{ "deep_ep", FACT_LIBRARY, "deepep" }, { "oneccl", FACT_LIBRARY, "oneccl" },
		{ "hcom_", FACT_LIBRARY, "hccl" },
	};

	words(f, name, all, sizeof all / sizeof *all, line);
	if (coll)
		words(f, name, libraries, sizeof libraries / sizeof *libraries, line);
}

/* The tags of a step, by the table of step names: whatever wrote the stream. */
static struct slice step_tags(const struct rec *r)
{
	static const struct stepname *table;
	static struct buf b;
	struct slice name = r->col[C_NAME], own = rec_tag(r, slice_of("step_num"));

	if (!table)
		table = rules_steps(rules_load(NULL, 0));
	b.n = 0;
	stepname_put(table, r->col[C_CAT], name, own.p ? "step_num" : NULL, &b, NULL);
	return buf_slice(&b);
}

static void annotation(struct facts *f, const struct rec *r, uint64_t line)
{
	static const char *const serve[] = { "vllm", "sglang", "trtllm" };
	struct slice name = r->col[C_NAME], family;
	struct rec step = { .tags = step_tags(r) };
	int serves;

	if (!step.tags.n) {
		if (slice_starts(name, "Optimizer.") || slice_has(name, "ackward"))
			add(f, FACT_TRAINING, name, line);
		return;
	}
	family = rec_tag(&step, slice_of("step"));
	serves = rec_tag(&step, slice_of("phase")).p != NULL;
	for (size_t i = 0; i < sizeof serve / sizeof *serve; i++)
		serves |= slice_is(family, serve[i]);
	add(f, FACT_STEP, family, line);
	if (serves)
		add(f, FACT_INFERENCE, name, line);
	if (slice_is(family, "profiler"))
		add(f, FACT_NUMBER, (struct slice){ name.p + 13, name.n - 13 }, line);
}

static void kernel(struct facts *f, const struct rec *r, uint64_t line)
{
	struct slice coll = rec_tag(r, slice_of("coll")), size, pg, in;

	add(f, FACT_DEVICE, intern_pair(r->col[C_RANK], r->col[C_PID]), line);
	add(f, FACT_INDEX, r->col[C_PID], line);
	if (f->names.n < FACT_MAX && intern_find(&f->names, r->col[C_NAME]) < 0) {
		intern_id(&f->names, r->col[C_NAME]);
		kernel_name(f, r->col[C_NAME], coll.p != NULL, line);
	}
	if (!coll.p)
		return;
	size = rec_tag(r, slice_of("nranks"));
	pg = rec_tag(r, slice_of("pg"));
	in = rec_tag(r, slice_of("In_msg_nelems"));
	add(f, FACT_DTYPE, rec_tag(r, slice_of("dtype")), line);
	if (!size.p) {
		add(f, FACT_UNSIZED, slice_of("yes"), line);
		return;
	}
	add(f, FACT_SIZE, size, line);
	if (pg.p)
		add(f, FACT_GROUP, intern_pair(pg, size), line);
	if (in.p && slice_is(coll, "allreduce"))
		add(f, FACT_REDUCED, intern_pair(size, in), line);
}

/* The value of "key": in JSON text, searched from p on; up to its end. */
static struct slice after_key(struct slice s, const char *key, const char **next)
{
	size_t n = strlen(key);

	for (const char *p = *next, *e = s.p + s.n; (size_t)(e - p) > n; p++) {
		const char *q;

		if (memcmp(p, key, n) != 0)
			continue;
		p += n;
		p += *p == '"';
		for (q = p; q < e && *q != '"' && *q != ',' && *q != '}'; q++)
			;
		*next = q;
		return (struct slice){ p, (size_t)(q - p) };
	}
	return (struct slice){ NULL, 0 };
}

static void groups(struct facts *f, struct slice list, uint64_t line)
{
	const char *next = list.p;

	while (next) {
		struct slice desc = after_key(list, "\"pg_desc\":", &next), size;

		if (!desc.p)
			return;
		size = after_key(list, "\"pg_size\":", &next);
		if (!size.p)
			return;
		add(f, FACT_GROUP, intern_pair(desc, size), line);
	}
}

static void top_level(struct facts *f, const struct rec *r, uint64_t line)
{
	struct slice name = r->col[C_NAME], config;

	if (slice_is(name, "deviceProperties")) {
		add(f, FACT_MODEL, rec_tag(r, slice_of("name")), line);
		add(f, FACT_TYPE, slice_of("GPU"), line);
		add(f, FACT_ENGINE, slice_of("pytorch"), line);
	} else if (slice_is(name, "distributedInfo")) {
		add(f, FACT_WORLD, rec_tag(r, slice_of("world_size")), line);
		add(f, FACT_NCCL, rec_tag(r, slice_of("nccl_version")), line);
		config = rec_tag(r, slice_of("pg_config"));
		if (config.p)
			groups(f, config, line);
	} else if (slice_is(name, "cuda_driver_version") ||
	           slice_is(name, "cuda_runtime_version")) {
		add(f, FACT_CUDA, rec_tag(r, slice_of("value")), line);
	}
}

static void record(struct facts *f, const struct rec *r, uint64_t line)
{
	struct slice cat = r->col[C_CAT], dims, text;
	char three[64];

	add(f, FACT_RANK, r->col[C_RANK], line);
	if (slice_is(cat, "kernel")) {
		kernel(f, r, line);
	} else if (slice_is(cat, "user_annotation") || slice_is(cat, "gpu_user_annotation") ||
	           slice_is(cat, "python_function")) {
		annotation(f, r, line);
	} else if (slice_is(cat, "xla_step") || slice_is(cat, "xla_module")) {
		add(f, FACT_STEP, slice_of("xla"), line);
	} else if (slice_is(cat, "trace")) {
		top_level(f, r, line);
	} else if (slice_is(cat, "request")) {
		add(f, FACT_PROMPT, rec_tag(r, slice_of("prompt_tokens")), line);
		add(f, FACT_OUTPUT, rec_tag(r, slice_of("output_tokens")), line);
		add(f, FACT_INFERENCE, slice_of("requests"), line);
	} else if (slice_is(cat, "bench")) {
		add(f, FACT_BACKEND, rec_tag(r, slice_of("backend")), line);
		add(f, FACT_INFERENCE, slice_of("a benchmark of requests"), line);
	} else if (slice_is(r->col[C_NAME], "process_name")) {
		text = rec_tag(r, slice_of("name"));
		if (text.p && slice_starts(text, "/device:"))
			add(f, FACT_TYPE,
			    (struct slice){ text.p + 8, text.n - 8 < 3 ? text.n - 8 : 3 }, line);
	}
	dims = rec_tag(r, slice_of("Input_Dims"));
	if (dims.p && shape(dims, three, sizeof three)) {
		add(f, FACT_SHAPE, slice_of(three), line);
		if (slice_starts(r->col[C_NAME], "nccl:all_reduce"))
			add(f, FACT_STATE, slice_of(three), line);
	}
}

struct reading {
	struct facts *f;
	struct lines *l;
};

static void described(void *arg, struct slice line)
{
	struct reading *d = arg;

	if (slice_starts(line, "##world "))
		add(d->f, FACT_WORLD, (struct slice){ line.p + 8, line.n - 8 }, d->l->line);
	else if (slice_starts(line, "##source xspace ") || slice_starts(line, "##source xla "))
		add(d->f, FACT_ENGINE, slice_of("jax"), d->l->line);
}

int facts_read(struct facts *f, const char *file)
{
	char *files[] = { (char *)(uintptr_t)file, NULL };
	struct lines l;
	struct reading d = { f, &l };
	struct rec r;

	lines_open(&l, files, 0);
	l.on_header = described;
	l.arg = &d;
	f->file = strcmp(file, "-") == 0 ? "(standard input)" : file;
	while (lines_next(&l, &r))
		record(f, &r, l.line);
	return lines_close(&l);
}
