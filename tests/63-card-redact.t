#!/usr/bin/env bash
# tr-card redact: no planted secret is left, the same word has the same hash, the metrics do not change.
. "${0%/*}/lib.sh"
export PATH=$top/pipelines:$PATH
hash() { python3 -c 'import hmac, sys; print("h" + hmac.new(sys.argv[1].encode(), sys.argv[2].encode(), "sha256").hexdigest()[:12])' "$1" "$2"; }

# addresses, alone and with text before or after them; a version is not an address
for a in 10.0.0.1 10.0.0.1/24 10.0.0.1-10.0.0.9 10.0.0.1/10.0.0.2 10.0.0.1_0 node-10.0.0.1 00-11-22-33-44-55 0011.2233.4455; do
	printf 'version: 1\nModel-executor:\n  communication_library:\n    env:\n      NCCL_X: "%s"\n' "$a" >address.yaml
	is "$(tr-card redact -s x address.yaml | grep -cE '0\.0\.1|0\.0\.9|11[.-]22|2233')" 0 "redact: $a"
done
printf 'version: 1\nModel-executor:\n  communication_library:\n    version: "2.28.9"\n' >address.yaml
is "$(tr-card redact -s x address.yaml | tail -1)" '    version: "2.28.9"' "redact: a version stays"

# a card: secrets in values, comments, keys, in quotes, blocks, braces, lists, the environment
cat >card.yaml <<'Y'
# zorro1 wrote this on zorro2.corp.example
version: 1   # zorro3
description: >
  Run by zorro4 on node17-zorro5, see /home/zorro6/run
  and C:\Users\zorro7\x; mail zorro8@zorro9.example, host 10.11.12.13 port 22
hf_url: https://zorro10.example/zorro11?token=zorro12  # zorro13
trace_url: "s3://zorro14/zorro15"
contributor: Zorro16 Vega
contact: 'zorro17@mail.example'
zorro18_key: 1
workload:
  model:
    phase: training
    moe: false
    granularity: model_fwd
    model_family: zorro19-7b
    precision: bf16
    iteration: 4
    zorro20: {zorro21: [zorro22, "zorro23\tzorro24"]}
    model_arch: {num_layers: 8, num_heads: 16}
  data:
    batch_size: 4
    dataset: /data/zorro25/tokens.bin
  hardware:
    xpu_spec: {type: GPU, model: nvidia_h100, total_count: 4, count_per_node: 4}
    driver_version: "zorro26 cuda_13.0"
Model-executor:
  framework:
    name: pytorch
  communication_library:
    name: NCCL
    version: "2.28.9"
    env:
      NCCL_DEBUG: INFO
      NCCL_SOCKET_IFNAME: zorro27eth0
      ZORRO28_TOKEN: |
        zorro29
        zorro30
      LD_PRELOAD: /opt/zorro31/lib.so:~zorro32/x
      MASTER: fe80::aaaa:1234:5678:9abc
  protocol_selection:
    - zorro33
metric_source:
  traces: [json, zorro34.nsys-rep]  # zorro35
# größe zörro36 zorro37
Y
tr-card redact -s salt card.yaml >red.yaml 2>err
is "$?:$(cat err)" "0:" "a card: status 0"
for w in zorro vega corp.example mail.example node17 10.11.12.13 /home /data /opt LD_PRELOAD MASTER 5678 9abc rro36 '#'; do
	is "$(grep -ic -- "$w" red.yaml)" 0 "a card: no '$w'"
done
for p in version=1 workload.model.phase=training workload.model.moe=false workload.model.iteration=4 workload.model.model_arch.num_heads=16 \
	workload.hardware.xpu_spec.model=nvidia_h100 Model-executor.communication_library.version=2.28.9 \
	Model-executor.communication_library.env.NCCL_DEBUG=INFO 'metric_source.traces[0]=json' \
	contributor="$(hash salt 'Zorro16 Vega')" hf_url="$(hash salt 'https://zorro10.example/zorro11?token=zorro12')" \
	workload.model.model_family="$(hash salt zorro19-7b)" workload.data.dataset="$(hash salt /data/zorro25/tokens.bin)" \
	Model-executor.communication_library.env.NCCL_SOCKET_IFNAME="$(hash salt zorro27eth0)" "$(hash salt zorro18_key)=1"; do
	is "$(tr-card get "${p%=*}" red.yaml)" "${p##*=}" "a card: ${p%=*}"
