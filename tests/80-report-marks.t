#!/usr/bin/env bash
# report: a mark for missing evidence, status 1 for damaged input, runs that cannot be reported together with those that can.
. "${0%/*}/lib.sh"
k() { # FILE RANK WORLD START_US
	mkdir -p "$(dirname "$1")"
	echo "{\"schemaVersion\":1,\"baseTimeNanoseconds\":1743000000000000000,\"distributedInfo\":{\"rank\":$2,\"world_size\":$3},\"traceEvents\":[{\"ph\":\"X\",\"cat\":\"kernel\",\"name\":\"ncclDevKernel_AllReduce_x\",\"pid\":0,\"tid\":7,\"ts\":${4-10},\"dur\":5,\"args\":{}}]}" >"$1"
}
k sound/a.json 0 2; k sound/b.json 1 2
k missing/a.json 0 2
k over/a.json 0 1; k over/b.json 0 1 # the same time twice
k cut/a.json 0 1; head -c -3 cut/a.json >x; mv x cut/a.json
mkdir results; echo '{"backend":"vllm","duration":4.0,"completed":2,"request_rate":"inf","request_throughput":0.5,"total_input_tokens":20,"total_output_tokens":8,"output_throughput":2.0,"total_token_throughput":7.0}' >results/openai-m.json
: >file
"$top/pipelines/report" -o out sound missing file over cut results nosuch >said 2>err
is "$?" 2 "a file and a missing directory among the runs: status 2"
like "$(cat err)" 'report: file: not a directory' "a file: not a directory"
like "$(cat err)" 'report: nosuch: no such directory' "a missing directory"
is "$(grep -c '^make' err)" 0 "no line of make's"
row() { sed -n '/^## Runs/,/^## sound/p' out/report.md | grep -E "^\| $1 "; }
is "$(for r in sound missing over cut results; do row $r | grep -c '\\\*'; done | tr '\n' ' ')" "0 1 1 1 0 " "marked: a rank missing, a source passed over, damage; not: what is complete, or results alone"
ok "the missing rank in words" grep -q 'Ranks are missing.*: 1 of 2 were read' out/report.md
ok "the unused source by its name" grep -q '^- b.json: rank 0 is given twice, also by a.json: left out' out/report.md
ok "the damage" grep -q 'Damaged input.*cut 1' out/report.md
ok "results alone are a run" grep -q '^Read: openai-m.json (bench)' out/report.md
for r in sound:0 cut:1 over:1 missing:0; do
	"$top/pipelines/report" -o out "${r%:*}" >said 2>err
	is "$?" "${r#*:}" "${r%:*}: status ${r#*:}"
done
"$top/pipelines/report" -o out cut >said 2>err
is "$?:$(cat said)" "1:out/report.md" "the status stays where nothing has changed"
# a pipeline that cannot work: what it says, and no line of make's
cp -R "$top/pipelines" pipes; printf '#!/bin/sh\necho "comm_measures: no memory" >&2\nexit 2\n' >pipes/stages/comm_measures
rm -rf out; TR_BIN=$B pipes/report -o out sound >said 2>err
is "$?:$(grep -c '^make' err)" "2:0" "a pipeline fails for reasons of the machine: status 2, no line of make's"
like "$(cat err)" 'comm_measures: no memory' "but its own message"
done_testing
