#include "stats/table.h"

#include "base/escape.h"
#include "base/out.h"
#include "json/json.h"
#include "record/rec.h"

static size_t rows;

int table_format(const char *name)
{
	static const char *const names[] = { "tsv", "csv", "json", "md", "tr" };

	for (int i = 0; i < 5; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

static void separated(const struct slice *cells, size_t n, char sep)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			out_ch(sep);
		out_slice(cells[i]);
	}
	out_ch('\n');
}

/* RFC 4180: quoted where needed; a missing value is an empty cell. */
static void csv(const struct slice *cells, size_t n)
{
	static struct buf b;

	for (size_t i = 0; i < n; i++) {
		if (i)
			out_ch(',');
		b.n = 0;
		if (!slice_is(cells[i], "."))
			escape_undo(&b, cells[i]);
		if (b.n && !memchr(b.p, ',', b.n) && !memchr(b.p, '"', b.n) &&
		    !memchr(b.p, '\n', b.n) && !memchr(b.p, '\r', b.n)) {
			out_slice(buf_slice(&b));
			continue;
		}
		if (b.n)
			out_ch('"');
		for (size_t k = 0; k < b.n; k++) {
			if (b.p[k] == '"')
				out_ch('"');
			out_ch(b.p[k]);
		}
		if (b.n)
			out_ch('"');
	}
	out_str("\r\n");
}

static void json(const struct slice *names, const struct slice *cells, size_t n)
{
	static struct buf b, t;

	b.n = 0;
	for (size_t i = 0; i < n; i++) {
		buf_ch(&b, i ? ',' : '{');
		json_quote(&b, names[i]);
		buf_ch(&b, ':');
		t.n = 0;
		escape_undo(&t, cells[i]);
		if (slice_is(cells[i], "."))
			buf_str(&b, "null");
		else if (json_is_number(buf_slice(&t)))
			buf_put(&b, buf_slice(&t));
		else
			json_quote(&b, escape_is_utf8(buf_slice(&t)) ? buf_slice(&t) : cells[i]);
	}
	buf_ch(&b, '}');
	out_slice(buf_slice(&b));
}

static void markdown(const struct slice *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		out_str(i ? " | " : "| ");
		for (size_t k = 0; k < cells[i].n; k++) {
			if (strchr("|<>*_`[]#\\", cells[i].p[k]))
				out_ch('\\');
			out_ch(cells[i].p[k]);
		}
	}
	out_str(" |\n");
}

/* A record: columns in their places, the others as tags ("sum:dur" as sum_dur); a missing value
 * has no tag. */
static void record(const struct slice *names, const struct slice *cells, size_t n)
{
	static struct buf b;
	size_t at;

	b.n = 0;
	buf_str(&b, "M\t.\t.");
	for (int col = C_RANK; col < C_COLS; col++) {
		struct slice s = slice_of(col == C_CAT ? "stats" : ".");

		for (size_t i = 0; i < n; i++)
			if (slice_is(names[i], rec_col_name[col]))
				s = cells[i];
		buf_ch(&b, '\t');
		buf_put(&b, s);
	}
	for (size_t i = 0; i < n; i++) {
		if (rec_col(names[i]) >= 0 || slice_is(cells[i], ".") ||
		    slice_starts(names[i], "missing:"))
			continue;
		buf_ch(&b, '\t');
		at = b.n;
		for (size_t k = 0; k < names[i].n; k++)
			buf_ch(&b, strchr(":[]", names[i].p[k]) || names[i].p[k] < ' '
			               ? '_'
			               : names[i].p[k]);
		escape_key(&b, at);
		buf_ch(&b, '=');
		buf_put(&b, cells[i]);
	}
	buf_ch(&b, '\n');
	out_slice(buf_slice(&b));
}

void table_begin(enum table_format f, const struct slice *names, size_t n)
{
	rows = 0;
	switch (f) {
	case TABLE_TSV:
		out_ch('#');
		separated(names, n, '\t');
		break;
	case TABLE_CSV:
		csv(names, n);
		break;
	case TABLE_TR:
		break;
	case TABLE_JSON:
		out_str("[");
		break;
	case TABLE_MD:
		markdown(names, n);
		for (size_t i = 0; i < n; i++)
			out_str("|---");
		out_str("|\n");
		break;
	}
}

void table_row(enum table_format f, const struct slice *names, const struct slice *cells, size_t n)
{
	switch (f) {
	case TABLE_TSV:
		separated(cells, n, '\t');
		break;
	case TABLE_CSV:
		csv(cells, n);
		break;
	case TABLE_TR:
		record(names, cells, n);
		break;
	case TABLE_JSON:
		out_str(rows ? ",\n" : "\n");
		json(names, cells, n);
		break;
	case TABLE_MD:
		markdown(cells, n);
		break;
	}
	rows++;
}

void table_end(enum table_format f)
{
	if (f == TABLE_JSON)
		out_str("\n]\n");
}
