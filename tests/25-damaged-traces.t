#!/usr/bin/env bash
# Damage that tr-events or its readers once missed: each case was found by trying to break them.
. "${0%/*}/lib.sh"
H='{"schemaVersion":1,"traceEvents":['
K() { printf '{"ph":"X","cat":"kernel","name":"k%s","pid":0,"tid":7,"ts":%s,"dur":1,"args":{"d":0}}' "$1" "$1"; }
C() { printf '{"ph":"X","cat":"cpu_op","name":"c%s","pid":0,"tid":7,"ts":%s,"dur":1,"args":{"x":0}}' "$1" "$1"; }
names() { tr-events "$@" 2>err | records | awk -F'\t' '$7 != "trace"' | cut -f8 | tr '\n' ' '; }
c1=$(C 1); c4=$(C 4)
doc="$H${c1%?},$(K 2),$(K 3),$c4},$(K 5)]}" # c1 lacks its brace, c4 has one too many
is "$(names -c kernel <<<"$doc")" "k2 k3 k5 " "-c: a skipped event without its brace swallows none"
is "$(names <<<"$doc")" "k2 k3 c4 k5 " "the same, all read"
python3 - "$B/tr-events" <<'P' >diff
# Mutations: -c kernel must give the same as filtering all records; a lost event must be reported, with status 1.
import random, subprocess, sys
random.seed(11); T = sys.argv[1]; bad = []
def ev(i): return '{"ph":"X","cat":"%s","name":"n%d","pid":0,"tid":7,"ts":%d,"dur":1,"args":{"g":[1,null,true],"s":"x"}}' % (random.choice(["kernel", "cpu_op"]), i, i)
def go(d, *a):
    p = subprocess.run([T, *a], input=d, capture_output=True)
    return p.returncode, [l for l in p.stdout.split(b"\n") if l and not l.startswith(b"#") and b"\ttrace\t" not in l], p.stdout
for k in range(700):
    d = bytearray(('{"schemaVersion":1,"traceEvents":[' + ",\n"[:random.randrange(1, 3)].join(ev(i) for i in range(8)) + "]}").encode())
    for _ in range(random.randrange(1, 3)):
        i = random.randrange(34, len(d)); r = random.random()
        if r < .4: d[i] = random.choice(b'{}[]",:=\x7f\x00n1')
        elif r < .7: del d[i]
        else: d.insert(i, random.choice(b'{}[]",\\'))
    d = bytes(d)
    rc, whole, out = go(d); rc2, kern, _ = go(d, "-c", "kernel")
    want = [l for l in whole if l.split(b"\t")[6] == b"kernel"]
    if kern != want: bad.append(("-c differs", d, len(kern), len(want)))
    if rc == 0 and len(whole) < 8: bad.append(("lost in silence", d, len(whole)))
    if rc == 1 and b"##lost" not in out: bad.append(("no account", d))
    if any(len({t.split(b"=")[0] for t in l.split(b"\t")[8:]}) != len(l.split(b"\t")[8:]) for l in whole): bad.append(("tag twice", d))
for b in bad[:3]: print(b)
print(len(bad))
P
is "$(cat diff)" 0 "700 mutated documents: -c as the whole, nothing lost in silence, no tag twice"
doc=$(printf '%s\n%s,\n%s]}' "$H" '{"ph":"X","cat":"kernel","name":"k1","pid":0,"tid":7,"ts":1,"dur":1,"ar"a0}}' "$(K 2)")
is "$(names <<<"$doc")" "k2 " "an odd quote does not join two events"
is "$(tr-events <<<"$doc" 2>/dev/null | grep -c '^##lost broken_event 1 ')" 1 "and is reported"
is "$(names <<<"$H{\"ph\":\"#\",\"name\":\"e\",\"ts\":1}]}"):$(grep -c bad_ph err)" "e :1" "a phase that would make a comment"
doc='{"schemaVersion":1,"traceEvents":[{"ph":"X","name":"a","ts":5,"dur":1},{"ph":"X","name":"b","ts":1600000000000000,"dur":1},{"ph":"X","name":"c","ts":7,"dur":1}]}'
is "$(tr-events <<<"$doc" | grep ^X | cut -f2 | tr '\n' ' ')" "5000 1600000000000000000 7000 " "one rule for the times of a file"
for b in '"abc"' 99999999999999999999 ; do
	run tr-events <(echo "{\"schemaVersion\":1,\"baseTimeNanoseconds\":$b,\"traceEvents\":[$(K 1)]}")
	like "$rc:$out" "^1:.*##lost bad_base 1 " "a base that is no integer: $b"
