#!/usr/bin/env bash
# tr-events -j: names of processes and threads come through windows and selections, with the rank; flows of ranks
# never meet; and what is read back is what was written.
. "${0%/*}/lib.sh"
export PATH=$top/pipelines:$PATH
identity() { same "$1" <(grep -v '^##pg' "$2") <(tr-events -j "$2" | tr-events | grep -v '^##pg'); }
# ask FILE PYTHON: over the events e of the document, as a viewer reads it
ask() { python3 -c 'import json, sys
e = json.load(open(sys.argv[1]))["traceEvents"]
def names(kind): # the last one counts
    d = {}
    for x in e:
        if x["ph"] == "M" and x["name"] == kind + "_name": d[(x["pid"],) + ((x["tid"],) if kind == "thread" else ())] = x["args"]["name"]
    return d
print('"$2"')' "$1"; }

# Two ranks with the same process, threads, flows and, in a viewer, the same ids.
rank() {
	printf '%s\n' '{"schemaVersion":1,"distributedInfo":{"rank":'"$1"'},"traceEvents":[
{"ph":"M","name":"process_name","ts":1,"pid":77,"tid":0,"args":{"name":"python"}},
{"ph":"M","name":"process_labels","ts":1,"pid":77,"tid":0,"args":{"labels":"CPU"}},
{"ph":"M","name":"process_name","ts":1,"pid":0,"tid":0,"args":{"name":"python"}},
{"ph":"M","name":"process_labels","ts":1,"pid":0,"tid":0,"args":{"labels":"GPU 0"}},
{"ph":"M","name":"thread_name","ts":1,"pid":0,"tid":7,"args":{"name":"stream 7"}},
{"ph":"M","name":"thread_sort_index","ts":1,"pid":0,"tid":7,"args":{"sort_index":7}},
{"ph":"X","cat":"user_annotation","name":"ProfilerStep#5","ts":100,"dur":50,"pid":77,"tid":77},
{"ph":"X","cat":"cuda_runtime","name":"cudaLaunchKernel","ts":110,"dur":2,"pid":77,"tid":77,"args":{"correlation":9}},
{"ph":"s","cat":"ac2g","name":"ac2g","id":9,"ts":110,"pid":77,"tid":77},
{"ph":"f","cat":"ac2g","name":"ac2g","id":9,"bp":"e","ts":120,"pid":0,"tid":7},
{"ph":"X","cat":"kernel","name":"k","ts":120,"dur":9,"pid":0,"tid":7,"args":{"correlation":9}},
{"ph":"i","cat":"x","name":"y","ts":121,"pid":0,"tid":7,"id2":{"global":"0x1"},"bind_id":"0x9","flow_in":true,"s":"t"}]}' >"k_$1.json"
}
rank 0; rank 1
tr-events k_0.json k_1.json >all.tr
identity "identity: two ranks" all.tr
tr-events -j all.tr >all.json
is "$(ask all.json 'sorted(set(x["args"]["name"] for x in e if x["ph"] == "M" and x["name"] == "process_name"))')" \
	"['rank 0 python', 'rank 1 python']" "each rank's processes are named after it"
is "$(ask all.json 'names("thread")[("rank 1 pid 0", 7)]')" "stream 7" "threads have their names"
is "$(ask all.json 'sorted((x["id"], x["ph"]) for x in e if x.get("cat") == "ac2g")')" \
	"[('0x10000000009', 'f'), ('0x10000000009', 's'), ('0x20000000009', 'f'), ('0x20000000009', 's')]" "a flow's ends meet, those of two ranks do not"
is "$(ask all.json 'len({x["bind_id"] for x in e if "bind_id" in x}), len({x["id2"]["global"] for x in e if "id2" in x})')" "2 2" "bind_id and a global id2, too"
is "$(ask all.json 'all(int(x["id"], 16) < 1 << 64 for x in e if "id" in x)')" True "ids are hexadecimal, of 64 bits at most"

