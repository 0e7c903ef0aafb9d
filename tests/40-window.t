#!/usr/bin/env bash
# tr-window: by time, by launch, buckets, ranges; the algebra, against a slow reference; memory that stays flat.
. "${0%/*}/lib.sh"
w() { tr-window "$@" 2>err | records | tr '\t' ' '; }
X() { printf 'X\t%s\t%s\t0\t0\t7\tkernel\t%s\n' "$@"; }
S() { printf 'X\t%s\t%s\t0\t1\t1\tuser_annotation\t%s\n' "$@"; }
{ S 0 100 s1; S 100 50 s2; } >win.tr
{ X 90 20 k; X 10 5 a; X 200 5 out; X 100 0 z; } >ev.tr
is "$(w -k -w win.tr ev.tr | grep -c 'out$')" 1 "-k keeps what is outside, without a window"
is "$(w -t 0.1us,205ns ev.tr | head -1 | cut -d' ' -f2,3)" "100 10" "-t with units"
is "$({ cat win.tr ev.tr; } | w -W 'cat == "user_annotation"' | grep -c ' user_annotation .*win=')" 2 "-W: windows from the stream itself"
is "$({ cat ev.tr win.tr; } | w -e -W 'cat == "user_annotation"' | grep -c ' window ')" 2 "-e: the windows too"
# by launch: a kernel belongs, whole, where its call is; without a call where it begins
{
	printf 'X\t120\t30\t0\t0\t7\tkernel\tk\tcorrelation=5\n'
	printf 'X\t125\t30\t0\t0\t7\tkernel\tnocall\tcorrelation=6\n'
	printf 'X\t130\t30\t0\t0\t7\tkernel\tgraph\tcorrelation=5\n'
	printf 'X\t140\t30\t1\t0\t7\tkernel\totherrank\tcorrelation=5\n'
	printf 'X\t141\t3\t0\t0\t7\tkernel\toutside\tcorrelation=9\n'
	S 100 50 s2
	S 0 100 s1
	printf 'X\t10\t2\t0\t1\t1\tcuda_runtime\tcudaLaunchKernel\tcorrelation=5\n'
	printf 'X\t300\t2\t0\t1\t1\tcuda_runtime\tcudaLaunchKernel\tcorrelation=9\n'
} >launch.tr
is "$(w -l -W 'cat == "user_annotation"' launch.tr | grep ' kernel ' | cut -d' ' -f2,3,8,10 | tr '\n' ';')" \
	"120 30 k win=s1;125 30 nocall win=s2;130 30 graph win=s1;" "-l: by launch, the call after the kernel in the stream; another rank's ids are not mixed; launched outside: no window"
is "$(w -l -k -W 'cat == "user_annotation"' launch.tr | grep -c 'outside correlation=9$')" 1 "-l -k"
grep kernel launch.tr >kern.tr; grep -v kernel launch.tr >rest.tr
is "$(w -l -w rest.tr kern.tr 2>/dev/null | grep -c 'win=')" 3 "-l with -w FILE"
# partial windows
{ cat win.tr; printf 'X\t140\t.\t0\t1\t1\tuser_annotation\ts3\nX\t50\t200\t0\tSpans\tP\tTrace\trecorded\n'; } >part.tr
is "$(tr-window -W 'cat == "user_annotation"' -o windows part.tr 2>err | records | cut -f8)" s2 "windows cut by the recording, or without an end, are left out"
is "$(cat err; tr-window -W 'cat == "user_annotation"' -o windows part.tr 2>/dev/null | grep ^##w)" $'tr-window: 2 partial windows left out\n##windows 1 2' "and counted"

# algebra, by hand
{ X 0 10 a; X 5 10 a; X 15 5 a; X 30 10 a; X 8 4 b; X 35 20 b; X 60 0 a; } >alg.tr
A='name == "a"' Bx='name == "b"'