done
is "$(tr-card get workload.hardware.driver_version red.yaml)" "$(hash salt zorro26) cuda_13.0" "a card: word by word"
same "the same salt, the same card" <(tr-card redact -s salt card.yaml) red.yaml
same "the salt from the environment" <(TR_SALT=salt tr-card redact card.yaml) red.yaml
alike "$(tr-card redact -s other card.yaml | tr-card get contributor -)" "$(hash other 'Zorro16 Vega')" "another salt, other hashes"
tr-card redact -s salt "$sample/workload_card.yaml" >s.yaml
run tr-card check s.yaml
is "$rc:$out" "0:" "a redacted card is well where the card was"
run tr-card redact card.yaml
like "$rc:$out:$err" "^2::tr-card: redact needs a salt: -s or TR_SALT" "no salt"
run tr-card redact -s '' card.yaml
like "$rc:$err" "^2:tr-card: redact needs a salt" "an empty salt"
run tr-card redact -s x
like "$rc:$err" "^2:tr-card: redact takes one card, or - for a stream" "no card"
run tr-card redact -s x -i card.yaml
like "$rc:$err" "^2:tr-card: redact takes no -i" "never in place"
run tr-card redact -s x /nonexistent
like "$rc:$err" "^2:tr-card: /nonexistent: No such file" "a missing card"
printf 'contributor: zorro\na: [1\nb: 2\n' >no.yaml
run tr-card redact -s x no.yaml
like "$rc:$out:$err" "^1::tr-card: no.yaml:3:2: did not find" "of a damaged card nothing is written"

# a stream: secrets wherever there is text
cat >in.tr <<'Y'
## tr 1
##base_ns 1790857026000000000
##rank 0
##world 4
##trace zorro1-vllmTP4-Perlmutter[x]-group12
##source kineto zorro2-node17.corp.example.json.gz
##source none zorro3.json: the same as zorro4
##events 8 zorro5.json
##lost cut 1 99
##filled rf_id 3
##pg tr-events -x cpu_op -b 179 /home/zorro6/run/kineto_trace_0.json.gz
##zorro7 zorro8
# zorro9
#ph	ts	dur	rank	pid	tid	cat	name	zorro10
M	.	.	.	.	.	card	contributor	value=zorro11 vega
M	.	.	.	.	.	card	description	value=the model of a run
M	.	.	.	.	.	card	workload.data.batch_size	value=4
M	.	.	.	.	.	card	Model-executor.communication_library.env.ZORRO12_KEY	value=zorro13
M	.	.	0	.	.	trace	traceName	value=/tmp/zorro14/x.json
M	.	.	0	.	.	trace	env	HOME=/home/zorro15	HOST=zorro16	ZORRO17=1	ADDRESS=10.11.12.13	MAC=aa:bb:cc:dd:ee:ff	V6=2001:db8::4711
M	.	.	0	zorro18	0	.	process_name	name=python zorro19
M	.	.	0	12	0	.	process_labels	labels=zorro20.corp.example
X	5	7	0	12	zorro21-thread	python_function	/home/zorro22/proj/zorro23.py(12): zorro24	Python_id=1
X	5	7	0	12	12	python_function	nn.Module: Zorro25Attention_0	Python_module_id=1
X	5	7	0	12	12	python_function	sglang/zorro26/scheduler.py(10): run_batch
X	5	7	0	12	12	python_function	model.forward
X	5	7	0	12	12	user_annotation	zorro27 step 3
X	5	7	0	12	12	user_annotation	ProfilerStep#3
X	5	7	0	12	12	user_annotation	execute_context_1(8)_generation_0(0)
X	5	7	0	12	12	zorro28cat	aten::mm
X	5	7	0	12	12	cpu_op	zorro29::op	Concrete_Inputs=["zorro30","C:\\Users\\zorro31"]
X	5	7	0	12	12	cpu_op	aten::mm	Input_Dims=[[4,512,2048]]
X	5	7	0	0	7	kernel	ncclDevKernel_AllReduce_Sum_bf16_RING_LL(ncclDevKernelArgsStorage<4096ul>)	coll=allreduce	bytes=8388608	nranks=2	pg=mesh_tp	dtype=BFloat16	Process_Group_Name=zorro32	zorro33=1	x_zorro34=1	stream=7
X	5	7	0	0	7	kernel	void at::native::k<c10::BFloat16>(/home/zorro35/k.cu:12)	source=zorro36.cu
X	5	7	0	0	7	gpu_memcpy	Memcpy HtoD (Pinned -> Device)	bytes=32
X	5	7	0	12	12	cuda_runtime	cudaLaunchKernel	cbid=211
i	5	.	0	12	12	et_node	zorro37
X	.	9	.	.	.	request	request	generated_text=dear zorro38\n, zorro39	prompt_tokens=8	url=http://user:zorro40@zorro41.example:80/zorro42	ttft_ns=7
C	5	.	.	0	nvlink0.tx	counter	nvlink_tx_bytes	value=10
M	.	.	.	.	.	bench	summary	model_id=zorro43/Zorro44-7B	backend=vllm	date=20261122-065233	tokenizer_id=/models/zorro45
X	5	7	0	12	12	user_annotation	a\\zorro46\tb	k=v=zorro47	\x3dzorro48=zorro49	n=\x2e	label=	z=größe zörro50
Y
run bash -c 'tr-card redact -s salt - <in.tr'
printf '%s\n' "$out" >red.tr
is "$rc:$err" "0:" "a stream: status 0"
for w in zorro vega corp.example node17 perlmutter group12 /home /tmp /models users 10.11.12.13 aa:bb 4711 rro50 salt model.forward 'of a run' attention HOME; do
	is "$(grep -ic -- "$w" red.tr)" 0 "a stream: no '$w'"
