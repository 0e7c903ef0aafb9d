#include "poll/poller.h"

#include "base/mem.h"
#include "base/msg.h"
#include "trace/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

enum {
	HEADER = 12,
	RECORD = 48,
	RC_AT = 36, /* NVF1, see nvf1.c */
	RING_BYTES = 4 << 20, /* two minutes of polls that take 2.6 ms each, for the sum of the
	                       * links */
	PAUSE_NS = 200000000 /* between writes, so that there are few writes */
};

static void put_le(unsigned char *p, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

static void record(unsigned char *p, int64_t ns, const struct nvml_field *f)
{
	put_le(p, (uint64_t)ns, 8);
	put_le(p + 8, f->field, 4);
	put_le(p + 12, f->scope, 4);
	put_le(p + 16, (uint64_t)f->time_us, 8);
	put_le(p + 24, (uint64_t)f->latency_us, 8);
	put_le(p + 32, f->type, 4);
	put_le(p + RC_AT, f->rc, 4);
	put_le(p + 40, f->value, 8);
}

/* Waits until a time of the monotonic clock. Returns 1 if fd is at its end: stop. */
static int sleep_until(int fd, int64_t due_ns)
{
	int64_t left = due_ns - clock_now();
	struct timespec t = { 0 };
	fd_set set;

	if (left > 0)
		t = (struct timespec){ .tv_sec = (time_t)(left / 1000000000),
			               .tv_nsec = (long)(left % 1000000000) };
	FD_ZERO(&set);
	FD_SET(fd, &set);
	return pselect(fd + 1, &set, NULL, NULL, &t, NULL) > 0;
}

/* Reports once for each code why samples are void. */
static void explain(struct poller *p, uint32_t rc, int all)
{
	uint32_t at = rc < POLLER_CODES ? rc : NVML_UNKNOWN_ERROR;
	const char *why = p->nvml->error((int)rc);

	if (p->said[at])
		return;
	p->said[at] = 1;
	if (all && rc == NVML_NOT_SUPPORTED)
		msg_note("gpu %u: no NVLink: %s: its samples are void", p->gpu, why);
	else
		msg_note("gpu %u: %s (NVML's code %" PRIu32 "): such samples are void", p->gpu,
		         why, rc);
}

/* Counts the samples of a poll. Returns whether any of them has a value. */
static int count(struct poller *p)
{
	unsigned bad = 0;

	for (unsigned i = 0; i < p->fields; i++)
		bad += p->field[i].rc != 0;
	for (unsigned i = 0; i < p->fields; i++)
		if (p->field[i].rc)
			explain(p, p->field[i].rc, bad == p->fields);
	p->polls++;
	p->void_samples += bad;
	p->void_polls += bad == p->fields;
	return bad < p->fields;
}

/* Notes the time of a poll that has a value and is not lost. */
static void clock_in(struct poller *p, int64_t ns)
{
	if (!p->timed++)
		p->first_ns = ns;
	else if (ns - p->last_ns > p->longest_ns)
		p->longest_ns = ns - p->last_ns;
	p->last_ns = ns;
}

static void put(struct poller *p, int64_t ns)
{
	for (unsigned i = 0; i < p->fields; i++)
		record(p->piece + i * RECORD, ns, &p->field[i]);
	ring_put(&p->ring, p->piece);
}

/* Void samples in place of lost ones. */
static void put_gap(struct poller *p)
{
	for (unsigned i = 0; i < p->fields; i++) {
		struct nvml_field f = { .field = p->field[i].field, .scope = p->field[i].scope,
			                .rc = POLLER_LOST, .value = (uint64_t)p->gap_polls };

		record(p->piece + i * RECORD, p->gap_ns, &f);
	}
	ring_put(&p->ring, p->piece);
	p->gap_polls = 0;
}

static void lose(struct poller *p, int64_t ns)
{
	if (!p->said[0])
		msg_note("gpu %u: %s writing is too slow: samples are lost", p->gpu, p->path);
	p->said[0] = 1;
	if (!p->gap_polls++)
		p->gap_ns = ns;
}

/* The time of a sample is the middle of the call. One slot of the ring is reserved for the last
 * gap. */
static void poll_once(struct poller *p)
{
	int64_t before = clock_now(), ns;
	size_t room;
	int rc, valued;

	for (unsigned i = 0; i < p->fields; i++)
		p->field[i] =
		    (struct nvml_field){ .field = p->field[i].field, .scope = p->field[i].scope };
	rc = p->nvml->fields(p->device, (int)p->fields, p->field);
	ns = before + (clock_now() - before) / 2;
	for (unsigned i = 0; rc && i < p->fields; i++)
		p->field[i].rc = (uint32_t)rc;
	valued = count(p);
	room = ring_room(&p->ring);
	if (room < (p->gap_polls ? 3 : 2)) {
		lose(p, ns);
		return;
	}
	if (p->gap_polls)
		put_gap(p);
	if (valued)
		clock_in(p, ns);
	put(p, ns);
}

static void *poll_thread(void *arg)
{
	struct poller *p = arg;
	int64_t due = clock_now();
	int stop = 0;

	while (!stop && !ring_broken(&p->ring)) {
		int64_t now;

		poll_once(p);
		due += p->interval_ns;
		now = clock_now();
		if (now > due) {
			p->late++;
			due = now;
		}
		stop = sleep_until(p->stop_fd, due);
	}
	if (!ring_broken(&p->ring))
		poll_once(p); /* the last bytes belong to the run too */
	if (p->gap_polls)
		put_gap(p);
	ring_close(&p->ring);
	return NULL;
}

static void *write_thread(void *arg)
{
	struct poller *p = arg;
	size_t n, whole, size = p->fields * RECORD;
	const unsigned char *at;

	while ((n = ring_take(&p->ring, &at)) > 0) {
		whole = newfile_put(&p->out, at, n, size);
		for (size_t i = 0; i < whole; i++)
			p->written +=
			    (at[i * size + RC_AT] | at[i * size + RC_AT + 1] << 8) != POLLER_LOST;
		if (whole < n) {
			p->failed = 1;
			ring_break(&p->ring);
			if (write(p->wake_fd, "w", 1) != 1)
				p->failed++;
			break;
		}
		ring_drop(&p->ring, n);
		sleep_until(p->stop_fd, clock_now() + PAUSE_NS);
	}
	return NULL;
}

void poller_find(struct poller *p)
{
	unsigned links;
	char path[4096];
	int rc = p->nvml->handle(p->gpu, &p->device), n;

	if (rc)
		msg_die("gpu %u: %s", p->gpu, p->nvml->error(rc));
	links = p->per_link ? nvml_links(p->nvml, p->device) : 1;
	for (unsigned i = 0; i < links; i++) {
		uint32_t scope = p->per_link ? i : NVML_ALL_LINKS;

		p->field[p->fields++] =
		    (struct nvml_field){ .field = NVML_DATA_TX, .scope = scope };
		p->field[p->fields++] =
		    (struct nvml_field){ .field = NVML_DATA_RX, .scope = scope };
	}
	n = snprintf(path, sizeof path, "%s/nvlink_gpu%u.clock.json", p->folder, p->gpu);
	if (n < 0 || (size_t)n >= sizeof path)
		msg_die("%s: name too long", p->folder);
	p->clock_path = mem_copy(path, (size_t)n);
	n = snprintf(path, sizeof path, "%s/nvlink_gpu%u.bin", p->folder, p->gpu);
	p->path = mem_copy(path, (size_t)n);
}

int poller_free(const struct poller *p)
{
	return newfile_free(p->path) || newfile_free(p->clock_path) ? -1 : 0;
}

/* The GPU's name, fit for JSON. */
static void name_of(const struct poller *p, char *name, unsigned size)
{
	name[0] = 0;
	if (p->nvml->name(p->device, name, size))
		name[0] = 0;
	name[size - 1] = 0;
	for (char *c = name; *c; c++)
		if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
			*c = '?';
}

static int write_clock(const struct poller *p)
{
	struct newfile f;
	struct clock_pair c = clock_pair();
	char name[128], text[512];
	int n, bad;

	name_of(p, name, sizeof name);
	n = snprintf(text, sizeof text,
	             "{\"gpu\":%u,\"name\":\"%s\",\"interval_ns\":%" PRId64 ",\"series\":%u,"
	             "\"monotonic_ns\":%" PRId64 ",\"realtime_ns\":%" PRId64
	             ",\"bracket_ns\":%" PRId64 "}\n",
	             p->gpu, name, p->interval_ns, p->fields, c.monotonic_ns, c.realtime_ns,
	             c.bracket_ns);
	if (newfile_open(&f, p->clock_path))
		return -1;
	bad = newfile_put(&f, text, 1, (size_t)n) != 1;
	return newfile_close(&f) || bad ? -1 : 0;
}

int poller_open(struct poller *p)
{
	/* "NVF1", version 1, fields of 40 bytes, times of 8 */
	static const unsigned char header[HEADER] = {
		'N', 'V', 'F', '1', 1, 0, 40, 0, 8, 0, 0, 0
	};

	if (write_clock(p) || newfile_open(&p->out, p->path))
		return -1;
	return newfile_put(&p->out, header, 1, sizeof header) == 1 ? 0 : -1;
}

void poller_start(struct poller *p)
{
	ring_init(&p->ring, p->fields * RECORD, RING_BYTES);
	if (pthread_create(&p->write, NULL, write_thread, p) ||
	    pthread_create(&p->poll, NULL, poll_thread, p))
		msg_die("gpu %u: cannot start another thread", p->gpu);
}

void poller_stop(struct poller *p)
{
	pthread_join(p->poll, NULL);
	pthread_join(p->write, NULL);
	if (newfile_close(&p->out))
		p->failed = 1;
}

/* Milliseconds to the microsecond; "." if there is none. */
static const char *ms(char *to, size_t size, int64_t ns, int known)
{
	int64_t us = (ns + 500) / 1000;

	if (known)
		snprintf(to, size, "%" PRId64 ".%03d ms", us / 1000, (int)(us % 1000));
	else
		snprintf(to, size, ".");
	return to;
}

int poller_report(const struct poller *p)
{
	int64_t gaps = p->timed - 1, lost = (p->polls - p->written) * p->fields;
	char mean[40], most[40];

	msg_note("gpu %u: samples %" PRId64 " (%" PRId64 " polls of %u), void %" PRId64
	         ", lost %" PRId64 ", late polls %" PRId64 "; interval: mean %s, longest %s: %s",
	         p->gpu, p->polls * p->fields, p->polls, p->fields, p->void_samples, lost, p->late,
	         ms(mean, sizeof mean, gaps > 0 ? (p->last_ns - p->first_ns) / gaps : 0, gaps > 0),
	         ms(most, sizeof most, p->longest_ns, gaps > 0), p->path);
	if (p->failed)
		return ST_TROUBLE;
	return lost || p->void_polls ? ST_DATA : ST_OK;
}
