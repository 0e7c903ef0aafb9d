#include "opt.h"

#include "msg.h"
#include "out.h"
#include "rec.h"

#include <stdlib.h>
#include <string.h>

static struct buf pg;

void opt_help(const char *text)
{
	out_str(text);
	exit(out_close(ST_OK));
}

void opt_misuse(int c, int opt)
{
	if (c == ':')
		msg_usage("option '-%c' needs an argument", opt);
	msg_usage("unknown option '-%c'", opt);
}

void opt_begin(const char *prog, int argc, char **argv, const char *text)
{
	msg_init(prog);
	out_init();
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			opt_help(text);
	buf_str(&pg, "##pg ");
	buf_str(&pg, prog);
	for (int i = 1; i < argc; i++) {
		buf_ch(&pg, ' ');
		rec_escape(&pg, slice_of(argv[i]));
	}
	buf_ch(&pg, '\n');
}

void opt_pg(void)
{
	out_slice(buf_slice(&pg));
}
