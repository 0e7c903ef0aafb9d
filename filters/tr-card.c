/* tr-card: reads, checks, repairs, creates, fills in and redacts YAML workload cards.
 * in:  workload: {model: {phase: inference}}
 * out: workload.model.phase	inference */
#include "base/escape.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/out.h"
#include "base/replace.h"
#include "card/card_check.h"
#include "card/card_evidence.h"
#include "card/card_fill.h"
#include "card/card_edit.h"
#include "card/card_new.h"
#include "card/card_redact.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
    "usage: tr-card list CARD\n"
    "       tr-card get PATH CARD\n"
    "       tr-card check [-e STREAM] CARD\n"
    "       tr-card fix [-i] CARD\n"
    "       tr-card new [-e STREAM] [CONFIG]\n"
    "       tr-card fill [-i] [-d DOCS] CARD\n"
    "       tr-card redact [-k] [-s SALT] CARD|-\n"
    "list: path<TAB>value lines; '.' for an empty value. get: one value; status 3 if missing.\n"
    "check: FILE:LINE:COL: error: path: what; no output if all is well. fix: the card with the\n"
    "repairs that have only one solution. new: a card from CONFIG and the stream on standard\n"
    "input. fill: the card with the metric records from standard input. redact: hashes private\n"
    "data.\n"
    "  -e STREAM  event stream of the run, - for standard input; check compares the card with it\n"
    "  -i         change the file in place\n"
    "  -d DOCS    the metrics' definitions, as pipelines/metrics-doc prints them\n"
    "  -k         redact: keep the names of kernels, operators, counters, annotations, functions\n"
    "  -s SALT    key of the hashes; default: TR_SALT in the environment\n"
    "  -h         this text\n";

struct options {
	const char *docs;     /* -d */
	const char *evidence; /* -e */
	const char *salt;     /* -s */
	int in_place;         /* -i */
	int keep;             /* -k */
	char used[8];         /* letters of the options given, each once */
};

static int list(char **arg, const struct options *o)
{
	struct card c = { 0 };
	struct buf b = { 0 };
	int status = card_read(&c, arg[0]);

	(void)o;
	for (size_t i = 0; i < c.n; i++) {
		struct slice v = c.item[i].value;

		if (c.item[i].children)
			continue;
		b.n = 0;
		escape_put(&b, c.item[i].path);
		buf_ch(&b, '\t');
		if (!v.p)
			buf_ch(&b, '.');
		else if (slice_is(v, "."))
			buf_str(&b, "\\x2e");
		else
			escape_put(&b, v);
		buf_ch(&b, '\n');
		out_slice(buf_slice(&b));
	}
	return status;
}

static int get(char **arg, const struct options *o)
{
	struct card c = { 0 };
	int status = card_read(&c, arg[1]);
	const struct card_item *it = card_find(&c, arg[0]);

	(void)o;
	if (!it && status != ST_OK)
		return status;
	if (!it) {
		msg_note("%s: %s: not in the card", c.name, arg[0]);
		return ST_NONE;
	}
	if (it->children) {
		msg_note("%s:%zu:%zu: %s: a %s, not a value", c.name, it->line, it->col, arg[0],
		         it->kind == CARD_LIST ? "list" : "mapping");
		return ST_NONE;
	}
	out_slice(it->value);
	out_ch('\n');
	return status;
}

/* The facts of the evidence; read once. */
static int read_facts(struct facts **facts, const struct options *o)
{
	static struct facts f;

	*facts = &f;
	return facts_read(&f, o->evidence ? o->evidence : "-");
}

static int check(char **arg, const struct options *o)
{
	struct card c = { 0 };
	struct findings f = { 0 };
	struct facts *facts;
	int status;

	if (o->evidence && strcmp(o->evidence, "-") == 0 && strcmp(arg[0], "-") == 0)
		msg_usage("card and stream cannot both be standard input");
	status = card_load(&c, arg[0]);
	if (status != ST_OK)
		return status;
	if (card_parse(&c) != ST_OK) {
		card_check_fault(&c, &f);
		return card_print_findings(&f, c.name);
	}
	card_check(&c, &f);
	if (o->evidence) {
		status = read_facts(&facts, o);
		card_evidence(&c, facts, &f);
	}
	return msg_worse(status, card_print_findings(&f, c.name));
}

/* Writes the card: to standard output, or in place of the file if that differs. */
static int put(const struct card *c, const struct options *o, const char *file,
               struct slice before)
{
	struct slice text = buf_slice(&c->text);
	struct stat st;

	if (o->in_place && stat(file, &st) == 0 && (size_t)st.st_size != before.n)
		msg_die("%s: compressed: not changed in place", file);
	if (!o->in_place)
		out_slice(text);
	else if (!slice_eq(text, before))
		replace_file(file, text);
	return ST_OK;
}

