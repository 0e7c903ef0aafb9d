#!/usr/bin/env bash
# Nsight Systems: databases that are wrong or damaged, versions of tables, sizes of messages; by the library and by the
# sqlite3 shell, which must give the same bytes.
. "${0%/*}/lib.sh"
command -v sqlite3 >/dev/null || { skip "no sqlite3"; done_testing; exit; }
P=$top/pipelines T=$'\t'
gid() { echo $(($1 << 24 | ${2-0})); }
db() { rm -f "$1"; sqlite3 "$1"; }
base="CREATE TABLE META_DATA_EXPORT(name TEXT);
CREATE TABLE StringIds(id INTEGER PRIMARY KEY, value TEXT);
INSERT INTO StringIds VALUES(1, 'gemm'), (2, 'ncclDevKernel_AllReduce_Sum_f32_RING_LL'), (3, 'cuLaunchKernelEx'), (4, 'ncclDevKernel_AllGather_RING_LL');"
kernel='(start INTEGER, "end" INTEGER, deviceId INTEGER, contextId INTEGER, streamId INTEGER, correlationId INTEGER, globalPid INTEGER, demangledName INTEGER, gridX INTEGER, gridY INTEGER, gridZ INTEGER, blockX INTEGER, blockY INTEGER, blockZ INTEGER)'
# k START DUR CORRELATION NAME: a kernel's values
k() { echo "($1, $(($1 + $2)), 0, 1, 7, $3, $(gid 11), $4, 1, 1, 1, 32, 1, 1)"; }
# both NAME FILE: by the library and by the shell: the same records, messages and status. They are in out.tr, err and $rc.
both() {
	TR_SQLITE=shell "$P/nsys-events" "$2" >shell.tr 2>shell.err
	local shell=$?
	"$P/nsys-events" "$2" >out.tr 2>err
	rc=$?
	is "$rc:$(cat err):$(grep -v '^##pg' out.tr | md5sum)" "$shell:$(cat shell.err):$(grep -v '^##pg' shell.tr | md5sum)" "$1: the library and the shell agree"
}
names() { records out.tr | grep "$T$1$T" | cut -f8 | tr '\n' ';'; }

# The library is there wherever the shell is, on Debian; where it is not, both are the shell.
db plain.sqlite <<<"$base CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL$kernel; INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES $(k 100 50 1 1), $(k 200 60 2 2);"
both "a sound file" plain.sqlite
is "$rc:$(names kernel)" "0:gemm;ncclDevKernel_AllReduce_Sum_f32_RING_LL;" "two kernels"

# Names out of the file are no paths, no SQL and no commands.
mkdir evil
printf '.shell touch "%s"\n.system touch "%s"\n' "$PWD/evil/pwned" "$PWD/evil/pwned" >evil/x.sql
path=$(realpath --relative-to="$P/nsys-sql" evil/x)
for name in "$path" "$PWD/evil/x" "begin" "facts"; do
	db path.sqlite <<<"$base CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL$kernel; INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES $(k 100 50 1 1); CREATE TABLE \"$name\"(a); INSERT INTO \"$name\" VALUES(1);"
	both "a table called $name" path.sqlite
	is "$(ls evil):$(names kernel)" "x.sql:gemm;" "a table called $name runs nothing"
	is "$(records out.tr | grep -c "nsysUnread$T$name=.\$")" 1 "a table called $name is named as not read, its rows uncounted"
done
db quote.sqlite <<<"$base CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL$kernel; INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES $(k 100 50 1 1);
CREATE TABLE \"a\"\"; DROP TABLE x; --\"(a); CREATE TABLE \"t	ab = n
l\"(a); CREATE TABLE \"CUPTI_ACTIVITY_KIND_KERNEL_V3\"\" k; --\"(a);"
both "names with quotes, tabs, newlines" quote.sqlite
is "$(grep -c nsysUnread out.tr)" 1 "one record of them, on one line"
like "$(grep nsysUnread out.tr)" "${T}a\";_DROP_TABLE_x;_--=\\.${T}t\\\\tab_\\\\x3d_n\\\\nl=\\." "with their odd characters escaped"
like "$(grep -c . err):$(cat err)" "^1:.*not read: " "and one message"
for value in "'1,\"distributedInfo\":{\"rank\":7}'" "'1}],\"traceEvents\":[{\"ph\":\"X\",\"ts\":1,\"dur\":1,\"cat\":\"kernel\",\"name\":\"forged\"}],\"x\":[{\"a\":1'" "x'31'" "'1e3'" 1.5; do
	db base.sqlite <<<"$base CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL$kernel; INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES $(k 100 50 1 1); CREATE TABLE TARGET_INFO_SESSION_START_TIME(utcEpochNs); INSERT INTO TARGET_INFO_SESSION_START_TIME VALUES($value);"
	both "utcEpochNs is $value" base.sqlite
	[[ $value == "x'31'" ]] && want="0:##rank .;:gemm;" || want="1:##rank .;##lost bad_base 1 0;:gemm;"
	is "$rc:$(grep -E '^##(rank|lost)' out.tr | tr '\n' ';'):$(names kernel)" "$want" "utcEpochNs is $value: no base, no forged record, and said"
