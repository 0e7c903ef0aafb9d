# The report of one run, made inside its output folder: `make -C OUT -f report.mk RUN=DIR PIPES=DIR BINS=DIR`.
# inputs lists the run's files with sizes and times, settings what the environment says; pipelines/report rewrites them only
# when that changes. Whatever is made gets its name when it is whole: a report that was killed can be made again.
# A metric is any pipeline with a line "# unit:"; its file depends on it, the filters and the stream.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
export LC_ALL := C

# What many metrics begin with is made once, pipelines with a line "# kept:" (prelude.sh).
KEPT := $(notdir $(shell grep -ls '^\# kept:' $(PIPES)/stages/*))
METRICS := $(notdir $(shell grep -ls '^\# unit:' $(PIPES)/*))
KEEP := TR_KEEP=. TR_PRELUDE=$(PIPES)/prelude.sh bash
COMMON := settings $(PIPES)/report.d/report.mk $(PIPES)/report.d/metrics.sh $(PIPES)/prelude.sh $(PIPES)/stages/steps $(PIPES)/stages/link_rates \
	$(wildcard $(PIPES)/stages/*.awk $(PIPES)/tables/*) $(BINS)/tr-decompress $(BINS)/tr-select $(BINS)/tr-window $(BINS)/tr-stats

all: metrics.tsv facts.tsv throughput_dynamics.said
.PHONY: all FORCE

# Those whose pipeline has changed, or all. Status 3, that one cannot be computed from this evidence, is part of the report.
MISSING = $(filter-out $(patsubst %.tsv,%,$(wildcard *.tsv)),$(METRICS))
CHANGED = $(if $(filter-out FORCE $(METRICS:%=$(PIPES)/%),$?),$(METRICS),$(sort $(MISSING) $(notdir $(filter $(PIPES)/%,$?))))
metrics.tsv: $(METRICS:%=$(PIPES)/%) stream.tr $(KEPT:%=%.kept) $(COMMON) $(if $(MISSING),FORCE)
	bash $(PIPES)/report.d/metrics.sh $(JOBS) $(CHANGED)
	awk 'NR == 1 || !/^#/' $(METRICS:%=%.tsv) >$@.new
	mv $@.new $@
FORCE:

# Status 1, damaged input, is part of the report: what could be read was written.
stream.tr: inputs $(PIPES)/events $(PIPES)/tables/sources $(PIPES)/events.d/ranks.awk $(PIPES)/prelude.sh $(PIPES)/nsys-events $(wildcard $(PIPES)/nsys-sql/*.sql) $(BINS)/tr-events $(BINS)/tr-card $(RULES)
	s=0; $(PIPES)/events -q "$(RUN)" >$@.new 2>stream.err || s=$$?; cat stream.err >&2; ((s < 2)) || exit 2; echo $$s >stream.status
	mv $@.new $@

$(KEPT:%=%.kept): %.kept: $(PIPES)/stages/% stream.tr $(COMMON)
	said=$$($(KEEP) $< <stream.tr 2>&1 >$@.new) || { (($$? == 1)) || { echo "$$said" >&2; exit 2; }; }
	mv $@.new $@

# Some begin with others.
$(foreach line,$(shell cd $(PIPES)/stages && awk 'BEGIN { for (i = 1; i < ARGC; i++) kept[ARGV[i]] } !/^\#/ && $$1 in kept && $$1 != FILENAME { print FILENAME ".kept:" $$1 ".kept" }' $(KEPT)),$(eval $(line)))

# Status 1: the name and the card differ, which is said.
facts.tsv: $(PIPES)/report.d/run_facts stream.tr results.kept $(COMMON)
	$(KEEP) $< stream.tr >$@.new 2>facts.said || (($$? == 1))
	mv $@.new $@

# The picture, or why there is none: status 3, no data. Where gnuplot is missing or fails it is tried again the next time.
throughput_dynamics.said: $(PIPES)/plots/plot_link $(PIPES)/plots/plot_link.awk $(PIPES)/plots/plot.sh $(PIPES)/stages/link_buckets $(PIPES)/stages/link_rates phase_intervals.kept $(COMMON)
	$(KEEP) $< -o throughput_dynamics stream.tr 2>$@.new || { s=$$?; ((s == 1 || s == 3)); } || touch -t 200001010000 $@.new
	mv $@.new $@
