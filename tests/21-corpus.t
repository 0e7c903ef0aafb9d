#!/usr/bin/env bash
# Public traces from elsewhere: no crash, no hang, each file's events or an account of why not; and every record of a
# well-formed file is what python's json makes of it: of large files two, other ones each day (ALL=1: of all).
. "${0%/*}/lib.sh"
corpus=$shared/corpus
# A negative control: one ns more in one event must be found out.
tr-decompress "$sample/kineto_trace_0.json.gz" | sed '0,/"dur": [0-9]*\.[0-9]*/s/\("dur": [0-9]*\.[0-9]*\)[0-8]/\19/' >off.json
python3 "$tests/oracle/records.py" - off.json | sort >want
python3 "$tests/oracle/records.py" - "$sample/kineto_trace_0.json.gz" | sort >got
is "$(comm -3 want got | wc -l)" 2 "the comparison sees one ns"
printf '#!/bin/sh\nexec "%s/tr-events" "%s/off.json"\n' "$B" "$PWD" >off
chmod +x off
like "$(python3 "$tests/oracle/records.py" ./off "$sample/kineto_trace_0.json.gz")" "without: .*too many: " "and the program that makes it"
# as_python FILE...: the files whose records are not those of tests/oracle/records.py fail, and so does the test if not each was seen
as_python() {
	local file how n=0
	while IFS=$'\t' read -r file how; do
		like "$how" "^fine [1-9]" "${file##*/}: every event counted, record by record as python's json"
		n=$((n + 1))
	done < <(python3 "$tests/oracle/records.py" tr-events "$@")
	is "$n" "$#" "$# files were compared"
}
if [[ -n ${ALL-} ]]; then as_python "$sample"/*.json.gz; else as_python "$(of_today 1 "$sample"/*.json.gz)"; fi
if [[ ! -d $corpus ]]; then
	skip "no ../shared: no public trace was read"
	done_testing
	exit
fi
sized() { find "$corpus/kineto" "$shared"/traces/{llama1b,ddp4}*/kineto_trace_0.json.gz -name '*.gz' -size "$1" | sort; }
mapfile -t small < <(sized -300k)
mapfile -t large < <(sized +299k)
if [[ -n ${ALL-} ]]; then
	as_python "${small[@]}" "${large[@]}"
else
	mapfile -t some < <(of_today 2 "${large[@]}")
	as_python "${small[@]}" "${some[@]}"
	cut_short "$((${#large[@]} - 2)) large traces"
fi
for f in "$corpus"/edge/*; do
	[[ -f $f ]] || continue
	timeout 20 tr-events "$f" >out 2>err
	rc=$?
	if ((rc == 0)) && grep -q '^##events ' out; then
		pass "${f##*/}: read"
	elif ((rc == 1)) && [[ -s err ]]; then
		pass "${f##*/}: an account"
	else
		fail "${f##*/}: neither events nor an account" "status $rc: $(<err)"
	fi
done

# Perfetto's answers where the question is ours too: ts (ns), dur, name of the slices.
# X, B/E and b/e slices on threads; Perfetto drops what has no dur or a bad one, we keep it with dur '.'.
slices() { tr-events "$1" 2>/dev/null | records | awk -F'\t' '$1 == "X"' ; }
answer() { sed -n '/^-- expected/,$p' "$corpus/edge/perfetto_oracle/$1.txt" | sed '1,2d; s/^ *//; /^$/d' | sed '1d'; }
oracle() { # FILE FIELDS-AS-CSV-AWK NAME
	local base
	base=$(tr-events "$corpus/edge/$1.json" 2>/dev/null | sed -n 's/^##base_ns //p'); [[ $base == . ]] && base=0
	slices "$corpus/edge/$1.json" | python3 -c '
import sys
base = int(sys.argv[1]); fields = sys.argv[2].split(",")
rows = []
for l in sys.stdin:
    c = l.rstrip("\n").split("\t")
    v = {"ts": int(c[1]) + base, "dur": c[2], "name": "\"%s\"" % c[7]}
    rows.append(",".join(str(v[f]) for f in fields))
print("\n".join(sorted(rows)))' "$base" "$2" >got
	answer "$1" | sort >want
	ok "perfetto: $1" cmp want got
}
oracle perfetto__json__test_json_incomplete ts
oracle perfetto__json__test_json_trailing_comma name,ts,dur
oracle perfetto__parsing__test_decimal_timestamp_slices ts,dur,name
oracle perfetto__parsing__test_display_time_unit_slices ts,dur,name
is "$(slices "$corpus/edge/perfetto__json__test_string_ts_and_dur.json" | cut -f2,3,8 | sort -n)" \
	"$(answer perfetto__json__test_string_ts_and_dur 2>/dev/null | awk -F, '{gsub(/"/,""); print}' | python3 -c '