done
is "$(tr-events <<<"{\"schemaVersion\":1,\"baseTimeNanoseconds\":1790857026000000000.0,\"traceEvents\":[$(K 1)]}" | sed -n 's/^##base_ns //p')" 1790857026000000000 "a base with a fraction of 0"
is "$(names <<<"$H$(K 1)],$(K 2),$(K 3)]}"):$(grep -c garbage err)" "k1 k2 k3 :1" "a stray ] between events"
is "$(names <<<"$H$(K 1),{\"ph\":\"X\",\"name\":\"k2\",\"ts\":2,\"dur\":4.{125},$(K 3),$(K 4)]}")" "k1 k2 k3 k4 " "a brace inside a number"
is "$(names <<<'[{"ph":"X","name":"bad"q","ts":1,"dur":1,"args":{"l":["a",null,"b",true],"o":"x"}}]')" 'bad"q ' "an unescaped quote next to lists with null and true"
is "$(tr-events <<<"$H"'{"ph":"X","cat":"kernel","name":"ncclDevKernel_AllReduce","pid":0,"tid":7,"ts":1,"dur":1,"args":{"coll":"foo","nranks":3,"Group size":2}}]}' | grep ^X | cut -f9-)" $'coll=allreduce\tnranks=2\tGroup_size=2' "derived tags win over args of the same name"
is "$(tr-events <<<'[{"ph":"B","name":"a","pid":1,"ts":1,"args":{"a":1,"c":4}},{"ph":"E","pid":1,"ts":2,"args":{"a":2,"b":3}}]' | records | cut -f9-)" $'c=4\ta=2\tb=3' "an end's args win over the begin's"
is "$(tr-events <<<'[{"ph":"X","name":"a","ts":1,"dur":1,"args":{"":"x"}}]' | records | cut -f9-)" "_=x" "an arg without a name"
is "$(tr-events -c counter <<<'[{"ph":"C","name":"m","ts":1,"args":{"v":1}}]' | records | wc -l)" 1 "-c counter: samples without a category"
# the account is in the stream, for whoever reads it later
python3 -c 'import gzip,sys; d=bytearray(gzip.compress(sys.argv[1].encode(),mtime=0)); d[-8]^=1; open("crc.json.gz","wb").write(d)' "$H$(K 1)]}"
run tr-events crc.json.gz
like "$rc:$out" "^1:.*##lost input 1 [0-9]+" "a CRC mismatch is reported in the stream"
printf 'not json' >bad.json
run tr-events bad.json
like "$rc:$out" "^1:##lost no_events 1 0" "a file without events too"
printf 'X\t1\t2\n' | tr-select 'ts > 0' >sel 2>/dev/null
is "$(grep ^##lost sel)" "##lost lines 1 1" "a reader's bad lines too"
is "$(printf 'X\t1\t2\t0\t0\t7\tkernel\tk\nX\n' | tr-stats -m t -u s sum:dur 2>/dev/null | sed -n 2p | cut -f8)" "damaged input" "and in the metric's note"
# readers
for x in $'5\t-3\t0\t0\t7\tkernel\tk:dur: negative' $'9223372036854775800\t100\t0\t0\t7\tkernel\tk:dur: the end is out of range' $'5\t3\t0\t0\t7\tkernel\tk\t:column 9: empty column'; do
	out=$(printf 'X\t%s\n' "${x%%:*}" | tr-window -o union 2>&1 >/dev/null)
	like "$?:$out" "^1:tr-window: .*:1: ${x#*:}" "a record with ${x#*:}"
