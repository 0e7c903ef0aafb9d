#!/usr/bin/env bash
# tr-card fix, new and fill: what is written, and that nothing else changes.
. "${0%/*}/lib.sh"
export PATH=$top/pipelines:$PATH
card=$sample/workload_card.yaml
P=Model-executor.model_plan_parallelization

# fix: a card of the wild, with comments and blank lines everywhere
cat >wild.yaml <<'Y'
# a card of the wild
version: 1
description: a card   # short
hf_url: https://huggingface.co/x // TODO: check
trace_url: https://drive.example.com/x
contributor:
contact: N/A

workload:
  model:
    phase: Training     # it trains

    moe: False
    granularity: model_fwd
    model_family: "llama"
    precision: bf16
    epochs: 1
    iteration: "4"
    # the architecture
    num_params: 8B
    num_layers: 32   # blocks

    num_heads: 32
    head_dim: 128
    num_params_embedding: 0
  data:
    batch_size: 4
    seq_len: 1,024
    dataset: größe   # not ASCII
    input_len: N/A
    output_len:
  hardware:
    network_topo:
      topology: nvswitch
      bandwidth_gbps: [TBD, 450 GB/s]
    xpu_spec: {type: GPU, model: nvidia_h100, total_count: '4', count_per_node: 4}
    driver_version: cuda_13.0
  model_executor:
    framework:
      name: pytorch
      compiler_tool_selection:
    model_plan_parallelization:
      dp_replicate: 1
      dp_shard: 1
      tp: 4
      pp: 1
      cp: 1
      ep: 1
      pp_mb: 1
    # talks
    communication_library:
      name: NCCL
      version: 2.28
      env:
        A: "1"
    protocol_selection: nvlink  # one

# the end
metric_source:
  traces: json
Y
cat >want.yaml <<'Y'
# a card of the wild
version: 1
description: a card   # short
hf_url: https://huggingface.co/x  # TODO: check
trace_url: https://drive.example.com/x
contributor:
contact:

workload:
  model:
    phase: training     # it trains

    moe: false
    granularity: model_fwd
    model_family: "llama"
    precision: bf16
    epochs: 1
    iteration: 4
    model_arch:
      num_params: 8000000000
      num_params_embedding: 0
      num_layers: 32   # blocks
      num_heads: 32
      head_dim: 128
    # the architecture

  data:
    batch_size: 4
    seq_len: 1024
    dataset: größe   # not ASCII
    input_len:
    output_len:
  hardware:
    network_topo:
      topology: nvswitch
      bandwidth_gbps: [null, 3600]
    xpu_spec: {type: GPU, model: nvidia_h100, total_count: 4, count_per_node: 4}
    driver_version: cuda_13.0
Model-executor:
  framework:
    name: pytorch
    compiler_tool_selection:
  model_plan_parallelization:
    dp_replicate: 1
    dp_shard: 1
    tp: 4
    pp: 1
    cp: 1
    ep: 1
    pp_mb: 1
  # talks
  communication_library:
    name: NCCL
    version: "2.28"
    env:
      A: "1"
  protocol_selection: [nvlink]  # one

# the end
metric_source:
  traces: [json]
  metrics_specific_trace:
