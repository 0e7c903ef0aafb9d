# The coreutils of accelerator traces. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
export LC_ALL := C

PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config

VARIANT := $(if $(SAN),san)$(if $(COV),cov)$(if $(SCALAR),scalar)$(if $(NO_ISAL),zlib)
B := build$(if $(VARIANT),-$(VARIANT))

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla
CPPFLAGS_ALL = -Ilib -D_POSIX_C_SOURCE=200809L -DTR_RULES_INSTALLED='"$(PREFIX)/share/tr/coll.rules"' \
	-DTR_RULES_SOURCE='"$(CURDIR)/lib/coll.rules"' $(ISAL_DEF) $(if $(SCALAR),-DTR_SCALAR)
SAN_CFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
VAR_CFLAGS := $(if $(SAN),$(SAN_CFLAGS)) $(if $(COV),--coverage -O0)
ISAL := $(if $(NO_ISAL),,$(shell $(PKG_CONFIG) --exists libisal 2>/dev/null && echo yes))
ISAL_DEF := $(if $(ISAL),-DWITH_ISAL)
LDLIBS_IN := $(if $(ISAL),-lisal) -lz -lpthread -lm

TOOLS := tr-decompress tr-events tr-select tr-window tr-stats tr-card
LIB_SRC := $(wildcard lib/*.c)
LIB_OBJ := $(LIB_SRC:lib/%.c=$B/lib/%.o)
BIN := $(TOOLS:%=$B/%)

all: $(BIN) ## build the filters

$B/lib/%.o: lib/%.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(CPPFLAGS_ALL) $(CPPFLAGS) $(WARN) $(CFLAGS) $(VAR_CFLAGS) -MMD -MP -c -o $@ $<

$B/filters/%.o: filters/%.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(CPPFLAGS_ALL) $(CPPFLAGS) $(WARN) $(CFLAGS) $(VAR_CFLAGS) -MMD -MP -c -o $@ $<

$B/libtr.a: $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^

$B/tr-card: LDLIBS_IN += -lyaml
$B/tr-%: $B/filters/tr-%.o $B/libtr.a
	$(CC) $(CFLAGS) $(VAR_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS_IN)

# The runs of the report, and where it goes. A name with blanks cannot be given to make.
T ?=
O ?= build/report
report: $(BIN) ## metrics and report.md of the runs T='DIR DIR...', in O=build/report
	@set -f; TR_BIN='$(CURDIR)/$B' pipelines/report -o '$(O)' $(T)

-include $(wildcard $B/lib/*.d $B/filters/*.d)