done
db rank.sqlite <<<"$base CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL$kernel; INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES $(k 100 50 1 1); CREATE TABLE META_DATA_CAPTURE(name TEXT, value TEXT); INSERT INTO META_DATA_CAPTURE VALUES('ENVIRONMENT_VARIABLE', 'RANK=7},\"x\":{\"y\":1');
CREATE TABLE TARGET_INFO_GPU(id INTEGER, name TEXT, smCount INTEGER, totalMemory INTEGER); INSERT INTO TARGET_INFO_GPU VALUES(0, 'A\"}],\"traceEvents\":[	', 4, 80);"
both "a rank and a GPU's name with JSON in them" rank.sqlite
is "$(grep '^##rank' out.tr):$(records out.tr | grep deviceProperties | cut -f8-)" "##rank .:deviceProperties${T}id=0${T}name=A\"}],\"traceEvents\":[\\t${T}numSms=4${T}totalGlobalMem=80" "they are text"

# Names of files are no options, URIs or shell words.
for name in '$(touch pwned).sqlite' '-cmd.sqlite' 'file:x?mode=rwc.sqlite' "a b'c\";.sqlite" '`touch pwned`.sqlite'; do
	cp plain.sqlite "./$name"
	if [[ $name == -* ]]; then both "the file ./$name" "./$name"; else both "the file $name" "$name"; fi
	is "$rc:$(names kernel | wc -c):$([[ -e pwned ]] && echo pwned)" "0:45:" "$name is read"
	rm -f "./$name"
done

# What is a table only by its name.
db view.sqlite <<<"$base CREATE TABLE real$kernel; CREATE VIEW CUPTI_ACTIVITY_KIND_KERNEL AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS start, i + 1 AS \"end\", 0 AS deviceId, 0 AS contextId, 0 AS streamId, 0 AS correlationId, 0 AS globalPid, 1 AS demangledName, 1 AS gridX, 1 AS gridY, 1 AS gridZ, 1 AS blockX, 1 AS blockY, 1 AS blockZ FROM n;"
both "a view without an end" view.sqlite
is "$rc:$(names kernel)" "1:" "is not read"

