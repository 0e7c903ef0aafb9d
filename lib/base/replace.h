/* replace: changes the content of a file at once: readers see either all of the old or all of the
 * new one. */
#ifndef REPLACE_H
#define REPLACE_H
#include "base/buf.h"

/* Writes the bytes to a new file in the same directory and renames it; mode and symbolic links
 * stay. Ends with a message if that fails; the file is then unchanged. */
void replace_file(const char *path, struct slice text);
#endif
