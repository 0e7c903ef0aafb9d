#include "record/account.h"

#include "base/msg.h"
#include "base/out.h"
#include "json/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(struct account *a, const char *cause, int lost, uint64_t off)
{
	int i;

	for (i = 0; i < a->n; i++)
		if (strcmp(a->row[i].cause, cause) == 0 && a->row[i].lost == lost)
			break;
	if (i == ACCOUNT_CAUSES)
		msg_die("internal: too many causes");
	if (i == a->n) {
		a->n++;
		a->row[i].cause = cause;
		a->row[i].lost = lost;
		a->row[i].count = 0;
		a->row[i].first = off;
	}
	a->row[i].count++;
}

int account_has(const struct account *a, const char *cause)
{
	for (int i = 0; i < a->n; i++)
		if (strcmp(a->row[i].cause, cause) == 0)
			return 1;
	return 0;
}

void account_lost(struct account *a, const char *cause, uint64_t off)
{
	add(a, cause, 1, off);
}

void account_mended(struct account *a, const char *cause, uint64_t off)
{
	add(a, cause, 0, off);
}

void account_flaws(struct account *a, unsigned flaws, uint64_t off)
{
	static const struct {
		unsigned bit;
		const char *cause;
	} names[] = {
		{ JF_QUOTE, "unescaped_quote" }, { JF_ESCAPE, "bad_escape" },
		{ JF_CONTROL, "control_byte" },  { JF_UTF8, "invalid_utf8" },
		{ JF_WORD, "bare_word" },        { JF_COMMA, "extra_comma" },
		{ JF_DUP, "duplicate_key" },     { JF_RANGE, "beyond_int64" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (flaws & names[i].bit)
			account_mended(a, names[i].cause, off);
}

int account_close(struct account *a, const char *file)
{
	struct buf b = { 0 };
	int lost = 0;

	for (int i = 0; i < a->n; i++) {
		if (a->only_lost && !a->row[i].lost)
			continue;
		out_fmt("##%s %s %llu %llu\n", a->row[i].lost ? "lost" : "mended", a->row[i].cause,
		        (unsigned long long)a->row[i].count, (unsigned long long)a->row[i].first);
		if (!a->row[i].lost)
			continue;
		if (lost++)
			buf_str(&b, ", ");
		buf_room(&b, 128);
		b.n += (size_t)snprintf(b.p + b.n, 128, "%s %llu (first at byte %llu)",
		                        a->row[i].cause, (unsigned long long)a->row[i].count,
		                        (unsigned long long)a->row[i].first);
	}
	a->n = 0;
	buf_ch(&b, 0);
	if (lost)
		msg_note("%s: damaged: %s", file, b.p);
	free(b.p);
	return lost ? ST_DATA : ST_OK;
}
