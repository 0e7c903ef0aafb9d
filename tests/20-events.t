#!/usr/bin/env bash
# tr-events: the records of each kind of event, each option, and each defect. Expected lines are written by hand.
. "${0%/*}/lib.sh"
T=$'\t'
# ev JSON [options]: records of one document, tabs as spaces, description left out
ev() { local j=$1; shift; tr-events "$@" <<<"$j" 2>err | records | tr '\t' ' '; }
desc() { local j=$1; shift; tr-events "$@" <<<"$j" 2>err | grep '^##[a-z]' | grep -v '^##pg'; }
status() { local j=$1; shift; tr-events "$@" <<<"$j" >/dev/null 2>err; echo $?; }
X='"ph":"X","cat":"c","name":"n","pid":1,"tid":2,"ts":1,"dur":1'

# time: decimal text to integer ns
is "$(ev '[{'"${X/\"ts\":1,\"dur\":1/\"ts\":4473365920490.169,\"dur\":288.963}"'}]')" "X 4473365920490169 288963 . 1 2 c n" "us.nnn is exact"
is "$(ev '[{'"${X/\"ts\":1,/\"ts\":1.0005,}"'}]')" "X 1001 1000 . 1 2 c n" "half a ns rounds up"
is "$(ev '[{'"${X/\"ts\":1,/\"ts\":47993.495999999999,}"'}]')" "X 47993496 1000 . 1 2 c n" "a double's text rounds to the ns meant"
is "$(ev '[{'"${X/\"ts\":1,/\"ts\":-1.5,}"'}]')" "X -1500 1000 . 1 2 c n" "before the base"
is "$(ev '[{'"${X/\"ts\":1,/\"ts\":1.25e3,}"'}]')" "X 1250000 1000 . 1 2 c n" "an exponent"
is "$(ev '[{'"${X/\"ts\":1,/\"ts\":\"7.5\",}"'}]')" "X 7500 1000 . 1 2 c n" "ts as a string"
is "$(ev '{"schemaVersion":1,"baseTimeNanoseconds":1000,"traceEvents":[{'"$X"'}]}' | tail -1)" "X 1000 1000 . 1 2 c n" "ts stay relative to the base"
is "$(desc '{"schemaVersion":1,"baseTimeNanoseconds":1000,"traceEvents":[{'"$X"'}]}' | head -1)" "##base_ns 1000" "the base is written"
is "$(ev '{"schemaVersion":1,"baseTimeNanoseconds":1000,"traceEvents":[{'"$X"'}]}' -b 400 | tail -1)" "X 1600 1000 . 1 2 c n" "-b: rebased"
is "$(desc '{"traceEvents":[{'"$X"'}],"baseTimeNanoseconds":1000}' | head -3 | tr '\n' ' ')" "##rank . ##source chrome (standard input) ##base_ns 1000 " "a base after the events"
# 1700000000000000 us; the quarter of 7889238 s that holds it begins at 215 x 7889238 = 1696186170 s
is "$(ev '[{'"${X/\"ts\":1,/\"ts\":1700000000000000,}"'}]')" "X 3813830000000000 1000 . 1 2 c n" "absolute times get the quarter's base"
like "$(desc '[{'"${X/\"ts\":1,/\"ts\":1700000000000000,}"'}]')" "##base_ns 1696186170000000000" "and it is written"
is "$(desc '[{'"$X"'}]' | sed -n 's/^##base_ns //p')" "." "no base known: '.'"
like "$(desc '[{'"$X"'},{'"$X"'}]')" '##events 2 \(standard input\)' "events are counted"

# columns
is "$(ev '[{"ph":"X","ts":1,"dur":0,"name":"","pid":"a b","tid":"","cat":"."}]')" 'X 1000 0 . a b . \x2e .' "missing and empty are '.', a real '.' is escaped"
is "$(ev '[{'"${X/\"n\"/\"t\\tn\\nr\\rb\\\\\\\\u\\u0001e\\u00e9\"}"'}]')" $'X 1000 1000 . 1 2 c t\\tn\\nr\\rb\\\\\\\\u\\x01eé' "escapes in a name"
is "$(printf '[{"ph":"X","ts":1,"dur":1,"name":"a\xffb","pid":1,"tid":2}]' | tr-events 2>err | records | cut -f8):$?" 'a\xffb:0' "bytes that are not UTF-8"
is "$(ev '[{'"${X/\"n\"/\"\\ud83d\\ude00\"}"'}]')" "X 1000 1000 . 1 2 c 😀" "surrogate pairs"
is "$(ev '[{'"$X"',"args":{"a b":"x","n":1.50,"l":[1, {"k": "v w"}],"t":true,"z":null,"e":"","k=v":"q","d":"."}}]')" \
	'X 1000 1000 . 1 2 c n a_b=x n=1.50 l=[1,{"k":"v w"}] t=true z=. e= k\x3dv=q d=\x2e' "args as tags, in source order"