done
is "$(tail -1 red.tr)" "##pg tr-card redact" "the stream records that it was redacted, without the salt"
has() { grep -qxF -- "$1" red.tr && pass "${2-kept: ${1:0:60}}" || fail "${2-kept: ${1:0:60}}" "$(grep -F -- "${1:0:20}" red.tr)"; }
has '## tr 1'
has '##base_ns 1790857026000000000'
has '##world 4'
has '##lost cut 1 99'
has '##filled rf_id 3'
has "##trace $(hash salt 'zorro1-vllmTP4-Perlmutter[x]-group12')"
has "##source kineto $(hash salt zorro2-node17.corp.example.json.gz)"
has $'M\t.\t.\t.\t.\t.\tcard\tworkload.data.batch_size\tvalue=4'
has $'M\t.\t.\t.\t.\t.\tcard\tcontributor\tvalue='"$(hash salt 'zorro11 vega')"
has $'X\t5\t7\t0\t12\t12\tuser_annotation\tProfilerStep#3'
has $'X\t5\t7\t0\t12\t12\tuser_annotation\texecute_context_1(8)_generation_0(0)'
has $'X\t5\t7\t0\t12\t12\tpython_function\t'"$(hash salt 'sglang/zorro26/scheduler.py(10): run_batch'): run_batch" "SGLang's steps can still be found"
has $'X\t5\t7\t0\t12\t12\tcpu_op\taten::mm\tInput_Dims=[[4,512,2048]]'
has $'X\t5\t7\t0\t0\t7\tkernel\tncclDevKernel_AllReduce_Sum_bf16_RING_LL(ncclDevKernelArgsStorage<4096ul>)\tcoll=allreduce\tbytes=8388608\tnranks=2\tpg=mesh_tp\tdtype=BFloat16\tProcess_Group_Name='"$(hash salt zorro32)"$'\t'"$(hash salt zorro33)=1"$'\t'"$(hash salt x_zorro34)=1"$'\tstream=7'
has $'X\t5\t7\t0\t0\t7\tgpu_memcpy\tMemcpy HtoD (Pinned -> Device)\tbytes=32'
has $'X\t5\t7\t0\t12\t12\tcuda_runtime\tcudaLaunchKernel\tcbid=211'
has $'C\t5\t.\t.\t0\tnvlink0.tx\tcounter\tnvlink_tx_bytes\tvalue=10'
has $'M\t.\t.\t0\t'"$(hash salt zorro18)"$'\t0\t.\tprocess_name\tname=python '"$(hash salt zorro19)"
is "$(grep -c $'\tn=\\\\x2e\tlabel=\t' red.tr)" 1 "escapes and empty values are still well-formed"
alike "$(records red.tr | tr-select 'ts >= 0 || ts < 0 || !defined(ts)' 2>&1 | records | wc -l)" "$(records in.tr | wc -l)" "as many records, all of them well-formed"
alike "$(records red.tr | cut -f1-4)" "$(records in.tr | cut -f1-4)" "phase, times and ranks are the same"
alike "$(sed -n 's/^M.*_id=\(.*\)\tbackend.*/\1/p' red.tr)" "$(hash salt zorro43/Zorro44-7B)" "a word has the same hash in a stream and a card"
printf 'X\t5\t7\t0\nX\tzorro\t7\t0\t0\t7\tkernel\tk\nX\t5\t7\t0\t0\t7\tkernel\tk\n' >bad.tr
run bash -c 'tr-card redact -s salt - <bad.tr'
is "$rc:$out" $'1:X\t5\t7\t0\t0\t7\tkernel\tk\n##lost lines 2 1\n##pg tr-card redact' "bad lines are left out, and counted"
like "$err" "^tr-card: \(standard input\):1: column 4: too few columns.*:2: ts: not an integer: 'zorro'" "and reported"
printf 'X\t5\t7' >bad.tr
run bash -c 'tr-card redact -s salt - <bad.tr'
like "$rc:$err" "^1:tr-card: \(standard input\):1: unterminated last line" "a cut stream"
python3 -c 'print("\n".join("X\t%d\t5\t0\t0\t7\tkernel\tk\ta=word%dx" % (i, i) for i in range(400000)))' >many.tr
peak=$( (ulimit -v $([[ $B == *san* ]] && echo unlimited || echo 60000); tr-card redact -s salt - <many.tr | grep -c '	a=h[0-9a-f]\{12\}$') 2>&1)
is "$peak" 400000 "400,000 different words, in 60 MB of memory"

