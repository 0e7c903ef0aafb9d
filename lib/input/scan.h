/* scan: the end of a JSON object, 64 bytes a step: quotes, escapes and braces as bit masks. */
#ifndef SCAN_H
#define SCAN_H

enum { SCAN_SLACK = 64 }; /* readable bytes that must follow the end of the data */

/* p at '{'. Returns the byte behind the matching '}', or NULL where it is not in [p, e). *clean
 * is set to 0, and NULL returned, as soon as a quote or an opening brace stands where it may be
 * damage: the object then must be read with care. */
const char *scan_object(const char *p, const char *e, int *clean);
#endif