Y
tr-card fix wild.yaml >got.yaml 2>said
is "$?" 0 "fix: status 0"
is "$(diff want.yaml got.yaml)" "" "fix: the repairs, and nothing else"
cat >want.said <<'Y'
tr-card: wild.yaml:4:41: an unquoted URL with a comment: repaired
tr-card: wild.yaml:7:10: contact: a placeholder: 'N/A': expected a text, or nothing: now empty
tr-card: wild.yaml:11:12: workload.model.phase: 'Training': expected training or inference: now training
tr-card: wild.yaml:13:10: workload.model.moe: 'False': expected true or false: now false
tr-card: wild.yaml:18:16: workload.model.iteration: a string instead of a number: '4': now 4
tr-card: wild.yaml:20:5: workload.model.num_params: moved to workload.model.model_arch.num_params
tr-card: wild.yaml:20:19: workload.model.model_arch.num_params: wrong unit: '8B': expected the number of parameters: now 8000000000
tr-card: wild.yaml:21:5: workload.model.num_layers: moved to workload.model.model_arch.num_layers
tr-card: wild.yaml:23:5: workload.model.num_heads: moved to workload.model.model_arch.num_heads
tr-card: wild.yaml:24:5: workload.model.head_dim: moved to workload.model.model_arch.head_dim
tr-card: wild.yaml:25:5: workload.model.num_params_embedding: moved to workload.model.model_arch.num_params_embedding
tr-card: wild.yaml:28:14: workload.data.seq_len: remove the thousands separators: '1,024': now 1024
tr-card: wild.yaml:30:16: workload.data.input_len: a placeholder: 'N/A': expected a whole number of tokens, or nothing: now empty
tr-card: wild.yaml:35:24: workload.hardware.network_topo.bandwidth_gbps[0]: a placeholder: 'TBD': expected a number of Gbit/s, or nothing: now null
tr-card: wild.yaml:35:29: workload.hardware.network_topo.bandwidth_gbps[1]: wrong unit: '450 GB/s': expected a number of Gbit/s: now 3600
tr-card: wild.yaml:36:60: workload.hardware.xpu_spec.total_count: a string instead of a number: '4': now 4
tr-card: wild.yaml:38:1: model_executor: renamed to Model-executor
tr-card: wild.yaml:38:3: workload.model_executor: moved to Model-executor
tr-card: wild.yaml:53:14: Model-executor.communication_library.version: a number instead of a string: 2.28: other readers drop its zeros: now "2.28"
tr-card: wild.yaml:56:23: Model-executor.protocol_selection: a scalar instead of a list: 'nvlink': expected a list of words: now [nvlink]
tr-card: wild.yaml:60:11: metric_source.traces: a scalar instead of a list: 'json': expected a list of words: now [json]
tr-card: wild.yaml: metric_source.metrics_specific_trace: added, empty
Y
is "$(sort -t: -k3,3n -k4,4n -s said | sed 's/^tr-card: wild.yaml: /~&/' | sort -s -k1,1.1 | sed 's/^~//' | diff want.said -)" "" "fix: each repair is reported, with its place in the original file"
run tr-card check got.yaml
is "$rc:$out" "0:" "fix: what comes out is well"
run tr-card fix got.yaml
is "$rc:$err" "0:" "fix: and needs no further repair"
is "$out" "$(cat got.yaml)" "fix: which leaves it as it is"
same "fix: a card that is well comes out byte by byte" <(tr-card fix "$card") "$card"
sed 's/$/\r/' "$card" >crlf.yaml
same "fix: with the line ends of another system, too" <(tr-card fix crlf.yaml) crlf.yaml
printf '\xef\xbb\xbf' | cat - "$card" | sed 's/moe: false/moe: False/' >bom.yaml
same "fix: after a byte order mark the places are right" <(tr-card fix bom.yaml 2>/dev/null) <(sed 's/moe: False/moe: false/' bom.yaml)
head -c -1 "$card" | sed '/metrics_specific_trace/,$d' | head -c -1 >unended.yaml
is "$(tr-card fix unended.yaml 2>/dev/null | tail -2)" $'    - json\n  metrics_specific_trace:' "fix: a key after a last line without its end"
top4=$'hf_url:\ntrace_url:\ncontributor:\ncontact:\n'
printf 'metric_source: {traces: json}\n' >flow.yaml
run tr-card fix flow.yaml
is "$rc:$out" "0:${top4}metric_source: {traces: [json]}" "fix: within braces, values only"
printf 'workload: {model: {num_layers: 3}}\n' >flow.yaml
run tr-card fix flow.yaml
is "$rc:$out" "0:${top4}workload: {model: {num_layers: 3}}" "fix: nothing is moved out of braces"
like "$err" "tr-card: flow.yaml: [0-9]+ errors left: run tr-card check" "fix: remaining errors are reported"
printf '{version: "1",\n a: b}\n' >flow.yaml
run tr-card fix flow.yaml
is "$rc:$out" $'0:{version: 1,\n a: b}' "fix: a card in braces gets no lines"
printf 'version: 1\nworkload:\n  model:\n    seq_len: "5"\n' >deep.yaml
run tr-card fix deep.yaml
is "$rc:$out" $'0:version: 1\n'"$top4"$'workload:\n  model:\n  data:\n    seq_len: 5' "fix: the mapping that is missing is made"
printf 'a: [1\nb: 2\n' >no.yaml
run tr-card fix no.yaml
like "$rc:$out:$err" "^1::tr-card: no.yaml:2:2: did not find expected" "fix: a file that is not YAML is reported, nothing is written"
printf 'hf_url: https://x // a: b\na: [1\nb: 2\n' >no.yaml
run tr-card fix no.yaml
like "$rc:$out:$err" "^1::.*tr-card: no.yaml:3:2: did not find expected" "fix: also after a line that was repaired"
run tr-card fix /nonexistent
like "$rc:$err" "^2:tr-card: /nonexistent: No such file" "fix: a missing file"
run tr-card fix
like "$rc:$err" "^2:tr-card: fix takes one card" "fix: no card"

