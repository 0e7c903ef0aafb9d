#include "trace/rankname.h"

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits at p, if they end the name or are followed by its first dot. */
static struct slice number(const char *p)
{
	struct slice s = { p, 0 };

	while (is_digit(p[s.n]))
		s.n++;
	if (p[s.n] && p[s.n] != '.')
		s.n = 0;
	return s;
}

struct slice rankname(const char *name)
{
	static const char *const stems[] = { "kineto_trace_", "torch_et_", "nsys_",
		                             "timing_stats_" };
	static const char *const infixes[] = { "_eg_", "_et_" };
	const char *p;
	struct slice s = { "", 0 };

	for (p = name; (p = strstr(p, "rank")) && !s.n; p += 4) {
		const char *q = p + 4 + (p[4] == '-' || p[4] == '_');
		size_t n = 0;

		while (is_digit(q[n]))
			n++;
		if (n && (p == name || !((p[-1] | 0x20) >= 'a' && (p[-1] | 0x20) <= 'z')))
			s = (struct slice){ q, n };
	}
	for (size_t i = 0; i < sizeof stems / sizeof *stems && !s.n; i++)
		if (strncmp(name, stems[i], strlen(stems[i])) == 0)
			s = number(name + strlen(stems[i]));
	for (size_t i = 0; i < sizeof infixes / sizeof *infixes && !s.n; i++) {
		p = strstr(name, infixes[i]);
		if (p)
			s = number(p + strlen(infixes[i]));
	}
	while (s.n > 1 && s.p[0] == '0') {
		s.p++;
		s.n--;
	}
	return s;
}
