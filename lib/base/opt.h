/* opt: what every main has in common: help, and the ##pg line that records the run. */
#ifndef OPT_H
#define OPT_H
#include "base/buf.h"

#include <stdint.h>

/* Names the program, sets up stdout and signals, and keeps the arguments for opt_pg. --help prints
 * text and --version the version, and exits; other long options are unknown. Afterwards standard
 * input, output and error are open: those that were closed as /dev/null, unusable. */
void opt_begin(const char *prog, int argc, char **argv, const char *text);
/* Prints text to standard output and exits with 0. */
_Noreturn void opt_help(const char *text);
/* Ends with a message for what getopt returned: ':' or '?'. */
_Noreturn void opt_misuse(int c, int opt);
/* A time or a length with its unit (ns us ms s min; a bare number is in ns), in ns. Ends with a
 * message that names the option's argument if it is not one. */
int64_t opt_time(struct slice s, const char *arg);
/* Writes the line "##pg program args". */
void opt_pg(void);
#endif
