#!/usr/bin/env bash
# Windows belong to a process: threads that share a step, streams of several processes, devices and the processes that launch on them.
. "${0%/*}/lib.sh"
w() { tr-window "$@" 2>err | records | tr '\t' ' '; }
step() { printf 'X\t%s\t%s\t%s\t%s\t%s\tuser_annotation\t%s\n' "$@"; }                     # ts dur rank pid tid name
call() { printf 'X\t%s\t1\t%s\t%s\t1\tcuda_runtime\tcudaLaunchKernel\tcorrelation=%s\n' "$@"; } # ts rank pid id
kern() { printf 'X\t%s\t%s\t%s\t%s\t7\tkernel\t%s\tcorrelation=%s\n' "$@"; }             # ts dur rank dev name id

# the same step on two threads of one process is one window; on two processes, two
{ step 0 100 0 1 1 s1; step 5 100 0 1 2 s1; step 110 50 0 1 1 s2; step 110 40 0 1 2 s2; } >threads.tr
is "$(w -W 'ph == "X"' -o windows threads.tr)" $'X 0 105 0 . . window s1 win=s1 win_n=0\nX 110 50 0 . . window s2 win=s2 win_n=1' \
	"threads of one process that are in the same step make one window"
{ step 0 10 0 1 1 a; step 10 10 0 1 1 a; } >touch.tr
is "$(w -W 'ph == "X"' -o windows touch.tr | wc -l)" 2 "ranges of one name that only touch stay apart"
{ step 0 100 0 1 1 a; step 20 30 0 1 1 b; step 40 10 0 1 2 a; } >nested.tr
is "$(w -W 'ph == "X"' -o windows nested.tr | cut -d' ' -f2,3,8 | tr '\n' ';')" "0 100 a;20 30 b;" "a range of another name in between does not part them"

# two processes of one rank with the same correlation ids: each device belongs to the process whose calls come before its kernels
two() {
	step 0 100 . 11 1 s; step 100 100 . 11 1 t
	step 1000 100 . 22 1 s; step 1100 100 . 22 1 t
	call 10 . 11 1; call 20 . 11 2; call 110 . 11 3
	call 1010 . 22 1; call 1020 . 22 2; call 1110 . 22 3
	kern 50 5 . 0 a 1; kern 60 5 . 0 b 2; kern 210 5 . 0 c 3
	kern 1050 5 . 1 a 1; kern 1060 5 . 1 b 2; kern 1210 5 . 1 c 3
}
two >two.tr
is "$(w -l -W 'cat == "user_annotation"' two.tr | grep ' kernel ' | cut -d' ' -f2,5,10,11 | tr '\n' ';')" \
	"50 0 win=s win_n=0;60 0 win=s win_n=0;210 0 win=t win_n=1;1050 1 win=s win_n=2;1060 1 win=s win_n=2;1210 1 win=t win_n=3;" \
	"by launch: each device's process, though the ids are the same"
is "$(w -W 'cat == "user_annotation"' -o windows two.tr | cut -d' ' -f2,8,10,11 | tr '\n' ';')" \
	"0 s win_n=0 process=11;100 t win_n=1 process=11;1000 s win_n=2 process=22;1100 t win_n=3 process=22;" "the windows say of which process they are"
measured() { tr-window -l -k -e -W 'cat == "user_annotation"' -A 'cat == "kernel"' "$1" 2>err | tr-window -n -o measure 2>>err | records; }
is "$(measured two.tr | cut -f5,8,14 | grep -v '\*' | tr '\t\n' ' ;')" "0 s sum_a=10;0 t sum_a=5;1 s sum_a=10;1 t sum_a=5;" \
	"and each device is measured in its own process's windows only"
is "$(grep -v '^tr-window: no' err)" "" "without a word"
grep -v 'kernel.*\(a\|b\|c\)	correlation' two.tr >host.tr
{ cat host.tr; printf 'X\t50\t5\t.\t0\t7\tkernel\tk\n'; } >nolaunch.tr
is "$(w -l -W 'cat == "user_annotation"' nolaunch.tr | grep -c ' kernel ')" 0 "a kernel without a launch, where several processes have windows, is in none"
like "$(cat err)" '^tr-window: 1 event of a device without a known process is in no window' "which is reported"
# what another process does is not in the windows of this one
{ step 0 100 0 1 1 s; printf 'X\t10\t5\t0\t1\t1\tcpu_op\tmine\nX\t10\t5\t0\t2\t1\tcpu_op\tother\n'; } >op.tr
is "$(w -W 'name == "s"' op.tr | grep cpu_op | cut -d' ' -f8)" mine "a window applies to the process that opened it"
# a file of windows applies to whoever is of its rank
step 0 100 0 1 1 s >win.tr
is "$(grep cpu_op op.tr | w -w win.tr | wc -l)" 2 "windows of a file apply to all of the rank"

done_testing