# against a slow reference, on random spans: every operation, window kind and order
python3 - "$B/tr-window" <<'P' >ref
import random, subprocess, sys
random.seed(7); W = sys.argv[1]; bad = []
def line(s, d, n, rank=0, pid=0, cat="kernel", extra=""): return f"X\t{s}\t{d}\t{rank}\t{pid}\t7\t{cat}\t{n}{extra}\n"
def run(args, text):
    p = subprocess.run([W] + args, input=text, capture_output=True, text=True)
    return [l.split("\t") for l in p.stdout.splitlines() if not l.startswith("#")]
def points(spans): return {t for s, e in spans for t in range(s, e)}
def runs(ps):
    out = []
    for t in sorted(ps):
        if out and out[-1][1] == t: out[-1][1] = t + 1
        else: out.append([t, t + 1])
    return [tuple(x) for x in out]
for k in range(60):
    ev = [(random.randrange(-40, 160), random.choice([0, 1, 3, 10, 40]), random.choice("ab"), random.randrange(2), random.randrange(2)) for _ in range(random.randrange(1, 40))]
    wins = [(random.randrange(-40, 150), random.randrange(1, 60), f"w{i}", random.randrange(2)) for i in range(random.randrange(1, 6))]
    text = "".join(line(s, d, n, r, p) for s, d, n, r, p in ev)
    wtext = "".join(line(s, d, n, r, 9, "user_annotation") for s, d, n, r in wins)
    open("w.tr", "w").write(wtext)
    key = sorted({(r, p) for *_, r, p in ev})
    def sets(r, p): return [points([(s, s + d) for s, d, n, r2, p2 in ev if n == x and (r2, p2) == (r, p)]) for x in "ab"]
    ops = {"union": lambda a, b: a, "intersection": lambda a, b: a & b, "difference": lambda a, b: a - b}
    for op, f in ops.items():
        got = run(["-o", op, "-A", 'name == "a"'] + (["-B", 'name == "b"'] if op != "union" else []), text)
        want = {(r, p): runs(f(*sets(r, p))) for r, p in key}
        have = {x: [] for x in key}
        for c in got: have[int(c[3]), int(c[4])].append((int(c[1]), int(c[1]) + int(c[2])))
        if have != want: bad.append((k, op, have, want))
    # windows by time: each window gets the points it shares with each span
    for args, ws in ((["-w", "w.tr"], wins), (["-t", "0,50ns"], [(0, 50, "range", 0), (0, 50, "range", 1)]), (["-b", "16"], None)):
        got = run(args, text)
        want, tot = [], 0
        for s, d, n, r, p in ev:
            if ws is None:
                e, t = s + d, s
                while True:
                    q = min(e, (t // 16 + 1) * 16); want.append((r, p, n, t, q - t, t // 16 * 16)); t = q
                    if t >= e: break
                continue
            for ws_, wd, wn, wr in ws:
                a, b = max(s, ws_), min(s + d, ws_ + wd)
                if wr == r and (a < b or (d == 0 and ws_ <= s < ws_ + wd)): want.append((r, p, n, a, b - a, wn))
        def tag(c, key): return next(x[len(key) + 1:] for x in c[8:] if x.startswith(key + "="))
        have = [(int(c[3]), int(c[4]), c[7], int(c[1]), int(c[2]), int(tag(c, "win")) if ws is None else tag(c, "win")) for c in got]
        if sorted(have, key=str) != sorted(want, key=str): bad.append((k, args, sorted(have, key=str)[:3], sorted(want, key=str)[:3]))
    # -k: what is outside and what is inside (windows that do not overlap) add up to the whole
    flat = [(i * 20 - 20, 13, f"w{i}", 0) for i in range(5)]
    open("w.tr", "w").write("".join(line(s, d, n, r, 9, "user_annotation") for s, d, n, r in flat))
    got = run(["-k", "-w", "w.tr"], text)
    if sum(int(c[2]) for c in got) != sum(d for _, d, *_ in ev): bad.append((k, "total"))
    # measure in windows
    got = run(["-o", "measure", "-A", 'name == "a"', "-B", 'name == "b"', "-w", "w.tr"], text)
    for c in got:
        if tag(c, "win") == "*": lo, hi = -10**6, 10**6
        else: lo, hi = next((s, s + d) for s, d, n, r in flat if n == tag(c, "win"))
        if int(c[3]) == 1 and tag(c, "win") != "*": continue
        a, b = ({t for t in x if lo <= t < hi} for x in sets(int(c[3]), int(c[4])))
        want = dict(a=len(a), b=len(b), both=len(a & b), any=len(a | b), only_a=len(a - b), only_b=len(b - a))
        if any(int(tag(c, q)) != v for q, v in want.items()): bad.append((k, "measure", c, want))
    if sum(1 for c in got if int(c[3]) == 0) != sum(1 for r, p in key if r == 0) * 6: bad.append((k, "rows", len(got)))
print(bad[:3] or "fine")
P
is "$(cat ref)" fine "60 random streams: union, intersection, difference, windows, buckets, ranges, measure"
# by launch, on random streams: ids that race across windows, calls missing or outside, several ranks
python3 - "$B/tr-window" <<'P' >launchref
import random, subprocess, sys
random.seed(13); bad = []
for k in range(80):
    wins = []; t = 0
    for i in range(random.randrange(1, 6)):
        t += random.randrange(0, 30); d = random.randrange(1, 80); wins.append((t, t + d, f"w{i}")); t += d
    lines, want, calls = [], [], {}
    for s, e, n in wins: lines.append(f"X\t{s}\t{e - s}\t0\t1\t1\tuser_annotation\t{n}\n")
    corr, now = 1, -20
    for i in range(random.randrange(1, 120)):
        now += random.randrange(0, 9); corr += random.choice([1, 1, 1, 2, 40, 600])
        ids = [corr] if random.random() < .9 else [corr + 1, corr]      # a race: ids out of order
        corr = max(ids)
        for c in ids:
            r = random.randrange(2)
            if random.random() < .85: calls[r, c] = now; lines.append(f"X\t{now}\t2\t{r}\t1\t1\tcuda_runtime\tlaunch\tcorrelation={c}\n")
            if random.random() < .8:
                for g in range(random.choice([1, 1, 3])):
                    ts = now + random.randrange(0, 100)
                    lines.append(f"X\t{ts}\t5\t{r}\t0\t7\tkernel\tk{len(want)}\tcorrelation={c}\n"); want.append((r, c, ts))
    random.shuffle(lines)
    p = subprocess.run([sys.argv[1], "-l", "-k", "-W", 'cat == "user_annotation"'], input="".join(lines), capture_output=True, text=True)
    got = {}
    for l in p.stdout.splitlines():
        c = l.split("\t")
        if not l.startswith("#") and c[6] == "kernel": got[c[7]] = next((x[4:] for x in c[8:] if x.startswith("win=")), None), c[2]
    for i, (r, c, ts) in enumerate(want):
        at = calls.get((r, c), ts)
        w = next((n for s, e, n in wins if s <= at < e), None) if r == 0 else None
        if got.get(f"k{i}") != (w, "5"): bad.append((k, i, got.get(f"k{i}"), w))
    # placed once (-e, only kernels, no tags) and measured by number: as measured at once
    run = lambda text, *a: subprocess.run([sys.argv[1], *a], input=text, capture_output=True, text=True).stdout
    once = run("".join(lines), "-l", "-W", 'cat == "user_annotation"', "-o", "measure", "-A", 'cat == "kernel" && name ~ "[02468]$"', "-B", 'cat == "kernel"')
    placed = run("".join(lines), "-l", "-k", "-e", "-W", 'cat == "user_annotation"', "-A", 'cat == "kernel"', "-a", "none")
    again = run(placed, "-n", "-o", "measure", "-A", 'name ~ "[02468]$" && cat == "kernel"', "-B", 'cat == "kernel"')
    rows = lambda t: sorted(l for l in t.splitlines() if l[:1] != "#")
    if rows(once) != rows(again) or "correlation" in "".join(rows(placed)): bad.append((k, "-n", rows(once)[:1], rows(again)[:1]))
print(bad[:3] or "fine")
P
is "$(cat launchref)" fine "80 random streams by launch: as a dictionary of calls says; placed first and measured by -n: the same"
# -A and -a choose what is written; -e: the windows come after records without a time and before the others
{ printf 'M\t.\t.\t.\t.\t.\tcard\tfact\tvalue=1\n'; X 10 5 a; printf 'X\t95\t20\t0\t0\t7\tkernel\tb\tbytes=40\tcoll=x\n'; S 0 100 s1; S 100 50 s2; } >few.tr
is "$(w -A 'coll || cat == "card"' -a bytes -e -s bytes -W 'cat == "user_annotation"' few.tr)" 'M . . . . . card fact
X 0 100 0 . . window s1 win=s1 win_n=0
X 100 50 0 . . window s2 win=s2 win_n=1
X 95 5 0 0 7 kernel b bytes=10 win=s1 win_n=0 whole_ts=95 whole_dur=20
X 100 15 0 0 7 kernel b bytes=30 win=s2 win_n=1 whole_ts=95 whole_dur=20' "-A without -o, -a, -e"
is "$(w -A coll -a none -b 100 few.tr | tail -1)" "X 100 15 0 0 7 kernel b win=100 win_n=1 whole_ts=95 whole_dur=20" "-a none, in one pass"
# -n: windows of a device are its own; a record that names no window is in none; a late window is reported
cat >placed.tr <<'T'
X	0	100	0	0	.	window	m	win=m	win_n=0
X	0	100	0	1	.	window	m	win=m	win_n=0
X	900	10	0	1	7	kernel	k	win=m	win_n=0
X	920	5	0	0	7	kernel	k	win=other	win_n=0
X	930	5	0	0	7	kernel	k	win=m	win_n=1
X	940	5	0	0	7	kernel	k
T
is "$(w -n -o measure placed.tr | sed 's/ n_a.* a=/ a=/; s/ b=.*//' | cut -d' ' -f2-5,9- | tr '\n' ';')" "900 10 0 1 win=* a=10;0 100 0 1 win=m win_n=0 a=10;920 25 0 0 win=* a=15;0 100 0 0 win=m win_n=0 a=0;" "-n: by the tags win and win_n, and the device"
run tr-window -n -o measure placed.tr
is "$rc:$err:$(tail -1 <<<"$out" | cut -c1-5)" "1:tr-window: placed.tr:4: no such window: 'other'
tr-window: placed.tr:5: no such window: 'm':X	0	1" "-n: a record that names a window that is not there: status 1, said"
like "$out" "##lost lines 2 4" "and counted"
printf 'X\t0\t100\t0\t.\t.\twindow\tm\nX\t0\t100\t0\t1\t.\twindow\tm\nX\t9\t1\t0\t1\t7\tkernel\tk\twin=m\twin_n=0\n' >twin.tr
run tr-window -n -o measure twin.tr
is "$rc:$err" "1:tr-window: window 'm' exists both for one device or rank and for all: -n cannot choose" "-n: two windows with one name and number are ambiguous: status 1"
sed '1s/\tm$/\tn/' twin.tr >two.tr
run tr-window -n -o measure two.tr
is "$rc:$err" "0:" "-n: other names, no doubt"
{ cat placed.tr; head -1 placed.tr; } >late.tr
run tr-window -n -o measure late.tr
like "$rc:$err" "^1:.*tr-window: late.tr:7: a window after the records" "-n: a window that comes late: status 1, said"
like "$out" "##lost lines 3 4" "and counted"
# order does not matter
shuf --random-source=<(yes) alg.tr >shuf.tr
alike "$(w -o difference -A "$A" -B "$Bx" shuf.tr)" "$(w -o difference -A "$A" -B "$Bx" alg.tr)" "any input order"
# more spans than are held at once go through the temporary file: 200,000 in runs of 16,384
python3 -c '
import random
random.seed(3)
for i in range(200000): print("X\t%d\t%d\t0\t0\t7\tkernel\tk" % (random.randrange(10**9), random.randrange(1000)))' >many.tr
alike "$(tr-window -o union many.tr | tr-stats sum:dur sum:n | records | cut -f1,2)" "$(sort -t$'\t' -k2,2n many.tr | awk -F'\t' '{ if ($2 > e) { s += e - b; b = $2; e = b } if ($2 + $3 > e) e = $2 + $3 } END { printf "%.0f\t%d\n", s + e - b, NR }')" "200,000 spans: the union is what sort and awk say"
run env TMPDIR=/nonexistent tr-window -o union many.tr
like "$rc:$err" "^2:tr-window: /nonexistent/tr\..*: No such file" "no room for the temporary file: said"

# windows less than a gap apart are one, and reach half of it further; 20 of 200 bytes are shared out
printf 'X\t%s\t10\t%s\t0\t7\tkernel\tk\n' 100 0 115 0 200 0 300 1 >gap.tr
printf 'X\t80\t20\t0\t0\t.\tgpu_link\ttx\tbytes=200\n' >>gap.tr
is "$(tr-window -W 'cat == "kernel"' -G 20ns -o windows gap.tr | records | cut -f2-5 | tr '\t' ' ')" "90 45 0 0
190 30 0 0
290 30 1 0" "-G: 100-110 and 115-125 are one window of a rank's device, 10 ns further at both ends; other ranks' are apart"
is "$(tr-window -W 'cat == "kernel"' -G 20ns -s bytes gap.tr | records | awk -F'\t' '$7 == "gpu_link" { print $2, $3, $9, $11 }')" "90 10 bytes=100 win_n=0" "-G: what reaches into it is shared out"
is "$(tr-window -W 'cat == "kernel"' -G 5ns -o windows gap.tr | records | wc -l)" 4 "-G: as far apart as the gap is not less"
is "$(tr-window -w gap.tr -G 20ns -o windows gap.tr | records | wc -l)" 3 "-w -G"
for m in ":no windows" "-G 0 -W a:a gap needs a length above 0: '0'" "-G 5 -b 1:-G joins the windows" "-G 5 -l -W a:-G cannot be combined with -l: it joins windows by time" "-b 0:a bucket needs a width above 0: '0'" "-b x:not a time: 'x'" "-b 0.5:not a whole number of ns: '0.5'" "-t 5:-t needs FROM,TO: '5'" "-t 5ns,5ns:an empty range: '5ns,5ns'" "-b 1 -t 1ns,2ns:-w, -W, -n, -t and -b exclude each other" "-n -b 1:-w, -W, -n, -t and -b exclude each other" "-n:-n needs an operation" "-a win -o union:-a cannot be combined with -o: it is for records" "-a win,, -b 1:an empty item in a list" "-l -b 1:-l needs windows" "-o frob:unknown operation: 'frob'" "-o difference:this operation needs a set B" "-B coll -b 1:-B needs an operation" "-o windows:-e and -o windows need windows" "-w:option '-w' needs an argument"; do
	run tr-window ${m%%:*}
	like "$rc:$err" "^2:tr-window: ${m#*:}" "misuse: tr-window ${m%%:*}"
done
run tr-window -w /nonexistent ev.tr
like "$rc:$err" "^2:tr-window: /nonexistent: No such file" "-w: a missing file"
done_testing
