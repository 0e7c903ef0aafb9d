/* nvf1: polled NVLink counters. A 12-byte header, then records of 48 bytes, little-endian: u64
 * host_ts (ns, CLOCK_MONOTONIC) and an nvmlFieldValue_t (nvml.h): u32 fieldId, u32 scopeId (link,
 * ffffffff: all links of the GPU), i64 timestamp, i64 latency, u32 value type, u32 return code,
 * u64 value in KiB.
 * in:  138 3 1061477 ...
 * out: C 500 . . 0 nvlink3.tx counter nvlink_tx_bytes value=1086952448 */
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"
#include "record/rec.h"
#include "trace/clock.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>

enum { HEADER = 12, RECORD = 48, FIELD = 40, STAMP = 8, SERIES = 4096 };
static const uint32_t ALL_LINKS = 0xffffffff;

struct series {
	int used, has_last, in_kib;
	uint32_t field, scope;
	uint64_t last; /* raw */
	struct buf text; /* "\tRANK\tPID\tTID\tcounter\tNAME", from dur to the value */
};

struct nvf1 {
	struct series s[SERIES];
	struct slice gpu;
};

static uint32_t u32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static uint64_t u64(const char *p)
{
	return u32(p) | (uint64_t)u32(p + 4) << 32;
}

static int is(struct slice s)
{
	return slice_starts(s, "NVF1");
}

/* Names of nvml.h's field ids that count KiB over NVLink; NULL: another field. */
static const char *direction(uint32_t field, int *raw)
{
	*raw = field == 140 || field == 141;
	return field == 138 || field == 140 ? "tx" : field == 139 || field == 141 ? "rx" : NULL;
}

static void name_series(struct trace *t, struct nvf1 *n, struct series *s)
{
	int raw;
	const char *dir = direction(s->field, &raw);
	char link[48], name[48];

	if (s->scope == ALL_LINKS)
		snprintf(link, sizeof link, "nvlink");
	else
		snprintf(link, sizeof link, "nvlink%u", s->scope);
	if (dir)
		snprintf(name, sizeof name, "nvlink_%s%s_bytes", raw ? "raw_" : "", dir);
	else
		snprintf(name, sizeof name, "nvml_field_%u", s->field);
	s->in_kib = dir != NULL;
	rec_put(&s->text, buf_slice(&t->rank));
	rec_put(&s->text, n->gpu);
	rec_put(&s->text, slice_of(link));
	if (dir) {
		buf_ch(&s->text, '.');
		buf_str(&s->text, dir);
	}
	rec_put(&s->text, slice_of("counter"));
	rec_put(&s->text, slice_of(name));
}

static struct series *find(struct trace *t, struct nvf1 *n, uint32_t field, uint32_t scope)
{
	uint32_t at = (field * 2654435761u ^ scope * 40503u) % SERIES;

	for (int k = 0; k < SERIES; k++, at = (at + 1) % SERIES) {
		struct series *s = &n->s[at];

		if (s->used && s->field == field && s->scope == scope)
			return s;
		if (!s->used && k < SERIES / 2) {
			*s = (struct series){ .used = 1, .field = field, .scope = scope };
			name_series(t, n, s);
			return s;
		}
	}
	return NULL;
}

/* The sample in bytes; returns 0 if it holds none. */
static int sample(struct trace *t, const struct series *s, const char *p, uint64_t off, int64_t *v)
{
	uint32_t type = u32(p + 32);
	uint64_t raw = type == 1 ? u32(p + 40) : u64(p + 40); /* 1: unsigned int */

	if (u32(p + 36))
		return 0;
	if (type == 0 || type > 4) { /* double, or unknown: not a count of bytes */
		account_lost(&t->tef.acc, "value_type", off);
		return 0;
	}
	if (raw > INT64_MAX || (s->in_kib && raw > INT64_MAX / 1024)) {
		account_lost(&t->tef.acc, "beyond_int64", off);
		return 0;
	}
	*v = s->in_kib ? (int64_t)raw * 1024 : (int64_t)raw;
	return 1;
}

static void record(struct trace *t, struct nvf1 *n, const char *p, uint64_t off)
{
	struct buf *b = &t->line;
	struct series *s = find(t, n, u32(p + 8), u32(p + 12));
	uint64_t host = u64(p);
	int64_t ts, v;

	t->tef.events++;
	if (!s) {
		account_lost(&t->tef.acc, "too_many_series", off);
		return;
	}
	if (host > INT64_MAX || trace_time(t, (int64_t)host, &ts)) {
		account_lost(&t->tef.acc, "ts_range", off);
		return;
	}
	rec_begin(b, 'C', &ts, NULL);
	buf_put(b, buf_slice(&s->text));
	if (sample(t, s, p, off, &v)) {
		rec_put_num(b, "value", v);
		if (s->has_last && (uint64_t)v < s->last)
			rec_put_tag(b, "reset", slice_of("1"));
		s->has_last = 1;
		s->last = (uint64_t)v;
	} else {
		rec_put_num(b, "void", u32(p + 36));
	}
	rec_write(b);
}

