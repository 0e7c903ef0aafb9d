# The coreutils of accelerator traces. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
export LC_ALL := C

ifneq ($(words $(CURDIR)),1)
$(error $(CURDIR): make cannot work in a folder whose path has blanks)
endif

PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config

# Variants, each in its own folder: SAN=1 (address, undefined), COV=1, SCALAR=1 (no SIMD), NO_ISAL=1.
VARIANT := $(if $(SAN),san)$(if $(COV),cov)$(if $(SCALAR),scalar)$(if $(NO_ISAL),zlib)
B := build$(if $(VARIANT),-$(VARIANT))
SHARE := $(PREFIX)/share/tr
VERSION := 1.0

ISAL := $(if $(NO_ISAL),,$(shell $(PKG_CONFIG) --exists libisal 2>/dev/null && echo yes))
WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla
SAN_CFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
TR_CPPFLAGS := -Ilib -I$B -D_POSIX_C_SOURCE=200809L -DTR_RULES_INSTALLED='"$(SHARE)/coll.rules"' \
	-DTR_VERSION='"$(VERSION)"' $(if $(ISAL),-DWITH_ISAL) $(if $(SCALAR),-DTR_SCALAR)
TR_CFLAGS := $(if $(SAN),$(SAN_CFLAGS)) $(if $(COV),--coverage -O0)
TR_LIBS := $(if $(ISAL),-lisal) -lz -lpthread -lm
COMPILE = $(CC) -std=c11 $(TR_CPPFLAGS) $(CPPFLAGS) $(WARN) $(CFLAGS) $(TR_CFLAGS) -MMD -MP

TOOLS := tr-decompress tr-events tr-select tr-window tr-match tr-stats tr-card nvlink-poll
BIN := $(TOOLS:%=$B/%)
LIB_OBJ := $(patsubst lib/%.c,$B/lib/%.o,$(wildcard lib/*/*.c))
UNITS := $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/*.c))
PAGES := $(wildcard filters/*.[157])
# What is installed of pipelines/: all of it, in its folders.
PIPELINE_DIRS = $(sort $(dir $(PIPELINES)))
PIPELINES = $(shell find pipelines -name __pycache__ -prune -o -type f -print)

all: $(BIN) ## build the filters into build/

# Objects depend on how they are compiled: another compiler, flag or library rebuilds them.
CONFIG := $(COMPILE) $(LDFLAGS) $(TR_LIBS)
$(shell mkdir -p $(patsubst %/,$B/%,$(wildcard lib/*/)) $B/filters $B/unit; printf '%s\n' '$(subst ','\'',$(CONFIG))' | cmp -s - $B/config || \
	printf '%s\n' '$(subst ','\'',$(CONFIG))' >$B/config)

# V=1 shows the commands.
Q = $(if $(V),,@printf '  %s\n' '$@';)

# Tables that are compiled in, each as a C string.
$B/%_rules.h: lib/trace/%.rules
	$(Q)sed 's/[\\"?]/\\&/g; s/.*/"&\\n"/' $< >$@

$B/lib/trace/stepname.o: $B/step_rules.h
$B/lib/trace/rules.o: $B/coll_rules.h
$B/lib/%.o: lib/%.c $B/config
	$(Q)$(COMPILE) -c -o $@ $<

$B/filters/%.o: filters/%.c $B/config
	$(Q)$(COMPILE) -c -o $@ $<

# A library that makes calls fail, for the tests.
$B/faults.so: tests/faults/faults.c $B/config
	$(Q)$(CC) -std=c11 $(WARN) -Wno-vla -Wno-vla-parameter $(CFLAGS) -shared -fPIC -o $@ $< -ldl

