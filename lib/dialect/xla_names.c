#include "dialect/xla_names.h"

struct slice xla_device(struct slice s)
{
	size_t k = s.n;

	if (!slice_starts(s, "/device:"))
		return (struct slice){ NULL, 0 };
	while (k && s.p[k - 1] != ':')
		k--;
	if (k == s.n)
		return s;
	s = (struct slice){ s.p + k, s.n - k };
	s.n -= xla_core(s).n;
	return s;
}

/* " SparseCore 1" of "0 SparseCore 1". */
struct slice xla_core(struct slice s)
{
	const char *blank = s.n ? memchr(s.p, ' ', s.n) : NULL;
	struct slice rest = { s.p + s.n, 0 };

	if (blank)
		rest = (struct slice){ blank, (size_t)(s.p + s.n - blank) };
	return slice_starts(rest, " SparseCore ") ? rest : (struct slice){ s.p + s.n, 0 };
}

const char *xla_line_cat(struct slice name, struct slice process)
{
	static const struct {
		const char *name, *cat;
	} rows[] = {
		{ "XLA Ops", "kernel" },
		{ "Async XLA Ops", "xla_async" },
		{ "XLA Modules", "xla_module" },
		{ "Steps", "xla_step" },
		{ "XLA TraceMe", "xla_traceme" },
		{ "Framework Ops", "xla_framework_op" },
		{ "Framework Name Scope", "xla_name_scope" },
		{ "TensorFlow Ops", "xla_framework_op" },
		{ "TensorFlow Name Scope", "xla_name_scope" },
		{ "Source code", "xla_source" },
		{ "Source Code", "xla_source" },
		/* A SparseCore's ops run at the same time as those of its device's TensorCore. */
		{ "Sparse Core Ops", "xla_async" },
		{ "Sparse Core Steps", "xla_core_step" },
		{ "Sparse Core Modules", "xla_module" },
	};

	if (slice_is(name, "XLA Ops") && slice_starts(process, "/device:GPU"))
		return "xla_op";
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (slice_is(name, rows[i].name))
			return rows[i].cat;
	return slice_starts(name, "Stream #") ? "kernel" : "xla_other";
}

static int is_copy(struct slice name, struct slice hlo)
{
	if (hlo.n)
		return slice_is(hlo, "copy") || slice_is(hlo, "copy-start") ||
		       slice_is(hlo, "copy-done");
	return slice_is(name, "copy") || slice_starts(name, "copy.") ||
	       slice_starts(name, "copy-start") || slice_starts(name, "copy-done") ||
	       slice_starts(name, "Memcpy");
}

const char *xla_op_cat(struct slice name, struct slice hlo_category)
{
	return is_copy(name, hlo_category)    ? "gpu_memcpy"
	       : slice_starts(name, "Memset") ? "gpu_memset"
	                                      : "kernel";
}

const char *xla_async_half(struct slice name)
{
	size_t n = name.n;

	while (n && ((name.p[n - 1] >= '0' && name.p[n - 1] <= '9') || name.p[n - 1] == '.'))
		n--;
	if (n > 6 && memcmp(name.p + n - 6, "-start", 6) == 0)
		return "start";
	return n > 5 && memcmp(name.p + n - 5, "-done", 5) == 0 ? "done" : NULL;
}
