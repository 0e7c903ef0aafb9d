# What a run's directory holds beside its scripts, for each of the runs: from the templates of the sweep file,
# OUT/INDEX.card (the template card, and over it what the sweep's card says), .options (of the launcher: KEY=VALUE) and
# .expect (files that the run must have made).
# in:  TEMPLATE CARD, SWEEP FILE (both as `tr-card list` writes them), PLAN (plan.awk's, with ALL)
# Environment: OUT, LAUNCHER (its key), SWEEP, FILE. With expr.awk and yaml.awk.
function complain(path, why) {
	printf "sweep: %s: %s: %s\n", ENVIRON["FILE"], path, why >"/dev/stderr"
	failed = 2
	exit 2
}
function meant(word, words) { return "" } # plan.awk has found what can be wrong
function setting_names() { return "" }
function below(path, key) { return index(path, key ".") == 1 || index(path, key "[") == 1 }
function rest(path, key) { return substr(path, length(key) + (substr(path, length(key) + 1, 1) == "." ? 2 : 1)) }

BEGIN { FS = "\t" }
{ tail = substr($0, length($1) + 2) }
FILENAME == ARGV[1] { tpath[++nt] = $1; tvalue[nt] = tail; next }
FILENAME == ARGV[2] {
	for (k = split("card expect " ENVIRON["LAUNCHER"], key, " "); k; k--)
		if (below($1, key[k])) { path[++np] = $1; text[np] = tail; what[np] = k }
	next
}
$1 != "run" { next }
{
	split("", V)
	V["run"] = $2
	V["sweep"] = ENVIRON["SWEEP"]
	for (i = 4; i <= NF; i++) V[substr($i, 1, index($i, "=") - 1)] = substr($i, index($i, "=") + 1)
	to = ENVIRON["OUT"] "/" V["index"]
	yaml_begin()
	for (i = 1; i <= nt; i++) yaml_add(tpath[i], tvalue[i])
	printf "" >(to ".options")
	printf "" >(to ".expect")
	for (i = 1; i <= np; i++) {
		AT = path[i]
		v = expand(text[i] == "." ? "" : text[i])
		if (what[i] == 1) yaml_add(rest(path[i], "card"), v)
		else if (what[i] == 2) { if (v != "") print v >(to ".expect") }
		else print rest(path[i], ENVIRON["LAUNCHER"]) "=" v >(to ".options")
	}
	yaml_put("", "", 0, to ".card")
	close(to ".options")
	close(to ".expect")
	close(to ".card")
}
END { if (failed) exit failed }
