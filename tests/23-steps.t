#!/usr/bin/env bash
# Names of steps and phases: the table lib/trace/step.rules, the tags step, phase, prefill_tokens and decode_tokens.
. "${0%/*}/lib.sh"
C=$tests/cases/steps

# tags NAME [CAT [ARGS]]: the tags that a span of that name and category gets from the table, its own args apart
tags() {
	jq -cn --arg n "$1" --arg c "${2-user_annotation}" --argjson a "${3-null}" \
		'{schemaVersion: 1, traceEvents: [{ph: "X", cat: $c, name: $n, pid: 1, tid: 1, ts: 1, dur: 1} + if $a then {args: $a} else {} end]}' |
		tr-events | { grep ^X || echo "(no record)"; } | cut -f9- | tr '\t' ' '
}

# name, then what it is: by the sources that step.rules names
while IFS='|' read -r name want; do
	is "$(tags "$name")" "$want" "'$name': ${want:-not a step}"
	is "$(tags "$name" gpu_user_annotation)" "$want" "its twin on the device too"
done <<'NAMES'
ProfilerStep#12|step=profiler
ProfilerStep|
execute_context_2(512)_generation_0(0)|step=vllm phase=prefill prefill_tokens=512
execute_context_1(888_788544)_generation_0(0)|step=vllm phase=prefill prefill_tokens=888
execute_context_0(0)_generation_16(16)|step=vllm phase=decode decode_tokens=16
execute_context_1(512)_generation_16(48)|step=vllm phase=mixed prefill_tokens=512 decode_tokens=48
execute_context_0(0)_generation_0(0)|step=vllm
execute_32_context_0(sq0sk0sqsq0sqsk0)_generation_32(sq32sk32785sqsq32sqsk32785)|step=vllm phase=decode decode_tokens=32
execute_8192_context_9(sq8155sk8430sqsq7475785sqsk7671310)_generation_37(sq37sk34489sqsq37sqsk34489)|step=vllm phase=mixed prefill_tokens=8155 decode_tokens=37
execute_512_context_2(512)_generation_0(0)|step=vllm phase=prefill prefill_tokens=512
execute_new_2_cached_0|step=vllm phase=prefill
execute_new_0_cached_10|step=vllm phase=decode
execute_new_10_cached_1|step=vllm phase=mixed
execute_new_0_cached_0|step=vllm
execute_query|
step[EXTEND bs=2 toks=8192]|step=sglang phase=prefill prefill_tokens=8192
step[EXTEND bs=2 toks=12 c_sqsq=80 c_sqsk=120 c_sk=20]|step=sglang phase=prefill prefill_tokens=12
step[SPLIT_PREFILL bs=2]|step=sglang phase=prefill
step[DECODE bs=32]|step=sglang phase=decode decode_tokens=32
step[DECODE bs=2 g_sqsq=2 g_sqsk=30 g_sk=30]|step=sglang phase=decode decode_tokens=2
step[TARGET_VERIFY bs=4]|step=sglang phase=decode
step[MIXED bs=2]|step=sglang phase=mixed
step[MIXED bs=2 c=1 g=1 c_sq=5 c_sk=8 c_sqsq=25 c_sqsk=40 g_sq=1 g_sk=12 g_sqsq=1 g_sqsk=12]|step=sglang phase=mixed prefill_tokens=5 decode_tokens=1
step[MIXED bs=1 c=1 g=0 c_sq=3 c_sk=3 c_sqsq=9 c_sqsk=9 g_sq=0 g_sk=0 g_sqsq=0 g_sqsk=0]|step=sglang phase=prefill prefill_tokens=3
step[IDLE bs=0]|step=sglang
stepwise[DECODE bs=1]|
[Executor] _forward_step 7: 2 ctx reqs, 0 gen reqs|step=trtllm phase=prefill
[Executor] _forward_step 7: 2 ctx reqs, 17 ctx tokens, 0 gen reqs|step=trtllm phase=prefill prefill_tokens=17
[Executor] _forward_step 60000: 0 ctx reqs, 0 ctx tokens, 32 gen reqs|step=trtllm phase=decode
[Executor] _forward_step: 1 ctx reqs, 3 gen reqs|step=trtllm phase=mixed
prefill[bs=2 tok=16384 ctx=[8192, 8192]]|step=atom phase=prefill prefill_tokens=16384
decode[bs=128 tok=128 d=128]|step=atom phase=decode decode_tokens=128
decode[bs=128 tok=128 p=2 d=126 spec=3]|step=atom phase=mixed
eager_decode[bs=3]|step=atom phase=decode
[pl][profile]run_training_batch|step=lightning
[pl][profile][Strategy]DDPStrategy.backward|
step 12|step=loop
Iteration_3|step=loop
iteration_3_ga_step_2|
step4_dsa.mtp.correction|
train_step|step=loop
train_steps|
prefill|step=plain phase=prefill
decode|step=plain phase=decode
aten::prefill|
decode_attention|
NAMES

