/* replace: a file's content changed at once: readers see the old one or the new one, whole. */
#ifndef REPLACE_H
#define REPLACE_H
#include "base/buf.h"

/* Writes the bytes beside the file and renames; mode and symbolic links stay. Ends with a message
 * where that fails; the file is as it was, then. */
void replace_file(const char *path, struct slice text);
#endif