# The metrics of a redacted stream are those of the stream, but for the name of the run.
metrics_of() { # RUN METRIC...
	local run=$1 m bad=
	shift
	tr-card redact -s salt - <"$(stream "$run")" >r.tr
	for m; do
		cut -f2- "$(measured "$run" $m)" >want
		"$m" r.tr 2>/dev/null | cut -f2- >got
		[[ -s want ]] && cmp -s want got || bad+=" $m"
	done
	is "$bad" "" "$run: each of $# metrics is the same"
	is "$(grep -c . r.tr)" "$(($(grep -c . "$(stream "$run")") + 1))" "$run: as many lines, and one"
}
mapfile -t metrics < <(cd "$top/pipelines" && grep -ls '^# unit:' *)
mapfile -t today < <(of_today ${ALL:+1}10 "${metrics[@]}")
[[ -n ${ALL-} ]] || cut_short "$((${#metrics[@]} - 10)) metrics of redacted streams"
metrics_of sample "${today[@]}"
alike "$(comm_time r.tr | cut -f1 | sort -u | tail -1)" "$(hash salt llama1b-fsdp2-tp2-4xh100)" "the run's name is a hash"
run tr-card check -e r.tr "$sample/workload_card.yaml"
is "$rc:$out" "0:" "a redacted stream is still evidence"
if [[ -d $shared/traces ]]; then
	metrics_of mlp8-jax-tp4-h100 "${today[@]}"
else
	skip "no ../shared: metrics of a redacted trace of JAX"
fi
done_testing
