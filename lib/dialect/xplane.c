#include "dialect/xplane.h"

#include "base/mem.h"

#include <stdlib.h>

static uint32_t *slot_of(struct metas *m, uint64_t id)
{
	size_t k = (size_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (m->slots - 1);

	while (m->slot[k] && m->p[m->slot[k] - 1].id != id)
		k = (k + 1) & (m->slots - 1);
	return &m->slot[k];
}

struct meta *meta_find(struct metas *m, uint64_t id)
{
	uint32_t *k = m->slots ? slot_of(m, id) : NULL;

	return k && *k ? &m->p[*k - 1] : NULL;
}

struct meta *meta_add(struct metas *m, uint64_t id)
{
	struct meta *x = meta_find(m, id);

	if (x)
		return x;
	if ((m->n + 1) * 2 > m->slots) {
		m->slots = m->slots ? m->slots * 2 : 256;
		free(m->slot);
		m->slot = mem_resize(NULL, m->slots, sizeof *m->slot);
		memset(m->slot, 0, m->slots * sizeof *m->slot);
		for (size_t i = 0; i < m->n; i++)
			*slot_of(m, m->p[i].id) = (uint32_t)i + 1;
	}
	mem_reserve((void **)&m->p, &m->cap, m->n + 1, sizeof *m->p);
	x = &m->p[m->n++];
	*x = (struct meta){ .id = id, .line = -1 };
	*slot_of(m, id) = (uint32_t)m->n;
	return x;
}

void metas_clear(struct metas *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->p[i].text.p);
		free(m->p[i].value.p);
	}
	m->n = 0;
	if (m->slots)
		memset(m->slot, 0, m->slots * sizeof *m->slot);
}

void xplane_clear(struct plane *p)
{
	for (size_t i = 0; i < p->n_lines; i++) {
		free(p->line[i].name.p);
		free(p->line[i].display.p);
	}
	p->n_lines = p->name.n = p->arena.n = 0;
	p->id = 0;
	metas_clear(&p->event);
	metas_clear(&p->stat);
}

struct slice xplane_text(struct slice msg, uint32_t number)
{
	struct wire_field f;
	struct slice found = { NULL, 0 };

	for (const char *p = msg.p, *e = slice_end(msg); p < e && (p = wire_next(p, e, &f));)
		if (f.number == number && f.type == WIRE_LEN)
			found = f.text;
	return found;
}

void xplane_add(struct plane *p, struct metas *m, struct slice entry)
{
	struct wire_field f;
	struct slice value = { "", 0 };
	struct meta *meta;
	uint64_t id = 0;

	for (const char *q = entry.p, *e = slice_end(entry); q < e && (q = wire_next(q, e, &f));) {
		if (f.number == 1 && f.type == WIRE_VARINT)
			id = f.value;
		else if (f.number == 2 && f.type == WIRE_LEN)
			value = f.text;
	}
	meta = meta_add(m, id);
	meta->at = p->arena.n;
	meta->n = value.n;
	buf_put(&p->arena, value);
}

struct slice xplane_message(const struct plane *p, const struct meta *m)
{
	return (struct slice){ m->n ? p->arena.p + m->at : NULL, m->n };
}
