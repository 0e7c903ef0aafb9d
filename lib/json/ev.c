#include "json/ev.h"

#include "base/mem.h"
#include "input/scan.h"
#include "json/json.h"

#include <stdlib.h>

/* The member's place in v, or NULL. key without quotes. */
static struct slice *place(struct ev *v, struct slice key)
{
	switch (key.n) {
	case 2:
		return slice_is(key, "ph") ? &v->ph : slice_is(key, "ts") ? &v->ts : NULL;
	case 3:
		return slice_is(key, "cat")   ? &v->cat
		       : slice_is(key, "pid") ? &v->pid
		       : slice_is(key, "tid") ? &v->tid
		       : slice_is(key, "dur") ? &v->dur
		                              : NULL;
	case 4:
		return slice_is(key, "name") ? &v->name : slice_is(key, "args") ? &v->args : NULL;
	default:
		return NULL;
	}
}

static void add_extra(struct ev *v, struct slice key, struct slice val)
{
	for (int i = 0; i < v->n_extra; i++)
		if (slice_eq(v->xkey[i], key)) {
			v->flaws |= JF_DUP;
			v->xval[i] = val;
			return;
		}
	if (v->n_extra < EV_EXTRA) {
		v->xkey[v->n_extra] = key;
		v->xval[v->n_extra++] = val;
	} else {
		v->dropped++;
	}
}

/* json_member, but an object is skipped by the scanner: args are parsed only when they are
 * needed. */
static const char *strict_member(const char *p, const char *e, unsigned *flaws, struct slice *key,
                                 struct slice *val)
{
	static const char args[] = "\"args\":";
	const char *q = p, *end;
	int clean;

	while (q < e && (*q == ',' || *q == ' ' || *q == '\n' || *q == '\t' || *q == '\r'))
		q++;
	if (p == q || (size_t)(e - q) < sizeof args || memcmp(q, args, sizeof args - 1) != 0)
		return json_member(p, e, 0, flaws, key, val);
	*key = (struct slice){ q, sizeof args - 2 };
	q = json_ws(q + sizeof args - 1, e);
	if (q == e || *q != '{')
		return json_member(p, e, 0, flaws, key, val);
	end = scan_object(q, e, &clean);
	if (!end)
		return json_member(p, e, 0, flaws, key, val);
	*val = (struct slice){ q, (size_t)(end - q) };
	return end;
}

const char *ev_parse(struct ev *v, const char *p, const char *e, int lenient)
{
	struct slice key, val, *to;

	v->ph = v->cat = v->name = v->pid = v->tid = v->ts = v->dur = v->args =
	    (struct slice){ NULL, 0 };
	v->n_extra = v->dropped = 0;
	v->lenient = lenient;
	v->flaws = 0;
	v->args_done = v->broken_args = 0;
	p++;
	for (;;) {
		p = lenient ? json_member(p, e, lenient, &v->flaws, &key, &val)
		            : strict_member(p, e, &v->flaws, &key, &val);
		if (!p || !key.p)
			return p;
		to = place(v, ev_bare(key));
		if (!to) {
			add_extra(v, key, val);
			continue;
		}
		if (to->p)
			v->flaws |= JF_DUP;
		*to = val;
	}
}

struct slice ev_peek_cat(const char *p, const char *e)
{
	struct slice key, val;
	unsigned flaws = 0;

	/* Before any nested object, a quoted "cat" with a colon after it is the member's name: in
	 * an object that scan_object found clean, no string can contain it. */
	for (const char *s = p + 1; s + 6 < e && *s != '{'; s++) {
		if (*s != '"' || memcmp(s, "\"cat\"", 5) != 0)
			continue;
		s = json_ws(s + 5, e);
		if (*s != ':')
			break;
		s = json_ws(s + 1, e);
		if (*s != '"')
			break;
		p = json_string(s, e, 0, &flaws);
		return (struct slice){ s, p ? (size_t)(p - s) : 0 };
	}
	for (p++; (p = json_member(p, e, 0, &flaws, &key, &val)) && key.p;)
		if (slice_is(ev_bare(key), "cat"))
			return val;
	return (struct slice){ NULL, 0 };
}

void ev_args(struct ev *v)
{
	const char *p, *e;
	struct slice key, val;

	if (v->args_done)
		return;
	v->args_done = 1;
	v->n_arg = 0;
	if (!v->args.p || v->args.p[0] != '{')
		return;
	p = v->args.p + 1;
	e = v->args.p + v->args.n;
	while ((p = json_member(p, e, v->lenient, &v->flaws, &key, &val)) && key.p) {
		mem_reserve((void **)&v->arg, &v->cap_arg, v->n_arg + 1, sizeof *v->arg);
		v->arg[v->n_arg++] = (struct member){ key, val };
	}
	v->broken_args = p == NULL;
}

struct slice ev_arg(struct ev *v, const char *name)
{
	size_t n = strlen(name);

	ev_args(v);
	for (size_t i = v->n_arg; i-- > 0;)
		if (v->arg[i].key.n == n + 2 && memcmp(v->arg[i].key.p + 1, name, n) == 0)
			return v->arg[i].val;
	return (struct slice){ NULL, 0 };
}

int ev_any(struct slice text, int (*is)(struct ev *v))
{
	struct ev v = { 0 };
	const char *p = text.p, *e = text.p + text.n;
	int found = 0;

	while (!found && p && (p = memchr(p, '{', (size_t)(e - p))) && (p = ev_parse(&v, p, e, 1)))
		found = is(&v);
	free(v.arg);
	return found;
}

struct slice ev_extra(const struct ev *v, const char *key)
{
	for (int i = 0; i < v->n_extra; i++)
		if (slice_is(ev_bare(v->xkey[i]), key))
			return v->xval[i];
	return (struct slice){ NULL, 0 };
}