# in place
cp wild.yaml w.yaml
chmod 640 w.yaml
ln -s w.yaml link.yaml
run tr-card fix -i link.yaml
is "$rc:$out:$(diff want.yaml w.yaml)" "0::" "fix -i: in place"
is "$(stat -c %a w.yaml):$(readlink link.yaml)" 640:w.yaml "fix -i: mode and link stay"
before=$(stat -c %i:%y w.yaml)
run tr-card fix -i w.yaml
is "$rc:$(stat -c %i:%y w.yaml)" "0:$before" "fix -i: a card without faults is not written"
is "$(ls | grep -c 'yaml\.')" 0 "fix -i: no other file is left"
cp no.yaml n2.yaml
run tr-card fix -i n2.yaml
is "$rc:$(cmp no.yaml n2.yaml)" "1:" "fix -i: what is no YAML stays as it was"
run tr-card fix -i -
like "$rc:$err" "^2:tr-card: -i changes a file; it cannot change standard input" "fix -i: not of standard input"
gzip -c wild.yaml >z.yaml
cp z.yaml z2.yaml
run tr-card fix -i z.yaml
is "$rc:${err##*tr-card: }:$(cmp z.yaml z2.yaml)" "2:z.yaml: compressed: not changed in place:" "fix -i: not of a compressed file"
if [[ $(id -u) != 0 ]]; then
	mkdir ro && cp wild.yaml ro/ && chmod 555 ro
	run tr-card fix -i ro/wild.yaml
	like "$rc:$err" "^2:.*Permission denied" "fix -i: a folder that cannot be written to"
	chmod 755 ro
else
	skip "root may write everywhere"
fi

# fill
cat >m.tsv <<'Y'
#trace	metric	scope	stat	value	unit	n	note
run	comm_time	rank=0	total	1.104442841	s	256	.
run	comm_time	all	mean	0.5	s	2	1 of 2 ranks
run	hbm_bandwidth	all	mean	.	GB/s	.	no "bytes": none
run	dominant_kernel	rank=0,name=a\\b\x01	total	97.9	%	5	.
Y
cat >docs.md <<'Y'
| metric | definition | unit | n counts |
|---|---|---|---|
| `comm_time` | time in which a \| b: c. | s | communication kernels |
Y
cat >block <<'Y'

metrics:
  comm_time:
    definition: "time in which a | b: c."
    n_counts: communication kernels
    values:
      - {scope: rank=0, stat: total, value: 1.104442841, unit: s, n: 256, coverage: complete}
      - {scope: all, stat: mean, value: 0.5, unit: s, n: 2, coverage: 1 of 2 ranks}
  hbm_bandwidth:
    definition:
    values:
      - {scope: all, stat: mean, value: null, unit: GB/s, n: null, coverage: "no \"bytes\": none"}
  dominant_kernel:
    definition:
    values:
      - {scope: "rank=0,name=a\\b\u0001", stat: total, value: 97.9, unit: "%", n: 5, coverage: complete}
