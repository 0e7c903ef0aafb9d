# After tr.awk: the card's records and the line ##trace NAME to the facts of run_facts.
BEGIN {
	backends = "^(vllm|sglang|torch|torchtitan|pytorch|jax|tensorrtllm|trtllm|megatron|deepspeed" \
		"|lmdeploy|tgi|maxtext)$"
	n_keys = split("model phase precision backend tp ep pp cp dp dp_replicate dp_shard batch seq_len" \
		" input_len output_len dataset burst kind max_seqs batch_tokens eplb platform config group" \
		" device devices", keys, " ")
	path["model"] = "workload.model.model_family"
	path["phase"] = "workload.model.phase"
	path["precision"] = "workload.model.precision"
	path["batch"] = "workload.data.batch_size"
	path["seq_len"] = "workload.data.seq_len"
	path["input_len"] = "workload.data.input_len"
	path["output_len"] = "workload.data.output_len"
	path["dataset"] = "workload.data.dataset"
	path["device"] = "workload.hardware.xpu_spec.model"
	path["devices"] = "workload.hardware.xpu_spec.total_count"
	path["backend"] = "Model-executor.framework.name"
	n_plan = split("tp ep pp cp dp_replicate dp_shard", plan, " ")
	for (i = 1; i <= n_plan; i++) path[plan[i]] = "Model-executor.model_plan_parallelization." plan[i]
}
function take(key, v) { if (!(key in named)) named[key] = v }
# The words within the brackets of MODEL-...-PLATFORM[A_B_C].
function configuration(text,    f, n, i) {
	take("config", text)
	n = split(text, f, "_")
	for (i = 1; i <= n; i++)
		if (f[i] ~ /^eplb(on|off)$/) take("eplb", substr(f[i], 5))
		else if (f[i] ~ /^[0-9]+$/) take("max_seqs" in named ? "batch_tokens" : "max_seqs", f[i])
		else take("kind", f[i])
}
# One word of the name, between dashes: returns 1 if it is a fact.
function word(w,    l, size) {
	l = tolower(w)
	if (match(l, /(tp|ep|pp|dp)_?[0-9]+$/) && (RSTART == 1 || substr(l, 1, RSTART - 1) ~ backends)) {
		if (RSTART > 1) take("backend", substr(l, 1, RSTART - 1))
		size = substr(l, RSTART + 2)
		take(substr(l, RSTART, 2), size ~ /^_/ ? substr(size, 2) : size)
	} else if (l ~ /^batch_?[0-9]+$/) {
		sub(/^batch_?/, "", l)
		take("batch", l)
	} else if (l ~ /^fsdp_?[0-9]+$/) {
		sub(/^fsdp_?/, "", l)
		take("dp_shard", l)
	} else if (l == "burst") take("burst", "yes")
	else if (l ~ backends) take("backend", l)
	else if (l ~ /^group_?[0-9]+$/) take("group", w)
	else if (match(w, /\[.*\]$/)) {
		take("platform", substr(w, 1, RSTART - 1))
		configuration(substr(w, RSTART + 1, RLENGTH - 2))
	} else return 0
	return 1
}
function parse(s,    w, n, i, model, any) {
	n = split(s, w, "-")
	for (i = 1; i <= n; i++)
		if (i > 1 && word(w[i])) any = 1
		else if (!any) model = model (model == "" ? "" : "-") w[i]
		else if (i > 1) take("platform", w[i])
	if (any) take("model", model)
}
# Do card and name agree? A backend's name may be part of the card's; torch can be several.
function same(key) {
	if (card[key] == named[key]) return 1
	return key == "backend" && (index(tolower(card[key]), named[key]) || named[key] == "torch")
}
/^##trace / { run = substr($0, 9); next }
$cat == "card" {
	v = tag("value")
	if (v != "" && v != ".") value[$name] = v
}
END {
	for (k in path) if (path[k] in value) card[k] = value[path[k]]
	parse(run)
	for (i = 1; i <= n_keys; i++) {
		k = keys[i]
		if (!(k in card) && !(k in named)) continue
		if (!(k in card)) print k, named[k], "name"
		else if (!(k in named) || k == "model") print k, card[k], "card"
		else if (same(k)) print k, card[k], "both"
		else {
			print k, card[k], "card"
			print "run_facts: " run ": " k " is " named[k] " in the name, " card[k] \
				" in the card" >"/dev/stderr"
			bad = 1
		}
	}
	exit bad
}
