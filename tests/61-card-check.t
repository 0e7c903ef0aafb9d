#!/usr/bin/env bash
# tr-card get and check: each fault of a card at its line, with its fix; each contradiction with the records.
. "${0%/*}/lib.sh"
card=$sample/workload_card.yaml
P=Model-executor.model_plan_parallelization M=workload.model D=workload.data H=workload.hardware L=Model-executor.communication_library
cp "$card" c.yaml

run tr-card get a
like "$rc:$err" "^2:tr-card: get takes a path and a card" "get: too few operands"

# check: silent where all is well
run tr-card check "$card"
is "$rc:$out:$err" "0::" "check: the sample's card is well"
run bash -c "tr-card check - <'$card'"
is "$rc:$out:$err" "0::" "check: from standard input"
run tr-card check -i "$card"
like "$rc:$err" "^2:tr-card: check takes no -i" "check: an option of another verb"
run tr-card check
like "$rc:$err" "^2:tr-card: check takes one card" "check: no card"
run tr-card check /nonexistent
like "$rc:$err" "^2:tr-card: /nonexistent: No such file" "check: a missing file"
run tr-card check -e
like "$rc:$err" "^2:tr-card: option '-e' needs an argument" "check: -e without a stream"
run tr-card check -e - -
like "$rc:$err" "^2:tr-card: card and stream cannot both be standard input" "check: one standard input"

# v SED STATUS LINES NAME: what check says of the sample's card changed by SED, all of it
v() {
	sed "$1" "$card" >c.yaml
	cmp -s c.yaml "$card" && fail "$4: the card was not changed"
	run tr-card check c.yaml
	is "$rc:$err:$out" "$2::$3" "$4"
}
e() { v "$1" 1 "c.yaml:$2: error: $3" "${4-$3}"; }
w() { v "$1" 0 "c.yaml:$2: warning: $3" "${4-$3}"; }

# missing, unknown
e '/^version:/d' 1:1 "version: missing: expected the template's version, 1"
e '/batch_size/d' 27:3 "$D.batch_size: missing: expected a whole number of sequences"
e '/model_arch:/,/head_dim/d' 13:3 "$M.model_arch: missing, with all its keys"
e '/^metric_source:/,$d' 1:1 "metric_source: missing, with all its keys"
w '/^hf_url/d' 1:1 "hf_url: missing; fix: add the key (its value may be empty)"
w '/input_len/d' 27:3 "$D.input_len: missing; fix: add the key (its value may be empty)"
e 's/^contact:/&\nmood: good/' 11:1 "mood: unknown key: not in the template"
e 's/^    moe: false/&\n    colour: {a: {b: 1}}/' 16:5 "$M.colour: unknown key: not in the template" "an unknown key; keys in it are not reported again"
v 's/xpu_spec:/xpu_spec: GPU/; /^      type:/,/count_per_node/d; s/^        - $/        - 100/' 1 "c.yaml:39:15: error: $H.xpu_spec: must be a mapping" "a word in place of a mapping"

# empty, placeholders
v 's/phase: .*/phase:/' 1 "c.yaml:14:11: error: $M.phase: empty: expected training or inference
c.yaml:30:15: error: $D.input_len: empty: expected a whole number of tokens
c.yaml:31:16: error: $D.output_len: empty: expected a whole number of tokens" "an empty phase: lengths may no longer be empty"
e 's/dataset: .*/dataset:/' 32:13 "$D.dataset: empty: expected a text"
e 's/num_layers: .*/num_layers: TBD/' 24:19 "$M.model_arch.num_layers: a placeholder: 'TBD': expected a whole number of layers"
e 's/dataset: .*/dataset: <name>/' 32:14 "$D.dataset: a placeholder: '<name>': expected a text"
w 's/^contact:/contact: N\/A/' 10:10 "contact: a placeholder: 'N/A': expected a text, or nothing; fix: leave it empty"
w 's/^        - $/        - N\/A/' 37:11 "$H.network_topo.bandwidth_gbps[0]: a placeholder: 'N/A': expected a number of Gbit/s, or nothing; fix: leave it empty" "N/A for the scale-out bandwidth of one node"
e 's/- 3600/- TBD/' 38:11 "$H.network_topo.bandwidth_gbps[1]: a placeholder: 'TBD': expected a number of Gbit/s"
e 's/- 3600/-/' 38:10 "$H.network_topo.bandwidth_gbps[1]: empty: expected a number of Gbit/s"
v 's/total_count: 4/total_count: 8/; s/dp_shard: 2/dp_shard: 4/' 1 "c.yaml:37:10: error: $H.network_topo.bandwidth_gbps[0]: empty: expected a number of Gbit/s" "two nodes need a scale-out bandwidth"

