# What a sweep file says under one key, for one run: its templates are replaced by the run's settings.
# in:  KEY=VALUE, tab-separated (the run, as plan.awk with ALL gives it), then what `tr-card list` makes of the sweep file
# out: docker.options[0]	--name=x-{tp}   becomes   options[0]	--name=x-4
# PREFIX in the environment is the key, RUN and SWEEP the names. Its errors plan.awk has found already, but for those
# under this key.
function complain(path, why) {
	printf "sweep: %s: %s: %s\n", ENVIRON["FILE"], path, why >"/dev/stderr"
	failed = 2
	exit 2
}
BEGIN {
	FS = "\t"
	prefix = ENVIRON["PREFIX"]
	V["run"] = ENVIRON["RUN"]
	V["sweep"] = ENVIRON["SWEEP"]
}
FNR == NR {
	for (i = 1; i <= NF; i++) V[substr($i, 1, index($i, "=") - 1)] = substr($i, index($i, "=") + 1)
	next
}
index($1, prefix ".") == 1 || index($1, prefix "[") == 1 {
	AT = $1
	v = expand(substr($0, length($1) + 2))
	print substr($1, length(prefix) + (substr($1, length(prefix) + 1, 1) == "." ? 2 : 1)) "\t" (v == "" ? "." : v)
}
END { if (failed) exit failed }
