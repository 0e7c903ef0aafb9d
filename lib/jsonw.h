/* jsonw: records to Trace Event JSON that Perfetto and chrome://tracing open, and that
 * tr-events reads back to the same records. */
#ifndef JSONW_H
#define JSONW_H
int jsonw_file(const char *path); /* "-": standard input; returns the status */
void jsonw_end(void); /* behind the last file */
#endif
