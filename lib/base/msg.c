#include "base/msg.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *prog = "tr";
static pthread_t first; /* the thread of main */
static int troubles;

void msg_init(const char *name)
{
	sigset_t set;

	prog = name;
	first = pthread_self();
	/* A parent may have ignored or blocked SIGPIPE: a closed reader must end us silently. */
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void __attribute__((format(printf, 1, 0)))
say(const char *fmt, va_list ap, const char *tail)
{
	flockfile(stderr); /* several threads may write messages */
	fprintf(stderr, "%s: ", prog);
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "%s\n", tail);
	funlockfile(stderr);
}

int msg_data(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap, "");
	va_end(ap);
	return ST_DATA;
}

int msg_trouble(const char *fmt, ...)
{
	va_list ap;

	__atomic_add_fetch(&troubles, 1, __ATOMIC_RELAXED);
	va_start(ap, fmt);
	say(fmt, ap, "");
	va_end(ap);
	return ST_TROUBLE;
}

int msg_troubles(void)
{
	return __atomic_load_n(&troubles, __ATOMIC_RELAXED);
}

void msg_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap, "");
	va_end(ap);
}

void msg_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap, "");
	va_end(ap);
	/* Exit handlers work on the main thread's data: another thread does not run them. */
	if (!pthread_equal(pthread_self(), first))
		_exit(ST_TROUBLE);
	exit(ST_TROUBLE);
}

void msg_usage(const char *fmt, ...)
{
	va_list ap;
	char tail[80];

	snprintf(tail, sizeof tail, " (%.40s -h for help)", prog);
	va_start(ap, fmt);
	say(fmt, ap, tail);
	va_end(ap);
	exit(ST_TROUBLE);
}