# types, with the fix where there is one
e 's/ tp: 2/ tp: "2"/' 53:9 "$P.tp: a string instead of a number: '2'; fix: 2"
e "s/total_count: 4/total_count: '4'/" 42:20 "$H.xpu_spec.total_count: a string instead of a number: '4'; fix: 4"
e 's/num_params: .*/num_params: 8B/' 22:19 "$M.model_arch.num_params: wrong unit: '8B': expected the number of parameters; fix: 8000000000"
e 's/num_params: .*/num_params: 1.5B/' 22:19 "$M.model_arch.num_params: wrong unit: '1.5B': expected the number of parameters; fix: 1500000000"
e 's/seq_len: 512/seq_len: 1,024/' 29:14 "$D.seq_len: remove the thousands separators: '1,024'; fix: 1024"
e 's/seq_len: 512/seq_len: 8_192/' 29:14 "$D.seq_len: remove the thousands separators: '8_192'; fix: 8192"
e 's/seq_len: 512/seq_len: 512 tokens/' 29:14 "$D.seq_len: wrong unit: '512 tokens': write the number of tokens alone; fix: 512"
e 's/seq_len: 512/seq_len: 4k/' 29:14 "$D.seq_len: not a number: '4k': expected a whole number of tokens" "4k is 4000 or 4096: no fix"
e 's/batch_size: 4/batch_size: 4.0/' 28:17 "$D.batch_size: not a whole number: '4.0'; fix: 4"
e 's/batch_size: 4/batch_size: 4.5/' 28:17 "$D.batch_size: not a whole number: '4.5'"
e 's/batch_size: 4/batch_size: four/' 28:17 "$D.batch_size: not a number: 'four': expected a whole number of sequences"
e 's/batch_size: 4/batch_size: 0/' 28:17 "$D.batch_size: 0: expected 1 or more"
e 's/batch_size: 4/batch_size: [4, 8]/' 28:17 "$D.batch_size: a list: expected a whole number of sequences"
e 's/precision: bf16/precision: {a: b}/' 18:16 "$M.precision: a mapping: expected a text"
e 's/moe: false/moe: No/' 15:10 "$M.moe: 'No': expected true or false; fix: false"
e 's/moe: false/moe: "false"/' 15:10 "$M.moe: a string: 'false': expected true or false; fix: false"
e 's/moe: false/moe: maybe/' 15:10 "$M.moe: 'maybe': expected true or false"
v 's/phase: training/phase: decode/; s/input_len:/& 8/; s/output_len:/& 8/' 1 "c.yaml:14:12: error: $M.phase: 'decode': expected training or inference" "an invalid phase"
w 's/"2.28.9"/2.28/' 60:14 "$L.version: a number instead of a string: 2.28: other readers drop its zeros; fix: \"2.28\""
e 's/^version: 1/version: 1 draft/' 1:10 "version: not a number: '1 draft': expected the template's version, 1"
e 's/^version: 1/version: 2/' 1:10 "version: unknown version 2: expected 1"
e 's/- 3600/- 450 GB\/s/' 38:11 "$H.network_topo.bandwidth_gbps[1]: wrong unit: '450 GB/s': expected a number of Gbit/s; fix: 3600"
e 's/- 3600/- 3600 Gbps/' 38:11 "$H.network_topo.bandwidth_gbps[1]: wrong unit: '3600 Gbps': expected a number of Gbit/s; fix: 3600"
e 's/- 3600/- 0.9 TB\/s/' 38:11 "$H.network_topo.bandwidth_gbps[1]: wrong unit: '0.9 TB/s': expected a number of Gbit/s; fix: 7200"
e 's/- 3600/- fast/' 38:11 "$H.network_topo.bandwidth_gbps[1]: not a number: 'fast': expected Gbit/s"
e 's/- 3600/- "3600"/' 38:11 "$H.network_topo.bandwidth_gbps[1]: a string instead of a number: '3600'; fix: 3600"
e '/^        - $/d' 37:9 "$H.network_topo.bandwidth_gbps: 1 values: expected a list [scale-out, scale-up] in Gbit/s"
e 's/bandwidth_gbps:/bandwidth_gbps: 3600/; /^        -/d' 36:23 "$H.network_topo.bandwidth_gbps: a scalar instead of a list: '3600': expected a list [scale-out, scale-up] in Gbit/s" "which of the two a scalar is: no fix"
e 's/^  traces:/  traces: json/; /^    - json/d' 67:11 "metric_source.traces: a scalar instead of a list: 'json': expected a list of words; fix: [json]"
e 's/^  traces:/  traces: []/; /^    - json/d' 67:11 "metric_source.traces: empty: expected a list of words"
e 's/- json/- {a: b}/' 68:7 "metric_source.traces[0]: a mapping: expected a plain value"
e 's/^    env:/    env: none/; /NVLS/d' 61:10 "$L.env: 'none': expected keys with values"

