/* nsys_sql: the SQL of pipelines/nsys-sql, which is compiled in, for the tables that a database
 * has. Only names that are written there or here get into SQL; names from the database are only
 * compared. */
#include "base/mem.h"
#include "base/num.h"
#include "dialect/nsys.h"

#include <stdlib.h>

/* Made by the Makefile: { "TABLE", "its file" }, facts and begin last. */
static const struct {
	const char *table, *sql;
} files[] = {
#include "nsys_sql.inc"
};
enum { FILES = sizeof files / sizeof *files - 2 };

/* Tables of Nsight that have no SQL: their number of rows is reported. */
static const char *const unread[] = {
	"ANALYSIS_DETAILS",
	"ANALYSIS_FILE",
	"COMPOSITE_EVENTS",
	"CUBLAS_EVENTS",
	"CUDA_CALLCHAINS",
	"CUDA_GPU_MEMORY_USAGE_EVENTS",
	"CUDA_GRAPH_EVENTS",
	"CUDA_GRAPH_NODE_EVENTS",
	"CUDA_UM_CPU_PAGE_FAULT_EVENTS",
	"CUDA_UM_GPU_PAGE_FAULT_EVENTS",
	"CUDNN_EVENTS",
	"CUPTI_ACTIVITY_KIND_CUDA_EVENT",
	"CUPTI_ACTIVITY_KIND_OVERHEAD",
	"DIAGNOSTIC_EVENT",
	"FECS_EVENTS",
	"GENERIC_EVENTS",
	"GENERIC_EVENT_DATA",
	"GENERIC_EVENT_SOURCES",
	"GENERIC_EVENT_TYPES",
	"GENERIC_EVENT_TYPE_FIELDS",
	"GPU_CONTEXT_SWITCH_EVENTS",
	"MPI_COLLECTIVES_EVENTS",
	"MPI_COMMUNICATORS",
	"MPI_OTHER_EVENTS",
	"MPI_P2P_EVENTS",
	"MPI_RANKS",
	"MPI_START_WAIT_EVENTS",
	"NET_IB_DEVICE_INFO",
	"NET_NIC_METRIC",
	"NIC_ID_MAP",
	"NVTX_PAYLOAD_SCHEMAS",
	"NVTX_PAYLOAD_SCHEMA_ENTRIES",
	"OPENACC_DATA_EVENTS",
	"OPENACC_LAUNCH_EVENTS",
	"OPENACC_OTHER_EVENTS",
	"OSRT_API",
	"OSRT_CALLCHAINS",
	"PMU_EVENTS",
	"PMU_EVENT_COUNTERS",
	"PMU_EVENT_REQUESTS",
	"PROCESSES",
	"PROFILER_OVERHEAD",
	"ProcessStreams",
	"SAMPLING_CALLCHAINS",
	"SCHED_EVENTS",
	"SYSCALL",
	"ThreadNames",
	"UCP_EVENTS",
	"UCP_PROGRESS_EVENTS",
	"UCP_SUBMIT_EVENTS",
	"UCP_WORKERS",
	NULL,
};
static const char *const versions[] = { "_V2",
	                                "_V3" }; /* tables with the columns that the SQL names */

const char *nsys_table(int i)
{
	return i < FILES ? files[i].table : NULL;
}

/* Which table is this a version of? Its index, and *v of its versions (-1: none, -2: unknown); -1:
 * of no table. */
static int version_of(struct slice name, int *v)
{
	for (int i = 0; i < FILES; i++) {
		size_t n = strlen(files[i].table), k = n + 2;

		if (!slice_starts(name, files[i].table))
			continue;
		*v = -1;
		if (name.n == n)
			return i;
		*v = -2;
		while (k < name.n && name.p[k] >= '0' && name.p[k] <= '9')
			k++;
		if (name.n < n + 3 || memcmp(name.p + n, "_V", 2) != 0 || k < name.n)
			continue;
		for (int m = 0; m < (int)(sizeof versions / sizeof *versions); m++)
			if (slice_is((struct slice){ name.p + n, name.n - n }, versions[m]))
				*v = m;
		return i;
	}
	return -1;
}

static void add(struct nsys_schema *s, struct slice table, struct slice column)
{
	struct buf b = { 0 };

	buf_put(&b, table);
	if (column.p) {
		buf_ch(&b, ':');
		buf_put(&b, column);
	}
	buf_ch(&b, 0);
	mem_reserve((void **)&s->have, &s->cap, s->n + 1, sizeof *s->have);
	s->have[s->n++] = b.p;
}

