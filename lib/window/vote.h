/* vote: if several processes of one rank make calls with the same correlation ids, which of them
 * launches on a device? The one whose calls come before the device's events of the same id, for
 * all of a sample of them. */
#ifndef VOTE_H
#define VOTE_H
#include "record/rec.h"
#include "window/launchers.h"

struct vote;

struct vote *vote_new(void);
/* A device's event with a correlation id: the first 4096 of each device are kept, 32 bytes
 * each. */
void vote_event(struct vote *v, const struct rec *r, uint64_t id);
/* No more events come, only calls: of caller (launchers.h), its id and time. */
void vote_call(struct vote *v, const struct launchers *t, uint32_t caller, uint64_t id,
               int64_t ts);
/* Passes on what is clear; frees v. */
void vote_settle(struct vote *v, struct launchers *t);
#endif
