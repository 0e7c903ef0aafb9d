#!/usr/bin/env bash
# tr-stats: every operation against python's fractions, groups, missing values, formats, metric records.
. "${0%/*}/lib.sh"
r() { printf 'X\t%s\t%s\t%s\t0\t7\tkernel\t%s\n' "$@"; }
{ r 0 10 0 a; r 1 20 0 b; r 2 . 10 a; r 3 4 2 a; } >in.tr
s() { tr-stats "$@" <in.tr 2>err | tr '\t\n' ' ;'; }
is "$(s -g nope count)" "#nope count;. 4;" "a key that is not there"
is "$(s min:dur max:dur median:dur p25:dur first:name last:name std:dur | tail -c +1 | cut -d';' -f2)" "4 20 10 7 a a 6.59966329 1 0" "min max median p25 first last std"
is "$(s -F csv -g name sum:dur | tr -d '\r')" "name,sum:dur,missing:dur;a,14,1;b,20,0;" "CSV"
is "$(tr-stats -F json -g name sum:dur max:nope <in.tr | jq -c .)" '[{"name":"a","sum:dur":14,"max:nope":null,"missing:dur":1,"missing:nope":3},{"name":"b","sum:dur":20,"max:nope":null,"missing:dur":0,"missing:nope":1}]' "JSON: a missing value is null"
is "$(tr-stats count sum:dur </dev/null | tr '\t\n' ' ;')" "#count sum:dur missing:dur;" "no records, no rows"
python3 -c '
for i in range(20): print("X\t0\t1\t0\t0\t7\tkernel\ta\tv=" + "1" * 37)' >big.tr
alike "$(head -2 big.tr | tr-stats sum:v | tail -1 | cut -f1)" "$(python3 -c 'print(2 * int("1" * 37))')" "sums in 128 bits"
python3 -c '
for i in range(20): print("X\t0\t1\t0\t0\t7\tkernel\ta\tv=" + "9" * 38)' >big.tr
out=$(tr-stats sum:v <big.tr 2>err)
like "$?:$(head -1 err)" "^1:tr-stats: .*:2: sum:v: sum beyond 128 bits: '9+'" "beyond them: an error"
python3 - "$B/tr-stats" <<'P' >ref
import random, subprocess, sys, statistics
from fractions import Fraction as F
random.seed(5); bad = []
def num(x): return F(x)
for k in range(40):
    vals, rows = {}, []
    for i in range(random.randrange(1, 60)):
        g = random.choice("xyz"); t = random.random()
        v = None if t < .1 else str(random.randrange(-10**9, 10**18)) if t < .6 else "%.3f" % random.uniform(-100, 100) if t < .9 else "%de-2" % random.randrange(1000)
        w = str(random.randrange(1, 50))
        rows.append(f"X\t{i}\t1\t0\t0\t7\tkernel\t{g}" + (f"\tv={v}" if v is not None else "") + f"\tw={w}\n")
        vals.setdefault(g, []).append((v, w))
    qs = ["p0", "p1", "p50", "p99", "p99.9", "p100"]
    p = subprocess.run([sys.argv[1], "-g", "name", "count:v", "sum:v", "mean:v", "wmean:v:w", "min:v", "max:v", "std:v"] + [q + ":v" for q in qs], input="".join(rows), capture_output=True, text=True)
    for l in p.stdout.splitlines()[1:]:
        c = l.split("\t"); xs = [num(v) for v, w in vals[c[0]] if v is not None]
        if not xs:
            if set(c[2:-1]) != {"."}: bad.append((k, l))
            continue
        def q(f):
            s = sorted(xs); h = f * (len(s) - 1); i = int(h); fr = h - i
            return s[i] + (s[i + 1] - s[i]) * fr if fr else s[i]
        wm = sum(num(v) * int(w) for v, w in vals[c[0]] if v is not None) / sum(int(w) for v, w in vals[c[0]] if v is not None)
        want = [F(len(xs)), sum(xs), sum(xs) / len(xs), wm, min(xs), max(xs)]
        for i, x in enumerate(want):
            if abs(F(c[1 + i]) - x) > (F(1, 10**9) if i in (2, 3) else 0): bad.append((k, i, c[1 + i], float(x)))
        sd = statistics.pstdev([float(x) for x in xs])
        if abs(float(c[7]) - sd) > 1e-6 * max(1, sd): bad.append((k, "std", c[7], sd))
        for i, qn in enumerate(qs):
            if abs(F(c[8 + i]) - q(F(qn[1:]) / 100)) > F(1, 10**9): bad.append((k, qn, c[8 + i], float(q(F(qn[1:]) / 100))))
        if int(c[-1]) != sum(v is None for v, w in vals[c[0]]): bad.append((k, "missing", l))