/* The GPU's index in the file name: nvlink_gpu0.bin. */
static struct slice gpu_in_name(const char *path)
{
	const char *p = strstr(trace_base_name(path), "gpu");
	size_t n = 0;

	if (!p)
		return (struct slice){ "", 0 };
	for (p += 3; *p == '0' && p[1] >= '0' && p[1] <= '9';)
		p++;
	while (p[n] >= '0' && p[n] <= '9')
		n++;
	return (struct slice){ p, n };
}

/* Whose counters, and when: from the name, the clock next to the file, options. Returns -1 if -k
 * is not a clock. */
static int place(struct trace *t, struct nvf1 *n, uint64_t first)
{
	struct buf *b = &t->scratch[0];
	struct clock c = { .gpu = -1 };
	int e;

	n->gpu = gpu_in_name(t->file);
	if (!n->gpu.n)
		n->gpu = slice_of(t->o->gpu ? t->o->gpu : "");
	if (t->o->clock && strcmp(t->o->clock, "none") == 0)
		e = 0;
	else
		e = t->o->clock ? clock_read(&c, t->o->clock) : clock_beside(&c, t->path);
	b->n = 0;
	num_put(b, c.gpu);
	if (!n->gpu.n) {
		n->gpu = c.gpu >= 0 ? buf_slice(b) : slice_of(".");
	} else if (c.gpu >= 0 && !slice_eq(n->gpu, buf_slice(b))) {
		t->conflict =
		    msg_data("%s: the clock file belongs to GPU %lld, not to %.*s: not used",
		             t->file, (long long)c.gpu, (int)n->gpu.n, n->gpu.p);
		c.known = 0;
	}
	if (c.known) {
		trace_monotonic(t, first > INT64_MAX ? 0 : (int64_t)first, c.offset_ns);
	} else if (!t->probing && !t->conflict && !e && !t->o->clock) {
		msg_note(
		    "%s: no clock file next to it: times stay on CLOCK_MONOTONIC; -k aligns them",
		    t->file);
	}
	return e;
}

static int header(struct trace *t, struct inbuf *b)
{
	const char *p;
	uint32_t version, field, stamp;

	while (b->n < HEADER && inbuf_more(b))
		;
	if (b->n < HEADER)
		return trace_refuse(t, b->n, "byte %zu: truncated inside the NVF1 header", b->n);
	p = b->p;
	version = u32(p + 4) & 0xffff;
	field = u32(p + 4) >> 16;
	stamp = u32(p + 8);
	if (!is((struct slice){ p, 4 }))
		return trace_refuse(t, 0, "byte 0: not NVF1");
	if (version != 1)
		return trace_refuse(t, 4, "byte 4: NVF1 version %u, not 1", version);
	if (field != FIELD || stamp != STAMP)
		return trace_refuse(
		    t, 6, "byte 6: NVF1 with fields of %u and times of %u bytes, not %d and %d",
		    field, stamp, FIELD, STAMP);
	b->pos = HEADER;
	return ST_OK;
}

static int read_nvf1(struct trace *t)
{
	struct inbuf *b = &t->tef.b;
	struct nvf1 *n;
	int status = header(t, b), wanted = trace_wants(t, slice_of("counter"));

	if (status)
		return status;
	n = mem_resize(NULL, 1, sizeof *n);
	memset(n, 0, sizeof *n);
	t->rankless = !t->o->rank;
	while (b->n - b->pos < RECORD && inbuf_more(b))
		;
	if (place(t, n, b->n - b->pos >= 8 ? u64(b->p + b->pos) : 0))
		status = t->o->clock ? ST_TROUBLE : ST_DATA;
	if (trace_begin(t)) {
		do {
			for (; b->n - b->pos >= RECORD; b->pos += RECORD)
				if (wanted)
					record(t, n, b->p + b->pos, inbuf_at(b));
				else
					t->tef.events++;
		} while (inbuf_more(b));
		if (b->n > b->pos)
			account_lost(&t->tef.acc, "cut", inbuf_at(b));
	}
	for (int i = 0; i < SERIES; i++)
		free(n->s[i].text.p);
	free(n);
	return status;
}

const struct dialect dialect_nvf1 = { .name = "nvf1", .is = is, .read = read_nvf1, .foreign = 1 };
