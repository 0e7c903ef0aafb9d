#include "base/mem.h"

#include "base/msg.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *mem_resize(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		msg_die("out of memory: %zu x %zu bytes", n, size);
	p = realloc(p, n && size ? n * size : 1);
	if (!p)
		msg_die("out of memory: %zu bytes", n * size);
	return p;
}

void *mem_zero(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		msg_die("out of memory: %zu x %zu bytes", n, size);
	return p;
}

void mem_reserve(void **p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 16;

	if (need <= *cap)
		return;
	while (n < need) {
		if (n > SIZE_MAX / 2)
			msg_die("out of memory");
		n *= 2;
	}
	*p = mem_resize(*p, n, size);
	*cap = n;
}

void mem_reserve_zero(void **p, size_t *cap, size_t need, size_t size)
{
	size_t had = *cap;

	mem_reserve(p, cap, need, size);
	if (*cap > had)
		memset((char *)*p + had * size, 0, (*cap - had) * size);
}

char *mem_copy(const char *s, size_t n)
{
	char *p = mem_resize(NULL, n + 1, 1);

	if (n)
		memcpy(p, s, n);
	p[n] = 0;
	return p;
}
