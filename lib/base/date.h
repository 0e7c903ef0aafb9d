/* date: dates as text to ns since the epoch. */
#ifndef DATE_H
#define DATE_H
#include "base/buf.h"

#include <stdint.h>

/* "2023-11-16 18:17:03.9799600[+00:00|Z]", taken as UTC. Returns 0 if it is not a date. */
int date_ns(struct slice s, int64_t *ns);
#endif
