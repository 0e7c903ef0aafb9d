/* jsonw: records to Trace Event JSON that Perfetto and chrome://tracing open, and that
 * tr-events reads back to the same records. */
#ifndef JSONW_H
#define JSONW_H
/* One document of all the files (operands up to NULL; none: standard input). Returns the status. */
int jsonw(char *const *files);
#endif
