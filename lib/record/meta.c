#include "record/meta.h"

static const char head[] = "##meta ";

const char *meta_arg(struct slice event)
{
	static const struct {
		const char *event, *arg;
	} known[] = {
		{ "process_name", "name" },
		{ "process_labels", "labels" },
		{ "process_sort_index", "sort_index" },
		{ "thread_name", "name" },
		{ "thread_sort_index", "sort_index" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (slice_is(event, known[i].event))
			return known[i].arg;
	return NULL;
}

void meta_put(struct buf *b, const struct meta_line *m)
{
	const struct slice *const part[] = { &m->name, &m->rank, &m->pid, &m->tid, &m->text };

	for (size_t i = 0; i < 5; i++) {
		buf_str(b, i ? "\t" : head);
		buf_put(b, *part[i]);
	}
	buf_ch(b, '\n');
}

int meta_parse(struct slice line, struct meta_line *m)
{
	struct slice *const part[] = { &m->name, &m->rank, &m->pid, &m->tid };
	size_t n = sizeof head - 1;

	if (!slice_starts(line, head))
		return 0;
	line.p += n;
	line.n -= n;
	for (size_t i = 0; i < 4; i++) {
		const char *tab = memchr(line.p, '\t', line.n);

		if (!tab)
			return 0;
		*part[i] = (struct slice){ line.p, (size_t)(tab - line.p) };
		line.n -= part[i]->n + 1;
		line.p = tab + 1;
	}
	m->text = line;
	return meta_arg(m->name) != NULL;
}