is "$(ev '[{'"$X"',"args":{"a":1,"b":2,"a":3}}]')" "X 1000 1000 . 1 2 c n b=2 a=3" "of a key given twice the last counts"
is "$(ev '[{'"$X"',"args":{"a":1},"id":7,"bp":"e"}]')" "X 1000 1000 . 1 2 c n id=7 bp=e a=1" "other members come before the args"
is "$(ev '[{'"$X"',"args":"text"}]')" "X 1000 1000 . 1 2 c n args=text" "args that are no object"
is "$(ev '[{'"$X"',"args":{"i":159970886766084423159}}]')" "X 1000 1000 . 1 2 c n i=159970886766084423159" "integers beyond 64 bits keep their digits"

# phases
is "$(ev '[{"ph":"M","name":"process_name","pid":1,"args":{"name":"p"}}]')" "M . . . 1 . . process_name name=p" "metadata needs no time"
is "$(ev '[{"ph":"C","name":"mem","pid":1,"ts":2,"args":{"cats":0,"dogs":7}}]')" "C 2000 . . 1 . counter mem cats=0 dogs=7" "a counter sample"
is "$(ev '[{"ph":"I","name":"i","pid":1,"tid":2,"ts":2,"s":"g"}]')" "i 2000 . . 1 2 . i s=g" "I is i's old spelling"
is "$(ev '[{"ph":"s","cat":"f","id":3,"name":"x","pid":1,"tid":2,"ts":2},{"ph":"f","cat":"f","id":3,"bp":"e","name":"x","pid":1,"tid":2,"ts":3}]')" \
	$'s 2000 . . 1 2 f x id=3\nf 3000 . . 1 2 f x id=3 bp=e' "flows"
is "$(ev '[{"ph":"R","cat":"c","name":"mark","pid":1,"tid":2,"ts":2}]')" "R 2000 . . 1 2 c mark" "an unknown phase passes"
BB='{"ph":"B","cat":"c","pid":1,"tid":2'
EE='{"ph":"E","pid":1,"tid":2'
is "$(ev "[$BB,\"name\":\"a\",\"ts\":1,\"args\":{\"p\":1}},$BB,\"name\":\"b\",\"ts\":2},$EE,\"ts\":3},$EE,\"ts\":5,\"args\":{\"q\":2}}]")" \
	$'X 2000 1000 . 1 2 c b\nX 1000 4000 . 1 2 c a p=1 q=2' "B and E nest"
is "$(ev "[$BB,\"name\":\"a\",\"ts\":1},$BB,\"name\":\"b\",\"ts\":2},$EE,\"name\":\"a\",\"ts\":3},$EE,\"name\":\"b\",\"ts\":5}]")" \
	$'X 1000 2000 . 1 2 c a\nX 2000 3000 . 1 2 c b' "an end with a name closes the begin of that name"
is "$(ev '[{"ph":"b","cat":"c","id":1,"name":"a","pid":1,"tid":2,"ts":1},{"ph":"b","cat":"c","id":2,"name":"a","pid":1,"tid":2,"ts":2},{"ph":"e","cat":"c","id":1,"name":"a","pid":1,"tid":9,"ts":5},{"ph":"e","cat":"c","id":2,"name":"a","pid":1,"tid":2,"ts":7}]')" \
	$'X 1000 4000 . 1 2 c a id=1\nX 2000 5000 . 1 2 c a id=2' "b and e pair by category and id"

