#include "base/list.h"

#include "base/mem.h"
#include "base/msg.h"

#include <string.h>

int list_split(char *s, char ***items)
{
	size_t cap = 0;
	int n = 0;

	*items = NULL;
	for (;;) {
		char *comma = strchr(s, ',');

		if (comma)
			*comma = 0;
		if (!*s)
			msg_usage("an empty item in a list");
		mem_reserve((void **)items, &cap, (size_t)n + 1, sizeof **items);
		(*items)[n++] = s;
		if (!comma)
			return n;
		s = comma + 1;
	}
}

int list_tags(char *s, struct slice **items)
{
	char **text = NULL;
	int n = strcmp(s, "none") ? list_split(s, &text) : 0;

	*items = mem_resize(NULL, (size_t)n + 1, sizeof **items);
	for (int i = 0; i < n; i++)
		(*items)[i] = slice_of(text[i]);
	return n;
}