static int fix(char **arg, const struct options *o)
{
	struct card c = { 0 };
	struct findings f = { 0 };
	struct buf before = { 0 };
	int status = card_load(&c, arg[0]);

	if (status != ST_OK)
		return status;
	buf_put(&before, buf_slice(&c.text));
	status = card_fix(&c);
	if (status != ST_OK)
		return status;
	put(&c, o, arg[0], buf_slice(&before));
	card_check(&c, &f);
	if (f.errors)
		msg_note("%s: %zu error%s left: run tr-card check", c.name, f.errors,
		         f.errors == 1 ? "" : "s");
	return ST_OK;
}

static int fill(char **arg, const struct options *o)
{
	struct card c = { 0 };
	struct buf before = { 0 };
	int status;

	if (strcmp(arg[0], "-") == 0)
		msg_usage("fill needs a card file: standard input has the records");
	status = card_read(&c, arg[0]);
	if (status != ST_OK)
		return status;
	buf_put(&before, buf_slice(&c.text));
	status = card_fill(&c, o->docs);
	if (status != ST_TROUBLE && c.n && !c.fault.what[0])
		put(&c, o, arg[0], buf_slice(&before));
	return status;
}

static int new_card(char **arg, const struct options *o)
{
	struct card config = { 0 }, c = { 0 };
	struct findings f = { 0 };
	struct facts *facts;
	int status = ST_OK;

	if (arg[0] && strcmp(arg[0], "-") == 0 && (!o->evidence || strcmp(o->evidence, "-") == 0))
		msg_usage("configuration and stream cannot both be standard input");
	if (arg[0])
		status = card_read(&config, arg[0]);
	if (status == ST_TROUBLE)
		return status;
	status = msg_worse(status, read_facts(&facts, o));
	status = msg_worse(status, card_new(&c, arg[0] ? &config : NULL, facts));
	out_slice(buf_slice(&c.text));
	c.name = "new card";
	card_evidence(&c, facts, &f);
	return msg_worse(status, card_say_findings(&f, c.name));
}

static int redact(char **arg, const struct options *o)
{
	static struct redact r;
	const char *salt = o->salt ? o->salt : getenv("TR_SALT");
	struct card c = { 0 };
	struct buf out = { 0 };
	int status;

	if (!salt || !*salt)
		msg_usage("redact needs a salt: -s or TR_SALT");
	redact_begin(&r, slice_of(salt));
	if (strcmp(arg[0], "-") == 0)
		return stream_redact(&r, o->keep);
	status = card_read(&c, arg[0]);
	if (status != ST_OK)
		return status;
	card_redact(&c, &r, &out);
	out_slice(buf_slice(&out));
	return ST_OK;
}

static const struct verb {
	const char *name, *options;
	int least, most; /* operands */
	const char *takes;
	int (*run)(char **arg, const struct options *o);
} verbs[] = {
	{ "list", "", 1, 1, "one card", list },
	{ "get", "", 2, 2, "a path and a card", get },
	{ "check", "e", 1, 1, "one card", check },
	{ "fix", "i", 1, 1, "one card", fix },
	{ "fill", "id", 1, 1, "one card", fill },
	{ "new", "e", 0, 1, "one configuration or none", new_card },
	{ "redact", "ks", 1, 1, "one card, or - for a stream", redact },
};

static const struct verb *verb_of(const char *name)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	msg_usage("unknown verb: '%s'", name);
}

static void options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt(argc, argv, ":d:e:iks:h")) != -1) {
		size_t n = strlen(o->used);

		switch (c) {
		case 'd':
			o->docs = optarg;
			break;
		case 'e':
			o->evidence = optarg;
			break;
		case 'k':
			o->keep = 1;
			break;
		case 'i':
			o->in_place = 1;
			break;
		case 's':
			o->salt = optarg;
			break;
		case 'h':
			opt_help(help);
		default:
			opt_misuse(c, optopt);
		}
		if (!strchr(o->used, c) && n + 1 < sizeof o->used)
			o->used[n] = (char)c;
	}
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct verb *v;

	opt_begin("tr-card", argc, argv, help);
	options(argc, argv, &o);
	if (optind == argc)
		msg_usage("no verb");
	v = verb_of(argv[optind++]);
	/* Options may follow the verb, too. */
	options(argc, argv, &o);
	for (const char *p = o.used; *p; p++)
		if (!strchr(v->options, *p))
			msg_usage("%s takes no -%c", v->name, *p);
	if (argc - optind < v->least || argc - optind > v->most)
		msg_usage("%s takes %s", v->name, v->takes);
	if (o.in_place && optind < argc && strcmp(argv[optind], "-") == 0)
		msg_usage("-i changes a file; it cannot change standard input");
	return out_close(v->run(argv + optind, &o));
}
