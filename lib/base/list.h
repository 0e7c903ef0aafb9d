/* list: A,B,C split at the commas. */
#ifndef LIST_H
#define LIST_H
#include "base/buf.h"

/* Splits s in place; *items is allocated. Returns how many. An empty item is an error in usage. */
int list_split(char *s, char ***items);
/* The same for tags that are to stay: "none" is none of them. */
int list_tags(char *s, struct slice **items);
#endif