Y
sed -i 1d block
sed 's/^metric_source:/# sources\n&/' "$card" >f.yaml
cat f.yaml block >want.yaml
run bash -c 'tr-card fill -d docs.md f.yaml <m.tsv'
is "$rc:$err:$(diff want.yaml - <<<"$out")" "0::" "fill: value, unit, definition, coverage; the rest as it was"
run bash -c 'tr-card fill -i -d docs.md f.yaml <m.tsv'
is "$rc:$out:$err:$(diff want.yaml f.yaml)" "0:::" "fill -i: in place"
before=$(stat -c %i:%y f.yaml)
run bash -c 'tr-card fill -i -d docs.md f.yaml <m.tsv; tr-card fill -i f.yaml <m.tsv'
is "$rc:$(stat -c %i:%y f.yaml)" "0:$before" "fill -i: a second time nothing is changed, without -d too"
run tr-card check f.yaml
is "$rc:$out" "0:" "fill: the card is still well"
is "$(tr-card get 'metrics.comm_time.values[1].coverage' f.yaml)" "1 of 2 ranks" "fill: and can be asked"
printf 'run\tcomm_time\tall\tmean\t7\ts\t2\t.\nrun\tttft\tall\tmean\t8\tms\t2\t.\n' >m2.tsv
awk '/rank=0, stat: total, value: 1.1/ { next } /value: 0.5/ { sub(/0.5/, "7"); sub(/1 of 2 ranks/, "complete") } { print }
	END { print "  ttft:\n    definition:\n    values:\n      - {scope: all, stat: mean, value: 8, unit: ms, n: 2, coverage: complete}" }' want.yaml >want2.yaml
is "$(tr-card fill f.yaml <m2.tsv | diff want2.yaml -)" "" "fill: a metric is replaced in its place, a new one goes to the end, the others stay"
PATH=$top/pipelines:$PATH metrics-doc >all.md
run bash -c "PATH='$top/pipelines':\$PATH; comm_time '$sample' | tr-card fill -d all.md '$card'"
is "$rc:$err:$(grep -c 'scope: all, stat: mean' <<<"$out"):$(grep -c 'definition: "time in which a device communicates' <<<"$out")" "0::1:1" "fill: of a pipeline, with the definitions of metrics-doc"
f() { # RECORDS STATUS MESSAGE NAME
	printf '%b' "$1" >m3.tsv
	run bash -c "tr-card fill '$card' <m3.tsv"
	is "$rc:$(grep -v 'empty input' <<<"$err")" "$2:tr-card: (standard input)$3" "$4"
}
g='run\tttft\tall\tmean\t8\tms\t2\t.\n'
f '' 1 ": no metric records" "fill: no records"
f "${g}a\tb\n" 1 ":2: not a metric record (eight columns): 'a	b'" "fill: too few columns"
f "${g}run\tttft\tall\tmax\t8\tms\t2\t.\tx\n" 1 ":2: not a metric record (eight columns): 'run	ttft	all	max	8	ms	2	.	x'" "fill: too many"
is "$(grep -c 'value: 8' <<<"$out")" 1 "fill: the good ones are in"
f "${g}run\tt t\tall\tmax\t8\tms\t2\t.\n" 1 ":2: not a metric name: 'run	t t	all	max	8	ms	2	.'" "fill: no name"
f "${g}run\tttft\tall\tmax\tx\tms\t2\t.\n" 1 ":2: value: not a number: 'run	ttft	all	max	x	ms	2	.'" "fill: no value"
f "${g}run\tttft\tall\tmax\t1\tms\tx\t.\n" 1 ":2: n: not a number: 'run	ttft	all	max	1	ms	x	.'" "fill: no n"
f "${g}$g" 1 ":2: given twice: 'run	ttft	all	mean	8	ms	2	.'" "fill: given twice"
f "${g}two\tttft\tall\tmax\t8\tms\t2\t.\n" 1 ":2: from another run than the records before it: 'two	ttft	all	max	8	ms	2	.'" "fill: two runs"
f "${g}run\tttft" 1 ":2: unterminated last line: input truncated (did the previous command fail?)" "fill: a cut last line"
printf 'version: 1\nmetrics: [a]\n' >l.yaml
run bash -c "printf '%b' '$g' | tr-card fill l.yaml"
is "$rc:$err" "1:tr-card: l.yaml: metrics: not a block mapping (one key per line): cannot add metrics.ttft" "fill: metrics that are no mapping"
printf 'version: 1\nmetrics: {ttft: 1}\n' >l.yaml
run bash -c "printf '%b' '$g' | tr-card fill l.yaml"
is "$rc:$err" "1:tr-card: l.yaml: metrics: not a block mapping (one key per line): cannot add metrics.ttft" "fill: metrics in braces"
printf 'version: 1\nmetrics:\n' >l.yaml
run bash -c "printf '%b' '$g' | tr-card fill l.yaml"
is "$rc:$out" $'0:version: 1\nmetrics:\n  ttft:\n    definition:\n    values:\n      - {scope: all, stat: mean, value: 8, unit: ms, n: 2, coverage: complete}' "fill: into an empty mapping"
run tr-card fill -d /nonexistent "$card"
like "$rc:$err" "^2:tr-card: /nonexistent: No such file" "fill: no definitions"
run tr-card fill -d /dev/null "$card"
like "$rc:$err" "^1:.*tr-card: /dev/null: no table of metrics in it" "fill: definitions without a table"
run tr-card fill -
like "$rc:$err" "^2:tr-card: fill needs a card file: standard input has the records" "fill: not into standard input"
run tr-card fill no.yaml
like "$rc:$out:$err" "^1::tr-card: no.yaml:1:[0-9]+: mapping values" "fill: into no YAML"
awk 'BEGIN { for (i = 0; i < 4000; i++) printf "run\tttft\trank=%d\tmean\t8\tms\t2\t.\n", i }' >m4.tsv
cp "$card" big.yaml
run bash -c 'tr-card fill -i big.yaml <m4.tsv'
like "$rc:$err:$(cmp "$card" big.yaml)" "^1:tr-card: big.yaml:[0-9]+:[0-9]+: more than 20000 values: not a card:$" "fill: more than a card holds"

