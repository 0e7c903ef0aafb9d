#!/usr/bin/env bash
# Nsight Systems: a small export made here, of either schema; what cannot be read; public files against tests/oracle/raw.py.
. "${0%/*}/lib.sh"
command -v sqlite3 >/dev/null || { skip "no sqlite3"; done_testing; exit; }
P=$top/pipelines T=$'\t'
n() { "$P/nsys-events" "$@" 2>err | records | grep -v "${T}trace$T" | tr '\t' ' '; }
# gid PID: a serialized global id; + TID for a thread's
gid() { echo $(($1 << 24 | ${2-0})); }
base='CREATE TABLE StringIds(id INTEGER, value TEXT); INSERT INTO StringIds VALUES(1, "k<1>"), (2, "cudaLaunchKernel"), (3, "cuMemAlloc"), (4, "reg"), (5, "ncclDevKernel_AllReduce");
CREATE TABLE TARGET_INFO_SESSION_START_TIME(utcEpochNs INTEGER); INSERT INTO TARGET_INFO_SESSION_START_TIME VALUES(1700000000000000000);'
kernels='CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL(start INTEGER, "end" INTEGER, deviceId INTEGER, contextId INTEGER, streamId INTEGER, correlationId INTEGER, globalPid INTEGER, demangledName INTEGER, gridX INTEGER, gridY INTEGER, gridZ INTEGER, blockX INTEGER, blockY INTEGER, blockZ INTEGER);'
make() { rm -f "$1"; sqlite3 "$1" "$2"; }
make a.sqlite "$base $kernels CREATE TABLE META_DATA_EXPORT(name TEXT, value TEXT);
INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES(100, 150, 0, 1, 7, 9007199254740993, $(gid 11), 1, 2, 3, 1, 32, 1, 1), (200, 260, 0, 1, 7, 10, $(gid 11), 5, 1, 1, 1, 32, 1, 1);
CREATE TABLE CUPTI_ACTIVITY_KIND_MEMCPY(start INTEGER, \"end\" INTEGER, deviceId INTEGER, contextId INTEGER, streamId INTEGER, globalPid INTEGER, bytes INTEGER, copyKind INTEGER);
INSERT INTO CUPTI_ACTIVITY_KIND_MEMCPY VALUES(5, 6, 0, 1, 7, $(gid 11), 4096, 1);
CREATE TABLE CUPTI_ACTIVITY_KIND_MEMSET(start INTEGER, \"end\" INTEGER, deviceId INTEGER, contextId INTEGER, streamId INTEGER, globalPid INTEGER, bytes INTEGER);
INSERT INTO CUPTI_ACTIVITY_KIND_MEMSET VALUES(7, 9, 0, 1, 7, $(gid 11), 64);
CREATE TABLE CUPTI_ACTIVITY_KIND_RUNTIME(start INTEGER, \"end\" INTEGER, correlationId INTEGER, nameId INTEGER, globalTid INTEGER);
INSERT INTO CUPTI_ACTIVITY_KIND_RUNTIME VALUES(90, 95, 10, 2, $(gid 11 12)), (96, 97, 11, 3, $(gid 11 12));
CREATE TABLE CUPTI_ACTIVITY_KIND_SYNCHRONIZATION(start INTEGER, \"end\" INTEGER, deviceId INTEGER, contextId INTEGER, streamId INTEGER, globalPid INTEGER, syncType INTEGER);
INSERT INTO CUPTI_ACTIVITY_KIND_SYNCHRONIZATION VALUES(1, 2, 0, 1, 4294967295, $(gid 11), 3);
CREATE TABLE NVTX_EVENTS(start INTEGER, \"end\" INTEGER, eventType INTEGER, text TEXT, textId INTEGER, domainId INTEGER, globalTid INTEGER);
INSERT INTO NVTX_EVENTS VALUES(1, 9, 59, 'own	text', NULL, 0, $(gid 11 12)), (2, NULL, 60, NULL, 4, 0, $(gid 11 12)), (3, NULL, 34, 'mark', NULL, 0, $(gid 11 12)), (0, NULL, 75, 'dom', NULL, 1, $(gid 11 12));
CREATE TABLE GPU_METRICS(timestamp INTEGER, typeId INTEGER, metricId INTEGER, value INTEGER); INSERT INTO GPU_METRICS VALUES(4, 1027, 8, 55);
CREATE TABLE TARGET_INFO_GPU_METRICS(typeId INTEGER, metricId INTEGER, metricName TEXT); INSERT INTO TARGET_INFO_GPU_METRICS VALUES(1027, 8, 'SMs Active');
CREATE TABLE TARGET_INFO_GPU(id INTEGER, name TEXT, smCount INTEGER, totalMemory INTEGER); INSERT INTO TARGET_INFO_GPU VALUES(0, 'A100', 4, 80);
CREATE TABLE OSRT_API(start INTEGER); INSERT INTO OSRT_API VALUES(1);"
is "$(n a.sqlite)" 'X 100 50 . 0 7 kernel k<1> device=0 context=1 stream=7 correlation=9007199254740993 blocks_per_SM=1.500000 grid=[2,3,1] block=[32,1,1]
X 200 60 . 0 7 kernel ncclDevKernel_AllReduce device=0 context=1 stream=7 correlation=10 blocks_per_SM=0.250000 grid=[1,1,1] block=[32,1,1] coll=allreduce
X 5 1 . 0 7 gpu_memcpy Memcpy HtoD bytes=4096 device=0 context=1 stream=7
X 7 2 . 0 7 gpu_memset Memset bytes=64 device=0 context=1 stream=7
X 90 5 . 11 12 cuda_runtime cudaLaunchKernel correlation=10
X 96 1 . 11 12 cuda_driver cuMemAlloc correlation=11
X 1 1 . 0 . cuda_sync sync 3 device=0 context=1
C 4 . . 3 gpu_metrics counter SMs Active value=55
X 1 8 . 11 12 user_annotation own\ttext domain=0
X 2 . . 11 12 user_annotation reg domain=0
i 3 . . 11 12 user_annotation mark domain=0
M 0 . . 11 12 nvtx dom domain=1' "each table, row by row; ids beyond 2^53 exact"
is "$(cat err)" "tr-events: a.sqlite: not read: OSRT_API:1" "a table that is not read is named"
is "$("$P/nsys-events" a.sqlite 2>/dev/null | grep -E '^##(base|source|rank)' | tr '\n' ';')" "##base_ns 1700000000000000000;##rank .;##source nsys a.sqlite;" "base and source"
is "$("$P/nsys-events" a.sqlite 2>/dev/null | grep -c "${T}trace${T}deviceProperties${T}id=0${T}name=A100${T}numSms=4")" 1 "the device, with its SM count"
is "$("$P/nsys-events" a.sqlite -b 1699999999999999999 -c kernel 2>/dev/null | records | cut -f2,7 | tr '\t\n' ' ;')" "101 kernel;201 kernel;" "tr-events' options"
like "$("$P/stages/steps" <<<"" >/dev/null 2>&1; "$P/nsys-events" a.sqlite 2>/dev/null | "$P/comm_time" | sed -n 2p | cut -f3-7)" "rank=.${T}total${T}0.000000060${T}s${T}1" "a metric of it"
# rank: file name, environment, NVTX; a disagreement
cp a.sqlite nsys_5.sqlite
is "$(n nsys_5.sqlite | cut -d' ' -f4 | sort -u)" 5 "rank by the file's name"
meta() { sqlite3 "$1" "CREATE TABLE META_DATA_CAPTURE(name TEXT, value TEXT); INSERT INTO META_DATA_CAPTURE VALUES('PROCESS_0:ENVIRONMENT_VARIABLE', '$2')"; }
cp a.sqlite e.sqlite; meta e.sqlite 'RANK="3"'
is "$(n e.sqlite | cut -d' ' -f4 | sort -u)" 3 "rank by the environment"
cp e.sqlite nsys_4.sqlite
run "$P/nsys-events" nsys_4.sqlite
like "$rc:$err" "^1:.*nsys_4.sqlite: the file says rank 3, its name 4; using the file's" "two sources that disagree on the rank"
two="INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES(300, 310, 0, 1, 7, 12, $(gid 22), 1, 1, 1, 1, 1, 1, 1), (301, 311, 1, 1, 7, 13, $(gid 22), 1, 1, 1, 1, 1, 1, 1)"
cp a.sqlite two.sqlite; sqlite3 two.sqlite "$two"
is "$(n two.sqlite | grep ' kernel ' | cut -d' ' -f4,5 | sort | uniq -c | tr -s ' \n' ' ')" " 2 . 0@11 1 . 0@22 1 . 1 " "several processes on device 0 stay apart"
sqlite3 two.sqlite "INSERT INTO NVTX_EVENTS VALUES(1, 2, 59, 'rank 0', NULL, 0, $(gid 11 12)), (1, 2, 59, 'Rank_1', NULL, 0, $(gid 22 23))"
is "$(n two.sqlite | grep ' kernel ' | cut -d' ' -f4,5 | sort | uniq -c | tr -s ' \n' ' ')" " 2 0 0 1 1 0 1 1 1 " "with ranks from NVTX, by rank"
# an older schema: no META_DATA_EXPORT, no globalPid, no textId, no names of anything
make old.sqlite "$base CREATE TABLE EXPORT_META_DATA(name TEXT); CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL(start INTEGER, \"end\" INTEGER, deviceId INTEGER, contextId INTEGER, streamId INTEGER, demangledName INTEGER, gridX INTEGER, gridY INTEGER, gridZ INTEGER, blockX INTEGER, blockY INTEGER, blockZ INTEGER);
INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES(1, 3, 2, 1, 7, 99, 1, 1, 1, 1, 1, 1); CREATE TABLE NVTX_EVENTS(start INTEGER, \"end\" INTEGER, eventType INTEGER, text TEXT, globalTid INTEGER); INSERT INTO NVTX_EVENTS VALUES(1, 9, 59, 't', $(gid 1 1));"
is "$(n old.sqlite | tr '\n' ';')" "X 1 2 . 2 7 kernel 99 device=2 context=1 stream=7 grid=[1,1,1] block=[1,1,1];X 1 8 . 1 1 user_annotation t;" "an older schema"
# graphs
cp a.sqlite g.sqlite; sqlite3 g.sqlite "CREATE TABLE CUPTI_ACTIVITY_KIND_GRAPH_TRACE(start INTEGER, \"end\" INTEGER, deviceId INTEGER, streamId INTEGER, globalPid INTEGER, graphId INTEGER); INSERT INTO CUPTI_ACTIVITY_KIND_GRAPH_TRACE VALUES(1, 5, 0, 7, $(gid 11), 42)"
is "$(n g.sqlite | grep cuda_graph)" "X 1 4 . 0 7 cuda_graph graph 42 device=0 stream=7" "a graph as a whole, as such"
like "$(cat err)" "1 graphs were recorded without their kernels" "and said"
# what cannot be read
bad() { # FILE STATUS MESSAGE NAME
	run "$P/nsys-events" "$1"
	like "$rc:$err" "^$2:.*(nsys|tr)-events: $1: $3" "$4"
}
printf 'not a database, by far: %2000s' x >junk.sqlite
bad junk.sqlite 1 "file is not a database" "no SQLite file"
: >empty.sqlite
bad empty.sqlite 1 "empty" "an empty file"
make other.sqlite "CREATE TABLE t(a)"
bad other.sqlite 1 "neither META_DATA_EXPORT nor EXPORT_META_DATA" "another database"
cp a.sqlite nok.sqlite; sqlite3 nok.sqlite "DROP TABLE CUPTI_ACTIVITY_KIND_KERNEL"
bad nok.sqlite 1 "no table CUPTI_ACTIVITY_KIND_KERNEL" "no table of kernels"
like "$(records <<<"$out" | wc -l)" "^1[0-9]$" "the others are read"
cp a.sqlite locked.sqlite
python3 -c 'import sqlite3, sys; c = sqlite3.connect("locked.sqlite", isolation_level=None); c.execute("BEGIN EXCLUSIVE"); print("held", flush=True); sys.stdin.read()' < <(sleep 20) >held &
until [[ -s held ]]; do sleep 0.1; done
bad locked.sqlite 2 "database is locked" "a locked file"
kill %1 2>/dev/null
bad /nonexistent 2 "no such file" "a missing file"
touch r.nsys-rep
if command -v nsys >/dev/null; then skip "nsys is here"; else bad r.nsys-rep 2 "nsys is not on PATH: on a machine that has it, run  nsys export --type sqlite r.nsys-rep" ".nsys-rep without nsys: the command is named"; fi
mkdir bin; printf '#!/bin/sh\nwhile [ $# -gt 1 ]; do [ "$1" = -o ] && o=$2; shift; done\ncp "$A" "$o"\n' >bin/nsys; chmod +x bin/nsys
is "$(A=$PWD/a.sqlite PATH=$PWD/bin:$PATH n r.nsys-rep | wc -l)" 12 ".nsys-rep: exported where nsys is"
is "$(sqlite3 -readonly -json a.sqlite < <("$P/nsys-events" -s a.sqlite) | grep -c '"ph"')" 12 "-s: the SQL, to run by hand"
is "$("$P/nsys-events" 2>&1)" "nsys-events: no file (nsys-events -h for help)" "no file"
alike "$(tr-events a.sqlite 2>&1 | grep -v '^##pg')" "$("$P/nsys-events" a.sqlite 2>&1 | grep -v '^##pg')" "tr-events reads it itself"
is "$(cut -f1,4 <(tr-events -p a.sqlite | tail -1)):$(tr-events -p nsys_5.sqlite | tail -1 | cut -f1-3)" "nsys	a.sqlite:nsys	5	1700000000000000000" "tr-events -p knows it"
is "$(sqlite3 -readonly -json a.sqlite "SELECT 'X' AS ph, 'kernel' AS cat, start AS ts, end - start AS dur, 'mine' AS name FROM CUPTI_ACTIVITY_KIND_KERNEL" | tr-events -f nsys | records | tr '\t' ' ' | head -1)" "X 100 50 . . . kernel mine" "SQL of one's own"

if [[ ! -d $shared/corpus/nsys ]]; then
	skip "no ../shared: public files"
	done_testing
	exit
fi
for f in "$shared"/corpus/nsys/*; do
	python3 "$tests/oracle/raw.py" nsys "$f" | sort >want
	"$P/nsys-events" "$f" >n.tr 2>/dev/null
	{
		echo "base_ns$T$(sed -n 's/^##base_ns //p' n.tr)"
		tr-select 'cat == "kernel"' n.tr | tr-stats -g device count sum:dur | records | cut -f1-3 | sed "s/^/kernels$T/"
		tr-select 'cat == "gpu_memcpy"' n.tr | tr-stats -g device count sum:bytes sum:dur | records | cut -f1-4 | sed "s/^/memcpy$T/"
		tr-select 'cat == "gpu_memset"' n.tr | tr-stats -g device count sum:bytes sum:dur | records | cut -f1-4 | sed "s/^/memset$T/"
		tr-select 'cat in "cuda_runtime","cuda_driver"' n.tr | tr-stats count sum:dur | records | cut -f1,2 | sed "s/^/runtime$T/"
		tr-select 'cat == "cuda_sync"' n.tr | tr-stats count | records | sed "s/^/sync$T/"
		tr-select 'cat == "user_annotation"' n.tr | tr-stats count sum:dur | records | cut -f1,2 | sed "s/^/nvtx${T}59$T/"
	} | grep -v "${T}0${T}\.\|^nvtx.*59${T}0" | sort >got
	alike "$(cat got)" "$(cat want)" "$(basename "$f"): every table's count and sum as an independent reader's"
done
f=$shared/corpus/nsys/pipit__cloverleaf-nsys__perlmutter-cloverleaf-cuda.sqlite
alike "$("$P/nsys-events" "$f" 2>/dev/null | tr-select 'cat == "kernel"' | tr-stats count sum:dur | records | cut -f1,2 | tr '\t' '|')" "$(sqlite3 -readonly "$f" 'SELECT count(*), sum(end - start) FROM CUPTI_ACTIVITY_KIND_KERNEL')" "cloverleaf: 1,312 kernels whose sum is one line of SQL's"
f=$shared/corpus/nsys/nsys-ai__mock.sqlite
"$P/nsys-events" "$f" >n.tr 2>err
for t in $(sqlite3 -readonly "$f" "SELECT name FROM sqlite_master WHERE type = 'table'"); do
	[[ $t =~ ^(ENUM_|TARGET_INFO_|StringIds$|META_DATA_) || -e $P/nsys-sql/$t.sql ]] || (($(sqlite3 -readonly "$f" "SELECT count(*) FROM $t") == 0)) || grep -q " $t:" err || fail "mock: $t is neither read nor named"
done
is "$(grep -c "${T}trace${T}nsysUnread$T" n.tr)" 1 "mock: every table is read or named as unread, in the stream too"
done_testing