# Other signs of a step: a frame of Python, an argument, a category; and what must not
is "$(tags 'sglang/srt/managers/scheduler.py(2100): run_batch' python_function)" "step=sglang" "SGLang's frame"
is "$(tags 'sglang/srt/managers/scheduler.py(2100): _run_batch_inner' python_function)" "" "not the frame in it"
is "$(tags 'x.py(1): prefill' python_function)$(tags prefill python_function)" "" "a function called prefill is not a step"
is "$(tags train user_annotation '{"step_num": 3}')" "step=jax step_num=3" "step_num makes a step; the tag comes before it"
is "$(tags decode user_annotation '{"step_num": 3}')" "step=plain phase=decode step_num=3" "a name that has the phase comes first"
is "$(tags prefill cpu_op)$(tags prefill kernel)$(tags ProfilerStep#1 cuda_runtime)" "" "operators, kernels and calls are no steps"
is "$(tags "$(printf '%02000d' 0 | tr 0 e)")" "" "a long name is not a step"

# The cases
steps() { tr-events -a none "$@" | grep 'step=' | awk -F'\t' '{ print $7, $9, $10 }' | sort | uniq -c | tr -s ' \n' ' ;'; }
is "$(steps "$C/vllm_step_names.pt.trace.json")" " 2 user_annotation step=vllm phase=decode; 1 user_annotation step=vllm phase=prefill;" "vLLM: two decode steps, one prefill"
is "$(steps "$C/sglang_step_names.json")" " 2 user_annotation step=sglang phase=decode; 1 user_annotation step=sglang phase=prefill;" "SGLang: the same"
is "$(steps "$C/device_only.pt.trace.json")" " 2 gpu_user_annotation step=profiler ;" "device only: 2 steps"

# Nsight's NVTX ranges, XLA's lines, XSpace (29-xspace.t has one)
printf '{"nsysExport":1,"traceEvents":[{"ph":"X","cat":"user_annotation","ts":7,"dur":5,"pid":1,"tid":2,"name":"[Executor] _forward_step 7: 0 ctx reqs, 3 gen reqs","rank":null},{"ph":"X","cat":"user_annotation","ts":7,"dur":5,"pid":1,"tid":2,"name":"iteration 4","rank":null}]}' >nsys.json
is "$(tr-events -f nsys nsys.json | grep ^X | cut -f9- | tr '\t\n' ' ;')" "step=trtllm phase=decode;step=loop;" "NVTX ranges"
meta() { printf '{"ph":"M","pid":3,"tid":%s,"name":"%s","args":{"name":"%s"}},' "$@"; }
{ printf '{"metadata":{"highres-ticks":true},"traceEvents":['; meta 0 process_name /device:TPU:0; meta 1 thread_name Steps; printf '{"ph":"X","pid":3,"tid":1,"ts":1,"dur":1,"name":"4"},{"ph":"X","pid":9,"tid":1,"ts":1,"dur":1,"name":"train","args":{"step_num":"4"}}]}'; } >xla.json
is "$(tr-events xla.json | grep ^X | cut -f7- | tr '\t\n' ' ;')" "xla_step 4 step=xla;user_annotation train step=jax step_num=4;" "XLA's Steps line, StepTraceAnnotation"

