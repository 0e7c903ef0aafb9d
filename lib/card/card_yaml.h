/* card_yaml: scalars as YAML text. */
#ifndef CARD_YAML_H
#define CARD_YAML_H
#include "base/buf.h"

/* Appends the bytes as a YAML scalar on one line: plain if every reader takes it for the same
 * text, else in double quotes. Bytes that are not UTF-8 become U+FFFD. */
void yaml_put(struct buf *b, struct slice s);
/* The same for a text that is meant as a number or true, false: plain. */
void yaml_put_word(struct buf *b, struct slice s);
#endif
