#!/usr/bin/env bash
# nvlink-poll, against a stand-in for NVML whose counters follow a formula: what tr-events reads is what it counted.
. "${0%/*}/lib.sh"
# A GPU's k-th call, from 0: 1000 + k * step KiB, with step = 1 + 100 * GPU + 7 * link (50: all links) + 3 for RX.
# Its environment: S_GPUS, S_LINKS; S_US a call lasts; S_RC FROM-TO:CODE calls that fail; S_FIELD FROM-TO:CODE:SCOPE fields
# that do (SCOPE -1: each); S_RESET call at which it counts anew; S_INIT, S_COUNT, S_HANDLE codes; S_LOG gets the calls made.
cat >standin.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
struct field { unsigned id, scope; long long time, latency; unsigned type, rc; unsigned long long value; };
static int calls[64];
static int env(const char *name, int otherwise) { const char *s = getenv(name); return s ? atoi(s) : otherwise; }
static int fails(const char *name, int k, unsigned scope)
{
	int from, to, rc, only = -1;
	const char *s = getenv(name);
	if (!s || sscanf(s, "%d-%d:%d:%d", &from, &to, &rc, &only) < 3) return 0;
	return k >= from && k <= to && (only < 0 || (unsigned)only == scope) ? rc : 0;
}
int nvmlInit_v2(void) { return env("S_INIT", 0); }
int nvmlShutdown(void)
{
	FILE *f = getenv("S_LOG") ? fopen(getenv("S_LOG"), "w") : NULL;
	for (int i = 0; f && i < env("S_GPUS", 1); i++) fprintf(f, "%d\n", calls[i]);
	return f ? fclose(f) : 0;
}
int nvmlDeviceGetCount_v2(unsigned *n) { *n = (unsigned)env("S_GPUS", 1); return env("S_COUNT", 0); }
int nvmlDeviceGetHandleByIndex_v2(unsigned g, void **d) { *d = calls + g; return env("S_HANDLE", 0); }
int nvmlDeviceGetName(void *d, char *to, unsigned size) { snprintf(to, size, "Stand-in \"%d\"", (int)((int *)d - calls)); return 0; }
const char *nvmlErrorString(int rc) { return rc == 3 ? "Not Supported" : rc == 15 ? "GPU is lost" : rc == 9 ? "Driver Not Loaded" : "Unknown Error"; }
int nvmlDeviceGetFieldValues(void *d, int n, struct field *f)
{
	int *c = d, k = *c, rc, from = env("S_RESET", 0), us = env("S_US", 0);
	if (f->id == 91) { f->type = 1; f->rc = 0; f->value = (unsigned)env("S_LINKS", 0); return f->value ? 0 : 3; }
	if (us) nanosleep(&(struct timespec){ us / 1000000, us % 1000000 * 1000L }, NULL);
	++*c;
	if ((rc = fails("S_RC", k, 0))) return rc;
	for (int i = 0; i < n; i++) {
		unsigned long long step = 1 + 100ull * (unsigned)(c - calls) + (f[i].scope == ~0u ? 50 : 7 * f[i].scope) + (f[i].id == 139 ? 3 : 0);
		f[i].rc = (unsigned)fails("S_FIELD", k, f[i].scope);
		f[i].type = 3;
		f[i].time = 1700000000000000 + k;
		f[i].value = 1000 + step * (unsigned)(from && k >= from ? k - from : k);
	}
	return 0;
}
C
${CC:-cc} -shared -fPIC -o libnvidia-ml.so.1 standin.c || { fail "the stand-in compiles"; done_testing; exit; }
L=$tmp/libnvidia-ml.so.1
export S_LOG=$tmp/calls
# poll ARGUMENTS...: into a new folder d; status in $rc, messages in $err
poll() { rm -rf d; mkdir d; run nvlink-poll -L "$L" -o d "$@"; }
calls() { sed -n "$((${1:-0} + 1))p" "$S_LOG"; }
# bytes FILE [-g COLUMN]: what tr makes of it, by name
bytes() { tr-events "$1" | tr-window -o rates | tr-stats -g "${2:-name}" sum:bytes | records | cut -f1,2 | tr '\t\n' ' ;'; }
size() { stat -c %s "$1"; }

