/* msg: the one writer of stderr, and the exit statuses. */
#ifndef MSG_H
#define MSG_H
/* Exit statuses, the same in every filter (tr-record(5), EXIT STATUS). */
enum { ST_OK = 0, ST_DATA = 1, ST_TROUBLE = 2, ST_NONE = 3 };

void msg_init(const char *prog); /* name for messages; SIGPIPE back to default */
/* Reports a failure of the machine: a read, an open. The program goes on with what is left.
 * out_close makes the exit status ST_TROUBLE, even if the caller drops the one returned here.
 * Threads may call it. */
int msg_trouble(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int msg_troubles(void); /* how many there were */
/* Writes "prog: text
 * ". Returns ST_DATA for the caller to fold into its status. */
int msg_data(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Writes "prog: text
 * " for something that is not an error. */
void msg_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Writes "prog: text\n" and exits with ST_TROUBLE (stdout is flushed by out.c's atexit). */
_Noreturn void msg_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same, and points at -h. */
_Noreturn void msg_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The worse of two exit statuses. */
static inline int msg_worse(int a, int b)
{
	return a > b ? a : b;
}
#endif
