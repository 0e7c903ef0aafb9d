#!/usr/bin/env bash
# tr-window -o device_steps and extents: when a device worked for each step of its host.
. "${0%/*}/lib.sh"
step() { printf 'X\t%s\t%s\t%s\t1\t1\tuser_annotation\t%s\n' "$@"; }                    # ts dur rank name
call() { printf 'X\t%s\t1\t%s\t1\t1\tcuda_runtime\tcudaLaunchKernel\tcorrelation=%s\n' "$@"; } # ts rank id
event() { printf 'X\t%s\t%s\t%s\t0\t%s\t%s\tk\tcorrelation=%s\n' "$@"; }                # ts dur rank stream cat id
w() { tr-window -l -W 'cat == "user_annotation"' "$@" 2>err; }
short() { records | cut -f2,3,4,5,7,8,10 | tr '\t' ' '; }

# The picture of the page: two steps, each with three events, the device later than its host.
picture() {
	step 0 100 0 s0; step 100 100 0 s1
	for i in 1 2 3; do call $((i * 10)) 0 $i; call $((100 + i * 10)) 0 $((i + 3)); done
	event 40 20 0 7 kernel 1; event 60 10 0 7 gpu_memcpy 2; event 120 30 0 7 kernel 3
	event 150 20 0 7 kernel 4; event 180 5 0 7 gpu_memset 5; event 230 40 0 7 kernel 6
}
picture >picture.tr
is "$(w -o device_steps picture.tr | short)" $'40 110 0 0 window s0 win_n=0\n150 120 0 0 window s1 win_n=1' \
	"a device step begins where its first event does, and ends where the next begins, or with its own last event"
is "$(w -o extents picture.tr | short)" $'40 110 0 0 window s0 win_n=0\n150 120 0 0 window s1 win_n=1' "extents: from the first start to the last end"
{ picture | grep -v 'correlation=3$'; call 30 0 3; event 120 10 0 7 kernel 3; } >idle.tr
is "$(w -o extents idle.tr | short)" $'40 90 0 0 window s0 win_n=0\n150 120 0 0 window s1 win_n=1' "idle time between steps belongs to no extent"
is "$(w -o device_steps idle.tr | short | head -1)" "40 110 0 0 window s0 win_n=0" "but to the device step before it: these tile"
alike "$(tac picture.tr | w -o device_steps | short)" "$(w -o device_steps picture.tr | short)" "in any order of the records"
is "$(w -o device_steps -B 'cat in "kernel","cuda_runtime"' picture.tr | records | cut -f7 | sort | uniq -c | tr -s ' \n' ' ')" \
	" 6 cuda_runtime 4 kernel 2 window " "-B: these records too"
is "$(w -A 'cat == "kernel"' -o extents picture.tr | short | tail -1)" "150 120 0 0 window s1 win_n=1" "-A: of these events"
w -k -e -A 'ph == "X"' picture.tr >launched.tr
alike "$(tr-window -n -o device_steps launched.tr | short)" "$(w -o device_steps picture.tr | short)" "-n: of a stream that has its steps already"

# what no step launched, and steps that launched nothing
{ picture; call 500 0 9; event 510 7 0 7 kernel 9; event 520 2 0 7 kernel 0; step 300 10 0 s2; } >outside.tr
is "$(w -o device_steps outside.tr | grep '^##device')" $'##device outside 2 9 0 0\n##device empty_steps 1 0 0 0' "events that no step launched, and steps that launched nothing, are counted"
alike "$(w -o device_steps outside.tr | short)" "$(w -o device_steps picture.tr | short)" "and are in no device step"
# a step that launched nothing does not shift the numbers of those after it
{ picture; step 50 5 0 empty; } >gap.tr
is "$(w -o device_steps gap.tr | short | cut -d' ' -f6,7 | tr '\n' ';')" "s0 win_n=0;s1 win_n=2;" "a step keeps the number that it has at the host"
is "$(w -k -e -A 'ph == "X"' gap.tr | tr-window -n -o device_steps -B 'cat == "kernel"' | tr-window -W 'cat == "window" && pid != "."' -o measure -A 'cat == "kernel"' |
	records | grep -v '\*' | cut -f8,10,17 | tr '\t\n' ' ;')" "s0 win_n=0 a=50;s1 win_n=2 a=60;" "when it is a window of a next filter too"

# prefetch: copies of another stream for the step after next; the stream that computes decides the boundaries
prefetch() {
	for s in 0 1 2; do
		step $((s * 100)) 100 0 s$s
		call $((s * 100 + 1)) 0 $((s * 10 + 1)); event $((s * 100 + 10)) 80 0 7 kernel $((s * 10 + 1))
		call $((s * 100 + 2)) 0 $((s * 10 + 2)); event $((s * 100 + 165)) 20 0 20 gpu_memcpy $((s * 10 + 2))
	done
}
prefetch >prefetch.tr
is "$(w -o device_steps prefetch.tr | short | cut -d' ' -f1,2,6 | tr '\n' ';')" "10 100 s0;110 100 s1;210 175 s2;" "copies that run ahead: boundaries by the stream that computes"
is "$(w -o device_steps prefetch.tr | grep ^##note)" \
	"##note steps of 1 of 1 devices by the stream that computes most: up to 13.33 % of the launched device time lies after its step" "which the note says, with how much: 40 of 300 ns"
{ step 0 100 0 s0; step 100 100 0 s1; call 1 0 1; call 101 0 2; event 10 80 0 7 kernel 1; event 105 80 0 7 kernel 2; call 2 0 3; event 106 4 0 9 kernel 3; } >little.tr
is "$(w -o device_steps little.tr | grep -c ^##note)" 0 "4 of 84 ns after the step are not 5 %"

# starts out of order: the host's own steps
{ step 0 100 0 s0; step 100 100 0 s1; call 1 0 1; call 101 0 2; event 300 10 0 7 kernel 1; event 200 10 0 7 kernel 2; } >disorder.tr
is "$(w -o device_steps disorder.tr | grep -v '^#[^#]\|^##[^n]' | short; w -o device_steps disorder.tr | grep ^##note)" \
	$'0 100 0 0 window s0 win_n=0\n100 100 0 0 window s1 win_n=1\n##note 1 of 1 devices start their steps out of order: the host\'s steps are used' "where a later step starts first, the host's steps are used, and the note says so"
# a device's own steps stay as they are
{ printf 'X\t0\t50\t0\t0\t7\txla_step\t1\nX\t60\t50\t0\t0\t7\txla_step\t2\n'; printf 'X\t5\t10\t0\t0\t7\tkernel\ta\nX\t65\t10\t0\t0\t7\tkernel\tb\n'; } >own.tr
is "$(tr-window -l -W 'cat == "xla_step"' -o device_steps own.tr | short)" $'0 50 0 0 window 1 win_n=0\n60 50 0 0 window 2 win_n=1' "steps that a device has itself stay as they are"

run tr-window -o device_steps -W 'ph == "X"' picture.tr
like "$rc $err" '^2 tr-window: device_steps and extents need -l or -n' "without -l or -n it is refused"
done_testing
