#include "window/sweep.h"

#include <string.h>

const char *const sweep_op_name[SWEEP_OPS] = {
	[SWEEP_UNION] = "union",
	[SWEEP_INTERSECTION] = "intersection",
	[SWEEP_DIFFERENCE] = "difference",
	[SWEEP_COMPLEMENT] = "complement",
	[SWEEP_MEASURE] = "measure",
};

struct state {
	struct sweep *w;
	uint32_t dev;
	int64_t win;
	int64_t at, end_a, end_b; /* swept up to here; the open intervals' ends */
	int64_t from, to;         /* the piece that is growing, from < to */
	uint64_t n;               /* events of A in it */
	struct sweep_sum sum;
};

static void flush(struct state *t)
{
	if (t->from < t->to) {
		t->w->piece(t->w->arg, t->dev, t->win, t->from, t->to, t->n);
		t->n = 0;
	}
	t->from = t->to = 0;
}

static int belongs(enum sweep_op op, int in_a, int in_b)
{
	switch (op) {
	case SWEEP_UNION:
		return in_a;
	case SWEEP_INTERSECTION:
		return in_a && in_b;
	case SWEEP_DIFFERENCE:
		return in_a && !in_b;
	case SWEEP_COMPLEMENT:
		return !in_a;
	case SWEEP_MEASURE:
	case SWEEP_OPS:
		break;
	}
	return 0;
}

static void segment(struct state *t, int64_t s, int64_t e, int in_a, int in_b)
{
	i128 len = (i128)e - s;

	t->sum.a += in_a ? len : 0;
	t->sum.b += in_b ? len : 0;
	t->sum.both += in_a && in_b ? len : 0;
	if (!belongs(t->w->op, in_a, in_b))
		return;
	if (t->from < t->to && t->to == s) {
		t->to = e;
		return;
	}
	flush(t);
	t->from = s;
	t->to = e;
}

/* Sweeps from t->at to `to`. */
static void advance(struct state *t, int64_t to)
{
	while (t->at < to) {
		int in_a = t->at < t->end_a, in_b = t->at < t->end_b;
		int64_t next = to;

		if (in_a && t->end_a < next)
			next = t->end_a;
		if (in_b && t->end_b < next)
			next = t->end_b;
		segment(t, t->at, next, in_a, in_b);
		t->at = next;
	}
}

static void begin(struct state *t, const struct sorter_item *it)
{
	struct sweep *w = t->w;
	int64_t s = it->s, e;

	*t = (struct state){ .w = w, .dev = it->dev, .win = it->win };
	t->sum.first = it->s;
	t->sum.last = it->e;
	if (w->op == SWEEP_COMPLEMENT && w->bounds)
		w->bounds(w->arg, it->win, &s, &e);
	t->at = t->end_a = t->end_b = s;
}

static void finish(struct state *t)
{
	struct sweep *w = t->w;
	int64_t s, end = t->end_a > t->end_b ? t->end_a : t->end_b;

	if (w->op == SWEEP_COMPLEMENT && w->bounds)
		w->bounds(w->arg, t->win, &s, &end);
	advance(t, end);
	flush(t);
	if (w->sum)
		w->sum(w->arg, t->dev, t->win, &t->sum);
}

static void add(struct state *t, const struct sorter_item *it)
{
	int64_t dur = it->e - it->s;

	advance(t, it->s);
	if (it->side & SIDE_A) {
		/* A new piece of the union begins where nothing is open. */
		if (t->w->op == SWEEP_UNION && t->from < t->to && t->to < it->s)
			flush(t);
		t->n++;
		t->sum.n_a++;
		t->sum.sum_a += dur;
		t->end_a = it->e > t->end_a ? it->e : t->end_a;
	}
	if (it->side & SIDE_B) {
		t->sum.n_b++;
		t->sum.sum_b += dur;
		t->end_b = it->e > t->end_b ? it->e : t->end_b;
	}
	t->sum.n_any++;
	t->sum.sum_any += dur;
	t->sum.last = it->e > t->sum.last ? it->e : t->sum.last;
}

void sweep_run(struct sweep *w)
{
	struct state t = { .w = w };
	struct sorter_item it;
	int open = 0;

	while (sorter_next(w->runs, &it)) {
		if (open && (it.dev != t.dev || it.win != t.win))
			finish(&t);
		if (!open || it.dev != t.dev || it.win != t.win)
			begin(&t, &it);
		open = 1;
		add(&t, &it);
	}
	if (open)
		finish(&t);
}
