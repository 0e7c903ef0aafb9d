#!/usr/bin/env bash
# Facts from a run's name and card, and the tables over the runs.
. "${0%/*}/lib.sh"
P=$top/pipelines T=$'\t'
named() { printf '##trace %s\n' "$1" | "$P/report.d/run_facts" | cut -f1,2 | tr '\t\n' '= '; }
is "$(named 'Mixtral8x7B-vllmEP4-Perlmutter[defaultall2all_32_8192_eplbon]-group12')" "model=Mixtral8x7B backend=vllm ep=4 kind=defaultall2all max_seqs=32 batch_tokens=8192 eplb=on platform=Perlmutter config=defaultall2all_32_8192_eplbon group=group12 " "a name with platform and configuration"
is "$(named 'Mixtral8x7B-vllmTP4-Perlmutter[baseline_64_8192]-group12')" "model=Mixtral8x7B backend=vllm tp=4 kind=baseline max_seqs=64 batch_tokens=8192 platform=Perlmutter config=baseline_64_8192 group=group12 " "the same, baseline"
is "$(named qwen3-32b-tp_4-batch_4-burst-sglang-group_11)" "model=qwen3-32b backend=sglang tp=4 batch=4 burst=yes group=group_11 " "a name with tp_ and batch_, bursts"
is "$(named qwen3-30b-a3b-tp_2-batch_1-vllm-group_11)" "model=qwen3-30b-a3b backend=vllm tp=2 batch=1 group=group_11 " "a model with dashes"
is "$(named llama3.1-8b-torchtitan-perlmutter)$(named llama1b-torch-fsdp2-tp2-batch4-h100)" "model=llama3.1-8b backend=torchtitan platform=perlmutter model=llama1b backend=torch tp=2 dp_shard=2 batch=4 platform=h100 " "other names like these"
is "$(named 'my run')$(named vllm)$(named a-b-c)" "" "a name that says nothing: nothing is guessed"
card() { printf '##trace %s\n' "$1"; shift; for kv; do printf 'M\t.\t.\t.\t.\t.\tcard\t%s\tvalue=%s\n' "${kv%%=*}" "${kv#*=}"; done; }
p=Model-executor.model_plan_parallelization
card m-tp_4-batch_2-vllm-g $p.tp=4 $p.ep=1 Model-executor.framework.name=vLLM-0.6 workload.data.batch_size= >ok.tr
is "$("$P/report.d/run_facts" ok.tr; echo $?)" "model${T}m${T}name
backend${T}vLLM-0.6${T}both
tp${T}4${T}both
ep${T}1${T}card
batch${T}2${T}name
platform${T}g${T}name
0" "card, name or both"
card m-tp_4-batch_2-vllm-g $p.tp=2 workload.data.batch_size=8 >bad.tr
run "$P/report.d/run_facts" bad.tr
is "$rc:$(grep -E '^(tp|batch)' <<<"$out" | tr '\t\n' '= ')" "1:tp=2=card batch=8=card " "a contradiction: the card's value, status 1"
is "$err" "run_facts: m-tp_4-batch_2-vllm-g: tp is 4 in the name, 2 in the card
run_facts: m-tp_4-batch_2-vllm-g: batch is 2 in the name, 8 in the card" "and both are reported"
run "$P/report.d/run_facts" -h
like "$rc:$out" "^0:usage: run_facts \[STREAM\|DIR\]" "run_facts -h"
run "$P/report.d/run_facts" -x
is "$rc:$err" "2:run_facts: unknown option '-x' (run_facts -h for help)" "run_facts: misuse"

# the tables: a run with a load generator's result and counters, one with neither, whose names say something
mkdir -p 'runs/m[1_2]-tp_4-batch_2-vllm-group_1/results_json' 'runs/a, c'
R='runs/m[1_2]-tp_4-batch_2-vllm-group_1'
printf '{"date": "x", "backend": "vllm", "model_id": "m", "num_prompts": 2, "request_rate": "inf", "duration": 2.0, "completed": 2, "total_input_tokens": 30, "total_output_tokens": 5, "input_lens": [10, 20], "output_lens": [3, 2], "ttfts": [0.01, 0.03], "itls": [[0.01, 0.03], [0.05]], "errors": ["", ""]}\n' >"$R/results_json/bench.json"
python3 - "$R" <<'Q'
import struct, sys
for g in (0, 1):
    with open("%s/nvlink_gpu%d.bin" % (sys.argv[1], g), "wb") as o:
        o.write(b"NVF1" + struct.pack("<HHi", 1, 40, 8))
        for t, kib in ((0, 0), (10**9, 10**6 * (1 + g)), (2 * 10**9, 10**6 * (1 + g))):
            for f in (138, 139): o.write(struct.pack("<QIIqqIIQ", t, f, 0xffffffff, 0, 0, 3, 0, kib))
