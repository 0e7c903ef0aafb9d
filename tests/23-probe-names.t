#!/usr/bin/env bash
# tr-events -p: one line per file, whatever its name; pipelines/events finds files with odd names, too.
. "${0%/*}/lib.sh"
export PATH=$top/pipelines:$PATH
trace='{"schemaVersion":1,"distributedInfo":{"rank":3},"traceEvents":[{"ph":"X","cat":"kernel","name":"k","ts":1,"dur":1,"pid":0,"tid":7}]}'
names=($'a\tb.json' $'a\nb.json' $'a\x1b[2Jb.json' 'a\b.json' $'a\xffb.json' 'größe b.json')
want=('a\tb.json' 'a\nb.json' 'a\x1b[2Jb.json' 'a\\b.json' 'a\xffb.json' 'größe b.json')
for i in "${!names[@]}"; do
	echo "$trace" >"${names[i]}"
	is "$(tr-events -p "${names[i]}" | records)" "kineto${T=$'\t'}3$T.$T${want[i]}" "-p: ${want[i]}"
done
is "$(tr-events -p "${names[@]}" | records | wc -l)" 6 "six files, six lines"
for i in 3 4 5; do
	mkdir "d$i"
	mv "${names[i]}" "d$i/kineto_trace_${names[i]}"
	is "$(events -q "d$i" 2>/dev/null | records | grep ^X | cut -f1,4,7,8)" "X${T}3${T}kernel${T}k" "events: ${want[i]}"
done
done_testing
