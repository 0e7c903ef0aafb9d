# The files of a run's directory other than its scripts, for each of the runs, from the templates
# of the sweep file:
# OUT/INDEX.card      the template card, overwritten by the sweep's card
# OUT/INDEX.options   of the launcher: KEY=VALUE
# OUT/INDEX.expect    files that the run must have made: KEY=VALUE
# OUT/INDEX.settings  the settings that the run is made with: KEY, VALUE. A setting counts if the
#                     commands of the run use it, directly or through another setting; not if only
#                     rules, the card or the queue (slurm, ssh) use it.
# in:  TEMPLATE CARD, SWEEP FILE (both as `tr-card list` writes them; sum.NAME is a copied file's
#      sum), PLAN (plan.awk's output, with ALL)
# Environment: OUT, LAUNCHER (its key), SWEEP, FILE. Together with expr.awk and yaml.awk.
function complain(path, why) {
	printf "sweep: %s: %s: %s\n", ENVIRON["FILE"], path, why >"/dev/stderr"
	failed = 2
	exit 2
}
function meant(word, words) { return "" } # plan.awk has found what can be wrong
function setting_names() { return "" }
function below(path, key) { return index(path, key ".") == 1 || index(path, key "[") == 1 }
function rest(path, key) { return substr(path, length(key) + (substr(path, length(key) + 1, 1) == "." ? 2 : 1)) }
function named_in(s, name) { return s ~ ("(^|[^A-Za-z0-9_])" name "([^A-Za-z0-9_]|$)") }
# counted: which of the settings (name[1..n]) count
function find_counted(n,    i, j, more) {
	do {
		more = 0
		for (i = 1; i <= n; i++) {
			if (name[i] in counted) continue
			if (named_in(makes, name[i])) { counted[name[i]]; more = 1; continue }
			for (j in counted)
				if (j in set && named_in(set[j], name[i])) { counted[name[i]]; more = 1; break }
		}
	} while (more)
	found = 1
}

BEGIN {
	FS = "\t"
	# keys that do not affect the run itself
	split("card expect facts slurm ssh rules axes set name sweep about launcher timeout retries sum", a, " ")
	for (i in a) aside[a[i]]
}
{ tail = substr($0, length($1) + 2) }
FILENAME == ARGV[1] { tpath[++nt] = $1; tvalue[nt] = tail; next }
FILENAME == ARGV[2] {
	for (k = split("card expect " ENVIRON["LAUNCHER"], key, " "); k; k--)
		if (below($1, key[k])) { path[++np] = $1; text[np] = tail; what[np] = k }
	top = $1
	sub(/[.[].*/, "", top)
	if (!(top in aside)) makes = makes " " tail
	if (top == "set") set[substr($1, 5)] = tail
	if ($1 == "docker.image") image = tail
	if (top == "sum" || ($1 ~ /^(server|ready|poller|prepare|client)$/ && tail != ".")) fixed = fixed $1 "\t" tail "\n"
	next
}
$1 != "run" { next }
{
	split("", V)
	V["run"] = $2
	V["sweep"] = ENVIRON["SWEEP"]
	for (i = 4; i <= NF; i++) {
		name[i - 3] = substr($i, 1, index($i, "=") - 1)
		V[name[i - 3]] = substr($i, index($i, "=") + 1)
	}
	if (!found) find_counted(NF - 3)
	to = ENVIRON["OUT"] "/" V["index"]
	printf "#setting\tvalue\n" >(to ".settings")
	for (i = 1; i <= NF - 3; i++)
		if (name[i] in counted && name[i] != "index") print name[i] "\t" V[name[i]] >(to ".settings")
	AT = "docker.image"
	if (image != "") print "docker.image\t" expand(image) >(to ".settings")
	printf "%s", fixed >(to ".settings")
	yaml_begin()
	for (i = 1; i <= nt; i++) yaml_add(tpath[i], tvalue[i])
	printf "" >(to ".options")
	printf "" >(to ".expect")
	for (i = 1; i <= np; i++) {
		AT = path[i]
		v = expand(text[i] == "." ? "" : text[i])
		if (what[i] == 1) yaml_add(rest(path[i], "card"), v)
		else if (what[i] == 2) { if (v != "") print rest(path[i], "expect") "=" v >(to ".expect") }
		else print rest(path[i], ENVIRON["LAUNCHER"]) "=" v >(to ".options")
	}
	yaml_put("", "", 0, to ".card")
	close(to ".options")
	close(to ".expect")
	close(to ".settings")
	close(to ".card")
}
END { if (failed) exit failed }
