# A run's card, completed with the facts of the run, as YAML.
# in:  the card and the card that the trace alone would give (both as `tr-card list` writes them), and
#      lines of KEY<TAB>VALUE (facts.sh)
# A fact replaces the card's value, because it was observed; the trace replaces a fact that
# contradicts it; otherwise the trace only fills empty values of the card. With yaml.awk.
BEGIN { FS = "\t" }
function plain(s) { return s == "." ? "" : s }
{ v = substr($0, length($1) + 2) }
FILENAME == ARGV[1] { path[++n] = $1; value[$1] = plain(v); next }
FILENAME == ARGV[2] { trace[$1] = plain(v); next }
$1 == "" || v == "" { next }
{
	gsub(/\\/, "\\x5c", v)
	gsub(/[[:cntrl:]]/, " ", v)
}
$1 == "description+" { more = more "; " v; next }
$1 in value { fact[$1] = v; next }
index($1, "Model-executor.communication_library.env.") == 1 { path[++n] = $1; value[$1] = v }
END {
	library = "Model-executor.communication_library.version"
	driver = "workload.hardware.driver_version"
	model = "workload.hardware.xpu_spec.model"
	for (p in fact) value[p] = fact[p]
	for (p in value) {
		if (trace[p] == "" || p == "version") continue
		if (value[p] == "" || ((p == library || p == driver) && index(value[p], trace[p]) != 1))
			value[p] = trace[p]
	}
	topology = "workload.hardware.network_topo.topology"
	devices = value["workload.hardware.xpu_spec.total_count"]
	if (value[driver] == "") value[driver] = "not recorded"
	if (value[model] == "") value[model] = "not recorded"
	if (devices != 1) {
		if (value[library] == "") value[library] = "not recorded"
		if (value[topology] == "") value[topology] = "not recorded"
	}
	value["description"] = value["description"] more
	yaml_begin()
	for (i = 1; i <= n; i++) {
		yaml_add(path[i], value[path[i]])
		if (path[i] == library || path[i] == driver || path[i] ~ /[.]env[.]/) yaml_text(path[i])
	}
	yaml_put("", "", 0, "/dev/stdout")
}