# Odd values: both ways say them alike; times that are none are lost, and counted.
db odd.sqlite <<<"$base INSERT INTO StringIds VALUES(10, ''), (11, '.'), (12, CAST(x'ff41' AS TEXT)), (13, 'tab	back\\slash \"q\"'), (14, 'a' || char(0) || 'b'), (15, x'00'), (16, 'ü€😀'), (17, 'k' || char(127) || char(1));
CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL$kernel; INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES $(for i in 10 11 12 13 14 15 16 17 99; do k 100 50 9223372036854775807 $i; echo ,; done) $(k 300 -1 1 1), (NULL, 5, 0, 1, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1), ('x', 5, 0, 1, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1), (9223372036854775807, -9223372036854775808, 0, 1, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1), ('12', 20, 'dev', 1.5, 7, 1e300 * 1e300, -1e999, 1, 1, 1, 1, NULL, 1, 1), (5, NULL, 0, 1, NULL, 1, 1, NULL, 2, 3.5, 1, 1, 1, 1);
CREATE TABLE NVTX_EVENTS(start INTEGER, \"end\" INTEGER, eventType INTEGER, text TEXT, domainId INTEGER, globalTid INTEGER, int64Value INTEGER, uint64Value INTEGER, int32Value INTEGER, uint32Value INTEGER, doubleValue REAL);
INSERT INTO NVTX_EVENTS VALUES(1, 2, 59, 'pi', 0, 1, NULL, NULL, NULL, NULL, 3.14159), (1, 2, 59, 'big', 0, 1, NULL, NULL, NULL, NULL, 1e22), (1, 2, 59, 'half', 0, 1, NULL, NULL, NULL, NULL, 0.5);"
both "odd values" odd.sqlite
is "$rc:$(grep -E '^##(lost|events)' out.tr | cut -d' ' -f1-3 | sort | tr '\n' ';')" "1:##events 18 odd.sqlite;##lost bad_ts 1;##lost dur_range 1;##lost negative_dur 1;##lost no_ts 1;" "what is no time is lost, and counted"
is "$(names kernel | cut -d';' -f1-9)" ".;\\x2e;\\xffA;tab\\tback\\\\slash \"q\";a;\\x00;ü€😀;k\\x7f\\x01;99" "names, escaped"

# More rows than are read at once, of several tables: in order, once each.
db many.sqlite <<<"$base CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL$kernel;
INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49999) SELECT i * 3, i * 3 + 2, 0, 1, 7, i, $(gid 11), 1 + i % 4, 1, 1, 1, 1, 1, 1 FROM n;
DELETE FROM CUPTI_ACTIVITY_KIND_KERNEL WHERE rowid BETWEEN 20000 AND 40000;
CREATE TABLE CUPTI_ACTIVITY_KIND_RUNTIME(start INTEGER, \"end\" INTEGER, correlationId INTEGER, nameId INTEGER, globalTid INTEGER);
INSERT INTO CUPTI_ACTIVITY_KIND_RUNTIME WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 33000) SELECT i, CASE WHEN i % 10000 = 9999 THEN i - 1 ELSE i + 1 END, i, 3, $(gid 11 12) FROM n;"
both "83,001 rows less 20,001" many.sqlite
is "$(records out.tr | cut -f7 | uniq -c | tr -s ' ' | tr '\n' ';')" " 1 trace; 29999 kernel; 33001 cuda_driver;" "all rows, table by table"
is "$(records out.tr | grep "${T}kernel$T" | cut -f2 | sort -nc 2>&1):$(records out.tr | grep "${T}kernel$T" | cut -f2 | awk '{ s += $1 } END { printf "%.0f", s }')" ":$(sqlite3 many.sqlite 'SELECT sum(start) FROM CUPTI_ACTIVITY_KIND_KERNEL')" "in order, once each"
is "$(grep '^##lost' out.tr)" "##lost negative_dur 3 39998" "damage of all parts is one sum, the first row counted from the file's beginning"

# Versions of tables.
version() { sed "s/CUPTI_ACTIVITY_KIND_KERNEL/&$1/g" <<<"$base CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL$kernel; INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES $(k 100 50 1 "${2-1}");"; }
for v in _V2 _V3; do
	db v.sqlite <<<"$(version $v)"
	both "a table $v" v.sqlite
	is "$rc:$(cat err):$(names kernel)" "0::gemm;" "a table $v is read"
done
db v.sqlite <<<"$(version _V2 1) $(version _V3 2 | sed 's/CREATE TABLE [MS][^;]*;//; s/INSERT INTO StringIds[^;]*;//')"
sqlite3 v.sqlite "CREATE TABLE IF NOT EXISTS CUPTI_ACTIVITY_KIND_KERNEL_V3$kernel; DELETE FROM CUPTI_ACTIVITY_KIND_KERNEL_V3; INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL_V3 VALUES $(k 100 50 1 2)" 2>/dev/null
both "two versions" v.sqlite
is "$(names kernel):$(cat err)" "ncclDevKernel_AllReduce_Sum_f32_RING_LL;:tr-events: v.sqlite: not read: CUPTI_ACTIVITY_KIND_KERNEL_V2:." "of two versions the newer is read, the other named"
for v in _V9 _V10; do
	db v.sqlite <<<"$(version $v)"
	both "a table $v" v.sqlite
	like "$rc:$(cat err)" "^1:.*v.sqlite: CUPTI_ACTIVITY_KIND_KERNEL$v: an unknown version of this table" "a table $v: its version is unknown"
	is "$(grep -c 'no kernel was recorded' err):$(grep -c '^##lost unknown_table_version 1' out.tr)" "0:1" "nobody says that there were no kernels"
done

