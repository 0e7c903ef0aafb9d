# The report of one run, made in its output folder:
#
#     make -C OUT -f report.mk RUN=DIR PIPES=DIR BINS=DIR RULES=FILE JOBS=N METRICS='NAME...'
#
# inputs lists the run's files with sizes and times, settings the environment's settings;
# pipelines/report rewrites them only when they change. Each file gets its name when it is
# complete: a report that was killed can be continued.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
export LC_ALL := C

# The stages that metrics begin with ("from STAGE"), each run once, and what each begins with
# itself.
FROM_STREAM := light launched phase_intervals
FROM_LIGHT := expert_tokens links phase_ranges requests results step_times
FROM_LAUNCHED := breakdown_parts comm_measures device_measures kernel_measures kernel_names
FROM_LAUNCHED += clock_offsets matched_calls waits
FROM_LINKS := link_buckets link_spans
FROM_MATCHED_CALLS := collective_lines
FROM_PHASE_INTERVALS := step_flops
STAGES := $(FROM_STREAM) $(FROM_LIGHT) $(FROM_LAUNCHED) $(FROM_LINKS) \
	$(FROM_MATCHED_CALLS) $(FROM_PHASE_INTERVALS)

KEEP := TR_KEEP=. TR_PRELUDE=$(PIPES)/prelude.sh bash
COMMON := settings $(PIPES)/report.d/report.mk $(PIPES)/report.d/metrics.sh $(PIPES)/prelude.sh $(PIPES)/tr.awk \
	$(PIPES)/stages/steps $(PIPES)/stages/link_rates $(PIPES)/stages/link_windows \
	$(wildcard $(PIPES)/stages/*.awk $(PIPES)/tables/*) \
	$(BINS)/tr-decompress $(BINS)/tr-select $(BINS)/tr-window $(BINS)/tr-match $(BINS)/tr-stats
EVENTS := $(PIPES)/events $(PIPES)/nsys-events $(PIPES)/prelude.sh $(PIPES)/tables/sources \
	$(wildcard $(PIPES)/events.d/* $(PIPES)/nsys-sql/*.sql) $(BINS)/tr-events $(BINS)/tr-card $(RULES)
PLOT := $(PIPES)/plots/plot_link $(PIPES)/plots/plot_link.awk $(PIPES)/plots/plot.sh \
	$(PIPES)/stages/link_buckets $(PIPES)/stages/links $(PIPES)/stages/light

all: metrics.tsv facts.tsv throughput_dynamics.said step_breakdown.said
.PHONY: all FORCE

# The metrics whose pipeline has changed, or all. Status 3, a metric that cannot be computed from
# this evidence, is part of the report.
MISSING = $(filter-out $(patsubst %.tsv,%,$(wildcard *.tsv)),$(METRICS))
OTHERS = $(filter-out FORCE $(METRICS:%=$(PIPES)/%),$?)
CHANGED = $(if $(OTHERS),$(METRICS),$(sort $(MISSING) $(notdir $(filter $(PIPES)/%,$?))))
metrics.tsv: $(METRICS:%=$(PIPES)/%) stream.tr $(STAGES:%=%.kept) $(COMMON) $(if $(MISSING),FORCE)
	bash $(PIPES)/report.d/metrics.sh $(JOBS) $(CHANGED)
	awk 'NR == 1 || !/^#/' $(METRICS:%=%.tsv) >$@.new; mv $@.new $@
FORCE:

# Status 1, damaged input, is part of the report: what could be read was written.
stream.tr: inputs $(EVENTS)
	s=0; $(PIPES)/events -q "$(RUN)" >$@.new 2>stream.err || s=$$?; \
		cat stream.err >&2; ((s < 2)) || exit 2; echo $$s >stream.status; mv $@.new $@

$(STAGES:%=%.kept): %.kept: $(PIPES)/stages/% stream.tr $(COMMON)
	said=$$($(KEEP) $< 2>&1 >$@.new) || { (($$? == 1)) || { echo "$$said" >&2; exit 2; }; }; \
		mv $@.new $@
$(FROM_LIGHT:%=%.kept): light.kept
$(FROM_LAUNCHED:%=%.kept): launched.kept
$(FROM_LINKS:%=%.kept): links.kept
$(FROM_MATCHED_CALLS:%=%.kept): matched_calls.kept
$(FROM_PHASE_INTERVALS:%=%.kept): phase_intervals.kept

# Status 1: the name and the card differ, which is reported.
facts.tsv: $(PIPES)/report.d/run_facts $(PIPES)/report.d/run_facts.awk stream.tr results.kept $(COMMON)
	$(KEEP) $< >$@.new 2>facts.said || (($$? == 1)); mv $@.new $@

# The picture, or why there is none: status 3, no data. If gnuplot is missing or fails, it is tried
# again the next time.
throughput_dynamics.said: $(PLOT) phase_intervals.kept $(COMMON)
	$(KEEP) $< -o throughput_dynamics stream.tr 2>$@.new || { s=$$?; ((s == 1 || s == 3)); } || \
		touch -t 200001010000 $@.new; mv $@.new $@

step_breakdown.said: $(PIPES)/plots/plot_breakdown $(PIPES)/plots/plot_breakdown.awk $(PIPES)/plots/plot.sh metrics.tsv
	bash $< -o step_breakdown metrics.tsv 2>$@.new || { s=$$?; ((s == 1 || s == 3)); } || \
		touch -t 200001010000 $@.new; mv $@.new $@