# new
cat >config.yaml <<'Y'
model_name: llama-1b   # a flat name
warmup: 2
data:
  batch_size: 4
  max_tokens: 64
workload:
  model:
    moe: false
tensor_parallel_size: 2
env: {NCCL_DEBUG: INFO, NCCL_X: 0}
traces: [json, "nsys: x"]
trace_url: https://x.example/z
description: "two: words"
bandwidth_gbps:
  -
  - 3600
seq_len:
Y
cat >s.tr <<'Y'
## tr 1
##world 4
M	.	.	0	.	.	trace	deviceProperties	id=0	name=NVIDIA H100 80GB HBM3
M	.	.	0	.	.	trace	distributedInfo	nccl_version=2.28.9
M	.	.	0	.	.	trace	cuda_driver_version	value=13000
X	1	5	0	0	7	kernel	ncclDevKernel_AllReduce(x)	coll=allreduce	nranks=2	pg=mesh_tp	dtype=BFloat16
X	1	5	1	1	7	kernel	k
X	1	5	0	9	9	user_annotation	ProfilerStep#3
X	1	5	0	9	9	user_annotation	Optimizer.step#AdamW.step
X	1	5	0	9	9	user_annotation	nccl:all_reduce	Input_Dims=[[4,512,2048]]
Y
cat >want.yaml <<'Y'
version: 1
description: "two: words"
hf_url:
trace_url: https://x.example/z
contributor:
contact:

workload:
  model:
    phase: training
    moe: false
    granularity:
    model_family: llama-1b
    precision: bf16
    epochs:
    iteration: 1
    model_arch:
      num_params:
      num_params_embedding:
      num_layers:
      num_heads:
      head_dim:
  data:
    batch_size: 4
    seq_len: 512
    input_len:
    output_len: 64
    dataset:
  hardware:
    network_topo:
      topology:
      bandwidth_gbps:
        - 
        - 3600
    xpu_spec:
      type: GPU
      model: NVIDIA H100 80GB HBM3
      total_count: 4
      count_per_node: 2
    driver_version: cuda_13.0

Model-executor:
  framework:
    name: pytorch
    compiler_tool_selection:
  model_plan_parallelization:
    dp_replicate:
    dp_shard:
    tp: 2
    pp:
    cp:
    ep:
    pp_mb:
  communication_library:
    name: NCCL
    version: "2.28.9"
    env:
      NCCL_DEBUG: INFO
      NCCL_X: "0"
  protocol_selection:

