/* tr-card: a YAML workload card as lines that grep, awk and join understand.
 *   in:  workload: {model: {phase: inference}}
 *   out: workload.model.phase	inference */
#include "card.h"
#include "opt.h"
#include "out.h"
#include "rec.h"

#include <unistd.h>

static const char help[] =
    "usage: tr-card list CARD\n"
    "Writes a workload card as path<TAB>value lines; '.' where the card leaves a value empty.\n"
    "  -h   this text\n";

static int list(const char *file)
{
	struct card c = { 0 };
	struct buf b = { 0 };
	int status = card_read(&c, file);

	for (size_t i = 0; i < c.n; i++) {
		struct slice v = c.item[i].value;

		if (c.item[i].children)
			continue;
		b.n = 0;
		rec_escape(&b, c.item[i].path);
		buf_ch(&b, '\t');
		if (!v.p)
			buf_ch(&b, '.');
		else if (slice_is(v, "."))
			buf_str(&b, "\\x2e");
		else
			rec_escape(&b, v);
		buf_ch(&b, '\n');
		out_slice(buf_slice(&b));
	}
	return status;
}

int main(int argc, char **argv)
{
	int c;

	opt_begin("tr-card", argc, argv, help);
	while ((c = getopt(argc, argv, ":h")) != -1)
		switch (c) {
		case 'h':
			opt_help(help);
		default:
			opt_misuse(c, optopt);
		}
	if (optind == argc)
		msg_usage("no verb");
	if (strcmp(argv[optind], "list") != 0)
		msg_usage("unknown verb: '%s'", argv[optind]);
	if (argc - optind != 2)
		msg_usage("list takes one card");
	return out_close(list(argv[optind + 1]));
}