Q
printf 'version: 1\nworkload:\n  data:\n    batch_size: 4\n' >'runs/a, c/workload_card.yaml'
run "$P/report" -o rep "$R" 'runs/a, c'
is "$rc" 0 "report: status 0"
python3 - >cells <<'Q'
import csv
for f, keys in (("experiment_metrics", "experiment backend tp batch total_nvlink_gb peak_nvlink_gb_s avg_nvlink_gb_s nccl_contribution_pct mean_ttft_ms mean_tpot_ms throughput_tok_s throughput_req_s total_input_tokens total_output_tokens"), ("results_summary", "run model backend tp batch step_time_s ttft_ms output_throughput_tok_s")):
    rows = list(csv.DictReader(open("rep/%s.csv" % f, newline="")))
    for r in rows:
        assert None not in r and None not in r.values(), r
        print(f, *(k + "=" + r[k] for k in keys.split()), sep="|")
    print(f, len(rows), len(rows[0]))
Q
# by hand: GPU 0 counts 1.024 GB each way in 2 s, GPU 1 2.048; ttft (10 + 30) / 2; tpot (40/2 + 50/1) / 2
is "$(sed -n 1p cells)" 'experiment_metrics|experiment=m[1_2]-tp_4-batch_2-vllm-group_1|backend=vllm|tp=4|batch=2|total_nvlink_gb=6.144000|peak_nvlink_gb_s=4.096000|avg_nvlink_gb_s=1.536000|nccl_contribution_pct=|mean_ttft_ms=20.000000|mean_tpot_ms=35.000000|throughput_tok_s=2.500000|throughput_req_s=1.000000|total_input_tokens=30|total_output_tokens=5' "experiment_metrics.csv: worked out by hand"
is "$(sed -n 2p cells)" 'experiment_metrics|experiment=a, c|backend=|tp=|batch=4|total_nvlink_gb=|peak_nvlink_gb_s=|avg_nvlink_gb_s=|nccl_contribution_pct=|mean_ttft_ms=|mean_tpot_ms=|throughput_tok_s=|throughput_req_s=|total_input_tokens=|total_output_tokens=' "a run with a card alone: unknown cells are empty, a name is quoted"
is "$(sed -n '3p;6p' cells | tr '\n' ' ')" "experiment_metrics 2 21 results_summary 2 24 " "one row per run; 21 and 24 columns"
is "$(sed -n 4p cells)" 'results_summary|run=m[1_2]-tp_4-batch_2-vllm-group_1|model=m[1_2]|backend=vllm|tp=4|batch=2|step_time_s=|ttft_ms=20.000000|output_throughput_tok_s=2.500000' "results_summary.csv"
is "$(head -1 rep/experiment_metrics.csv)" "experiment,backend,tp,batch,total_nvlink_gb,peak_nvlink_gb_s,avg_nvlink_gb_s,burst_intensity,burst_duration_s,bw_usage_pct,prefill_avg_bw_gb_s,decode_avg_bw_gb_s,nccl_contribution_pct,mean_ttft_ms,p99_ttft_ms,mean_tpot_ms,p99_tpot_ms,throughput_tok_s,throughput_req_s,total_input_tokens,total_output_tokens" "the columns that were promised"
python3 - >reasons <<'Q'
import csv, re
said = {}
for line in open("rep/report.md").read().split("Empty cells:")[1].split("\n## ")[0].splitlines():
    m = re.match(r"- (.*?): (`.*`): (.+)$", line)
    if m: said.setdefault(m.group(1), set()).update(re.findall("`([^`]*)`", m.group(2)))
lack = []
for f in "experiment_metrics", "results_summary":
    for r in csv.DictReader(open("rep/%s.csv" % f, newline="")):
        name = r.get("experiment") or r.get("run")
        lack += [(name, k) for k in r if r[k] == "" and k not in said.get(name, ())]
print(lack or "all", sum(map(len, said.values())))
Q
like "$(cat reasons)" "^all [0-9][0-9]" "report.md gives the reason of every empty cell"
mkdir -p 'runs/x-tp_8-batch_2-vllm-g'
printf 'version: 1\nModel-executor:\n  model_plan_parallelization:\n    tp: 2\n' >'runs/x-tp_8-batch_2-vllm-g/workload_card.yaml'
"$P/report" -o rep2 'runs/x-tp_8-batch_2-vllm-g' >/dev/null 2>&1
is "$(grep -c 'tp is 8 in the name, 2 in the card' rep2/report.md)" 1 "report.md reports a name that contradicts the card"
if [[ -d $shared/traces ]]; then
	tr-select 'cat == "card"' "$(stream llama8b16l-torch-tp4-batch4-h100)" >l8.tr
	is "$("$P/report.d/run_facts" l8.tr | grep -cE 'both$'; echo $?)" "3
0" "llama8b: backend, tp and batch by both"
else
	skip "no ../shared: real runs"
fi
done_testing