# Pairs of begin and end, and the records of B/E say it once
printf '[{"ph":"B","cat":"user_annotation","name":"decode","pid":1,"tid":1,"ts":1},{"ph":"E","cat":"user_annotation","name":"decode","pid":1,"tid":1,"ts":3}]' >be.json
is "$(tr-events be.json | grep ^X | cut -f8-)" $'decode\tstep=plain\tphase=decode' "a pair is tagged once"
printf '[{"ph":"i","cat":"user_annotation","name":"decode","pid":1,"tid":1,"ts":1}]' >i.json
is "$(tr-events i.json | grep ^i | cut -f8-)" "decode" "an instant is not a step"

# Records keep their tags: events -> JSON -> events
tr-events "$C/sglang_step_names.json" >a.tr
same "identity" <(records a.tr) <(tr-events -j a.tr | tr-events | records)

# One's own names come first
cat >my.rules <<'RULES'
step mine decode ^generate\(([0-9]+)
step none . ^prefill$
step_frame mine prefill warm_up
step_arg mine . iteration
step_cat mine . my_cat
name allreduce ^my_fast_ar
RULES
mine() { jq -cn --arg n "$1" --arg c "${2-user_annotation}" '[{ph: "X", cat: $c, name: $n, pid: 1, tid: 1, ts: 1, dur: 1, args: {iteration: 3}}]' | tr-events -a none -R my.rules | { grep ^X || echo "(no record)"; } | cut -f9- | tr '\t' ' '; }
is "$(mine 'generate(12)')" "step=mine phase=decode decode_tokens=12" "-R: a name"
is "$(mine prefill)" "" "-R: none: not a step"
is "$(mine 'x.py(1): warm_up' python_function)" "step=mine phase=prefill" "-R: a function"
is "$(mine other)" "step=mine" "-R: an argument"
is "$(mine my_fast_ar_1 kernel)" "coll=allreduce" "-R: rules of both tables in one file"
while IFS='|' read -r rule want; do
	printf '%s\n' "$rule" >bad.rules
	run tr-events -R bad.rules -e x
	is "$rc:$err" "2:tr-events: bad.rules:1: $want" "a faulty rule: $rule"
done <<'RULES'
step vllm prefill|not a rule: 'step'
step vllm|not a rule: 'step'
step vllm training ^x|not a phase: 'training'
step v=llm . ^x|not the name of a family: 'v=llm'
steps vllm . ^x|unknown kind of rule: 'steps'
step a . ((((((((x))))))))|more than 7 groups: '((((((((x))))))))'
RULES
printf 'step a . ^(x\n' >bad.rules
run tr-events -R bad.rules -e x
like "$rc:$err" "^2:tr-events: bad.rules:1: .*: '\^\(x'" "an invalid expression"
# a character before a quantifier may be missing
printf 'step a . ^abc?d\nstep b . ^x|^y\n' >q.rules
is "$(tr-events -R q.rules -e abd abcd y | cut -f5 | tr '\n' ' ')" " step=a step=a step=b " "optional characters, alternatives"

# 2020 and 2021: a bare array, or the events first; recognised by what events look like
K='{"ph":"X","cat":"Kernel","name":"ncclKernel_AllReduce","pid":0,"tid":"stream 7","ts":1,"dur":1,"args":{"device":0,"stream":7,"correlation":3,"external id":5}}'
O='{"ph":"X","cat":"Operator","name":"NAME","pid":9,"tid":"9","ts":1,"dur":1,"args":{"Device":9,"External id":2}}'
old="$K,${O/NAME/ProfilerStep#3},${O/NAME/decode},${O/NAME/aten::mm}"
want='kernel 7 coll=allreduce;user_annotation 9 step=profiler;user_annotation 9 step=plain phase=decode;cpu_op 9;'
seen() { tr-events -a none "$@" 2>&1 | grep ^X | cut -f6,7,9- | awk -F'\t' '{ t = $1; $1 = $2; $2 = t; print }' | tr '\n' ';'; }
printf '[%s]' "$old" >bare.json
printf '{"traceEvents":[%s],"schemaVersion":1}' "$old" >first.json
printf '{"schemaVersion":1,"traceEvents":[%s]}' "$old" >after.json
for f in bare first after; do
	is "$(seen $f.json)" "$want" "$f: kernels, steps and operators"
	is "$(tr-events $f.json | grep '^##source')" "##source kineto $f.json" "$f: Kineto"
	is "$(tr-events -p $f.json | tail -1 | cut -f1)" "kineto" "$f: -p too"
	is "$(tr-events -c kernel $f.json | grep -c ^X) $(tr-events -c user_annotation $f.json | grep -c ^X)" "1 2" "$f: -c takes today's names"
	is "$(seen <$f.json)" "$want" "$f: from a pipe"
done
# after 64 KiB of metadata
{ printf '['; for i in {1..800}; do printf '{"ph":"M","name":"thread_name","pid":9,"tid":%d,"args":{"name":"a thread of some name %040d"}},' $i $i; done; printf '%s]' "$old"; } >late.json
(($(wc -c <late.json) > 70000)) && pass "metadata of more than 64 KiB" || fail "metadata of more than 64 KiB"
is "$(seen late.json)" "$want" "the same after it"
is "$(tr-events -c kernel late.json | grep -c ^X)" 1 "-c kernel: after it too"
# operators of another year, and of no profiler of PyTorch's: "Kernel" alone is not enough
cpu="{\"schemaVersion\":1,\"traceEvents\":[${O/NAME/ProfilerStep#3}]}"
is "$(seen <<<"${cpu/Operator/cpu_op}")" "user_annotation 9 step=profiler;" "ProfilerStep#N as a cpu_op"
printf '[{"ph":"X","cat":"Kernel","name":"gemm","pid":0,"tid":7,"ts":1,"dur":1,"args":{"op_name":"MatMul"}},{"ph":"X","cat":"Operator","name":"decode","pid":0,"tid":7,"ts":1,"dur":1}]' >other.json
is "$(seen other.json) $(tr-events other.json | grep -o '^##source [a-z]*')" "Kernel 7;Operator 7; ##source chrome" "another producer's Kernel and Operator stay"

# -e says which rule
is "$(tr-events -e 'step[DECODE bs=3]' ncclDevKernel_AllReduce prefill | cut -f1,4- | tail -n +2 | sed 's/step_rule=[^:]*:[0-9]*$/RULE/' | tr '\t\n' ' ;')" \
	"none step[DECODE bs=3] step=sglang phase=decode decode_tokens=3 RULE;allreduce ncclDevKernel_AllReduce;none prefill step=plain phase=prefill RULE;" "-e: steps, with their rule"

# The shared runs: as many steps and phases as an independent script counted
ref=$shared/traces/REFERENCE.tsv
if [[ -r $ref ]]; then
	want() { awk -F'\t' -v f="$1" -v k="$2" '$1 == f && $2 == k { print $3; found = 1 } END { if (!found) print 0 }' "$ref"; }
	while read -r f; do
		tr-events -a none -c user_annotation,gpu_user_annotation "$shared/traces/$f" 2>/dev/null | cut -f7,9,10 >got
		n() { grep -c "^$1"$'\t'"$2" got; }
		a=user_annotation
		is "$(n $a step=profiler) $(n $a $'step=plain\tphase=prefill') $(n $a $'step=plain\tphase=decode') $(n gpu_$a $'step=plain\tphase=prefill') $(n gpu_$a $'step=plain\tphase=decode')" \
			"$(want "$f" steps) $(want "$f" prefill_cpu_n) $(want "$f" decode_cpu_n) $(want "$f" prefill_gpu_n) $(want "$f" decode_gpu_n)" "$f: steps, prefill and decode on host and device"
	done < <(awk -F'\t' '$2 == "steps" { print $1 }' "$ref")
else
	skip "no ../shared: real runs"
fi
done_testing