# Selections and windows leave the records out that name things.
tr-select 'cat == "kernel" && rank == 1' all.tr >kernel.tr
is "$(records kernel.tr | wc -l)" 1 "one kernel is selected"
tr-events -j kernel.tr >kernel.json
is "$(ask kernel.json 'names("process")[("rank 1 pid 0",)], names("thread")[("rank 1 pid 0", 7)]')" "rank 1 python stream 7" "a selection: names"
is "$(ask kernel.json 'sorted(x["args"]["labels"] for x in e if x["name"] == "process_labels" and x["pid"] == "rank 1 pid 0")')" "['GPU 0']" "and labels"
identity "identity: a selection" kernel.tr
tr-window -l -W 'name == "ProfilerStep#5"' <all.tr | tr-events -j >step.json
is "$(ask step.json '[names("process")[("rank %d pid %d" % p,)] for p in ((0, 0), (0, 77), (1, 0), (1, 77))]')" \
	"['rank 0 python', 'rank 0 python', 'rank 1 python', 'rank 1 python']" "a window: names"
tr-events -c kernel k_1.json | tr-events -j >only.json
is "$(ask only.json 'names("process")[("rank 1 pid 0",)], names("thread")[("rank 1 pid 0", 7)]')" "rank 1 python stream 7" "-c kernel: names"
sort all.tr | tr-events -j >sorted.json
is "$(ask sorted.json 'names("process") == {("rank %d pid %d" % p,): "rank %d python" % p[0] for p in ((0, 0), (0, 77), (1, 0), (1, 77))}')" True "a sorted stream"

# Odd ids, names and ranks
printf '## tr 1\n#ph\tts\tdur\trank\tpid\ttid\tcat\tname\n' >odd.tr
for r in . 0 1 4194304 99999999999999999999; do
	for i in 9 0x9 -1 007 1099511627775 1099511627776 99999999999999999999 ab '\\x2e' ''; do
		printf 's\t1\t.\t%s\t5\t6\tc\tn\tid=%s\n' "$r" "$i"
	done
	for n in python '' '\\x2e' . 'a\\tb' 'rank 0 x' '[1,2]' 7 null; do
		printf 'M\t.\t.\t%s\t5\t0\t.\tprocess_name\tname=%s\n' "$r" "$n"
	done
done >>odd.tr
printf 'X\t1\t2\t0\t1\t1\ttr\t#\tline=x\nM\t.\t.\t.\t1\t1\ttr\tprocess_name\tname=x\ns\t1\t.\t0\t1\t1\tc\tn\tid=1\ttr_id=2\n' >>odd.tr
printf '##meta process_name\t0\t5\t0\tpython\n##meta nonsense\n##meta process_name\t0\n##meta other\t0\t5\t0\tx\n' >>odd.tr
identity "identity: odd ids, names, ranks, and records that look like description" odd.tr
tr-events -j odd.tr >odd.json
is "$(ask odd.json 'sum(x["ph"] == "s" for x in e), len({(x["pid"], x["tr_id"] if isinstance(x["tr_id"], str) else repr(x["tr_id"])) for x in e if x["ph"] == "s"})')" "51 51" "each odd id of each rank is written"
is "$(ask odd.json 'max(len({x["pid"] for x in e if x["ph"] == "s" and x["id"] == i}) for i in {x["id"] for x in e if x["ph"] == "s"})')" 1 "no id is of two ranks"

# The sample: each process of each rank, after a window of one step
tr-events -x python_function,trace "$sample"/kineto_trace_{0,1}.json.gz | tr-window -l -W 'cat == "user_annotation" && name == "ProfilerStep#5"' | tr-events -j >step5.json
is "$(ask step5.json 'sorted({x["pid"] for x in e if x["ph"] == "X"} - {p[0] for p in names("process")})')" "[]" "the sample: every process of a step has a name"
is "$(ask step5.json 'all(n.startswith(p[0].split(" pid ")[0] + " ") for p, n in names("process").items())')" True "the sample: with its rank"
is "$(ask step5.json 'len({x["id"] for x in e if x.get("cat") in ("ac2g", "fwdbwd")}) == len({(x["id"], x["pid"].split(" pid ")[0]) for x in e if x.get("cat") in ("ac2g", "fwdbwd")}) > 100')" True "the sample: no flow runs from rank to rank"
done_testing
