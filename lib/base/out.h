/* out: the one writer of stdout. Every write and the last close are checked;
 * a failure ends the program with a message and ST_TROUBLE. */
#ifndef OUT_H
#define OUT_H
#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

void out_init(void);
void out_add(const char *p, size_t n);
void out_str(const char *s);
void out_ch(char c);
void out_slice(struct slice s);
void out_fmt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void out_flush(void);
/* Flushes, closes, and returns `status`, or ST_TROUBLE where the machine failed (msg_trouble). */
int out_close(int status);
#endif