print(bad[:4] or "fine")
P
is "$(cat ref)" fine "40 random tables against fractions"
python3 -c '
import random
random.seed(9); v = [random.randrange(10**12) for _ in range(150001)]
print("\n".join("X\t0\t%d\t0\t0\t7\tkernel\tk" % x for x in v)); s = sorted(v)
open("want", "w").write("%d\t%d\t%d\n" % (s[0], s[75000], s[148500]))' >many.tr
alike "$(tr-stats p0:dur median:dur p99:dur <many.tr | records | cut -f1-3)" "$(cat want)" "quantiles of 150,001 values, through the temporary file"

# metric records
m() { tr-stats "$@" 2>err | records | cut -f3- | tr '\t' ' '; }
k() { printf 'X\t%s\t%s\t%s\t%s\t7\tkernel\tk%s\n' "$@"; }
{ printf '##trace run 1\n##rank 0\n##rank 1\n##world 4\n'
  k 0 10 0 0 $'\twin=s0\twin_n=0\tcoll=x'; k 1 30 0 0 $'\twin=s1\twin_n=1'; k 2 5 0 0 ''; k 0 8 1 0 $'\twin=s0\twin_n=0\tcoll=x'
  printf 'X\t0\t9\t1\t.\t.\twindow\ts1\twin=s1\twin_n=1\n'; } >m.tr
