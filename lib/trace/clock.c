#include "trace/clock.h"

#include "base/msg.h"
#include "base/num.h"
#include "input/in.h"
#include "json/ev.h"

#include <stdlib.h>
#include <unistd.h>

enum { MOST = 1 << 16 }; /* at most so many bytes of a clock file are read */

static int member(struct ev *v, const char *key, int64_t *n)
{
	struct slice s = ev_arg(v, key);

	return s.p && num_i64(ev_bare(s), n) == 0;
}

static int from_json(struct clock *c, const char *path, struct slice text)
{
	struct ev v = { .args = text, .lenient = 1 };
	int64_t mono, wall;
	int ok = (member(&v, "monotonic_ns", &mono) || member(&v, "mono0_ns", &mono)) &&
	         (member(&v, "realtime_ns", &wall) || member(&v, "wall_clock_ns", &wall) ||
	          member(&v, "wall0_ns", &wall));

	if (!member(&v, "gpu", &c->gpu))
		c->gpu = -1;
	free(v.arg);
	if (!ok || __builtin_sub_overflow(wall, mono, &c->offset_ns)) {
		msg_note("%s: not a clock: no monotonic_ns with realtime_ns or wall_clock_ns",
		         path);
		return -1;
	}
	c->known = 1;
	return 0;
}

static int from_file(struct clock *c, const char *path)
{
	struct in *in = in_open(path);
	static char text[MOST];
	size_t n = 0, got;
	int e;

	if (!in)
		return -1;
	while (n < sizeof text && (got = in_read(in, (unsigned char *)text + n, sizeof text - n)))
		n += got;
	e = from_json(c, path, (struct slice){ text, n });
	return in_close(in) ? -1 : e;
}

int clock_read(struct clock *c, const char *arg)
{
	const char *comma = strchr(arg, ',');
	int64_t mono, wall;

	*c = (struct clock){ .gpu = -1 };
	if (!comma || num_i64((struct slice){ arg, (size_t)(comma - arg) }, &mono) ||
	    num_i64(slice_of(comma + 1), &wall))
		return from_file(c, arg);
	if (__builtin_sub_overflow(wall, mono, &c->offset_ns)) {
		msg_note("out of range: '%s'", arg);
		return -1;
	}
	c->known = 1;
	return 0;
}

int clock_beside(struct clock *c, const char *source)
{
	static const char *const ends[] = { ".gz", ".bin" };
	struct buf b = { 0 };
	int e = 0;

	*c = (struct clock){ .gpu = -1 };
	buf_str(&b, source);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (b.n > strlen(ends[i]) &&
		    memcmp(b.p + b.n - strlen(ends[i]), ends[i], strlen(ends[i])) == 0)
			b.n -= strlen(ends[i]);
	buf_str(&b, ".clock.json");
	buf_ch(&b, 0);
	if (access(b.p, R_OK) == 0)
		e = from_file(c, b.p);
	free(b.p);
	return e;
}
