#include "card/card_say.h"

#include "base/escape.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void card_found(struct findings *f, size_t line, size_t col, int error, struct slice path,
                const char *fmt, ...)
{
	struct buf b = { 0 };
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	escape_put(&b, path);
	if (path.n)
		buf_str(&b, ": ");
	escape_put(&b, slice_of(text));
	buf_ch(&b, 0);
	mem_reserve((void **)&f->at, &f->cap, f->n + 1, sizeof *f->at);
	f->at[f->n++] = (struct finding){ line, col, error, b.p };
	f->errors += error != 0;
}

static int by_place(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	return strcmp(x->text, y->text);
}

int card_print_findings(const struct findings *f, const char *file)
{
	if (f->n)
		qsort(f->at, f->n, sizeof *f->at, by_place);
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->at[i];

		out_str(file);
		if (x->line)
			out_fmt(":%zu:%zu", x->line, x->col);
		out_str(x->error ? ": error: " : ": warning: ");
		out_str(x->text);
		out_ch('\n');
	}
	return f->errors ? ST_DATA : ST_OK;
}

int card_say_findings(const struct findings *f, const char *file)
{
	for (size_t i = 0; i < f->n; i++)
		msg_note("%s:%zu:%zu: %s: %s", file, f->at[i].line, f->at[i].col,
		         f->at[i].error ? "error" : "warning", f->at[i].text);
	return f->errors ? ST_DATA : ST_OK;
}
