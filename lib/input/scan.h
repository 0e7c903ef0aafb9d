/* scan: finds the end of a JSON object, 64 bytes per step: quotes, escapes and braces as bit
 * masks. */
#ifndef SCAN_H
#define SCAN_H

enum { SCAN_SLACK = 64 }; /* readable bytes that must follow the end of the data */

/* p at '{'. Returns the byte after the matching '}', or NULL if it is not in [p, e). A quote or an
 * opening brace in a place that suggests damage sets *clean to 0 and returns NULL at once: the
 * object must then be parsed with care. */
const char *scan_object(const char *p, const char *e, int *clean);
#endif