# URLs
e 's,^hf_url:,hf_url: https://x.org/a // later,' 7:9 "hf_url: a comment in the value: 'https://x.org/a // later'; fix: https://x.org/a  # later"
e 's,^hf_url:,hf_url: https://x.org/a // TODO: later,' 7:32 "not YAML: an unquoted URL with a comment: mapping values are not allowed in this context; fix: hf_url: https://x.org/a  # TODO: later"
e 's,^hf_url:,hf_url: meta-llama/Llama-3.1-8B,' 7:9 "hf_url: not a URL: 'meta-llama/Llama-3.1-8B'; fix: https://huggingface.co/meta-llama/Llama-3.1-8B"
e 's,^trace_url:,trace_url: on my disk,' 8:12 "trace_url: not a URL: 'on my disk'"

# the known variants of place and spelling
sed '/model_arch:/d; s/^      \(num_\|head_\)/    \1/' "$card" >c.yaml
run tr-card check c.yaml
is "$rc:$(wc -l <<<"$out")" 1:5 "architecture flat under the model: five errors and no more"
like "$out" "c.yaml:21:5: error: $M.num_params: in the wrong place; fix: move it to $M.model_arch.num_params" "each with its place"
awk '/^Model-executor/ { inside = 1 } /^metric_source/ { inside = 0 } inside && NF { print "  " $0; next } { print }' "$card" >c.yaml
run tr-card check c.yaml
is "$rc:$out" "1:c.yaml:46:3: error: workload.Model-executor: in the wrong place; fix: move it to Model-executor" "Model-executor inside workload"
e 's/^Model-executor:/model_executor:/' 46:1 "model_executor: unknown key; fix: Model-executor"
e 's/num_layers:/Num-Layers:/' 24:7 "$M.model_arch.Num-Layers: unknown key; fix: num_layers"
e 's/^contact:/&\nContact: me/' 11:1 "Contact: unknown key: not in the template" "a second spelling of a key that is there has no fix"

