/* list: A,B,C split at the commas. */
#ifndef LIST_H
#define LIST_H
/* Splits s in place; *items is allocated. Returns how many. An empty item is an error in usage. */
int list_split(char *s, char ***items);
#endif