# help and misuse
run nvlink-poll -h
like "$rc:$err:$out" "^0::usage: nvlink-poll" "-h"
run nvlink-poll --help
like "$rc:$err:$out" "^0::usage: nvlink-poll" "--help"
sh_run 'nvlink-poll -h >/dev/full'
like "$rc:$err" "^2:nvlink-poll: standard output: No space left" "-h to a full disk"
for opt in $(sed -n 's/.*getopt(argc, argv, ":\([^"]*\)").*/\1/p' "$top/filters/nvlink-poll.c" | tr -d : | grep -o .); do
	ok "-$opt is in the help" grep -q "^  -$opt " <(nvlink-poll -h)
	ok "-$opt is in the page" grep -q "^\.It Fl $opt" "$top/filters/nvlink-poll.1"
done
while IFS='|' read -r args want; do
	run nvlink-poll -L "$L" $args
	is "$rc:$err" "2:nvlink-poll: $want (nvlink-poll -h for help)" "misuse: $args"
done <<'END'
-Z|unknown option '-Z'
-g|option '-g' needs an argument
-i 0|out of range: '0'
-i x|not a time: 'x'
-i 1.5ns|not a whole number of ns: '1.5ns'
-t -1s|out of range: '-1s'
-t 99999999999s|out of range: '99999999999s'
-g x|not a GPU or a range of them: 'x'
-g 1-0|not a GPU or a range of them: '1-0'
-g 0,0|gpu 0 is given twice
-g 0,|an empty item in a list
a.bin|takes no operands: 'a.bin'
END
# no NVML, no GPU, no folder
run nvlink-poll -L ./nothing.so
like "$rc:$err" "^2:nvlink-poll: no NVML: ./nothing.so: cannot open .* \(it comes with NVIDIA's driver; -L names its file\)$" "no NVML: said, with what to do"
echo 'int nvmlInit_v2(void) { return 0; }' >other.c
${CC:-cc} -shared -fPIC -o other.so other.c
run nvlink-poll -L ./other.so
is "$rc:$err" "2:nvlink-poll: ./other.so: no function nvmlShutdown: not NVML, or too old" "another library"
S_INIT=9 run nvlink-poll -L "$L"
is "$rc:$err" "2:nvlink-poll: $L: nvmlInit_v2: Driver Not Loaded" "no driver"
S_COUNT=999 run nvlink-poll -L "$L"
is "$rc:$err" "2:nvlink-poll: nvmlDeviceGetCount_v2: Unknown Error" "no count of GPUs"
S_GPUS=0 run nvlink-poll -L "$L"
is "$rc:$err" "2:nvlink-poll: NVML finds no GPU" "no GPU"
S_HANDLE=15 run nvlink-poll -L "$L"
is "$rc:$err" "2:nvlink-poll: gpu 0: GPU is lost" "a GPU that is lost from the start"
S_GPUS=4 run nvlink-poll -L "$L" -g 0,2-4
is "$rc:$err" "2:nvlink-poll: no gpu 4: NVML has 4, numbered from 0" "no such GPU"
run nvlink-poll -L "$L" -o nowhere
is "$rc:$err" "2:nvlink-poll: nowhere/nvlink_gpu0.clock.json: No such file or directory" "no such folder"
run nvlink-poll -L "$L" -o "$(printf '%05000d' 0)"
like "$rc:$err" "^2:nvlink-poll: 0*: name too long" "a name that is too long"
alike "$(ls)" "$(printf '%s\n' calls libnvidia-ml.so.1 other.c other.so standin.c)" "no file was made so far"

