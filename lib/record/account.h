/* account: what was lost or mended in a source, by cause: count and first byte offset. */
#ifndef ACCOUNT_H
#define ACCOUNT_H
#include <stdint.h>

enum { ACCOUNT_CAUSES = 48 };

struct account {
	struct {
		const char *cause; /* static text */
		int lost;          /* else mended: read whole although it was malformed */
		uint64_t count, first;
	} row[ACCOUNT_CAUSES];
	int n, only_lost; /* only_lost: mended causes are not told */
};

void account_lost(struct account *a, const char *cause, uint64_t off);
void account_mended(struct account *a, const char *cause, uint64_t off);
int account_has(const struct account *a, const char *cause); /* counted, lost or mended? */
/* json_bend bits of one event. */
void account_bent(struct account *a, unsigned bent, uint64_t off);
/* Writes ##lost and ##mended lines, sums the losses up on stderr. Returns ST_DATA where
 * something was lost, else 0. */
int account_close(struct account *a, const char *file);
#endif