void nsys_schema_add(struct nsys_schema *s, struct slice table, struct slice column)
{
	add(s, table, column);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int nsys_has(const struct nsys_schema *s, const char *what)
{
	return s->n && bsearch(&what, s->have, s->n, sizeof *s->have, by_text) != NULL;
}

/* Makes a table that exists only in a version available, with its columns, under its own name
 * too. */
static void stand_in(struct nsys_schema *s, int i, const char *version)
{
	size_t had = s->n;
	struct buf b = { 0 };

	buf_str(&b, files[i].table);
	buf_add(&b, version, strlen(version) + 1);
	s->version[i] = b.p;
	for (size_t k = 0; k < had; k++) {
		struct slice t = slice_of(s->have[k]);
		size_t n = strlen(b.p);

		if (slice_is(t, b.p))
			add(s, slice_of(files[i].table), (struct slice){ NULL, 0 });
		else if (slice_starts(t, b.p) && t.p[n] == ':')
			add(s, slice_of(files[i].table), slice_of(t.p + n + 1));
	}
}

void nsys_schema_settle(struct nsys_schema *s)
{
	char name[80];

	s->version = mem_resize(NULL, FILES, sizeof *s->version);
	memset(s->version, 0, FILES * sizeof *s->version);
	if (s->n)
		qsort(s->have, s->n, sizeof *s->have, by_text);
	for (int i = 0; i < FILES; i++)
		for (int m = (int)(sizeof versions / sizeof *versions) - 1; m >= 0; m--) {
			name[0] = 0;
			strcat(strcat(name, files[i].table), versions[m]);
			if (nsys_has(s, files[i].table) || !nsys_has(s, name))
				continue;
			stand_in(s, i, versions[m]);
			qsort(s->have, s->n, sizeof *s->have, by_text);
		}
}

void nsys_schema_free(struct nsys_schema *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->have[i]);
	for (int i = 0; s->version && i < FILES; i++)
		free(s->version[i]);
	free(s->have);
	free(s->version);
}

int nsys_reads(const struct nsys_schema *s, int i)
{
	return nsys_has(s, files[i].table);
}

const char *nsys_name_of(const struct nsys_schema *s, int i)
{
	return s->version[i] ? s->version[i] : files[i].table;
}

enum nsys_fate nsys_fate(const struct nsys_schema *s, struct slice name, const char **own)
{
	static const char *const describes[] = { "ENUM_",     "TARGET_INFO_",     "META_DATA_",
		                                 "StringIds", "EXPORT_META_DATA", "sqlite_" };
	int v, i = version_of(name, &v);

	if (i >= 0) {
		*own = files[i].table;
		if (v == -2)
			return NSYS_OTHER_VERSION;
		return v == -1 || slice_is(name, nsys_name_of(s, i)) ? NSYS_READ : NSYS_UNKNOWN;
	}
	for (size_t k = 0; k < sizeof describes / sizeof *describes; k++)
		if (slice_starts(name, describes[k]))
			return NSYS_READ;
	for (int k = 0; unread[k]; k++)
		if (slice_is(name, unread[k])) {
			*own = unread[k];
			return NSYS_COUNTED;
		}
	return NSYS_UNKNOWN;
}

static int is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Do the conditions "NAME !NAME:COLUMN COLUMN" hold? */
static int holds(const struct nsys_schema *s, const char *own, struct slice conds, int parts)
{
	const char *p = conds.p, *e = p + conds.n;
	char name[160];

	while (p < e) {
		int no = *p == '!', has;
		const char *q = p + no, *end = memchr(q, ' ', (size_t)(e - q));
		size_t n = (size_t)((end ? end : e) - q);

		p = end ? end + 1 : e;
		if (n == 0 || n > 70)
			continue;
		if (n == 5 && memcmp(q, "parts", n) == 0) {
			has = parts;
		} else {
			memcpy(name, q, n);
			name[n] = 0;
			has = nsys_has(s, name);
			strcat(strcpy(name, own), ":");
			strncat(name, q, n);
			has = has || nsys_has(s, name);
		}
		if (has == no)
			return 0;
	}
	return 1;
}

/* The line, with the names that tables have here. */
static void put_line(const struct nsys_schema *s, struct slice line, struct buf *b)
{
	const char *p = line.p, *e = p + line.n;

	while (p < e) {
		const char *q = p;
		int v, i;

		if (!is_word(*p)) {
			buf_ch(b, *p++);
			continue;
		}
		while (q < e && is_word(*q))
			q++;
		i = version_of((struct slice){ p, (size_t)(q - p) }, &v);
		if (i >= 0 && v == -1)
			buf_str(b, nsys_name_of(s, i));
		else
			buf_add(b, p, (size_t)(q - p));
		p = q;
	}
}

void nsys_sql(const struct nsys_schema *s, int i, int parts, struct buf *b)
{
	int at = i < 0 ? FILES + 2 + i : i;
	const char *p = files[at].sql, *own = files[at].table;

	while (*p) {
		const char *e = strchr(p, '\n');
		struct slice line = { p, (size_t)(e - p) }, cond = { NULL, 0 };

		for (size_t k = 0; k + 4 <= line.n && !cond.p; k++)
			if (memcmp(p + k, "--? ", 4) == 0) {
				cond = (struct slice){ p + k + 4, line.n - k - 4 };
				line.n = k;
			}
		if (!cond.p || holds(s, own, cond, parts)) {
			put_line(s, line, b);
			buf_ch(b, '\n');
		}
		p = e + 1;
	}
}
