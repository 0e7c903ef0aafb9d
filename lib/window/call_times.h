/* call_times: when was each runtime call made? By (caller, correlation id), in a temporary file of
 * pages of 512 ids, with the most recent pages in memory: ids grow with time, so the file is read
 * and written in order. */
#ifndef CALL_TIMES_H
#define CALL_TIMES_H
#include <stdint.h>

struct call_times;

struct call_times *call_times_new(void);
/* If several calls have one id, the earliest counts. */
void call_times_put(struct call_times *t, uint32_t caller, uint64_t id, int64_t ts);
/* Returns 0 if there is no such call. */
int call_times_get(struct call_times *t, uint32_t caller, uint64_t id, int64_t *ts);
#endif
