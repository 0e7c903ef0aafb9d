/* sqlite_shell: the same rows from the sqlite3 shell, which writes them as JSON. It is started
 * directly, not by another shell; the SQL comes through its standard input, from a file, and
 * contains nothing from the database. */
#include "base/msg.h"
#include "base/num.h"
#include "base/spool.h"
#include "dialect/sqlite.h"
#include "input/in.h"
#include "input/inbuf.h"
#include "json/json.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct child {
	pid_t pid;
	int out, err; /* its output */
};

void sqlite_failed(struct buf *why, int line, const char *text)
{
	num_put(why, line);
	buf_ch(why, ':');
	for (; *text; text++) /* it may contain a name from the file */
		buf_ch(why, (unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text);
	buf_ch(why, '\n');
}

/* Starts it on the script. Returns 0 after why was set. */
static int start(struct child *c, const char *path, struct spool *script, struct buf *why)
{
	static const char *const args[] = { "sqlite3",   "-safe", "-readonly", "-batch", "-init",
		                            "/dev/null", "-json", NULL,        NULL };
	const char *argv[sizeof args / sizeof *args];
	posix_spawn_file_actions_t to;
	int out[2], err[2], rc;

	memcpy(argv, args, sizeof args);
	argv[sizeof args / sizeof *args - 2] = path;
	if (pipe(out) || pipe(err))
		msg_die("pipe: %s", strerror(errno));
	fcntl(out[0], F_SETFD, FD_CLOEXEC);
	fcntl(err[0], F_SETFD, FD_CLOEXEC);
	posix_spawn_file_actions_init(&to);
	posix_spawn_file_actions_addopen(&to, 0, spool_path(script), O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&to, out[1], 1);
	posix_spawn_file_actions_adddup2(&to, err[1], 2);
	posix_spawn_file_actions_addclose(&to, out[1]);
	posix_spawn_file_actions_addclose(&to, err[1]);
	rc = posix_spawnp(&c->pid, argv[0], &to, NULL, (char **)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&to);
	close(out[1]);
	close(err[1]);
	c->out = out[0];
	c->err = err[0];
	if (rc == 0)
		return 1;
	close(c->out);
	close(c->err);
	sqlite_failed(
	    why, 0,
	    rc != ENOENT
		? "sqlite3: cannot be started"
		: "sqlite3: neither libsqlite3 nor the sqlite3 shell is installed (apt-get install sqlite3)");
	return 0;
}

struct sql_cell sqlite_json_cell(struct slice raw, struct buf *text)
{
	struct sql_cell c = { .kind = SQL_NULL };
	unsigned ignored = 0;
	size_t at = text->n;

	if (!raw.p || slice_is(raw, "null"))
		return c;
	if (raw.p[0] == '"') {
		c.kind = SQL_TEXT;
		json_unquote(text, raw, &ignored);
		c.s = (struct slice){ text->p + at, text->n - at };
	} else if (num_i64(raw, &c.i) == 0) {
		c.kind = SQL_INT;
	} else {
		c.kind = SQL_NUMBER;
		c.s = raw;
	}
	return c;
}

int sqlite_json_row(struct sql_row *row, struct buf *text, const char *p, const char *e)
{
	struct slice key, val;
	unsigned ignored = 0;

	text->n = 0;
	buf_room(text, (size_t)(e - p)); /* cells point into it */
	row->n = row->same = 0;
	for (p++; (p = json_member(p, e, 0, &ignored, &key, &val)) && key.p; row->n++) {
		if (row->n == SQL_COLUMNS)
			return 0;
		row->name[row->n] = (struct slice){ key.p + 1, key.n - 2 };
		row->cell[row->n] = sqlite_json_cell(val, text);
	}
	return p != NULL;
}

/* The object at the position; moves past it. 0 if it does not end. */
static int one_row(struct inbuf *b, struct sql_row *row, struct buf *text)
{
	unsigned ignored = 0;
	const char *p, *e;

	while (!(e = json_value(p = b->p + b->pos, b->p + b->n, 0, &ignored)))
		if (!inbuf_double(b))
			return 0;
	b->pos = (size_t)(e - b->p);
	return sqlite_json_row(row, text, p, e);
}

/* All rows: lists of objects, one after another. */
static void rows(struct in *in, sql_each *each, void *arg)
{
	struct sql_row row;
	struct buf text = { 0 };
	struct inbuf b = { 0 };
	int c;

	inbuf_init(&b, in);
	while ((c = inbuf_peek(&b)) >= 0)
		if (c != '{')
			b.pos++;
		else if (!one_row(&b, &row, &text))
			break; /* the shell ended early: see its status */
		else if (each)
			each(arg, &row);
	inbuf_free(&b);
	free(text.p);
}

static const char *text_after(const char *p, const char *mark)
{
	const char *q = strstr(p, mark);

	return q ? q + strlen(mark) : p;
}

static int line_number(const char *p)
{
	int n = 0;

	while (*p >= '0' && *p <= '9' && n < 1000000)
		n = n * 10 + *p++ - '0';
	return n;
}

/* "Runtime error near line 7: database disk image is malformed (11)": 7 and the text after it. */
static void take_failures(char *said, struct buf *why)
{
	for (char *s = strtok(said, "\n"); s; s = strtok(NULL, "\n")) {
		const char *text = s, *line = text_after(s, "near line ");
		char *code;

		if (s[0] == ' ') /* line of the SQL that has the error */
			continue;
		if (line != s)
			text = text_after(line, ": ");
		else if (strstr(s, "rror: "))
			text = text_after(s, "rror: ");
		text = text_after(text_after(text, "in prepare, "), "stepping, ");
		code = strrchr(s, '(');
		if (code && code > text && code[1] >= '0' && code[1] <= '9' &&
		    s[strlen(s) - 1] == ')')
			code[code[-1] == ' ' ? -1 : 0] = 0;
		sqlite_failed(why, line != s ? line_number(line) : 0, text);
	}
}

int sqlite_shell_run(const char *path, const char *sql, sql_each *each, void *arg, struct buf *why)
{
	struct spool *script = spool_new();
	struct child c;
	char name[32], part[4096];
	struct buf said = { 0 };
	struct in *in;
	ssize_t n;
	int status = 0;

	why->n = 0;
	spool_write(script, sql, strlen(sql));
	if (!start(&c, path, script, why)) {
		spool_free(script);
		return -1;
	}
	snprintf(name, sizeof name, "/dev/fd/%d", c.out);
	in = in_open(name);
	if (!in)
		msg_die("sqlite3: its output cannot be read");
	rows(in, each, arg);
	close(c.out);
	if (in_close(in))
		exit(ST_TROUBLE);
	while ((n = read(c.err, part, sizeof part)) > 0 || (n < 0 && errno == EINTR))
		buf_add(&said, part, n > 0 ? (size_t)n : 0);
	close(c.err);
	while (waitpid(c.pid, &status, 0) < 0 && errno == EINTR)
		;
	buf_ch(&said, 0);
	take_failures(said.p, why);
	if (!why->n && status)
		sqlite_failed(why, 0, "sqlite3: ended early");
	free(said.p);
	spool_free(script);
	return why->n ? -1 : 0;
}
