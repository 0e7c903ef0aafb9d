/* faults: preloaded into a program, makes the n-th call of one function fail.
 *   in:  FAULT=read:3:EIO           the third read fails (read:3+:EIO: and all later ones)
 *        FAULT=write:2:short        the second write takes half
 *        FAULT=all:0 FAULT_LOG=f    how many calls there are of each function, into f: lines "read 7"
 * regcomp and regexec fail as a whole: what regcomp allocates does not, since glibc 2.36 then frees twice.
 * Of FAULT_PROG only, where that is set. What is written to standard error never fails: it is where the fault is to
 * be said. FAULT_LOG gets "hit" for each fault. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static char function[32], how[16];
static const char *log_name;
static long wanted, calls;
static int on, onward, counting;
static __thread int inside;
static struct {
	const char *name;
	long calls;
} functions[] = { { "malloc", 0 },  { "calloc", 0 }, { "realloc", 0 }, { "read", 0 },   { "pread", 0 },     { "write", 0 },
		  { "open", 0 },    { "close", 0 },  { "fstat", 0 },   { "lseek", 0 },  { "mkstemp", 0 },   { "rename", 0 },
		  { "regcomp", 0 }, { "regexec", 0 }, { "ftruncate", 0 }, { "pthread_create", 0 } };
#define N_FUNCTIONS (sizeof functions / sizeof *functions)

/* With system calls: this must not be what fails. */
static void tell(const char *text)
{
	long fd = log_name ? syscall(SYS_openat, AT_FDCWD, log_name, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;

	if (fd < 0)
		return;
	syscall(SYS_write, fd, text, strlen(text));
	syscall(SYS_close, fd);
}

__attribute__((constructor)) static void begin(void)
{
	const char *s = getenv("FAULT"), *prog = getenv("FAULT_PROG");
	char plus = 0;

	if (!s || (prog && strcmp(prog, program_invocation_short_name) != 0))
		return;
	log_name = getenv("FAULT_LOG");
	if (sscanf(s, "%31[^:]:%ld:%15s", function, &wanted, how) < 2)
		return;
	onward = sscanf(s, "%*[^:]:%*d%c", &plus) == 1 && plus == '+';
	if (onward)
		sscanf(s, "%*[^:]:%*d+:%15s", how);
	counting = strcmp(function, "all") == 0;
	on = 1;
	alarm(20); /* a loop that does not end */
}

__attribute__((destructor)) static void end(void)
{
	char text[64];

	on = 0;
	for (size_t i = 0; counting && i < N_FUNCTIONS; i++) {
		snprintf(text, sizeof text, "%s %ld\n", functions[i].name, functions[i].calls);
		tell(text);
	}
}

static void count(const char *name)
{
	for (size_t i = 0; i < N_FUNCTIONS; i++)
		if (strcmp(name, functions[i].name) == 0)
			__atomic_add_fetch(&functions[i].calls, 1, __ATOMIC_RELAXED);
}

static const struct {
	const char *name;
	int number;
} errors[] = { { "EIO", EIO },       { "ENOSPC", ENOSPC }, { "EINTR", EINTR }, { "ENOMEM", ENOMEM },
	       { "EMFILE", EMFILE }, { "EACCES", EACCES }, { "EAGAIN", EAGAIN } };

/* Is this the call to fail? Then errno says so. */
static int fails(const char *name)
{
	long n;

	if (!on || inside)
		return 0;
	if (counting)
		count(name);
	if (strcmp(name, function) != 0)
		return 0;
	n = __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
	if ((onward ? n < wanted : n != wanted))
		return 0;
	tell("hit\n");
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (strcmp(how, errors[i].name) == 0)
			errno = errors[i].number;
	return 1;
}

static int is_short(void)
{
	return strcmp(how, "short") == 0;
}

#define NEXT(name) \
	static __typeof__(name) *next; \
	if (!next) \
		next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

void *malloc(size_t n)
{
	return fails("malloc") ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return fails("calloc") ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return fails("realloc") ? NULL : __libc_realloc(p, n);
}

ssize_t read(int fd, void *p, size_t n)
{
	NEXT(read);
	if (fails("read")) {
		if (!is_short())
			return -1;
		n = n > 1 ? n / 2 : n;
	}
	return next(fd, p, n);
}

ssize_t pread(int fd, void *p, size_t n, off_t at)
{
	NEXT(pread);
	if (fails("pread")) {
		if (!is_short())
			return -1;
		n = n > 1 ? n / 2 : n;
	}
	return next(fd, p, n, at);
}

ssize_t write(int fd, const void *p, size_t n)
{
	NEXT(write);
	if (fd != STDERR_FILENO && fails("write")) {
		if (!is_short())
			return -1;
		n = n > 1 ? n / 2 : n;
	}
	return next(fd, p, n);
}

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	NEXT(open);
	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	return fails("open") ? -1 : next(path, flags, mode);
}

int close(int fd)
{
	NEXT(close);
	if (!fails("close"))
		return next(fd);
	next(fd);
	errno = errno ? errno : EIO;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (strcmp(how, errors[i].name) == 0)
			errno = errors[i].number;
	return -1;
}

int fstat(int fd, struct stat *s)
{
	NEXT(fstat);
	return fails("fstat") ? -1 : next(fd, s);
}

off_t lseek(int fd, off_t at, int whence)
{
	NEXT(lseek);
	return fails("lseek") ? -1 : next(fd, at, whence);
}

int mkstemp(char *name)
{
	NEXT(mkstemp);
	return fails("mkstemp") ? -1 : next(name);
}

int rename(const char *from, const char *to)
{
	NEXT(rename);
	return fails("rename") ? -1 : next(from, to);
}

int ftruncate(int fd, off_t n)
{
	NEXT(ftruncate);
	return fails("ftruncate") ? -1 : next(fd, n);
}

int pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*run)(void *), void *arg)
{
	NEXT(pthread_create);
	return fails("pthread_create") ? EAGAIN : next(t, a, run, arg);
}

int regcomp(regex_t *re, const char *text, int flags)
{
	int e;

	NEXT(regcomp);
	if (fails("regcomp"))
		return REG_ESPACE;
	inside++;
	e = next(re, text, flags);
	inside--;
	return e;
}

int regexec(const regex_t *re, const char *text, size_t n, regmatch_t m[], int flags)
{
	NEXT(regexec);
	return fails("regexec") ? REG_ESPACE : next(re, text, n, m, flags);
}
