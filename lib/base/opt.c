#include "base/opt.h"

#include "base/escape.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct buf pg;
static char **args;

void opt_help(const char *text)
{
	out_str(text);
	exit(out_close(ST_OK));
}

static _Noreturn void version(const char *prog)
{
	out_fmt("%s (tr) %s\n", prog, TR_VERSION);
	exit(out_close(ST_OK));
}

void opt_misuse(int c, int opt)
{
	if (c == ':')
		msg_usage("option '-%c' needs an argument", opt);
	/* getopt is still inside a word of short options. */
	if (opt == '-' && args[optind] && strncmp(args[optind], "--", 2) == 0)
		msg_usage("unknown option '%.60s'", args[optind]);
	msg_usage("unknown option '-%c'", opt);
}

/* If standard input, output or error is closed, a file opened later must not take its place. What
 * is opened here instead can be neither read nor written: a program that needs the stream fails,
 * another one does not. */
static void hold_standard(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			msg_die("/dev/null: %s", strerror(errno));
}

void opt_begin(const char *prog, int argc, char **argv, const char *text)
{
	msg_init(prog);
	hold_standard();
	out_init();
	args = argv;
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			opt_help(text);
		else if (strcmp(argv[i], "--version") == 0)
			version(prog);
	buf_str(&pg, "##pg ");
	buf_str(&pg, prog);
	for (int i = 1; i < argc; i++) {
		buf_ch(&pg, ' ');
		escape_put(&pg, slice_of(argv[i]));
	}
	buf_ch(&pg, '\n');
}

void opt_pg(void)
{
	out_slice(buf_slice(&pg));
}

int64_t opt_time(struct slice s, const char *arg)
{
	struct dec d;

	if (num_unit(s, &d))
		msg_usage("not a time: '%s'", arg);
	for (; d.scale; d.scale--, d.m /= 10)
		if (d.m % 10)
			msg_usage("not a whole number of ns: '%s'", arg);
	if (d.m > INT64_MAX || d.m < INT64_MIN)
		msg_usage("out of range: '%s'", arg);
	return (int64_t)d.m;
}