if ulimit -n 1100 2>/dev/null; then
	sh_run "for i in {3..1030}; do eval \"exec \$i</dev/null\"; done; nvlink-poll -L $L"
	like "$rc:$err" "^2:nvlink-poll: 10[0-9]* files are open already" "a thousand open files"
fi

# the sum of the links
poll -i 1ms -t 200ms
K=$(calls)
is "$rc" 0 "polls: status 0"
like "$err" "^nvlink-poll: gpu 0: samples $((2 * K)) \($K polls of 2\), void 0, lost 0, late polls [0-9]+; interval: mean [0-9]+\.[0-9]{3} ms, longest [0-9]+\.[0-9]{3} ms: d/nvlink_gpu0.bin$" "and says what it did"
is "$(size d/nvlink_gpu0.bin)" "$((12 + 48 * 2 * K))" "the file is whole"
is "$(bytes d/nvlink_gpu0.bin)" "nvlink_rx_bytes $((54 * 1024 * (K - 1)));nvlink_tx_bytes $((51 * 1024 * (K - 1)));" "tr-events has the bytes that the library counted"
is "$(tr-events d/nvlink_gpu0.bin 2>&1 | records | cut -f4-7 | sort -u | tr '\t\n' ' ;')" ". 0 nvlink.rx counter;. 0 nvlink.tx counter;" "the GPU, all links; nothing damaged, and a clock next to it"
((K > 20 && K <= 202)) && pass "about every 1 ms" || fail "about every 1 ms" "$K polls in 200 ms"
python3 - <<'P' >got
import json, time, struct
c = json.load(open("d/nvlink_gpu0.clock.json"))
off = c["realtime_ns"] - c["monotonic_ns"]
print(c["gpu"], c["name"], c["interval_ns"], c["series"], abs(off - (time.time_ns() - time.monotonic_ns())) < 10**8, 0 <= c["bracket_ns"] < 10**7)
d = open("d/nvlink_gpu0.bin", "rb").read()
print(struct.unpack("<4sHHi", d[:12]))
r = [struct.unpack("<QIIqqIIQ", d[i:i + 48]) for i in range(12, len(d), 48)]
print(r[1][1:], all(a[0] <= b[0] for a, b in zip(r, r[1:])), c["monotonic_ns"] <= r[0][0] <= time.monotonic_ns())
P
is "$(cat got)" "0 Stand-in ?0? 1000000 2 True True
(b'NVF1', 1, 40, 8)
(139, 4294967295, 1700000000000000, 0, 3, 0, 1000) True True" "the clock, the header, a record"
poll -t 100ms
like "$(cat d/*.json)" '"interval_ns":5000000,' "-i is 5 ms where it is not given"
poll -i 60min -t 200ms
is "$rc:$(calls)" "0:2" "a long interval: one sample at the start, one at the end"
rm -rf d; mkdir d
LD_LIBRARY_PATH=$tmp run nvlink-poll -o d -t 10ms
is "$rc:$(ls d | tr '\n' ' ')" "0:nvlink_gpu0.bin nvlink_gpu0.clock.json " "without -L: where the loader finds it"
(cd d && rm ./* && nvlink-poll -L "$L" -t 10ms 2>/dev/null)
is "$(ls d | tr '\n' ' ')" "nvlink_gpu0.bin nvlink_gpu0.clock.json " "without -o: here"
# nothing is overwritten
before=$(cksum d/*)
run nvlink-poll -L "$L" -o d -t 10ms
is "$rc:$err" "2:nvlink-poll: d/nvlink_gpu0.bin: already exists; not overwritten (use -o for another directory)" "a file that is there"
rm d/nvlink_gpu0.bin
S_GPUS=2 run nvlink-poll -L "$L" -o d -t 10ms -g 1,0
is "$rc:$err:$(ls d)" "2:nvlink-poll: d/nvlink_gpu0.clock.json: already exists; not overwritten (use -o for another directory):nvlink_gpu0.clock.json" "a clock that is there: none is begun"
alike "$(grep clock <<<"$before" | cut -d' ' -f1,2)" "$(cksum <d/nvlink_gpu0.clock.json)" "and is as it was"

# links, GPUs
S_LINKS=3 poll -l -i 1ms -t 100ms
K=$(calls)
is "$rc:$(bytes d/nvlink_gpu0.bin tid)" "0:$(for l in 0 1 2; do printf 'nvlink%d.rx %d;nvlink%d.tx %d;' $l $(((4 + 7 * l) * 1024 * (K - 1))) $l $(((1 + 7 * l) * 1024 * (K - 1))); done)" "-l: link by link"
poll -l -t 20ms
like "$err" "polls of 36\)" "-l: 18 links where NVML does not say how many"
S_GPUS=4 poll -i 2ms -t 100ms -g 0,2-3
is "$rc:$(ls d | tr '\n' ' ')" "0:nvlink_gpu0.bin nvlink_gpu0.clock.json nvlink_gpu2.bin nvlink_gpu2.clock.json nvlink_gpu3.bin nvlink_gpu3.clock.json " "-g: three GPUs of four"
for g in 0 2 3; do
	K=$(calls $g)
	is "$(bytes d/nvlink_gpu$g.bin)" "nvlink_rx_bytes $(((54 + 100 * g) * 1024 * (K - 1)));nvlink_tx_bytes $(((51 + 100 * g) * 1024 * (K - 1)));" "GPU $g: its bytes"
done
is "$(calls 1):$(grep -c 'samples' <<<"$err")" "0:3" "GPU 1 was not asked; one line for each of the others"
S_GPUS=2 poll -t 20ms
is "$(ls d | grep -c bin)" 2 "without -g: all of them"
echo "frequency: 1" >d/ignored.txt
is "$("$top/pipelines/events" -l d 2>/dev/null | cut -f1 | sort | uniq -c | tr -s ' \n' ' ')" " 2 clock 2 counter " "events finds them"

# what goes wrong on the way
S_RC=20-30:15 poll -i 1ms -t 150ms
K=$(calls)
is "$rc:$(head -1 <<<"$err")" "1:nvlink-poll: gpu 0: GPU is lost (NVML's code 15): such samples are void" "a GPU that was lost for a while: status 1"
like "$(tail -n +2 <<<"$err")" "^nvlink-poll: gpu 0: samples $((2 * K)) .$K polls of 2., void 22, lost 0" "said once, void samples counted"
is "$(tr-events d/*.bin | grep -c 'void=15'):$(bytes d/nvlink_gpu0.bin)" "22:nvlink_rx_bytes $((54 * 1024 * (K - 1)));nvlink_tx_bytes $((51 * 1024 * (K - 1)));" "they are in the file, and no byte is missing"
S_GPUS=2 S_RC=20-999999:15 poll -i 1ms -t 100ms
K=$(calls)
is "$rc:$(bytes d/nvlink_gpu0.bin):$(tr-events d/nvlink_gpu0.bin | grep -c 'void=15')" "1:nvlink_rx_bytes $((54 * 1024 * 19));nvlink_tx_bytes $((51 * 1024 * 19));:$((2 * (K - 20)))" "a GPU that stays lost: its bytes until then"
is "$(grep -c 'GPU is lost' <<<"$err")" 2 "said for each GPU"
S_FIELD=0-999999:3 poll -i 1ms -t 20ms
K=$(calls)
is "$rc:$err" "1:nvlink-poll: gpu 0: no NVLink: Not Supported: its samples are void
nvlink-poll: gpu 0: samples $((2 * K)) ($K polls of 2), void $((2 * K)), lost 0, late polls $(sed -n 's/.*late polls \([0-9]*\).*/\1/p' <<<"$err"); interval: mean ., longest .: d/nvlink_gpu0.bin" "no NVLink: said once, void and not 0"
S_LINKS=3 S_FIELD=0-999999:3:2 poll -l -i 1ms -t 50ms
K=$(calls)
like "$rc:$err" "^0:nvlink-poll: gpu 0: Not Supported .NVML's code 3.: such samples are void.*void $((2 * K)), lost 0" "a link that is not there: the others are, status 0"
is "$(bytes d/nvlink_gpu0.bin tid | tr ';' '\n' | grep -c .)" 4 "and have their bytes"
S_FIELD=0-999999:70000 poll -t 20ms
like "$rc:$err" "^1:nvlink-poll: gpu 0: Unknown Error .NVML's code 70000." "a code that nobody knows"
S_RESET=10 poll -i 1ms -t 100ms
K=$(calls)
is "$rc:$(bytes d/nvlink_gpu0.bin):$(tr-events d/*.bin | grep -c 'reset=1')" "0:nvlink_rx_bytes $((54 * 1024 * (K - 2)));nvlink_tx_bytes $((51 * 1024 * (K - 2)));:2" "a reset of the counters: what was counted before and since"
is "$(S_US=4000 poll -i 1ms -t 200ms; late=$(sed -n 's/.*late polls \([0-9]*\).*/\1/p' <<<"$err"); mean=$(sed -n 's/.*mean \([0-9]*\).*/\1/p' <<<"$err"); echo "$rc $((late >= $(calls) - 3)) $((mean >= 4))")" "0 1 1" "NVML is slower than asked: late polls are counted, the mean interval is the real one"

# stopped from outside
for sig in TERM INT HUP; do
	rm -rf d; mkdir d
	S_US=500 nvlink-poll -L "$L" -o d -i 1ms 2>err &
	pid=$!
	for _ in {1..200}; do [[ -s d/nvlink_gpu0.bin && $(size d/nvlink_gpu0.bin) -gt 12 ]] && break; sleep 0.02; done
	kill -$sig $pid
	wait $pid
	rc=$?
	K=$(calls)
	is "$rc:$(size d/nvlink_gpu0.bin):$(bytes d/nvlink_gpu0.bin)" "0:$((12 + 96 * K)):nvlink_rx_bytes $((54 * 1024 * (K - 1)));nvlink_tx_bytes $((51 * 1024 * (K - 1)));" "SIG$sig: the file is whole, to the last call"
	like "$(cat err)" "samples $((2 * K)) .*lost 0" "SIG$sig: and the summary there"
done
rm -rf d; mkdir d
(trap '' HUP; exec nvlink-poll -L "$L" -o d -i 1ms -t 600ms) 2>err &
sleep 0.2; kill -HUP $!; wait $!
is "$?:$(($(calls) > 100))" "0:1" "under nohup a SIGHUP is nothing"

# writes that fail
rm -rf d; mkdir d; ln -s /dev/full d/nvlink_gpu0.bin
run nvlink-poll -L "$L" -o d
is "$rc:$err" "2:nvlink-poll: d/nvlink_gpu0.bin: No space left on device" "a full disk at the start"
rm -rf d; mkdir d; ln -s /dev/full d/nvlink_gpu0.clock.json
run nvlink-poll -L "$L" -o d
is "$rc:$err" "2:nvlink-poll: d/nvlink_gpu0.clock.json: No space left on device" "or for the clock"
rm -rf d; mkdir d
SECONDS=0
sh_run "ulimit -f 1; nvlink-poll -L $L -o d -i 1ms -t 60s"
K=$(calls)
is "$rc:$(head -1 <<<"$err"):$(size d/nvlink_gpu0.bin):$((SECONDS < 20))" "2:nvlink-poll: d/nvlink_gpu0.bin: File too large:$((12 + 960)):1" "a disk that is full on the way: it stops, status 2, the file has whole records"
like "$err" "samples $((2 * K)) .*lost $((2 * (K - 10)))," "and what did not get there is counted as lost"
is "$(bytes d/nvlink_gpu0.bin)" "nvlink_rx_bytes $((54 * 1024 * 9));nvlink_tx_bytes $((51 * 1024 * 9));" "what is there can be read"
rm -rf d; mkdir d; mkfifo d/nvlink_gpu1.bin
head -c 60 d/nvlink_gpu1.bin >/dev/null &
S_GPUS=2 run nvlink-poll -L "$L" -o d -i 1ms -t 900ms
K=$(calls)
like "$rc:$err" "^2:nvlink-poll: d/nvlink_gpu1.bin: Broken pipe" "a reader that has gone: said, status 2"
is "$(size d/nvlink_gpu0.bin):$(($(calls 0) > $(calls 1)))" "$((12 + 96 * K)):1" "and the other GPU goes on"
cat >nothread.c <<'C'
int pthread_create(void *a, void *b, void *c, void *d) { (void)a; (void)b; (void)c; (void)d; return 11; }
C
if [[ $B == "$top/build" ]] && ${CC:-cc} -w -fno-builtin -shared -fPIC -o nothread.so nothread.c; then
	rm -rf d; mkdir d
	LD_PRELOAD=$tmp/nothread.so run nvlink-poll -L "$L" -o d
	is "$rc:$err" "2:nvlink-poll: gpu 0: cannot start another thread" "no threads"
fi

# a disk that is too slow: a pipe that nobody reads for a while
rm -rf d; mkdir d; mkfifo d/nvlink_gpu0.bin
{ sleep 3; cat; } <d/nvlink_gpu0.bin >slow.bin &
S_LINKS=18 run nvlink-poll -L "$L" -o d -l -i 100us -t 4s
wait
K=$(calls)
is "$rc:$(head -1 <<<"$err")" "1:nvlink-poll: gpu 0: d/nvlink_gpu0.bin writing is too slow: samples are lost" "a full queue: said, status 1"
lost=$(sed -n 's/.*lost \([0-9]*\),.*/\1/p' <<<"$err")
python3 - <<'P' >got
import struct
d = open("slow.bin", "rb").read()
r = [struct.unpack("<QIIqqIIQ", d[i:i + 48]) for i in range(12, len(d), 48)]
gaps = [x for x in r if x[6] == 1000]
print((len(d) - 12) % 48, len(gaps) % 36, len(r) - len(gaps), sum(x[7] for x in gaps), all(a[0] <= b[0] for a, b in zip(r, r[1:])))
P
((lost > 0)) && pass "$lost samples lost" || fail "samples lost" "$err"
is "$(cat got)" "0 0 $((36 * K - lost)) $lost True" "those lost are in the file as void samples with their number, the others are all there"
is "$(bytes slow.bin tid 2>/dev/null | tr ';' '\n' | grep 'nvlink17')" "nvlink17.rx $(((4 + 7 * 17) * 1024 * (K - 1)))
nvlink17.tx $(((1 + 7 * 17) * 1024 * (K - 1)))" "and no byte is missing"
# it still does not read at the end: a second signal ends the wait
rm d/*; mkfifo d/nvlink_gpu0.bin
exec 3<>d/nvlink_gpu0.bin
nvlink-poll -L "$L" -o d -l -i 100us 2>err &
pid=$!
sleep 0.7; kill $pid; sleep 0.5
kill -0 $pid && pass "it waits for the reader" || fail "it waits for the reader"
kill $pid; wait $pid 2>/dev/null
is "$?" 143 "a second signal ends it at once"
exec 3>&-
rm d/*.json
nvlink-poll -L "$L" -o d 2>err &
pid=$!
sleep 0.4; kill $pid; wait $pid
is "$?:$(cat err)" "2:nvlink-poll: d/nvlink_gpu0.bin: Interrupted system call" "nobody opens the pipe: a signal ends that, too"
run nvlink-poll -o ""
like "$rc:$err" "^2:nvlink-poll: -o: empty directory name" "no folder: said"
done_testing
