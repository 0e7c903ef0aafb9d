/* table: rows of text cells as TSV with a legend, CSV, JSON, Markdown, or event records. Cells are
 * record text. */
#ifndef TABLE_H
#define TABLE_H
#include "base/buf.h"

enum table_format { TABLE_TSV, TABLE_CSV, TABLE_JSON, TABLE_MD, TABLE_TR };

/* -1 if the name is not a format. */
int table_format(const char *name);
void table_begin(enum table_format f, const struct slice *names, size_t n);
void table_row(enum table_format f, const struct slice *names, const struct slice *cells,
               size_t n);
void table_end(enum table_format f);
#endif
