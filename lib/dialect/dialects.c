/* A new dialect is one file, and one row here. */
#include "dialect/dialects.h"

extern const struct dialect dialect_records, dialect_kineto, dialect_nsys, dialect_chrome,
    dialect_nvf1, dialect_et, dialect_xspace, dialect_bench, dialect_bench_log, dialect_timing,
    dialect_arrivals, dialect_nsys_csv, dialect_dmon, dialect_marks, dialect_ascend,
    dialect_loadgen, dialect_aiperf, dialect_xla;

const struct dialect *const dialects[] = {
	&dialect_nvf1,     &dialect_et,   &dialect_xspace,    &dialect_loadgen, &dialect_aiperf,
	&dialect_bench,    &dialect_timing, &dialect_arrivals,
	&dialect_nsys_csv, &dialect_dmon, &dialect_bench_log, &dialect_marks,
	&dialect_records,  &dialect_nsys, &dialect_xla,       &dialect_ascend,  &dialect_kineto,
	&dialect_chrome,   NULL,
};

const struct dialect *dialects_find(const char *name)
{
	for (int i = 0; dialects[i]; i++)
		if (strcmp(dialects[i]->name, name) == 0)
			return dialects[i];
	return NULL;
}