import sys
for l in sorted(sys.stdin, key=lambda l: int([x for x in l.strip().split(",") if x.isdigit()][0])):
    f = l.strip().split(","); d = [x for x in f if x.lstrip("-").isdigit()]; n = [x for x in f if not x.lstrip("-").isdigit() and x not in ("[NULL]","")]
    print("\t".join(d[:2] + n[:1]))')" "perfetto: test_string_ts_and_dur"
is "$(tr-events "$corpus/edge/perfetto__json__test_json_metadata_missing_or_invalid_ts.json" | records | cut -f5,9 | tr '\t\n' ' ;')" \
	"100 name=MissingTs;101 name=NullTs;102 name=InvalidTs;" "perfetto: metadata counts whatever its ts"
for f in test_string_ts_trailing_chars test_invalid_string_ts_and_dur; do
	is "$(slices "$corpus/edge/perfetto__json__$f.json" | awk -F'\t' '$3 != "."' | wc -l)" 0 "perfetto: $f: no slice of a bad ts or dur"
done
is "$(slices "$corpus/edge/perfetto__json__test_json_extreme_vals.json" | awk -F'\t' '$3 != "."' | cut -f2,3,8 | tr '\n\t' ';,')" \
	"1100000,100000,BeginNoTTS;1300000,50000,CompleteNoTDUR;" "perfetto: test_json_extreme_vals (but for thread clocks)"
is "$(tr-events "$corpus/edge/perfetto__parsing__test_counters_json_counters.json" | records | awk -F'\t' '$1 == "C"' | wc -l)" 3 "perfetto: counters"
is "$(tr-events "$corpus/edge/perfetto__json__test_json_flow.json" 2>/dev/null | records | cut -f1 | sort | uniq -c | tr -s ' \n' ' ')" \
	" 1 R 2 X 5 i " "perfetto: test_json_flow: phases"

# XLA
T=$shared/traces
tr-events "$T"/offload-jax-tpu-4chip/plugins/profile/*/*.trace.json.gz >x.tr
is "$(records x.tr | grep -c '^X')" 26723 "TPU: 26,723 spans"
is "$(tr-select -o pid 'cat == "kernel"' x.tr | sort -u | grep -vc '#')" 4 "TPU: four devices"
is "$(tr-select 'coll' x.tr | tr-stats -g pid count | records | tr '\t\n' ' ;')" "0 3;1 3;2 3;3 3;" "TPU: 3 all-reduces on each"
is "$(tr-select 'coll && pid == 0' x.tr | tr-stats sum:device_duration_ps | records | cut -f1)" 365061093750 "TPU: all-reduce time on /device:TPU:0, ps"
is "$(tr-select 'name ~ "^copy-done" && pid == 0' x.tr | tr-stats sum:device_duration_ps | records | cut -c1-6)" 760095 "TPU: 76.0095 s of copy-done there"
is "$(tr-select 'name ~ "^jit_"' x.tr | tr-stats -g cat count | records | grep -v cpu_op | cut -f1)" xla_module "TPU: modules are no kernels"
is "$(tr-select 'cat == "gpu_memcpy" && pid == 0 && name ~ "^copy-(start|done)"' x.tr | tr-stats -g async count | records | tr '\t\n' ' ;')" "done 600;start 600;" "TPU: copies are copies, with their halves named"
is "$(tr-events "$T"/mlp8-jax-tp4-h100/plugins/profile/*/*.trace.json.gz | tr-select 'coll' | tr-stats -g pid,coll count | records | tr '\t\n' ' ;')" \
	"0 allreduce 40;1 allreduce 40;2 allreduce 40;3 allreduce 40;" "XLA on GPU: 40 all-reduces on each of four devices"
done_testing