is "$(m -m t -u s sum:dur <m.tr)" 'rank=0 total 0.000000045 s 3 .
rank=0 mean 0.000000020 s 2 .
rank=0 p50 0.000000020 s 2 .
rank=0 p99 0.000000030 s 2 .
rank=0 min 0.000000010 s 2 .
rank=0 max 0.000000030 s 2 .
rank=1 total 0.000000008 s 1 .
rank=1 mean 0.000000004 s 2 .
rank=1 p50 0.000000004 s 2 .
rank=1 p99 0.000000008 s 2 .
rank=1 min 0.000000000 s 2 .
rank=1 max 0.000000008 s 2 .
all mean 0.000000027 s 2 2 of 4 ranks
all min 0.000000008 s 2 2 of 4 ranks
all max 0.000000045 s 2 2 of 4 ranks' "totals, steps (one without events is 0), over the ranks, the ranks that are missing"
is "$(tr-stats -m t -u s sum:dur <m.tr | head -2 | tr '\t\n' ' ;')" "#trace metric scope stat value unit n note;run 1 t rank=0 total 0.000000045 s 3 .;" "legend and trace"
is "$(tr-stats -T other -m t -u s sum:dur <m.tr | sed -n 2p | cut -f1)" other "-T"
is "$(m -m t -u count -g coll count <m.tr | grep total | tr '\n' ';')" "rank=0 total 3 count 3 .;rank=1 total 1 count 1 .;rank=0,coll=x total 1 count 1 .;rank=1,coll=x total 1 count 1 .;" "-g: further scopes; records without the key are in none"
is "$(m -m t -u % -g name -k 1 sum:dur/total <m.tr | tr '\n' ';')" "rank=0,name=k total 100.000000 % 3 .;rank=1,name=k total 100.000000 % 1 .;" "-k and a share of the total"
is "$(m -m t -u % 'sum:dur[coll]/sum:dur' <m.tr | grep total | tr '\n' ';')" "rank=0 total 22.222222 % 1 .;rank=1 total 100.000000 % 1 .;" "a ratio"
is "$(m -m t -u ms sum:dur x=max:dur <m.tr | grep ' x ')" $'rank=0 x 0.000030 ms 3 .\nrank=1 x 0.000008 ms 1 .' "a further value, in ms"
is "$(m -m t -u s -S sum:dur <m.tr | grep ^all | tr '\n' ';')" "all mean 0.000000020 s 2 2 of 4 ranks;all p50 0.000000020 s 2 2 of 4 ranks;all p99 0.000000030 s 2 2 of 4 ranks;all min 0.000000010 s 2 2 of 4 ranks;all max 0.000000030 s 2 2 of 4 ranks;" "-S: a step is its slowest rank"
is "$(m -m t -u s -s sum:dur <m.tr | grep 'rank=0 total')" "rank=0 total 0.000000040 s 2 ." "-s: the total is over the steps"
is "$(m -m t -u s -n dur sum:dur <m.tr | grep 'rank=0 total')" "rank=0 total 0.000000045 s 45 ." "-n: the events that a record stands for"
is "$(m -m t -u bytes -M 'message sizes:kernels' sum:bytes <m.tr | head -1)" "rank=0 total . bytes 0 no message sizes on 3 of 3 kernels" "unknown is '.', with the reason"
is "$(tr-stats -m t -u bytes sum:bytes <m.tr >/dev/null; echo $?)" 3 "nothing computed: status 3"
is "$(m -m t -u s -N variant sum:dur <m.tr | head -1)" "rank=0 total 0.000000045 s 3 variant" "-N"
is "$(printf '##rank 0\n##rank 1\n' | m -m t -u s -e 'no kernels' sum:dur | tr '\n' ';')" "rank=0 total . s 0 no kernels;rank=1 total . s 0 no kernels;" "-e: ranks without anything"
is "$(printf '##why the card lacks it\n' | m -m t -u s -e 'no kernels' sum:dur)" "all total . s 0 the card lacks it" "##why: a stage before says why there is nothing"
is "$(printf '##note by hand\nX\t0\t5\t0\t.\t.\tkernel\tk\n' | m -m t -u s sum:dur | cut -d' ' -f3- | sort -u)" "0.000000005 s 1 by hand" "##note: a stage before says what it took"
is "$(printf '##why the card lacks it\n' | tr-stats -a -m t -u s -e 'no kernels' sum:v | records | cut -f8)" "the card lacks it" "##why, pooled"
is "$(m -m t -u s -e 'no kernels' sum:dur </dev/null)" "all total . s 0 no kernels" "an empty stream"
is "$({ cat m.tr; echo '##lost cut 1 5'; } | m -m t -u s sum:dur | head -1)" "rank=0 total 0.000000045 s 3 damaged input" "damage is noted"
is "$({ k 0 1 0 0 ''; k 0 2 0 1 ''; } | m -m t -u s sum:dur | grep total | tr '\n' ';')" "rank=0,dev=0 total 0.000000001 s 1 .;rank=0,dev=1 total 0.000000002 s 1 .;" "several devices in one process"

