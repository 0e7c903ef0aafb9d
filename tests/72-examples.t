#!/usr/bin/env bash
# The example in each pipeline's comment is true: its lines "in" give the lines "out" ("..." for the rest of a long line).
# The columns' names for awk.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
# shown FILE: fails with what is wrong
shown() {
	local line got
	sed -n 's/^# in:  //p' "$1" >in
	[[ -s in ]] && grep -q '^# out: ' "$1" || { echo "no example" >&2; return 1; }
	got=$("$1" <in 2>said) || (($? != 2)) || { cat said >&2; return 1; }
	while IFS= read -r line; do
		if [[ $line == *' ...' ]]; then
			[[ $'\n'$got == *$'\n'"${line% ...}"* ]] || { echo "not printed: $line" >&2; return 1; }
		else
			grep -qxF -- "$line" <<<"$got" || { echo "not printed: $line" >&2; return 1; }
		fi
	done < <(sed -n 's/^# out: //p' "$1")
}
for f in $(cd "$P" && "$P/metrics-doc" -l; cd "$P" && for f in stages/*; do [[ ! -x $f ]] || echo "$f"; done); do
	ok "$f prints what it shows" shown "$P/$f"
done
sed '/^# out: /s/0.000000400/0.000000401/' "$P/comm_time" >wrong; sed '/^# out: /d' "$P/comm_time" >without
cp -R "$P" pipes; cp wrong without pipes; chmod +x pipes/{wrong,without}
for f in wrong without; do
	TR_BIN=$B shown pipes/$f 2>/dev/null && fail "$f: found" || pass "$f: found"
done
is "$("$P/metrics-doc" | grep -c 'in:\|out:')" 0 "the table of metrics has no examples"

# tr.awk
printf '##rank 0\nX\t0\t400\t0\t1\t7\tkernel\tnccl\tcoll=allreduce\tpg=a=b\tcoll=x\nX\t9\t.\t3\t0\t7\tkernel\tk\n' >s.tr
for awk in awk gawk mawk; do
	command -v $awk >/dev/null || { skip "$awk is not installed"; continue; }
	is "$($awk "$(cat "$P/tr.awk")"'!/^#/ { print $ph, $ts, $dur, $rank, $pid, $tid, $cat, $name, tag("coll") "|" tag("pg") "|" tag("p") }' s.tr)" \
		"X${T}0${T}400${T}0${T}1${T}7${T}kernel${T}nccl${T}allreduce|a=b|
X${T}9${T}.${T}3${T}0${T}7${T}kernel${T}k${T}||" "$awk: each column by its name; a tag's value, of two the first; no tag: empty"
	is "$($awk "$(cat "$P/tr.awk")"'!/^#/ { n = tags(t); print n, t["pg"], t["coll"], ("p" in t) }' s.tr)" \
		"3${T}a=b${T}allreduce${T}0
0${T}${T}${T}0" "$awk: all tags"
	is "$($awk "$(cat "$P/tr.awk")"'END { print record("X", 5, "", 0, "", "", "step", "s"), "n=1" }' s.tr)" \
		"X${T}5${T}.${T}0${T}.${T}.${T}step${T}s${T}n=1" "$awk: a record to write"
done
# names and numbers of columns are those of tr-record(5)
is "$(sed -n 's/^\t\(ph = 1; .*\)$/\1/p' "$P/tr.awk" | tr -d ' ' | tr ';' '\n' | sort -t= -k2n | cut -d= -f1 | paste -s)" \
	"$(tr-events -f chrome <(echo '[]') 2>/dev/null | sed -n 's/^#ph/ph/p')" "tr.awk has the columns of the stream's header"
# a step of more than 2^31 ns, on a rank that is not the first, is a number in every awk
{ sed -n 's/^# in:  //p' "$P/stages/step_flops"; printf 'X\t0\t3000000001\t1\t9\t1\tuser_annotation\tProfilerStep#1\tstep=profiler\n'; } >long.tr
is "$("$P/stages/step_flops" long.tr | records | cut -f2,3)" "0${T}3000000001" "step_flops: a long step's length, to the ns"
done_testing
