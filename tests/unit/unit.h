/* TAP for the C units. */
#ifndef UNIT_H
#define UNIT_H
#include <stdio.h>

static int unit_count, unit_failed;

static inline void ok(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++unit_count, name);
	unit_failed |= !good;
}

static inline int done(void)
{
	printf("1..%d\n", unit_count);
	return unit_failed;
}
#endif
