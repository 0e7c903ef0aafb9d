/* mem: checked allocation: out of memory ends the program with a message and ST_TROUBLE. */
#ifndef MEM_H
#define MEM_H
#include <stddef.h>

/* realloc that never returns NULL; n * size is checked for overflow. */
void *mem_resize(void *p, size_t n, size_t size);
/* The same for new memory, zeroed. */
void *mem_zero(size_t n, size_t size);
/* Makes room for `need` elements in *p of *cap, at least doubling. */
void mem_reserve(void **p, size_t *cap, size_t need, size_t size);
/* The same, and the new elements are zeroed. */
void mem_reserve_zero(void **p, size_t *cap, size_t need, size_t size);
char *mem_copy(const char *s, size_t n); /* NUL-terminated copy; caller frees */
#endif