# The SQL for exports of Nsight Systems, as strings of C.
NSYS_SQL := $(sort $(filter-out %/begin.sql %/facts.sql,$(wildcard pipelines/nsys-sql/*.sql))) \
	pipelines/nsys-sql/facts.sql pipelines/nsys-sql/begin.sql
$B/nsys_sql.inc: $(NSYS_SQL) $B/config
	$(Q)awk 'FNR == 1 { name = FILENAME; sub(/.*\//, "", name); sub(/\.sql$$/, "", name); \
		printf "%s{ \"%s\",\n", (NR > 1 ? "},\n" : ""), name } \
		{ gsub(/\\/, "&&"); gsub(/"/, "\\\""); printf "\"%s\\n\"\n", $$0 } END { print "}," }' $(NSYS_SQL) >$@
$B/lib/dialect/nsys_sql.o: $B/nsys_sql.inc

$B/libtr.a: $(LIB_OBJ)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$B/tr-card: TR_LIBS += -lyaml
$B/nvlink-poll $B/tr-events: TR_LIBS += -ldl
$(BIN): $B/%: $B/filters/%.o $B/libtr.a
	$(Q)$(CC) $(CFLAGS) $(TR_CFLAGS) $(LDFLAGS) -o $@ $^ $(TR_LIBS)

$B/unit/%: tests/unit/%.c tests/unit/unit.h $B/libtr.a $B/config
	$(Q)$(COMPILE) -Itests/unit -o $@ $< $B/libtr.a $(LDFLAGS) $(TR_LIBS)

-include $(wildcard $B/lib/*/*.d $B/filters/*.d $B/unit/*.d)

demo: deps ## install what is missing, build, and report on the two sample runs
	@$(MAKE) --no-print-directory report O=$(O) \
		T='tests/sample/training tests/sample/serving'
	@cat '$(O)/report.md'
	@echo 'The report is $(O)/report.md. Pictures:'; find '$(O)' -name '*.png' | grep . || \
		echo '(none: install gnuplot, and run make demo again)'

# The runs of the report, and its directory. make splits T at blanks: for a name with blanks use pipelines/report.
T ?=
O ?= build/report
report: $(BIN) ## report on the runs T='DIR DIR...' into O=build/report
	@set -f; TR_BIN='$(CURDIR)/$B' pipelines/report -o "$$O" $$T || (($$? == 1)) # 1: damaged input, already reported
report demo: export O := $(O)
report: export T := $(T)

TESTS ?= tests/*.t
check: deps ## install what is missing, build, and run all tests; ALL=1 runs all of them in full
	@$(MAKE) -s --no-print-directory $(BIN) $(UNITS) $(if $(SAN),,$B/faults.so)
	@B=$B tests/check $(TESTS)

faults: $(BIN) $B/faults.so ## every call that can fail made to fail, under every filter (an hour)
	@B=$B tests/faults/run

bench: $(BIN) ## speed and memory, as ratios against gzip, jq and python in the same run
	@tests/bench

sweep-endurance: $(BIN) ## sweeps under SIGKILL at full length: 200 runs, 50 kills, here and on a cluster
	@TR_ENDURANCE=1 prove --timer -v tests/77-sweep-kill.t tests/77-sweep-cluster-kill.t

metrics-doc: ## the table of metrics, from their own comments; W=1 writes it into tr-metrics(7)
	@pipelines/metrics-doc $(if $(W),-w filters/tr-metrics.7)

lint: ## manual pages (mandoc), shell syntax, both compilers' warnings as errors
	@tests/lint

deps: ## install what is missing (apt, as root), or print the command
	@tests/deps

install: $(BIN) ## filters, pages, rules and pipelines under DESTDIR/PREFIX
	install -d '$(DESTDIR)$(PREFIX)/bin' $(PIPELINE_DIRS:%='$(DESTDIR)$(SHARE)/%') \
		'$(DESTDIR)$(PREFIX)/share/man/man'{1,5,7}
	install -m 755 $(BIN) '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 lib/trace/coll.rules '$(DESTDIR)$(SHARE)'
	for f in $(PIPELINES); do \
		[[ -x $$f ]] && mode=755 || mode=644; install -m $$mode "$$f" '$(DESTDIR)$(SHARE)/'"$$f"; done
	for p in $(PAGES); do install -m 644 "$$p" '$(DESTDIR)$(PREFIX)/share/man/man'"$${p##*.}"; done

uninstall: ## remove what install put there
	rm -f $(TOOLS:%='$(DESTDIR)$(PREFIX)/bin/%')
	for p in $(notdir $(PAGES)); do rm -f '$(DESTDIR)$(PREFIX)/share/man/man'"$${p##*.}/$$p"; done
	rm -rf '$(DESTDIR)$(SHARE)'

clean: ## remove the build folders
	rm -rf build build-*

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | sort | awk -F'\t' '{ printf "make %-11s %s\n", $$1, $$2 }'

.PHONY: all demo report check faults bench sweep-endurance metrics-doc lint deps install uninstall clean help
.SECONDARY:
