/* opt: what every main does alike: help, and the ##pg line that tells of its run. */
#ifndef OPT_H
#define OPT_H
#include "base/buf.h"

#include <stdint.h>

/* Names the program, sets up stdout and signals, and keeps the arguments for opt_pg. --help
 * prints text and --version the version, and exits; other long options are not known. Standard
 * input, output and error are open from here on: as /dev/null, unusable, where they were
 * closed. */
void opt_begin(const char *prog, int argc, char **argv, const char *text);
/* Prints text to standard output and exits with 0. */
_Noreturn void opt_help(const char *text);
/* Ends with a message on what getopt returned: ':' or '?'. */
_Noreturn void opt_misuse(int c, int opt);
/* A time or a length with its unit (ns us ms s min; a bare number is in ns): ns. Ends with a
 * message, which names the option's argument, where it is not one. */
int64_t opt_time(struct slice s, const char *arg);
/* Writes the line "##pg program args". */
void opt_pg(void);
#endif