# sums
e 's/ tp: 2/ tp: 4/' 42:20 "$H.xpu_spec.total_count: 4 devices, but dp_replicate x dp_shard x tp x pp x cp is 1 x 2 x 4 x 1 x 1"
e 's/num_heads: 16/num_heads: 15/' 53:9 "$P.tp: num_heads is 15, which tp 2 does not divide"
v 's/count_per_node: 4/count_per_node: 3/; s/^        - $/        - 100/' 1 "c.yaml:43:23: error: $H.xpu_spec.count_per_node: 4 devices are not a multiple of the node size 3" "nodes that do not come out even"
e 's/count_per_node: 4/count_per_node: 8/' 43:23 "$H.xpu_spec.count_per_node: 8 devices per node, but 4 in total"
e 's/num_params_embedding: 0/num_params_embedding: 411074561/' 23:29 "$M.model_arch.num_params_embedding: 411074561 are more than num_params, 411074560"
w 's/ ep: 1/ ep: 2/' 56:9 "$P.ep: 2, but $M.moe is false"
e 's/ ep: 1/ ep: 3/; s/moe: false/moe: true/' 56:9 "$P.ep: 3 does not divide the 4 devices"
w 's/pp_mb: 1/pp_mb: 3/' 57:12 "$P.pp_mb: batch_size is 4, which pp_mb 3 does not divide"
w 's/ pp: 1/ pp: 3/; s/dp_shard: 2/dp_shard: 1/; s/ tp: 2/ tp: 1/; s/total_count: 4/total_count: 3/; s/count_per_node: 4/count_per_node: 3/' 54:9 "$P.pp: num_layers is 8, which pp 3 does not divide"
e 's/ tp: 2/ tp: 1000000000000/; s/dp_shard: 2/dp_shard: 1000000000000/; /num_heads/s/16/1000000000000/' 42:20 "$H.xpu_spec.total_count: 4 devices, but dp_replicate x dp_shard x tp x pp x cp is 1 x 1000000000000 x 1000000000000 x 1 x 1" "a product beyond 64 bits"
# what does not apply may be empty
v 's/epochs: 1/epochs:/; s/phase: training/phase: inference/; s/input_len:/& 8/; s/output_len:/& 8/; s/pp_mb: 1/pp_mb:/; s/ ep: 1/ ep:/; s/name: pytorch/name:/' 1 \
	"c.yaml:48:10: error: Model-executor.framework.name: empty: expected a text" "inference: epochs, microbatches and experts may be empty, the framework may not"
v 's/total_count: 4/total_count: 1/; s/count_per_node: 4/count_per_node: 1/; s/dp_shard: 2/dp_shard: 1/; s/ tp: 2/ tp: 1/; s/name: NCCL/name:/; s/"2.28.9"//; s/topology: .*/topology:/; s/- 3600/-/; s/- nvlink/-/; s/^version: 1/version: 3/' 1 \
	"c.yaml:1:10: error: version: unknown version 3: expected 1" "one device needs no network"
v 's/^version: 1/&\nmetrics:\n  comm_time: {any: thing}/; s/^version: 1/version: 3/' 1 "c.yaml:1:10: error: version: unknown version 3: expected 1" "metrics are no unknown key"

# bad input: a message with the line, bounded
h() { # YAML LINE:COL WHAT NAME
	printf '%b' "$1" >c.yaml
	run tr-card check c.yaml
	like "$rc:$err:$out" "^1::c.yaml:$2: error: $3" "$4"
}
h 'version: 1\na: &x 1\nb: *x\n' 3:4 "YAML aliases are not allowed in a card: 'x'" "an alias"
h 'version: 1\na: !!int 1\n' 2:4 "YAML tags are not allowed in a card" "a tag"
h 'version: 1\nversion: 1\n' 2:1 "duplicate key: 'version'" "a key given twice"
h 'a: [1, 2\nb: c\n' 2:2 "did not find expected" "no YAML"
h 'a: 1\nb: \x01\n' 2:4 "control characters are not allowed" "a control byte"
h 'a: \xff\xfe\n' 1:4 "invalid leading UTF-8 octet" "not UTF-8"
printf '' >c.yaml
run tr-card check c.yaml
is "$rc:$out" "1:c.yaml: error: empty: not a card" "an empty file"
python3 -c 'print("version: 1\n" + "".join("  " * i + "k:\n" for i in range(100)))' >c.yaml
run timeout 20 tr-card check c.yaml
like "$rc:$out" "^1:c.yaml:[0-9]+:[0-9]+: error: more than 64 levels" "100 levels"
python3 -c 'print("[" * 5000000)' >c.yaml
run timeout 20 tr-card check c.yaml
like "$rc:$out" "^1:c.yaml:1:1: error: not a card: a list" "five million brackets"
python3 -c 'print("a: " + "[" * 5000000)' >c.yaml
run timeout 20 tr-card check c.yaml
like "$rc:$out" "^1:c.yaml:1:[0-9]+: error: more than 64 levels" "and after a key"
python3 -c 'print("\n".join("k%d: 1" % i for i in range(300000)))' >c.yaml
run timeout 60 tr-card check c.yaml
like "$rc:$out" "^1:c.yaml:20001:[0-9]+: error: more than 20000 values" "300,000 keys"
python3 -c 'print("\n".join("k%d: 1" % i for i in range(19000)))' >c.yaml
run timeout 60 tr-card check c.yaml
is "$rc:$(grep -c 'unknown key' <<<"$out")" 1:19000 "19,000 keys are reported, in bounded time"
{ printf 'version: 1\na: "'; head -c 2000000 /dev/zero | tr '\0' x; printf '"\n'; } >c.yaml
run timeout 20 tr-card check c.yaml
like "$rc:$out" "^1:c.yaml:2:4: error: a value longer than 1 MiB" "a value of 2 MB"
peak=$(bash -c "{ printf 'version: 1\na: \"'; head -c 1000000000 /dev/zero | tr '\0' x; } | (ulimit -v $([[ $B == *san* ]] && echo unlimited || echo 200000); timeout 60 tr-card check - 2>&1); echo \$?")
is "$peak" $'tr-card: (standard input):2:1: larger than 16 MiB: not a card\n1' "a scalar of 1 GB, in 200 MB of memory"
head -c 100000 /dev/urandom >c.yaml
run tr-card check c.yaml
like "$rc:$out" "^1:c.yaml:[0-9]+:[0-9]+: error: " "random bytes"

