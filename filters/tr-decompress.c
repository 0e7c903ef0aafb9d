/* tr-decompress: gzip (many members), zlib or plain bytes in, plain bytes out.
 *   in:  1f 8b 08 ...            out: {"schemaVersion": 1, ... */
#include "base/msg.h"
#include "base/opt.h"
#include "base/out.h"
#include "input/in.h"

#include <unistd.h>

static const char help[] =
    "usage: tr-decompress [FILE...]\n"
    "Writes the files, or standard input, decompressed: gzip, zlib or plain, recognised by their\n"
    "first bytes. Writes all that can be recovered of a damaged file; the status is then 1.\n"
    "  -h   this text\n";

static int copy(const char *path)
{
	static unsigned char b[1 << 17];
	struct in *in = in_open(path);
	size_t n;

	if (!in)
		return ST_TROUBLE;
	while ((n = in_read(in, b, sizeof b)) > 0)
		out_add((const char *)b, n);
	return in_close(in);
}

int main(int argc, char **argv)
{
	int c, status = ST_OK;

	opt_begin("tr-decompress", argc, argv, help);
	while ((c = getopt(argc, argv, ":h")) != -1)
		switch (c) {
		case 'h':
			opt_help(help);
		default:
			opt_misuse(c, optopt);
		}
	if (optind == argc)
		status = copy("-");
	for (int i = optind; i < argc; i++) {
		int s = copy(argv[i]);

		status = msg_worse(status, s);
	}
	return out_close(status);
}