for x in ":nothing to compute" "frob:unknown operation: 'frob'" "sum:this operation needs a field: 'sum'" "wmean:a:no weight" "sum:a:b:too many fields" "p101:a:unknown operation: 'p101'" "count[x:a condition without a closing" "-m t count:-m and -u need each other" "-m t -u furlong count:unknown unit: 'furlong'" "-k 0 count:not a number of groups: '0'" "-k 1 -m t -u s count:-k needs groups" "-S count:-n, -k, -S, -s, -d, -M, -N, -e and -T need -m" "-F csv -m t -u s count:-F cannot be combined with -m" "-m t -u s count count:each further value needs a name" "-m t -u s p50:dur:needs -a" "-F xml count:unknown format: 'xml'"; do
	case $x in p101* | wmean* | sum:a:b*) a=${x%:*}; a=${a%:*}; [[ $x == sum* ]] && a=sum:a:b; [[ $x == wmean* ]] && a=wmean:a; [[ $x == p101* ]] && a=p101:a; want=${x#"$a":} ;; "-m t -u s p50"*) a="-m t -u s p50:dur" want="needs -a" ;; *) a=${x%%:*} want=${x#*:} ;; esac
	out=$(tr-stats $a </dev/null 2>&1)
	like "$?:$out" "^2:tr-stats: $want" "misuse: tr-stats $a"
done
# -a: pooled groups; -F tr; span; fits
P() { printf 'X\t%s\t%s\t%s\t%s\t7\tkernel\t%s\tv=%s\tw=%s\n' "$@"; }
{ P 0 10 0 0 a 1 10; P 10 20 0 0 a 2 20; P 50 30 1 0 b 4 40; } >po.tr
a() { tr-stats -a -m m "$@" <po.tr 2>&1 | records | cut -f3- | tr '\t\n' ' ;'; }
is "$(a -u count -n w -M 'sizes:kernels' 'sum:v[name == "a"]' 'x=sum:nope' | tr ';' '\n' | tr '\n' ';')" "all total 3 count 30 .;all x . count 0 no sizes on 70 of 70 kernels;" "-a -n: values, and missing ones, count for their events"
is "$(a -u count -n nope -M 'sizes:kernels' x=sum:nope | tr -d ';')" "all x . count 0 no sizes on 3 of 3 kernels" "-n: a record without the field is one"
is "$(a -u % sum:v/sum:w)" "all total 10.000000 % 3 .;" "%"
is "$(a -u tok/s sum:v/sum:dur)" "all total 116666666.666667 tok/s 3 .;" "numbers a ns"
is "$(a -u GB sum:w)" "all total 0.000000070 GB 3 .;" "GB, to the byte"
is "$(tr-stats -a -m m -u s -e 'no such thing' sum:v </dev/null | records | cut -f3- | tr '\t' ' '; tr-stats -a -m m -u s sum:v </dev/null >/dev/null; echo $?)" $'all total . s 0 no such thing\n3' "no records: why, status 3"
is "$(tr-stats -F tr -g rank,name,w sum:v span <po.tr | records | tr '\t' ' ' | tr '\n' ';')" "M . . 0 . . stats a w=10 sum_v=1 span=10;M . . 0 . . stats a w=20 sum_v=2 span=20;M . . 1 . . stats b w=40 sum_v=4 span=30;" "-F tr: rows as records"
is "$(tr-stats -F tr -g rank sum:v <po.tr | tr-stats max:sum_v | tail -1 | cut -f1)" 4 "for a further filter"
for bad in "-a count|-a needs -m" "-a -m m -u s -k 3 -g x count|-a needs -m" "-a -m m -u s 3*sum:v|a value must start with an aggregation" "-a -m m -u s sum:v@xx|unknown unit: 'xx'" "-a -m m -u s sum:v*2q|not a number: '2q'" "slope:v|a fit needs two fields"; do
	run tr-stats ${bad%|*}
	[[ $rc == 2 && $err == *"${bad##*|}"* ]] && pass "misuse: tr-stats ${bad%|*}" || fail "misuse: tr-stats ${bad%|*}" "$rc $err"
done
# a first key longer than the first block of copies
long=$(printf 'k%.0s' {1..3020})
is "$(for i in 1 2 1; do printf 'X\t0\t%d\t0\t0\t7\tkernel\t%s%d\n' $i "$long" $i; done | tr-stats -g name count | records | cut -c1-2,3021-)" "kk1	2
kk2	1" "a long name as the first group"
done_testing