# The size that NCCL records with a call goes to the one kernel that it launched.
nvtx='CREATE TABLE NVTX_EVENTS(start INTEGER, "end" INTEGER, eventType INTEGER, text TEXT, globalTid INTEGER, textId INTEGER, jsonTextId INTEGER, jsonText TEXT);
CREATE TABLE CUPTI_ACTIVITY_KIND_RUNTIME(start INTEGER, "end" INTEGER, correlationId INTEGER, nameId INTEGER, globalTid INTEGER);'
says() { echo "(${1}0, ${1}9, 59, '$2', $(gid 11 12), NULL, NULL, '$3')"; }
size() { echo "{\"Communicator ID\": \"$1\", \"Message size [bytes]\": $2}"; }
db size.sqlite <<<"$base $nvtx CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL$kernel;
INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES $(k 1000 5 1 2), $(k 1010 5 2 4), $(k 1020 5 3 2), $(k 1030 5 4 2), $(k 1040 5 5 2), $(k 1050 5 6 1), $(k 1060 5 7 2), $(k 1070 5 8 4), $(k 1080 5 9 2), (1090, 1095, 0, 1, 7, 1, $(gid 22), 2, 1, 1, 1, 1, 1, 1);
INSERT INTO CUPTI_ACTIVITY_KIND_RUNTIME VALUES $(for i in 1 2 3; do echo "(${i}1, ${i}3, $i, 3, $(gid 11 12)),"; done) (34, 35, 4, 3, $(gid 11 12)), (41, 43, 5, 3, $(gid 11 13)), (51, 53, 6, 3, $(gid 11 12)), (61, 63, 7, 3, $(gid 11 12)), (71, 73, 8, 3, $(gid 11 12)), (81, 83, 9, 3, $(gid 11 12));
INSERT INTO NVTX_EVENTS VALUES $(says 1 ncclAllReduce "$(size 0x1 4096)"), $(says 2 ncclAllGather "$(size 0x1 100)"), $(says 3 ncclAllReduce "$(size 0x1 4096)"), $(says 4 ncclAllReduce "$(size 0x1 4096)"), $(says 5 ncclAllReduce "$(size 0x1 4096)"), $(says 6 ncclAllReduce '{"Message size [bytes]": broken'), $(says 7 ncclAllGather "$(size 0x2 100)"), $(says 8 ncclAllReduce '{"Message size [bytes]": "4096"}'), (1, 2, 34, 'ncclCommInitRank', $(gid 11 12), NULL, NULL, '{\"Communicator ID\": \"0x1\", \"No. of ranks\": 8}');"
both "sizes of messages" size.sqlite
is "$rc:$(records out.tr | grep "${T}kernel$T" | sed 's/.*correlation=\([0-9]*\).*coll=\([a-z]*\)\(.*\)/\1 \2\3/; s/.*gemm.*/gemm/' | tr '\t\n' ' ;')" \
	"0:1 allreduce bytes=4096;2 allgather bytes=800;3 allreduce;4 allreduce;5 allreduce;gemm;7 allreduce;8 allgather;9 allreduce;1 allreduce;" \
	"allgather: of all 8 ranks; unknown with two launches, on another thread, with broken JSON or a size that is text, without the number of ranks, in another process; computation has none"

# Damage: what can be read is written.
cp many.sqlite cut.sqlite
truncate -s $(($(stat -c %s many.sqlite) / 8192 * 4096)) cut.sqlite
for mode in '' shell; do
	TR_SQLITE=$mode "$P/nsys-events" cut.sqlite >out.tr 2>err
	rc=$?
	like "$rc:$(cat err)" "^1:.*cut.sqlite: .*malformed" "half a file${mode:+, by the shell}: status 1, and said"
done
page=$(sqlite3 many.sqlite "SELECT rootpage FROM sqlite_master WHERE name = 'CUPTI_ACTIVITY_KIND_KERNEL'")
cp many.sqlite hole.sqlite
for i in 100 101 102; do head -c 4096 /dev/zero | tr '\0' '\377' | dd of=hole.sqlite bs=4096 seek="$i" conv=notrunc 2>/dev/null; done
[[ $page != 10[0-2] ]] || fail "the root is not where the hole is"
for mode in '' shell; do
	TR_SQLITE=$mode "$P/nsys-events" hole.sqlite >out.tr 2>err
	like "$?:$(cat err)" "^1:.*hole.sqlite: CUPTI_ACTIVITY_KIND_KERNEL: .*malformed" "a hole in a table${mode:+, by the shell}: status 1, the table is named"
	like "$(grep -c "${T}kernel$T" out.tr):$(grep -c "${T}cuda_driver$T" out.tr):$(grep -c '^##lost damaged_table' out.tr)" "^[1-9][0-9]*:33001:1" "the rows before it and the other tables are written${mode:+, by the shell}"
done
db less.sqlite <<<"$base CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL(start INTEGER, \"end\" INTEGER); CREATE TABLE CUPTI_ACTIVITY_KIND_MEMSET(start INTEGER, \"end\" INTEGER, deviceId INTEGER, contextId INTEGER, streamId INTEGER, bytes INTEGER); INSERT INTO CUPTI_ACTIVITY_KIND_MEMSET VALUES(1, 2, 0, 1, 7, 64);"
both "a column is missing" less.sqlite
like "$rc:$(cat err)" "^1:.*less.sqlite: CUPTI_ACTIVITY_KIND_KERNEL: no such column: " "is reported for its table"
is "$(names gpu_memset)" "Memset;" "the others are read"

