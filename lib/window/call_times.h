/* call_times: when was each runtime call made? By (caller, correlation id), in a temporary file of
 * pages of 512 ids, of which the last ones used are in memory: ids grow with time, so that it is
 * read and written in order. */
#ifndef CALL_TIMES_H
#define CALL_TIMES_H
#include <stdint.h>

struct call_times;

struct call_times *call_times_new(void);
/* Of several calls with one id, the earliest counts. */
void call_times_put(struct call_times *t, uint32_t caller, uint64_t id, int64_t ts);
/* Returns 0 where there is no such call. */
int call_times_get(struct call_times *t, uint32_t caller, uint64_t id, int64_t *ts);
#endif
