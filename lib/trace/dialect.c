/* The table of dialects: a new one is one file and one row. A file is that of the first dialect that
 * knows its first bytes, else, in JSON, of the first that knows a member in front of the events. */
#include "trace/trace.h"

extern const struct dialect dialect_records, dialect_kineto, dialect_nsys, dialect_chrome, dialect_nvf1,
    dialect_et, dialect_xspace, dialect_bench, dialect_bench_log, dialect_timing, dialect_arrivals,
    dialect_nsys_csv, dialect_dmon, dialect_marks, dialect_ascend, dialect_loadgen, dialect_aiperf;

const struct dialect *const dialects[] = {
	&dialect_nvf1,     &dialect_et,   &dialect_xspace,    &dialect_loadgen, &dialect_aiperf,
	&dialect_bench,    &dialect_timing, &dialect_arrivals,
	&dialect_nsys_csv, &dialect_dmon, &dialect_bench_log, &dialect_marks,
	&dialect_records,  &dialect_nsys, &dialect_xla,       &dialect_ascend,  &dialect_kineto,
	&dialect_chrome,   NULL,
};

const struct dialect *dialect_find(const char *name)
{
	for (int i = 0; dialects[i]; i++)
		if (strcmp(dialects[i]->name, name) == 0)
			return dialects[i];
	return NULL;
}

const struct dialect *dialect_of(struct slice start)
{
	for (int i = 0; dialects[i]; i++)
		if (dialects[i]->is && dialects[i]->is(start))
			return dialects[i];
	return NULL;
}