done
run tr-select "$(python3 -c "print('(' * 60000 + 'ph' + ')' * 60000)")"
like "$rc:$(head -c 60 <<<"$err")" "^2:tr-select: nested too deeply" "60,000 parentheses"
run tr-select 'rank in 3-1'
like "$rc:$err" "^2:tr-select: an empty range" "a range the wrong way round"
r() { printf 'X\t0\t1\t0\t0\t7\tkernel\tk\tv=%s\n' "$@"; }
is "$(r 1000000000000000000 1000000000000000001 1000000000000000002 | tr-stats std:v | tail -1)" $'0.816496581\t0' "std of large values that differ little"
is "$(r 1790857026000000001 1790857026000000010 | tr-stats median:v | tail -1)" $'1790857026000000005.5\t0' "quantiles between 19-digit integers"
is "$(r 0.1234567890 | sed 's/$/\tw=0.1234567890/' | tr-stats wmean:v:w | tail -1)" $'0.123456789\t0' "weights with many decimals"
out=$(r 169999999999999999999999999999999999999 169999999999999999999999999999999999999 1 | tr-stats sum:v 2>err)
is "$?:$(tail -1 <<<"$out")" $'1:.\t0' "an overflow leaves no number"
is "$(printf 'X\t0\t10\t0\t0\t7\tstep\ts1\nX\t10\t10\t0\t0\t7\tstep\ts2\nX\t1\t3\t0\t0\t7\tkernel\tk\n' | tr-window -W 'cat=="step"' -o complement -A 'cat=="kernel"' | records | cut -f2,3 | tr '\n\t' '; ')" "0 1;4 6;10 10;" "the complement of an idle window is the window"
printf '##base_ns 1\n' >a.tr; printf '##base_ns 2\nX\t0\t10\t0\t0\t7\tstep\ts1\n' >b.tr
run tr-window -w b.tr a.tr
like "$rc:$err" "^1:tr-window: b.tr: its base 2 differs from the stream's, 1" "windows on another base"
for x in "sum:dur/p50:dur" "mean:dur/sum:dur" "sum:dur/std:dur"; do
	out=$(tr-stats -m t -u s "$x" </dev/null 2>&1)
	like "$?:$out" "^2:tr-stats: a ratio takes count, sum, min and max" "no ratio: $x"
done
is "$(timeout 10 bash -c 'printf "X\t4473314294310000\t1\t0\t0\t7\tkernel\tk\n" | tr-window -b 10ms | tr-stats -m t -u s sum:dur' | records | wc -l)" 9 "buckets at real times"
is "$(printf 'X\t0\t1\t0\t0\t7\tkernel\ta\\xff\n' | tr-stats -F json -g name count | jq -r '.[0].name')" 'a\xff' "JSON of bytes that are not UTF-8"
printf 'a: 1\n---\nb: 2\n' >two.yaml
run tr-card list two.yaml
like "$rc:$err" "^1:tr-card: two.yaml:2:1: more than one YAML document" "two documents in a card"
is "$(printf 'a: {}\nb: []\n' | tr-card list - | tr '\t\n' ' ;')" "a .;b .;" "empty collections are empty values"
# time that does not grow with the square of the size, memory that does not grow with the file
python3 -c 'print("[{\"ph\":\"X\",\"ts\":1,\"dur\":1,\"name\":\"" + "n" * 64000000 + "\"}]")' >long.json
ok "one string of 64 MB in a pipe" timeout 20 bash -c 'cat long.json | tr-events >/dev/null'
done_testing