metric_source:
  traces:
    - json
    - "nsys: x"
  metrics_specific_trace:
Y
run bash -c 'tr-card new config.yaml <s.tr'
is "$rc:$(diff want.yaml - <<<"$out")" "0:" "new: of a configuration, nested or flat, and of the stream"
is "$(grep -v 'left empty\|empty input' <<<"$err")" "tr-card: config.yaml:2:1: warmup: not used: not a key of a card" "new: unused values are reported"
is "$(grep -c 'left empty' <<<"$err"):$(grep -c '^tr-card: workload.model.granularity: unknown: left empty$' <<<"$err")" 22:1 "new: missing values are reported"
run tr-card new -e s.tr config.yaml
is "$rc:$(diff want.yaml - <<<"$out")" "0:" "new -e: the stream from a file"
run bash -c 'tr-card new -e s.tr - <config.yaml'
is "$rc:$(diff want.yaml - <<<"$out")" "0:" "new -e: the configuration from standard input"
run tr-card new config.yaml
is "$rc:$(grep -c 'total_count:$' <<<"$out")" "0:1" "new: of a configuration alone"
run bash -c 'tr-card new <s.tr'
is "$rc:$(tr-card get workload.data.batch_size - <<<"$out")" "0:4" "new: of a stream alone"
printf 'tp: 4\nmodel:\n  tp: 2\n' >two.yaml
run tr-card new two.yaml
is "$rc:$(grep -v 'left empty\|empty input' <<<"$err"):$(grep ' tp:' <<<"$out")" "1:tr-card: two.yaml:3:7: model.tp: differs from the value for $P.tp in line 1: not used:    tp: 4" "new: two values for one key"
printf 'tp: 4\n' >four.yaml
run bash -c 'tr-card new four.yaml <s.tr'
is "$rc:$(grep -v 'left empty\|empty input' <<<"$err"):$(grep ' tp:' <<<"$out")" "1:tr-card: new card:47:9: error: $P.tp: 4, but the process group mesh_tp has 2 ranks ((standard input):6):    tp: 4" "new: the configuration comes first, and it is reported that the stream contradicts it"
run tr-card new a b
like "$rc:$err" "^2:tr-card: new takes one configuration or none" "new: too many operands"
run tr-card new -
like "$rc:$err" "^2:tr-card: configuration and stream cannot both be standard input" "new: one standard input"
run tr-card new /nonexistent
like "$rc:$err" "^2:tr-card: /nonexistent: No such file" "new: a missing configuration"
run tr-card new -e /nonexistent
like "$rc:$err" "^2:tr-card: /nonexistent: No such file" "new: a missing stream"
run tr-card new no.yaml
like "$rc:$err" "^1:tr-card: no.yaml:1:[0-9]+: mapping values" "new: a configuration that is no YAML"
events -q "$sample" >sample.tr
tr-card new "$card" <sample.tr >n.yaml 2>said
is "$?:$(tr-card check -e sample.tr n.yaml)" "0:" "new: a card is a configuration"
same "and comes out the same" <(tr-card list "$card") <(tr-card list n.yaml)
# a byte order mark stays in front
printf '\xef\xbb\xbfworkload:\n  data:\n    seq_len: 4\n' >bom.yaml
tr-card fix bom.yaml >fixed.yaml 2>/dev/null
is "$(head -c 3 fixed.yaml | od -An -tx1)|$(tr-card get fixed.yaml workload.data.seq_len 2>/dev/null || tr-card get workload.data.seq_len fixed.yaml)" " ef bb bf|4" "fix: after a byte order mark"
printf '\xef\xbb\xbfversion: 1\n' >bom.yaml
printf '#trace\tmetric\tscope\tstat\tvalue\tunit\tn\tnote\nr\tcomm_time\tall\tmean\t1.5\ts\t4\t.\n' | tr-card fill bom.yaml >filled.yaml
is "$(tr-card list filled.yaml | grep -c '^version	1$\|^metrics.comm_time.*1.5')" 2 "fill: after a byte order mark"
done_testing
