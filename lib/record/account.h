/* account: what was lost or mended in a source, by cause: count and first byte offset. */
#ifndef ACCOUNT_H
#define ACCOUNT_H
#include <stdint.h>

enum { ACCOUNT_CAUSES = 48 };

struct account {
	struct {
		const char *cause; /* static text */
		int lost;          /* else mended: read completely although it was malformed */
		uint64_t count, first;
	} row[ACCOUNT_CAUSES];
	int n, only_lost; /* only_lost: mended causes are not reported */
};

void account_lost(struct account *a, const char *cause, uint64_t off);
void account_mended(struct account *a, const char *cause, uint64_t off);
int account_has(const struct account *a, const char *cause); /* counted, lost or mended? */
/* json_flaw bits of one event */
void account_flaws(struct account *a, unsigned flaws, uint64_t off);
/* Writes ##lost and ##mended lines, and a summary of the losses on stderr. Returns ST_DATA if
 * something was lost, else 0. */
int account_close(struct account *a, const char *file);
#endif
