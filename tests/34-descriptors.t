#!/usr/bin/env bash
# Every program and every pipeline that can be run, and its standard descriptors: a full device, a closed output, input or
# error, a reader that goes after a line; -h and --version to a full device. Of the metrics eight (ALL=1: all).
. "${0%/*}/lib.sh"
P=$top/pipelines
python3 "$tests/faults/inputs.py" "$sample/workload_card.yaml"
mkdir -p dir/results_json
cp kineto_trace_3.json.gz nvlink_gpu0.bin nvlink_gpu0.clock.json dir/
sed "s/\"rank\": 0/\"rank\": 3/" timing.json >dir/timing_stats_3.json
cp bench.json dir/results_json/bench.json
cp sound.yaml dir/workload_card.yaml
"$P/events" -q dir >all.tr
like "$(grep -c . all.tr):$(cut -f7 all.tr | sort -u | tr '\n' ' ')" "^[1-9][0-9]+:.*bench .*card .*counter .*kernel .*request .*timing_step " "the stream has something for most of them"
printf '#trace\tmetric\tscope\tstat\tvalue\tunit\tn\tnote\nt\tstep_time\tall\tmean\t0.1\ts\t5\t.\n' >records.tsv
printf 'name: r{n}\naxes: {n: [1, 2]}\nclient: echo x >x\n' >two.yaml
command -v sqlite3 >/dev/null && sqlite3 p.sqlite 'CREATE TABLE META_DATA_EXPORT(name TEXT, value TEXT); CREATE TABLE StringIds(id INTEGER, value TEXT)
	; CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL(start INTEGER, "end" INTEGER, deviceId INTEGER, contextId INTEGER, streamId INTEGER, correlationId INTEGER, globalPid INTEGER, demangledName INTEGER, gridX INTEGER, gridY INTEGER, gridZ INTEGER, blockX INTEGER, blockY INTEGER, blockZ INTEGER)
	; INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES(100, 150, 0, 1, 7, 9, 1, 1, 2, 3, 1, 32, 1, 1)'

# check PROGRAM ARGUMENTS [FILE]: FILE is its standard input, which it reads
check() {
	local prog=$1 args=$2 in=${3-/dev/null} want rc0 rc out first name=${1##*/} o bad
	want=$("$prog" $args <"$in" 2>err0); rc0=$?
	[[ $rc0 == [03] ]] || { fail "$name: status $rc0 without a fault" "$(cat err0)"; return; }
	bad=
	if [[ -n $want ]]; then
		"$prog" $args <"$in" >/dev/full 2>err; rc=$?
		((rc == 2)) && [[ -s err ]] || bad+=">/dev/full: $rc $(head -1 err); "
		"$prog" $args <"$in" >&- 2>err; rc=$?
		((rc == 2)) && [[ -s err ]] || bad+=">&-: $rc $(head -1 err); "
		{ timeout 30 "$prog" $args <"$in" 2>err; echo $? >rc; } | { IFS= read -r first; echo "$first" >first; }
		rc=$(<rc)
		[[ $(<first) == "${want%%$'\n'*}" ]] || bad+="| head -1: $(<first); "
		[[ $rc == 141 || $rc == "$rc0" ]] || bad+="| head -1: status $rc; "
		[[ $(<err) == '' || $(<err) == "$(<err0)" ]] || bad+="| head -1: $(head -1 err); "
		out=$("$prog" $args <"$in" 2>&-); rc=$?
		[[ $rc == "$rc0" && $out == "$want" ]] || bad+="2>&-: $rc; "
	fi
	out=$("$prog" $args <&- 2>err); rc=$?
	if [[ $in == /dev/null ]]; then
		[[ $rc == "$rc0" && $out == "$want" ]] || bad+="<&-: $rc $(head -1 err); "
	else
		((rc == 2)) && [[ -s err ]] || bad+="<&-, which it reads: $rc $(head -1 err); "
	fi
	"$prog" -h >/dev/full 2>err; rc=$?
	((rc == 2)) && [[ -s err ]] || bad+="-h >/dev/full: $rc $(head -1 err); "
	is "$bad" "" "$name${args:+ $args}"
}

while read -r _ command; do
	[[ $command == tr-* && $command != *' -i '* && $command != *"'"* ]] || continue
	args=${command#* } in=
	[[ $command != *'<'* ]] || { in=${command#*<}; args=${args%<*}; }
	check ${command%% *} "$args" ${in:+"$in"}
done <"$tests/faults/commands"
# All metrics go the same way (prelude.sh); each day others are tried.
mapfile -t metrics < <(cd "$P" && grep -ls '^# unit:' *)
[[ -n ${ALL-} ]] && today=" ${metrics[*]} " || today=" $(of_today 8 "${metrics[@]}" | tr '\n' ' ')"
[[ -n ${ALL-} ]] || cut_short "the descriptors of $((${#metrics[@]} - 8)) metrics"
for p in "$P"/* "$P"/{stages,plots}/*; do
	[[ -f $p && -x $p ]] || continue
	[[ " ${metrics[*]} " != *" ${p##*/} "* || $today == *" ${p##*/} "* ]] || continue
	case ${p##*/} in
	compare) check "$p" "-a records.tsv records.tsv" ;;
	events) check "$p" dir; check "$p" "-l dir" ;;
	nsys-events) [[ -e p.sqlite ]] && check "$p" "p.sqlite -r 0" || skip "no sqlite3" ;;
	report) check "$p" "-o rep dir" ;;
	plot_link) command -v gnuplot >/dev/null && check "$p" "-o link all.tr" || skip "no gnuplot" ;;
	plot_breakdown | plot_scaling | plot_serving) skip "draws of metrics" ;;
	schedule) check "$p" arrivals.csv ;;
	sweep) check "$p" "plan two.yaml" ;;
	metrics-doc) check "$p" "" ;;
	*) check "$p" "" all.tr ;;
	esac
done
for p in comm_time events report; do # all of them by prelude.sh
	run "$P/$p" --version
	like "$rc:$out:$err" "^0:$p \(tr\) [0-9.]+:$" "$p --version"
	out=$("$P/$p" --version 2>&1 >/dev/full)
	like "$?:$out" "^2:.*No space left" "$p --version >/dev/full"
done
done_testing
