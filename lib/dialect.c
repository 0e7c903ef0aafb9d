/* The table of dialects: the first whose head matches; a new one is one file and one row. */
#include "trace.h"

const struct dialect *const dialects[] = {
	&dialect_records, &dialect_xla, &dialect_kineto, &dialect_chrome, NULL,
};

const struct dialect *dialect_find(const char *name)
{
	for (int i = 0; dialects[i]; i++)
		if (strcmp(dialects[i]->name, name) == 0)
			return dialects[i];
	return NULL;
}