# defects: the account, the status. n: the length of X, so that {X} takes n + 2 bytes.
n=${#X}
acc() { # NAME JSON WANTED-ACCOUNT WANTED-STATUS [records]
	is "$(desc "$2" | grep -E '^##(lost|mended)' | tr '\n' ' ')" "$3" "$1: account"
	is "$(status "$2")" "$4" "$1: status $4"
	[[ -z ${5-} ]] || is "$(ev "$2" | wc -l)" "$5" "$1: $5 records"
	(($4)) && like "$(cat err; status "$2" >/dev/null; cat err)" "damaged: ${3#\#\#lost }|damaged|byte" "$1: summed up on stderr"
}
acc "trailing comma" "[{$X},]" "##mended extra_comma 1 $((n + 4)) " 0 1
acc "trailing empty event" "[{$X},{}]" "##mended empty_event 1 $((n + 4)) " 0 1
acc "a bare array without its end" "[{$X}" "##mended unclosed_array 1 $((n + 4)) " 0 1
acc "an object without its end" "{\"traceEvents\":[{$X}" "##lost cut 1 $((n + 19)) " 1 1
acc "cut inside an event" "[{$X},{\"ph\":\"X\",\"na" "##lost cut 1 $((n + 4)) " 1 1
acc "unescaped quotes in a name" "[{${X/\"n\"/\"foo \"bar\" baz\"}},{$X}]" "##mended unescaped_quote 1 1 " 0 2
acc "one unescaped quote" "[{${X/\"n\"/\"foo\" bar\"}},{$X},{$X}]" "##mended unescaped_quote 1 1 " 0 3
acc "a Windows path" '[{'"$X"',"args":{"f":"C:\Users\zed"}}]' "##mended bad_escape 1 1 " 0 1
acc "a Windows path that ends in a backslash" '[{'"$X"',"args":{"f":"C:\dir\"}},{'"$X"'}]' "##mended bad_escape 1 1 " 0 2
acc "raw control bytes" "[{${X/\"n\"/\"a${T}b\"}}]" "##mended control_byte 1 1 " 0 1
acc "bare NaN and inf" '[{'"$X"',"args":{"a":NaN,"b":-inf,"c":N/A,"d":Infinity}}]' "##mended bare_word 1 1 " 0 1
acc "an integer beyond int64" '[{'"$X"',"args":{"a":99999999999999999999}}]' "##mended beyond_int64 1 1 " 0 1
acc "a duplicate key" '[{'"$X"',"name":"m"}]' "##mended duplicate_key 1 1 " 0 1
acc "negative dur" "[{${X/\"dur\":1/\"dur\":-1}}]" "##lost negative_dur 1 1 " 1 1
acc "a dur that is no number" "[{${X/\"dur\":1/\"dur\":\"50a\"}}]" "##lost bad_dur 1 1 " 1 1
acc "no dur" "[{${X/,\"dur\":1/}}]" "##mended no_dur 1 1 " 0 1
acc "a ts that is no number" "[{${X/\"ts\":1/\"ts\":\"100a\"}},{$X}]" "##lost bad_ts 1 1 " 1 1
acc "no ts" "[{${X/\"ts\":1,/}},{$X}]" "##lost no_ts 1 1 " 1 1
acc "a ts out of range" "[{${X/\"ts\":1/\"ts\":1e30}},{$X}]" "##lost ts_range 1 1 " 1 1
acc "a begin without an end" "[$BB,\"name\":\"a\",\"ts\":1}]" "##lost unclosed_begin 1 1 " 1 1
acc "an end without a begin" "[$EE,\"ts\":1},{$X}]" "##lost end_without_begin 1 1 " 1 1
acc "garbage between events" "[{$X},oops,{$X}]" "##lost garbage 1 $((n + 4)) " 1 2
acc "an event that cannot be read" "[{$X},{\"ph\":\"X\" \"ts\" 5},{$X}]" "##lost broken_event 1 $((n + 4)) " 1 2
acc "two documents" "[{$X}] [{$X}]" "##lost garbage 1 $((n + 5)) " 1 1
is "$(ev "[{${X/\"n\"/\"foo \"bar\" baz\"}}]")" 'X 1000 1000 . 1 2 c foo "bar" baz' "the name with its quotes"
is "$(ev '[{'"$X"',"args":{"f":"C:\Users\zed"}}]')" 'X 1000 1000 . 1 2 c n f=C:\\Users\\zed' "the path with its backslashes"
is "$(ev "[{${X/\"dur\":1/\"dur\":-1}}]")" "X 1000 . . 1 2 c n" "a negative dur is not known, never 0"
is "$(printf '[{%s},\0\0{%s}]' "$X" "$X" | tr-events 2>err | grep -E '^(##lost|X)' | cut -f1 | tr '\n' ' ')" "X X ##lost nul_bytes 1 $((n + 4)) " "NUL bytes between events"
is "$(printf '[{%s}]' "${X/\"n\"/$'\"a\\0b\"'}" | head -c 500 | tr-events >/dev/null 2>&1; echo $?)" 0 "an event is read whatever its name"

# an odd quote in an event that -c skips must not swallow its neighbours
K='"ph":"X","cat":"kernel","name":"k","pid":0,"tid":7,"ts":5,"dur":1'
is "$(ev "[{${X/\"n\"/\"a\"b\"}},{$K},{${X/\"n\"/\"c\"d\"}},{$K}]" -c kernel | wc -l)" 2 "-c: damage in what is skipped costs nothing else"

# what is no trace
for bad in "empty:" "HTML or XML:<html>" "not JSON:SQLite format 3" "already a record stream:## tr 1" "not JSON:hello" "a zip archive:PK$(printf '\003\004')x" "JSON without traceEvents:{\"a\":1}"; do
	printf '%s' "${bad#*:}" >in
	run tr-events in
	like "$rc:$err" "^1:tr-events: in: .*${bad%%:*}" "${bad%%:*}: a message and status 1"
done

# rank: the file's own, the name, the option, '.'
dist='{"schemaVersion":1,"distributedInfo":{"rank":5,"world_size":8},"traceEvents":[{'"$X"'}]}'
plain='{"schemaVersion":1,"traceEvents":[{'"$X"'}]}'
late='{"traceEvents":[{'"$X"'}],"distributedInfo":{"rank":5,"world_size":8}}'
echo "$dist" >kineto_trace_5.json; echo "$dist" >kineto_trace_6.json; echo "$late" >late.json
for n in kineto_trace_3.json rank3_trace.json x-rank-3.pt.trace.json torch_et_3.json nsys_3.json timing_stats_3.json rank_03.json; do
	echo "$plain" >"$n"
	is "$(tr-events "$n" | sed -n 's/^##rank //p')" 3 "rank from the name $n"
done
for n in worker3.pt.trace.json frank3.json trace3.json kineto_trace_3x.json; do
	echo "$plain" >"$n"
	is "$(tr-events "$n" | sed -n 's/^##rank //p')" . "no rank in the name $n"
done
is "$(tr-events kineto_trace_5.json | grep ^X | cut -f4)" 5 "distributedInfo"
is "$(tr-events late.json | grep ^X | cut -f4)" 5 "distributedInfo after the events of a file"
run tr-events kineto_trace_6.json
like "$rc:$err" "^1:.*the file says rank 5, its name 6" "they disagree: said, status 1"
run tr-events - <late.json
is "$(tr-events -r 9 <<<"$plain" | sed -n 's/^##rank //p')" 9 "-r"
is "$(tr-events -r 9 kineto_trace_5.json | sed -n 's/^##rank //p')" 5 "-r gives way to the file's own"
tr-events <late.json >out 2>err
is "$?:$(grep -c 'rank 5 comes after' err)" "1:1" "a rank that comes too late in a pipe: said, status 1"
is "$(tr-events kineto_trace_5.json | sed -n 's/^##world //p')" 8 "the number of ranks"

# options
two='[{'"$K"',"args":{"a":1,"b":2}},{'"$X"'},{"ph":"M","name":"m","pid":1},{"ph":"s","cat":"g","id":1,"name":"f","pid":1,"tid":2,"ts":2}]'
is "$(ev "$two" -c kernel | wc -l)" 1 "-c"
is "$(ev "$two" -c kernel,. | wc -l)" 2 "-c with '.': events without a category"
is "$(ev "$two" -x kernel,flow | cut -d' ' -f1 | tr '\n' ' ')" "X M " "-x, flow"
is "$(ev "$two" -c kernel -a none)" "X 5000 1000 . 0 7 kernel k" "-a none"
is "$(ev "$two" -c kernel -a b)" "X 5000 1000 . 0 7 kernel k b=2" "-a LIST"
is "$(desc "$two" -f kineto | grep source)" "##source kineto (standard input)" "-f"
for m in "-f nope:unknown dialect: 'nope'" "-r x:not a rank: 'x'" "-b x:not a base in ns: 'x'" "-c a,,b:an empty item in a list" "-p -j:-p, -e and -j exclude each other" "-c:option '-c' needs an argument"; do
	run tr-events ${m%%:*}
	like "$rc:$err" "^2:tr-events: ${m#*:}" "misuse: tr-events ${m%%:*}"
done
is "$(tr-events -p kineto_trace_5.json late.json kineto_trace_3.json | tail -3 | tr '\t' ' ')" $'kineto 5 . kineto_trace_5.json\nchrome 5 . late.json\nkineto 3 . kineto_trace_3.json' "-p: what the files are"

# kineto of 2021
old='{"schemaVersion":1,"traceEvents":[{"ph":"X","cat":"Kernel","name":"k","pid":0,"tid":"stream 7","ts":1,"dur":1},{"ph":"X","cat":"Operator","name":"ProfilerStep#3","pid":1,"tid":"1","ts":1,"dur":1},{"ph":"X","cat":"Operator","name":"aten::mm","pid":1,"tid":"1","ts":1,"dur":1},{"ph":"X","cat":"Runtime","name":"r","pid":1,"tid":"1","ts":1,"dur":1},{"ph":"X","cat":"Memcpy","name":"m","pid":0,"tid":"stream 7","ts":1,"dur":1},{"ph":"X","cat":"Memset","name":"s","pid":0,"tid":"stream 7","ts":1,"dur":1}]}'
is "$(ev "$old" | grep ^X | cut -d' ' -f6,7 | tr '\n' ';')" "7 kernel;1 user_annotation;1 cpu_op;1 cuda_runtime;7 gpu_memcpy;7 gpu_memset;" "2021: categories and streams"
is "$(ev "$old" -c user_annotation,gpu_memset | grep ^X | cut -d' ' -f8 | tr '\n' ';')" "ProfilerStep#3;s;" "2021: -c takes today's names"

# classification of the args
nccl='{"schemaVersion":1,"traceEvents":[{"ph":"X","cat":"kernel","name":"ncclDevKernel_Generic","pid":0,"tid":7,"ts":1,"dur":1,"args":{"Collective name":"COLL","In msg nelems":10,"Out msg nelems":40,"Group size":4,"dtype":"BFloat16","Process Group Name":"5","Process Group Description":"mesh_tp","Seq":3}}]}'
tags() { ev "${nccl/COLL/$1}" | tail -1 | grep -o 'coll=[^ ]* \(bytes=[^ ]*\)\?'; }
is "$(tags all_gather_into_tensor)" "coll=allgather bytes=80" "allgather: the whole output"
is "$(tags _allgather_base)" "coll=allgather bytes=80" "_allgather_base"
is "$(tags _reduce_scatter_base)" "coll=reducescatter bytes=20" "reducescatter: the whole input"
is "$(tags allreduce)" "coll=allreduce bytes=20" "allreduce: the buffer"
is "$(tags all_to_allv)" "coll=alltoall bytes=20" "alltoall: the input"
is "$(tags broadcast)" "coll=broadcast bytes=80" "broadcast: the larger side"
is "$(tags barrier)" "coll=barrier " "a barrier has no size"
is "$(tags weird_new_thing)" "coll=other " "an unknown collective is other, without a size"
like "$(ev "${nccl/COLL/allreduce}" | tail -1)" "nranks=4 pg=mesh_tp seq=3 Collective_name=allreduce" "nranks, pg, seq, then the args"
is "$(ev "${nccl/BFloat16/Mystery}" | tail -1 | grep -c bytes=)" 0 "an unknown dtype: no size, not 0"
is "$(ev '[{"ph":"X","cat":"cpu_op","name":"record_param_comms","pid":1,"tid":2,"ts":1,"dur":1,"args":{"Collective name":"allreduce"}}]' | grep -c coll=)" 0 "record_param_comms is not counted too"
printf 'name allreduce ^my_secret_kernel\nname none ^ncclDevKernel_AllReduce\n' >my.rules
is "$(tr-events -R my.rules -e my_secret_kernel_7 ncclDevKernel_AllReduce_x | tail -2 | cut -f1,2 | tr '\t\n' ' ;')" "allreduce my.rules:1;none my.rules:2;" "-R: the user's rules come first; -e names the rule"
for r in "name allreduce ^(:Unmatched" "name allredux ^x:unknown collective: 'allredux'" "frob a b:unknown kind of rule: 'frob'" "name allreduce:not a rule: 'name'"; do
	echo "${r%%:*}" >bad.rules
	run tr-events -R bad.rules -e x
	like "$rc:$err" "^2:tr-events: bad.rules:1: ${r#*:}" "a bad rule: ${r%%:*}"
done
run tr-events -R nowhere -e x
like "$rc:$err" "^2:tr-events: nowhere: No such file" "a rules file that is not there"

# one byte at a time
tr-events "$sample/kineto_trace_0.json.gz" >once
head -c 60000 <(tr-decompress "$sample/kineto_trace_0.json.gz") >part.json
tr-events <part.json >once 2>/dev/null
python3 -c 'import sys,os
for b in open("part.json","rb").read(): os.write(1, bytes([b]))' | tr-events >slow 2>/dev/null
ok "fed one byte at a time: the same" cmp once slow
# cut at many bytes: every event before the cut, exact account
python3 - "$B/tr-events" <<'P' >cut
import subprocess, sys, json
d = open("part.json","rb").read(); bad = []
i = d.index(b'"traceEvents": [') + 16
ends = []; k = i
for line_end in range(i, len(d)):                       # event ends: "\n  }" at two blanks
    if d[line_end:line_end+4] == b"\n  }": ends.append(line_end + 4)
for n in list(range(i, len(d), 977)) + [e for e in ends[:3]]:
    p = subprocess.run([sys.argv[1]], input=d[:n], capture_output=True)
    want = sum(e <= n for e in ends)
    got = [l for l in p.stdout.split(b"\n") if l and not l.startswith(b"#") and b"\ttrace\t" not in l]
    if p.returncode != 1 or len(got) != want or b"##lost cut 1 " not in p.stdout or b"damaged: cut 1" not in p.stderr:
        bad.append((n, p.returncode, len(got), want))
print(bad[:5] or "fine")
P
is "$(cat cut)" fine "cut anywhere: every whole event, the account, status 1"
python3 - "$B/tr-events" "$sample/kineto_trace_0.json.gz" <<'P' >cutgz
import subprocess, sys
d = open(sys.argv[2],"rb").read(); bad = []; last = 0
for n in range(20, len(d), 3001):
    open("c.json.gz","wb").write(d[:n])
    p = subprocess.run([sys.argv[1], "c.json.gz"], capture_output=True)
    got = p.stdout.count(b"\nX\t")
    if p.returncode != 1 or got < last or b"byte %d (uncompressed" % n not in p.stderr: bad.append((n, p.returncode, got, p.stderr[:200]))
    last = got
print(bad[:5] or "fine")
P
is "$(cat cutgz)" fine "a gz cut anywhere: offsets, status 1"

# events -> JSON -> events is the identity, but for ##pg
identity() { same "$1" <(grep -v '^##pg' "$2") <(tr-events -j "$2" | tr-events | grep -v '^##pg'); }
tr-events "$sample"/kineto_trace_{0,1}.json.gz >two.tr
identity "identity: two ranks of the sample" two.tr
printf '## tr 1\n##base_ns 5\n#ph\tts\tdur\trank\tpid\ttid\tcat\tname\nX\t-1\t.\t.\t.\t.\t.\t.\n##odd "line" \\ \nX\t1\t2\t3\ta b\tt.\t\\x2e\tn\\tm\\\\\\xff\tk\\x3d=v=w\te=\td=\\x2e\tz=.\tn=007\tf=1.50\tj={"a":[1]}\tj2=[1, 2]\tid=4\nf\t1\t.\t3\t\\x2e\t9\tg\tf\tid=1\tbp=e\nC\t1\t.\t0\t1\tx\tcounter\tc\tvalue=5\n' >odd.tr
identity "identity: odd columns, tags and lines" odd.tr
is "$(tr-events -j odd.tr | jq -r '.traceEvents[] | select(.ph=="C") | .pid')" "rank 0 pid 1" "-j: jq reads it; ranks have processes of their own"
is "$(tr-events -j odd.tr | jq .baseTimeNanoseconds)" 5 "-j: the base"
printf 'X\t1\t2\n' >bad.tr
run tr-events -j bad.tr
like "$rc:$err" "^1:tr-events: bad.tr:1: column 3: too few" "-j: a bad record"
ok "-j of nothing is a document" jq -e '.traceEvents == []' <(tr-events -j /dev/null)
done_testing
