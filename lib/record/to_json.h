/* to_json: records to Trace Event JSON that Perfetto and chrome://tracing open, and that
 * tr-events reads back to the same records. */
#ifndef TO_JSON_H
#define TO_JSON_H
/* One document of all the files (operands up to NULL; none: standard input). Returns the
 * status. */
int jsonw(char *const *files);
#endif