# against the records
events -q "$sample" >sample.tr 2>/dev/null || PATH=$top/pipelines:$PATH events -q "$sample" >sample.tr
run tr-card check -e sample.tr "$card"
is "$rc:$out:$err" "0::" "the sample's card agrees with its records"
run bash -c "tr-card check -e - '$card' <sample.tr"
is "$rc:$out:$err" "0::" "the stream on standard input"
run tr-card check -e /nonexistent "$card"
like "$rc:$out:$err" "^2::tr-card: /nonexistent: No such file" "no stream"
printf 'X\t0\t5\t0\n' >bad.tr
run tr-card check -e bad.tr "$card"
like "$rc:$out:$err" "^1::tr-card: bad.tr:1: column 4: too few columns" "a bad line of the stream"
printf '## tr 1\n' >none.tr
run tr-card check -e none.tr "$card"
is "$rc:$out:$err" "0::" "a stream that says nothing contradicts nothing"

# A stream by hand: K kernels on devices, then facts, one at a time. c SED FACTS LINE:COL WHAT: exactly one thing is reported.
c() { # SED RECORDS LINE:COL PATH: WHAT NAME
	sed "$1" "$card" >c.yaml
	printf '%b' "$2" >s.tr
	run tr-card check -e s.tr c.yaml
	is "$rc:$err:$out" "1::c.yaml:$3: error: $4" "${5-$4}"
	# the same records agree with the card that is right
	[[ -z $1 || -n ${6-} ]] || { run tr-card check -e s.tr "$card"; is "$rc:$out" "0:" "and not against the card as it was: ${4%%:*}"; }
}
k() { printf 'X\\t1\\t5\\t%s\\t%s\\t7\\tkernel\\t%s\\n' "$1" "$2" "$3"; } # RANK DEVICE NAME+TAGS
t() { printf 'M\\t.\\t.\\t0\\t.\\t.\\ttrace\\t%s\\n' "$1"; }
four=$(k 0 0 k)$(k 1 1 k)$(k 2 2 k)$(k 3 3 k)
c 's/total_count: 4/total_count: 8/; s/dp_shard: 2/dp_shard: 4/; s/^        - $/        - 100/' "##world 4\n$four" 42:20 "$H.xpu_spec.total_count: 8, but the run has 4 ranks with 1 device each (s.tr:1)" "1: devices of the run"
c 's/total_count: 4/total_count: 2/; s/count_per_node: 4/count_per_node: 2/; s/dp_shard: 2/dp_shard: 1/' "$four" 42:20 "$H.xpu_spec.total_count: 2, but the records show 4 devices (s.tr:1)
c.yaml:43:23: error: $H.xpu_spec.count_per_node: 2, but kernels run on the devices 0, 1, 2, 3 of a node (s.tr:1)" "2: devices seen, and devices of a node"
c 's/type: GPU/type: TPU/' "M\t.\t.\t.\t0\t.\t.\tprocess_name\tname=/device:GPU:0\n" 40:13 "$H.xpu_spec.type: TPU, but the records come from a GPU (s.tr:1)" "3: kind of device"
c 's/nvidia_h100/nvidia_a100/' "$(t 'deviceProperties\tid=0\tname=NVIDIA H100 80GB HBM3')" 41:14 "$H.xpu_spec.model: nvidia_a100, but the devices are NVIDIA H100 80GB HBM3 (s.tr:1)" "4: model of the device"
c 's/2.28.9/2.27.3/' "$(t 'distributedInfo\tbackend=nccl\tnccl_version=2.28.9')" 60:14 "$L.version: 2.27.3, but the run had NCCL 2.28.9 (s.tr:1)" "5: NCCL's version"
n='ncclDevKernel_AllReduce(x)\tcoll=allreduce'
c 's/ tp: 2/ tp: 4/; s/dp_shard: 2/dp_shard: 1/' "$(k 0 0 "$n\tnranks=2\tpg=mesh_tp")" 53:9 "$P.tp: 4, but the process group mesh_tp has 2 ranks (s.tr:1)" "6: tensor parallelism by its group"
c 's/ tp: 2/ tp: 4/; s/dp_shard: 2/dp_shard: 1/' "$(k 0 0 "$n\tnranks=2\tpg=a")" 53:9 "$P.tp: 4, but the groups that communicate have 2 ranks (s.tr:1)" "6: and by the sizes of all groups"
c 's/ tp: 2/ tp: 1/; s/dp_shard: 2/dp_shard: 4/' "$(t 'distributedInfo\tpg_config=[{"pg_name":"1","pg_desc":"mesh_dp","pg_size":2,"ranks":[0,2]}]')" 52:15 "$P.dp_shard: 4, but the process group mesh_dp has 2 ranks (s.tr:1)" "7: data parallelism"
c 's/ ep: 1/ ep: 2/; s/moe: false/moe: true/' "$(t 'distributedInfo\tpg_config=[{"pg_name":"1","pg_desc":"ep:0","pg_size":1}]')" 56:9 "$P.ep: 2, but the process group ep:0 has 1 ranks (s.tr:1)" "8: expert parallelism"
shape='X\t1\t5\t0\t9\t9\tcpu_op\taten::mul\tInput_Dims=[[4,512,2048],[]]\n'
c 's/batch_size: 4/batch_size: 8/' "$shape" 28:17 "$D.batch_size: 8, but the shapes have batches of 4 (s.tr:1)" "9: batch"
c 's/seq_len: 512/seq_len: 1024/' "$shape" 29:14 "$D.seq_len: 1024, but the shapes have sequences of 512 (s.tr:1)" "10: sequence"
c 's/batch_size: 4/batch_size: 8/' "$(k 0 0 "$n\tnranks=2\tIn_msg_nelems=4194304")" 28:17 "$D.batch_size: 8 x seq_len 512 x heads x head_dim does not match the all-reduced message: 4194304 elements (s.tr:1)" "9: batch, by the size of messages"
c 's/precision: bf16/precision: fp16/' "$(k 0 0 "$n\tnranks=2\tdtype=BFloat16")" 18:16 "$M.precision: fp16, but the collectives use BFloat16 (s.tr:1)" "11: precision"
a() { printf 'X\\t1\\t5\\t0\\t9\\t9\\tuser_annotation\\t%s\\n' "$1"; }
c 's/name: pytorch/name: jax/' "$(t 'deviceProperties\tid=0')" 48:11 "Model-executor.framework.name: jax, but the records come from PyTorch (s.tr:1)" "12: framework"
c '' '##source xspace a.pb\n' 48:11 "Model-executor.framework.name: pytorch, but the records come from XLA (s.tr:1)" "12: framework, XLA"
c 's/name: pytorch/name: vllm/' "$(a 'Optimizer.step#AdamW.step')" 48:11 "Model-executor.framework.name: vllm, which only serves, but the records have 'Optimizer.step#AdamW.step' (s.tr:1)" "12: framework, by what it does"
serve='s/phase: training/phase: inference/; s/input_len:.*/input_len: 8/; s/output_len:.*/output_len: 8/'
c "$serve" "$(a 'execute_context_1(8)_generation_0(0)')" 48:11 "Model-executor.framework.name: pytorch, but the steps have names that vLLM gives (s.tr:1)" "12: framework, by the names of steps" other
c "$serve; s/name: pytorch/name: vLLM/" "$(a run_batch)" 48:11 "Model-executor.framework.name: vLLM, but the steps have names that SGLang gives (s.tr:1)" "12: SGLang's" other
c "$serve; s/name: pytorch/name: vllm/" "$(a prefill)$(a decode)" 48:11 "Model-executor.framework.name: vllm, but the steps are named prefill and decode (s.tr:1)" "12: a loop of its own" other
c "$serve" "$(a 'Optimizer.step#AdamW.step')" 14:12 "$M.phase: inference, but the records have 'Optimizer.step#AdamW.step' (s.tr:1)" "13: phase"
c '' "$(a decode)" 14:12 "$M.phase: training, but the records have 'decode' (s.tr:1)" "13: phase, the other way"
c 's/name: NCCL/name: oneCCL/' "$(k 0 0 "$n\tnranks=2")" 59:11 "$L.name: oneCCL, but the communication kernels come from nccl (s.tr:1)" "14: communication library"
c 's/cuda_13.0/cuda_12.4/' "$(t 'cuda_driver_version\tvalue=13000')" 44:21 "$H.driver_version: cuda_12.4, but the run had CUDA 13.0 (s.tr:1)" "15: driver"
c 's/iteration: 2/iteration: 1/' "$(a ProfilerStep#5)$(a ProfilerStep#6)" 20:16 "$M.iteration: 1, but 2 steps are recorded (s.tr:1)" "16: iterations"
q='X\t.\t5\t.\t.\t.\trequest\trequest\tprompt_tokens=8\toutput_tokens=8\n'
c "$serve; s/input_len: 8/input_len: 9/" "$q" 30:16 "$D.input_len: 9, but all requests have 8 tokens (s.tr:1)" "17: length of prompts" other
c "$serve; s/output_len: 8/output_len: 99/" "$q${q/output_tokens=8/output_tokens=80}" 31:17 "$D.output_len: 99, but requests have 8 to 80 tokens (s.tr:1)" "18: length of outputs" other
c '' "$(k 0 0 fused_moe_kernel)" 15:10 "$M.moe: false, but there are kernels like 'fused_moe_kernel' (s.tr:1)" "19: mixture of experts"
sed 's/total_count: 4/total_count: 8/; s/dp_shard: 2/dp_shard: 4/; s/^        - $/        - 100/' "$card" >c.yaml
printf '%b' "$four" | sed 's/^X\t1\t5\t[0-3]/X\t1\t5\t./' >s.tr
run tr-card check -e s.tr c.yaml
is "$rc:$out" "0:c.yaml:42:20: warning: $H.xpu_spec.total_count: 8, but the records show 4 devices only (s.tr:1)" "all devices of one process, no rank: a warning, there may be other hosts"
# Facts at odds with themselves, or too many, say nothing.
printf '%b' "$(k 0 0 "$n")$(k 0 0 "$n\tnranks=4")" >s.tr
run tr-card check -e s.tr "$card"
is "$rc:$out" "0:" "groups of unknown size among them: tp is not checked"
awk 'BEGIN { for (i = 0; i < 300000; i++) printf "X\t%d\t5\t0\t0\t7\tkernel\tk%d\tcoll=allreduce\tnranks=2\tdtype=t%d\n", i, i, i }' >many.tr
sed 's/bf16/fp16/' "$card" >c.yaml
out=$( (ulimit -v $([[ $B == *san* ]] && echo unlimited || echo 100000); tr-card check -e many.tr c.yaml) 2>&1)
is "$?:$out" "0:" "300,000 distinct values: too many are not checked, in 100 MB of memory"

for d in llama1b-torch-fsdp2-tp2-batch4-h100 llama8b16l-torch-tp4-batch4-h100; do
	dir=$shared/traces/$d
	[[ -d $dir ]] || { skip "no ../shared: ${dir##*/}"; skip "no ../shared: ${dir##*/}"; continue; }
	run tr-card check "$dir/workload_card.yaml"
	is "$rc:$out:$err" "0::" "$d: its card is well"
	ln -sf "$(stream "$d")" t.tr
	run tr-card check -e t.tr "$dir/workload_card.yaml"
	is "$rc:$out:$err" "0::" "$d: and agrees with its records"
done
done_testing
