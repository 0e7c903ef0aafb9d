/* list: A,B,C split at the commas. */
#ifndef LIST_H
#define LIST_H
#include "base/buf.h"

/* Splits s in place; *items is allocated. Returns how many. An empty item is a usage error. */
int list_split(char *s, char ***items);
/* The same for a list of tags to keep: "none" means an empty list. */
int list_tags(char *s, struct slice **items);
#endif