# Without a library, without a shell.
mkdir bin
for t in bash env readlink dirname basename head tr mktemp rm; do ln -sf "$(command -v $t)" bin/$t; done
TR_SQLITE=shell PATH=$B:$PWD/bin tr-events plain.sqlite >out.tr 2>err
like "$?:$(cat err)" "^2:tr-events: plain.sqlite: sqlite3: neither libsqlite3 nor the sqlite3 shell is installed" "neither is there: status 2"
alike "$(TR_SQLITE=libm.so.6 tr-events plain.sqlite 2>/dev/null | records | md5sum)" "$(tr-events plain.sqlite 2>/dev/null | records | md5sum)" "a library that is another: the shell does it"
printf '#!/bin/sh\necho "sqlite3: Error: unknown option: -safe" >&2\nexit 1\n' >bin/sqlite3; chmod +x bin/sqlite3
TR_SQLITE=shell PATH=$B:$PWD/bin tr-events plain.sqlite >out.tr 2>err
like "$?:$(cat err)" "^2:.*unknown option: -safe" "a shell that is too old: status 2"
run bash -c "tr-events <plain.sqlite"
like "$rc:$err" "^1:.*not a plain file" "from a pipe: what to do"
gzip -k plain.sqlite
run tr-events plain.sqlite.gz
like "$rc:$err" "^1:.*not a plain file" "compressed: what to do"

# Nsight's other exports, and other reports.
refused() { # FILE WHAT
	run "$P/nsys-events" "$1"
	like "$rc:$(records <<<"$out"):$err" "^1::(tr|nsys)-events: $1: .*$2.*\(nsys export --type sqlite FILE" "$1 is refused by what it is, with the command"
}
printf '\x89HDF\r\n\x1a\n\0\0' >r.h5; refused r.h5 HDF5
printf 'ARROW1\0\0' >KERNEL.arrow; refused KERNEL.arrow Arrow
printf 'PAR1\0\0' >KERNEL.parquet; refused KERNEL.parquet Parquet
mkdir r_pqtdir r_arwdir nothing; cp KERNEL.parquet r_pqtdir; cp KERNEL.arrow r_arwdir
refused r_pqtdir "parquet files"; refused r_arwdir "arrow files"
printf '{"Type":79,"CudaEvent":{"startNs":"140564259","endNs":"140619331","deviceId":1}}\n' >r.json; refused r.json "JSON lines"
printf '{"type":"String","id":"3720","value":"x"}\n' >r.jsonl; refused r.jsonl "JSON lines"
printf 'Type: 79 CudaEvent { startNs: 140564259 endNs: 140619331 }\n' >r.txt; refused r.txt "text"
printf 'x' >'r 1.qdrep'; refused 'r 1.qdrep' "old Nsight Systems"
printf 'NVR\0' >r.ncu-rep
run "$P/nsys-events" r.ncu-rep
like "$rc:$err" "^1:.*r.ncu-rep: a report of Nsight Compute" "r.ncu-rep is refused by what it is"
run "$P/nsys-events" nothing
like "$rc:$err" "^2:nsys-events: nothing: is a directory" "another directory"

[[ -d $shared/cases/trace ]] || { skip "no ../shared: cases"; done_testing; exit; }
for c in nsys_plain nsys_v3; do
	both "case $c" "$shared/cases/trace/$c.sqlite"
	tr-select ph out.tr >one.tr 2>/dev/null
	is "$("$P/comm_time" one.tr | awk -F'\t' '$4 == "total" { print $5 }') $("$P/comm_overlap" one.tr | awk -F'\t' '$4 == "total" { print $5 + 0 }') $("$P/step_time" one.tr 2>/dev/null | awk -F'\t' '$4 == "mean" && $3 ~ /rank=\./ { print $5 + 0 }') $("$P/coll_bytes" one.tr | awk -F'\t' '$3 == "rank=." && $4 == "total" { print $5 }')" \
		"0.000100000 50 0.001 4096" "case $c: communication 0.0001 s, overlap 50 %, step 0.001 s, 4096 bytes"
done
both "case nsys_whole_graphs" "$shared/cases/trace/nsys_whole_graphs.sqlite"
is "$(records out.tr | grep -c "${T}cuda_graph$T")" 3 "case nsys_whole_graphs: three graphs as such"
for f in "$shared"/corpus/nsys/*; do
	[[ ! -e $f ]] || both "${f##*/}" "$f"
done
done_testing
