#!/usr/bin/env bash
# Formats that are recognised but not read: each is refused by name, with advice; status 1, also recorded in the stream.
. "${0%/*}/lib.sh"
refused() { # NAME WANT: file in, whatever it is called and however it comes
	run tr-events in
	like "$rc:$err" "^1:tr-events: in: ($2)" "$1"
	is "$(records <<<"$out")" "" "$1: no records"
	like "$out" '##lost no_events 1 ' "$1: the stream says so"
}
while IFS='|' read -r name text want; do
	printf '%b' "$text" >in
	refused "$name" "$want"
	gzip -c in >in.gz
	like "$(tr-events -p in.gz 2>&1)" "in.gz: ($want)" "$name, compressed: the same"
done <<'X'
a file of torch.save|PK\003\004\0\0\0\0archive/data.pkl|a file of torch.save: not a trace
zip|PK\003\004\0\0\0\0trace.json|a zip archive: unpack it first \(unzip
zstd|\x28\xb5\x2f\xfd\0\0\0|zstd data: unpack it first \(zstd
lz4|\x04\x22\x4d\x18\0\0\0|lz4 data: unpack it first \(lz4
HDF5|\x89HDF\r\n\x1a\n\0|HDF5; .*nsys export --type sqlite
Arrow|ARROW1\0\0|Arrow; .*nsys export --type sqlite
Parquet|PAR1\x15\x04|Parquet; .*nsys export --type sqlite
Nsight Compute|NVR\0\x1a\0\0\0|a report of Nsight Compute: not read
pickle|\x80\x04\x95\x10\0\0\0\0\0\0\0}|a Python pickle .*profile_memory
pickle, protocol 2|\x80\x02}q\0X\x08\0\0\0segments|a Python pickle
Perfetto|\x0a\x04\x18\x01\x50\x02\x0a\x02\x50\x02|a Perfetto protobuf trace: .*traceconv json
Perfetto, a clock first|\x0a\x08\x32\x06\x0a\x04\x08\x06\x10\x01\x0a\x02\x50\x02|a Perfetto protobuf trace
Chakra|\x07\x0a\x050.0.4\x0a\x08\x01\x12\x06node_a|a Chakra protobuf trace: .*execution trace
Chakra with attributes|\x1a\x0a\x051.1.1\x12\x11\x0a\x06schema\x2a\x07chakra0|a Chakra protobuf trace
Prometheus|# HELP a_b help\n# TYPE a_b gauge\na_b{gpu="0"} 1\n|Prometheus metrics: .*nvlink-poll
nccl-tests|# nThread 1\n# size time algbw busbw #wrong\n 8 1.0 2.0 3.0 0\n|nccl-tests' table: 
NCCL log|h:1:2 [0] NCCL INFO Bootstrap : Using eth0\n|NCCL's own log: 
nvidia-smi nvlink|GPU 0: H100 (UUID: GPU-0)\n\t Link 0: Data Tx: 12 KiB\n|.nvidia-smi nvlink -gt d.: .*nvlink-poll
trtllm-bench|{"engine":{},"world_info":{"tp_size":4},"request_info":{},"performance":{}}|trtllm-bench's report; 
NCCL inspector|{"header":{"rank":0},"coll_perf":{"coll":"AllReduce","coll_sn":1}}\n{"header":{}}|NCCL inspector's records: 
amd-smi|[{"gpu":0,"link_metrics":{"link_type":"XGMI"}}]|amd-smi's links: 
memory snapshot as JSON|{"segments":[],"device_traces":[[]]}|a memory snapshot of PyTorch: 
Firefox|{"meta":{},"threads":[{"stackTable":{},"frameTable":{}}]}|a Firefox profile
a list of something else|[{"name":"a","value":1},{"name":"b"}]|JSON without trace events
an empty list|[]|JSON without trace events
an empty list of events|{"traceEvents": [ ], "x": 1}|JSON without trace events
events of something else|{"traceEvents": [{"kind":"a"}]}|JSON without trace events
a trace in a trace|{"traceEvents":{"traceEvents":[{"ph":"X","name":"a","ts":1,"dur":1}]}}|traceEvents is an object, .*jq .traceEvents
an object|{"a":1}|JSON without traceEvents
text|hello\n|byte 0: not JSON
X
printf 'a trace' >t; tar -cf in t; refused "tar" 'a tar archive: unpack it first \(tar -xf FILE, then events DIR'
for n in nsys-rep:nsys-events qdrep:"nsys export" qdstrm:QdstrmImporter; do
	printf '\001\002\003\004\005' >"x.${n%%:*}"
	like "$(tr-events -p "x.${n%%:*}" 2>&1)" "x.${n%%:*}: .*Nsight Systems.*${n#*:}" "x.${n%%:*}: by its name, because its bytes show nothing"
done
# a trace is still recognised: events with a phase, whatever comes before them
is "$(echo '{"benchmarks":1,"successful":2,"traceEvents":[{"ph":"X","name":"n","ts":1,"dur":2}]}' | tr-events | grep '^X' | cut -f8)" n "members of another's format around events"
is "$(python3 -c 'print("{\"a\":\"" + "x" * 200000 + "\",\"traceEvents\":[{\"ph\":\"X\",\"name\":\"n\",\"ts\":1,\"dur\":2}]}")' | tr-events | grep '^X' | cut -f8)" n "events after 200 kB"
is "$(echo '{"schemaVersion":1,"traceEvents":[]}' | tr-events 2>&1 | grep -c '^##source kineto')" 1 "Kineto's, without an event: it recorded nothing"
is "$(echo '[{"a":1}]' | tr-events -f chrome 2>&1 | grep -c '^##source chrome')" 1 "-f chrome: taken at its word"
done_testing
