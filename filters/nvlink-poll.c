/* nvlink-poll: polls the NVLink counters of this machine's GPUs into files that tr-events reads.
 * out: nvlink_gpu0.bin (NVF1, see lib/dialect/nvf1.c) and
 *      nvlink_gpu0.clock.json: {"gpu":0,"monotonic_ns":... */
#include "base/list.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opt.h"
#include "base/out.h"
#include "poll/poller.h"
#include "trace/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

static const char help[] =
    "usage: nvlink-poll [-l] [-g LIST] [-i TIME] [-t TIME] [-o DIR] [-L LIB]\n"
    "Polls the NVLink counters of GPUs through NVML into DIR/nvlink_gpu<G>.bin, with a clock\n"
    "file for each, until SIGINT or SIGTERM. Reports on stderr at the end what was polled.\n"
    "  -g LIST  GPUs by nvidia-smi's numbers, such as 0,2-3; default: all\n"
    "  -l       each link; default: the sum over a GPU's links, which is faster to read\n"
    "  -i TIME  time between two polls, such as 1ms; default: 5ms\n"
    "  -t TIME  stop after this time, such as 30s\n"
    "  -o DIR   directory for the files; default: the current one; never overwrites a file\n"
    "  -L LIB   the NVML library; default: libnvidia-ml.so.1\n"
    "  -h       this text\n";

struct cli {
	char *gpus;
	const char *lib, *folder;
	int per_link;
	int64_t interval_ns, limit_ns; /* limit 0: none */
	struct nvml nvml;
	struct poller *poller;
	size_t n, cap;
	int wake[2], stop[2];
};

static int wake_fd; /* for the handler */

static void on_signal(int sig)
{
	int e = errno;

	if (write(wake_fd, "s", 1) < 0)
		_exit(128 + sig);
	errno = e;
}

/* A second signal of the same kind ends the program at once, in case a disk or NVML hangs. */
static void catch_signals(void)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction a = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND }, old;

	sigemptyset(&a.sa_mask);
	for (size_t i = 0; i < sizeof sigs / sizeof *sigs; i++)
		if (sigaction(sigs[i], NULL, &old) == 0 &&
		    (sigs[i] != SIGHUP || old.sa_handler != SIG_IGN))
			sigaction(sigs[i], &a, NULL);
	/* write's result reports what cannot be written; the files of other GPUs go on. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static int64_t time_arg(const char *arg)
{
	int64_t ns = opt_time(slice_of(arg), arg);

	if (ns <= 0 || ns > INT64_MAX / 4)
		msg_usage("out of range: '%s'", arg);
	return ns;
}

static void options(struct cli *c, int argc, char **argv)
{
	int o;

	while ((o = getopt(argc, argv, ":g:li:t:o:L:h")) != -1)
		switch (o) {
		case 'g':
			c->gpus = optarg;
			break;
		case 'l':
			c->per_link = 1;
			break;
		case 'i':
			c->interval_ns = time_arg(optarg);
			break;
		case 't':
			c->limit_ns = time_arg(optarg);
			break;
		case 'o':
			c->folder = optarg;
			if (!*optarg)
				msg_usage("-o: empty directory name");
			break;
		case 'L':
			c->lib = optarg;
			break;
		case 'h':
			opt_help(help);
		default:
			opt_misuse(o, optopt);
		}
	if (optind < argc)
		msg_usage("takes no operands: '%s'", argv[optind]);
}

static void add(struct cli *c, unsigned gpu)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->poller[i].gpu == gpu)
			msg_usage("gpu %u is given twice", gpu);
	mem_reserve((void **)&c->poller, &c->cap, c->n + 1, sizeof *c->poller);
	c->poller[c->n] = (struct poller){ .nvml = &c->nvml, .gpu = gpu, .per_link = c->per_link,
		                           .interval_ns = c->interval_ns, .folder = c->folder };
	poller_find(&c->poller[c->n++]);
}

/* "3" or "0-3", of `count` GPUs. */
static void add_range(struct cli *c, const char *item, unsigned count)
{
	const char *dash = strchr(item, '-');
	struct slice a = { item, dash ? (size_t)(dash - item) : strlen(item) };
	int64_t from, to;

	if (num_i64(a, &from) || num_i64(dash ? slice_of(dash + 1) : a, &to) || from < 0 ||
	    to < from)
		msg_usage("not a GPU or a range of them: '%s'", item);
	if (to >= count)
		msg_die("no gpu %lld: NVML has %u, numbered from 0", (long long)to, count);
	for (int64_t g = from; g <= to; g++)
		add(c, (unsigned)g);
}

static void find_gpus(struct cli *c)
{
	unsigned count = 0;
	char **item;
	int rc = c->nvml.count(&count);

	if (rc)
		msg_die("nvmlDeviceGetCount_v2: %s", c->nvml.error(rc));
	if (!count)
		msg_die("NVML finds no GPU");
	if (!c->gpus) {
		for (unsigned g = 0; g < count; g++)
			add(c, g);
		return;
	}
	for (int i = 0, n = list_split(c->gpus, &item); i < n; i++)
		add_range(c, item[i], count);
	free(item);
}

/* Until a signal, the limit, or until no file can be written any more. */
static void wait_for_end(struct cli *c)
{
	int64_t end = clock_now() + c->limit_ns;
	size_t failed = 0;

	while (failed < c->n) {
		int64_t left = end - clock_now();
		struct timespec t = { .tv_sec = (time_t)(left / 1000000000),
			              .tv_nsec = (long)(left % 1000000000) };
		fd_set set;
		char what;

		if (c->limit_ns && left <= 0)
			return;
		FD_ZERO(&set);
		FD_SET(c->wake[0], &set);
		if (pselect(c->wake[0] + 1, &set, NULL, NULL, c->limit_ns ? &t : NULL, NULL) <= 0)
			continue; /* the time is over, or a signal came: read its byte */
		if (read(c->wake[0], &what, 1) == 1 && what == 's')
			return;
		failed++;
	}
}

static int run(struct cli *c)
{
	sigset_t all, old;
	int status = ST_OK;

	for (size_t i = 0; i < c->n; i++)
		if (poller_free(&c->poller[i]))
			return ST_TROUBLE;
	for (size_t i = 0; i < c->n; i++)
		if (poller_open(&c->poller[i]))
			return ST_TROUBLE;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all,
	                &old); /* inherited by the threads: signals come to this one */
	for (size_t i = 0; i < c->n; i++) {
		c->poller[i].stop_fd = c->stop[0];
		c->poller[i].wake_fd = c->wake[1];
		poller_start(&c->poller[i]);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	wait_for_end(c);
	close(c->stop[1]);
	for (size_t i = 0; i < c->n; i++)
		poller_stop(&c->poller[i]);
	for (size_t i = 0; i < c->n; i++)
		status = msg_worse(status, poller_report(&c->poller[i]));
	return status;
}

int main(int argc, char **argv)
{
	struct cli c = { .folder = ".", .interval_ns = 5000000 };
	int status;

	opt_begin("nvlink-poll", argc, argv, help);
	options(&c, argc, argv);
	if (pipe(c.wake) || pipe(c.stop))
		msg_die("pipe: %s", strerror(errno));
	if (c.stop[0] >= FD_SETSIZE)
		msg_die("%d files are open already", c.wake[0]);
	wake_fd = c.wake[1];
	nvml_open(&c.nvml, c.lib);
	find_gpus(&c);
	catch_signals();
	status = run(&c);
	c.nvml.shutdown();
	return out_close(status);
}
